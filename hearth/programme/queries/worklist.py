"""One task in full: what each unit says, and what the trail knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.programme.models import Attachment, Task, TaskShare
from hearth.programme.queries.people import WORK, own_unit_ids, stands_above
from hearth.programme.queries.tasks import VIEW

_OF_ALL = ("task.added", "task.changed", "task.withdrawn")
"""Events that whoever reads the task may read; the others speak of one unit."""

LATEST = 50


def shares_of(actor: Actor, task: Task, state: str = "") -> QuerySet[TaskShare]:
    """What the units in scope say, in the order of the tree; of one state where one is named."""
    rows = TaskShare.objects.visible_to(actor.scope_for(VIEW)).filter(task=task)
    if state:
        rows = rows.filter(state=state)
    related = rows.select_related("unit", "done_by", "verified_by").prefetch_related("files")
    return related.order_by("unit__path")


def history_of(actor: Actor, task: Task) -> Sequence[tuple[AuditEvent, str]]:
    """The latest events of a task that concern all, or a unit in scope, with its name."""
    rows = AuditEvent.objects.filter(
        object_type=Task._meta.label_lower, object_id=str(task.pk)
    ).filter(Q(action__in=_OF_ALL) | _reached(actor))
    events = list(rows.order_by("-seq")[:LATEST])
    codes = {event.data.get("unit", "") for event in events}
    names = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    return [(event, names.get(event.data.get("unit", ""), "")) for event in events]


def _reached(actor: Actor) -> Q:
    scope = actor.scope_for(VIEW)
    return Q(pk__in=AuditEvent.objects.filter(scope.q("unit_path")).values("pk"))


@dataclass(frozen=True, slots=True)
class ShareView:
    """One unit's part of a task with what the reader may do about it."""

    share: TaskShare
    files: Sequence[Attachment]
    late: bool
    is_own: bool
    may_report: bool
    may_judge: bool


def share_views(actor: Actor, task: Task, rows: Iterable[TaskShare], on: date) -> list[ShareView]:
    """Rows of ``shares_of`` as one reader sees them."""
    own = own_unit_ids(actor)
    return [
        ShareView(
            share=share,
            files=list(share.files.all()),
            late=not share.is_finished and task.due_on < on,
            is_own=share.unit_id in own,
            may_report=may_report(actor, share),
            may_judge=may_judge(actor, share),
        )
        for share in rows
    ]


def may_report(actor: Actor, share: TaskShare) -> bool:
    """Whether the actor works for the unit of this share."""
    return actor.can(WORK, share.unit.path)


def may_judge(actor: Actor, share: TaskShare) -> bool:
    """Whether the actor may verify this share or send it back (design rule 6.2)."""
    return stands_above(actor, share.unit)
