"""Policies, adjustments and closed periods for tests, made through their services."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.scoring.models import Adjustment, Closing, Policy, Result
from hearth.scoring.services.adjustments import AdjustmentText, record_adjustment
from hearth.scoring.services.closing import close_period
from hearth.scoring.services.policies import (
    PolicyText,
    decide_policy,
    propose_policy,
    save_policy,
)
from tests.factories import make_actor

LONG_AFTER = date(2100, 1, 1)
KEYS = {"id", "closing_id", "unit_id"}


def policy_text(**changes: Any) -> PolicyText:
    """Video 60, mystery 40, from the first day of 2021 on; with these fields replaced."""
    fields: dict[str, Any] = {
        "name": "2021 年计分办法",
        "effective_from": date(2021, 1, 1),
        "weights": {"video": 60, "mystery": 40},
    }
    return PolicyText(**fields | changes)


def make_policy(**changes: Any) -> Policy:
    """An approved policy, proposed by one and approved by another."""
    proposer, approver = operator("proposer"), operator("approver")
    saved = save_policy(actor=proposer, text=policy_text(**changes))
    proposed = propose_policy(actor=proposer, policy_id=saved.pk, version=saved.version)
    return decide_policy(actor=approver, policy_id=saved.pk, version=proposed.version, approve=True)


def adjustment_text(
    unit: Unit, kind: str = "bonus", points: int = 100, **more: Any
) -> AdjustmentText:
    """What an adjustment of 2021Q2 says; ``points`` in hundredths."""
    fields: dict[str, Any] = {
        "period": "2021Q2",
        "reason": "上级通报表扬",
        "decided_on": date(2021, 6, 1),
        "points_centi": 0 if kind == "veto" else points,
    }
    return AdjustmentText(unit=unit, kind=kind, **fields | more)


def make_adjustment(unit: Unit, kind: str = "bonus", points: int = 100, **more: Any) -> Adjustment:
    """An adjustment of 2021Q2 that counts; ``points`` in hundredths."""
    text = adjustment_text(unit, kind, points, **more)
    return record_adjustment(actor=operator("adjusting"), text=text)


def make_proposal(unit: Unit, kind: str = "bonus", points: int = 100, **more: Any) -> Adjustment:
    """An adjustment of 2021Q2 that somebody has proposed, or ``by``; it does not count yet."""
    actor = more.pop("by", None) or make_actor("programme_manager")
    return record_adjustment(actor=actor, text=adjustment_text(unit, kind, points, **more))


def close(key: str) -> Closing:
    """The period closed, as of a day when it is over."""
    actor = operator("closing")
    return close_period(actor=actor, period=Period.parse(key), today=LONG_AFTER).closing


def results(closing: Closing) -> dict[str, Result]:
    """The results of a closing by unit code."""
    return {row.code: row for row in closing.results.all()}


def bytes_of(closing: Closing) -> str:
    """One digest over everything that a closing stored of its units, keys left out."""
    rows = []
    for row in closing.results.order_by("level", "code").values():
        rows.append(
            {name: row[name] for name in row if name not in {"id", "closing_id", "unit_id"}}
        )
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
