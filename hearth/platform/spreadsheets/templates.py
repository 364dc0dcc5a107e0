"""Makes the workbook that a user fills in: headings, drop-downs, checks and notes.

The sheet for the data holds the headings and nothing else, so that what is filled in can be sent as
it is; examples stand on the sheet of notes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.platform.spreadsheets.cells import letters
from hearth.platform.spreadsheets.columns import Column
from hearth.platform.spreadsheets.sheet import SheetSpec
from hearth.platform.spreadsheets.writing import (
    EXCEL_ROWS,
    HEADING,
    display_width,
    heading_style,
    new_workbook,
    sheet_name,
)

_LAST_ROW = EXCEL_ROWS - 1
_IN_PLACE = 255
"""Longest list of choices that Excel keeps inside a drop-down, with the commas."""


def template(*specs: SheetSpec) -> bytes:
    """A workbook to fill in, with one sheet for each spec, in the user's language.

    Required columns bear a star; the identifier and what to write stand in the note of each
    heading and on the last sheet. Codes are formatted as text, so that Excel keeps their zeros.

    Returns:
        The XLSX; equal specs in the same language give equal bytes.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer) as book:
        # The sheets come first and open first; their long lists of choices stand on the last one.
        pages = [book.add_worksheet(sheet_name(spec.kind)) for spec in specs]
        _Notes(book).write(specs)
        lists = _Lists(book)
        for page, spec in zip(pages, specs, strict=True):
            _write_sheet(book, page, spec, lists)
    return buffer.getvalue()


class _Lists:
    """A hidden sheet with the choices that are too long for a drop-down to hold itself."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.page: Any = None
        self.used = 0

    def source(self, choices: Sequence[str]) -> list[str] | str:
        """What a drop-down takes as its list."""
        simple = all("," not in choice and not choice.startswith("=") for choice in choices)
        if simple and len(",".join(choices).encode("utf-16-le")) // 2 <= _IN_PLACE:
            return list(choices)
        if self.page is None:
            self.page = self.book.add_worksheet("_lists")
            self.page.very_hidden()
        for row, choice in enumerate(choices):
            self.page.write_string(row, self.used, choice)
        letter = letters(self.used)
        self.used += 1
        return f"='_lists'!${letter}$1:${letter}${len(choices)}"


def _write_sheet(book: Any, page: Any, spec: SheetSpec, lists: _Lists) -> None:
    optional = book.add_format(heading_style())
    required = book.add_format({**heading_style(), "bg_color": "#F6D9C4"})
    text = book.add_format({"num_format": "@"})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    instants = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    formats = {"code": text, "period": text, "list": text, "date": dates, "instant": instants}
    for index, column in enumerate(spec.columns):
        heading = f"{column.label} *" if column.required else str(column.label)
        width = min(max(display_width(heading) + 4, 12), 40)
        page.set_column(index, index, width, formats.get(column.type))
        page.write_string(0, index, heading, required if column.required else optional)
        page.write_comment(
            0, index, _hint(column), {"x_scale": 2, "y_scale": 1.5, "author": "Hearth"}
        )
        rule = _rule(column, lists)
        if rule:
            page.data_validation(1, index, _LAST_ROW, index, rule)
    page.freeze_panes(1, 0)
    page.set_row(0, 30)


def _hint(column: Column) -> str:
    parts = [column.name, kind_of(column)]
    if column.required:
        parts.append(_("Required."))
    if column.note:
        parts.append(str(column.note))
    return "\n".join(parts)


def _rule(column: Column, lists: _Lists) -> dict[str, Any] | None:
    """The check that Excel makes while the user types, where it can make one."""
    if column.type == "choice":
        labels = [str(label) for _key, label in column.choices]
        return _checked({"validate": "list", "source": lists.source(labels)}, column)
    if column.type == "boolean":
        choices = [pgettext("cell", "y"), pgettext("cell", "n")]
        return _checked({"validate": "list", "source": choices}, column)
    if column.type in ("date", "instant"):
        rule: dict[str, Any] = {"validate": "date", "criteria": ">=", "value": "=DATE(1900,3,1)"}
        return _checked(rule, column)
    if column.type in ("longitude", "latitude"):
        bound = 180 if column.type == "longitude" else 90
        rule = {"validate": "decimal", "criteria": "between", "minimum": -bound, "maximum": bound}
        return _checked(rule, column)
    if column.type in ("integer", "milli", "centi", "decimal"):
        low = -2_147_483_648 if column.minimum is None else column.minimum
        high = 2_147_483_647 if column.maximum is None else column.maximum
        rule = {
            "validate": "integer" if column.type == "integer" else "decimal",
            "criteria": "between",
            "minimum": float(low) if column.type != "integer" else int(low),
            "maximum": float(high) if column.type != "integer" else int(high),
        }
        return _checked(rule, column)
    return None


def _checked(rule: dict[str, Any], column: Column) -> dict[str, Any]:
    """The rule with what Excel asks when it is broken: other spellings may be meant."""
    return {
        **rule,
        "error_title": str(column.label)[:32],
        "error_message": kind_of(column)[:255],
        "error_type": "warning",
    }


def kind_of(column: Column) -> str:
    """What may stand in a column, as a sentence for the user."""
    if column.type in ("choice", "list") and column.choices:
        labels = ", ".join(str(label) for _key, label in column.choices)
        if column.type == "list":
            return _("Several of, separated by semicolons: %(choices)s.") % {"choices": labels}
        return _("One of: %(choices)s.") % {"choices": labels}
    sentence = _SENTENCES[column.type]()
    limits = []
    if column.minimum is not None:
        limits.append(_("At least %(limit)s.") % {"limit": column.minimum})
    if column.maximum is not None:
        limits.append(_("At most %(limit)s.") % {"limit": column.maximum})
    if column.max_length is not None:
        limits.append(_("At most %(limit)s characters.") % {"limit": column.max_length})
    return " ".join([sentence, *limits])


_SENTENCES = {
    "text": lambda: _("Text."),
    "code": lambda: _("Code: letters and digits on one line."),
    "integer": lambda: _("Whole number."),
    "milli": lambda: _("Number with at most 3 decimals."),
    "centi": lambda: _("Number with at most 2 decimals."),
    "decimal": lambda: _("Number."),
    "date": lambda: _("Date, such as 2021-06-15."),
    "instant": lambda: _("Date and time, such as 2021-06-15T10:30."),
    "boolean": lambda: _("Yes or no: y or n, or 1 or 0."),
    "list": lambda: _("Several, separated by semicolons."),
    "longitude": lambda: _("Longitude in degrees, such as 123.431500."),
    "latitude": lambda: _("Latitude in degrees, such as 41.805700."),
    "period": lambda: _("Period: 2021Q2, 2021-06, 2021H1 or 2021."),
}


_NOTE_WIDTHS = (20, 20, 10, 48, 48, 24)
_LINE_HEIGHT = 15


class _Notes:
    """The sheet that explains the others."""

    def __init__(self, book: Any) -> None:
        self.page = book.add_worksheet(sheet_name(pgettext("spreadsheet", "Notes")))
        self.heading = book.add_format(heading_style())
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": HEADING["ink"]})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.row = 0

    def write(self, specs: Sequence[SheetSpec]) -> None:
        """Fill the sheet with a section for each spec."""
        for index, width in enumerate(_NOTE_WIDTHS):
            self.page.set_column(index, index, width)
        for spec in specs:
            self._section(spec)
            self.row += 1
        self.page.set_landscape()
        self.page.set_paper(9)  # A4
        self.page.fit_to_pages(1, 0)

    def _section(self, spec: SheetSpec) -> None:
        self._line([str(spec.title) or spec.kind], self.title)
        self._line([_("Sheet: %(name)s") % {"name": spec.kind}])
        for note in spec.notes:
            self._line([str(note)])
        headings = [
            pgettext("spreadsheet", "Column"),
            pgettext("spreadsheet", "Identifier"),
            pgettext("spreadsheet", "Required"),
            pgettext("spreadsheet", "What to write"),
            pgettext("spreadsheet", "Note"),
            pgettext("spreadsheet", "Example"),
        ]
        self._line(headings, self.heading)
        for column in spec.columns:
            mark = pgettext("cell", "y") if column.required else ""
            cells = [str(column.label), column.name, mark, kind_of(column)]
            self._line([*cells, str(column.note), column.example], self.wrap)
        if spec.example_rows:
            self._examples(spec)

    def _examples(self, spec: SheetSpec) -> None:
        self.row += 1
        self._line([_("Example rows, to copy into the sheet:")])
        used = [
            column
            for column in spec.columns
            if any(column.name in row for row in spec.example_rows)
        ]
        self._line([str(column.label) for column in used], self.heading)
        for example in spec.example_rows:
            self._line([str(example.get(column.name, "")) for column in used], self.wrap)

    def _line(self, cells: Sequence[str], style: Any = None) -> None:
        """Write one row; wrapped cells make it as high as they need, which Excel alone would do."""
        for index, cell in enumerate(cells):
            self.page.write_string(self.row, index, cell, style)
        if style is self.wrap:
            widths = zip(cells, _NOTE_WIDTHS, strict=False)
            lines = max(-(-display_width(cell) // width) for cell, width in widths)
            self.page.set_row(self.row, _LINE_HEIGHT * max(lines, 1))
        self.row += 1
