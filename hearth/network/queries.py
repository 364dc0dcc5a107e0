"""Where units lay on a day, and the tree of that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from hearth.network.domain.paths import ancestors
from hearth.network.models import Placement, Unit
from hearth.network.scope import Scope


@dataclass(frozen=True, slots=True)
class Node:
    """One unit in the tree of a day. ``parent_id`` and ``path`` are of that day."""

    unit_id: int
    code: str
    name: str
    level: str
    kind: str
    path: str
    parent_id: int | None
    has_children: bool


def paths_on(day: date) -> dict[int, str]:
    """Path of every unit that was there at the end of ``day``, by unit id; one query."""
    return dict(Placement.objects.on(day).values_list("unit_id", "path"))


def path_of(unit: Unit, day: date) -> str | None:
    """Where ``unit`` lay at the end of ``day``; None when it was not there that day."""
    return Placement.objects.on(day).filter(unit=unit).values_list("path", flat=True).first()


def tree_on(day: date, scope: Scope) -> list[Node]:
    """All units that lay in ``scope`` at the end of ``day``, parents before children."""
    return list(_nodes(day, Placement.objects.on(day).filter(scope.q("path"))))


def children_on(day: date, scope: Scope, parent: Unit | None) -> list[Node]:
    """Units directly under ``parent`` at the end of ``day``, as far as they lie in ``scope``.

    Without a parent, the highest units of the scope: the root, or what the scope begins with.
    """
    places = Placement.objects.on(day).filter(scope.q("path"))
    if parent is not None:
        return list(_nodes(day, places.filter(parent=parent)))
    inside = Placement.objects.on(day).filter(scope.q("path"), unit=OuterRef("parent"))
    return list(_nodes(day, places.exclude(Exists(inside))))


def _nodes(day: date, places: QuerySet[Placement]) -> Iterable[Node]:
    below = Placement.objects.on(day).filter(parent=OuterRef("unit"))
    rows = places.annotate(has_children=Exists(below)).order_by("path")
    for place in rows.select_related("unit"):
        unit = place.unit
        yield Node(
            unit.pk,
            unit.code,
            unit.name,
            unit.level,
            unit.kind,
            place.path,
            place.parent_id,
            place.has_children,
        )


def units_above(unit: Unit, scope: Scope) -> list[Unit]:
    """The units above ``unit`` now that ``scope`` reaches, the highest first."""
    return list(
        Unit.objects.visible_to(scope).filter(path__in=ancestors(unit.path)).order_by("path")
    )


def names_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Name of the unit that has ever lain at each of ``paths``."""
    return dict(
        Placement.objects.filter(path__in=set(paths)).values_list("path", "unit__name").distinct()
    )
