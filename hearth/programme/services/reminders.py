"""Reminders of every night: tasks due soon, late tasks, documents nobody has acknowledged.

Safe to run again on the same day: each share and receipt notes when it was last spoken of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from hearth.ledgers.lookups import batches
from hearth.network.models import Unit
from hearth.platform import audit, notices
from hearth.programme.models import Receipt, TaskShare
from hearth.programme.queries.people import answering_for
from hearth.programme.queries.tasks import SOON

LATE_AGAIN = timedelta(days=7)  # a late task is spoken of once a week until it is finished
UNREAD_AGAIN = timedelta(days=3)
UNREAD_BEFORE = timedelta(days=1)  # before the day by which it must be acknowledged


@transaction.atomic
def remind_daily(today: date) -> int:
    """Tell those who answer for each unit what is due, late or unread; returns how many notices.

    Everyone gets at most one notice a kind, with how many it is about.
    """
    due = TaskShare.objects.standing().open().filter(told_due_on__isnull=True)
    due = due.filter(task__due_on__gte=today, task__due_on__lte=today + SOON)
    late = TaskShare.objects.overdue(today).filter(
        Q(told_late_on__isnull=True) | Q(told_late_on__lte=today - LATE_AGAIN)
    )
    unread = Receipt.objects.missing().filter(
        Q(reminded_on__isnull=True) | Q(reminded_on__lte=today - UNREAD_AGAIN),
        document__acknowledge_by__lte=today + UNREAD_BEFORE,
    )
    tasks, documents = reverse("programme:mine"), reverse("programme:document-list")
    told = {
        "task.due": _tell(due, "task.due", tasks, today, told_due_on=today),
        "task.late": _tell(late, "task.late", tasks, today, told_late_on=today),
        "document.unread": _tell(
            unread,
            "document.unread",
            f"{documents}?state=mine",
            today,
            reminded_on=today,
            reminders=F("reminders") + 1,
        ),
    }
    if any(told.values()):
        audit.record(audit.System(), "programme.reminded", count=sum(told.values()))
    return sum(told.values())


def _tell(rows: QuerySet[Any], kind: str, url: str, today: date, **noted: Any) -> int:
    """One notice to each person for all their rows, and a note on every row; how many notices."""
    found: Sequence[Any] = list(rows.select_related("unit"))
    units: dict[int, Unit] = {row.unit_id: row.unit for row in found}
    rows_of = Counter(row.unit_id for row in found)
    for part in batches([row.pk for row in found]):
        rows.model._default_manager.filter(pk__in=part).update(**noted)
    told: Counter[int] = Counter()
    for unit_id, users in _answering(units.values(), today).items():
        for user in users:
            told[user] += rows_of[unit_id]
    for user, n in sorted(told.items()):
        notices.tell([user], kind, url, n=n)
    return len(told)


def _answering(units: Iterable[Unit], today: date) -> dict[int, list[int]]:
    listed = list(units)
    return answering_for(listed, today) if listed else {}
