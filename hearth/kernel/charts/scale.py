"""From values to pixels, and the round values that axes are marked with."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hearth.kernel.charts.svg import num


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight-line mapping of values ``low``..``high`` to pixels ``start``..``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; values outside are held at the nearer end."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def step_for(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span into about ``count``.

    Raises:
        ValueError: the span is not a finite number above zero.
    """
    if not (math.isfinite(span) and span > 0):
        raise ValueError(f"no axis can be drawn over a span of {span!r}")
    raw = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    steps = (factor * power for factor in (1, 2, 2.5, 5, 10, 20))
    return next(step for step in steps if step >= raw * 0.999)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values from ``low`` to ``high``, both ends included where they are round."""
    step = step_for(high - low, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [position * step for position in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick as text, with the decimals that its step needs and thousands set apart."""
    decimals = max(0, min(6, -math.floor(math.log10(step) + 1e-9)))
    if round(step * 10**decimals, 6) % 1:
        decimals += 1
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(value) < 0 else text.replace("-", "")


def extent(values: Iterable[float], *, pad: float = 0.06) -> tuple[float, float]:
    """Lowest and highest value, by ``pad`` of their span apart from the data; (0, 1) without data.

    Raises:
        ValueError: a value is not a finite number.
    """
    finite = list(values)
    for value in finite:
        num(value)
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    if pad and low == high:
        return low - 1.0, high + 1.0
    margin = (high - low) * pad
    return low - margin, high + margin


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Number of the class, from 1: a value that equals a break belongs to the class above it."""
    return bisect_right(list(breaks), value) + 1


def quantile_breaks(values: Iterable[float], classes: int = 5, decimals: int = 1) -> list[float]:
    """Breaks that put about as many values in each class, rounded so that a legend can show them.

    Returns:
        At most ``classes - 1`` rising breaks; fewer where values repeat, none without values.
    """
    ordered = sorted(values)
    found: list[float] = []
    for part in range(1, classes):
        if not ordered:
            break
        value = round(ordered[len(ordered) * part // classes], decimals)
        if value > ordered[0] and (not found or value > found[-1]):
            found.append(value)
    return found
