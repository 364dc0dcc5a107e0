"""What the pages of this area share."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.models import Unit
from hearth.scoring.models import Closing
from hearth.scoring.queries import current_closing
from hearth.web.http import AppRequest

REASONS = {
    "closed": _("no longer open at the period’s end"),
    "no_inspections": _("not checked in this period"),
    "channels_without_weight": _("only checked by channels without weight"),
    "coverage_below_minimum": _("too few channels observed"),
    "no_ranked_outlets": _("none of its outlets is ranked"),
}
GROUPS = {
    "above": _("above the mean"),
    "middle": _("not distinguishable"),
    "below": _("below the mean"),
}
LEVEL_NAMES = {
    "outlet": _("Outlets"),
    "subbranch": _("Sub-branches"),
    "branch": _("Branches"),
    "province": _("Province"),
}


def period_or_404(key: str) -> Period:
    """The period written in the address."""
    try:
        return Period.parse(key)
    except BadValue:
        raise Http404 from None


def closing_or_404(period: Period, revision: str = "") -> Closing:
    """The current closing of the period, or the revision asked for."""
    if revision.isdigit():
        found = Closing.objects.filter(period=period.key, revision=int(revision)).first()
    else:
        found = current_closing(period)
    if found is None:
        raise Http404
    return found


def unit_under(request: AppRequest) -> Unit | None:
    """The unit that ``?under=CODE`` names, in the actor's reach (404 otherwise)."""
    code = request.GET.get("under", "")
    if not code:
        return None
    unit = Unit.objects.visible_to(request.actor.scope).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit
