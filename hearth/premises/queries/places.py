"""Which part of the tree a page is about, and the units that it compares."""

from __future__ import annotations

from datetime import date

from hearth.network.models import Unit
from hearth.network.scope import Scope


def focus(scope: Scope, code: str) -> Unit | None:
    """The unit of ``code`` in ``scope``, or the highest one without a code; None where none is."""
    reached = Unit.objects.visible_to(scope)
    if code:
        return reached.filter(code=code).first()
    return reached.order_by("path").first()


def compared(unit: Unit, scope: Scope, day: date) -> list[Unit]:
    """Units directly below ``unit`` that exist on ``day``, in the order of the tree."""
    return list(Unit.objects.visible_to(scope).filter(parent=unit).open_on(day).order_by("path"))
