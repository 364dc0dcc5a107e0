"""Reading what a period is computed from, and what closings found."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.kernel.periods import Period, recency
from hearth.kernel.problems import BadValue
from hearth.network.models import Placement, Unit
from hearth.network.scope import Scope
from hearth.scoring.computation import PeriodRecords, PlacedUnit
from hearth.scoring.domain.composite import (
    Adjustment,
    ChannelSum,
    ScoringPolicy,
    equal_weights,
)
from hearth.scoring.models import Adjustment as AdjustmentRow
from hearth.scoring.models import Closing, Policy, Result
from hearth.standards.models import Edition


def policy_for(period: Period) -> Policy | None:
    """The approved policy in force on the period's last day; None: the default one applies."""
    return Policy.objects.in_force(period.end - timedelta(days=1)).first()


def scoring_policy(policy: Policy | None, channels: Iterable[str]) -> ScoringPolicy:
    """What is applied: the stored policy, or equal weights over the ``channels`` observed."""
    if policy is None:
        return ScoringPolicy(equal_weights(channels))
    return ScoringPolicy(
        policy.weights,
        policy.minimum_coverage_percent,
        policy.bonus_cap_centi,
        policy.veto_cap_centi,
        policy.pass_centi,
    )


def policy_content(policy: ScoringPolicy) -> dict[str, Any]:
    """The applied policy as plain data, fractions as text."""
    return {
        "weights": {
            channel: str(weight) if isinstance(weight, Fraction) else weight
            for channel, weight in sorted(policy.weights.items())
        },
        "minimum_coverage_percent": policy.minimum_coverage_percent,
        "bonus_cap_centi": policy.bonus_cap_centi,
        "veto_cap_centi": policy.veto_cap_centi,
        "pass_centi": policy.pass_centi,
    }


def policy_from_content(content: dict[str, Any]) -> ScoringPolicy:
    """The policy that a closing applied, read back."""
    weights = {c: Fraction(w) if isinstance(w, str) else w for c, w in content["weights"].items()}
    return ScoringPolicy(**(content | {"weights": weights}))


def read_period(period: Period) -> PeriodRecords:
    """Everything that ``period`` is computed from; one pass over its inspections.

    The tree is that of the period's last day (design: "as of" is the end of the day).
    """
    last_day = period.end - timedelta(days=1)
    sums: dict[int, dict[str, list[int]]] = defaultdict(dict)
    modules: dict[int, dict[str, list[int]]] = defaultdict(dict)
    hashes: list[str] = []
    editions: set[int] = set()
    rows = Inspection.objects.counted().filter(
        inspected_on__gte=period.start, inspected_on__lt=period.end
    )
    columns = rows.values_list(
        "unit_id", "channel", "score_centi", "document_hash", "edition_id", "modules"
    )
    for unit_id, channel, score, document_hash, edition_id, module_scores in columns.iterator(
        chunk_size=5000
    ):
        if score is None:  # ``counted`` leaves these out; the type does not know
            continue
        total = sums[unit_id].setdefault(channel, [0, 0, 0])
        total[0] += 1
        total[1] += score
        total[2] += score * score
        known = modules[unit_id]
        for code, (earned, possible, _score) in module_scores.items():
            pair = known.get(code)
            if pair is None:
                known[code] = [earned, possible]
            else:
                pair[0] += earned
                pair[1] += possible
        hashes.append(document_hash)
        editions.add(edition_id)
    adjustments, adjustment_lines = period_adjustments(period)
    previous, previous_levels = _previous(period)
    return PeriodRecords(
        units=tuple(placed_units(last_day)),
        sums={u: {c: ChannelSum(*t) for c, t in channels.items()} for u, channels in sums.items()},
        modules={u: {c: (p[0], p[1]) for c, p in found.items()} for u, found in modules.items()},
        adjustments=adjustments,
        inspections=len(hashes),
        records_hash=_hash_lines([*sorted(hashes), *adjustment_lines]),
        editions_hash=_hash_lines(
            sorted(Edition.objects.filter(pk__in=editions).values_list("content_hash", flat=True))
        ),
        previous=previous,
        previous_levels=previous_levels,
    )


def _hash_lines(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def placed_units(last_day: date) -> Iterable[PlacedUnit]:
    """Every unit with its place at the end of ``last_day``, also those no longer open then."""
    places = (
        Placement.objects.on(last_day)
        .order_by("path")
        .values_list(
            "unit_id",
            "unit__code",
            "unit__name",
            "unit__level",
            "path",
            "parent__code",
            "unit__opened_on",
            "unit__closed_on",
        )
    )
    for pk, code, name, level, path, parent, opened, closed in places:
        is_open = (opened is None or opened <= last_day) and (closed is None or closed > last_day)
        yield PlacedUnit(pk, code, name, level, path, parent or "", is_open)


def period_adjustments(period: Period) -> tuple[dict[int, tuple[Adjustment, ...]], list[str]]:
    """Adjustments of a period that count, by unit key; and a line for each, to be hashed."""
    found: dict[int, list[Adjustment]] = defaultdict(list)
    lines = []
    rows = AdjustmentRow.objects.counted().filter(period=period.key)
    ordered = rows.select_related("unit").order_by("unit__code", "decided_on", "pk")
    for row in ordered:
        found[row.unit_id].append(
            Adjustment(row.kind, row.points_centi, f"{row.decided_on} {row.reason}")
        )
        lines.append(
            json.dumps(
                [row.unit.code, row.kind, row.points_centi, str(row.decided_on), row.reason],
                ensure_ascii=False,
            )
        )
    return {unit: tuple(rows) for unit, rows in found.items()}, sorted(lines)


def adjustments_waiting(period: Period, scope: Scope) -> tuple[int, int]:
    """How many proposals of a period wait (they do not count), and how many withdrawals (they do).

    One query.
    """
    rows = AdjustmentRow.objects.visible_to(scope).waiting().filter(period=period.key)
    counts = rows.aggregate(
        proposed=Count("pk", filter=Q(status=AdjustmentRow.Status.PROPOSED)),
        leaving=Count("pk", filter=Q(status=AdjustmentRow.Status.LEAVING)),
    )
    return counts["proposed"], counts["leaving"]


def adjustments_changed_since(closing: Closing) -> bool:
    """Whether an adjustment of the period began to count, or no longer does, after the closing."""
    rows = AdjustmentRow.objects.ever_counted().filter(period=closing.period)
    came, went = Q(decided_at__gt=closing.closed_at), Q(withdrawn_at__gt=closing.closed_at)
    return rows.filter(came | went).exclude(came & went).exists()


def current_closing(period: Period) -> Closing | None:
    """The closing that holds for ``period`` now; None while it is open."""
    return Closing.objects.filter(period=period.key, is_current=True).first()


def newest_closing() -> Closing | None:
    """The current closing of the period that ended last; None while none is closed.

    Of periods that ended on one day it is the quarter, else the shortest. The text of a period says
    nothing of its time once months and quarters are closed side by side.
    """
    found = Closing.objects.filter(is_current=True).defer("summary", "policy_content")
    return max(found, key=lambda closing: recency(closing.period), default=None)


def closing_before(period: Period) -> Closing | None:
    """The closing that holds for the period before; None while that is open, or before 1900."""
    try:
        return current_closing(period.previous())
    except BadValue:
        return None


def _previous(
    period: Period,
) -> tuple[dict[str, tuple[int | None, int | None]], dict[str, str]]:
    before = closing_before(period)
    if before is None:
        return {}, {}
    rows = Result.objects.filter(closing=before).values_list("code", "level", "rank", "score_centi")
    found = list(rows)
    return (
        {code: (rank, score) for code, _level, rank, score in found},
        {code: level for code, level, _rank, _score in found},
    )


@dataclass(frozen=True, slots=True)
class ChannelCoverage:
    """How many of the outlets that exist one channel has seen in a period."""

    channel: str
    weight: str  # of 100; empty when the channel carries none
    seen: int
    outlets: int
    missing: tuple[int, ...]  # unit keys of outlets not seen, at most 2,000

    @property
    def share(self) -> float | None:
        """Seen of all, 0 to 1; None when there are no outlets."""
        return self.seen / self.outlets if self.outlets else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a period holds before it is closed, in some part of the tree."""

    outlets: int
    channels: tuple[ChannelCoverage, ...]
    unseen: int  # outlets without any released check
    waiting: int  # checks submitted or reviewed, not yet released
    returned: int


def coverage(period: Period, scope: Scope) -> Coverage:
    """Coverage of ``period`` among the outlets of ``scope`` that exist at its end; six queries."""
    last_day = period.end - timedelta(days=1)
    open_outlets = set(
        Placement.objects.on(last_day)
        .filter(scope.q("path"), unit__in=Unit.objects.outlets().open_on(last_day))
        .values_list("unit_id", flat=True)
    )
    in_period = Inspection.objects.within(scope).filter(
        inspected_on__gte=period.start, inspected_on__lt=period.end
    )
    seen: dict[str, set[int]] = defaultdict(set)
    pairs = in_period.counted().order_by().values_list("channel", "unit_id").distinct()
    for channel, unit_id in pairs:
        seen[channel].add(unit_id)
    policy = policy_for(period)
    weights = scoring_policy(policy, seen).weights
    known = [c for c in Channel.values if weights.get(c) or c in seen]
    counts = in_period.filter(is_current=True).aggregate(
        waiting=Count("pk", filter=Q(status__in=["submitted", "reviewed"])),
        returned=Count("pk", filter=Q(status="returned")),
    )
    anywhere = set().union(*seen.values()) if seen else set()
    return Coverage(
        outlets=len(open_outlets),
        channels=tuple(
            ChannelCoverage(
                channel,
                str(weights.get(channel, "")),
                len(seen[channel] & open_outlets),
                len(open_outlets),
                tuple(sorted(open_outlets - seen[channel]))[:2000],
            )
            for channel in known
        ),
        unseen=len(open_outlets - anywhere),
        waiting=counts["waiting"],
        returned=counts["returned"],
    )


def periods_with_records() -> list[Period]:
    """Quarters from the first check or closing to the present one, the newest first."""
    first = Inspection.objects.order_by("inspected_on").values_list("inspected_on", flat=True)[:1]
    last = Inspection.objects.order_by("-inspected_on").values_list("inspected_on", flat=True)[:1]
    if not first:
        return []
    period, end = Period.of(last[0], "quarter"), Period.of(first[0], "quarter")
    found = [period]
    while period > end:
        period = period.previous()
        found.append(period)
    return found
