"""Taking readings in: from the broker, from other systems, from a file.

All three end in ``_store``, which adds each reading to its hour once, whatever comes twice. The
writers of readings take turns, so that no hour is computed from an older one. The trail learns of
readings by the hour of the clock where a machine sends them, and by the act where a person or
another system does (ADR 0012).
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from hearth.ledgers.lookups import batches
from hearth.network.scope import Actor
from hearth.platform import audit, bulk
from hearth.premises.domain.hours import MINUTES, Hour, Pulse, advance
from hearth.premises.models import Intake, ReadingHour, Sensor, SensorState, Stray
from hearth.premises.queries.sensors import Directory

SEND = "premises.measure"
"""Permission to hand in readings."""

Row = tuple[int, int, int]
"""Key of the sensor, minute from 1970 (UTC), hundredths of a degree."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as it came: the sensor's number, minute from 1970 (UTC), hundredths."""

    sensor: str
    minute: int
    centi: int


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
    *, actor: Actor, readings: Sequence[Reading], unusable: Sequence[Unusable] = ()
) -> Taken:
    """Take in what the broker delivered; afterwards it may be acknowledged.

    What cannot be kept is counted by sensor and reason, with its latest words: nothing that
    arrived vanishes. The trail gets one event for each hour of the clock that has ended.

    Raises:
        NotAllowed: the actor may send readings nowhere.
    """
    actor.require(SEND)
    taken, rows = _resolved(actor, readings)
    _take_turns()
    _store(taken, rows)
    strays = [
        Unusable(readings[n].sensor, reason, f"{readings[n].minute * 60} {readings[n].centi / 100}")
        for n, reason in taken.refused
    ]
    _note_strays([*unusable, *strays])
    _note_intake(actor, taken, readings, unusable)
    return taken


@transaction.atomic
def submit(*, actor: Actor, readings: Sequence[Reading]) -> Taken:
    """Take in what another system sent: what is good is stored, the rest is named.

    Raises:
        NotAllowed: the actor may send readings nowhere.
    """
    actor.require(SEND)
    taken, rows = _resolved(actor, readings)
    _take_turns()
    _store(taken, rows)
    if readings:
        audit.record(
            actor,
            "readings.received",
            stored=taken.stored,
            repeated=taken.repeated,
            refused=len(taken.refused),
            digest=_digest("", readings),
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
    taken, rows = _resolved(actor, readings, permission="premises.edit")
    _take_turns()
    _store(taken, rows)
    audit.record(
        actor,
        "readings.imported",
        stored=taken.stored,
        repeated=taken.repeated,
        sensors=[one.sensor for one in new][:50],
        new_sensors=len(new),
        digest=_digest("", readings),
    )
    return taken


def _resolved(
    actor: Actor, readings: Sequence[Reading], permission: str = SEND
) -> tuple[Taken, list[Row]]:
    """The readings as rows, and those whose sensor is not known."""
    directory = Directory({one.sensor for one in readings}, actor.scope_for(permission))
    taken, rows = Taken(), []
    for position, one in enumerate(readings):
        hung = directory.at(one.sensor, one.minute)
        if isinstance(hung, str):
            taken.refused.append((position, hung))
        else:
            rows.append((hung.pk, one.minute, one.centi))
    return taken, rows


# --- the store ------------------------------------------------------------------------------------

_TURN = 0x48656172  # any number, always the same
_COLUMNS = (
    "minutes",
    "count_first",
    "total_first",
    "count_second",
    "total_second",
    "lowest",
    "highest",
)
_SET = ", ".join(f"{name} = %s" for name in _COLUMNS)
# S608: names of our own columns; every value is bound
_UPDATE = f"UPDATE premises_readinghour SET {_SET} WHERE sensor_id = %s AND hour = %s"  # noqa: S608


def _take_turns() -> None:
    """One writer of readings at a time, until the transaction ends; SQLite has but one anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _store(taken: Taken, rows: Sequence[Row]) -> None:
    """Add each reading to its hour once, and bring the sensors' pulses up to date."""
    hours = _stored_hours({(sensor, minute // MINUTES) for sensor, minute, _c in rows})
    known = set(hours)
    touched: set[tuple[int, int]] = set()
    fresh: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for sensor, minute, centi in rows:
        number, within = divmod(minute, MINUTES)
        hour = hours.get((sensor, number))
        if hour is None:
            hour = hours[(sensor, number)] = Hour()
        if hour.add(within, centi):
            taken.stored += 1
            touched.add((sensor, number))
            fresh[sensor].append((minute, centi))
        else:
            taken.repeated += 1
    new = [(*key, *_values(hours[key])) for key in sorted(touched - known)]
    bulk.insert(ReadingHour, ("sensor_id", "hour", *_COLUMNS), new)
    changed = [(*_values(hours[key]), *key) for key in sorted(touched & known)]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, changed)
    _keep_pulses(fresh)


def _values(hour: Hour) -> tuple[int, ...]:
    return tuple(getattr(hour, name) for name in _COLUMNS)


_GAP = 48  # hours; keys further apart are looked for by themselves


def _stored_hours(keys: set[tuple[int, int]]) -> dict[tuple[int, int], Hour]:
    """The hours of these keys that are stored already."""
    stored: dict[tuple[int, int], Hour] = {}
    for first, last, sensors in _stretches(keys):
        for part in batches(sorted(sensors)):
            rows = ReadingHour.objects.filter(sensor_id__in=part, hour__range=(first, last))
            found = rows.values_list("sensor_id", "hour", *_COLUMNS)
            for sensor, hour, *values in found.iterator(chunk_size=2000):
                if (sensor, hour) in keys:
                    stored[(sensor, hour)] = Hour(*values)
    return stored


def _stretches(keys: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, set[int]]]:
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


def _keep_pulses(fresh: Mapping[int, list[tuple[int, int]]]) -> None:
    """Bring what is known of each sensor's health up to date with the new readings."""
    before: dict[int, Pulse] = {}
    for part in batches(sorted(fresh)):
        states = SensorState.objects.filter(pk__in=part)
        for sensor, *values in states.values_list("sensor_id", *_PULSE):
            before[sensor] = Pulse(*values)
    new, changed = [], []
    for sensor, readings in sorted(fresh.items()):
        pulse = advance(before.get(sensor), sorted(readings))
        if pulse is not None:
            values = dataclasses.astuple(pulse)
            if sensor in before:
                changed.append((*values, sensor))
            else:
                new.append((sensor, *values))
    bulk.insert(SensorState, ("sensor_id", *_PULSE), new)
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_BEAT, changed)


# --- what is told of it ---------------------------------------------------------------------------


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


def _note_intake(
    actor: Actor, taken: Taken, readings: Sequence[Reading], unusable: Sequence[Unusable]
) -> None:
    """Chain the batch into the present hour's digest, and seal the hours that have ended."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    intake, _made = Intake.objects.get_or_create(source=Intake.Source.MQTT, hour=hour)
    intake.batches += 1
    intake.stored += taken.stored
    intake.repeated += taken.repeated
    intake.refused += len(taken.refused) + len(unusable)
    intake.digest = _digest(intake.digest, readings)
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


def _digest(before: str, readings: Iterable[Reading]) -> str:
    """SHA-256 over what came, chained to what came before."""
    told = hashlib.sha256(before.encode())
    told.update("\n".join(f"{r.sensor}\t{r.minute}\t{r.centi}" for r in readings).encode())
    return told.hexdigest()
