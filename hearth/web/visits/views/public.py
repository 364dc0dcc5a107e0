"""The public page: anyone asks for a home visit, and asks later how it stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.outreach.models import Visit
from hearth.outreach.queries.visits import rules_on
from hearth.outreach.services.visits import CODE_DIGITS, ask_publicly, look_up
from hearth.web.forms import put_refusal
from hearth.web.http import client_address, public
from hearth.web.visits.forms import PublicForm, StateForm
from hearth.web.visits.words import TOLD, spaced


def offered_units() -> Any:
    """The branches that take requests; where there are none, the outlets."""
    there = Unit.objects.open_on(timezone.localdate())
    branches = there.filter(level=Unit.Level.BRANCH)
    return (branches if branches.exists() else there.outlets()).order_by("path")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Few fields, large type; ``?at=CODE`` on a poster names the outlet."""
    code = request.GET.get("at", "")
    there = Unit.objects.open_on(timezone.localdate())
    at = there.outlets().filter(code=code).first() if code else None
    offered = there.filter(pk=at.pk) if at else offered_units()
    form = PublicForm(offered, at, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            visit = ask_publicly(
                uuid=form.cleaned_data["uuid"],
                unit=form.cleaned_data["unit"],
                request=form.request(),
                address=client_address(request) or "",
            )
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            return redirect(f"{reverse('home-visit:received')}?code={visit.code}")
    context = {"form": form, "at": at, "days": rules_on(timezone.localdate()).keep_days}
    status = 422 if form.errors else 200
    return render(request, "visits/public_ask.html", context, status=status)


@public
@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The number to keep; it is all that the address holds."""
    code = request.GET.get("code", "")
    if not (code.isascii() and code.isdigit() and len(code) == CODE_DIGITS):
        return redirect("home-visit:ask")
    return render(request, "visits/public_received.html", {"code": code, "spaced": spaced(code)})


@public
@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """How a request stands, for whoever has its number; nothing of anybody is shown."""
    form = StateForm(request.GET or None)
    visit, words = None, ""
    if request.GET and form.is_valid():
        try:
            visit = look_up(code=form.cleaned_data["code"], address=client_address(request) or "")
            words = TOLD[visit.stage]
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        except Visit.DoesNotExist:
            form.add_error("code", _("There is no request with this number. Look at it again."))
    context = {"form": form, "visit": visit, "words": words}
    status = 422 if form.errors else 200
    return render(request, "visits/public_state.html", context, status=status)
