"""Finds which cells of a sheet are used, without reading them.

Works on the bytes of one part of an XLSX as they are unpacked, in pieces: a megabyte takes about
twenty milliseconds. The area is what the reader will lay out in memory; the bad cells are those
that it drops without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hearth.platform.spreadsheets.cells import BadCell, column_index, error_in_cell

PIECE = 1 << 20
"""Bytes scanned at once."""

ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
"""Name and value, in either kind of quotation marks, of an attribute of a tag."""
_PLAIN = re.compile(rb'<c r="([A-Za-z]+)(\d+)"')
_PLAIN_OR_BLANK = re.compile(rb'<c r="([A-Za-z]+)(\d+)"[^>]*?(/?)>')
_TOKEN = re.compile(rb"""<(?:[\w.-]+:)?(row|c)(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_ERROR = re.compile(
    rb"""<(?:[\w.-]+:)?c\s([^>]*\bt\s*=\s*["']e["'][^>]*)(?<!/)>(.*?)</(?:[\w.-]+:)?c\s*>""",
    re.DOTALL,
)
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v>([^<]*)<")
_UNCOMPUTED = re.compile(
    rb"<(?:[\w.-]+:)?c\s([^>]*)(?<!/)>\s*"
    rb"<(?:[\w.-]+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:[\w.-]+:)?f>)\s*</(?:[\w.-]+:)?c\s*>"
)
_REFERENCE = re.compile(rb"\s*([A-Za-z]*)(\d*)")
_BEYOND = 1 << 40  # past any limit, for a reference that cannot be a cell
_NOTED = 10_000  # one bad cell refuses the import, so the rest need not be remembered


@dataclass(slots=True)
class PartScan:
    """What one part of an XLSX holds in cells.

    Attributes:
        rows: rows down to the last used one.
        columns: columns up to the last used one.
        bad: cells the file itself marks as wrong, by (row from 1, column from 0).
    """

    rows: int = 0
    columns: int = 0
    bad: dict[tuple[int, int], BadCell] = field(default_factory=dict)


class Scanner:
    """Finds the used area and the bad cells of one part, fed in pieces.

    Sheets as Excel, WPS and the usual libraries write them are scanned by one regular expression;
    anything else tag by tag, placing cells without a reference where the reader places them. Cells
    that are only formatted do not count: offices format whole columns, down to row 1,048,576.
    """

    def __init__(self) -> None:
        self.scan = PartScan()
        self._carry = b""
        self._row = 0
        self._column = 0

    def feed(self, piece: bytes) -> bool:
        """Scan one more piece, holding back the row that it cuts.

        Returns:
            False when a single tag is longer than any sheet needs.
        """
        data = self._carry + piece
        end = data.rfind(b"row>") + 4
        if end == 3:
            end = data.rfind(b"<")
            end = len(data) if end < 0 else end
        self._carry = data[end:]
        self._scan(data[:end])
        return len(self._carry) <= 8 * PIECE

    def close(self) -> PartScan:
        """Scan what is left and tell what was found."""
        self._scan(self._carry)
        return self.scan

    def _scan(self, data: bytes) -> None:
        plain = self._scan_plain(data)
        if not plain:
            self._scan_tags(data)
        if b'"e"' in data or (not plain and b"'e'" in data):
            self._note_errors(data)
        if b"<f" in data or (not plain and b":f" in data):
            self._note_uncomputed(data)

    def _scan_plain(self, data: bytes) -> bool:
        """Take in the cells of a piece at once; False when one of them needs a closer look."""
        has_blank = b"/><c" in data or b"/></row" in data
        found = (_PLAIN_OR_BLANK if has_blank else _PLAIN).findall(data)
        tags = data.count(b"<c")
        if tags != len(found) and tags - data.count(b"<col") != len(found):
            return False
        if data.count(b"<row") != data.count(b'<row r="') or b":c" in data or b":row" in data:
            return False
        used = [cell[:2] for cell in found if not cell[2]] if has_blank else found
        if used:
            columns, rows = {column for column, _row in used}, {row for _column, row in used}
            self._use(max(map(_number, rows)), max(map(_column_of, columns)))
        last = data.rfind(b'<row r="')
        if last >= 0:
            self._row = max(self._row, _number(data[last + 8 : last + 20].partition(b'"')[0]))
        return True

    def _scan_tags(self, data: bytes) -> None:
        for tag, text in _TOKEN.findall(data):
            column, row = _reference(text)
            if tag == b"row":
                self._row = row or self._row + 1
                self._column = 0
                continue
            row = row or max(self._row, 1)
            column = self._column if column is None else column
            self._column = column + 1
            if not text.endswith(b"/"):
                self._use(row, column)

    def _use(self, row: int, column: int) -> None:
        self.scan.rows = max(self.scan.rows, row)
        self.scan.columns = max(self.scan.columns, column + 1)

    def _note_errors(self, data: bytes) -> None:
        for attributes, content in _ERROR.findall(data):
            value = _VALUE.search(content)
            text = value[1].decode("utf-8", "replace") if value else "#"
            self._note(attributes, error_in_cell(text))

    def _note_uncomputed(self, data: bytes) -> None:
        reason = _("The formula was never computed. Open the file in Excel or WPS and save it.")
        for attributes in _UNCOMPUTED.findall(data):
            self._note(attributes, BadCell("=…", reason))

    def _note(self, attributes: bytes, cell: BadCell) -> None:
        column, row = _reference(attributes)
        if column is not None and row and len(self.scan.bad) < _NOTED:
            self.scan.bad[row, column] = cell


def _reference(tag: bytes) -> tuple[int | None, int | None]:
    """Column from 0 and row from 1 that a tag's first ``r`` names; None where it names none."""
    for key, double, single in ATTRIBUTE.findall(tag):
        if key == b"r":
            found = _REFERENCE.match(double or single)
            column, row = found.groups() if found else (b"", b"")
            return _column_of(column) if column else None, _number(row) if row else None
    return None, None


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) < 12 else _BEYOND


def _column_of(name: bytes) -> int:
    return column_index(name.decode("ascii")) if len(name) <= 3 else _BEYOND
