"""The spreadsheets of this room: the work list as it comes in and goes out, and its states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.network.scope import Actor
from hearth.platform.spreadsheets import Column, SheetSpec, Table
from hearth.programme.enums import Priority, State
from hearth.programme.models import Task, TaskShare
from hearth.programme.queries.tasks import VIEW, waits_of

TASKS = SheetSpec(
    "tasks",
    [
        Column("year", _("Year"), "integer", required=True, minimum=2000, maximum=2099),
        Column("code", _("Code"), "code", required=True, max_length=20),
        Column("title", _("What is to be done"), required=True, max_length=200),
        Column("detail", _("In detail"), max_length=4000),
        Column("measure", _("Measure (code)"), "code", max_length=20),
        Column("unit", _("Owner unit (code)"), "code", required=True, max_length=40),
        Column("post", pgettext_lazy("task", "Post of who does it"), max_length=60),
        Column("starts_on", pgettext_lazy("task", "Begins on"), "date", required=True),
        Column("due_on", _("Due on"), "date", required=True),
        Column("depends_on", _("Waits for (codes of tasks)"), "list"),
        Column(
            "reporters",
            _("Reported by (codes of units)"),
            "list",
            note=_("Empty: the owner. “branches” or “outlets”: every one at or below the owner."),
        ),
        Column("evidence", _("What proves that it is done"), max_length=400),
        Column(
            "priority",
            _("Priority"),
            "choice",
            choices=Priority.choices,
            default=Priority.NORMAL.value,
        ),
        Column("figure", _("Figure it shall move"), "code", max_length=60),
    ],
    natural_key=("year", "code"),
    title=_("Work list"),
    notes=(
        _("One row a task of the yearly plan. Tasks may wait for tasks of the same file."),
        _("A known code is changed. Units that have begun to report stay on their task."),
    ),
    example_rows=(
        {
            "year": 2021,
            "code": "H-03",
            "title": "全辖灯箱招牌清洁、维修、更换",
            "measure": "M1",
            "unit": "P",
            "post": "服务管理岗",
            "starts_on": "2021-03-01",
            "due_on": "2021-05-31",
            "depends_on": "H-01;H-02",
            "reporters": "branches",
            "evidence": "更换前后照片",
            "priority": "high",
            "figure": "",
        },
    ),
)

STATES = (
    Column("code", _("Code"), "code"),
    Column("title", _("What is to be done")),
    Column("unit", _("Unit (code)"), "code"),
    Column("unit_name", _("Unit")),
    Column("state", _("State"), "choice", choices=State.choices),
    Column("due_on", _("Due on"), "date"),
    Column("done_on", _("Finished on"), "date"),
    Column("done_by", _("Reported by")),
    Column("verified_by", _("Verified by")),
    Column("note", _("What was said last")),
)


def task_table(actor: Actor, tasks: Sequence[Task]) -> Table:
    """Tasks in the form in which they would come in again; reporters are those in scope."""
    shares = TaskShare.objects.visible_to(actor.scope_for(VIEW))
    rows = shares.filter(task__in=[task.pk for task in tasks]).order_by("unit__path")
    reporters: dict[int, list[str]] = defaultdict(list)
    for task_id, code in rows.values_list("task_id", "unit__code"):
        reporters[task_id].append(code)
    codes = {task.pk: task.code for task in tasks}
    waits = waits_of(tasks)
    body = (
        (
            task.programme.year,
            task.code,
            task.title,
            task.detail,
            task.measure.code if task.measure else "",
            task.unit.code,
            task.post,
            task.starts_on,
            task.due_on,
            sorted(codes[needed] for needed in waits.get(task.pk, ())),
            reporters[task.pk],
            task.evidence,
            task.priority,
            task.figure,
        )
        for task in tasks
    )
    return Table(TASKS.kind, TASKS.columns, body)


def share_table(actor: Actor, tasks: Sequence[Task]) -> Table:
    """What every unit in scope says of these tasks."""
    shares = TaskShare.objects.visible_to(actor.scope_for(VIEW))
    rows = shares.filter(task__in=[task.pk for task in tasks])
    rows = rows.select_related("task", "unit", "done_by", "verified_by")
    body = (
        (
            share.task.code,
            share.task.title,
            share.unit.code,
            share.unit.name,
            share.state,
            share.task.due_on,
            share.done_on,
            share.done_by.name if share.done_by else "",
            share.verified_by.name if share.verified_by else "",
            share.note,
        )
        for share in rows.order_by("task__due_on", "task__code", "unit__path").iterator(2000)
    )
    return Table("states", STATES, body)
