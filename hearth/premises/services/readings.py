"""Taking readings in: from the broker, from other systems, from a file.

All three end in ``_store``, which adds each reading to its hour once, whatever comes twice. They
come by the hundred thousand when a broker has kept them for a while, so from here on they are
columns. The writers of readings take turns, so that no hour is computed from an older one. The
trail learns of readings by the hour of the clock where a machine sends them, and by the act where
a person or another system does (ADR 0012).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple, Self

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from hearth.ledgers.lookups import batches
from hearth.network.scope import Actor
from hearth.platform import audit, bulk
from hearth.premises.domain.hours import Hour, Key, Pulse, Readings, Whole, advance
from hearth.premises.models import Intake, ReadingHour, Sensor, SensorState, Stray
from hearth.premises.queries.sensors import Directory

SEND = "premises.measure"
"""Permission to hand in readings."""


class Reading(NamedTuple):
    """One reading as it came: the sensor's number, minute from 1970 (UTC), hundredths."""

    sensor: str
    minute: int
    centi: int


class Series(NamedTuple):
    """Readings of one sensor as they came: its number, minutes from 1970 (UTC), hundredths."""

    sensor: str
    minutes: Sequence[int]
    centis: Sequence[int]


class Batch:
    """What was handed in together, as columns in the order in which it came.

    Attributes:
        numbers: of the sensors, each once.
        which: place of each reading's sensor in ``numbers``.
        minutes: from 1970, UTC.
        centis: hundredths of a degree.
    """

    def __init__(self, numbers: Sequence[str], which: Whole, minutes: Whole, centis: Whole) -> None:
        self.numbers = numbers
        self.which = which
        self.minutes = minutes
        self.centis = centis

    def __len__(self) -> int:
        return len(self.which)

    @classmethod
    def of_series(cls, series: Sequence[Series]) -> Self:
        """One of readings that came by the sensor."""
        places: dict[str, int] = {}
        owners = [places.setdefault(one.sensor, len(places)) for one in series]
        lengths = [len(one.minutes) for one in series]
        total = sum(lengths)
        return cls(
            list(places),
            np.repeat(np.array(owners, np.int64), lengths),
            np.fromiter(chain.from_iterable(one.minutes for one in series), np.int64, total),
            np.fromiter(chain.from_iterable(one.centis for one in series), np.int64, total),
        )

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Self:
        """One of readings that came each by itself."""
        places: dict[str, int] = {}
        owners = [places.setdefault(one.sensor, len(places)) for one in readings]
        return cls(
            list(places),
            np.array(owners, np.int64),
            np.array([one.minute for one in readings], np.int64),
            np.array([one.centi for one in readings], np.int64),
        )

    def digest(self, before: str) -> str:
        """SHA-256 over it, chained to what came before."""
        told = hashlib.sha256(before.encode())
        told.update("\n".join(self.numbers).encode())
        for column in (self.which, self.minutes, self.centis):
            told.update(column.astype("<i4").tobytes())
        return told.hexdigest()


@dataclass(frozen=True, slots=True)
class Unusable:
    """What came and cannot be a reading: from whom, why (``Stray.Reason``), and its words."""

    sensor: str
    reason: str
    sample: str = ""


@dataclass(slots=True)
class Taken:
    """What became of readings.

    Attributes:
        stored: counted in now.
        repeated: their minute was there already.
        refused: position among those handed in, and why (``Stray.Reason``).
    """

    stored: int = 0
    repeated: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def receive(
    *, actor: Actor, readings: Batch | Sequence[Reading], unusable: Sequence[Unusable] = ()
) -> Taken:
    """Take in what the broker delivered; afterwards it may be acknowledged.

    What cannot be kept is counted by sensor and reason, with its latest words: nothing that
    arrived vanishes. The trail gets one event for each hour of the clock that has ended.

    Raises:
        NotAllowed: the actor may send readings nowhere.
    """
    actor.require(SEND)
    batch = readings if isinstance(readings, Batch) else Batch.of(readings)
    taken, rows = _resolved(actor, batch)
    _take_turns()
    _store(taken, rows)
    _note_strays([*unusable, *_strays(batch, taken)])
    _note_intake(actor, taken, batch, len(unusable))
    return taken


@transaction.atomic
def submit(*, actor: Actor, readings: Sequence[Reading]) -> Taken:
    """Take in what another system sent: what is good is stored, the rest is named.

    Raises:
        NotAllowed: the actor may send readings nowhere.
    """
    actor.require(SEND)
    batch = Batch.of(readings)
    taken, rows = _resolved(actor, batch)
    _take_turns()
    _store(taken, rows)
    if readings:
        audit.record(
            actor,
            "readings.received",
            stored=taken.stored,
            repeated=taken.repeated,
            refused=len(taken.refused),
            digest=batch.digest(""),
        )
    return taken


@dataclass(frozen=True, slots=True)
class NewSensor:
    """A sensor that a file speaks of for the first time."""

    sensor: str
    unit_id: int
    unit_path: str
    kind: str
    place: str
    minute: int  # of its first reading in the file


@transaction.atomic
def enter(*, actor: Actor, readings: Sequence[Reading], new: Sequence[NewSensor] = ()) -> Taken:
    """Take in the readings of a file, after the sensors that it is the first to name.

    Raises:
        NotAllowed: the actor may not keep the premises of a new sensor's unit.
    """
    zone = timezone.get_default_timezone()
    for one in new:
        actor.require("premises.edit", one.unit_path)
        day = datetime.fromtimestamp(one.minute * 60, UTC).astimezone(zone).date()
        Sensor.objects.create(
            sensor_no=one.sensor,
            unit_id=one.unit_id,
            unit_path=one.unit_path,
            kind=one.kind,
            place=one.place,
            since=day,
            recorded_by_id=actor.user_id or None,
        )
    actor.require("premises.edit")
    batch = Batch.of(readings)
    taken, rows = _resolved(actor, batch, permission="premises.edit")
    _take_turns()
    _store(taken, rows)
    audit.record(
        actor,
        "readings.imported",
        stored=taken.stored,
        repeated=taken.repeated,
        sensors=[one.sensor for one in new][:50],
        new_sensors=len(new),
        digest=batch.digest(""),
    )
    return taken


def _resolved(actor: Actor, batch: Batch, permission: str = SEND) -> tuple[Taken, Readings]:
    """The readings by the keys of their sensors, and those whose sensor is not known."""
    directory = Directory(batch.numbers, actor.scope_for(permission))
    lasting = [directory.lasting(number) for number in batch.numbers]
    keys = np.array([0 if key is None else key for key in lasting], np.int64)[batch.which]
    taken = Taken()
    # only what moved, was taken down or is not known has to be looked at minute by minute
    others = np.array([key is None for key in lasting], bool)[batch.which]
    for position in np.flatnonzero(others).tolist():
        number = batch.numbers[batch.which[position]]
        hung = directory.at(number, int(batch.minutes[position]))
        if isinstance(hung, str):
            taken.refused.append((position, hung))
        else:
            keys[position], others[position] = hung.pk, False
    good = ~others
    return taken, Readings(keys[good], batch.minutes[good], batch.centis[good])


# --- the store ------------------------------------------------------------------------------------

_TURN = 0x48656172  # any number, always the same
_SET = ", ".join(f"{name} = %s" for name in Hour._fields)
# S608: names of our own columns; every value is bound
_UPDATE = f"UPDATE premises_readinghour SET {_SET} WHERE sensor_id = %s AND hour = %s"  # noqa: S608


def _take_turns() -> None:
    """One writer of readings at a time, until the transaction ends; SQLite has but one anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _store(taken: Taken, rows: Readings) -> None:
    """Add each reading to its hour once, and bring the sensors' pulses up to date."""
    came, keys = rows.came, rows.hour_keys()
    stored = _stored_hours(set(keys))
    rows.leave_out([stored[key].minutes if key in stored else 0 for key in keys])
    taken.stored, taken.repeated = len(rows), came - len(rows)
    hours = rows.hours()
    new = [(*key, *hour) for key, hour in hours.items() if key not in stored]
    bulk.insert(ReadingHour, ("sensor_id", "hour", *Hour._fields), new)
    changed = [(*(stored[key] | hour), *key) for key, hour in hours.items() if key in stored]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, changed)
    _keep_pulses(rows)


_GAP = 48  # hours; keys further apart are looked for by themselves


def _stored_hours(keys: set[Key]) -> dict[Key, Hour]:
    """The hours of these keys that are stored already."""
    stored: dict[Key, Hour] = {}
    for first, last, sensors in _stretches(keys):
        for part in batches(sorted(sensors)):
            rows = ReadingHour.objects.filter(sensor_id__in=part, hour__range=(first, last))
            found = rows.values_list("sensor_id", "hour", *Hour._fields)
            for sensor, hour, *values in found.iterator(chunk_size=2000):
                if (sensor, hour) in keys:
                    stored[(sensor, hour)] = Hour(*values)
    return stored


def _stretches(keys: Iterable[Key]) -> Iterator[tuple[int, int, set[int]]]:
    """Stretches of hours without a long gap, each with its sensors."""
    first = last = None
    sensors: set[int] = set()
    for sensor, hour in sorted(keys, key=lambda key: key[1]):
        if last is not None and hour - last > _GAP:
            assert first is not None  # noqa: S101 - set together with last
            yield first, last, sensors
            first, sensors = None, set()
        first = hour if first is None else first
        last = hour
        sensors.add(sensor)
    if first is not None and last is not None:
        yield first, last, sensors


_PULSE = ("last_minute", "last_centi", "same_since", "jump_minute", "jump_centi", "jumps")
_BEATS = ", ".join(f"{name} = %s" for name in _PULSE)
_BEAT = f"UPDATE premises_sensorstate SET {_BEATS} WHERE sensor_id = %s"  # noqa: S608 - as above


def _keep_pulses(fresh: Readings) -> None:
    """Bring what is known of each sensor's health up to date with the new readings."""
    before: dict[int, Pulse] = {}
    for part in batches(sorted(set(fresh.sensors.tolist()))):
        states = SensorState.objects.filter(pk__in=part)
        for sensor, *values in states.values_list("sensor_id", *_PULSE):
            before[sensor] = Pulse(*values)
    pulses = advance(before, fresh)
    new = [(sensor, *pulse) for sensor, pulse in pulses.items() if sensor not in before]
    bulk.insert(SensorState, ("sensor_id", *_PULSE), new)
    changed = [(*pulse, sensor) for sensor, pulse in pulses.items() if sensor in before]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_BEAT, changed)


# --- what is told of it ---------------------------------------------------------------------------


def _strays(batch: Batch, taken: Taken) -> Iterator[Unusable]:
    """The readings that were refused, with their words."""
    for n, reason in taken.refused:
        sample = f"{batch.minutes[n] * 60} {batch.centis[n] / 100}"
        yield Unusable(batch.numbers[batch.which[n]], reason, sample)


def _note_strays(strays: Sequence[Unusable]) -> None:
    """Count what could not be kept, by sensor and reason."""
    now = timezone.now()
    counted = Counter((one.sensor[:64], one.reason) for one in strays)
    latest = {(one.sensor[:64], one.reason): one.sample[:200] for one in strays}
    for (sensor, reason), count in counted.items():
        stray, made = Stray.objects.get_or_create(
            sensor_no=sensor,
            reason=reason,
            defaults={
                "count": count,
                "first_at": now,
                "last_at": now,
                "sample": latest[sensor, reason],
            },
        )
        if not made:
            stray.count += count
            stray.last_at, stray.sample = now, latest[sensor, reason]
            stray.save(update_fields=["count", "last_at", "sample"])


def _note_intake(actor: Actor, taken: Taken, batch: Batch, unusable: int) -> None:
    """Chain the batch into the present hour's digest, and seal the hours that have ended."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    intake, _made = Intake.objects.get_or_create(source=Intake.Source.MQTT, hour=hour)
    intake.batches += 1
    intake.stored += taken.stored
    intake.repeated += taken.repeated
    intake.refused += len(taken.refused) + unusable
    intake.digest = batch.digest(intake.digest)
    intake.save()
    _seal(actor, now)


@transaction.atomic
def seal(*, actor: Actor) -> int:
    """Tell the trail of every hour of arrivals that has ended; the number of them."""
    _take_turns()
    return _seal(actor, timezone.now())


def _seal(actor: Actor, now: datetime) -> int:
    over = Intake.objects.filter(sealed_at__isnull=True, hour__lte=now - timedelta(hours=1))
    ended = list(over.order_by("hour"))
    if not ended:
        return 0
    Intake.objects.filter(pk__in=[one.pk for one in ended]).update(sealed_at=now)
    audit.record_many(
        actor,
        [
            audit.Entry(
                "readings.received",
                Intake._meta.label_lower,
                str(one.pk),
                data={
                    "hour": one.hour,
                    "batches": one.batches,
                    "stored": one.stored,
                    "repeated": one.repeated,
                    "refused": one.refused,
                    "digest": one.digest,
                },
            )
            for one in ended
        ],
    )
    return len(ended)
