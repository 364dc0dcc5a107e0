"""Meetings of the programme: minutes, and who came."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from hearth.network.models import Person, Unit
from hearth.network.scope import Scope
from hearth.programme.enums import MeetingKind, Presence
from hearth.programme.models.plans import Programme


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Named filters over meetings."""

    def visible_to(self, scope: Scope) -> Self:
        """Meetings held by a unit in ``scope``, or to which someone from there was called."""
        called = Attendance.objects.visible_to(scope).filter(meeting=OuterRef("pk"))
        return self.filter(scope.q("unit__path") | Exists(called))

    def standing(self) -> Self:
        """Meetings that were not called off."""
        return self.filter(withdrawn_at__isnull=True)

    def counted(self, scope: Scope) -> Self:
        """With ``called_n`` and ``present_n``, of the people of units in ``scope``."""
        inside = scope.q("attendances__unit__path")
        return self.annotate(
            called_n=Count("attendances", filter=inside),
            present_n=Count(
                "attendances", filter=inside & Q(attendances__presence=Presence.PRESENT)
            ),
        )


class Meeting(models.Model):
    """One meeting, the kick-off or a later one."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="meetings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # that holds it
    kind = models.CharField(max_length=10, choices=MeetingKind.choices)
    title = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    agenda = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    withdrawal_reason = models.CharField(max_length=400, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "held_at"], name="meeting_programme_at")]

    def __str__(self) -> str:
        return self.title


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Named filters over the attendance list."""

    def visible_to(self, scope: Scope) -> Self:
        """People who came, or were to come, for a unit that lies in ``scope`` now."""
        return self.filter(scope.q("unit__path"))


class Attendance(models.Model):
    """One person called to a meeting: whether they came, and when they signed in."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # of the person, that day
    presence = models.CharField(max_length=10, choices=Presence.choices, default=Presence.EXPECTED)
    signed_at = models.DateTimeField(null=True)  # by the person; None: noted by the minute taker
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once"),
            models.CheckConstraint(
                name="attendance_signed_is_present",
                condition=Q(signed_at__isnull=True) | Q(presence=Presence.PRESENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.person_id}"
