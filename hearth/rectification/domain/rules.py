"""Deadlines in working days, and which step may follow which.

RC-01 A finding is put right within its criterion's own number of working days, else within that of
its severity. RC-02 It counts as put right in time when the fix that was accepted was handed in by
the first deadline. RC-03 Whoever fixed it does not verify it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from hearth.kernel.calendar import Calendar

Act = Literal["accept", "fix", "close", "reopen"]

_FROM: dict[Act, frozenset[str]] = {
    "accept": frozenset({"open"}),
    "fix": frozenset({"open", "accepted"}),  # what is put right on the spot needs no promise
    "close": frozenset({"fixed"}),
    "reopen": frozenset({"fixed"}),
}
NOBODY, OUTLET, BRANCH = 0, 1, 2


def may_follow(state: str, act: Act) -> bool:
    """Whether ``act`` is possible in ``state``."""
    return state in _FROM[act]


def last_day(calendar: Calendar, opened_on: date, working_days: int) -> date:
    """The last day of a deadline of so many working days; the day of opening does not count."""
    return calendar.after(opened_on, working_days)


def days_late(calendar: Calendar, due_on: date, today: date) -> int:
    """Working days that have begun since the last day; 0 until it is over."""
    day = timedelta(days=1)
    return calendar.count(due_on + day, today + day)


def to_tell(late: int, escalate_days: int) -> int:
    """Who should know that it is late: ``NOBODY``, the ``OUTLET``, or the ``BRANCH`` too."""
    if late <= 0:
        return NOBODY
    return BRANCH if late > escalate_days else OUTLET
