"""The accessibility card of an outlet, for everyone: no account, large type, few words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.premises.queries.facilities import Standing, last_looked, public_outlet, standings
from hearth.web.facilities.words import ramp_for_everyone
from hearth.web.http import public
from hearth.web.limits import is_too_fast

CARDS_A_MINUTE = 120


@public
@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody finds who comes to this outlet: how to get in, and what is there."""
    if is_too_fast(request, "accessibility-card", most=CARDS_A_MINUTE):
        return render(request, "outreach/busy.html", status=429)
    today = timezone.localdate()
    unit = public_outlet(code, today)
    if unit is None:
        raise Http404
    shown = [one for one in standings(unit, today) if one.kind.is_public and one.check]
    context = {
        "unit": unit,
        "entrance": _entrance(shown),
        "there": [one.kind for one in shown if not one.kind.is_ramp and _is_there(one)],
        "absent": [one.kind for one in shown if not one.kind.is_ramp and not _is_there(one)],
        "looked": last_looked(shown),
    }
    return render(request, "facilities/card.html", context)


def _is_there(one: Standing) -> bool:
    return one.check is not None and one.check.present


def _entrance(shown: list[Standing]) -> str:
    """How one gets in; empty where nobody has looked."""
    for one in shown:
        if not one.kind.is_ramp or one.check is None:
            continue
        if one.check.ramp is not None:
            return ramp_for_everyone(one.check.ramp)
        if one.kind.duty != one.kind.Duty.NONE and not one.check.required:
            return _("The entrance is level, without steps.")
        return _("There are steps and no ramp. Please call; someone will help you.")
    return ""
