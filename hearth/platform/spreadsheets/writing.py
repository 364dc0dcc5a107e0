"""Writes tables as CSV and XLSX so that they can be read back without loss.

No text leaves as a formula: see ``cells``. XLSX is written by either of two libraries. The bulk one
(rustpy-xlsxwriter) takes 2.6 s and 21 MB for 100,000 rows of 20 columns, where XlsxWriter takes
22 s even in its constant-memory mode; XlsxWriter knows links and print settings and is used for
what people read. Both give the same bytes for the same rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import Format, write_worksheets

from hearth.kernel.errors import RuleViolation
from hearth.platform.spreadsheets.cells import neutral_for_csv, neutral_for_xlsx
from hearth.platform.spreadsheets.columns import Column
from hearth.platform.spreadsheets.formats import Link, Table, Write, cells_of, csv_cell, xlsx_cell

Target = Path | str | BinaryIO

EXCEL_ROWS = 1_048_576
CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: equal rows give equal bytes

HEADING = {"fill": "#F1E9DF", "line": "#C9B8A4", "ink": "#3B3129"}
"""Colours of the heading row: paper and bark, as on the screen."""

_SAMPLE = 200

NUMERIC = frozenset(("integer", "milli", "centi", "decimal", "longitude", "latitude"))
"""Types whose cells and headings stand at the right."""

NUMBER_FORMATS = {
    "code": "@",
    "centi": "0.00",
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "longitude": "0.000000",
    "latitude": "0.000000",
}


def write_csv(
    target: Target, table: Table, *, zone: dt.tzinfo, labels: bool = False, mark: bool = True
) -> int:
    """Write a table as CSV in UTF-8.

    Args:
        target: path or binary file.
        table: what to write.
        zone: in which instants are written, with their offset.
        labels: headings, choices and yes/no in the user's language instead of identifiers.
        mark: a byte-order mark first; without it Excel takes Chinese for another encoding.

    Returns:
        The number of rows.
    """
    writers = [csv_cell(column, zone, labels) for column in table.columns]
    count = 0
    with _opened(target) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig" if mark else "utf-8", newline="")
        try:
            out = csv.writer(text, lineterminator="\r\n")
            out.writerow([neutral_for_csv(heading) for heading in _headings(table, labels)])
            for block in cells_of(table, writers):
                out.writerows(block)
                count += len(block)
        finally:
            text.detach()  # flushes, and leaves the caller's file open
    return count


def write_xlsx(
    target: Target,
    tables: Sequence[Table],
    *,
    zone: dt.tzinfo,
    labels: bool = True,
    bulk: bool = False,
) -> int:
    """Write tables as the sheets of one workbook.

    Headings are styled and stay in view, columns are as wide as their content and can be filtered.

    Args:
        target: path or binary file.
        tables: at least one, each with a name of its own.
        zone: in which instants are written, without an offset.
        labels: headings, choices and yes/no in the user's language instead of identifiers.
        bulk: for more than some 5,000 rows: eight times as fast, without links and print settings.

    Returns:
        The number of rows of all sheets.

    Raises:
        RuleViolation: ``cell_too_long`` or ``too_many_rows``, for what XLSX cannot hold.
        ValueError: no table, or two with the same name.
    """
    names = [sheet_name(table.name) for table in tables]
    if not names or len({name.casefold() for name in names}) < len(names):
        raise ValueError(f"sheets need names of their own: {names}")
    sheets = [
        _Prepared(name, table, zone, labels) for name, table in zip(names, tables, strict=True)
    ]
    with _opened(target) as file:
        if bulk:
            _write_bulk(file, sheets)
        else:
            _write_styled(file, sheets)
    return sum(sheet.count for sheet in sheets)


def sheet_name(text: str) -> str:
    """A name that Excel allows for a sheet: at most 31 characters, none of ``[]:*?/\\``."""
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text).strip(" '")[:31].strip(" '")
    return name or "Sheet"


def display_width(text: str) -> int:
    """Width of the longest line in Latin characters: a Chinese character takes two."""
    return max(
        (
            len(line) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in line)
            for line in text.splitlines()
        ),
        default=0,
    )


def _headings(table: Table, labels: bool) -> list[str]:
    return [str(column.label) if labels else column.name for column in table.columns]


# --- XLSX ---------------------------------------------------------------------------------------


class _Prepared:
    """A table ready to be written: rows of cells, counted as they pass, and widths by a sample."""

    def __init__(self, name: str, table: Table, zone: dt.tzinfo, labels: bool) -> None:
        self.name = name
        self.columns = table.columns
        self.headings = _headings(table, labels)
        if len(set(self.headings)) < len(self.headings):
            raise ValueError(f"headings must differ: {self.headings}")
        self.count = 0
        writers = [_linked(xlsx_cell(column, zone, labels)) for column in table.columns]
        rows = chain.from_iterable(cells_of(table, writers))
        sample = list(islice(rows, _SAMPLE))
        self.widths = [
            self._width(column, heading, [row[index] for row in sample])
            for index, (column, heading) in enumerate(
                zip(table.columns, self.headings, strict=True)
            )
        ]
        self._rows = chain(sample, rows)

    @staticmethod
    def _width(column: Column, heading: str, cells: Sequence[Any]) -> float:
        if column.type == "instant":
            content = 19
        elif column.type == "date":
            content = 10
        else:
            content = max((display_width(str(cell)) for cell in cells), default=0)
        return float(min(max(content + 3, display_width(heading) + 5, 8), 60))

    @property
    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, once."""
        for row in self._rows:
            self.count += 1
            if self.count >= EXCEL_ROWS:
                message = _(
                    "A sheet of a workbook holds %(rows)s rows. Choose fewer or export as CSV."
                ) % {"rows": f"{EXCEL_ROWS - 1:,}"}
                raise RuleViolation("too_many_rows", message)
            yield row

    def number_format(self, column: Column) -> str:
        """Excel format of a column, empty for the general one."""
        return column.number_format or NUMBER_FORMATS.get(column.type, "")


def _linked(write: Write) -> Write:
    """Lets a ``Link`` pass as it is; everything else is written."""
    return lambda value: value if type(value) is Link else write(value)


def _write_bulk(file: IO[bytes], sheets: Sequence[_Prepared]) -> None:
    heading = Format().set_bold().set_background_color(HEADING["fill"])
    heading.set_font_color(HEADING["ink"])
    formats: dict[str, Any] = {}
    for sheet in sheets:
        chosen = zip(sheet.headings, map(sheet.number_format, sheet.columns), strict=True)
        formats[sheet.name] = {name: Format().set_num_format(form) for name, form in chosen if form}
    with tempfile.TemporaryFile() as temporary:
        write_worksheets(
            [(sheet.name, _records(sheet)) for sheet in sheets],
            temporary,
            freeze_panes={"general": {"row": 1, "col": 0}},
            column_widths={
                sheet.name: dict(zip(sheet.headings, sheet.widths, strict=True)) for sheet in sheets
            },
            column_formats=formats,
            header_format={sheet.name: heading for sheet in sheets},
            autofilter={sheet.name: True for sheet in sheets},
        )
        _stamp(temporary)
        temporary.seek(0)
        shutil.copyfileobj(temporary, file, 1 << 20)


def _records(sheet: _Prepared) -> Iterator[dict[str, Any]]:
    """Rows as the library wants them; an empty table keeps its headings by a row of nothing."""
    headings = sheet.headings
    for row in sheet.rows:
        yield {
            heading: None if cell == "" else str(cell) if type(cell) is Link else cell
            for heading, cell in zip(headings, row, strict=True)
        }
    if not sheet.count:
        yield dict.fromkeys(headings)


def _stamp(file: IO[bytes]) -> None:
    """Put a fixed date where the library wrote the clock, so that equal rows give equal bytes.

    The properties stand near the end of the archive: they and what follows are written anew.
    """
    with zipfile.ZipFile(file, "a") as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        first = names.index("docProps/core.xml")
        contents = [(name, archive.read(name)) for name in names[first:]]
        archive.start_dir = entries[first].header_offset
        for entry in entries[first:]:
            archive.filelist.remove(entry)
            del archive.NameToInfo[entry.filename]
        for name, content in contents:
            if name == "docProps/core.xml":
                stamp = f">{CREATED:%Y-%m-%dT%H:%M:%SZ}<".encode()
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z<", stamp, content)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def _write_styled(file: IO[bytes], sheets: Sequence[_Prepared]) -> None:
    buffer = io.BytesIO()
    with new_workbook(buffer) as book:
        left = book.add_format({**heading_style(), "align": "left", "indent": 1})
        right = book.add_format({**heading_style(), "align": "right"})
        link = book.add_format(
            {"font_color": "#9A3B12", "underline": 1, "align": "left", "indent": 1, "valign": "top"}
        )
        for sheet in sheets:
            _write_sheet(book, sheet, (left, right), link)
    file.write(buffer.getbuffer())


@contextmanager
def new_workbook(target: IO[bytes]) -> Iterator[Any]:
    """An XlsxWriter workbook in which a text stays a text and equal content gives equal bytes."""
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": CREATED})
    yield book
    book.close()


def heading_style() -> dict[str, Any]:
    """XlsxWriter properties of a heading cell."""
    return {
        "bold": True,
        "bg_color": HEADING["fill"],
        "font_color": HEADING["ink"],
        "bottom": 1,
        "bottom_color": HEADING["line"],
        "valign": "vcenter",
        "text_wrap": True,
    }


def _write_sheet(book: Any, sheet: _Prepared, headings: tuple[Any, Any], link: Any) -> None:
    page = book.add_worksheet(sheet.name)
    for index, (column, width) in enumerate(zip(sheet.columns, sheet.widths, strict=True)):
        style: dict[str, Any] = {
            "valign": "top",
            "num_format": sheet.number_format(column) or "General",
        }
        if column.type not in NUMERIC:
            style |= {"align": "left", "indent": 1, "text_wrap": column.type == "text"}
        page.set_column(index, index, width, book.add_format(style))
        page.write_string(0, index, sheet.headings[index], headings[column.type in NUMERIC])
    for number, row in enumerate(sheet.rows, start=1):
        for index, cell in enumerate(row):
            if type(cell) is str:
                if cell:
                    page.write_string(number, index, cell)
            elif type(cell) is Link:
                page.write_url(number, index, cell.url, link, neutral_for_xlsx(cell.text))
            elif isinstance(cell, dt.date):
                page.write_datetime(number, index, cell)
            else:
                page.write_number(number, index, cell)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(sheet.count, 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


@contextmanager
def _opened(target: Target) -> Iterator[BinaryIO]:
    if isinstance(target, (str, Path)):
        with Path(target).open("wb") as file:
            yield file
    else:
        yield target
