"""The choices of this room, with the words for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class PillarKey(models.TextChoices):
    """The three pillars of the programme."""

    ENVIRONMENT = "environment", pgettext_lazy("pillar", "Environment")
    SERVICE = "service", pgettext_lazy("pillar", "Service")
    BRAND = "brand", pgettext_lazy("pillar", "Brand")


class State(models.TextChoices):
    """How far a unit is with a task."""

    NOT_STARTED = "not_started", pgettext_lazy("task", "Not started")
    UNDERWAY = "underway", pgettext_lazy("task", "Underway")
    DONE = "done", pgettext_lazy("task", "Done, to be verified")
    VERIFIED = "verified", pgettext_lazy("task", "Verified")


FINISHED = (State.DONE, State.VERIFIED)
"""States in which a unit owes nothing more and cannot be late."""


class Priority(models.TextChoices):
    """How much a task presses."""

    HIGH = "high", pgettext_lazy("priority", "High")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    LOW = "low", pgettext_lazy("priority", "Low")


class MeetingKind(models.TextChoices):
    """What a meeting is for."""

    KICK_OFF = "kick_off", pgettext_lazy("meeting", "Kick-off")
    PROGRESS = "progress", pgettext_lazy("meeting", "Progress")
    REVIEW = "review", pgettext_lazy("meeting", "Review")
    OTHER = "other", pgettext_lazy("meeting", "Other")


class Presence(models.TextChoices):
    """Whether somebody came to a meeting."""

    EXPECTED = "expected", pgettext_lazy("meeting", "Expected")
    PRESENT = "present", pgettext_lazy("meeting", "Present")
    EXCUSED = "excused", pgettext_lazy("meeting", "Excused")
    ABSENT = "absent", pgettext_lazy("meeting", "Absent")


class Rule(models.TextChoices):
    """How a figure becomes points."""

    LINEAR = "linear", pgettext_lazy("rule", "Linear between floor and target")
    STEPPED = "stepped", pgettext_lazy("rule", "By steps")
    PASS_FAIL = "pass_fail", pgettext_lazy("rule", "Pass or fail")


class Missing(models.TextChoices):
    """What a target without a value does to the total."""

    LEFT_OUT = "left_out", pgettext_lazy("missing value", "Leaves the total; the others carry it")
    ZERO = "zero", pgettext_lazy("missing value", "Counts no points")
