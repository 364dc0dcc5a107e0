"""Business days of China: Monday to Friday, without public holidays, with make-up days 调休.

The holidays are data (``calendar.csv``), one row a span: first and last day, ``off`` for a holiday
or ``work`` for a weekend day that is worked in exchange, the holiday's name, and the day of the
notice 国务院办公厅关于部分节假日安排的通知 that set it. For a year whose notice is not out yet the
days of the week decide, and ``covers`` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, Self

from hearth.kernel.problems import BadValue

Sort = Literal["off", "work"]

_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_SPAN = 31  # days; a longer one is a slip of the pen
_COLUMNS = ("first", "last", "kind", "name")


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says of one day.

    Attributes:
        sort: ``off`` is a holiday, ``work`` a day worked in exchange.
        name: of the holiday.
    """

    sort: Sort
    name: str


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    Attributes:
        exceptions: days that are not what their weekday says, or are holidays by name.
    """

    exceptions: Mapping[date, Said] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> Self:
        """Read rows ``first,last,kind,name`` with a header; more columns are for people.

        Raises:
            BadValue: ``calendar_malformed`` with the ``line``.
        """
        days: dict[date, Said] = {}
        rows = csv.DictReader(lines)
        for row in rows:
            days |= _span(row, rows.line_num)
        return cls(MappingProxyType(days))

    def joined(self, other: Calendar) -> Calendar:
        """These days and those of ``other``, which has the last word."""
        return Calendar(MappingProxyType({**self.exceptions, **other.exceptions}))

    def covers(self, year: int) -> bool:
        """Whether the holidays of a year are known."""
        return any(day.year == year for day in self.exceptions)

    def is_business_day(self, day: date) -> bool:
        """Whether people work on ``day``."""
        said = self.exceptions.get(day)
        return day.weekday() < _SATURDAY if said is None else said.sort == "work"

    def holiday(self, day: date) -> str:
        """Name of the holiday that ``day`` belongs to; empty when it is none."""
        said = self.exceptions.get(day)
        return said.name if said is not None and said.sort == "off" else ""

    def business_days(self, start: date, end: date) -> Iterator[date]:
        """Business days of [start, end), in order."""
        day = start
        while day < end:
            if self.is_business_day(day):
                yield day
            day += _DAY

    def count(self, start: date, end: date) -> int:
        """How many business days lie in [start, end)."""
        return sum(1 for _day in self.business_days(start, end))

    def after(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day``; a deadline of so many working days.

        ``count`` 0 gives ``day`` itself when it is worked, else the next one that is. A negative
        count goes back: -1 is the last business day before ``day``.
        """
        step = _DAY if count >= 0 else -_DAY
        if count == 0:
            return day if self.is_business_day(day) else self.after(day, 1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_business_day(day)
        return day

    def last(self, day: date, count: int) -> list[date]:
        """The ``count`` business days up to and including ``day``, in order."""
        found: list[date] = []
        while len(found) < count:
            if self.is_business_day(day):
                found.append(day)
            day -= _DAY
        return found[::-1]


def _span(row: Mapping[str, str | None], line: int) -> dict[date, Said]:
    first_text, last_text, kind, name = (row.get(column) or "" for column in _COLUMNS)
    try:
        first, last = date.fromisoformat(first_text), date.fromisoformat(last_text)
    except ValueError as wrong:
        raise BadValue("calendar_malformed", line=line) from wrong
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST_SPAN or kind not in ("off", "work") or not name:
        raise BadValue("calendar_malformed", line=line)
    sort: Sort = "off" if kind == "off" else "work"
    return {first + n * _DAY: Said(sort, name) for n in range(length)}


@cache
def china() -> Calendar:
    """The published calendar that is part of Hearth; from 2020 on."""
    text = files("hearth.kernel").joinpath("calendar.csv").read_text(encoding="utf-8")
    return Calendar.read(text.splitlines())
