"""Rectifications that tests start from, opened the way the application opens them."""

from __future__ import annotations

from typing import Any

from hearth.inspections.models import Inspection
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.outreach.models.activities import midnight
from hearth.rectification.models import Rectification, Step
from hearth.rectification.services.opening import open_for
from hearth.standards.models import Edition
from tests.factories_inspections import make_inspection, mark


def open_check(unit: Unit, edition: Edition, *criteria: str, **fields: Any) -> Inspection:
    """A released check that found ``criteria`` not met, with its rectifications open."""
    check = make_inspection(unit, edition, *(mark(code) for code in criteria), **fields)
    open_for(actor=operator("release"), inspections=[check])
    return check


def make_rectification(
    unit: Unit, edition: Edition, criterion: str = "A02", **changes: Any
) -> Rectification:
    """One rectification; ``changes`` are set on it afterwards, with the steps of days they name."""
    check = open_check(unit, edition, criterion)
    rows = Rectification.objects.filter(inspection=check)
    if changes:
        rows.update(**changes)
    row = rows.get()
    for kind, on in ((Step.Kind.FIXED, row.fixed_on), (Step.Kind.CLOSED, row.closed_on)):
        if on:
            Step.objects.create(rectification=row, kind=kind, at=midnight(on))
    return row
