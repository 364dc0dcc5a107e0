"""Telling who is late: first the head of the outlet, after some working days the branch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from hearth.ledgers.lookups import batches
from hearth.network.models import Grant
from hearth.platform import audit, notices
from hearth.platform.workdays import workdays
from hearth.rectification.domain.rules import BRANCH, NOBODY, days_late, to_tell
from hearth.rectification.models import Rectification, Step
from hearth.rectification.queries import deadline_on

KIND = "rectification.late"


@transaction.atomic
def tell_late(today: date, url: str) -> int:
    """Tell outlets and branches what became late; again on the same day it tells nothing.

    Each person gets one notice with the number of rectifications, not one for each.

    Args:
        today: the day as of whose end lateness is counted.
        url: where the notice leads.

    Returns:
        How many rectifications somebody was told of.

    Raises:
        RuleViolation: ``no_deadline``.
    """
    late = Rectification.objects.overdue(today).filter(told__lt=BRANCH).select_related("unit")
    levels = _levels(late.select_for_update(of=("self",)).order_by("pk"), today)
    told: list[tuple[Rectification, int]] = [
        (row, level) for row, level in levels if level > row.told
    ]
    if not told:
        return 0
    for row, level in told:
        row.told = level
    Rectification.objects.bulk_update([row for row, _level in told], ["told"], batch_size=400)
    now = timezone.now()
    Step.objects.bulk_create(
        [Step(rectification=row, kind=Step.Kind.TOLD, at=now) for row, _level in told],
        batch_size=100,
    )
    notices.tell_each(
        notices.Word(user_id, KIND, url, {"count": count})
        for user_id, count in sorted(_by_user(told, today).items())
    )
    entry = audit.Entry("rectification.told", data={"rectifications": len(told)})
    audit.record_many(audit.System(), [entry])
    return len(told)


def _levels(rows: Iterable[Rectification], today: date) -> list[tuple[Rectification, int]]:
    rule, calendar = deadline_on(today), workdays()
    by_day: dict[date, int] = {}
    found = []
    for row in rows:
        if row.due_on not in by_day:
            late = days_late(calendar, row.due_on, today)
            by_day[row.due_on] = to_tell(late, rule.escalate_days)
        found.append((row, by_day[row.due_on]))
    return [(row, level) for row, level in found if level != NOBODY]


def _by_user(told: Sequence[tuple[Rectification, int]], today: date) -> Mapping[int, int]:
    """How many rectifications each head and each branch manager is told of."""
    heads: dict[int, list[int]] = defaultdict(list)
    for part in batches({row.unit_id for row, _level in told}):
        held = Grant.objects.held_on(today).filter(role="outlet_head", unit_id__in=part)
        for unit_id, user_id in held.values_list("unit_id", "user_id"):
            heads[unit_id].append(user_id)
    managers = list(
        Grant.objects.held_on(today)
        .filter(role="branch_manager")
        .values_list("unit__path", "user_id")
    )
    count: Counter[int] = Counter()
    for row, level in told:
        concerned = set(heads[row.unit_id])
        if level == BRANCH:
            concerned |= {user for path, user in managers if row.unit.path.startswith(path)}
        count.update(concerned)
    return count
