"""What-if: the same checks under other weights, at outlets and at branches; nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Sum

from hearth.inspections.models import Inspection
from hearth.kernel.periods import Period
from hearth.kernel.rounding import div_half_up
from hearth.kernel.stats import ranks
from hearth.scoring.domain.composite import ChannelSum, ScoringPolicy
from hearth.scoring.domain.whatif import Change, Outlet, WhatIf, what_if
from hearth.scoring.queries import period_adjustments, placed_units

SEGMENT = 4


@dataclass(frozen=True, slots=True)
class BranchChange:
    """One branch under both policies; ranks are None where none of its outlets is ranked."""

    code: str
    name: str
    old_centi: int | None
    new_centi: int | None
    old_rank: int | None
    new_rank: int | None

    @property
    def movement(self) -> int | None:
        """Places gained under the new policy; None unless ranked under both."""
        if self.old_rank is None or self.new_rank is None:
            return None
        return self.old_rank - self.new_rank


@dataclass(frozen=True, slots=True)
class Experiment:
    """A what-if at both levels."""

    outlets: WhatIf
    names: dict[str, str]  # outlet code -> name
    branches: tuple[BranchChange, ...]  # by new rank


def channel_sums(period: Period) -> dict[int, dict[str, ChannelSum]]:
    """Sums of the counted checks of a period by unit and channel, added up in the database."""
    rows = (
        Inspection.objects.counted()
        .filter(inspected_on__gte=period.start, inspected_on__lt=period.end)
        .order_by()
        .values_list("unit_id", "channel")
        .annotate(n=Count("pk"), s=Sum("score_centi"), q=Sum(F("score_centi") * F("score_centi")))
    )
    found: dict[int, dict[str, ChannelSum]] = defaultdict(dict)
    for unit_id, channel, n, total, squares in rows:
        found[unit_id][channel] = ChannelSum(n, int(total), int(squares))
    return found


def experiment(period: Period, old: ScoringPolicy, new: ScoringPolicy) -> Experiment:
    """Rank ``period`` under two policies; four queries whatever its size."""
    sums = channel_sums(period)
    adjustments, _lines = period_adjustments(period)
    units = list(placed_units(period.end - timedelta(days=1)))
    outlets = [unit for unit in units if unit.level == "outlet"]
    found = what_if(
        (
            Outlet(u.code, sums.get(u.pk, {}), adjustments.get(u.pk, ()), u.is_open)
            for u in outlets
            if u.is_open or u.pk in sums
        ),
        old,
        new,
    )
    branches = {u.path: (u.code, u.name) for u in units if u.level == "branch" and u.is_open}
    branch_of = {u.code: _branch(u.path, branches) for u in outlets}
    return Experiment(
        found, {u.code: u.name for u in outlets}, _branches(found.changes, branch_of, branches)
    )


def _branch(path: str, branches: dict[str, tuple[str, str]]) -> str:
    ends = range(SEGMENT, len(path), SEGMENT)
    return next((path[:end] for end in ends if path[:end] in branches), "")


def _branches(
    changes: tuple[Change, ...], branch_of: dict[str, str], branches: dict[str, tuple[str, str]]
) -> tuple[BranchChange, ...]:
    scores: dict[str, tuple[list[int], list[int]]] = {path: ([], []) for path in branches}
    for change in changes:
        path = branch_of[change.code]
        if path:
            for place, side in enumerate((change.old, change.new)):
                if side.rank is not None and side.score_centi is not None:
                    scores[path][place].append(side.score_centi)
    means = {
        path: tuple(div_half_up(sum(s), len(s)) if s else None for s in pair)
        for path, pair in scores.items()
    }
    old, new = (_ranks({p: m[side] for p, m in means.items()}) for side in (0, 1))
    rows = [
        BranchChange(*branches[p], means[p][0], means[p][1], old.get(p), new.get(p))
        for p in branches
    ]
    return tuple(sorted(rows, key=lambda r: (r.new_rank is None, r.new_rank or 0, r.code)))


def _ranks(scores: dict[str, int | None]) -> dict[str, int]:
    known = {path: score for path, score in scores.items() if score is not None}
    return dict(zip(known, (int(r) for r in ranks(list(known.values()))), strict=True))
