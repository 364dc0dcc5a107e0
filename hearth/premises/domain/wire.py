"""What a sensor sends: the words of its message.

A message holds one reading or a list of them::

    {"at": "2021-01-12T09:30:00+08:00", "celsius": 17.4}
    [{"at": 1610415000, "celsius": 17.4}, {"at": 1610415060, "celsius": 17.5}]

``at`` is ISO 8601 with an offset, or whole seconds since 1970; ``celsius`` is rounded to the
hundredth. A message without a time is refused: sent again after a broken line it would count
twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hearth.premises.domain.hours import HIGHEST_CENTI, LOWEST_CENTI

Fault = Literal["malformed", "out_of_range", "bad_time"]

EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) // 60
"""Minute before which a clock was not set."""
AHEAD = timedelta(days=1)
"""How far a clock may be ahead of ours."""
MOST_READINGS = 10_000
"""Readings in one message."""


class Unread(ValueError):
    """What cannot be taken, with the reason as a code."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def latest_minute(now: datetime) -> int:
    """The last minute that a reading which arrives ``now`` can be from."""
    return minute_of(now + AHEAD)


@dataclass(slots=True)
class Message:
    """What a message holds: readings in the order in which they stand, and what is wrong.

    Attributes:
        minutes: of the readings, from 1970 in UTC.
        centis: hundredths of a degree, one for each minute.
        faults: of the readings that cannot be taken.
    """

    minutes: list[int] = field(default_factory=list)
    centis: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_message(payload: bytes, latest: int) -> Message:
    """The readings of a message; a bad one spoils no other.

    Args:
        payload: as it came.
        latest: of ``latest_minute``.
    """
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return Message(faults=["malformed"])
    items = said if isinstance(said, list) else [said]
    if len(items) > MOST_READINGS:
        return Message(faults=["malformed"])
    return _plain(items, latest) or _one_by_one(items, latest)


def _plain(items: list[Any], latest: int) -> Message | None:
    """The readings where all are good and their times are numbers; else None.

    This is what a logger sends that was cut off for a day, and it is read several times as fast.
    """
    try:
        seconds = [item["at"] for item in items]
        degrees = [item["celsius"] for item in items]
    except (TypeError, KeyError):
        return None
    if not items or not set(map(type, seconds)) <= {int} or not set(map(type, degrees)) <= _NUMBERS:
        return None
    try:
        centis = [round(100 * celsius) for celsius in degrees]
    except (ValueError, OverflowError):
        return None
    minutes = [second // 60 for second in seconds]
    is_good = (
        min(minutes) >= EARLIEST
        and max(minutes) <= latest
        and min(centis) >= LOWEST_CENTI
        and max(centis) <= HIGHEST_CENTI
    )
    return Message(minutes, centis) if is_good else None


_NUMBERS = {int, float}


def _one_by_one(items: list[Any], latest: int) -> Message:
    found = Message()
    for item in items:
        try:
            minute, centi = _reading(item, latest)
        except Unread as unread:
            found.faults.append(unread.fault)
        else:
            found.minutes.append(minute)
            found.centis.append(centi)
    return found


def minute_of(at: datetime) -> int:
    """The minute that an aware instant lies in, counted from 1970 in UTC."""
    return int(at.timestamp() // 60)


def checked(minute: int, centi: int, latest: int) -> tuple[int, int]:
    """The same two when both can be true.

    Raises:
        Unread: ``bad_time`` or ``out_of_range``.
    """
    if not EARLIEST <= minute <= latest:
        raise Unread("bad_time")
    if not LOWEST_CENTI <= centi <= HIGHEST_CENTI:
        raise Unread("out_of_range")
    return minute, centi


def _reading(item: Any, latest: int) -> tuple[int, int]:
    if not isinstance(item, dict):
        raise Unread("malformed")
    return checked(_minute(item.get("at")), _centi(item.get("celsius")), latest)


def _minute(at: Any) -> int:
    if isinstance(at, int) and not isinstance(at, bool):
        return at // 60
    if not isinstance(at, str):
        raise Unread("malformed")
    try:
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise Unread("malformed")
        return minute_of(instant)
    except (ValueError, OverflowError) as wrong:
        raise Unread("malformed") from wrong


def _centi(celsius: Any) -> int:
    if isinstance(celsius, bool) or not isinstance(celsius, int | float):
        raise Unread("malformed")
    if not -1000 < celsius < 1000:  # also what is not a number, which JSON may hold
        raise Unread("out_of_range")
    return round(celsius * 100)
