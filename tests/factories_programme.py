"""Plans, tasks, documents, meetings and targets for tests."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from hearth.network.models import Unit, User
from hearth.programme.models import (
    Document,
    Measure,
    Meeting,
    Pillar,
    Programme,
    Receipt,
    Target,
    Task,
    TaskShare,
)

_numbers = itertools.count(1)
YEAR = 2021


def make_plan(year: int = YEAR, **fields: Any) -> Programme:
    """A plan of a year with its three pillars and one measure in each, M1 to M3."""
    fields.setdefault("title", f"{year}年服务升温工程")
    days = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    programme = Programme.objects.create(year=year, **(days | fields))
    for number, key in enumerate(("environment", "service", "brand"), start=1):
        pillar = Pillar.objects.create(programme=programme, key=key, goal=f"{key} 目标")
        Measure.objects.create(
            programme=programme, pillar=pillar, code=f"M{number}", title=f"举措{number}"
        )
    return programme


def make_task(
    programme: Programme, unit: Unit, *reporters: Unit, state: str = "not_started", **fields: Any
) -> Task:
    """A task owned by ``unit``, on which ``reporters`` (else the owner) report ``state``.

    Without days it begins today and is due in ten.
    """
    number, today = next(_numbers), timezone.localdate()
    by = fields.pop("done_by", None)
    checked_by = fields.pop("verified_by", None)
    fields.setdefault("code", f"H{number:04d}")
    fields.setdefault("title", f"任务{number}")
    fields.setdefault("due_on", today + timedelta(days=10))
    fields.setdefault("starts_on", min(today, fields["due_on"]))
    task = Task.objects.create(programme=programme, unit=unit, **fields)
    for reporter in reporters or (unit,):
        finished = {"done_on": today, "done_by": by} if state in ("done", "verified") else {}
        if state == "verified":
            finished |= {"verified_at": timezone.now(), "verified_by": checked_by}
        TaskShare.objects.create(task=task, unit=reporter, state=state, **finished)
    return task


def share_of(task: Task, unit: Unit) -> TaskShare:
    """The part of a task that a unit reports."""
    return TaskShare.objects.get(task=task, unit=unit)


def make_document(*units: Unit, sent_by: User | None = None, **fields: Any) -> Document:
    """A document sent to ``units``, to be acknowledged within a week."""
    number = next(_numbers)
    fields.setdefault("title", f"通知{number}")
    fields.setdefault("acknowledge_by", timezone.localdate() + timedelta(days=7))
    document = Document.objects.create(sent_by=sent_by, **fields)
    Receipt.objects.bulk_create([Receipt(document=document, unit=unit) for unit in units])
    return document


def make_meeting(programme: Programme, unit: Unit, **fields: Any) -> Meeting:
    """A meeting that ``unit`` holds now."""
    number = next(_numbers)
    fields.setdefault("title", f"会议{number}")
    fields.setdefault("kind", "progress")
    fields.setdefault("held_at", timezone.now())
    return Meeting.objects.create(programme=programme, unit=unit, **fields)


def make_target(unit: Unit, figure: str = "outlets", **fields: Any) -> Target:
    """A linear target of 10 with floor 0 for the second quarter of 2021."""
    fields.setdefault("period", "2021Q2")
    fields.setdefault("target_milli", 10_000)
    if fields.get("rule", "linear") == "linear":
        fields.setdefault("floor_milli", 0)
    return Target.objects.create(unit=unit, figure=figure, **fields)
