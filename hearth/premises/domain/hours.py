"""An hour of readings as exact sums (ADR 0012).

A reading is the temperature of one minute in whole hundredths of a degree Celsius. Minutes and
hours are counted from the beginning of 1970, UTC. Of each minute the first reading counts; the
bit of the minute says that it is in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MINUTES = 60  # of an hour
HALF = 30
LOWEST_CENTI, HIGHEST_CENTI = -6000, 8000  # what a thermometer in or near a house can say


@dataclass(slots=True)
class Hour:
    """What is kept of one sensor's hour.

    Attributes:
        minutes: bit n is set when minute n is counted in.
        count_first: readings in minutes 0 to 29.
        total_first: their sum.
        count_second: readings in minutes 30 to 59.
        total_second: their sum.
        lowest: the smallest reading; 32767 before there is any.
        highest: the greatest; -32768 before there is any.
    """

    minutes: int = 0
    count_first: int = 0
    total_first: int = 0
    count_second: int = 0
    total_second: int = 0
    lowest: int = 32767
    highest: int = -32768

    def add(self, minute: int, centi: int) -> bool:
        """Count a reading in; False when its minute (0 to 59) is in already."""
        bit = 1 << minute
        if self.minutes & bit:
            return False
        self.minutes |= bit
        if minute < HALF:
            self.count_first += 1
            self.total_first += centi
        else:
            self.count_second += 1
            self.total_second += centi
        self.lowest = min(self.lowest, centi)
        self.highest = max(self.highest, centi)
        return True


@dataclass(frozen=True, slots=True)
class Sum:
    """Readings of some time: how many, their sum, and in how many half hours there was one."""

    count: int = 0
    total: int = 0
    half_hours: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.count + other.count,
            self.total + other.total,
            self.half_hours + other.half_hours,
        )

    @property
    def mean_centi(self) -> float | None:
        """The mean in hundredths of a degree, unrounded; None without a reading."""
        return self.total / self.count if self.count else None


@dataclass(slots=True)
class Pulse:
    """What the newest readings tell of a sensor.

    Attributes:
        minute: of the newest reading.
        centi: what it said.
        same_since: minute since which it has said the same.
        jump_minute: minute of the latest leap; None without one.
        jump_centi: size of that leap, signed.
        jumps: how many leaps there were.
    """

    minute: int
    centi: int
    same_since: int
    jump_minute: int | None = None
    jump_centi: int | None = None
    jumps: int = 0


JUMP_CENTI = 500
"""A change of five degrees from one reading to the next is a fault, not the weather …"""
JUMP_MINUTES = 30
"""… when no more than so many minutes lie between the two."""


def advance(pulse: Pulse | None, readings: Iterable[tuple[int, int]]) -> Pulse | None:
    """The pulse after further ``readings`` (minute, hundredths), oldest first.

    A reading that is not newer than the newest changes nothing: it came late.
    """
    for minute, centi in readings:
        if pulse is None:
            pulse = Pulse(minute, centi, minute)
            continue
        gap = minute - pulse.minute
        if gap <= 0:
            continue
        change = centi - pulse.centi
        if gap <= JUMP_MINUTES and abs(change) >= JUMP_CENTI:
            pulse.jump_minute, pulse.jump_centi = minute, change
            pulse.jumps += 1
        if change:
            pulse.same_since = minute
        pulse.minute, pulse.centi = minute, centi
    return pulse
