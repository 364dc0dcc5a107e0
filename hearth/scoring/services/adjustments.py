"""Adjustments: dated bonuses, deductions and vetoes with their reasons (SC-08).

They override what the checks say, so two persons stand behind each (design rule 6.2): one
proposes, another approves (``adjustments_decided``). What the operator of the machine records
counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.scoring.models import Adjustment

RECORD = "adjustments.record"
Status = Adjustment.Status


@dataclass(frozen=True, slots=True)
class AdjustmentText:
    """One adjustment; points in hundredths, 0 for a veto."""

    unit: Unit
    period: str
    kind: str
    reason: str
    decided_on: date
    points_centi: int = 0
    evidence: str = ""


@transaction.atomic
def record_adjustment(*, actor: Actor, text: AdjustmentText) -> Adjustment:
    """Propose one adjustment; the very same said again, as by a second press, stands once.

    Raises: as ``record_adjustments``.
    """
    actor.require(RECORD, text.unit.path)
    _check(text)
    Unit.objects.select_for_update(of=("self",)).get(pk=text.unit.pk)  # one after the other
    stands = Adjustment.objects.standing().filter(**_columns(text, actor))
    return stands.first() or record_adjustments(actor=actor, texts=[text])[0]


def _columns(text: AdjustmentText, actor: Actor) -> dict[str, Any]:
    return {
        "unit": text.unit,
        "period": Period.parse(text.period).key,
        "kind": text.kind,
        "points_centi": text.points_centi,
        "reason": text.reason.strip(),
        "evidence": text.evidence.strip(),
        "decided_on": text.decided_on,
        "recorded_by_id": actor.user_id,
    }


@transaction.atomic
def record_adjustments(*, actor: Actor, texts: Sequence[AdjustmentText]) -> list[Adjustment]:
    """Propose adjustments, all or none. Each counts once another person has approved it.

    Those of the operator of the machine are approved at once, since closings by script follow
    imports by script; the trail says so. They count from the next closing of their period.

    Raises:
        NotAllowed: lacks ``adjustments.record`` at one of the units.
        RuleViolation: ``not_an_outlet``, ``no_reason``, ``period_unknown``, ``kind_unknown``,
            ``points_missing``, ``points_out_of_range`` or ``veto_has_points``.
    """
    for text in texts:
        actor.require(RECORD, text.unit.path)
        _check(text)
    standing: dict[str, Any] = {"status": Status.PROPOSED}
    if actor.is_operator:
        standing = {"status": Status.APPROVED, "decided_at": timezone.now()}
    rows = Adjustment.objects.bulk_create(
        Adjustment(**_columns(text, actor), **standing) for text in texts
    )
    how: dict[str, Any] = {"at_once": True} if actor.is_operator else {}
    audit.record_many(actor, (entry("adjustment.recorded", row, **how) for row in rows))
    return rows


def entry(action: str, row: Adjustment, **more: Any) -> audit.Entry:
    """What the trail says of an adjustment; its unit is loaded."""
    said = {"kind": row.kind, "points_centi": row.points_centi, "period": row.period}
    return audit.Entry(action, "scoring.adjustment", str(row.pk), row.unit.path, said | more)


def _check(text: AdjustmentText) -> None:
    if not text.unit.is_outlet:  # the score of a unit above is the mean of its outlets (SC-09)
        raise RuleViolation(
            "not_an_outlet", _("Only outlets are adjusted; this unit is none. Choose one below it.")
        )
    if not text.reason.strip():
        raise RuleViolation("no_reason", _("An adjustment needs a reason."))
    try:
        Period.parse(text.period)
    except BadValue:
        raise RuleViolation(
            "period_unknown", _("Write the period like 2021Q2, 2021-06, 2021H1 or 2021.")
        ) from None
    if text.kind not in Adjustment.Kind.values:
        raise RuleViolation("kind_unknown", _("The kind must be bonus, deduction or veto."))
    if text.kind == Adjustment.Kind.VETO:
        if text.points_centi:
            raise RuleViolation("veto_has_points", _("A veto limits the score; it has no points."))
    elif text.points_centi <= 0:
        raise RuleViolation("points_missing", _("Say how many points; more than 0."))
    if text.points_centi > 10_000:
        raise RuleViolation("points_out_of_range", _("Points must not exceed 100."))


@transaction.atomic
def withdraw_adjustment(*, actor: Actor, adjustment_id: int, reason: str) -> Adjustment:
    """Take a proposal back, or propose that one which counts be taken back; it stays readable.

    One that counts goes on counting until another person approves (``decide_adjustments``), but
    for the operator of the machine. The same asked twice by one person is asked once.

    Raises:
        Adjustment.DoesNotExist: outside the actor's reach.
        RuleViolation: ``already_withdrawn``, ``decided`` (it was rejected), ``proposed`` (another
            asked for the withdrawal) or ``no_reason``.
    """
    row = (
        Adjustment.objects.visible_to(actor.scope_for(RECORD))
        .select_related("unit")
        .select_for_update(of=("self",))
        .get(pk=adjustment_id)
    )
    if row.status == Status.LEAVING and row.withdrawn_by_id == actor.user_id:
        return row
    _require_can_leave(actor, row, reason)
    waits = row.status == Status.APPROVED and not actor.is_operator
    row.status = Status.LEAVING if waits else Status.WITHDRAWN
    row.withdrawn_at = None if waits else timezone.now()
    row.withdrawn_by_id, row.withdrawn_reason = actor.user_id, reason.strip()[:400]
    row.version += 1
    changed = ("status", "withdrawn_by", "withdrawn_at", "withdrawn_reason", "version")
    row.save(update_fields=changed)
    action = "adjustment.withdrawal_proposed" if waits else "adjustment.withdrawn"
    audit.record(actor, action, row, unit_path=row.unit.path, reason=row.withdrawn_reason)
    return row


def _require_can_leave(actor: Actor, row: Adjustment, reason: str) -> None:
    if row.status == Status.WITHDRAWN:
        raise RuleViolation("already_withdrawn", _("This adjustment is withdrawn already."))
    if row.status == Status.REJECTED:
        raise RuleViolation("decided", _("This adjustment was rejected and does not count."))
    if row.status == Status.LEAVING and not actor.is_operator:
        raise RuleViolation("proposed", _("The same is proposed already and waits for a decision."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is withdrawn."))
