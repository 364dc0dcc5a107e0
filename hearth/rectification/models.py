"""Findings being put right: one rectification a finding, its steps, its photos, and deadlines."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection
from hearth.ledgers.models import Photo, Record, RecordQuerySet
from hearth.network.scope import Scope, end_of
from hearth.standards.models import Criterion

IN_TIME = Q(state="closed", fixed_on__lte=F("first_due_on"))
"""Closed, and the accepted fix was handed in by the first deadline (RC-02)."""


class RectificationQuerySet(RecordQuerySet["Rectification"]):
    """Named filters over rectifications."""

    def visible_to(self, scope: Scope) -> Self:
        """Those of outlets that lie in ``scope`` now, or did on the day of the check.

        What an outlet still has to do moves with it to its new branch.
        """
        return self.filter(scope.q("unit__path") | scope.q("unit_path"))

    def now_under(self, path: str) -> Self:
        """Those of outlets that lie at or below ``path`` now."""
        return self.filter(unit__path__gte=path, unit__path__lt=end_of(path))

    def unclosed(self) -> Self:
        """Those that stand and are not closed yet."""
        return self.standing().exclude(state=Rectification.State.CLOSED)

    def at_outlet(self) -> Self:
        """Those that wait for the outlet: to be accepted or fixed."""
        return self.standing().filter(state__in=AT_OUTLET)

    def overdue(self, day: date) -> Self:
        """Those that wait for the outlet after their last day, at the end of ``day``."""
        return self.at_outlet().filter(due_on__lt=day)

    def due_within(self, since: date, until: date) -> Self:
        """Standing ones whose first deadline lies in [since, until)."""
        return self.standing().filter(first_due_on__gte=since, first_due_on__lt=until)

    def closed(self) -> Self:
        """Those that were verified and closed."""
        return self.standing().filter(state=Rectification.State.CLOSED)

    def closed_in_time(self) -> Self:
        """Closed ones whose accepted fix was handed in by the first deadline."""
        return self.standing().filter(IN_TIME)


class Rectification(Record):
    """Putting one finding right, from the release of its check until 销号.

    open → accepted → fixed → closed, or back to open with a reason and a new deadline. Whoever
    fixed it never closes it. ``recorded_at`` is when it was opened; ``unit_path`` where the
    outlet lay on the day of the check. ``finding`` moves to the corrected check's finding of the
    same criterion. Days are counted in working days.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        FIXED = "fixed"
        CLOSED = "closed"

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="rectifications")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    severity = models.CharField(max_length=6, choices=Criterion.Severity.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField()
    first_due_on = models.DateField()  # last day as it was at opening
    due_on = models.DateField()  # last day as it is now
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    fixed_on = models.DateField(null=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    fix_note = models.CharField(max_length=1000, blank=True)
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    reopened = models.PositiveSmallIntegerField(default=0)  # how often it was opened again
    told = models.PositiveSmallIntegerField(default=0)  # 1: outlet told it is late, 2: branch too

    objects = RectificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rectification_two_persons",
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("fixed_by")),
            ),
            models.CheckConstraint(
                name="rectification_fixed_fields",
                condition=~Q(state__in=["fixed", "closed"])
                | Q(fixed_on__isnull=False, fixed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="rectification_closed_fields",
                condition=Q(state="closed", closed_on__isnull=False, closed_by__isnull=False)
                | ~Q(state="closed") & Q(closed_on__isnull=True, closed_by__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="rectification_state_due"),
            models.Index(fields=["unit", "state"], name="rectification_unit_state"),
            models.Index(fields=["first_due_on", "unit_path"], name="rectification_due_path"),
            models.Index(fields=["inspection", "criterion"], name="rectification_of_check"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} at {self.unit_id} by {self.due_on}"

    @property
    def is_at_outlet(self) -> bool:
        """Whether it waits for the outlet to do something."""
        return not self.is_withdrawn and self.state in AT_OUTLET


AT_OUTLET = (Rectification.State.OPEN, Rectification.State.ACCEPTED)


class Step(models.Model):
    """One thing that happened to a rectification after it was opened; never changed."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted"
        FIXED = "fixed"
        CLOSED = "closed"
        REOPENED = "reopened"
        WITHDRAWN = "withdrawn"
        KEPT = "kept"  # the corrected check still finds it
        TOLD = "told"  # that it is late

    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    note = models.CharField(max_length=1000, blank=True)
    due_on = models.DateField(null=True)  # the new last day, where it set one

    class Meta:
        indexes = [models.Index(fields=["rectification", "at"], name="rectification_steps_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.rectification_id}"


DECISIVE = (Step.Kind.FIXED, Step.Kind.CLOSED, Step.Kind.REOPENED)
"""The steps that move a rectification between its outlet, its verifier and the closed ones; the
last of them by the end of a day tells where it stood then."""


class FixPhoto(Photo):
    """A photo that shows a fix; ``round`` is how often it had been opened again by then."""

    record = models.ForeignKey(Rectification, models.PROTECT, related_name="photos")
    round = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["record", "round"], name="rectification_photos_of")]


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Named filters over deadline rules."""

    def in_force(self, on: date) -> Self:
        """Approved rules that hold on ``on``, the latest first."""
        return self.filter(is_approved=True, effective_from__lte=on).order_by(
            "-effective_from", "-pk"
        )


class Deadline(models.Model):
    """How many working days each severity leaves, from a day on; approved by a second person.

    The rule approved last for the latest day holds until another begins. A criterion's own
    ``due_days`` goes before it.
    """

    effective_from = models.DateField()
    red_days = models.PositiveSmallIntegerField()
    major_days = models.PositiveSmallIntegerField()
    minor_days = models.PositiveSmallIntegerField()
    escalate_days = models.PositiveSmallIntegerField()  # late by so many: the branch is told
    note = models.CharField(max_length=400, blank=True)
    is_approved = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="deadline_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="deadline_days_positive",
                condition=Q(red_days__gte=1, major_days__gte=1, minor_days__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.red_days}/{self.major_days}/{self.minor_days} from {self.effective_from}"

    def days(self, severity: str) -> int:
        """Working days that a severity leaves."""
        return {
            Criterion.Severity.RED: self.red_days,
            Criterion.Severity.MAJOR: self.major_days,
        }.get(Criterion.Severity(severity), self.minor_days)
