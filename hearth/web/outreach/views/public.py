"""Pages for everyone: no account, large type, few words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation
from hearth.outreach.models import SignInSheet
from hearth.outreach.services.sign_ins import sign_in
from hearth.web.http import public
from hearth.web.limits import is_too_fast
from hearth.web.outreach.forms import SignInForm

MOST_A_MINUTE = 240  # sign-ins from one address: a hall shares the outlet's own network


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone without an account, as the trail names them."""

    identity: str = "public"
    name: str = "public"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """ "I am here": one touch signs in; digits or a name help to count persons."""
    sheet = SignInSheet.objects.select_related("activity__unit", "activity__kind")
    opened = sheet.filter(token=token).first()
    if opened is None or opened.activity.is_withdrawn:
        raise Http404
    form = SignInForm(request.POST or None, initial={"visit": secrets.token_urlsafe(16)})
    done, refused = False, ""
    if request.method == "POST":
        if is_too_fast(request, "sign-in", most=MOST_A_MINUTE):
            refused = _("Very many are signing in. Try again in a minute.")
        elif form.is_valid():
            try:
                sign_in(
                    doer=Visitor(),
                    token=token,
                    visit=form.cleaned_data["visit"],
                    nickname=form.cleaned_data["nickname"],
                    digits=form.cleaned_data["digits"],
                )
                done = True
            except RuleViolation as refusal:
                refused = str(refusal)
        else:
            refused = _("This page is too old. Read the code again.")
    context = {
        "record": opened.activity,
        "form": form,
        "done": done,
        "refused": refused,
        "is_open": opened.is_open(timezone.now()),
    }
    return render(request, "outreach/here.html", context, status=422 if refused else 200)
