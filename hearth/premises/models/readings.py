"""Temperature sensors and what they measured, an hour a row (ADR 0012)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from hearth.ledgers.models import Span, SpanQuerySet
from hearth.network.scope import Scope


class SensorQuerySet(SpanQuerySet["Sensor"]):
    """Named filters over sensors."""

    def indoors(self) -> Self:
        """Sensors in rooms, which say how warm an outlet is; not those of the weather."""
        return self.filter(kind=Sensor.Kind.INDOOR)


class Sensor(Span):
    """A thermometer in a room of a unit, or the weather of a city, from a day to a day.

    ``since`` is the day it was put up, ``until`` the day it was taken down. Taken elsewhere, it
    is taken down here and gets a further row there, from a later day on.
    """

    class Kind(models.TextChoices):
        INDOOR = "indoor"
        WEATHER = "weather"

    sensor_no = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.INDOOR)
    place = models.CharField(max_length=80, blank=True)  # of the weather: the city

    objects = SensorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sensor_no", "since"],
                condition=Q(withdrawn_at__isnull=True),
                name="sensor_key",
            ),
            models.CheckConstraint(
                name="sensor_span",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
            ),
        ]
        indexes = [models.Index(fields=["unit_path", "since"], name="sensor_path")]

    def __str__(self) -> str:
        return self.sensor_no


class ReadingHourQuerySet(models.QuerySet["ReadingHour"]):
    """Named filters over the hours of readings."""

    def visible_to(self, scope: Scope) -> Self:
        """Hours of sensors whose unit lay in ``scope`` when they were put up."""
        return self.filter(scope.q("sensor__unit_path"), sensor__withdrawn_at__isnull=True)


class ReadingHour(models.Model):
    """What one sensor measured in one hour, in hundredths of a degree Celsius.

    The minutes are not kept one by one: bit n of ``minutes`` says that the n-th minute is counted
    in, so that a reading which comes twice counts once; sums and counts of both halves of the hour
    are exact, so means over business hours that begin at half past are too.
    """

    # the key below begins with the sensor: an index of its own would be a second copy
    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="hours", db_index=False)
    hour = models.IntegerField()  # hours since the beginning of 1970, UTC
    minutes = models.BigIntegerField()
    count_first = models.SmallIntegerField()  # readings in minutes 0 to 29
    total_first = models.IntegerField()  # their sum
    count_second = models.SmallIntegerField()  # readings in minutes 30 to 59
    total_second = models.IntegerField()
    lowest = models.SmallIntegerField()
    highest = models.SmallIntegerField()

    objects = ReadingHourQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sensor", "hour"], name="reading_hour_key"),
            models.CheckConstraint(
                name="reading_hour_counts",
                condition=Q(count_first__range=(0, 30), count_second__range=(0, 30)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sensor_id} {self.hour}"


class SensorState(models.Model):
    """The newest reading of a sensor and what it tells of the sensor's health.

    Kept as readings come in, so that the page of 800 sensors reads 800 rows.
    """

    sensor = models.OneToOneField(Sensor, models.CASCADE, primary_key=True, related_name="state")
    # minutes since the beginning of 1970, UTC
    last_minute = models.IntegerField()  # of the newest reading
    last_centi = models.SmallIntegerField()
    same_since = models.IntegerField()  # since when it has said the same, to the hundredth
    jump_minute = models.IntegerField(null=True)  # the latest leap between two neighbours
    jump_centi = models.IntegerField(null=True)  # its size, signed
    jumps = models.PositiveIntegerField(default=0)  # how many there ever were

    def __str__(self) -> str:
        return str(self.sensor_id)

    @property
    def last_at(self) -> datetime:
        """The minute of the newest reading."""
        return datetime.fromtimestamp(self.last_minute * 60, UTC)


class Intake(models.Model):
    """What came in during one hour of the clock by one way; the trail gets its digest.

    Measurements come by the thousand and are no acts of people. Each batch is chained into
    ``digest`` in its own transaction; when the hour is over the trail gets one event with it.
    """

    class Source(models.TextChoices):
        MQTT = "mqtt"

    source = models.CharField(max_length=8, choices=Source.choices)
    hour = models.DateTimeField()  # of arrival, UTC
    batches = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)  # minutes that were there already
    refused = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 over the batches, chained
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "hour"], name="intake_key"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H}"


class Stray(models.Model):
    """Readings that came and could not be kept: from whom, why, how many, and the latest one.

    Nothing that arrives vanishes without a word; a sensor nobody has registered is the usual case.
    """

    class Reason(models.TextChoices):
        UNKNOWN_SENSOR = "unknown_sensor"
        RETIRED = "retired"
        MALFORMED = "malformed"
        OUT_OF_RANGE = "out_of_range"
        BAD_TIME = "bad_time"

    sensor_no = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()  # of arrival
    last_at = models.DateTimeField()
    sample = models.CharField(max_length=200, blank=True)  # the latest, as it came

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sensor_no", "reason"], name="stray_key"),
        ]

    def __str__(self) -> str:
        return f"{self.sensor_no} {self.reason}"
