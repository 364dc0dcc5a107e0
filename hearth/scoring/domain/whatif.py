"""What other weights would do to the ranks, before anyone approves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hearth.kernel.stats import ranks
from hearth.scoring.domain.composite import (
    Adjustment,
    ChannelSum,
    Composite,
    Reason,
    ScoringPolicy,
    composite,
)


class Outlet(NamedTuple):
    """One outlet as it was observed in a period; see ``composite`` for the parts."""

    code: str
    channels: Mapping[str, ChannelSum]
    adjustments: Sequence[Adjustment] = ()
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one outlet stands under one policy; without a rank, ``reason`` says why."""

    score_centi: int | None
    rank: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Change:
    """One outlet under both policies.

    ``movement`` is the rank under the old policy minus the rank under the new one, so that up is
    positive; None unless it is ranked under both.
    """

    code: str
    old: Standing
    new: Standing
    movement: int | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All outlets under both policies, by new rank, those without one last.

    Attributes:
        changes: one an outlet.
        moved: how many change their rank.
        largest: most places that one outlet moves, up or down.
        gained_rank: how many are ranked under the new policy only.
        lost_rank: how many are ranked under the old policy only.
    """

    changes: tuple[Change, ...]
    moved: int
    largest: int
    gained_rank: int
    lost_rank: int


def what_if(outlets: Iterable[Outlet], old: ScoringPolicy, new: ScoringPolicy) -> WhatIf:
    """Rank the same observations under two policies, both of which ``check_policy`` accepts."""
    listed = list(outlets)
    pairs = zip(_standings(listed, old), _standings(listed, new), strict=True)
    changes = [
        Change(outlet.code, before, after, _movement(before, after))
        for outlet, (before, after) in zip(listed, pairs, strict=True)
    ]
    steps = [abs(change.movement) for change in changes if change.movement is not None]
    return WhatIf(
        changes=tuple(sorted(changes, key=_by_new_rank)),
        moved=sum(step > 0 for step in steps),
        largest=max(steps, default=0),
        gained_rank=sum(c.old.rank is None and c.new.rank is not None for c in changes),
        lost_rank=sum(c.old.rank is not None and c.new.rank is None for c in changes),
    )


def _standings(outlets: Sequence[Outlet], policy: ScoringPolicy) -> list[Standing]:
    scored: list[Composite] = [
        composite(outlet.channels, policy, outlet.adjustments, is_open=outlet.is_open)
        for outlet in outlets
    ]
    scores = [c.score_centi for c in scored if c.is_ranked and c.score_centi is not None]
    place_of = dict(zip(scores, map(int, ranks(scores)), strict=True))  # equal scores, equal rank
    return [
        Standing(
            c.score_centi,
            place_of[c.score_centi] if c.is_ranked and c.score_centi is not None else None,
            c.reason,
        )
        for c in scored
    ]


def _movement(old: Standing, new: Standing) -> int | None:
    if old.rank is None or new.rank is None:
        return None
    return old.rank - new.rank


def _by_new_rank(change: Change) -> tuple[bool, int, str]:
    return change.new.rank is None, change.new.rank or 0, change.code
