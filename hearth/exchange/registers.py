"""Every register of the house in and out as a spreadsheet: one sheet each, named as its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from hearth.kernel.periods import FIRST_YEAR, LAST_YEAR
from hearth.ledgers.queries import RecordFilter, records
from hearth.ledgers.registers import Register
from hearth.ledgers.services import apply_rows, unknown_names
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import (
    ImportReport,
    Progress,
    SheetSpec,
    Source,
    Table,
    load,
    report_of,
)


class RegisterImport:
    """Adds records and changes known ones, all rows of the file or none."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.key = register.kind
        self.permission = register.edit

    @property
    def title(self) -> Any:
        """The register's name for people."""
        return self.register.title

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (self.register.spec,)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and write all rows, or nothing; there are no options.

        Raises:
            UnreadableFile: the file cannot be read at all.
            NotAllowed: the actor may write this register nowhere.
            RuleViolation: ``written_meanwhile``.
        """
        actor.require(self.permission)
        zone = timezone.get_default_timezone()
        spec = self.register.spec
        parsed = load(sources, (spec,), zone=zone, progress=progress)[spec.kind]
        created = updated = unchanged = 0
        if not parsed.missing:  # without a required column all rows would be found faulty
            # Rows beside a bad cell are held against the database too, so that one run names all.
            outcome = apply_rows(
                actor=actor,
                register=self.register,
                rows=parsed.rows,
                columns=parsed.columns,
                dry_run=dry_run or bool(len(parsed.errors)),
                progress=progress,
            )
            for problem in outcome.problems:
                parsed.fault(parsed.rows[problem.position], problem.column, problem.reason)
            spoiled = parsed.spoiled
            for problem in unknown_names(actor=actor, register=self.register, rows=spoiled):
                parsed.fault(spoiled[problem.position], problem.column, problem.reason)
            created, updated = outcome.created, outcome.updated
            unchanged = outcome.unchanged
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if report.ok:
            report.created, report.updated, report.unchanged = created, updated, unchanged
        return report


class RegisterExport:
    """Records as their list is narrowed, in the form in which they could come in again."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.key = register.kind
        self.permission = register.view

    @property
    def title(self) -> Any:
        """The register's name for people."""
        return self.register.title

    def tables(self, actor: Actor, filters: Mapping[str, Any]) -> Sequence[Table]:
        """The records that the actor reaches and the filters leave.

        Raises:
            NotAllowed: the actor may read this register nowhere.
        """
        actor.require(self.permission)
        found = records(actor, self.register, filter_of(self.register, filters))
        cells = map(self.register.cells, found.iterator(chunk_size=2000))
        return (Table(self.register.kind, self.register.spec.columns, cells),)


def filter_of(register: Register, said: Mapping[str, Any]) -> RecordFilter:
    """The filter that the query of an address says; what cannot be read narrows nothing."""

    def day(name: str) -> Any:
        try:
            found = parse_date(str(said.get(name) or ""))
        except ValueError:
            return None
        return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None

    names = [one.name for one in register.fields if one.filters]
    return RecordFilter(
        q=str(said.get("q") or "")[:80],
        under=str(said.get("under") or ""),
        since=day("since"),
        until=day("until"),
        state=str(said.get("state") or ""),
        picked={name: str(said.get(name) or "") for name in names},
    )
