"""A difference between editions in the words of their spreadsheet: headings, points, choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hearth.exchange.standard import CRITERIA, STANDARD
from hearth.kernel.rounding import centi_text, milli_text
from hearth.platform.spreadsheets.columns import Column
from hearth.standards.domain.difference import EditionDifference, FieldChange, RowsDifference

_STANDARD = {column.name: column for column in STANDARD.columns}
_CRITERIA = {column.name: column for column in CRITERIA.columns}
_COLUMNS_OF_EDITION = _STANDARD | {
    "standard": _STANDARD["code"],
    "base_milli": _STANDARD["base_points"],
    "total_milli": _STANDARD["total_points"],
    "pass_centi": _STANDARD["pass_points"],
}
_COLUMNS_OF_MODULES = {
    "title": _CRITERIA["module_title"],
    "title_en": _CRITERIA["module_title_en"],
}
_COLUMNS_OF_CRITERIA = _CRITERIA | {
    "points_milli": _CRITERIA["points"],
    "step_milli": _CRITERIA["step_points"],
    "max_lost_milli": _CRITERIA["max_lost"],
}


def worded(found: EditionDifference) -> EditionDifference:
    """``found`` with headings for field names, points for thousandths, and words for choices."""
    return EditionDifference(
        edition=tuple(_change(change, _COLUMNS_OF_EDITION) for change in found.edition),
        modules=_rows(found.modules, _COLUMNS_OF_MODULES),
        criteria=_rows(found.criteria, _COLUMNS_OF_CRITERIA),
    )


def _rows(rows: RowsDifference, columns: Mapping[str, Column]) -> RowsDifference:
    changed = (
        replace(row, fields=tuple(_change(change, columns) for change in row.fields))
        for row in rows.changed
    )
    return replace(rows, changed=tuple(changed))


def _change(change: FieldChange, columns: Mapping[str, Column]) -> FieldChange:
    column = columns[change.field]
    old, new = (_value(change.field, column, value) for value in (change.old, change.new))
    return FieldChange(str(column.label), old, new)


def _value(field: str, column: Column, value: Any) -> str:
    if value is None:
        return ""
    if field.endswith("_milli"):
        return milli_text(value)
    if field.endswith("_centi"):
        return centi_text(value)
    words = {key: str(label) for key, label in column.choices}
    items = value if isinstance(value, tuple | list) else (value,)
    return "; ".join(words.get(item, str(item)) for item in items)
