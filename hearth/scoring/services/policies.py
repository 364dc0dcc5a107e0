"""Policies: drafted, proposed by one person, approved by another (design rule 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.enums import Channel
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.scoring.domain.composite import ScoringPolicy, check_policy
from hearth.scoring.models import Policy

Status = Policy.Status


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What a policy says; points in hundredths, weights in whole points of 100."""

    name: str
    effective_from: date
    weights: dict[str, int]
    effective_to: date | None = None
    minimum_coverage_percent: int = 60
    bonus_cap_centi: int = 300
    veto_cap_centi: int = 6000
    pass_centi: int = 8500
    note: str = ""


@transaction.atomic
def save_policy(
    *, actor: Actor, text: PolicyText, policy_id: int | None = None, version: int = 0
) -> Policy:
    """Draft a policy or change a draft.

    Raises:
        NotAllowed: lacks ``policy.propose``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``not_draft``; ``policy_wrong`` when weights do not sum to 100 or a number
            is out of range; ``span_backwards``.
    """
    actor.require("policy.propose")
    _check(text)
    policy = Policy(proposed_by_id=actor.user_id)
    if policy_id is not None:
        policy = _locked(policy_id, version)
        if policy.status != Status.DRAFT:
            raise RuleViolation("not_draft", _("Only a draft can be changed. Copy it instead."))
    values: dict[str, Any] = {name: getattr(text, name) for name in PolicyText.__slots__}
    values["weights"] = {channel: weight for channel, weight in text.weights.items() if weight}
    for name, value in values.items():
        setattr(policy, name, value)
    policy.version = (policy.version or 0) + (1 if policy.pk else 0)
    policy.save()
    audit.record(actor, "policy.saved", policy, weights=policy.weights)
    return policy


def _check(text: PolicyText) -> None:
    if text.effective_to is not None and text.effective_to <= text.effective_from:
        raise RuleViolation("span_backwards", _("The policy ends before it begins."))
    problems = check_policy(
        ScoringPolicy(
            {c: w for c, w in text.weights.items() if w},
            text.minimum_coverage_percent,
            text.bonus_cap_centi,
            text.veto_cap_centi,
            text.pass_centi,
        )
    )
    for problem in problems:
        if problem.code == "weights_sum":
            raise RuleViolation(
                "policy_wrong",
                _("The weights add up to %(sum)s; they must add up to 100.") % problem.facts,
            )
    if problems or not set(text.weights) <= set(Channel.values):
        raise RuleViolation(
            "policy_wrong", _("A weight, percentage or limit is missing or out of range.")
        )


def _locked(policy_id: int, version: int) -> Policy:
    policy = Policy.objects.select_for_update(of=("self",)).get(pk=policy_id)
    if policy.version != version:
        raise StaleWrite(
            "stale_policy",
            _("Someone changed this policy meanwhile. Reload to see it."),
            version=policy.version,
        )
    return policy


@transaction.atomic
def propose_policy(*, actor: Actor, policy_id: int, version: int) -> Policy:
    """Hand a draft to a second person.

    Raises: as ``save_policy``.
    """
    actor.require("policy.propose")
    policy = _locked(policy_id, version)
    if policy.status != Status.DRAFT:
        raise RuleViolation("not_draft", _("Only a draft can be proposed."))
    policy.status, policy.version = Status.PROPOSED, version + 1
    policy.proposed_by_id = actor.user_id
    policy.save()
    audit.record(actor, "policy.proposed", policy, weights=policy.weights)
    return policy


@transaction.atomic
def decide_policy(
    *, actor: Actor, policy_id: int, version: int, approve: bool, note: str = ""
) -> Policy:
    """Approve or reject what another person proposed.

    Raises:
        NotAllowed: lacks ``policy.approve``.
        StaleWrite: changed since ``version``.
        RuleViolation: ``own_proposal`` or ``not_proposed``.
    """
    actor.require("policy.approve")
    policy = _locked(policy_id, version)
    if policy.status != Status.PROPOSED:
        raise RuleViolation("not_proposed", _("This policy is not waiting for approval."))
    if policy.proposed_by_id == actor.user_id:
        raise RuleViolation("own_proposal", _("Who proposes does not approve. Ask a colleague."))
    policy.version, policy.note = version + 1, note.strip() or policy.note
    if approve:
        policy.status, policy.approved_by_id = Status.APPROVED, actor.user_id
        policy.approved_at = timezone.now()
    else:
        policy.status = Status.REJECTED
    policy.save()
    audit.record(actor, "policy.approved" if approve else "policy.rejected", policy, note=note)
    return policy


@transaction.atomic
def copy_policy(*, actor: Actor, policy_id: int) -> Policy:
    """A new draft with the text of another policy; the start of a what-if.

    Raises:
        Policy.DoesNotExist: there is none.
        NotAllowed: lacks ``policy.propose``.
    """
    actor.require("policy.propose")
    source = Policy.objects.get(pk=policy_id)
    text = PolicyText(**{name: getattr(source, name) for name in PolicyText.__slots__})
    return save_policy(actor=actor, text=text)
