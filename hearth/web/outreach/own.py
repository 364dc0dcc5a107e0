"""The own fields of a kind of activity, as lists, pages and files show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hearth.ledgers.registers import REGISTERS
from hearth.outreach.domain.kinds import ExtraField, read_fields
from hearth.outreach.models import Activity, ActivityKind
from hearth.platform.spreadsheets import Column, Table
from hearth.platform.spreadsheets.columns import ColumnType

_TYPES: dict[str, ColumnType] = {"integer": "integer", "yes_no": "boolean"}
_CHUNK = 2000


def in_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "zh").startswith("zh")


def heading(one: ExtraField) -> str:
    """What a field is called."""
    return one.label if in_chinese() else one.label_en


def shown(one: ExtraField, details: dict[str, Any]) -> Any:
    """What a record says in a field, in the reader's words; None where it says nothing."""
    value = details.get(one.key)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    names = {code: zh if in_chinese() else en for code, zh, en in one.choices}
    return value if value is None else names.get(value, value)


def fields_of(code: str) -> tuple[ExtraField, ...]:
    """The own fields of the kind with this code; none where there is no such kind."""
    kind = ActivityKind.objects.filter(code=code).first() if code else None
    return read_fields(kind.extra_fields) if kind is not None else ()


def own_table(code: str, rows: Any) -> Table | None:
    """A second sheet with the own fields of ``rows``, all of one kind; None where it has none.

    The columns of the ledger's own sheet are an exchange format and stay as they are, so that the
    file can be sent back; a sheet with another name is left alone then.
    """
    own = fields_of(code)
    if not own:
        return None
    ledger = REGISTERS["activities"]
    names = ("activity", "unit", "started_at", "title")
    columns = [*(ledger.named(name).column for name in names), *map(_column, own)]

    def cells() -> Iterator[tuple[Any, ...]]:
        first: Activity
        for first in rows.iterator(chunk_size=_CHUNK):
            common = (ledger.cell(ledger.named(name), first) for name in names)
            yield (*common, *(_cell(one, first.details) for one in own))

    title = pgettext("sheet", "Own fields of the kind")
    return Table(title, columns, cells())


def _column(one: ExtraField) -> Column:
    return Column(f"own_{one.key}", heading(one), _TYPES.get(one.type, "text"))


def _cell(one: ExtraField, details: dict[str, Any]) -> Any:
    value = details.get(one.key)
    return value if one.type in _TYPES else shown(one, details)
