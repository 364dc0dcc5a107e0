"""How long something has stood, and when it is due again, in whole months of the calendar."""

from __future__ import annotations

import calendar
from datetime import date


def months_later(day: date, months: int) -> date:
    """The same day ``months`` months later; the last of that month where it is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def age(since: date, on: date) -> tuple[int, int]:
    """Full years and months from ``since`` to ``on``; none where ``on`` lies before."""
    months = (on.year - since.year) * 12 + on.month - since.month
    if months > 0 and months_later(since, months) > on:
        months -= 1
    return divmod(max(months, 0), 12)
