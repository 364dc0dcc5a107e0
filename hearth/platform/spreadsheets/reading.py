"""Opens what a user sends: CSV files, an XLSX, a folder of either, or several at once.

Nothing is believed of a file name but the sheet it may name. What a file is, is read off its first
bytes; what is not CSV or XLSX is refused with the way to mend it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from hearth.platform.spreadsheets import csvfile
from hearth.platform.spreadsheets.archive import Limits, look_through, refuse
from hearth.platform.spreadsheets.areas import PartScan
from hearth.platform.spreadsheets.cells import BadCell, UnreadableFile, letters

Source = Path | str | tuple[str, BinaryIO]
"""A path, or an upload as its file name and an open, seekable binary file."""

DEFAULT_LIMITS = Limits()

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Sheet:
    """Rows of one sheet of a CSV file or a workbook.

    Attributes:
        name: how reports call it: the name of the sheet, or of the CSV file.
        total: number of rows, exact for XLSX; for CSV the lines, of which a row may take several.
        warnings: what the user should know of the file although it could be read.
    """

    def __init__(
        self,
        name: str,
        total: int,
        rows: Callable[[], Iterator[list[Any]]],
        warnings: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.total = total
        self.warnings = list(warnings)
        self._rows = rows

    def __iter__(self) -> Iterator[list[Any]]:
        """Rows as lists of cells from column A on, blank rows included: the n-th is row n.

        Raises:
            UnreadableFile: at the row where the file proves to be damaged or too large.
        """
        return self._rows()


def open_sheets(
    sources: Iterable[Source],
    wanted: Mapping[str, Sequence[str]] | Sequence[str],
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, Sheet]:
    """Find the sheet of each wanted kind in what was sent.

    A workbook offers its sheets by their names, a CSV file itself by its file name without the
    suffix. Where one kind is wanted and one sheet or file is there, names do not matter.

    Args:
        sources: files, uploads and folders; of a folder, the files that are named as a kind.
        wanted: kinds, with other names (such as the Chinese title) that a sheet may bear.
        limits: how much may be read.

    Returns:
        A sheet for every kind, in the order of ``wanted``.

    Raises:
        UnreadableFile: a file is of another format, damaged, too large, wrongly encoded, or a kind
            is missing or there twice.
    """
    names = _names(wanted)
    known = _known(names)
    files = list(_files(sources, known))
    alone = len(names) == 1 and len(files) == 1
    found: dict[str, Sheet] = {}
    for source in files:
        _join(found, _found_in(source, known, limits, alone=alone))
    return _complete(found, names, files)


def open_sets(
    sources: Iterable[Source],
    wanted: Mapping[str, Sequence[str]] | Sequence[str],
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[dict[str, Sheet]]:
    """Find any number of sets of the wanted sheets, one after another.

    Each workbook that holds them all is a set of its own, and is opened when its turn comes. What
    lies in several files, such as a CSV file for each kind, makes one more set. Where there are
    several workbooks, sheets bear the names of their files as well. Otherwise as ``open_sheets``.
    """
    names = _names(wanted)
    known = _known(names)
    files = list(_files(sources, known))
    alone = len(names) == 1 and len(files) == 1
    parts: dict[str, Sheet] = {}
    is_empty = True
    for source in files:
        found = _found_in(source, known, limits, alone=alone)
        if len(found) < len(names):
            _join(parts, found)
            continue
        is_empty = False
        if len(files) > 1:
            for sheet in found.values():
                sheet.name = f"{_name(source)} {sheet.name}"
        yield {kind: found[kind] for kind in names}
    if parts or is_empty:
        yield _complete(parts, names, files)


def _names(wanted: Mapping[str, Sequence[str]] | Sequence[str]) -> Mapping[str, Sequence[str]]:
    return wanted if isinstance(wanted, Mapping) else {kind: () for kind in wanted}


def _known(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {_key(name): kind for kind in names for name in (kind, *names[kind])}


def _found_in(
    source: Source, known: Mapping[str, str], limits: Limits, *, alone: bool
) -> dict[str, Sheet]:
    """The wanted sheets of one file, by kind."""
    found: dict[str, Sheet] = {}
    for sheet_name, sheet in _sheets_of(source, known, limits, alone=alone):
        kind = known.get(_key(sheet_name)) or (next(iter(known.values())) if alone else "")
        if kind:
            _join(found, {kind: sheet})
    return found


def _join(found: dict[str, Sheet], more: Mapping[str, Sheet]) -> None:
    for kind, sheet in more.items():
        if kind in found:
            message = _("There are two sheets for %(kind)s. Send one.") % {"kind": kind}
            raise refuse("sheet_twice", message, sheet.name, kind=kind)
        found[kind] = sheet


def _complete(
    found: Mapping[str, Sheet], names: Mapping[str, Sequence[str]], files: Sequence[Source]
) -> dict[str, Sheet]:
    missing = [kind for kind in names if kind not in found]
    if missing:
        message = _(
            "No sheet or CSV file is named %(names)s. Name the sheets as in the template."
        ) % {"names": ", ".join(missing)}
        raise refuse("sheet_missing", message, _named(files), missing=missing)
    return {kind: found[kind] for kind in names}


def _key(name: str) -> str:
    return name.strip().casefold()


def _named(sources: Sequence[Source]) -> str:
    return ", ".join(_name(source) for source in sources) or "–"


def _name(source: Source) -> str:
    return Path(source[0] if isinstance(source, tuple) else source).name


def _files(sources: Iterable[Source], known: Mapping[str, str]) -> Iterator[Source]:
    for source in sources:
        if isinstance(source, tuple) or not Path(source).is_dir():
            yield source
            continue
        yield from sorted(
            path
            for path in Path(source).iterdir()
            if path.suffix.lower() in (".csv", ".xlsx") and _key(path.stem) in known
        )


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, tuple):
        yield source[1]
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; OSError is of opening only
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            message = _("There is no such file. Check the path: %(path)s.") % {"path": source}
        else:
            message = _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}
        raise refuse("file_missing", message, _name(source)) from error
    with file:
        yield file


def _sheets_of(
    source: Source, known: Mapping[str, str], limits: Limits, *, alone: bool
) -> Iterator[tuple[str, Sheet]]:
    """Sheets of one file by name: those that are known, or the only one."""
    name = _name(source)
    with _opened(source) as file:
        size = file.seek(0, 2)
        if size > limits.file_bytes:
            message = _("The file has %(size)s MB; at most %(limit)s MB can be read. Split it.") % {
                "size": f"{size / 2**20:,.0f}",
                "limit": limits.file_bytes >> 20,
            }
            raise refuse("file_too_large", message, name)
        file.seek(0)
        start = file.read(4096)
        if start.startswith(b"PK"):
            yield from _workbook(name, file, known, limits, alone=alone)
            return
        _refuse_other_formats(file, start, name)
        total = csvfile.line_count(file)
    yield Path(name).stem, Sheet(name, total, lambda: _csv_rows(source, limits))


def _csv_rows(source: Source, limits: Limits) -> Iterator[list[Any]]:
    with _opened(source) as file:
        yield from csvfile.rows_of(file, _name(source), limits)


def _refuse_other_formats(file: BinaryIO, start: bytes, name: str) -> None:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    message = ""
    if not text:
        message = _("The file is empty.")
    elif start.startswith(_OLE):
        file.seek(0)
        protected = "EncryptedPackage".encode("utf-16-le") in file.read()
        if protected:
            message = _("The file has a password. Save it without one and send it again.")
        else:
            message = _(
                "This is the old format of Excel or WPS (.xls, .et). Open it and save it as .xlsx."
            )
    elif text.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"mime-version")):
        message = _(
            "This is a web page named as a table. Open it in Excel or WPS and save it as .xlsx."
        )
    elif start.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc")):
        message = _("This is no table. Send an .xlsx or .csv file.")
    elif Path(name).suffix.lower() in (".xlsx", ".xlsm"):
        message = _(
            "The name says .xlsx but the content is another. Open it in Excel or WPS and save it"
            " as .xlsx."
        )
    if message:
        raise refuse("file_format", message, name)


# --- XLSX ---------------------------------------------------------------------------------------


def _workbook(
    name: str, file: BinaryIO, known: Mapping[str, str], limits: Limits, *, alone: bool
) -> Iterator[tuple[str, Sheet]]:
    file.seek(0)
    data = io.BytesIO(file.read())  # checked and read are one and the same
    archive = look_through(data, name, limits)
    _refuse_other_archives(archive.names, name)
    warnings = []
    if any(part.startswith("xl/externalLinks/") for part in archive.names):
        warnings.append(
            _("%(file)s: some values come from another workbook, as they were when it was saved.")
            % {"file": name}
        )
    data.seek(0)
    with _calamine_errors(name):
        book = CalamineWorkbook.from_filelike(data)
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    chosen = [sheet.name for sheet in sheets if _key(sheet.name) in known]
    if not chosen and alone:
        chosen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        if len(chosen) > 1:
            message = _(
                "The workbook has the sheets %(sheets)s. Name the one to import as in the template."
            ) % {"sheets": ", ".join(chosen)}
            raise refuse("sheet_missing", message, name)
    for sheet in chosen:
        scan = archive.sheets.get(sheet, PartScan())
        rows = partial(_xlsx_rows, book, sheet, name, scan)
        yield sheet, Sheet(sheet, scan.rows, rows, warnings)


def _refuse_other_archives(names: frozenset[str], name: str) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        message = _("This is a binary workbook (.xlsb). Save it as .xlsx.")
    elif any(part.startswith("Index/") for part in names):
        message = _("This is a file of Apple Numbers. Export it as Excel (.xlsx).")
    elif "content.xml" in names:
        message = _("This is an OpenDocument file (.ods). Save it as .xlsx.")
    else:
        message = _("This is a ZIP file. Unpack it and send the tables that are in it.")
    raise refuse("file_format", message, name)


@contextmanager
def _calamine_errors(name: str) -> Iterator[None]:
    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    except BaseException as error:
        # A panic in the Rust library arrives as this class, which its module does not export.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: BaseException) -> UnreadableFile:
    message = _(
        "The workbook cannot be read (%(reason)s). Open it in Excel or WPS, save it as .xlsx and"
        " send it again."
    ) % {"reason": str(error)[:200]}
    return refuse("file_damaged", message, name)


def _xlsx_rows(
    book: CalamineWorkbook, sheet_name: str, name: str, scan: PartScan
) -> Iterator[list[Any]]:
    try:
        with _calamine_errors(name):
            sheet = book.get_sheet_by_name(sheet_name)
    except UnreadableFile as error:
        if not scan.bad:
            raise
        # Newer error values, such as #SPILL!, stop the reader: name the cell instead.
        (row, column), cell = min(scan.bad.items())
        message = _("Sheet %(sheet)s, cell %(cell)s holds %(value)s. %(reason)s") % {
            "sheet": sheet_name,
            "cell": f"{letters(column)}{row}",
            "value": cell.text,
            "reason": cell.reason,
        }
        raise refuse("file_damaged", message, name) from error
    rows: Iterator[list[Any]] = sheet.iter_rows()
    left = sheet.start[1] if sheet.start else 0
    if left:
        rows = ([""] * left + row for row in rows)
    return _with_bad_cells(rows, scan) if scan.bad else rows


def _with_bad_cells(rows: Iterator[list[Any]], scan: PartScan) -> Iterator[list[Any]]:
    """The rows with the cells that the reader leaves empty although the file marks them bad."""
    by_row: dict[int, dict[int, BadCell]] = {}
    for (number, column), cell in scan.bad.items():
        by_row.setdefault(number, {})[column] = cell
    last = max(by_row)
    for number, row in enumerate(chain(rows, repeat(None)), start=1):
        if row is None and number > last:
            return
        row = [] if row is None else row
        for column, cell in by_row.get(number, {}).items():
            row.extend([""] * (column + 1 - len(row)))
            row[column] = cell
        yield row
