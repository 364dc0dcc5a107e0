"""Polish the sign (擦亮招牌): which signs were cleaned, repaired and replaced, against all.

The rules of the campaign's figures stand here once:

- all signs: those that hang at the end of the day;
- cleaned: of these, the ones with a cleaning done in the span, or put up in it: a new sign is
  clean;
- repaired: signs with a repair done in the span, whether or not they still hang;
- replaced: signs with a replacement done in the span.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from hearth.kernel.charts import point_in_prefecture, prefecture_of_city
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.premises.models import Sign, WorkOrder
from hearth.premises.models.orders import WorkOrderQuerySet
from hearth.premises.models.signs import SignQuerySet

WORKS = ("cleaned", "uncleaned", "repaired", "replaced")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` (included) to the end of ``day``."""

    since: date
    day: date


def work_done(kind: str, span: Span) -> WorkOrderQuerySet:
    """Orders of ``kind`` on signs that were done in the span."""
    done = WorkOrder.objects.done_by(span.day, since=span.since)
    return done.filter(kind=kind, sign__isnull=False)


def cleaned(span: Span) -> Any:
    """Condition on signs: cleaned in the span, or put up in it."""
    cleaning = work_done(WorkOrder.Kind.CLEAN, span).filter(sign=OuterRef("pk"))
    return Q(Exists(cleaning)) | Q(installed_on__gte=span.since, installed_on__lte=span.day)


def signs_by_work(work: str, span: Span) -> SignQuerySet:
    """Signs behind one figure of the campaign; all that hang where ``work`` is empty.

    Args:
        work: one of ``WORKS``, or ''.
        span: of the campaign.
    """
    if work in {"repaired", "replaced"}:
        kind = WorkOrder.Kind.REPAIR if work == "repaired" else WorkOrder.Kind.REPLACE
        orders = work_done(kind, span).filter(sign=OuterRef("pk"))
        return Sign.objects.standing().filter(Exists(orders))
    hanging = Sign.objects.up_on(span.day)
    if work == "cleaned":
        return hanging.filter(cleaned(span))
    return hanging.exclude(cleaned(span)) if work == "uncleaned" else hanging


@dataclass(slots=True)
class Tally:
    """Counts of signs in some part of the network."""

    signs: int = 0
    cleaned: int = 0
    repaired: int = 0
    replaced: int = 0

    @property
    def uncleaned(self) -> int:
        """Signs that hang and were not cleaned."""
        return self.signs - self.cleaned

    @property
    def share(self) -> float | None:
        """Cleaned of all, 0 to 1; None without signs."""
        return self.cleaned / self.signs if self.signs else None

    def add(self, other: Tally) -> None:
        """Count another part with this one."""
        self.signs += other.signs
        self.cleaned += other.cleaned
        self.repaired += other.repaired
        self.replaced += other.replaced


@dataclass(frozen=True, slots=True)
class OutletTally:
    """What was done at one outlet, and where it lies now."""

    path: str
    area: str  # code of the prefecture; '' where none is known
    tally: Tally


def tallies(scope: Scope, span: Span, under: str = "") -> list[OutletTally]:
    """One for each unit with signs in ``scope``, at or below the path ``under``; three queries."""
    found: dict[int, OutletTally] = {}
    hanging = _reached(signs_by_work("", span), scope, under)
    counted = hanging.values_list(*_PLACE).annotate(
        n=Count("pk"), clean=Count("pk", filter=cleaned(span))
    )
    for *place, n, clean in counted:
        one = _outlet(found, place)
        one.tally.signs, one.tally.cleaned = n, clean
    for work in ("repaired", "replaced"):
        rows = _reached(signs_by_work(work, span), scope, under)
        for *place, n in rows.values_list(*_PLACE).annotate(n=Count("pk")):
            setattr(_outlet(found, place).tally, work, n)
    return sorted(found.values(), key=lambda one: one.path)


_PLACE = ("unit_id", "unit__path", "unit__city", "unit__longitude", "unit__latitude")


def _reached(signs: SignQuerySet, scope: Scope, under: str) -> Any:
    return (signs.visible_to(scope).under(under) if under else signs.visible_to(scope)).order_by()


def _outlet(found: dict[int, OutletTally], place: Iterable[Any]) -> OutletTally:
    unit, path, city, longitude, latitude = place
    if unit not in found:
        found[unit] = OutletTally(path, area_of(city, longitude, latitude), Tally())
    return found[unit]


@lru_cache(maxsize=65536)
def area_of(city: str, longitude: float | None, latitude: float | None) -> str:
    """Code of the prefecture of the city named, else of the one around the place; '' for none."""
    found = prefecture_of_city(city)
    if found is None and longitude is not None and latitude is not None:
        found = point_in_prefecture(longitude, latitude)
    return found or ""


def total(outlets: Iterable[OutletTally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in outlets:
        whole.add(one.tally)
    return whole


def by_area(outlets: Iterable[OutletTally]) -> dict[str, Tally]:
    """Together by prefecture, in the order of their codes; what lies in none is left out."""
    found: dict[str, Tally] = defaultdict(Tally)
    for one in outlets:
        if one.area:
            found[one.area].add(one.tally)
    return dict(sorted(found.items()))


def by_unit(outlets: Iterable[OutletTally], units: Iterable[Unit]) -> Iterator[tuple[Unit, Tally]]:
    """Each unit with what lies at or below it."""
    listed = list(outlets)
    for unit in units:
        inside = [one for one in listed if one.path.startswith(unit.path)]
        yield unit, total(inside)


def units_in_area(scope: Scope, area: str) -> list[int]:
    """Keys of the units with signs that lie in a prefecture; one query."""
    places = Unit.objects.visible_to(scope).outlets()
    rows = places.values_list("pk", "city", "longitude", "latitude")
    return [pk for pk, *place in rows if area_of(*place) == area]
