"""Periods of the calendar: a year, a half, a quarter, a month. Spans are [start, end)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal, Self, get_args

from hearth.kernel.problems import BadValue

Kind = Literal["year", "half", "quarter", "month"]

FIRST_YEAR, LAST_YEAR = 1900, 2999
_MONTHS: dict[Kind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_KEY = re.compile(r"([0-9]{4})(?:(Q)([1-4])|(H)([12])|(-)(0[1-9]|1[0-2]))?")
_KIND_OF_SIGN: dict[str, Kind] = {"Q": "quarter", "H": "half", "-": "month"}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One year, half, quarter or month.

    Periods order by their start, and of those that start together the shorter comes first.

    Attributes:
        kind: how long it is.
        year: 1900 to 2999.
        number: which one of its year, from 1; always 1 for a year.
    """

    kind: Kind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise BadValue("period_kind_unknown", kind=self.kind)
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise BadValue("period_out_of_range", year=self.year)
        if not 1 <= self.number <= 12 // _MONTHS[self.kind]:
            raise BadValue("period_out_of_range", year=self.year, number=self.number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read '2021', '2021H1', '2021Q2' or '2021-06'.

        Raises:
            BadValue: ``period_malformed`` or ``period_out_of_range``.
        """
        match = _KEY.fullmatch(text.strip().upper())
        if match is None:
            raise BadValue("period_malformed", text=text)
        year, *parts = (part for part in match.groups() if part)
        if not parts:
            return cls("year", int(year))
        return cls(_KIND_OF_SIGN[parts[0]], int(year), int(parts[1]))

    @classmethod
    def of(cls, day: date, kind: Kind) -> Self:
        """The period of that kind in which ``day`` lies.

        Raises:
            BadValue: ``period_kind_unknown`` or ``period_out_of_range``.
        """
        if kind not in _MONTHS:
            raise BadValue("period_kind_unknown", kind=kind)
        return cls(kind, day.year, (day.month - 1) // _MONTHS[kind] + 1)

    @property
    def key(self) -> str:
        """The one way it is written in data: '2021', '2021H1', '2021Q2', '2021-06'."""
        tails = {
            "year": "",
            "half": f"H{self.number}",
            "quarter": f"Q{self.number}",
            "month": f"-{self.number:02d}",
        }
        return f"{self.year}{tails[self.kind]}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        month = self.number * _MONTHS[self.kind]
        return date(self.year + month // 12, month % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day in it, for figures as of the period's end."""
        return self.end - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """True from ``start`` (included) to ``end`` (excluded)."""
        return self.start <= day < self.end

    def previous(self) -> Self:
        """The period of the same kind that ends where this one starts.

        Raises:
            BadValue: ``period_out_of_range`` before 1900.
        """
        return self._shifted(-1)

    def next(self) -> Self:
        """The period of the same kind that starts where this one ends.

        Raises:
            BadValue: ``period_out_of_range`` after 2999.
        """
        return self._shifted(1)

    def _shifted(self, by: int) -> Self:
        in_year = 12 // _MONTHS[self.kind]
        count = self.year * in_year + self.number - 1 + by
        return type(self)(self.kind, count // in_year, count % in_year + 1)

    def __str__(self) -> str:
        return self.key

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.start, self.end) < (other.start, other.end)


def recency(key: str) -> tuple[date, bool, date]:
    """How late a period ended, to sort by; of those that ended on one day a quarter is the latest,
    else the shortest.

    The text of a period says nothing of its time once months and quarters stand side by side. What
    names no period comes before all others.
    """
    try:
        period = Period.parse(key)
    except BadValue:
        return (date.min, False, date.min)
    return (period.end, period.kind == "quarter", period.start)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; its last day where the month is shorter, and stays so.

    The last day of a month is taken to the last day of the other, so that quarters and months are
    compared whole.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))
