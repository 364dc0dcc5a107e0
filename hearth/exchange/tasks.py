"""The work list of a yearly plan in and out as a spreadsheet: one sheet, ``tasks``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

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
from hearth.programme.queries.people import EDIT
from hearth.programme.queries.tasks import VIEW, TaskFilter, plan_of, tasks_of
from hearth.programme.services.importing import apply_tasks
from hearth.programme.sheets import TASKS, task_table


class TasksImport:
    """Adds tasks and changes known ones by year and code, all rows of the file or none."""

    key = TASKS.kind
    title = TASKS.title
    permission = EDIT

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (TASKS,)

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
            NotAllowed: lacks ``programme.edit``.
        """
        actor.require(self.permission)
        zone = timezone.get_default_timezone()
        parsed = load(sources, (TASKS,), zone=zone, progress=progress)[TASKS.kind]
        created = updated = unchanged = 0
        if not parsed.missing:
            # Rows beside a bad cell are held against the database too, so that one run names all.
            outcome = apply_tasks(
                actor=actor,
                rows=parsed.rows,
                columns=parsed.columns,
                dry_run=dry_run or bool(len(parsed.errors)),
            )
            for problem in outcome.problems:
                parsed.fault(parsed.rows[problem.position], problem.column, problem.reason)
            created, updated = outcome.created, outcome.updated
            unchanged = outcome.unchanged
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if report.ok:
            report.created, report.updated, report.unchanged = created, updated, unchanged
        return report


class TasksExport:
    """The tasks of a plan, in the form in which they would come in again."""

    key = TASKS.kind
    title = TASKS.title
    permission = VIEW

    def tables(self, actor: Actor, filters: Mapping[str, Any]) -> Sequence[Table]:
        """Tasks of the ``year``, of the plan in force without one; narrowed as the list is.

        Raises:
            NotAllowed: lacks ``programme.view``.
        """
        actor.require(self.permission)
        today = timezone.localdate()
        year = str(filters.get("year") or "")
        plan = plan_of(today, int(year) if year.isascii() and year.isdigit() else None)
        names = ("q", "pillar", "unit", "post", "state", "source")
        chosen = TaskFilter(**{name: str(filters.get(name) or "") for name in names})
        tasks = tasks_of(actor, plan, chosen, today) if plan is not None else []
        return (task_table(actor, tasks),)
