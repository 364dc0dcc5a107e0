"""Rules of deadlines: proposed by one person, in force once another has approved them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.rectification.models import Deadline

MOST_DAYS = 250  # a year of working days


@dataclass(frozen=True, slots=True)
class DeadlineText:
    """What a rule of deadlines says; days are working days."""

    effective_from: date
    red_days: int
    major_days: int
    minor_days: int
    escalate_days: int
    note: str = ""


@transaction.atomic
def propose_deadline(*, actor: Actor, text: DeadlineText) -> Deadline:
    """Propose the days that each severity leaves from a day on.

    Raises:
        NotAllowed: lacks ``policy.propose``.
        RuleViolation: ``days_out_of_range`` (1 to 250; 0 to 250 until the branch is told) or
            ``in_the_past``, since deadlines that run are not moved.
    """
    actor.require("policy.propose")
    days = (text.red_days, text.major_days, text.minor_days)
    if not all(1 <= n <= MOST_DAYS for n in days) or not 0 <= text.escalate_days <= MOST_DAYS:
        raise RuleViolation("days_out_of_range", _("Give 1 to 250 working days."))
    if text.effective_from < timezone.localdate():
        raise RuleViolation("in_the_past", _("Begin today or later."), field="effective_from")
    rule = Deadline.objects.create(
        effective_from=text.effective_from,
        red_days=text.red_days,
        major_days=text.major_days,
        minor_days=text.minor_days,
        escalate_days=text.escalate_days,
        note=text.note.strip()[:400],
        proposed_by_id=actor.user_id,
    )
    audit.record(actor, "deadline.proposed", rule, days=days, from_day=text.effective_from)
    return rule


@transaction.atomic
def approve_deadline(*, actor: Actor, pk: int) -> Deadline:
    """Put a proposed rule in force from its day on.

    Raises:
        Deadline.DoesNotExist: there is none.
        NotAllowed: lacks ``policy.approve``.
        RuleViolation: ``own_proposal`` or ``approved_already``.
    """
    actor.require("policy.approve")
    rule = Deadline.objects.select_for_update().get(pk=pk)
    if rule.is_approved:
        raise RuleViolation("approved_already", _("This is in force already."))
    if rule.proposed_by_id == actor.user_id:
        raise RuleViolation("own_proposal", _("Another person approves than proposed."))
    rule.is_approved = True
    rule.approved_by_id, rule.approved_at = actor.user_id, timezone.now()
    rule.save(update_fields=["is_approved", "approved_by", "approved_at"])
    audit.record(actor, "deadline.approved", rule)
    return rule
