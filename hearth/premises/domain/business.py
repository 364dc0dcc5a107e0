"""Which half hours of which days are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
"""Business hours where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Business hours [opens, closes) of a day, by the half hour, in a zone."""

    zone: ZoneInfo
    opens: time = OPENS
    closes: time = CLOSES

    def half_hours(self, day: date) -> range:
        """The open half hours of a day, counted from the beginning of 1970 in UTC."""
        return range(self._count(day, self.opens), self._count(day, self.closes))

    def _count(self, day: date, at: time) -> int:
        return int(datetime.combine(day, at, self.zone).timestamp()) // 1800


def is_half_hour(at: time) -> bool:
    """Whether business hours may begin or end then: their sums are kept by the half hour."""
    return at.minute in (0, 30) and not at.second and not at.microsecond


class Window:
    """The open half hours of some days, to sort stored hours into."""

    def __init__(self, days: Iterable[date], hours: Hours) -> None:
        """Lay out the half hours of ``days``."""
        self._day_of: Mapping[int, date] = {
            half: day for day in days for half in hours.half_hours(day)
        }

    @property
    def hours(self) -> list[int]:
        """The hours (from 1970, UTC) that hold an open half, in order."""
        return sorted({half // 2 for half in self._day_of})

    def day_of(self, half: int) -> date | None:
        """The day on which a half hour is open; None when none is."""
        return self._day_of.get(half)


def local_hour(hour: int, zone: ZoneInfo) -> datetime:
    """The first instant of an hour counted from 1970, in a zone."""
    return datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone)
