"""Parses a sheet by its columns: every bad cell is found, and rows come out typed.

A hundred thousand rows of twenty columns are two million cells, so nothing is done per cell that
can be done per column of a block of rows: a column is mapped through a dictionary of the values
already seen, which converts each different value once and lets equal values share memory.
"""

from __future__ import annotations

import datetime as dt
import keyword
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from itertools import islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal
from hearth.kernel.memory import collector_at_rest
from hearth.platform.spreadsheets.cells import BLANKS, UnreadableFile, letters
from hearth.platform.spreadsheets.columns import (
    Column,
    ColumnType,
    Headings,
    in_languages,
    match_headings,
)
from hearth.platform.spreadsheets.reading import (
    DEFAULT_LIMITS,
    Sheet,
    Source,
    open_sets,
    open_sheets,
)
from hearth.platform.spreadsheets.report import CellError, ImportReport, Problems, cell_error
from hearth.platform.spreadsheets.values import Reader, reader_for, reason_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are (for CSV at least as many)."""

_BLOCK = 2_000
_REMEMBERED = 30_000


class Row(tuple[Any, ...]):
    """One row of a sheet: the value of each column under its identifier, and ``row_number``.

    Columns that the file lacks hold what an empty cell becomes; ``Parsed.columns`` tells which
    were there.
    """

    __slots__ = ()

    row_number: int

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def _asdict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class SheetSpec:
    """An import sheet: its columns and what makes two rows the same.

    Attributes:
        kind: identifier, and the name of the sheet in a workbook.
        columns: in the order of the template.
        natural_key: columns that together name a record; empty: every row stands for itself.
        title: name of the sheet in the user's language.
        notes: sentences for the template's sheet of notes.
        example_rows: for the notes, as cells are written, by identifier.
        repeats: what a natural key repeated with other content is: another version of the record,
            kept as a row of its own (``update``), or an error.
    """

    kind: str
    columns: Sequence[Column]
    natural_key: Sequence[str] = ()
    title: StrOrPromise = ""
    notes: Sequence[StrOrPromise] = ()
    example_rows: Sequence[Mapping[str, Any]] = ()
    repeats: Literal["update", "error"] = "error"

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        wrong = [name for name in names if not name.isidentifier() or keyword.iskeyword(name)]
        unknown = set(self.natural_key) - set(names)
        if wrong or unknown or len(set(names)) < len(names) or "row_number" in names:
            raise ValueError(f"sheet {self.kind}: {wrong or sorted(unknown) or names}")

    @cached_property
    def row_type(self) -> type[Row]:
        """The class of this sheet's rows; its ``_make`` takes the values and the row number."""
        names = [*(column.name for column in self.columns), "row_number"]
        name = f"{self.kind.title().replace('_', '')}Row"
        base = namedtuple(name, names)  # type: ignore[misc]  # its fields are data, not source
        return type(name, (Row, base), {"__slots__": ()})

    @property
    def names(self) -> tuple[str, ...]:
        """Names that a sheet of this kind may bear: the kind and its title."""
        return (self.kind, *(name for name in in_languages(self.title) if name))

    def parse(self, sheet: Sheet, *, zone: dt.tzinfo, progress: Progress | None = None) -> Parsed:
        """Read a whole sheet.

        Args:
            sheet: its rows, the first that is not blank being the headings.
            zone: in which instants without an offset are meant.
            progress: told after every 2,000 rows and at the end.

        Raises:
            UnreadableFile: the file proves to be damaged or too large while it is read.
        """
        parser = _Parser(self, sheet, zone)
        with collector_at_rest():
            parser.run(progress)
        return parser.parsed


@dataclass(slots=True)
class Parsed:
    """What a sheet held.

    Attributes:
        spec: what it was parsed by.
        sheet: name of the sheet or file in reports.
        rows: rows without a bad cell, in file order; what repeats an earlier row is left out.
        spoiled: rows that cannot be entered, for what their other cells say: those with a bad cell
            (``unread`` tells which), and those whose key an earlier row has with other content.
        read: rows with content.
        skipped: rows that repeat an earlier one word for word.
        errors: every bad cell. With a single one nothing should be written.
        warnings: what the user should know of the file.
        columns: identifiers of the columns that the file has.
        missing: identifiers of the required columns that it has not.
        cells: letters of each of them, such as ``{"code": "A"}``.
        repeating: numbers of the rows whose key an earlier row has with other content.
    """

    spec: SheetSpec = field(repr=False)
    sheet: str
    rows: list[Row] = field(default_factory=list)
    spoiled: list[Row] = field(default_factory=list, repr=False)
    read: int = 0
    skipped: int = 0
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)
    columns: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    cells: dict[str, str] = field(default_factory=dict)
    repeating: set[int] = field(default_factory=set, repr=False)

    def every_row(self) -> list[Row]:
        """The rows that can be entered and those that cannot, in file order."""
        if not self.spoiled:
            return self.rows
        return sorted((*self.rows, *self.spoiled), key=attrgetter("row_number"))

    def unread(self, row: Row) -> frozenset[str]:
        """Columns of this row that are reported already: they say nothing to hold against others.

        Such a cell cannot be read, or is the key that an earlier row has with other content, or
        its column is required and not there.
        """
        if not self.spoiled:
            return self.missing
        columns = zip(self.spec.columns, row, strict=False)  # a row ends with its number
        bad = {column.name for column, value in columns if type(value) is _Fault}
        bad.update(self.spec.natural_key[:1] if row[-1] in self.repeating else ())
        return self.missing | bad

    def fault(self, row: Row | int, column: str, reason: Any, value: Any = None) -> None:
        """Report a cell that only the database shows to be wrong, such as an unknown unit.

        Args:
            row: the row or its number.
            column: identifier of the column, empty where the whole row is meant.
            reason: what is wrong and how to mend it.
            value: what stands there; ``None``: the row's own value of that column.
        """
        self.errors.add(self._cell_error(row, column, reason, value))

    def warn(self, row: Row | int, column: str, reason: Any, value: Any = None) -> None:
        """Report a cell that is accepted but should be looked at; arguments as of ``fault``."""
        self.warnings.add(self._cell_error(row, column, reason, value))

    def _cell_error(self, row: Row | int, column: str, reason: Any, value: Any) -> CellError:
        number = row if isinstance(row, int) else row.row_number
        if value is None and column and not isinstance(row, int):
            kind = next(one.type for one in self.spec.columns if one.name == column)
            value = as_written(kind, getattr(row, column))
        cell = f"{self.cells[column]}{number}" if column in self.cells else ""
        return cell_error(self.sheet, number, column, value, reason, cell)


def load(
    sources: Iterable[Source],
    specs: Sequence[SheetSpec],
    *,
    zone: dt.tzinfo,
    progress: Progress | None = None,
) -> dict[str, Parsed]:
    """Open what was sent and parse the sheet of every spec.

    Returns:
        What each sheet held, by its kind.

    Raises:
        UnreadableFile: a file cannot be read, or a sheet is missing or there twice.
    """
    sheets = open_sheets(sources, {spec.kind: spec.names for spec in specs}, DEFAULT_LIMITS)
    return {
        spec.kind: spec.parse(sheets[spec.kind], zone=zone, progress=progress) for spec in specs
    }


def load_sets(
    sources: Iterable[Source],
    specs: Sequence[SheetSpec],
    *,
    zone: dt.tzinfo,
    progress: Progress | None = None,
) -> Iterator[dict[str, Parsed]]:
    """As ``load``, for any number of workbooks that hold a sheet of every spec each.

    Yields:
        What the sheets of one workbook held, by kind; the next one is opened when it is asked for.
    """
    # In turn: the reader holds the interpreter, so that a thread ahead of it gains nothing.
    sets = open_sets(sources, {spec.kind: spec.names for spec in specs}, DEFAULT_LIMITS)
    for sheets in sets:
        yield {
            spec.kind: spec.parse(sheets[spec.kind], zone=zone, progress=progress) for spec in specs
        }


def report_of(kind: str, *parsed: Parsed) -> ImportReport:
    """A report with what reading the sheets of one import found, to be completed by the writer."""
    report = ImportReport(kind)
    for sheet in parsed:
        report.read += sheet.read
        report.skipped += sheet.skipped
        report.errors.extend(sheet.errors)
        report.warnings.extend(sheet.warnings)
    return report


def as_written(kind: ColumnType, value: Any) -> Any:
    """A value of a row as somebody would write it into the cell: 9437 hundredths as 94.37."""
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    if kind in _PLACES and isinstance(value, int):
        return f"{Decimal(value).scaleb(-_PLACES[kind]).normalize():f}"
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "y" if value else "n"
    return value


_PLACES: Mapping[ColumnType, int] = {"centi": 2, "milli": 3}


class _Fault:
    """Stands in a converted column for a cell that is bad."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class _Memo(dict[Any, Any]):
    """Converts a cell the first time it is seen; later ones are looked up without a call."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self.read = read
        self.faulty = False

    def __missing__(self, raw: Any) -> Any:
        try:
            value = self.read(raw)
        except (ValueError, Refusal) as error:
            value = _Fault(reason_of(error))
            self.faulty = True
        if len(self) < _REMEMBERED:
            self[raw] = value
        return value


class _Parser:
    """One pass over one sheet."""

    def __init__(self, spec: SheetSpec, sheet: Sheet, zone: dt.tzinfo) -> None:
        self.spec = spec
        self.sheet = sheet
        self.parsed = Parsed(spec, sheet.name)
        for warning in sheet.warnings:
            self.parsed.warnings.add(CellError(sheet.name, 0, "", "", warning))
        self.memos = {column.name: _Memo(reader_for(column, zone)) for column in spec.columns}
        self.seen: dict[Any, Row] = {}
        self.unique: dict[str, dict[Any, int]] = {
            column.name: {} for column in spec.columns if column.unique
        }
        # What the named tuple's own _make does, without counting the values of each row.
        self.make: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, spec.row_type)
        names = [column.name for column in spec.columns]
        self.key = itemgetter(*map(names.index, spec.natural_key)) if spec.natural_key else None
        self.headings = Headings()
        self.width = 0
        self.unnamed: set[int] = set()

    def run(self, progress: Progress | None) -> None:
        rows = iter(self.sheet)
        done = self._read_headings(rows)
        while block := list(islice(rows, _BLOCK)):
            self._take(block, done + 1)
            done += len(block)
            if progress:
                progress(done, max(done, self.sheet.total))
        if progress:
            progress(done, done)

    # --- headings ---

    def _read_headings(self, rows: Iterator[list[Any]]) -> int:
        """Match the first row that is not blank; returns its number."""
        number = 0
        for number, row in enumerate(rows, start=1):
            if _is_blank(row):
                continue
            self.width = len(row)
            self.headings = match_headings(self.spec.columns, row)
            self._report_headings(number)
            return number
        raise UnreadableFile(
            "sheet_empty",
            _("%(sheet)s: the sheet is empty. The first row must hold the headings.")
            % {"sheet": self.sheet.name},
        )

    def _report_headings(self, number: int) -> None:
        parsed, found = self.parsed, self.headings
        for index, heading, reason in found.faults:
            place = f"{letters(index)}{number}"
            parsed.errors.add(cell_error(parsed.sheet, number, heading, heading, reason, place))
        for column in found.missing:
            reason = _("The column “%(label)s” (%(name)s) is missing; it is required.") % {
                "label": column.label,
                "name": column.name,
            }
            parsed.errors.add(cell_error(parsed.sheet, number, column.name, "", reason))
        parsed.columns = frozenset(found.positions)
        parsed.missing = frozenset(column.name for column in found.missing)
        parsed.cells = {name: letters(index) for name, index in found.positions.items()}

    # --- rows ---

    def _take(self, block: list[list[Any]], start: int) -> None:
        numbers, rows = [], []
        for number, row in enumerate(block, start=start):
            first = row[0] if row else ""
            if (not first or (type(first) is str and first.isspace())) and _is_blank(row):
                continue  # a first cell that holds something spares the look at the others
            if len(row) != self.width:
                row = self._fitted(row, number)
            numbers.append(number)
            rows.append(row)
        if not rows:
            return
        self.parsed.read += len(rows)
        cells = list(zip(*rows, strict=True))
        for index in self.headings.blank:
            self._check_unnamed(index, cells[index], numbers)
        faults: list[tuple[int, int, str]] = []
        columns: list[Sequence[Any]] = []
        for column in self.spec.columns:
            position = self.headings.positions.get(column.name)
            if position is None:
                columns.append([column.empty] * len(rows))
            else:
                columns.append(self._converted(column, position, cells[position], faults))
        names = {position: name for name, position in self.headings.positions.items()}
        for place, position, reason in sorted(faults):
            self._report(numbers[place], names[position], cells[position][place], reason)
        made: Iterable[Row] = map(self.make, zip(*columns, numbers, strict=True))
        self._keep(made, {numbers[place] for place, _position, _reason in faults})

    def _fitted(self, row: list[Any], number: int) -> list[Any]:
        """The row as wide as the headings; what stands beyond them is reported."""
        for index in range(self.width, len(row)):
            self._check_unnamed(index, (row[index],), [number])
        return row[: self.width] + [""] * (self.width - len(row))

    def _check_unnamed(self, index: int, cells: Sequence[Any], numbers: Sequence[int]) -> None:
        if index in self.unnamed or cells.count("") == len(cells):
            return
        for cell, number in zip(cells, numbers, strict=True):
            if not _is_blank((cell,)):
                self.unnamed.add(index)
                letter = letters(index)
                reason = _("Column %(column)s has no heading. Name it or clear it.") % {
                    "column": letter
                }
                place = f"{letter}{number}"
                self.parsed.errors.add(
                    cell_error(self.parsed.sheet, number, letter, cell, reason, place)
                )
                return

    def _converted(
        self,
        column: Column,
        position: int,
        cells: Sequence[Any],
        faults: list[tuple[int, int, str]],
    ) -> list[Any]:
        """The values of a column; bad cells are noted as (place in the block, position, reason)."""
        memo = self.memos[column.name]
        if bool in set(map(type, cells)):  # True would be looked up as the number 1
            cells = [str(cell).upper() if type(cell) is bool else cell for cell in cells]
        values = list(map(memo.__getitem__, cells))
        if memo.faulty:
            faults += (
                (place, position, value.reason)
                for place, value in enumerate(values)
                if type(value) is _Fault
            )
        return values

    def _report(self, number: int, column: str, cell: Any, reason: str) -> None:
        parsed = self.parsed
        if parsed.errors.full:
            parsed.errors.count_only()
        else:
            parsed.fault(number, column, reason, cell)

    def _keep(self, rows: Iterable[Row], bad: set[int]) -> None:
        """Keep the rows of a block that are new, by their natural key; ``bad`` have a bad cell."""
        if self.key is None:
            fresh = list(rows)
        elif bad:
            fresh = [row for row in rows if _lacks_key(self.key(row)) or self._is_new(row)]
        else:
            fresh = [row for row in rows if self._is_new(row)]
        for name, numbers in self.unique.items():
            self._check_unique(name, numbers, fresh)
        if bad:
            self.parsed.spoiled += [row for row in fresh if row.row_number in bad]
            fresh = [row for row in fresh if row.row_number not in bad]
        self.parsed.rows += fresh

    def _is_new(self, row: Row) -> bool:
        """Whether no earlier row has the same key; what repeats one is counted or reported."""
        key = self.key(row) if self.key else row
        earlier = self.seen.get(key)
        if earlier is None:
            self.seen[key] = row
            return True
        if earlier[:-1] == row[:-1]:
            self.parsed.skipped += 1
            return False
        if self.spec.repeats == "update":
            self.seen[key] = row
            return True
        if _may_agree(earlier, row):  # the bad cells decide, once they are mended
            if not _has_fault(row):
                self.seen[key] = row
            return True
        self.parsed.spoiled.append(row)
        self.parsed.repeating.add(row.row_number)
        reason = _("Row %(row)s holds the same %(key)s with other content. Keep one of them.") % {
            "row": earlier.row_number,
            "key": ", ".join(self.spec.natural_key),
        }
        self._report(
            row.row_number, self.spec.natural_key[0], getattr(row, self.spec.natural_key[0]), reason
        )
        return False

    def _check_unique(self, name: str, numbers: dict[Any, int], rows: Iterable[Row]) -> None:
        for row in rows:
            value = getattr(row, name)
            if value is None or value == "" or type(value) is _Fault:
                continue
            earlier = numbers.setdefault(value, row.row_number)
            if earlier != row.row_number:
                reason = _("The same value stands in row %(row)s. It must be unique.")
                self._report(row.row_number, name, value, reason % {"row": earlier})


def _lacks_key(key: Any) -> bool:
    """Whether a natural key holds a cell that could not be read."""
    return _has_fault(key) if type(key) is tuple else type(key) is _Fault


def _has_fault(values: Iterable[Any]) -> bool:
    return _Fault in set(map(type, values))


def _may_agree(one: Row, other: Row) -> bool:
    """Whether two rows that are not equal say the same wherever both could be read."""
    return all(a == b or _has_fault((a, b)) for a, b in zip(one[:-1], other[:-1], strict=True))


def _is_blank(row: Sequence[Any]) -> bool:
    if row.count("") == len(row):
        return True
    first = next((cell for cell in row if cell != ""), "")
    if type(first) is not str or first.strip(BLANKS):
        return False
    return all(type(cell) is str and not cell.strip(BLANKS) for cell in row)
