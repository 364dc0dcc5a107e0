"""Sensors at cold outlets with half-hourly readings of a fortnight; who is to enter the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry
from hearth.premises.services.readings import NewSensor, Reading, enter, submit
from hearth.premises.services.watching import BUSINESS_MEAN, look, readings
from hearth.premises.services.watchlists import Care, Wish, keep_entry, propose

Habit = Literal["well", "silent", "stuck", "jumping"]

MOST_SENSORS = 20
_DAYS = 17
_SILENT_DAYS, _STUCK_DAYS, _COLD_DAYS = 2, 3, 9  # before today
_STEP = 30  # minutes
_MEASURE = -6  # working days from today: so that as many days are measured before as after
_WARMER = 190  # hundredths of a degree after a measure
_OUTSIDE = (-1200, -800, 50, 900, 1700, 2200, 2500, 2400, 1800, 1000, 100, -800)  # by month
_HEATED = frozenset({11, 12, 1, 2, 3})
_COURSE = ((0, -190), (5, -250), (8, -120), (10, 10), (14, 60), (18, 0), (24, -190))
"""Hundredths of a degree that a room is above or below its middle, by the hour."""


@dataclass(frozen=True, slots=True)
class _Sensor:
    """One sensor: what it says in the middle of a day, in hundredths, and how it behaves.

    ``falls_to`` is the middle of the last days, where the heating has failed; after ``done_on``,
    the day of a measure, it is warmer.
    """

    number: str
    unit: Unit
    kind: str
    middle: int
    place: str = ""
    habit: Habit = "well"
    falls_to: int | None = None
    done_on: date | None = None


def stories(stage: Stage) -> Iterator[Story]:
    """One for the sensors, one for the night that looks at the list."""
    yield _measured(stage)
    yield _treated(stage)
    yield _looked_at(stage)


def _sensors(stage: Stage) -> list[_Sensor]:
    """Those of cold outlets, of one that is about to become cold, and the weather."""
    player = _freezing(stage)
    listed = _listed(stage)
    cold = [entry.unit for entry in listed]
    warmed = {entry.unit_id for entry in _warmed(listed)}
    others = [head.unit for head in stage.cast.heads if head.unit not in cold]
    units = list(dict.fromkeys([player.unit, *cold, *others]))[:MOST_SENSORS]
    found = [_weather(stage)]
    habits: dict[int, Habit] = {3: "silent", 4: "stuck", 5: "jumping"}
    for number, unit in enumerate(units):
        chance = stage.chance("warmth", unit.code)
        base = 1600 + chance.below(180) if unit in cold else 1900 + chance.below(180)
        found.append(
            _Sensor(
                number=f"T-{unit.code}",
                unit=unit,
                kind="indoor",
                middle=1930 if unit == player.unit else base,
                place="营业大厅",
                habit=habits.get(number, "well"),
                falls_to=1640 if unit == player.unit else None,
                done_on=stage.day(_MEASURE) if unit.pk in warmed else None,
            )
        )
    return found


def _listed(stage: Stage) -> list[WatchlistEntry]:
    """Stays on the list of cold outlets."""
    held = WatchlistEntry.objects.on_list("cold").held_on(stage.today).select_related("unit")
    return list(held.order_by("unit__code"))


def _warmed(listed: Sequence[WatchlistEntry]) -> list[WatchlistEntry]:
    """Those whose measure is done while sensors look on; similar ones go on as they are."""
    return list(listed[:MOST_SENSORS:4])


def _treated(stage: Stage) -> Story:
    """The office enters on which day each measure was done that is being observed."""
    yield stage.at(_MEASURE, 16)
    warmed = {entry.pk: stage.day(_MEASURE) for entry in _warmed(_listed(stage))}
    stays = WatchlistEntry.objects.on_list("cold").standing().select_related("unit")
    for entry in stays.order_by("since", "unit__code"):
        if entry.stage == WatchlistEntry.Stage.OBSERVED or entry.pk in warmed:
            day = warmed.get(entry.pk) or _done_on(stage, entry)
            care = Care(entry.measure, WatchlistEntry.Stage.OBSERVED, day)
            keep_entry(actor=stage.cast.manager, entry=entry, version=entry.version, care=care)


def _done_on(stage: Stage, entry: WatchlistEntry) -> date:
    """A day between entering the list and leaving it; of who is still there, before today's."""
    days = max(((entry.until or stage.day(_MEASURE)) - entry.since).days, 1)
    luck = stage.chance("measure", entry.unit.code, entry.since).below(days // 2 + 1)
    return entry.since + timedelta(days=days // 4 + luck)


def _freezing(stage: Stage) -> Player:
    """The outlet that gets cold now: the first that acts and is not on the list yet."""
    listed = WatchlistEntry.objects.on_list("cold").held_on(stage.today)
    known = set(listed.values_list("unit_id", flat=True))
    outlets = [head for head in stage.cast.heads[1:] if head.unit.pk not in known]
    return (outlets or list(stage.cast.heads))[0]


def _weather(stage: Stage) -> _Sensor:
    city = stage.cast.head(0).unit.city
    outside = _OUTSIDE[stage.today.month - 1]
    return _Sensor("W-01", stage.cast.province, "weather", outside, place=city)


def _measured(stage: Stage) -> Story:
    first = stage.today - timedelta(days=_DAYS)
    yield stage.on(first, 7)
    sensors = _sensors(stage)
    new = [
        NewSensor(
            one.number, one.unit.pk, one.unit.path, one.kind, one.place, _minute(stage.on(first, 0))
        )
        for one in sensors
    ]
    enter(actor=stage.cast.manager, readings=[], new=new)
    for number in range(_DAYS):
        day = first + timedelta(days=number)
        yield stage.on(day, 23, 59)
        until = stage.on(day + timedelta(days=1), 0)
        submit(actor=stage.cast.manager, readings=_of_day(stage, sensors, day, until))
    yield stage.curtain
    submit(actor=stage.cast.manager, readings=_of_day(stage, sensors, stage.today, _now(stage)))


def _now(stage: Stage) -> datetime:
    """Sensors speak until the real present, as long as today lasts; else each would be silent."""
    midnight = stage.on(stage.today + timedelta(days=1), 0)
    return min(midnight, max(stage.curtain, datetime.now(UTC)))


def _of_day(stage: Stage, sensors: Sequence[_Sensor], day: date, until: datetime) -> list[Reading]:
    found: list[Reading] = []
    ago = (stage.today - day).days
    begins, ends = _minute(stage.on(day, 0)), _minute(until)
    for one in sensors:
        if one.habit == "silent" and ago < _SILENT_DAYS:
            continue
        chance = stage.chance("readings", one.number, day)
        middle = _middle(one, day, ago)
        for minute in range(begins, ends, _STEP):
            noise = chance.below(31) - 15
            centi = middle + _course((minute - begins) / 60) + noise
            if one.habit == "jumping" and ago == 1 and minute == begins + 14 * 60:
                centi -= 640
            if one.habit == "stuck" and ago < _STUCK_DAYS:
                centi = one.middle
            found.append(Reading(one.number, minute, centi))
    return found


def _middle(one: _Sensor, day: date, ago: int) -> int:
    """What it says on a day: in summer as warm as outside, in winter as the house is heated."""
    if one.kind == "weather":
        return _OUTSIDE[day.month - 1] + 45 * (day.toordinal() * 7 % 9 - 4)
    if day.month not in _HEATED:
        return max(2100, _OUTSIDE[day.month - 1] + 150)
    if one.falls_to is not None and ago <= _COLD_DAYS:
        return one.falls_to
    warmer = one.done_on is not None and day > one.done_on
    return one.middle + _WARMER if warmer else one.middle


def _course(hour: float) -> int:
    """The course of a day between the points of ``_COURSE``, in a straight line."""
    for (before, low), (after, high) in pairwise(_COURSE):
        if hour < after:
            return round(low + (high - low) * (hour - before) / (after - before))
    return _COURSE[-1][1]


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _looked_at(stage: Stage) -> Story:
    """The night proposes by the readings; in summer, when the rule sleeps, a person does."""
    yield stage.on(stage.today, 4)
    yesterday = stage.today - timedelta(days=1)
    look(actor=operator("night"), as_of=yesterday, sources={BUSINESS_MEAN: readings})
    yield stage.on(stage.today, 9, 10)
    entering = Proposal.objects.open().filter(sort="entry", watchlist__code="cold")
    if entering.exists():
        return
    player = _freezing(stage)
    propose(
        actor=player.actor,
        wish=Wish(
            watchlist=Watchlist.objects.get(code="cold"),
            unit=player.unit,
            sort="entry",
            reason="上个供暖季多次反映室温偏低，建议入冬前列入名单并先行改造",
            measure="更换末端管线，增设空调",
        ),
    )
