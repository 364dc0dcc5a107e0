"""The ledger of activities, their photos, and who signed in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hearth.ledgers.models import Photo, Record, RecordQuerySet, standing_key
from hearth.outreach.models.catalogues import ActivityKind


def midnight(day: date) -> datetime:
    """The instant at which ``day`` begins in the network's zone."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


class ActivityQuerySet(RecordQuerySet["Activity"]):
    """Named filters over activities."""

    def between(self, start: date, end: date) -> Self:
        """Begun from ``start`` (included) to ``end`` (excluded), by the network's calendar."""
        return self.filter(started_at__gte=midnight(start), started_at__lt=midnight(end))

    def on(self, day: date) -> Self:
        """Begun on ``day``."""
        return self.between(day, day + timedelta(days=1))

    def confirmed(self) -> Self:
        """Confirmed as they stand now; a change afterwards asks for confirmation again."""
        return self.filter(confirmed_version=F("version"))

    def unconfirmed(self) -> Self:
        """Standing, and not confirmed as they stand."""
        return self.standing().exclude(confirmed_version=F("version"))


class Activity(Record):
    """Something done for or with people: one session, with how many came (人次).

    ``confirmed_version`` is the version that the branch confirmed: a record that was changed
    since is unconfirmed again, whichever way it was changed.
    """

    activity = models.CharField(max_length=64)  # outside id
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=200, blank=True)
    persons = models.PositiveIntegerField(null=True)  # attendances (人次)
    place = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey("network.Person", models.PROTECT, related_name="+", null=True)
    note = models.CharField(max_length=1000, blank=True)
    details: Any = models.JSONField(default=dict)  # values of the kind's own fields
    target = models.ForeignKey(
        "outreach.ServiceTarget", models.PROTECT, related_name="activities", null=True
    )
    vehicle = models.ForeignKey(
        "outreach.ServiceVehicle", models.PROTECT, related_name="+", null=True
    )
    confirmed_version = models.PositiveIntegerField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    confirmed_at = models.DateTimeField(null=True)
    returned_version = models.PositiveIntegerField(null=True)  # the one sent back to be mended
    decision_note = models.CharField(max_length=400, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "started_at"], name="activity_kind_start"),
            models.Index(fields=["unit_path", "started_at"], name="activity_path_start"),
            models.Index(fields=["unit", "started_at"], name="activity_unit_start"),
            models.Index(fields=["started_at", "unit_path"], name="activity_start"),
            models.Index(fields=["recorded_by", "-recorded_at"], name="activity_recorder"),
        ]
        constraints = [
            standing_key("activity", name="activity_standing_key"),
            models.CheckConstraint(
                name="activity_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kind)

    @property
    def state(self) -> str:
        """'withdrawn', 'confirmed', 'returned' or 'recorded'."""
        if self.is_withdrawn:
            return "withdrawn"
        if self.confirmed_version == self.version:
            return "confirmed"
        return "returned" if self.returned_version == self.version else "recorded"


class ActivityPhoto(Photo):
    """A photo of an activity."""

    record = models.ForeignKey(Activity, models.PROTECT, related_name="photos")

    class Meta:
        ordering = ["pk"]


class SignInSheet(models.Model):
    """The page on which those who came to an activity say so; reached by its token only."""

    activity = models.OneToOneField(Activity, models.PROTECT, related_name="sheet")
    token = models.CharField(max_length=43, unique=True)  # 256 random bits
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()  # from then on it takes no more
    closed_at = models.DateTimeField(null=True)  # when the count went into the record
    others = models.PositiveIntegerField(default=0)  # came without a telephone; counted by staff

    def __str__(self) -> str:
        return f"sheet of {self.activity_id}"

    def is_open(self, now: datetime) -> bool:
        """Whether it still takes signatures."""
        return self.closed_at is None and now < self.closes_at


class SignIn(models.Model):
    """One attendance at one activity. No name, number or address of anybody is kept.

    ``person_hash`` tells one person from another at one outlet within one year; it is keyed and
    cannot be turned back. Empty where nothing was given: such a one is counted as a person apart.
    """

    sheet = models.ForeignKey(SignInSheet, models.PROTECT, related_name="sign_ins")
    person_hash = models.CharField(max_length=64, blank=True)
    visit = models.CharField(
        max_length=64
    )  # keyed hash of the browser's tap, so a retry counts once
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "visit"], name="sign_in_once_a_tap"),
            models.UniqueConstraint(
                fields=["sheet", "person_hash"],
                condition=~Q(person_hash=""),
                name="sign_in_once_a_person",
            ),
        ]
        indexes = [models.Index(fields=["person_hash"], name="sign_in_person")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.at}"
