"""The work list from a sheet: every row is judged, then all are written or none."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.ledgers.lookups import batches
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.programme.domain.tasks import circle
from hearth.programme.models import Measure, Programme, Task, TaskShare
from hearth.programme.queries.people import EDIT, answering_for
from hearth.programme.services.worklist import (
    Surroundings,
    TaskText,
    begun_faults,
    circle_fault,
    faults_of,
    fill,
)

EVERY = {"branches": Unit.Level.BRANCH, "outlets": Unit.Level.OUTLET}
"""Words that stand for all units of a level at or below the owner."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken: index of its row, its column, and why."""

    position: int
    column: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What rows did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def apply_tasks(
    *, actor: Actor, rows: Sequence[Any], columns: frozenset[str], dry_run: bool = False
) -> Outcome:
    """Enter rows of the work list: new codes are added, known ones changed or left.

    Args:
        actor: who enters them.
        rows: with an attribute for every column of ``programme.sheets.TASKS``.
        columns: those the file has; a known task keeps what the others say.
        dry_run: say what would change and write nothing.

    Returns:
        The counts; with problems nothing was written.

    Raises:
        NotAllowed: lacks ``programme.edit``.
    """
    actor.require(EDIT)
    with transaction.atomic():
        sheet = _Sheet(actor, rows, columns)
        if not sheet.outcome.problems and not dry_run:
            sheet.write()
    return sheet.outcome


@dataclass(slots=True)
class _Entry:
    """One good row: the task it makes or changes, and what that brings with it."""

    task: Task
    text: TaskText
    is_new: bool
    added: list[Unit]
    gone: list[TaskShare]
    waits: set[str] | None  # None: as they are


class _Sheet:
    """Rows held against what is stored."""

    def __init__(self, actor: Actor, rows: Sequence[Any], columns: frozenset[str]) -> None:
        self.actor = actor
        self.rows = rows
        self.columns = columns
        self.outcome = Outcome()
        self.entries: list[_Entry] = []
        self._read()
        for position, row in enumerate(rows):
            self._take(position, row)
        self._look_for_circles()

    def _read(self) -> None:
        """Everything that the rows name, in a handful of queries."""
        years = {row.year for row in self.rows}
        plans = Programme.objects.filter(year__in=years).select_for_update(of=("self",))
        self.around = {plan.year: Surroundings.of(plan, locked=True) for plan in plans}
        for row in self.rows:
            if row.year in self.around:
                self.around[row.year].coming.add(row.code)
        measures = Measure.objects.filter(programme__year__in=years)
        self.measures = {(m.programme_id, m.code): m for m in measures}
        scope = self.actor.scope_for(EDIT)
        codes = {row.unit for row in self.rows} | {c for r in self.rows for c in r.reporters}
        reach = Unit.objects.visible_to(scope)
        self.units = {
            unit.code: unit
            for part in batches(sorted(codes - set(EVERY)))
            for unit in reach.filter(code__in=part)
        }
        today = timezone.localdate()
        self.of_level = {
            word: list(reach.open_on(today).filter(level=level).order_by("path"))
            for word, level in EVERY.items()
            if word in codes
        }
        known = [task.pk for one in self.around.values() for task in one.tasks.values()]
        self.shares: dict[int, list[TaskShare]] = defaultdict(list)
        for part in batches(known):
            for share in TaskShare.objects.filter(task_id__in=part).select_related("unit"):
                self.shares[share.task_id].append(share)

    def _refuse(self, position: int, column: str, reason: str) -> None:
        self.outcome.problems.append(Problem(position, column, reason))

    # --- one row ---

    def _take(self, position: int, row: Any) -> None:
        before = len(self.outcome.problems)
        around = self.around.get(row.year)
        if around is None:
            self._refuse(position, "year", _("There is no plan of this year. Write it first."))
            return
        known = around.tasks.get(row.code)
        unit = self._unit(position, "unit", row.unit)
        measure = self._measure(position, row, around)
        reporters = self._reporters(position, row, unit)
        if len(self.outcome.problems) > before or unit is None:
            return
        text = self._text(row, (unit, measure, reporters), known)
        for column, reason in faults_of(text, around):
            self._refuse(position, column, reason)
        entry = self._entry(around, known, text)
        for column, reason in begun_faults(entry.gone):
            self._refuse(position, column, reason)
        if len(self.outcome.problems) == before:
            self._count(entry)

    def _unit(self, position: int, column: str, code: str) -> Unit | None:
        found = self.units.get(code)
        if found is None:
            self._refuse(
                position,
                column,
                _("There is no unit with the code %(code)s in your part of the tree.")
                % {"code": code[:40]},
            )
        return found

    def _measure(self, position: int, row: Any, around: Surroundings) -> Measure | None:
        if not row.measure:
            return None
        found = self.measures.get((around.programme.pk, row.measure))
        if found is None:
            said = _("The plan of %(year)s has no measure %(code)s.")
            facts = {"year": row.year, "code": row.measure}
            self._refuse(position, "measure", said % facts)
        return found

    def _reporters(self, position: int, row: Any, owner: Unit | None) -> list[Unit]:
        if owner is None:
            return []
        found: dict[int, Unit] = {}
        for code in row.reporters:
            if code in EVERY:
                units = [u for u in self.of_level[code] if u.path.startswith(owner.path)]
                if not units:
                    said = _("There is no such unit at or below the owner.")
                    self._refuse(position, "reporters", said)
            else:
                unit = self._unit(position, "reporters", code)
                units = [unit] if unit is not None else []
            found |= {unit.pk: unit for unit in units}
        return list(found.values())

    def _text(
        self, row: Any, named: tuple[Unit, Measure | None, list[Unit]], known: Task | None
    ) -> TaskText:
        """The row as a task; of a known one, what the file does not say stays."""
        unit, measure, reporters = named
        said = {
            name: getattr(row, name)
            for name in ("title", "detail", "post", "starts_on", "due_on", "evidence", "figure")
        }
        said |= {"measure": measure, "priority": row.priority}
        if known is not None:
            said |= {name: getattr(known, name) for name in said if name not in self.columns}
            if "reporters" not in self.columns:
                reporters = [share.unit for share in self.shares[known.pk]]
        return TaskText(
            **said,
            code=row.code,
            unit=unit,
            is_planned=True,
            depends_on=row.depends_on if self._says("depends_on", known) else (),
            reporters=reporters,
        )

    def _says(self, column: str, known: Task | None) -> bool:
        return known is None or column in self.columns

    def _entry(self, around: Surroundings, known: Task | None, text: TaskText) -> _Entry:
        if known is None:
            task = Task(programme=around.programme, recorded_by_id=self.actor.user_id or None)
            return _Entry(task, text, True, list(text.reporting), [], set(text.depends_on))
        shares = {share.unit_id: share for share in self.shares[known.pk]}
        wanted = {unit.pk for unit in text.reporting}
        return _Entry(
            task=known,
            text=text,
            is_new=False,
            added=[unit for unit in text.reporting if unit.pk not in shares],
            gone=[share for pk, share in shares.items() if pk not in wanted],
            waits=set(text.depends_on) if self._says("depends_on", known) else None,
        )

    def _count(self, entry: _Entry) -> None:
        task, around = entry.task, self.around[entry.task.programme.year]
        before = _plain(task)
        fill(task, entry.text, entry.text.code)
        if entry.is_new:
            self.outcome.created += 1
            self.entries.append(entry)
            return
        waits = set(around.depends.get(task.code, ()))
        is_same = _plain(task) == before and not entry.added and not entry.gone
        if is_same and entry.waits in (None, waits):
            self.outcome.unchanged += 1
            return
        task.version += 1
        self.outcome.updated += 1
        self.entries.append(entry)

    def _look_for_circles(self) -> None:
        """Tasks that wait for each other are reported at the first of their rows."""
        for year, around in self.around.items():
            depends: dict[str, Sequence[str]] = dict(around.depends)
            places: dict[str, int] = {}
            for position, row in enumerate(self.rows):
                if row.year != year:
                    continue
                places.setdefault(row.code, position)
                if self._says("depends_on", around.tasks.get(row.code)):
                    depends[row.code] = row.depends_on
            for column, reason in circle_fault(depends):
                place = min(places[code] for code in circle(depends) if code in places)
                self._refuse(place, column, reason)

    # --- writing ---

    def write(self) -> None:
        """Store new tasks, changed ones, their shares and waits; one event and few notices."""
        if not self.entries:
            return
        new = [entry.task for entry in self.entries if entry.is_new]
        Task.objects.bulk_create(new, batch_size=40)
        changed = [entry.task for entry in self.entries if not entry.is_new]
        Task.objects.bulk_update(changed, [*_COLUMNS, "version"], batch_size=40)
        gone = [share.pk for entry in self.entries for share in entry.gone]
        for part in batches(gone):
            TaskShare.objects.filter(pk__in=part).delete()
        shares = [TaskShare(task=e.task, unit=unit) for e in self.entries for unit in e.added]
        TaskShare.objects.bulk_create(shares, batch_size=90)
        self._write_waits(new)
        self._tell()
        audit.record_many(self.actor, [self._event()])

    def _write_waits(self, new: Sequence[Task]) -> None:
        through = Task.depends_on.through
        by_code = {
            (year, code): task
            for year, around in self.around.items()
            for code, task in around.tasks.items()
        } | {(task.programme.year, task.code): task for task in new}
        told = [entry for entry in self.entries if entry.waits is not None]
        for part in batches([entry.task.pk for entry in told if not entry.is_new]):
            through.objects.filter(from_task_id__in=part).delete()
        pairs = [
            through(
                from_task_id=entry.task.pk,
                to_task_id=by_code[entry.task.programme.year, code].pk,
            )
            for entry in told
            for code in sorted(entry.waits or ())
        ]
        through.objects.bulk_create(pairs, batch_size=300)

    def _tell(self) -> None:
        """One notice a person, however many tasks came for their units."""
        counts = Counter(unit.pk for entry in self.entries for unit in entry.added)
        units = {unit.pk: unit for entry in self.entries for unit in entry.added}
        told: Counter[int] = Counter()
        for unit_id, users in answering_for(units.values(), timezone.localdate()).items():
            for user in users:
                told[user] += counts[unit_id]
        told.pop(self.actor.user_id, None)
        url = reverse("programme:mine")
        for user, n in sorted(told.items()):
            notices.tell([user], "task.many", url, n=n)

    def _event(self) -> audit.Entry:
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(repr((_plain(entry.task), sorted(entry.waits or ()))).encode())
        return audit.Entry(
            "task.imported",
            Task._meta.label_lower,
            data={
                "created": self.outcome.created,
                "updated": self.outcome.updated,
                "digest": digest.hexdigest(),
            },
        )


_COLUMNS = (
    "code",
    "title",
    "detail",
    "measure",
    "unit",
    "post",
    "starts_on",
    "due_on",
    "evidence",
    "priority",
    "figure",
    "is_planned",
)


def _plain(task: Task) -> Mapping[str, Any]:
    """What a row may change, as plain values."""
    names: Iterable[str] = (
        f"{name}_id" if name in ("measure", "unit") else name for name in _COLUMNS
    )
    return {name: getattr(task, name) for name in names}
