"""Where a comparison begins: the highest units that somebody reaches, and those below a unit."""

from __future__ import annotations

from hearth.network.models import Unit
from hearth.network.scope import Scope


def tops(scope: Scope) -> list[Unit]:
    """The highest units of ``scope`` now, in the order of the tree; none lies below another."""
    reached = Unit.objects.visible_to(scope)
    found = list(reached.filter(path__in=scope.paths).order_by("path"))
    found = found or list(reached.filter(parent=None))
    return [one for one in found if not any(_below(one, other) for other in found)]


def _below(one: Unit, other: Unit) -> bool:
    return one.path != other.path and one.path.startswith(other.path)


def below(scope: Scope, unit: Unit) -> list[Unit]:
    """The units right below ``unit`` that ``scope`` reaches; an outlet stands for itself."""
    if unit.is_outlet:
        return [unit]
    return list(Unit.objects.visible_to(scope).filter(parent=unit).order_by("path"))
