"""What the page of a yearly plan shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hearth.network.scope import Actor
from hearth.programme.enums import PillarKey
from hearth.programme.models import Measure, Meeting, Programme, Receipt, Task
from hearth.programme.queries.tasks import (
    VIEW,
    Progress,
    TaskFilter,
    narrowed,
    progress_of,
)

SHOWN = 8


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure and how the tasks that carry it out stand."""

    measure: Measure
    progress: Progress


@dataclass(frozen=True, slots=True)
class PillarView:
    """A pillar with its goal and measures."""

    key: str
    name: str
    goal: str
    progress: Progress
    measures: Sequence[MeasureView]


@dataclass(frozen=True, slots=True)
class Overview:
    """A plan as one reader sees it.

    Attributes:
        progress: over all tasks.
        pillars: the three, each with its measures.
        late: tasks that are late, the longest first.
        meetings: coming and latest ones.
        unread: documents that units in scope have not acknowledged, as a count of receipts.
    """

    progress: Progress
    pillars: Sequence[PillarView]
    late: Sequence[Task]
    meetings: Sequence[Meeting]
    unread: int


def overview(actor: Actor, programme: Programme, today: date) -> Overview:
    """The plan over the units that ``actor`` reaches; six queries."""
    rows = narrowed(actor, programme, TaskFilter(), today)
    tasks = list(rows.select_related("unit", "measure__pillar"))
    scope = actor.scope_for(VIEW)
    meetings = Meeting.objects.visible_to(scope).standing().filter(programme=programme)
    missing = Receipt.objects.visible_to(scope).missing().filter(document__programme=programme)
    return Overview(
        progress=progress_of(tasks),
        pillars=_pillars(programme, tasks),
        late=[task for task in tasks if getattr(task, "late_n", 0)][:SHOWN],
        meetings=list(meetings.counted(scope).order_by("-held_at")[:3]),
        unread=missing.count(),
    )


def _pillars(programme: Programme, tasks: Sequence[Task]) -> list[PillarView]:
    goals = dict(programme.pillars.values_list("key", "goal"))
    measures = list(programme.measures.select_related("pillar").order_by("code"))
    found = []
    for key, name in PillarKey.choices:
        own = [m for m in measures if m.pillar.key == key]
        ids = {m.pk for m in own}
        found.append(
            PillarView(
                key=key,
                name=str(name),
                goal=goals.get(key, ""),
                progress=progress_of(t for t in tasks if t.measure_id in ids),
                measures=[
                    MeasureView(m, progress_of(t for t in tasks if t.measure_id == m.pk))
                    for m in own
                ],
            )
        )
    return found
