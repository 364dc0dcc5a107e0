"""What several ledgers of this room say in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.ledgers.lookups import UNIT
from hearth.ledgers.registers import Fault, Field
from hearth.platform.spreadsheets import Column

VIEW, EDIT = "outreach.view", "outreach.edit"


def unit_field() -> Field:
    """The column of the unit."""
    return Field(
        Column("unit", pgettext_lazy("ledger", "Unit"), "code", required=True, max_length=40),
        lookup=UNIT,
        filters=True,
    )


def since_fields() -> list[Field]:
    """The two columns of a span."""
    return [
        Field(Column("since", pgettext_lazy("ledger", "Since"), "date", required=True)),
        Field(
            Column(
                "until",
                pgettext_lazy("ledger", "Until"),
                "date",
                note=_("First day on which it no longer holds; empty while it does."),
            )
        ),
    ]


def span_faults(row: Any, _found: Mapping[str, Any]) -> Iterable[Fault]:
    """A span ends after it begins."""
    if row.until is not None and row.until <= row.since:
        yield "until", _now("It ends before it begins. Give a later day, or none.")


def outlet_span_faults(row: Any, found: Mapping[str, Any]) -> Iterable[Fault]:
    """The same, and the unit is an outlet."""
    yield from span_faults(row, found)
    unit = found.get("unit")
    if unit is not None and not unit.is_outlet:
        yield (
            "unit",
            _now("%(name)s is no outlet. Give the code of an outlet.") % {"name": unit.name},
        )
