"""Which outlet offers what, for staff and for the public finder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.outreach.domain.places import distance_km
from hearth.outreach.models import Feature, FeatureKind, Station

EVERYWHERE = Scope(("",))
"""What is offered to the public is no secret of any branch."""

NEAREST = 200
"""Outlets of which the finder works out the distance and lists pages."""


@dataclass(frozen=True, slots=True)
class Found:
    """An outlet that offers what was looked for."""

    unit: Unit
    km: float | None = None


# --- the public finder --------------------------------------------------------------------------


def searched_kinds() -> list[FeatureKind]:
    """Services that the public may look for."""
    return list(FeatureKind.objects.filter(is_active=True, is_searched=True))


def cities() -> list[str]:
    """Cities in which outlets lie, by name."""
    outlets = Unit.objects.visible_to(EVERYWHERE).outlets().exclude(city="")
    return list(outlets.order_by("city").values_list("city", flat=True).distinct())


def districts(city: str) -> list[str]:
    """Districts of a city in which outlets lie, by name."""
    outlets = Unit.objects.visible_to(EVERYWHERE).outlets().filter(city=city).exclude(district="")
    return list(outlets.order_by("district").values_list("district", flat=True).distinct())


def offering(kind: FeatureKind | None, day: date) -> QuerySet[Any]:
    """What outlets hold of a service on ``day``; without one, their stations of care."""
    if kind is None:
        return Station.objects.held_on(day)
    return Feature.objects.held_on(day).filter(feature=kind)


def find(
    records: QuerySet[Any],
    day: date,
    *,
    city: str = "",
    district: str = "",
    near: tuple[float, float] | None = None,
) -> list[Found]:
    """Outlets open on ``day`` that one of ``records`` is about: what they offer, what is there.

    With ``near`` (longitude, latitude) the nearest first, those without coordinates last;
    otherwise by city, district and name. At most 200.
    """
    outlets = Unit.objects.visible_to(EVERYWHERE).outlets().open_on(day)
    outlets = outlets.filter(pk__in=records.values("unit"))
    if city:
        outlets = outlets.filter(city=city)
    if district:
        outlets = outlets.filter(district=district)
    ordered = outlets.order_by("city", "district", "name")
    if near is None:
        return [Found(unit) for unit in ordered[:NEAREST]]
    found = [Found(unit, _km(unit, near)) for unit in ordered]
    found.sort(key=lambda one: (one.km is None, one.km or 0.0))
    return found[:NEAREST]


def offered_at(units: Sequence[Unit], day: date) -> dict[int, list[FeatureKind]]:
    """The services of each outlet on ``day``, by unit id; one query."""
    held = Feature.objects.held_on(day).filter(unit__in=units).select_related("feature")
    offered: dict[int, list[FeatureKind]] = {}
    for one in held.order_by("feature__position"):
        kinds = offered.setdefault(one.unit_id, [])
        if one.feature not in kinds:
            kinds.append(one.feature)
    return offered


def stations_on(day: date, scope: Scope) -> Sequence[Station]:
    """Stations that are there at the end of ``day``, in the order of the tree."""
    held = Station.objects.visible_to(scope).held_on(day)
    return list(held.select_related("unit").prefetch_related("photos").order_by("unit_path"))


def _km(unit: Unit, near: tuple[float, float]) -> float | None:
    if unit.longitude is None or unit.latitude is None:
        return None
    return distance_km(near, (unit.longitude, unit.latitude))
