"""Mobile service: with what we go, to whom, and on which trips."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hearth.ledgers.models import Record, RecordQuerySet, Span, SpanQuerySet, standing_key


class VehicleQuerySet(SpanQuerySet["ServiceVehicle"]):
    """Vehicles and kits."""


class ServiceVehicle(Span):
    """A vehicle or a portable kit with which a unit goes to its customers."""

    class Kind(models.TextChoices):
        VEHICLE = "vehicle"
        KIT = "kit"

    vehicle = models.CharField(max_length=40)  # number of the plate or in the register
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)

    objects = VehicleQuerySet.as_manager()

    class Meta:
        constraints = [standing_key("vehicle", name="vehicle_standing_key")]

    def __str__(self) -> str:
        return self.name


class TargetQuerySet(SpanQuerySet["ServiceTarget"]):
    """Targets of mobile service."""


class ServiceTarget(Span):
    """People to whom mobile service goes: an army unit, a company, a school, a village.

    ``every_days`` is how often they are to be visited; a longer silence is a gap.
    """

    class Group(models.TextChoices):
        ARMY = "army"
        COMPANY = "company"
        SCHOOL = "school"
        COMMUNITY = "community"
        REMOTE = "remote"

    target = models.CharField(max_length=40)  # outside id
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=10, choices=Group.choices)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    township = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True)  # WGS 84 degrees
    latitude = models.FloatField(null=True)
    every_days = models.PositiveSmallIntegerField(default=90)

    objects = TargetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "group"], name="target_path_group")]
        constraints = [
            standing_key("target", name="target_standing_key"),
            models.CheckConstraint(
                name="target_place_in_pairs",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TripQuerySet(RecordQuerySet["Trip"]):
    """Trips of mobile service."""


class Trip(Record):
    """A planned trip of one day: with what, by whom, and to which stops in which order."""

    day = models.DateField()
    title = models.CharField(max_length=120)
    vehicle = models.ForeignKey(ServiceVehicle, models.PROTECT, related_name="+", null=True)

    objects = TripQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "day"], name="trip_path_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.title}"


class TripStop(models.Model):
    """One stop of a trip: planned, then visited (an activity) or left out with a reason."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="stops")
    target = models.ForeignKey(ServiceTarget, models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()
    arrives_at = models.TimeField(null=True)
    activity = models.OneToOneField(
        "outreach.Activity", models.PROTECT, related_name="stop", null=True
    )
    left_out = models.CharField(max_length=200, blank=True)  # why nobody went

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["trip", "position"], name="stop_place_in_trip"),
            models.UniqueConstraint(fields=["trip", "target"], name="stop_once_a_trip"),
            models.CheckConstraint(
                name="stop_visited_or_left_out",
                condition=Q(activity__isnull=True) | Q(left_out=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}/{self.position}"
