"""Figures of the premises: signs, facilities, cold outlets, upkeep, cleaning days."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Avg,
    Count,
    DurationField,
    F,
    Q,
    QuerySet,
    Sum,
)
from django.utils.translation import gettext_lazy as _

from hearth.figures.declared import OUTLETS
from hearth.figures.registry import Figure, Source, When, declare
from hearth.figures.stock import PLACE, placed
from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.network.models import Unit
from hearth.outreach.models.activities import midnight
from hearth.premises.models import CleaningDay, FacilityCheck, Sign, WatchlistEntry, WorkOrder
from hearth.premises.models.facilities import LAWFUL_RAMP
from hearth.premises.models.orders import hazard

COLD = "cold"
"""Code of the list of cold outlets."""


def _signs(when: When) -> QuerySet[Any]:
    return placed(Sign.objects.up_on(when.as_of), when.as_of)


def _cleaned(when: When) -> Q:
    orders = _done(when).filter(kind=WorkOrder.Kind.CLEAN, sign__isnull=False)
    return Q(pk__in=orders.values("sign_id"))


def _done(when: When) -> QuerySet[WorkOrder]:
    return WorkOrder.objects.done_by(when.as_of, since=when.since)


def _six_s(when: When) -> QuerySet[Inspection]:
    """Released video checks by a standard that cleaning days are looked at by."""
    asked = CleaningDay.objects.standing().filter(standard__isnull=False)
    return Inspection.objects.current().filter(
        status=Inspection.Status.RELEASED,
        channel=Channel.VIDEO,
        score_centi__isnull=False,
        edition__standard__in=asked.values("standard"),
        inspected_on__gte=when.since,
        inspected_on__lt=when.until,
    )


def _waiting(when: When) -> QuerySet[WorkOrder]:
    """Orders that were neither done nor refused at the end of the day."""
    return WorkOrder.objects.standing().filter(
        Q(done_on__isnull=True) | Q(done_on__gte=when.until),
        Q(refused_at__isnull=True) | Q(refused_at__gte=midnight(when.until)),
        opened_on__lte=when.as_of,
    )


def _required_facilities(when: When) -> QuerySet[Any]:
    """What outlets must have that are open, by the last check of each."""
    return placed(_facilities(when).filter(required=True), when.as_of)


def _facilities(when: When) -> QuerySet[FacilityCheck]:
    open_outlets = Unit.objects.outlets().open_on(when.as_of)
    return FacilityCheck.objects.latest_on(when.as_of).filter(unit__in=open_outlets)


def _ramps(when: When) -> QuerySet[Any]:
    """Ramps that are there and were measured, by the last check of each."""
    there = _facilities(when).filter(facility__is_ramp=True, present=True, rise_mm__isnull=False)
    return placed(there, when.as_of)


def _looked_at(when: When) -> Q:
    """Outlets whose facilities someone has looked at by then."""
    checks = FacilityCheck.objects.standing().filter(checked_on__lte=when.as_of)
    return Q(unit_id__in=checks.values("unit_id"))


def _listed(when: When) -> QuerySet[Any]:
    held = WatchlistEntry.objects.held_on(when.as_of).filter(watchlist__code=COLD)
    return placed(held, when.as_of)


_SIGNS = Source(_signs, path=PLACE, permission="premises.view", order=("sign_no",))
_ORDERS = Source(
    _done, permission="premises.view", order=("done_on", "pk"), splits={"kind": "kind"}
)
_FACILITIES = Source(
    _required_facilities,
    path=PLACE,
    permission="premises.view",
    order=("unit__code", "pk"),
    splits={"facility": "facility_id"},
)
_RAMPS = Source(_ramps, path=PLACE, permission="premises.view", order=("unit__code", "pk"))
_LISTED = Source(_listed, path=PLACE, permission="premises.view", order=("unit__code",))
_WAITING = Source(_waiting, permission="premises.view", order=("opened_on", "pk"))
_SIX_S = Source(_six_s, permission="inspections.view", order=("inspected_on", "pk"))
_ON_SIGNS = Q(sign__isnull=False)
_ROOM: dict[str, Any] = {"group": "premises", "begins": "year"}


def _declare_signs() -> None:
    declare(
        Figure(
            "signs.replaced",
            _("Signs replaced"),
            "count",
            True,
            True,
            _ORDERS,
            _ON_SIGNS & Q(kind="replace"),
            **_ROOM,
        ),
        Figure(
            "signs.repaired",
            _("Signs repaired"),
            "count",
            True,
            True,
            _ORDERS,
            _ON_SIGNS & Q(kind="repair"),
            **_ROOM,
        ),
        Figure(
            "signs.cleaned_share",
            _("Signs cleaned"),
            "share",
            True,
            False,
            _SIGNS,
            part=_cleaned,
            higher_is_better=True,
            **_ROOM,
        ),
        Figure(
            "signs.hazards_open",
            _("Open hazards of signs"),
            "count",
            False,
            True,
            _WAITING,
            hazard(),
            higher_is_better=False,
            group="premises",
        ),
    )


def _declare_upkeep() -> None:
    declare(
        Figure(
            "maintenance.repair_days",
            _("Mean time to repair"),
            "days",
            True,
            False,
            _ORDERS,
            Q(kind__in=(WorkOrder.Kind.REPAIR, WorkOrder.Kind.REPLACE)),
            value_of=Avg(F("done_on") - F("opened_on"), output_field=DurationField()),
            least=1,
            higher_is_better=False,
            **_ROOM,
        ),
        Figure(
            "maintenance.spend",
            _("Spent on the premises"),
            "money",
            True,
            True,
            _ORDERS,
            Q(cost_fen__isnull=False),
            value_of=Sum("cost_fen"),
            scale=100,
            **_ROOM,
        ),
        Figure(
            "maintenance.open",
            _("Work orders not done"),
            "count",
            False,
            True,
            _WAITING,
            higher_is_better=False,
            group="premises",
        ),
    )


def _declare_facilities() -> None:
    declare(
        Figure(
            "facilities.provision",
            _("Provision of convenience and age-friendly facilities"),
            "share",
            False,
            False,
            _FACILITIES,
            part=Q(present=True),
            higher_is_better=True,
            group="premises",
        ),
        Figure(
            "facilities.checked",
            _("Outlets whose facilities were looked at"),
            "share",
            False,
            False,
            OUTLETS,
            part=_looked_at,
            higher_is_better=True,
            group="premises",
        ),
        Figure(
            "facilities.ramps_lawful",
            _("Ramps as the building norm asks"),
            "share",
            False,
            False,
            _RAMPS,
            part=LAWFUL_RAMP,
            higher_is_better=True,
            group="premises",
        ),
    )


def _declare_halls() -> None:
    declare(
        Figure(
            "cleaning.six_s",
            _("6S score by video check"),
            "score",
            True,
            False,
            _SIX_S,
            value_of=Avg("score_centi"),
            scale=100,
            least=1,
            higher_is_better=True,
            group="premises",
        ),
        Figure(
            "cold.listed",
            _("Cold outlets"),
            "count",
            False,
            True,
            _LISTED,
            value_of=Count("unit_id", distinct=True),
            higher_is_better=False,
            group="premises",
        ),
    )


_declare_signs()
_declare_upkeep()
_declare_facilities()
_declare_halls()
