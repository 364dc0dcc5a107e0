"""Looks through an XLSX before it is read: it is a ZIP of XML, and either can be a bomb.

The reader lays a sheet out as one dense block from its first to its last used cell, so two cells
far apart, in a file of two kilobytes, ask for hundreds of gigabytes. Sizes in a ZIP directory may
lie as well. So each part is unpacked here once, in small pieces, counted against what the directory
says, and scanned for the used area of its cells. The scan also finds what the reader drops without
a word: cells with ``#REF!`` and formulas that were never computed.
"""

from __future__ import annotations

import html
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from hearth.platform.spreadsheets.areas import ATTRIBUTE, PIECE, PartScan, Scanner
from hearth.platform.spreadsheets.cells import UnreadableFile, letters

_END = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_LOCATOR = b"PK\x06\x07"
_BOOK = "xl/workbook.xml"
_BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused unread.

    The defaults keep a server with 500 MB for the task safe and let through more than Hearth's
    largest real sheet, 110,000 marks of six columns.

    Attributes:
        file_bytes: of the file as sent.
        unpacked_bytes: of everything inside an XLSX.
        ratio: unpacked to packed, of a part of an XLSX above 8 MiB; real sheets reach about 60.
        entries: files inside an XLSX.
        rows: rows of one sheet, the heading included.
        columns: columns of one sheet.
        cells: rows times columns of one sheet, empty cells included.
    """

    file_bytes: int = 100 << 20
    unpacked_bytes: int = 400 << 20
    ratio: int = 250
    entries: int = 1_000
    rows: int = 500_000
    columns: int = 256
    cells: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Archive:
    """An XLSX that was looked through and is safe to read.

    Attributes:
        names: every file inside.
        sheets: scan of the sheet, by its name in the workbook.
    """

    names: frozenset[str]
    sheets: dict[str, PartScan]


def refuse(code: str, message: str, name: str, **facts: object) -> UnreadableFile:
    """A refusal of a file that names it."""
    return UnreadableFile(code, f"{name}: {message}", file=name, **facts)


def look_through(file: BinaryIO, name: str, limits: Limits) -> Archive:
    """Check an XLSX and scan its sheets, leaving ``file`` wherever it was read to.

    Raises:
        UnreadableFile: ``file_damaged``, ``file_too_large`` or ``file_format``.
    """
    entries = _directory(file, name, limits)
    kept: dict[str, bytes] = {}
    scans: dict[str, PartScan] = {}
    for entry in entries:
        scanner = Scanner()
        pieces = []
        for piece in _unpack(file, entry, name):
            if not scanner.feed(piece):
                raise _damaged(name)
            if entry.filename in (_BOOK, _BOOK_RELATIONS):
                pieces.append(piece)
        scans[entry.filename] = scanner.close()
        kept[entry.filename] = b"".join(pieces)
    parts = _sheet_parts(kept)
    for part, scan in scans.items():
        shown_as = next((sheet for sheet, at in parts.items() if at == part), part)
        _check_area(scan, name, shown_as, limits)
    sheets = {sheet: scans.get(part, PartScan()) for sheet, part in parts.items()}
    return Archive(frozenset(scans), sheets)


def _directory(file: BinaryIO, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries of the ZIP, after every check that needs no unpacking."""
    _check_end(file, name, limits)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise _damaged(name) from error
    if len(entries) > limits.entries:
        raise _bomb(name)
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise _damaged(name)
    total = 0
    for entry in entries:
        total += entry.file_size
        large = entry.file_size > 8 << 20
        if large and (
            entry.file_size > limits.ratio * max(entry.compress_size, 1)
            or entry.filename in (_BOOK, _BOOK_RELATIONS)
        ):
            raise _bomb(name)
        if entry.flag_bits & 0x1:
            raise refuse(
                "file_format",
                _("The file has a password. Save it without one and send it again."),
                name,
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged(name)
    if total > limits.unpacked_bytes:
        raise _bomb(name)
    return entries


def _check_end(file: BinaryIO, name: str, limits: Limits) -> None:
    """Refuse a ZIP whose end is not where it should be, or that lists too many entries.

    With nothing after its end record, every reader finds the same directory, so what is checked
    here is what is read later.
    """
    size = file.seek(0, 2)
    file.seek(max(size - 42, 0))
    tail = file.read(42)
    locator, record = tail[:4], tail[-22:]
    if size < 22 or record[:4] != _END:
        raise _damaged(name)
    _sign, disk, start, here, count, length, offset, comment = struct.unpack("<4s4H2LH", record)
    if disk or start or comment or here != count:
        raise _damaged(name)
    if count > limits.entries or length > limits.entries * 1_024:
        raise _bomb(name)
    file.seek(0)
    ends = offset + length == size - 22 or locator == _LOCATOR
    if file.read(4) != _LOCAL or not ends:
        raise _damaged(name)


def _unpack(file: BinaryIO, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The true content of one entry in pieces; refused where the directory lied about its size.

    ``ZipExtFile`` stops at the size that the directory states, and so would not notice.
    """
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != _LOCAL:
        raise _damaged(name)
    name_length, extra_length = struct.unpack("<2H", header[26:30])
    file.seek(name_length + extra_length, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        source = _stored(file, entry)
    else:
        source = _inflated(file, entry)
    left = entry.file_size
    try:
        for piece in source:
            left -= len(piece)
            if left < 0:
                break
            yield piece
    except zlib.error as error:
        raise _damaged(name) from error
    if left:
        raise _damaged(name)


def _stored(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    left = entry.compress_size
    while left > 0 and (piece := file.read(min(left, PIECE))):
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    left = entry.compress_size
    while not inflate.eof:
        packed = inflate.unconsumed_tail
        if not packed:
            packed = file.read(min(left, 1 << 18))
            left -= len(packed)
        piece = inflate.decompress(packed, PIECE)
        if piece:
            yield piece
        elif not packed:
            return


def _damaged(name: str) -> UnreadableFile:
    return refuse(
        "file_damaged",
        _("The file is damaged. Open it in Excel or WPS, save it as .xlsx and send it again."),
        name,
    )


def _bomb(name: str) -> UnreadableFile:
    return refuse(
        "file_too_large",
        _(
            "The file holds far more than its size shows. Copy the rows that are needed into a new"
            " workbook and send that."
        ),
        name,
    )


def _check_area(scan: PartScan, name: str, sheet: str, limits: Limits) -> None:
    if (
        scan.rows > limits.rows
        or scan.columns > limits.columns
        or scan.rows * scan.columns > limits.cells
    ):
        last = f"{letters(scan.columns - 1)}{scan.rows}"
        message = _(
            "Sheet %(sheet)s is used as far as cell %(cell)s. At most %(rows)s rows, %(columns)s"
            " columns and %(cells)s cells can be read. Delete what is not needed or split the file."
        ) % {
            "sheet": sheet,
            "cell": last,
            "rows": f"{limits.rows:,}",
            "columns": limits.columns,
            "cells": f"{limits.cells:,}",
        }
        raise refuse("file_too_large", message, name, sheet=sheet, cell=last)


# --- which part is which sheet ------------------------------------------------------------------

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        key.decode("ascii", "replace").rpartition(":")[2]: html.unescape(
            (double or single).decode("utf-8", "replace")
        )
        for key, double, single in ATTRIBUTE.findall(tag)
    }


def _sheet_parts(kept: dict[str, bytes]) -> dict[str, str]:
    """Part name of each sheet, by the sheet's name, as the workbook lists them."""
    targets = {}
    for tag in _RELATION.findall(kept.get(_BOOK_RELATIONS, b"")):
        relation = _attributes(tag)
        target = relation.get("Target", "")
        base = "" if target.startswith("/") else "xl"
        targets[relation.get("Id", "")] = posixpath.normpath(
            posixpath.join(base, target.lstrip("/"))
        )
    sheets = (_attributes(tag) for tag in _SHEET.findall(kept.get(_BOOK, b"")))
    return {sheet.get("name", ""): targets.get(sheet.get("id", ""), "") for sheet in sheets}
