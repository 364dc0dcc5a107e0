"""Closing a period: compute, compare with what is stored, keep or add a revision (SC-12)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.kernel.memory import collector_at_rest
from hearth.kernel.periods import Period
from hearth.network.scope import Actor
from hearth.platform import audit, bulk
from hearth.scoring.computation import RESULT_COLUMNS, Computation, compute
from hearth.scoring.models import Closing, Policy, Result
from hearth.scoring.queries import (
    closing_before,
    policy_content,
    policy_for,
    read_period,
    scoring_policy,
)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closing and whether it is a new one (False: nothing had changed)."""

    closing: Closing
    is_new: bool


def close_period(*, actor: Actor, period: Period, today: date | None = None) -> Closed:
    """Compute a period at every level and store it as its current closing.

    On unchanged records, policy and editions nothing is written and the stored closing returned.
    Otherwise the next revision is stored and the earlier ones stay as they were.

    Raises:
        NotAllowed: lacks ``period.close``.
        RuleViolation: ``period_not_over`` or ``nothing_to_close``.
    """
    actor.require("period.close")
    if period.end > (today or timezone.localdate()):
        raise RuleViolation(
            "period_not_over",
            _("%(period)s ends on %(end)s. It can be closed from that day on.")
            % {"period": period.key, "end": period.end},
        )
    with transaction.atomic():
        stored = Closing.objects.select_for_update().filter(period=period.key, is_current=True)
        before = stored.first()
        with collector_at_rest():
            work = _computed(period)
        hashes = work.hashes
        if before is not None and all(
            getattr(before, name) == value for name, value in hashes.items()
        ):
            return Closed(before, is_new=False)
        closing = _store(actor, period, before, work)
        audit.record(
            actor,
            "period.closed",
            closing,
            period=period.key,
            revision=closing.revision,
            **hashes,
        )
    return Closed(closing, is_new=True)


@dataclass(frozen=True, slots=True)
class _Work:
    policy: Policy | None
    content: dict[str, Any]
    found: Computation
    hashes: dict[str, str]


def _computed(period: Period) -> _Work:
    records = read_period(period)
    if not records.inspections:
        raise RuleViolation(
            "nothing_to_close",
            _("%(period)s has no released check. Release or import checks first.")
            % {"period": period.key},
        )
    policy = policy_for(period)
    applied = scoring_policy(policy, {c for sums in records.sums.values() for c in sums})
    content = policy_content(applied)
    found = compute(records, applied)
    hashes = {
        "records_hash": records.records_hash,
        "policy_hash": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        "editions_hash": records.editions_hash,
        "result_hash": found.result_hash,
    }
    return _Work(policy, content, found, hashes)


def _store(
    actor: Actor,
    period: Period,
    before: Closing | None,
    work: _Work,
) -> Closing:
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    closing = Closing.objects.create(
        period=period.key,
        revision=before.revision + 1 if before else 1,
        policy=work.policy,
        policy_content=work.content,
        inspections=work.found.summary["inspections"],
        summary=work.found.summary,
        previous=closing_before(period),
        closed_by_id=actor.user_id,
        closed_at=timezone.now(),
        **work.hashes,
    )
    values = attrgetter(*RESULT_COLUMNS)
    rows = ((closing.pk, *values(row)) for row in work.found.results)
    bulk.insert(Result, ("closing_id", *RESULT_COLUMNS), rows)
    return closing
