"""Adjustments: dated bonuses, deductions and vetoes with their reasons (SC-08)."""

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
    """Record one adjustment; the very same said again, as by a second press, counts once.

    Raises: as ``record_adjustments``.
    """
    actor.require("adjustments.record", text.unit.path)
    _check(text)
    Unit.objects.select_for_update(of=("self",)).get(pk=text.unit.pk)  # one after the other
    stands = Adjustment.objects.filter(withdrawn_at__isnull=True, **_columns(text, actor))
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
    """Record adjustments, all or none. They count from the next closing of their period.

    Raises:
        NotAllowed: lacks ``adjustments.record`` at one of the units.
        RuleViolation: ``not_an_outlet``, ``no_reason``, ``period_unknown``, ``kind_unknown``,
            ``points_missing``, ``points_out_of_range`` or ``veto_has_points``.
    """
    for text in texts:
        actor.require("adjustments.record", text.unit.path)
        _check(text)
    rows = Adjustment.objects.bulk_create(Adjustment(**_columns(text, actor)) for text in texts)
    audit.record_many(
        actor,
        [
            audit.Entry(
                "adjustment.recorded",
                "scoring.adjustment",
                str(row.pk),
                row.unit.path,
                {"kind": row.kind, "points_centi": row.points_centi, "period": row.period},
            )
            for row in rows
        ],
    )
    return rows


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
    """Take an adjustment back, with a reason; it stays readable.

    Raises:
        Adjustment.DoesNotExist: outside the actor's reach.
        RuleViolation: ``already_withdrawn`` or ``no_reason``.
    """
    reach = actor.scope_for("adjustments.record")
    row = (
        Adjustment.objects.filter(reach.q("unit__path"))
        .select_related("unit")
        .select_for_update(of=("self",))
        .get(pk=adjustment_id)
    )
    if row.withdrawn_at is not None:
        raise RuleViolation("already_withdrawn", _("This adjustment is withdrawn already."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is withdrawn."))
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.record(actor, "adjustment.withdrawn", row, unit_path=row.unit.path, reason=reason.strip())
    return row
