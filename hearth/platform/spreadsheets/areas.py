"""Finds which cells of a sheet are used, without reading them.

Works on the bytes of one part of an XLSX as they are unpacked, in pieces: a megabyte takes about
fifteen milliseconds. The area is what the reader will lay out in memory; the bad cells are those
that it drops without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from hearth.platform.spreadsheets.cells import BadCell, column_index, error_in_cell

PIECE = 1 << 20
"""Bytes scanned at once."""

ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
"""Name and value, in either kind of quotation marks, of an attribute of a tag."""
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
_REFERENCE_LENGTH = 12  # three letters, seven digits, the quotation mark, and one to spare
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

    Sheets as Excel, WPS and the usual libraries write them are scanned all cells at once; anything
    else tag by tag, placing cells without a reference where the reader places them. Cells
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
        if b":" in data and (b":c" in data or b":row" in data):
            return False
        if data.count(b"<row") != data.count(b'<row r="'):
            return False
        if b"/><c" in data or b"/></row" in data:
            extent = _extent_beside_blanks(data)
        else:
            extent = _extent(data)
        if extent is None:
            return False
        self._use(*extent)
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
                self._use(row, column + 1)

    def _use(self, rows: int, columns: int) -> None:
        self.scan.rows = max(self.scan.rows, rows)
        self.scan.columns = max(self.scan.columns, columns)

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


def _extent(data: bytes) -> tuple[int, int] | None:
    """Rows and columns up to the last cell of a piece; None when a cell is written unusually.

    All references are read side by side, one sign of each at a time: three times as fast as a
    regular expression, which has to make an object of each.
    """
    raw = np.frombuffer(data + bytes(_REFERENCE_LENGTH + 8), np.uint8)
    at = np.flatnonzero((raw[:-1] == ord("<")) & (raw[1:] == ord("c")))
    after = raw[at + 2]
    at = at[(after <= ord(" ")) | (after == ord("/")) | (after == ord(">"))]  # not <col, <cfRule
    if not all((raw[at + place] == sign).all() for place, sign in enumerate(b' r="', start=2)):
        return None
    columns, rows = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    open_ = np.ones(len(at), bool)
    for place in range(6, 6 + _REFERENCE_LENGTH):
        sign = raw[at + place].astype(np.int64)
        open_ &= sign != ord('"')
        if not open_.any():
            break
        letter = (sign >= ord("A")) & (sign <= ord("Z")) & (rows == 0)
        digit = (sign >= ord("0")) & (sign <= ord("9")) & (columns > 0)
        if (open_ & ~letter & ~digit).any():
            return None
        columns = np.where(open_ & letter, columns * 26 + sign - ord("A") + 1, columns)
        rows = np.where(open_ & digit, rows * 10 + sign - ord("0"), rows)
    if open_.any() or (len(at) and not rows.all()):
        return None
    return int(rows.max(initial=0)), int(columns.max(initial=0))


def _extent_beside_blanks(data: bytes) -> tuple[int, int] | None:
    """The same for a piece in which some cells are only formatted."""
    found = _PLAIN_OR_BLANK.findall(data)
    tags = data.count(b"<c")
    if tags != len(found) and tags - data.count(b"<col") != len(found):
        return None
    columns = {column for column, _row, blank in found if not blank}
    rows = {row for _column, row, blank in found if not blank}
    return max(map(_number, rows), default=0), max(map(_column_of, columns), default=-1) + 1


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
