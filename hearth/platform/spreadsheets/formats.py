"""From a value to a cell, by the type of the column: the way back of ``values``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.kernel.errors import RuleViolation
from hearth.platform.spreadsheets.cells import (
    EXCEL_TEXT,
    excel_length,
    neutral_for_csv,
    neutral_for_xlsx,
)
from hearth.platform.spreadsheets.columns import Column

_BLOCK = 2_000
_REMEMBERED = 30_000
_FIRST_SAFE_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was


@dataclass(frozen=True, slots=True)
class Link:
    """A text cell that leads to an address; in CSV and in bulk XLSX the text alone is left."""

    text: str
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://", "mailto:", "internal:")):
            raise ValueError(f"not an address to link to: {self.url}")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Table:
    """One table to write.

    Attributes:
        name: of the sheet; what Excel does not allow in it is replaced.
        columns: what the values are, in order.
        rows: values by column, in the form that ``Column`` documents; a longer row is cut, so the
            rows of ``Parsed`` fit. Taken once, in order.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


Write = Callable[[Any], Any]


def csv_cell(column: Column, zone: dt.tzinfo, labels: bool) -> Write:
    """What turns a value, other than None, of a column into the text of a CSV cell."""
    write = _PLAIN_CELLS.get(column.type)
    if write is None:
        text = _text_cell(column, labels)
        return lambda value: neutral_for_csv(text(value))
    if column.type == "boolean":
        return _boolean_cell(labels)
    if column.type == "instant":
        return lambda value: _iso(value, zone)
    return write


def xlsx_cell(column: Column, zone: dt.tzinfo, labels: bool) -> Write:
    """What turns a value, other than None, of a column into the content of an XLSX cell."""
    if column.type == "boolean":
        return _boolean_cell(labels)
    if column.type == "instant":
        return lambda value: _excel_instant(value, zone)
    write = _EXCEL_CELLS.get(column.type)
    if write is not None:
        return write
    text = _text_cell(column, labels)
    return lambda value: neutral_for_xlsx(_fitting(text(value), column))


def _text_cell(column: Column, labels: bool) -> Callable[[Any], str]:
    names = {str(key): str(label) for key, label in column.choices} if labels else {}
    if column.type == "list":
        return lambda value: ";".join(
            _item(names.get(str(item), str(item))) for item in value or ()
        )
    return lambda value: names.get(str(value), str(value))


def _item(text: str) -> str:
    if ";" in text or "；" in text:
        raise ValueError(f"an item of a list cannot hold a semicolon: {text!r}")
    return text


def _fitting(text: str, column: Column) -> str:
    if len(text) > EXCEL_TEXT // 2 and excel_length(text) > EXCEL_TEXT - 1:
        message = _(
            "A text under “%(column)s” has %(length)s characters; a cell of a workbook holds"
            " 32,767. Export it as CSV."
        ) % {"column": column.label, "length": f"{len(text):,}"}
        raise RuleViolation("cell_too_long", message, column=column.name)
    return text


def _boolean_cell(labels: bool) -> Write:
    yes, no = (pgettext("cell", "y"), pgettext("cell", "n")) if labels else ("y", "n")
    return lambda value: yes if value else no


def _decimal_text(value: Decimal) -> str:
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled_text(places: int) -> Write:
    return lambda value: _decimal_text(Decimal(value).scaleb(-places))


def _excel_number(value: Any) -> float | int | str:
    """A number; as text where Excel's fifteen digits would not hold it."""
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    digits = len(Decimal(value).normalize().as_tuple().digits)
    return float(value) if digits <= 15 else _decimal_text(value)


def _excel_day(value: dt.date) -> dt.date | str:
    return value if value >= _FIRST_SAFE_DAY else value.isoformat()


def _iso(value: dt.datetime, zone: dt.tzinfo) -> str:
    local = value.astimezone(zone)
    offset = local.utcoffset()
    if offset is None or offset.seconds % 60:  # a local mean time, older than time zones
        return value.astimezone(dt.UTC).isoformat()
    return local.isoformat()


def _excel_instant(value: dt.datetime, zone: dt.tzinfo) -> dt.datetime | str:
    """The local time; as ISO 8601 with its offset where a cell would lose part of it."""
    bare = value.astimezone(zone).replace(tzinfo=None, fold=0)
    exact = not bare.microsecond and bare.replace(tzinfo=zone).astimezone(dt.UTC) == value
    return bare if exact and bare.date() >= _FIRST_SAFE_DAY else _iso(value, zone)


_PLAIN_CELLS: dict[str, Write] = {
    "integer": str,
    "milli": _scaled_text(3),
    "centi": _scaled_text(2),
    "decimal": _decimal_text,
    "longitude": _decimal_text,
    "latitude": _decimal_text,
    "date": dt.date.isoformat,
    "instant": str,
    "boolean": str,
}
_EXCEL_CELLS: dict[str, Write] = {
    "integer": _excel_number,
    "milli": lambda value: value / 1000,
    "centi": lambda value: value / 100,
    "decimal": _excel_number,
    "longitude": _excel_number,
    "latitude": _excel_number,
    "date": _excel_day,
}


class _Memo(dict[Any, Any]):
    """Writes a value the first time it is seen; later ones are looked up without a call."""

    def __init__(self, write: Write) -> None:
        super().__init__({None: ""})
        self.write = write

    def __missing__(self, value: Any) -> Any:
        cell = self.write(value)
        if len(self) < _REMEMBERED:
            self[value] = cell
        return cell


def cells_of(table: Table, writers: Sequence[Write]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as cells, in blocks, each column of a block at once."""
    lookups = [
        write if column.type == "list" else _Memo(write).__getitem__  # a list is no key
        for column, write in zip(table.columns, writers, strict=True)
    ]
    rows = iter(table.rows)
    while block := list(islice(rows, _BLOCK)):
        columns = list(zip(*block, strict=True))
        if len(columns) < len(lookups):
            raise ValueError(f"table {table.name}: rows are shorter than the headings")
        written = [
            list(map(lookup, column)) for lookup, column in zip(lookups, columns, strict=False)
        ]
        yield list(zip(*written, strict=True))
