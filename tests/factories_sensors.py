"""Sensors, readings and lists that tests start from; numbers count up, nothing is random."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.domain.wire import minute_of
from hearth.premises.models import ReadingHour, Sensor
from hearth.premises.services.readings import Reading, Taken, receive

_numbers = itertools.count(1)


def make_sensor(unit: Unit, *, since: date = date(2020, 11, 1), **fields: Any) -> Sensor:
    """A sensor at ``unit``, numbered T1, T2, … without ``sensor_no``."""
    fields.setdefault("sensor_no", f"T{next(_numbers)}")
    return Sensor.objects.create(unit=unit, unit_path=unit.path, since=since, **fields)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Minute of an instant in UTC, counted from 1970."""
    return minute_of(datetime(year, month, day, hour, minute, tzinfo=UTC))


def take(
    sensor: Sensor, readings: Iterable[tuple[int, int]], *, actor: Actor | None = None
) -> Taken:
    """Receive (minute, hundredths) of one sensor."""
    rows = [Reading(sensor.sensor_no, minute, centi) for minute, centi in readings]
    return receive(actor=actor or operator("mqtt"), readings=rows)


def counted(sensor: Sensor | None = None) -> tuple[int, int]:
    """How many readings are stored, and their sum."""
    hours = ReadingHour.objects.all() if sensor is None else sensor.hours.all()
    rows = hours.values_list("count_first", "count_second", "total_first", "total_second")
    sums = [(one + two, three + four) for one, two, three, four in rows]
    return sum(count for count, _t in sums), sum(total for _c, total in sums)
