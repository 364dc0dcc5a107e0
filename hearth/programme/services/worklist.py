"""Keeping the work list: tasks are added, changed and withdrawn, one by one or from a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.figures.declared import FIGURES
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.programme.domain.tasks import circle
from hearth.programme.enums import Priority, State
from hearth.programme.models import Measure, Programme, Task, TaskShare
from hearth.programme.queries.people import EDIT, WORK, may_keep, stands_above
from hearth.programme.services.common import (
    Fault,
    refuse,
    require_version,
    tell_units,
    withdraw_record,
)

MOST_REPORTERS = 1000


@dataclass(frozen=True, slots=True)
class TaskText:
    """A task as people write it.

    Attributes:
        code: empty gives the next free one.
        unit: who owns it.
        reporters: units that each say how far they are; none means the owner alone.
        depends_on: codes of the tasks it waits for, in the same plan.
    """

    title: str
    unit: Unit
    starts_on: date
    due_on: date
    code: str = ""
    detail: str = ""
    measure: Measure | None = None
    post: str = ""
    evidence: str = ""
    priority: str = Priority.NORMAL.value
    figure: str = ""
    is_planned: bool = False
    depends_on: Sequence[str] = ()
    reporters: Sequence[Unit] = ()

    @property
    def reporting(self) -> tuple[Unit, ...]:
        """Units that report, at least the owner."""
        return tuple(self.reporters) or (self.unit,)


@dataclass(slots=True)
class Surroundings:
    """What the tasks of one plan look like, to judge new ones by.

    Attributes:
        programme: the plan.
        tasks: its standing tasks by code.
        depends: what each waits for, by code.
        coming: codes of tasks that come in the same breath, as rows of one file.
    """

    programme: Programme
    tasks: dict[str, Task] = field(default_factory=dict)
    depends: dict[str, list[str]] = field(default_factory=dict)
    coming: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, programme: Programme, *, locked: bool = False) -> Surroundings:
        """Read them, to be changed where they are ``locked``; two queries."""
        rows = Task.objects.standing().filter(programme=programme)
        tasks = {t.code: t for t in (rows.select_for_update() if locked else rows)}
        for task in tasks.values():
            task.programme = programme
        depends: dict[str, list[str]] = {code: [] for code in tasks}
        pairs = Task.depends_on.through.objects.filter(
            from_task__programme=programme,
            from_task__withdrawn_at__isnull=True,
            to_task__withdrawn_at__isnull=True,
        )
        for code, needed in pairs.values_list("from_task__code", "to_task__code"):
            depends[code].append(needed)
        return cls(programme, tasks, depends)


def faults_of(text: TaskText, around: Surroundings) -> list[Fault]:
    """Everything wrong with a task but circles, which only all tasks together show."""
    found: list[Fault] = []
    if not text.title.strip():
        found.append(("title", _("Say what is to be done.")))
    if text.due_on < text.starts_on:
        found.append(("due_on", _("It is due before it begins. Change one of the two days.")))
    if text.figure and text.figure not in FIGURES:
        found.append(
            ("figure", _("There is no figure called %(key)s.") % {"key": text.figure[:60]})
        )
    if text.measure is not None and text.measure.programme_id != around.programme.pk:
        found.append(("measure", _("This measure belongs to the plan of another year.")))
    if len(text.reporting) > MOST_REPORTERS:
        found.append(
            ("reporters", _("At most %(n)s units can report on one task.") % {"n": MOST_REPORTERS})
        )
    own = text.code.strip()
    for code in text.depends_on:
        if code == own:
            found.append(("depends_on", _("A task cannot wait for itself.")))
        elif code not in around.tasks and code not in around.coming:
            found.append(
                (
                    "depends_on",
                    _("There is no task %(code)s in this plan.") % {"code": code[:40]},
                )
            )
    return found


def circle_fault(depends: Mapping[str, Sequence[str]]) -> list[Fault]:
    """The fault of tasks that wait for each other in a circle, if they do."""
    found = circle(depends)
    if not found:
        return []
    trail = " → ".join([*found, found[0]])
    return [
        (
            "depends_on",
            _("These tasks wait for each other: %(trail)s. Take one of the waits out.")
            % {"trail": trail},
        )
    ]


# --- one by one -----------------------------------------------------------------------------------


@transaction.atomic
def add_task(*, actor: Actor, programme_id: int, text: TaskText) -> Task:
    """Put a task before its units and tell those who answer for them.

    A task of the plan takes ``programme.edit``. Any other may be given by whoever works for the
    unit or stands above it.

    Raises:
        NotAllowed: may give no task to one of the units.
        RuleViolation: ``task_refused``, with the faults.
    """
    for unit in {text.unit.pk: text.unit, **{u.pk: u for u in text.reporting}}.values():
        require_may_give(actor, unit, is_planned=text.is_planned)
    programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    around = Surroundings.of(programme)
    code = text.code.strip() or _next_code(programme, around)
    faults = faults_of(text, around)
    if code in around.tasks:
        faults.append(
            ("code", _("The code %(code)s belongs to another task.") % {"code": code[:40]})
        )
    refuse("task_refused", faults)
    task = Task(programme=programme, recorded_by_id=actor.user_id or None)
    fill(task, text, code)
    task.save()
    task.depends_on.set([around.tasks[c] for c in text.depends_on])
    TaskShare.objects.bulk_create([TaskShare(task=task, unit=unit) for unit in text.reporting])
    tell_units(
        actor,
        text.reporting,
        "task.assigned",
        reverse("programme:task", args=[task.pk]),
        title=task.title,
        due_on=task.due_on.isoformat(),
    )
    audit.record(actor, "task.added", task, unit_path=task.unit.path, **_facts(task, text))
    return task


def require_may_give(actor: Actor, unit: Unit, *, is_planned: bool) -> None:
    """Let pass who may give a task to ``unit``.

    Raises:
        NotAllowed: ``not_allowed``.
    """
    if is_planned or actor.can(EDIT):
        actor.require(EDIT)
        return
    if not (actor.can(WORK, unit.path) or stands_above(actor, unit)):
        raise NotAllowed(
            "not_allowed",
            _("You may give tasks only to your own unit and to those below it."),
            permission=WORK,
        )


def _next_code(programme: Programme, around: Surroundings) -> str:
    """The next free code of a task that is not on the work list: T0001 and so on."""
    number = Task.objects.filter(programme=programme, is_planned=False).count() + 1
    while f"T{number:04d}" in around.tasks:
        number += 1
    return f"T{number:04d}"


def fill(task: Task, text: TaskText, code: str) -> None:
    """Put into a task what was written; it is not saved."""
    task.code = code
    for name in ("unit", "measure", "starts_on", "due_on", "priority", "figure", "is_planned"):
        setattr(task, name, getattr(text, name))
    for name in ("title", "detail", "post", "evidence"):
        setattr(task, name, getattr(text, name).strip())


def _facts(task: Task, text: TaskText) -> dict[str, Any]:
    return {
        "code": task.code,
        "unit": task.unit.code,
        "due_on": task.due_on,
        "units": len(text.reporting),
    }


@transaction.atomic
def change_task(*, actor: Actor, task_id: int, version: int, text: TaskText) -> Task:
    """Change a task; units that have begun to report stay on it.

    Raises:
        Task.DoesNotExist: not in the actor's scope.
        NotAllowed: may not keep this task, or may not give it to a unit that is added.
        StaleWrite: changed since ``version``.
        RuleViolation: ``task_refused``, with the faults; ``withdrawn``.
    """
    reach = actor.scope_for("programme.view")
    found = Task.objects.visible_to(reach).select_for_update(of=("self",))
    task = found.select_related("unit", "programme").get(pk=task_id)
    require_kept_by(actor, task)
    require_version(task, version)
    if task.withdrawn_at is not None:
        raise RuleViolation("withdrawn", _("This was taken back already."))
    if text.is_planned != task.is_planned:
        actor.require(EDIT)
    around = Surroundings.of(task.programme)
    code = text.code.strip() or task.code
    faults = faults_of(text, around)
    if code != task.code and code in around.tasks:
        faults.append(
            ("code", _("The code %(code)s belongs to another task.") % {"code": code[:40]})
        )
    depends = around.depends | {task.code: [c for c in text.depends_on if c in around.tasks]}
    shares = {share.unit_id: share for share in task.shares.select_related("unit")}
    gone = [s for pk, s in shares.items() if pk not in {u.pk for u in text.reporting}]
    faults += circle_fault(depends) + begun_faults(gone)
    refuse("task_refused", faults)
    new = [unit for unit in text.reporting if unit.pk not in shares]
    for unit in new if text.unit.pk == task.unit_id else [text.unit, *new]:
        require_may_give(actor, unit, is_planned=text.is_planned)
    fill(task, text, code)
    task.version = version + 1
    task.save()
    task.depends_on.set([around.tasks[c] for c in text.depends_on])
    TaskShare.objects.filter(pk__in=[share.pk for share in gone]).delete()
    TaskShare.objects.bulk_create([TaskShare(task=task, unit=unit) for unit in new])
    tell_units(
        actor,
        new,
        "task.assigned",
        reverse("programme:task", args=[task.pk]),
        title=task.title,
        due_on=task.due_on.isoformat(),
    )
    audit.record(actor, "task.changed", task, unit_path=task.unit.path, **_facts(task, text))
    return task


def require_kept_by(actor: Actor, task: Task) -> None:
    """Let pass who may change a task.

    Raises:
        NotAllowed: ``not_allowed``.
    """
    if not may_keep(actor, task):
        raise NotAllowed(
            "not_allowed",
            _("Only those who gave this task may change it. Report on it instead."),
            permission=EDIT if task.is_planned else WORK,
        )


def begun_faults(gone: Sequence[TaskShare]) -> list[Fault]:
    """The fault of taking units off a task on which they have reported, if they have."""
    begun = [share.unit.name for share in gone if share.state != State.NOT_STARTED]
    if not begun:
        return []
    said = _("%(units)s reported on this task already and stay on it.")
    return [("reporters", said % {"units": ", ".join(begun[:5])})]


@transaction.atomic
def withdraw_task(*, actor: Actor, task_id: int, version: int, reason: str) -> Task:
    """Take a task back with a reason; tasks that wait for it wait no longer.

    Raises:
        Task.DoesNotExist: not in the actor's scope.
        NotAllowed: may not keep this task.
        StaleWrite: changed since ``version``.
        RuleViolation: ``withdrawn`` or ``no_reason``.
    """
    reach = actor.scope_for("programme.view")
    found = Task.objects.visible_to(reach).select_for_update(of=("self",))
    task = found.select_related("unit").get(pk=task_id)
    require_kept_by(actor, task)
    withdraw_record(actor, task, version, reason)
    audit.record(
        actor,
        "task.withdrawn",
        task,
        unit_path=task.unit.path,
        code=task.code,
        reason=task.withdrawal_reason,
    )
    return task
