"""From a figure's value to points, and from points to a unit's total (PG-01 to PG-05).

Everything is whole: values in thousandths, points in hundredths (0 to 10,000), weights in
hundredths. Each quotient is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import div_half_up

RuleName = Literal["linear", "stepped", "pass_fail"]
MissingRule = Literal["left_out", "zero"]
FULL = 10_000  # 100.00 points
MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Whoever reaches ``bound_milli`` earns ``points_centi``."""

    bound_milli: int
    points_centi: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How values of one target become points.

    Attributes:
        rule: which way.
        target_milli: earns all points under ``linear`` and ``pass_fail``.
        floor_milli: earns none under ``linear``; below ``target_milli``, or above it where less
            is better.
        steps: of ``stepped``, in any order.
        is_lower_better: whether a smaller value is the better one.
    """

    rule: RuleName
    target_milli: int
    floor_milli: int | None = None
    steps: tuple[Step, ...] = ()
    is_lower_better: bool = False

    def reaches(self, value_milli: int, bound_milli: int) -> bool:
        """Whether a value is as good as a bound, or better."""
        return value_milli <= bound_milli if self.is_lower_better else value_milli >= bound_milli


def to_milli(number: Decimal) -> int:
    """A figure's value in thousandths, half up: what is scored and what is shown (PG-01)."""
    exact = Fraction(number) * 1000
    return div_half_up(exact.numerator, exact.denominator)


def check(scale: Scale) -> None:
    """Refuse a scale that cannot be scored by.

    Raises:
        BadValue: ``no_floor``, ``floor_beyond_target``, ``no_steps``, ``too_many_steps``,
            ``step_points_out_of_range`` or ``steps_out_of_order`` (a better value must earn
            more).
    """
    if scale.rule == "linear":
        if scale.floor_milli is None:
            raise BadValue("no_floor")
        if scale.reaches(scale.floor_milli, scale.target_milli):
            raise BadValue("floor_beyond_target")
    if scale.rule == "stepped":
        _check_steps(scale)


def _check_steps(scale: Scale) -> None:
    if not scale.steps:
        raise BadValue("no_steps")
    if len(scale.steps) > MOST_STEPS:
        raise BadValue("too_many_steps", most=MOST_STEPS)
    for step in scale.steps:
        if not 0 <= step.points_centi <= FULL:
            raise BadValue("step_points_out_of_range")
    for worse, better in pairwise(_worst_first(scale)):
        if worse.bound_milli == better.bound_milli or worse.points_centi >= better.points_centi:
            raise BadValue("steps_out_of_order")


def _worst_first(scale: Scale) -> list[Step]:
    return sorted(scale.steps, key=lambda s: s.bound_milli, reverse=scale.is_lower_better)


def points(scale: Scale, value_milli: int) -> int:
    """Points of a value in hundredths, from 0 to 10,000.

    ``linear`` (PG-02): the way from floor to target that the value has gone, as a share; nothing
    below the floor, never more than all. ``stepped`` (PG-03): those of the best step reached; none
    before the first. ``pass_fail`` (PG-04): all from the target on, else none.
    """
    if scale.rule == "pass_fail":
        return FULL if scale.reaches(value_milli, scale.target_milli) else 0
    if scale.rule == "stepped":
        reached = [s for s in scale.steps if scale.reaches(value_milli, s.bound_milli)]
        return max((step.points_centi for step in reached), default=0)
    if scale.floor_milli is None:
        raise BadValue("no_floor")
    sign = -1 if scale.is_lower_better else 1
    gone = sign * (value_milli - scale.floor_milli)
    whole = sign * (scale.target_milli - scale.floor_milli)
    return min(FULL, max(0, div_half_up(FULL * gone, whole)))


@dataclass(frozen=True, slots=True)
class Scored:
    """One target's weight and points; ``points_centi`` None where the figure has no value."""

    weight_centi: int
    points_centi: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """What a unit's targets come to.

    Attributes:
        centi: 0 to 10,000; None where nothing could be scored.
        earned: sum of weight times points, in ten-thousandths.
        weight_centi: sum of the weights that count.
        missing: how many targets had no value.
    """

    centi: int | None
    earned: int
    weight_centi: int
    missing: int


def total(scored: Iterable[Scored], missing: MissingRule) -> Total:
    """Weighted mean of the points (PG-05).

    A target without a value leaves both sums under ``left_out``, so that the others carry its
    weight; under ``zero`` it counts as no points. Where no target has a value there is no total
    (not 0), whichever the rule: nothing was measured.
    """
    lines = list(scored)
    known = [line for line in lines if line.points_centi is not None]
    counting = lines if missing == "zero" and known else known
    weight = sum(line.weight_centi for line in counting)
    earned = sum(line.weight_centi * (line.points_centi or 0) for line in known)
    centi = div_half_up(earned, weight) if weight else None
    return Total(centi, earned, weight, len(lines) - len(known))
