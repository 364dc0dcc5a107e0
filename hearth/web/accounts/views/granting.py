"""Giving a role and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Grant, Unit
from hearth.network.roles import ROLES
from hearth.network.scope import Actor
from hearth.network.services import grants
from hearth.web.accounts.forms import GrantForm, ReasonForm
from hearth.web.accounts.views.managing import reached
from hearth.web.http import AppRequest, requires

SHOWN = 12


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def grant_create(request: AppRequest, pk: int) -> HttpResponse:
    user = reached(request.actor).get(pk=pk)
    form = GrantForm(request.POST or None, initial=GrantForm.from_today() | request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            grants.grant_role(
                actor=request.actor,
                user_id=pk,
                role=form.cleaned_data["role"],
                unit_id=form.cleaned_data["unit"],
                span=form.span(),
            )
        except RuleViolation as refusal:
            form.add_error("start" if refusal.code == "bad_span" else None, str(refusal))
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:user-detail", pk)
    text = request.POST.get("unit_q", request.GET.get("unit_q", ""))
    context = {
        "form": form,
        "account": user,
        "roles": ROLES.values(),
        "chosen_role": form["role"].value(),
        "unit_q": text,
        "units": _units(request.actor, text, form["unit"].value()),
        "chosen_unit": str(form["unit"].value() or ""),
    }
    return render(request, "accounts/grant_form.html", context, status=422 if form.errors else 200)


@requires("accounts.manage")
@require_safe
def unit_options(request: AppRequest, pk: int) -> HttpResponse:
    """The units that match what is typed, to choose one of."""
    get_object_or_404(reached(request.actor), pk=pk)
    text = request.GET.get("unit_q", "")
    chosen = request.GET.get("unit", "")
    context = {
        "units": _units(request.actor, text, chosen),
        "chosen_unit": chosen,
        "unit_q": text,
    }
    return render(request, "accounts/_units.html", context)


def _units(actor: Actor, text: str, chosen: object) -> list[Unit]:
    """The chosen unit first, then those that match; the top of one's own tree without a text."""
    mine = Unit.objects.visible_to(actor.scope_for("accounts.manage")).select_related("parent")
    kept = list(mine.filter(pk=int(str(chosen)))) if str(chosen or "").isdigit() else []
    found = mine.open_on(timezone.localdate()).exclude(pk__in=[u.pk for u in kept])
    if text.strip():
        found = found.matching(text).order_by("name")
    else:
        found = found.filter(level__in=["province", "branch"]).order_by("path")
    return [*kept, *found[: SHOWN - len(kept)]]


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def grant_end(request: AppRequest, pk: int) -> HttpResponse:
    grant = Grant.objects.select_related("unit", "user").get(pk=pk, user__in=reached(request.actor))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            grants.end_grant(actor=request.actor, grant_id=pk, reason=reason)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is taken back."))
            return redirect("accounts:user-detail", grant.user_id)
    context = {
        "form": form,
        "account": grant.user,
        "title": _("Take the role back"),
        "what": _("%(user)s is no longer %(role)s at %(unit)s, as of today.")
        % {
            "user": grant.user.name,
            "role": ROLES[grant.role].name if grant.role in ROLES else grant.role,
            "unit": grant.unit.name,
        },
        "action": _("Take the role back"),
    }
    return render(request, "accounts/reason.html", context, status=422 if form.errors else 200)
