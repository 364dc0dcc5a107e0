"""Reads CSV as offices write it: UTF-8 with or without a byte-order mark, or GB 18030.

The encoding is settled over the whole file before the first row is given out, in one pass that
keeps nothing. UTF-8 is recognised by its own structure. Almost any bytes are GB 18030, though, so a
file that is partly UTF-8 would pass as GB 18030 and come out as 鏆栧巺; such lines are looked for.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from hearth.platform.spreadsheets.archive import Limits, refuse

_PIECE = 1 << 20


def encoding_of(file: BinaryIO, name: str) -> str:
    """``utf-8-sig`` or ``gb18030``, whichever the whole file is in.

    Raises:
        UnreadableFile: ``file_encoding`` with the row, when it is in neither or in both.
    """
    file.seek(0)
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = _("The file is in UTF-16. Save it as “CSV UTF-8 (comma delimited)”.")
        raise refuse("file_encoding", message, name)
    if _decodes(file, "utf-8-sig"):
        return "utf-8-sig"
    has_mark = start.startswith(codecs.BOM_UTF8)
    if not has_mark and _decodes(file, "gb18030"):
        odd = _line_in_other_encoding(file)
        if odd is None:
            return "gb18030"
    else:
        odd = _first_bad_line(file, "utf-8-sig" if has_mark or _mostly_utf8(file) else "gb18030")
    row = _row_of_line(file, odd)
    message = _(
        "Row %(row)s is not in the same encoding as the rest, or in none that is known. Save the"
        " whole file as “CSV UTF-8 (comma delimited)” and look at that row."
    ) % {"row": row}
    raise refuse("file_encoding", message, name, row=row)


def rows_of(file: BinaryIO, name: str, limits: Limits) -> Iterator[list[str]]:
    """Rows of a CSV in order, blank ones included, so that counting them gives Excel's numbers.

    Raises:
        UnreadableFile: at the first row that is no CSV or is too many.
    """
    encoding = encoding_of(file, name)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from _checked(csv.reader(_without_nul(text, name), strict=True), name, limits)
    finally:
        text.detach()


def line_count(file: BinaryIO) -> int:
    """Lines in the file: as many rows as it has, or more where cells hold line breaks."""
    file.seek(0)
    return sum(piece.count(b"\n") for piece in _pieces(file)) + 1


def _checked(rows: Iterator[list[str]], name: str, limits: Limits) -> Iterator[list[str]]:
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            message = _(
                "Row %(row)s cannot be read: a quotation mark is not closed or stands in the wrong"
                " place. Open the file in Excel or WPS, mend the row and save it again."
            ) % {"row": number + 1}
            raise refuse("file_damaged", message, name, row=number + 1) from error
        number += 1
        if number > limits.rows or len(row) > limits.columns:
            message = _(
                "Row %(row)s is too much: at most %(rows)s rows and %(columns)s columns can be"
                " read. Split the file."
            ) % {"row": number, "rows": f"{limits.rows:,}", "columns": limits.columns}
            raise refuse("file_too_large", message, name, row=number)
        yield row


def _without_nul(lines: Iterator[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            message = _("Line %(line)s holds binary data. This is no CSV file.") % {"line": number}
            raise refuse("file_format", message, name, line=number)
        yield line


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        for piece in _pieces(file):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(file.readline, b"")


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_like_utf8(line: bytes) -> bool:
    """Chinese in UTF-8 that also happens to decode as GB 18030.

    Real GB 18030 text is made of GB 2312's two-byte characters nearly throughout, and these are
    hardly ever valid UTF-8 of Chinese characters. UTF-8 read as GB 18030 gives characters outside
    GB 2312 at once.
    """
    if line.isascii() or not _is(line, "utf-8"):
        return False
    signs = [sign for sign in line.decode("utf-8") if sign > "\x7f"]
    return all(sign >= "\u2000" for sign in signs) and not _is(line, "gb2312")


def _line_in_other_encoding(file: BinaryIO) -> int | None:
    """The odd line out of a file that decodes as GB 18030, from 1; None when there is none."""
    first_utf8 = first_other = None
    utf8 = others = 0
    for number, line in enumerate(_lines(file), start=1):
        if line.isascii():
            continue
        if _looks_like_utf8(line):
            utf8 += 1
            first_utf8 = first_utf8 or number
        else:
            others += 1
            first_other = first_other or number
    return first_other if utf8 > others else first_utf8


def _mostly_utf8(file: BinaryIO) -> bool:
    lines = (line for line in _lines(file) if not line.isascii())
    return sum(1 if _is(line, "utf-8") else -1 for line in lines) > 0


def _first_bad_line(file: BinaryIO, encoding: str) -> int:
    return next(
        number for number, line in enumerate(_lines(file), start=1) if not _is(line, encoding)
    )


def _row_of_line(file: BinaryIO, line: int) -> int:
    """The row, as Excel counts, on which a line lies: cells may hold line breaks."""
    before = (part.decode("latin-1") for part in islice(_lines(file), line - 1))
    try:
        return sum(1 for _row in csv.reader(chain(before, ["x"])))
    except csv.Error:
        return line
