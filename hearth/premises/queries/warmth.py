"""What the pages of temperatures show: a day of all outlets, a unit over time, an effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.platform.workdays import workdays
from hearth.premises.domain.business import CLOSES, OPENS, Hours
from hearth.premises.domain.effect import Change, Effect, change_of
from hearth.premises.domain.hours import Sum
from hearth.premises.models import WatchlistEntry, WatchRule
from hearth.premises.queries.temperatures import (
    business_sums,
    measured_units,
    weather_sums,
    zone,
)

COLD = "cold"
"""Code of the list of cold outlets."""
BUSINESS_MEAN = "business_mean"
DEFAULT_CENTI = 1800


@dataclass(frozen=True, slots=True)
class Norm:
    """What is cold on a day, by the rule of the list: below so many hundredths in these hours."""

    centi: int
    hours: Hours


def norm_on(day: date) -> Norm:
    """The norm of ``day``: that of the rule by which outlets enter the list of the cold ones."""
    rule = (
        WatchRule.objects.in_force(day)
        .filter(watchlist__code=COLD, sort=WatchRule.Sort.ENTRY, measure=BUSINESS_MEAN)
        .first()
    )
    if rule is None:
        return Norm(DEFAULT_CENTI, Hours(zone()))
    hours = Hours(zone(), rule.opens or OPENS, rule.closes or CLOSES)
    return Norm(rule.threshold_milli // 10, hours)


@dataclass(frozen=True, slots=True)
class Hall:
    """One outlet with a sensor, on a day: its mean in hundredths, None where none was measured."""

    unit_id: int
    code: str
    name: str
    city: str
    place: tuple[float, float] | None
    mean_centi: float | None
    count: int
    is_cold: bool


def halls(scope: Scope, day: date, norm: Norm) -> list[Hall]:
    """Every unit in ``scope`` where a sensor hangs, the coldest first, unmeasured ones last."""
    units = measured_units(scope, day)
    sums = business_sums(units, [day], norm.hours)
    rows = Unit.objects.visible_to(scope).filter(pk__in=sorted(units)).order_by("path")
    found = []
    for unit in rows.iterator(chunk_size=2000):
        one = sums.get((unit.pk, day), Sum())
        mean = one.mean_centi
        found.append(
            Hall(
                unit.pk,
                unit.code,
                unit.name,
                unit.city,
                (unit.longitude, unit.latitude)
                if unit.longitude is not None and unit.latitude is not None
                else None,
                mean,
                one.count,
                one.total < norm.centi * one.count,
            )
        )
    return sorted(found, key=lambda hall: (hall.mean_centi is None, hall.mean_centi or 0.0))


@dataclass(frozen=True, slots=True)
class Daily:
    """A unit over some days: what was measured in business hours, and outside."""

    days: tuple[date, ...]
    inside: Mapping[date, Sum]
    outside: Mapping[date, Sum]


def daily(unit: Unit, days: Sequence[date], norm: Norm) -> Daily:
    """Business days of a unit beside the weather of its city."""
    sums = business_sums([unit.pk], days, norm.hours)
    city = city_of(unit)
    weather = weather_sums([city], days)
    return Daily(
        tuple(days),
        {day: one for (_pk, day), one in sums.items()},
        {day: one for (_city, day), one in weather.items()},
    )


def city_of(unit: Unit) -> str:
    """The city of a unit, or of what it belongs to; empty where none says it."""
    if unit.city:
        return unit.city
    above = Unit.objects.filter(path__in=_above(unit.path)).exclude(city="").order_by("-path")
    return above.values_list("city", flat=True).first() or ""


def _above(path: str) -> list[str]:
    return [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The effect of a measure, and with whom it was compared.

    Attributes:
        effect: None where too little was measured.
        weather: how the weather changed; None where it was not measured.
        near: whether the similar outlets are those of the same branch.
        days: business days on either side.
    """

    effect: Effect | None
    weather: Change | None
    near: bool
    days: int


WINDOW = 20
"""Business days on either side of the measure."""
_FEW = 3
"""With fewer similar outlets in the branch, those of the whole network are taken."""


def effect_of(unit: Unit, done_on: date) -> Comparison:
    """What became of ``unit`` after a measure was done on a day.

    Similar are outlets of the same kind in the same branch where no measure was done on these
    days. Of them only changes are shown, without names, so their number is not that of the
    reader's part of the tree.
    """
    calendar = workdays()
    before = calendar.last(done_on - timedelta(days=1), WINDOW)
    after = [calendar.after(done_on, n) for n in range(1, WINDOW + 1)]
    span = (before[0], after[-1])
    norm = norm_on(done_on)
    similar = _similar(unit, span)
    branch = unit.path[: 2 * SEGMENT]
    near = [one for one in similar if one.path.startswith(branch)]
    others = near if len(near) >= _FEW else similar
    sums = business_sums([unit.pk, *(one.pk for one in others)], [*before, *after], norm.hours)
    by_unit: dict[int, dict[date, Sum]] = defaultdict(dict)
    for (pk, day), one in sums.items():
        by_unit[pk][day] = one
    own = change_of(by_unit[unit.pk], before, after)
    changes = [change_of(by_unit[one.pk], before, after) for one in others]
    weather = weather_sums([city_of(unit)], [*before, *after])
    return Comparison(
        None if own is None else Effect(own, tuple(c for c in changes if c is not None)),
        change_of({day: one for (_c, day), one in weather.items()}, before, after),
        others is near,
        WINDOW,
    )


def _similar(unit: Unit, span: tuple[date, date]) -> list[Unit]:
    """Outlets of the same kind where nothing was done in the span."""
    treated = WatchlistEntry.objects.standing().filter(measure_done_on__range=span)
    outlets = Unit.objects.outlets().filter(kind=unit.kind).exclude(pk=unit.pk)
    return list(outlets.exclude(pk__in=treated.values("unit_id")).order_by("path"))
