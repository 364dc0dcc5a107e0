"""What an import tells its user: counts, and every cell that has to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from hearth.platform.spreadsheets.cells import shown
from hearth.platform.spreadsheets.columns import Column

SHOWN_ERRORS = 1_000
"""How many bad cells are reported one by one; further ones are counted."""


@dataclass(frozen=True, slots=True)
class CellError:
    """One cell that has to be mended.

    Attributes:
        sheet: sheet of the workbook, or CSV file.
        row: as the spreadsheet program numbers it, from 1; 0 where no row is meant.
        column: identifier of the column, or the heading in the file where there is no such column;
            empty where the whole row is meant.
        value: what stands in the cell, made harmless and cut to 120 characters.
        reason: what is wrong and how to mend it, in the user's language.
        cell: the place as the spreadsheet program writes it (``C12``); empty where unknown.
    """

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    cell: str = ""

    def __str__(self) -> str:
        row = _("row %(row)s") % {"row": self.row} if self.row else ""
        place = " ".join(part for part in (self.sheet, self.cell or row, self.column) if part)
        value = f" “{self.value}”" if self.value else ""
        return f"{place}{value}: {self.reason}"


class Problems:
    """Cell errors in the order they were found: 1,000 kept, the others counted."""

    def __init__(self, found: Iterable[CellError] = ()) -> None:
        self._kept: list[CellError] = []
        self._count = 0
        for error in found:
            self.add(error)

    def add(self, error: CellError) -> None:
        """Keep one more, or count it."""
        self._count += 1
        if len(self._kept) < SHOWN_ERRORS:
            self._kept.append(error)

    def extend(self, other: Problems) -> None:
        """Take over what another collection kept and counted."""
        self._kept += other._kept[: SHOWN_ERRORS - len(self._kept)]
        self._count += other._count

    @property
    def full(self) -> bool:
        """Whether further ones are only counted."""
        return self._count >= SHOWN_ERRORS

    @property
    def more(self) -> int:
        """How many were found beyond those that were kept."""
        return self._count - len(self._kept)

    def count_only(self) -> None:
        """Count one whose text is not needed any more."""
        self._count += 1

    def __iter__(self) -> Iterator[CellError]:
        return iter(self._kept)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> CellError:
        return self._kept[index]

    def __repr__(self) -> str:
        return f"Problems({self._kept!r}, more={self.more})"


@dataclass(slots=True)
class ImportReport:
    """The outcome of one import, or of its dry run.

    Attributes:
        kind: of the import, such as ``units``.
        read: rows with content, headings aside.
        created: records that are new.
        updated: records that changed.
        unchanged: records that were there with the same content.
        skipped: rows that repeat an earlier row of the same file word for word.
        errors: bad cells; with a single one nothing is written.
        warnings: what the user should look at although it was accepted.
        dry_run: whether nothing was written on purpose.
    """

    kind: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not len(self.errors)

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the attributes, with ``more_errors`` and ``more_warnings`` beside the lists."""
        return {
            "kind": self.kind,
            "ok": self.ok,
            "dry_run": self.dry_run,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "errors": [asdict(error) for error in self.errors],
            "more_errors": self.errors.more,
            "warnings": [asdict(warning) for warning in self.warnings],
            "more_warnings": self.warnings.more,
        }

    def to_text(self) -> str:
        """For the terminal: a line of counts, then a line for each bad cell."""
        return "\n".join([self.summary(), *self.lines()])

    def summary(self) -> str:
        """One sentence with the counts."""
        counts = _(
            "%(kind)s: %(read)s rows read, %(created)s created, %(updated)s updated, %(unchanged)s"
            " unchanged, %(skipped)s skipped."
        ) % {
            "kind": self.kind,
            "read": f"{self.read:,}",
            "created": f"{self.created:,}",
            "updated": f"{self.updated:,}",
            "unchanged": f"{self.unchanged:,}",
            "skipped": f"{self.skipped:,}",
        }
        if not self.ok:
            count = len(self.errors)
            message = ngettext(
                "%(kind)s: nothing was written, %(count)s cell has to be mended.",
                "%(kind)s: nothing was written, %(count)s cells have to be mended.",
                count,
            )
            return message % {"kind": self.kind, "count": f"{count:,}"}
        if self.dry_run:
            return _("Dry run, nothing was written.") + " " + counts
        return counts

    def lines(self) -> Iterator[str]:
        """Each error and warning as one line."""
        for error in self.errors:
            yield str(error)
        if self.errors.more:
            yield _("… and %(count)s more.") % {"count": f"{self.errors.more:,}"}
        for warning in self.warnings:
            yield _("Note: %(text)s") % {"text": warning}
        if self.warnings.more:
            yield _("… and %(count)s more.") % {"count": f"{self.warnings.more:,}"}

    def rows(self) -> Iterator[tuple[str, int | None, str, str, str, str]]:
        """Rows under ``ERROR_COLUMNS``, for the download of the errors as XLSX or CSV."""
        for error in (*self.errors, *self.warnings):
            yield (
                error.sheet,
                error.row or None,
                error.cell,
                error.column,
                error.value,
                error.reason,
            )
        more = self.errors.more + self.warnings.more
        if more:
            text = _("… and %(count)s more.") % {"count": f"{more:,}"}
            yield ("", None, "", "", "", text)


ERROR_COLUMNS = (
    Column("sheet", pgettext_lazy("spreadsheet", "Sheet")),
    Column("row", pgettext_lazy("spreadsheet", "Row"), "integer"),
    Column("cell", pgettext_lazy("spreadsheet", "Cell")),
    Column("column", pgettext_lazy("spreadsheet", "Column")),
    Column("value", pgettext_lazy("spreadsheet", "Value")),
    Column("reason", pgettext_lazy("spreadsheet", "Reason")),
)
"""Columns of the downloadable error report."""


def cell_error(
    sheet: str, row: int, column: str, value: Any, reason: Any, cell: str = ""
) -> CellError:
    """A cell error with its value made harmless for screens and terminals."""
    return CellError(sheet, row, column, shown(value), str(reason), cell)
