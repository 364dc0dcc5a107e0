"""Quarters and working days of the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from hearth.kernel.periods import Period

CLOSED_QUARTERS = 2

# Last day before each lunar new year; the week that follows is free. Other holidays that move
# with the moon are a day or two, and outlets open in part: the demonstration ignores them.
_NEW_YEARS_EVES = (
    date(2019, 2, 4), date(2020, 1, 24), date(2021, 2, 11), date(2022, 1, 31),
    date(2023, 1, 21), date(2024, 2, 9), date(2025, 1, 28), date(2026, 2, 16),
    date(2027, 2, 5), date(2028, 1, 25), date(2029, 2, 12), date(2030, 2, 2),
)  # fmt: skip
_FIXED = frozenset(
    {(1, 1), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}
)  # month and day


def demo_quarters(today: date, *, closed: int = CLOSED_QUARTERS) -> tuple[str, ...]:
    """Keys of the ``closed`` quarters before the one in which ``today`` lies, and of that one."""
    quarters = [Period.of(today, "quarter")]
    for _ in range(closed):
        quarters.insert(0, quarters[0].previous())
    return tuple(quarter.key for quarter in quarters)


def is_working_day(day: date) -> bool:
    """Monday to Friday, unless a public holiday with a fixed date or the new year's week."""
    if day.weekday() > 4 or (day.month, day.day) in _FIXED:
        return False
    return not any(eve <= day < eve + timedelta(days=8) for eve in _NEW_YEARS_EVES)


@lru_cache(maxsize=256)
def working_days(period: str) -> tuple[date, ...]:
    """The working days of a period ('2026Q3', '2026-08') in order."""
    span = Period.parse(period)
    days = (span.start + timedelta(days=n) for n in range((span.end - span.start).days))
    return tuple(day for day in days if is_working_day(day))


def months_of(quarter: str) -> tuple[str, str, str]:
    """The keys of a quarter's months."""
    span = Period.parse(quarter)
    first = Period.of(span.start, "month")
    return first.key, first.next().key, first.next().next().key


def slices(days: Sequence[date], count: int) -> list[Sequence[date]]:
    """``days`` cut into ``count`` runs of equal length; with more runs than days, days repeat."""
    if not count:
        return []
    cuts = [len(days) * n // count for n in range(count + 1)]
    return [days[a : max(b, a + 1)] for a, b in pairwise(cuts)]
