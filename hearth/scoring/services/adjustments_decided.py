"""The second person of an adjustment: approves or rejects what another proposed (rule 6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import Refusal, RuleViolation, StaleWrite
from hearth.ledgers.lookups import batches
from hearth.network.scope import Actor
from hearth.platform import audit, notices
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments import entry

APPROVE = "adjustments.approve"
Status = Adjustment.Status
CHANGED = (
    "status",
    "decided_by",
    "decided_at",
    "decision",
    "withdrawn_by",
    "withdrawn_at",
    "withdrawn_reason",
    "withdrawal_approved_by",
    "version",
)
FIRST = 1  # version of a proposal until it is decided
LONGEST_KEY = 19  # digits; longer ones are no keys of a database
BATCH = 90  # rows a statement: SQLite takes 1,000 values, as it is built


@transaction.atomic
def decide_adjustment(
    *, actor: Actor, adjustment_id: int, version: int, approve: bool, note: str = ""
) -> Adjustment:
    """Approve or reject what another person proposed: an adjustment, or that one be withdrawn.

    The same decision sent again by the same person, as by a second press, changes nothing.

    Args:
        actor: who decides.
        adjustment_id: of what.
        version: that the actor saw.
        approve: False: reject.
        note: why it is rejected.

    Raises:
        Adjustment.DoesNotExist: outside the actor's reach.
        NotAllowed: lacks ``adjustments.approve``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``own_proposal``, ``decided`` already, ``already_withdrawn`` or
            ``no_reason`` (for rejecting).
    """
    _require_may(actor, note, approve=approve)
    row = _locked(actor, [adjustment_id]).get()
    if not _was_said(actor, row, version, approve=approve):
        _require_decidable(actor, row, version)
        _decide(actor, [row], note, approve=approve)
    return row


@transaction.atomic
def decide_adjustments(
    *, actor: Actor, chosen: Iterable[str], approve: bool, note: str = ""
) -> tuple[int, list[str]]:
    """Decide each chosen one ('key:version') by itself; count and reasons of refusal.

    Raises:
        NotAllowed: lacks ``adjustments.approve``.
        RuleViolation: ``no_reason`` (for rejecting).
    """
    _require_may(actor, note, approve=approve)
    not_there = _("This adjustment is not there for you. Reload the page.")
    wanted, strange = read_tickets(chosen)
    keys = sorted(wanted)  # in one order, so that two who decide the same wait for each other
    rows = {row.pk: row for part in batches(keys) for row in _locked(actor, part)}
    refused, repeated, deciding = [not_there] * strange, 0, []
    for pk, version in wanted.items():
        row = rows.get(pk)
        if row is None:
            refused.append(not_there)
        elif _was_said(actor, row, version, approve=approve):
            repeated += 1
        else:
            try:
                _require_decidable(actor, row, version)
            except Refusal as refusal:
                refused.append(f"{row.unit.name}: {refusal}")
            else:
                deciding.append(row)
    _decide(actor, deciding, note, approve=approve)
    return len(deciding) + repeated, refused


def read_tickets(chosen: Iterable[str]) -> tuple[dict[int, int], int]:
    """Versions by key of 'key:version', and how many are not what a page offers."""
    wanted, strange = {}, 0
    for text in chosen:
        pk, _colon, version = text.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(pk) < LONGEST_KEY > len(version):
            wanted[int(pk)] = int(version)
        else:
            strange += 1
    return wanted, strange


def _locked(actor: Actor, keys: Sequence[int]) -> QuerySet[Adjustment]:
    rows = Adjustment.objects.visible_to(actor.scope_for(APPROVE)).filter(pk__in=keys)
    return rows.select_related("unit").select_for_update(of=("self",)).order_by("pk")


def _require_may(actor: Actor, note: str, *, approve: bool) -> None:
    actor.require(APPROVE)
    if not approve and not note.strip():
        raise RuleViolation("no_reason", _("Say why it is rejected."), field="note")


def _was_said(actor: Actor, row: Adjustment, version: int, *, approve: bool) -> bool:
    """Whether this person decided just so just before."""
    if row.version != version + 1:
        return False
    if row.status == Status.WITHDRAWN:
        return approve and row.withdrawal_approved_by_id == actor.user_id
    if version != FIRST:  # what a proposal was seen in; later ones are of its withdrawal
        return False
    wanted = Status.APPROVED if approve else Status.REJECTED
    return row.status == wanted and row.decided_by_id == actor.user_id


def _require_decidable(actor: Actor, row: Adjustment, version: int) -> None:
    if row.status == Status.WITHDRAWN:
        raise RuleViolation("already_withdrawn", _("This adjustment is withdrawn already."))
    if row.status not in Adjustment.WAITING:
        raise RuleViolation("decided", _("This proposal is decided already."))
    if row.version != version:
        raise StaleWrite(
            "stale_adjustment",
            _("Someone changed this adjustment meanwhile. Reload to see it."),
            version=row.version,
        )
    asked = row.recorded_by_id if row.status == Status.PROPOSED else row.withdrawn_by_id
    if asked == actor.user_id:
        raise RuleViolation("own_proposal", _("Who proposes does not approve. Ask a colleague."))


def _decide(actor: Actor, rows: Sequence[Adjustment], note: str, *, approve: bool) -> None:
    """Write the decision, tell who proposed, and append to the trail."""
    told: Counter[tuple[int, str, str]] = Counter()
    events = []
    for row in rows:
        is_leaving = row.status == Status.LEAVING
        asked = row.withdrawn_by_id if is_leaving else row.recorded_by_id
        if is_leaving:
            action = _left(actor, row, approve=approve)
        else:
            action = _settled(actor, row, note, approve=approve)
        row.version += 1
        said: dict[str, Any] = {} if approve else {"note": note.strip()}
        if actor.is_operator:
            said["at_once"] = True
        events.append(entry(action, row, **said))
        if asked is not None:
            told[asked, action, row.period] += 1
    Adjustment.objects.bulk_update(rows, CHANGED, batch_size=BATCH)
    notices.tell_each(
        notices.Word(
            user, kind, reverse("scoring:adjustments", args=[key]), {"period": key, "n": n}
        )
        for (user, kind, key), n in sorted(told.items())
    )
    audit.record_many(actor, events)


def _settled(actor: Actor, row: Adjustment, note: str, *, approve: bool) -> str:
    row.status = Status.APPROVED if approve else Status.REJECTED
    row.decided_by_id, row.decided_at = actor.user_id, timezone.now()
    row.decision = "" if approve else note.strip()[:400]
    return "adjustment.approved" if approve else "adjustment.rejected"


def _left(actor: Actor, row: Adjustment, *, approve: bool) -> str:
    if approve:
        row.status, row.withdrawn_at = Status.WITHDRAWN, timezone.now()
        row.withdrawal_approved_by_id = actor.user_id
        return "adjustment.withdrawn"
    row.status = Status.APPROVED  # it goes on counting; the trail keeps who had asked, and why
    row.withdrawn_by_id, row.withdrawn_reason = None, ""
    return "adjustment.withdrawal_rejected"
