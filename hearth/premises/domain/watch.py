"""When a unit is due to enter a managed list 名单制 or to leave it.

A rule looks at the last business days and asks of each whether the measure compares to the
threshold as said; the unit is due when enough of them do. A day on which too little was measured
says nothing, which is not the same as saying no: it helps neither to enter nor to leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "below": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "at_least": lambda left, right: left >= right,
    "above": lambda left, right: left > right,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule asks.

    Attributes:
        comparison: a key of ``COMPARISONS``.
        threshold_milli: in thousandths of the measure's unit.
        days: so many days …
        of_days: … of so many business days, up to and including the day that is asked about.
        months: 1 to 12, those of the season; empty: all.
    """

    comparison: str
    threshold_milli: int
    days: int
    of_days: int
    months: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on a day: an exact quotient in thousandths.

    Attributes:
        total_milli: the sum.
        count: what it is divided by; at least 1.
    """

    total_milli: int
    count: int = 1

    @property
    def milli(self) -> int:
        """The quotient, rounded half up."""
        return (2 * self.total_milli + self.count) // (2 * self.count)


@dataclass(frozen=True, slots=True)
class Day:
    """One business day as the rule saw it; ``meets`` is None where it says nothing."""

    day: date
    measured: Measured | None
    meets: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of a unit.

    Attributes:
        days: those looked at, in order.
        met: how many of them meet the rule.
        is_due: whether that is enough.
        is_refuted: whether it would not be enough even if the days that were not measured met it.
    """

    days: tuple[Day, ...]
    met: int
    is_due: bool
    is_refuted: bool


def judge(terms: Terms, seen: Iterable[tuple[date, Measured | None]]) -> Verdict:
    """Hold business days, in order, against a rule; of more than it looks at, the last ones.

    The comparison is exact: a mean of 17.9999 degrees is below 18.
    """
    days = tuple(_day(terms, day, measured) for day, measured in list(seen)[-terms.of_days :])
    met = sum(day.meets is True for day in days)
    against = sum(day.measured is not None and not day.meets for day in days)
    return Verdict(days, met, met >= terms.days, against > terms.of_days - terms.days)


def _day(terms: Terms, day: date, measured: Measured | None) -> Day:
    if measured is None or (terms.months and day.month not in terms.months):
        return Day(day, measured, None)
    compare = COMPARISONS[terms.comparison]
    meets = compare(measured.total_milli, terms.threshold_milli * measured.count)
    return Day(day, measured, meets)


def faults(terms: Terms) -> Sequence[tuple[str, str]]:
    """What cannot be so in a rule: field and code."""
    found = []
    if terms.comparison not in COMPARISONS:
        found.append(("comparison", "unknown_comparison"))
    if not 1 <= terms.days <= terms.of_days:
        found.append(("days", "more_days_than_looked_at"))
    if not 1 <= terms.of_days <= 60:
        found.append(("of_days", "too_many_days"))
    if not terms.months <= frozenset(range(1, 13)):
        found.append(("months", "no_such_month"))
    return found
