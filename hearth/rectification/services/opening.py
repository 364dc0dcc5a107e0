"""Opening rectifications for the findings of released checks, and taking them back.

All of it works on any number of checks in a handful of statements: a night's import or the release
of a full queue opens thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.models import Finding, Inspection
from hearth.ledgers.lookups import batches
from hearth.network.scope import Actor
from hearth.platform import audit, bulk
from hearth.platform.workdays import workdays
from hearth.rectification.domain.rules import last_day
from hearth.rectification.models import Rectification, Step
from hearth.rectification.queries import deadline_on

_OPENED = (
    "finding_id",
    "inspection_id",
    "criterion_id",
    "channel",
    "severity",
    "state",
    "opened_on",
    "first_due_on",
    "due_on",
    "unit_id",
    "unit_path",
    "recorded_by_id",
    "recorded_at",
    "version",
    "withdrawal_reason",
    "fix_note",
    "reopened",
    "told",
)
_FOUND = (
    "pk",
    "inspection_id",
    "criterion_id",
    "channel",
    "severity",
    "unit_id",
    "unit_path",
    "criterion__code",
    "criterion__due_days",
)


@dataclass(slots=True)
class Opened:
    """What releasing checks did to rectifications."""

    opened: int = 0
    kept: int = 0  # of an earlier revision of the check; the finding still stands
    withdrawn: int = 0  # the corrected check no longer finds it


@dataclass(slots=True)
class _Work:
    """The findings of the checks, and the rectifications of the revisions before them."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    earlier: dict[int, list[Rectification]] = field(default_factory=dict)


@transaction.atomic
def open_for(*, actor: Actor, inspections: Sequence[Inspection]) -> Opened:
    """Open one rectification for each finding of checks that are being released.

    Where a check replaces an earlier one, rectifications of criteria that it still finds stay as
    they are and point to the new finding; unclosed ones of the others are withdrawn. Closed ones
    stay closed. Called again for the same checks it changes nothing. The deadline runs from
    today, in working days (RC-01).

    Args:
        actor: who releases them; the release itself has checked the permission.
        inspections: released checks.

    Raises:
        RuleViolation: ``no_deadline``.
    """
    outcome = Opened()
    if not inspections:
        return outcome
    now = timezone.now()
    work = _gather(inspections)
    kept = _carry_over(actor, work, now, outcome)
    fresh = [one for one in work.findings if one["pk"] not in kept]
    bulk.insert(Rectification, _OPENED, _rows(actor, fresh, now))
    outcome.opened = len(fresh)
    if outcome != Opened():
        single = inspections[0] if len(inspections) == 1 else None
        audit.record(
            actor,
            "rectification.opened",
            single,
            unit_path=single.unit_path if single else "",
            checks=len(inspections),
            opened=outcome.opened,
            kept=outcome.kept,
            withdrawn=outcome.withdrawn,
        )
    return outcome


def follow(*, actor: Actor, inspections: Sequence[Inspection]) -> Opened:
    """Do what ``open_for`` does, but only for revisions of checks that have rectifications.

    An import brings years of checks whose findings nobody waits for; but what is being put right
    already must follow its check.
    """
    replacing = [one for one in inspections if one.replaces_id is not None]
    earlier = {pk: new for new, before in _before(replacing).items() for pk in before}
    followed: set[int] = set()
    for part in batches(earlier):
        rows = Rectification.objects.standing().filter(inspection_id__in=part)
        followed |= {earlier[pk] for pk in rows.values_list("inspection_id", flat=True).distinct()}
    return open_for(actor=actor, inspections=[one for one in replacing if one.pk in followed])


@transaction.atomic
def withdraw_for(*, actor: Actor, inspection: Inspection, reason: str) -> int:
    """Take back every unclosed rectification of a check that was withdrawn; how many there were."""
    now = timezone.now()
    family = [*_before([inspection]).get(inspection.pk, []), inspection.pk]
    rows = list(
        Rectification.objects.unclosed().filter(inspection_id__in=family).select_for_update()
    )
    _withdraw(actor, rows, reason, now)
    if rows:
        audit.record(
            actor,
            "rectification.withdrawn",
            inspection,
            unit_path=inspection.unit_path,
            withdrawn=len(rows),
        )
    return len(rows)


def _gather(inspections: Sequence[Inspection]) -> _Work:
    work = _Work()
    for part in batches(one.pk for one in inspections):
        found = Finding.objects.filter(inspection_id__in=part, rectification__isnull=True)
        work.findings += found.order_by("pk").values(*_FOUND)
    replacing = [one for one in inspections if one.replaces_id is not None]
    if replacing:
        now_of = {pk: new for new, earlier in _before(replacing).items() for pk in earlier}
        found_by: dict[int, list[Rectification]] = defaultdict(list)
        for part in batches(now_of):
            standing = Rectification.objects.standing().filter(inspection_id__in=part)
            for row in standing.select_related("criterion").select_for_update(of=("self",)):
                found_by[now_of[row.inspection_id]].append(row)
        work.earlier = dict(found_by)
    return work


def _before(inspections: Iterable[Inspection]) -> dict[int, list[int]]:
    """Keys of all revisions before each check, by its own key; one query a generation."""
    found: dict[int, list[int]] = defaultdict(list)
    newest = {one.replaces_id: one.pk for one in inspections if one.replaces_id is not None}
    while newest:
        following: dict[int, int] = {}
        for pk, new in newest.items():
            found[new].append(pk)
        for part in batches(newest):
            replaced = Inspection.objects.filter(pk__in=part, replaces__isnull=False)
            for pk, earlier in replaced.values_list("pk", "replaces_id"):
                following[int(earlier or 0)] = newest[pk]
        newest = following
    return found


def _carry_over(actor: Actor, work: _Work, now: datetime, outcome: Opened) -> set[int]:
    """Move what still stands to the new findings, withdraw the rest; keys of those findings."""
    new = {(one["inspection_id"], one["criterion__code"]): one for one in work.findings}
    kept: list[Rectification] = []
    vanished: list[Rectification] = []
    for inspection_id, rows in work.earlier.items():
        for row in rows:
            finding = new.get((inspection_id, row.criterion.code))
            if finding is not None:
                row.finding_id, row.inspection_id = finding["pk"], inspection_id
                row.criterion_id, row.severity = finding["criterion_id"], finding["severity"]
                row.version += 1
                kept.append(row)
            elif row.state != Rectification.State.CLOSED:
                vanished.append(row)
    changed = ["finding", "inspection", "criterion", "severity", "version"]
    Rectification.objects.bulk_update(kept, changed, batch_size=100)
    _note(actor, kept, Step.Kind.KEPT, "", now)
    _withdraw(actor, vanished, _("The corrected check no longer finds this."), now)
    outcome.kept, outcome.withdrawn = len(kept), len(vanished)
    return {row.finding_id for row in kept}


def _withdraw(actor: Actor, rows: Sequence[Rectification], reason: str, now: datetime) -> None:
    for row in rows:
        row.withdrawn_at, row.withdrawn_by_id = now, actor.user_id or None
        row.withdrawal_reason, row.version = reason[:400], row.version + 1
    changed = ["withdrawn_at", "withdrawn_by", "withdrawal_reason", "version"]
    Rectification.objects.bulk_update(rows, changed, batch_size=100)
    _note(actor, rows, Step.Kind.WITHDRAWN, reason[:400], now)


def _note(actor: Actor, rows: Sequence[Rectification], kind: str, note: str, now: datetime) -> None:
    Step.objects.bulk_create(
        [
            Step(rectification=row, kind=kind, at=now, by_id=actor.user_id or None, note=note)
            for row in rows
        ],
        batch_size=100,
    )


def _rows(
    actor: Actor, findings: Sequence[dict[str, Any]], now: datetime
) -> Iterator[tuple[Any, ...]]:
    """The new rectifications as values of ``_OPENED``."""
    if not findings:
        return
    today = timezone.localdate(now)
    rule, calendar = deadline_on(today), workdays()
    last_days: dict[int, date] = {}
    for one in findings:
        days = one["criterion__due_days"] or rule.days(one["severity"])
        if days not in last_days:
            last_days[days] = last_day(calendar, today, days)
        yield (
            one["pk"],
            one["inspection_id"],
            one["criterion_id"],
            one["channel"],
            one["severity"],
            Rectification.State.OPEN.value,
            today,
            last_days[days],
            last_days[days],
            one["unit_id"],
            one["unit_path"],
            actor.user_id or None,
            now,
            1,
            "",
            "",
            0,
            0,
        )
