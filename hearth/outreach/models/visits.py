"""Home visits: who asks, who goes, what was done at the door, and how long it is remembered.

Name, number, address, circumstances, place and signature are sealed (``platform.sealed``) and
emptied when their time is over; what figures count stays.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hearth.network.scope import Scope, end_of
from hearth.outreach.domain.visits import OPEN_STAGES, Place, Travel, clean_place
from hearth.platform.sealed import BlindIndexField, EncryptedTextField, SealedFile

PERSONAL = ("name", "phone", "address", "circumstances", "place", "cancel_note")
"""Columns of a visit that are emptied when its time is over."""


class VisitRules(models.Model):
    """How long ways take, when visits are made and how long personal data stay; from a day on."""

    valid_from = models.DateField(unique=True)
    detour_permille = models.PositiveSmallIntegerField()  # road in thousandths of the straight line
    speed_kmh = models.PositiveSmallIntegerField()
    margin_minutes = models.PositiveSmallIntegerField()  # on every way
    visit_minutes = models.PositiveSmallIntegerField()  # usual length of a visit
    day_from = models.TimeField()  # visits begin and end between these
    day_to = models.TimeField()
    keep_days = models.PositiveSmallIntegerField()  # personal data, after the visit is closed
    idle_days = models.PositiveSmallIntegerField(default=90)  # an open visit that nobody moves ends
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visit_rules_in_bounds",
                condition=Q(detour_permille__gte=1000, detour_permille__lte=5000)
                & Q(speed_kmh__gte=1, speed_kmh__lte=120)
                & Q(margin_minutes__lte=120)
                & Q(visit_minutes__gte=15, visit_minutes__lte=480)
                & Q(day_to__gt=F("day_from"))
                & Q(keep_days__gte=1, keep_days__lte=3650),
            ),
            models.CheckConstraint(
                name="visit_rules_idle_in_bounds",
                condition=Q(idle_days__gte=14, idle_days__lte=730),
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.valid_from}"

    @property
    def travel(self) -> Travel:
        """For computing ways."""
        return Travel(self.detour_permille, self.speed_kmh, self.margin_minutes)


class VisitQuerySet(models.QuerySet["Visit"]):
    """Named filters over visits."""

    def visible_to(self, scope: Scope) -> Self:
        """Visits of units in ``scope``; an empty scope sees none."""
        return self.filter(scope.q("unit_path"))

    def under(self, path: str) -> Self:
        """Visits of units at or below ``path``."""
        return self.filter(unit_path__gte=path, unit_path__lt=end_of(path))

    def open(self) -> Self:
        """Neither closed nor cancelled."""
        return self.filter(stage__in=OPEN_STAGES)

    def with_phone(self, phone: str) -> Self:
        """Visits asked for under this number, given as digits alone."""
        field: Any = Visit._meta.get_field("phone_index")
        return self.filter(phone_index__in=field.hashes_of(phone))

    def between(self, start: datetime, end: datetime) -> Self:
        """Appointments that begin from ``start`` (included) to ``end`` (excluded)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def idle_since(self, before: datetime) -> Self:
        """Open ones that nobody moved since then, but for appointments still to come."""
        return (
            self.open()
            .filter(Q(starts_at__isnull=True) | Q(starts_at__lt=before))
            .filter(moved_at__lt=before)
        )

    def due_for_purge(self, day: date) -> Self:
        """Those whose personal data are to be gone by the end of ``day``."""
        return self.filter(purge_on__lte=day, purged_at__isnull=True)


class Visit(models.Model):
    """One request for a home visit on its way from the asking to the call of the next day."""

    class Stage(models.TextChoices):
        REQUESTED = "requested"
        TRIAGED = "triaged"
        PLANNED = "planned"  # an appointment is proposed
        APPROVED = "approved"
        ON_SITE = "on_site"
        LEFT = "left"  # on the way back
        BACK = "back"  # vouchers are handed in; the call is to come
        CLOSED = "closed"
        CANCELLED = "cancelled"

    class Channel(models.TextChoices):
        OUTLET = "outlet"
        PHONE = "phone"
        PUBLIC = "public"

    class Group(models.TextChoices):
        VERY_OLD = "very_old"
        ILL = "ill"
        DISABLED = "disabled"
        OTHER = "other"

    class Need(models.TextChoices):
        ACCOUNT = "account"
        SOCIAL_SECURITY = "social_security"
        PASSWORD = "password"  # noqa: S105 - what is needed: a new one
        OTHER = "other"

    class Outcome(models.TextChoices):
        SERVED = "served"
        PARTLY = "partly"  # the rest is finished at the outlet or on another visit
        STOPPED = "stopped"  # nothing could be done

    class CancelReason(models.TextChoices):
        BY_CUSTOMER = "by_customer"
        NOT_REACHED = "not_reached"
        ELSEWHERE = "elsewhere"  # came to an outlet, or was helped otherwise
        NOT_ELIGIBLE = "not_eligible"
        DOUBLE = "double"
        IDLE = "idle"  # nobody moved it for so long that the night ended it
        OTHER = "other"

    uuid = models.UUIDField(unique=True)  # made by the page that asks: a retry stores it once
    code = models.CharField(max_length=12, unique=True)  # digits; asks for the state, no more
    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=64, db_collation="C")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.REQUESTED)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    group = models.CharField(max_length=10, choices=Group.choices)
    need = models.CharField(max_length=16, choices=Need.choices)
    version = models.PositiveIntegerField(default=1)
    moved_at = models.DateTimeField(default=timezone.now)  # the last act

    name = EncryptedTextField(row="uuid", blank=True)
    phone = EncryptedTextField(row="uuid", blank=True)  # digits alone
    phone_index = BlindIndexField(of="phone")
    address = EncryptedTextField(row="uuid", blank=True)
    circumstances = EncryptedTextField(row="uuid", blank=True)
    place = EncryptedTextField(row="uuid", blank=True)  # 'longitude, latitude' of the address
    consent_days = models.PositiveSmallIntegerField()  # how long, as was said when they agreed
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # None: by the public page
    recorded_at = models.DateTimeField(default=timezone.now)

    has_id = models.BooleanField(null=True)  # a valid identity document is at hand
    has_family = models.BooleanField(null=True)  # a relative will be there
    triaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    triaged_at = models.DateTimeField(null=True)

    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    back_by = models.DateTimeField(null=True)
    first_visitor = models.ForeignKey("network.Person", models.PROTECT, related_name="+", null=True)
    second_visitor = models.ForeignKey(
        "network.Person", models.PROTECT, related_name="+", null=True
    )
    device = models.CharField(max_length=80, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    planned_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    sent_back_because = models.CharField(max_length=200, blank=True)  # no personal data

    arrived_at = models.DateTimeField(null=True)
    id_seen_at = models.DateTimeField(null=True)
    intent_at = models.DateTimeField(null=True)  # capacity and own wish confirmed
    signed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    back_at = models.DateTimeField(null=True)
    vouchers = models.PositiveSmallIntegerField(null=True)  # how many were handed in
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason.choices, blank=True)
    cancel_note = EncryptedTextField(row="uuid", blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    purge_on = models.DateField(null=True)
    purged_at = models.DateTimeField(null=True)
    activity = models.OneToOneField(
        "outreach.Activity", models.PROTECT, related_name="visit", null=True
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "stage"], name="visit_path_stage"),
            models.Index(fields=["stage", "recorded_at"], name="visit_stage_recorded"),
            models.Index(fields=["stage", "moved_at"], name="visit_stage_moved"),
            models.Index(fields=["first_visitor", "starts_at"], name="visit_first_starts"),
            models.Index(fields=["second_visitor", "starts_at"], name="visit_second_starts"),
            models.Index(
                fields=["purge_on"], name="visit_to_purge", condition=Q(purged_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="visit_two_different_staff",
                condition=Q(first_visitor__isnull=True, second_visitor__isnull=True)
                | ~Q(first_visitor=F("second_visitor")),
            ),
            models.CheckConstraint(
                name="visit_ends_after_start",
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Neither closed nor cancelled."""
        return self.stage in OPEN_STAGES

    @property
    def is_late(self) -> bool:
        """Whether the two were back later than they had to."""
        return bool(self.back_at and self.back_by and self.back_at > self.back_by)

    @property
    def located(self) -> Place | None:
        """Where the customer lives, else where the outlet lies, else None."""
        known = clean_place(self.place)
        if known is None and self.unit.longitude is not None and self.unit.latitude is not None:
            return self.unit.longitude, self.unit.latitude
        return known


class VisitPaper(SealedFile):
    """A signature or a photo of papers, sealed; never of a face."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature"
        PAPER = "paper"

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(kind="signature"), name="visit_one_signature"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.visit_id}"


class VisitCall(models.Model):
    """One try to call the customer after the visit."""

    class Result(models.TextChoices):
        SATISFIED = "satisfied"
        DISSATISFIED = "dissatisfied"
        DISPUTED = "disputed"  # says that it was not so, or that nobody came
        NOT_REACHED = "not_reached"

    uuid = models.UUIDField(unique=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="calls")
    result = models.CharField(max_length=12, choices=Result.choices)
    note = EncryptedTextField(row="uuid", blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    called_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["called_at", "pk"]

    def __str__(self) -> str:
        return f"{self.result} of {self.visit_id}"
