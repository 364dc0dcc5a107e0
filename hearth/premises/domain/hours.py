"""An hour of readings as exact sums (ADR 0012).

A reading is the temperature of one minute in whole hundredths of a degree Celsius. Minutes and
hours are counted from the beginning of 1970, UTC. Of each minute the first reading counts; the
bit of the minute says that it is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MINUTES = 60  # of an hour
HALF = 30
LOWEST_CENTI, HIGHEST_CENTI = -6000, 8000  # what a thermometer in or near a house can say

Whole = npt.NDArray[np.int64]
_SHIFT = 32  # minutes and hours from 1970 take less than so many bits


class Hour(NamedTuple):
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

    def __or__(self, other: Hour) -> Hour:
        """Both together; no minute may be in both."""
        return Hour(
            self.minutes | other.minutes,
            self.count_first + other.count_first,
            self.total_first + other.total_first,
            self.count_second + other.count_second,
            self.total_second + other.total_second,
            min(self.lowest, other.lowest),
            max(self.highest, other.highest),
        )


Key = tuple[int, int]
"""Key of a sensor and an hour."""


class Readings:
    """Readings of any sensors, by sensor and minute, of each minute the first that came.

    Thousands come at a time, so they are columns and not objects.

    Attributes:
        came: how many there were, those of the same minutes included.
        sensors: keys of the sensors, ascending.
        minutes: from 1970, ascending for each sensor.
        centis: hundredths of a degree.
    """

    def __init__(self, sensors: Whole, minutes: Whole, centis: Whole) -> None:
        """Sort what came.

        Args:
            sensors: keys of the sensors, in the order in which the readings came.
            minutes: of the readings, counted from 1970; not negative.
            centis: hundredths of a degree.
        """
        self.came = len(minutes)
        keys = sensors << _SHIFT | minutes
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.ones(len(keys), bool)
        first[1:] = keys[1:] != keys[:-1]
        order = order[first]
        self.sensors, self.minutes, self.centis = sensors[order], minutes[order], centis[order]

    def __len__(self) -> int:
        return len(self.minutes)

    @property
    def _hours(self) -> Whole:
        return self.sensors << _SHIFT | self.minutes // MINUTES

    def hour_keys(self) -> list[Key]:
        """The sensors and hours that they lie in, in order."""
        at = _starts(self._hours)
        hours = self.minutes[at] // MINUTES
        return list(zip(self.sensors[at].tolist(), hours.tolist(), strict=True))

    def leave_out(self, known: Sequence[int]) -> None:
        """Drop what is counted in already.

        Args:
            known: for each of ``hour_keys`` the bits of the minutes that are.
        """
        starts = _starts(self._hours)
        lengths = np.diff(np.append(starts, len(self)))
        bits = np.repeat(np.array(known, np.int64), lengths)
        new = (bits >> self.minutes % MINUTES) & 1 == 0
        self.sensors, self.minutes, self.centis = (
            self.sensors[new],
            self.minutes[new],
            self.centis[new],
        )

    def hours(self) -> dict[Key, Hour]:
        """Their sums by sensor and hour."""
        if not len(self):
            return {}
        starts = _starts(self._hours)
        within = self.minutes % MINUTES
        is_first = within < HALF

        def summed(values: Whole) -> list[int]:
            found: list[int] = np.add.reduceat(values, starts).tolist()
            return found

        columns = (
            np.bitwise_or.reduceat(np.int64(1) << within, starts).tolist(),
            summed(is_first.astype(np.int64)),
            summed(np.where(is_first, self.centis, 0)),
            summed((~is_first).astype(np.int64)),
            summed(np.where(is_first, 0, self.centis)),
            np.minimum.reduceat(self.centis, starts).tolist(),
            np.maximum.reduceat(self.centis, starts).tolist(),
        )
        return dict(zip(self.hour_keys(), map(Hour._make, zip(*columns, strict=True)), strict=True))


def _starts(ordered: Whole) -> npt.NDArray[np.intp]:
    """Where a new value begins."""
    if not len(ordered):
        return np.zeros(0, np.intp)
    return np.append(0, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)


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


class Pulse(NamedTuple):
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
_NEVER = -1  # a minute before every reading


def advance(pulses: Mapping[int, Pulse], readings: Readings) -> dict[int, Pulse]:
    """The pulses that further ``readings`` change, by sensor.

    A reading that is not newer than the newest changes nothing: it came late.
    """
    sensors = readings.sensors[_starts(readings.sensors)].tolist()
    before = [pulses.get(sensor) for sensor in sensors]
    lengths = np.diff(np.append(_starts(readings.sensors), len(readings)))
    last = np.array([_NEVER if one is None else one.minute for one in before], np.int64)
    newer = readings.minutes > np.repeat(last, lengths)
    owner = np.repeat(np.arange(len(sensors)), lengths)[newer]
    minutes, centis = readings.minutes[newer], readings.centis[newer]
    starts = _starts(owner)
    if not len(owner):
        return {}
    # each reading's neighbour: the one before it, at the start of a sensor what was known of it
    earlier = np.append(0, minutes[:-1])
    said = np.append(0, centis[:-1])
    earlier[starts] = last[owner[starts]]
    said[starts] = np.array([0 if one is None else one.centi for one in before])[owner[starts]]
    change, is_known = centis - said, earlier != _NEVER
    leaps = is_known & (minutes - earlier <= JUMP_MINUTES) & (np.abs(change) >= JUMP_CENTI)
    place = np.arange(len(owner))
    moved = np.maximum.reduceat(np.where((change != 0) | ~is_known, place, -1), starts)
    leapt = np.maximum.reduceat(np.where(leaps, place, -1), starts)
    jumps = np.add.reduceat(leaps.astype(np.int64), starts)
    ends = np.append(starts[1:], len(owner)) - 1
    found = {}
    for n, at in enumerate(ends.tolist()):
        old, move, leap = before[owner[at]], moved[n], leapt[n]
        known = old or Pulse(0, 0, 0)
        found[sensors[owner[at]]] = Pulse(
            int(minutes[at]),
            int(centis[at]),
            known.same_since if move < 0 else int(minutes[move]),
            known.jump_minute if leap < 0 else int(minutes[leap]),
            known.jump_centi if leap < 0 else int(change[leap]),
            known.jumps + int(jumps[n]),
        )
    return found
