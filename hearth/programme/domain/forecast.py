"""Whether a target will be met at the present pace (PG-08, PG-09).

A forecast is arithmetic over what was seen so far, not knowledge: it carries an interval of 95 %,
and says when there is too little to speak from. Days are days of the calendar; work that rests on
holidays makes the interval wider, not the pace wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Verdict = Literal["reached", "on_course", "likely", "unlikely", "off_course", "missed", "too_few"]
Method = Literal["pace", "trend", "final"]
Reason = Literal["", "too_early", "too_small", "too_few_values", "by_period", "no_value"]

FEWEST_DAYS = 14  # of a span; before that one busy week decides everything
FEWEST_EVENTS = 5  # counted so far; fewer tell nothing about a rate
FEWEST_VALUES = 4  # of a trend: two for the line, two to see how far values lie from it
_T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, and which side of it is the good one."""

    value: float
    is_lower_better: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a value is as good as the goal, or better."""
        return value <= self.value if self.is_lower_better else value >= self.value


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a figure will stand on the last day.

    Attributes:
        verdict: what this means for the goal; ``too_few`` where nothing can be said.
        method: ``pace`` of a count, ``trend`` of a level, ``final`` where the last day is over.
        expected: the value on the last day; None with ``too_few``.
        low: lower end of the interval.
        high: upper end.
        reason: why nothing can be said.
    """

    verdict: Verdict
    method: Method
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Reason = ""


def t_95(freedom: int) -> float:
    """How many standard errors an interval of 95 % reaches to either side.

    Args:
        freedom: degrees of freedom, from 1.
    """
    return _T_95[freedom - 1] if freedom <= len(_T_95) else 1.96 + 2.4 / freedom


def final(value: float, goal: Goal) -> Forecast:
    """The last day is over: the value stands."""
    verdict: Verdict = "reached" if goal.met_by(value) else "missed"
    return Forecast(verdict, "final", value, value, value)


def pace(counted: Sequence[tuple[int, float]], days: int, goal: Goal) -> Forecast:
    """Carry the daily rate of a count to the end of its span (PG-08).

    The expected value is count × days of the span ÷ days gone. Counts are taken as a Poisson
    process whose unevenness is measured on the stretches between the observations; the interval
    holds both what is not known of the rate and what chance does to the rest.

    Args:
        counted: days gone and the count by then, in rising order, the newest last; the first
            stretch begins at 0 days and 0.
        days: of the whole span, above those gone.
        goal: of the whole span.
    """
    gone, value = counted[-1]
    if not goal.is_lower_better and goal.met_by(value):
        return Forecast("reached", "pace", *_carried(counted, days))
    if goal.is_lower_better and not goal.met_by(value):
        return Forecast("missed", "pace", *_carried(counted, days))
    if gone < FEWEST_DAYS:
        return Forecast("too_few", "pace", reason="too_early")
    if value < FEWEST_EVENTS:
        return Forecast("too_few", "pace", reason="too_small")
    expected, low, high = _carried(counted, days)
    return Forecast(_verdict((low, expected, high), goal), "pace", expected, low, high)


def _carried(counted: Sequence[tuple[int, float]], days: int) -> tuple[float, float, float]:
    """Expected value on the last day with the ends of its interval; never below the count."""
    gone, value = counted[-1]
    if gone <= 0:
        return value, value, value
    rate, rest = value / gone, max(0, days - gone)
    stretches = [
        (later[0] - earlier[0], later[1] - earlier[1])
        for earlier, later in pairwise([(0, 0.0), *counted])
        if later[0] > earlier[0]
    ]
    freedom = max(1, len(stretches) - 1)
    uneven = 1.0
    if rate > 0:
        spread = sum((n - rate * length) ** 2 / (rate * length) for length, n in stretches)
        uneven = max(1.0, spread / freedom)
    reach = t_95(freedom) * math.sqrt(uneven * rate * rest * (1 + rest / gone))
    expected = value + rate * rest
    return expected, max(value, expected - reach), expected + reach


def trend(
    seen: Sequence[tuple[int, float]],
    at: int,
    goal: Goal,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Forecast:
    """Carry a straight line through the last values to the last day (PG-09).

    Args:
        seen: day and value, on different days.
        at: the last day, counted from the same beginning.
        goal: for that day.
        bounds: lowest and highest value the figure can have.
    """
    if len(seen) < FEWEST_VALUES:
        return Forecast("too_few", "trend", reason="too_few_values")
    n = len(seen)
    mean_x = math.fsum(x for x, _ in seen) / n
    mean_y = math.fsum(y for _, y in seen) / n
    spread = math.fsum((x - mean_x) ** 2 for x, _ in seen)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in seen) / spread
    left = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in seen)
    error = math.sqrt(left / (n - 2) * (1 + 1 / n + (at - mean_x) ** 2 / spread))
    expected, reach = mean_y + slope * (at - mean_x), t_95(n - 2) * error
    ends = [
        min(max(v, bounds[0]), bounds[1]) for v in (expected - reach, expected, expected + reach)
    ]
    low, middle, high = ends
    return Forecast(_verdict((low, middle, high), goal), "trend", middle, low, high)


def _verdict(ends: tuple[float, float, float], goal: Goal) -> Verdict:
    """From low, expected and high to what they mean."""
    low, expected, high = ends
    best, worst = (low, high) if goal.is_lower_better else (high, low)
    if goal.met_by(worst):
        return "on_course"
    if not goal.met_by(best):
        return "off_course"
    return "likely" if goal.met_by(expected) else "unlikely"
