"""How warm units are: sums of readings by unit and day, and by the hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone

from hearth.ledgers.lookups import batches
from hearth.network.scope import Scope
from hearth.premises.domain.business import Hours, Window, local_hour
from hearth.premises.domain.hours import Sum
from hearth.premises.models import ReadingHour, Sensor, SensorState

_HOURS_AT_ONCE, _SENSORS_AT_ONCE = 480, 400  # SQLite takes 1,000 values in one statement
_HALVES = ("count_first", "total_first", "count_second", "total_second")

DaySums = Mapping[tuple[int, date], Sum]
"""Sums by unit and day; what is not there was not measured."""


def zone() -> ZoneInfo:
    """The network's zone."""
    return timezone.get_default_timezone()


def indoor_sensors(units: Iterable[int]) -> dict[int, int]:
    """Unit of every sensor that hangs, or hung, in one of these units."""
    found: dict[int, int] = {}
    for part in batches(sorted(set(units))):
        rows = Sensor.objects.standing().indoors().filter(unit_id__in=part)
        found |= dict(rows.values_list("pk", "unit_id"))
    return found


def business_sums(units: Iterable[int], days: Sequence[date], hours: Hours) -> DaySums:
    """Readings in business hours by unit and day; of several sensors every reading counts."""
    return _summed(indoor_sensors(units), Window(days, hours))


def weather_sums(cities: Iterable[str], days: Sequence[date]) -> Mapping[tuple[str, date], Sum]:
    """Outside readings around the clock by city and day."""
    named = Sensor.objects.standing().filter(
        kind=Sensor.Kind.WEATHER, place__in=sorted(set(cities) - {""})
    )
    city_of = dict(named.values_list("pk", "place"))
    nights: dict[tuple[str, date], Sum] = defaultdict(Sum)
    window = Window(days, Hours(zone(), _MIDNIGHT, _LAST))
    for (sensor, day), one in _summed({pk: pk for pk in city_of}, window).items():
        nights[city_of[sensor], day] += one
    return dict(nights)


_MIDNIGHT = time()
_LAST = time(23, 30)  # a day's last half hour is left out: no time of the day ends it


def _summed(sensors: Mapping[int, int], window: Window) -> dict[tuple[int, date], Sum]:
    # count, total and half hours as a list that is added to: rows come by the ten thousand
    sums: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    day_of = window.day_of
    for hours in batches(window.hours, _HOURS_AT_ONCE):
        for part in batches(sorted(sensors), _SENSORS_AT_ONCE):
            rows = ReadingHour.objects.filter(sensor_id__in=part, hour__in=hours)
            found = rows.values_list("sensor_id", "hour", *_HALVES)
            for sensor, hour, *halves in found.iterator(chunk_size=5000):
                for half in (0, 1):
                    count, total = halves[2 * half], halves[2 * half + 1]
                    day = day_of(2 * hour + half)
                    if count and day is not None:
                        one = sums[sensors[sensor], day]
                        one[0] += count
                        one[1] += total
                        one[2] += 1
    return {key: Sum(*one) for key, one in sums.items()}


@dataclass(frozen=True, slots=True)
class Moment:
    """One hour of a unit or a city: its mean, lowest and highest, in hundredths of a degree."""

    at: datetime
    mean_centi: float
    lowest: int
    highest: int
    count: int


def hourly(sensors: Sequence[int], start: date, end: date) -> list[Moment]:
    """The hours of [start, end) that were measured, all these sensors together."""
    first, last = _hour_of(start), _hour_of(end)
    rows = ReadingHour.objects.filter(sensor_id__in=sensors, hour__gte=first, hour__lt=last)
    merged: dict[int, tuple[int, int, int, int]] = {}
    for hour, lowest, highest, *halves in rows.values_list("hour", "lowest", "highest", *_HALVES):
        count, total = halves[0] + halves[2], halves[1] + halves[3]
        before = merged.get(hour, (0, 0, lowest, highest))
        merged[hour] = (
            before[0] + count,
            before[1] + total,
            min(before[2], lowest),
            max(before[3], highest),
        )
    return [
        Moment(local_hour(hour, zone()), total / count, lowest, highest, count)
        for hour, (count, total, lowest, highest) in sorted(merged.items())
        if count
    ]


def _hour_of(day: date) -> int:
    return int(datetime.combine(day, _MIDNIGHT, zone()).timestamp()) // 3600


def newest_day(scope: Scope) -> date | None:
    """The day of the newest reading indoors in ``scope``; None when there is none."""
    states = SensorState.objects.filter(
        sensor__in=Sensor.objects.visible_to(scope).standing().indoors()
    )
    newest = states.aggregate(minute=Max("last_minute"))["minute"]
    if newest is None:
        return None
    return datetime.fromtimestamp(newest * 60, zone()).date()


def measured_units(scope: Scope, day: date) -> dict[int, str]:
    """Units in ``scope`` where a sensor hung indoors on ``day``, with their places then."""
    hung = Sensor.objects.visible_to(scope).indoors().held_on(day)
    return dict(hung.values_list("unit_id", "unit_path"))
