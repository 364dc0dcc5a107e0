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
from collections.abc import Iterator
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


def read_message(payload: bytes, latest: int) -> Iterator[tuple[int, int] | Unread]:
    """The readings of a message as (minute, hundredths); one that is bad as what is wrong.

    Args:
        payload: as it came.
        latest: of ``latest_minute``.
    """
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        yield Unread("malformed")
        return
    items = said if isinstance(said, list) else [said]
    if len(items) > MOST_READINGS:
        yield Unread("malformed")
        return
    for item in items:
        try:
            yield _reading(item, latest)
        except Unread as unread:
            yield unread


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
