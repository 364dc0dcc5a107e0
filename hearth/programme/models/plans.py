"""The yearly plan 活动方案: its aim, three pillars, and their measures."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from hearth.programme.enums import Missing, PillarKey


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Named filters over yearly plans; a plan is one for the whole network."""

    def newest_first(self) -> Self:
        """The latest year first."""
        return self.order_by("-year")


class Programme(models.Model):
    """The plan of one year; everybody in the network reads it.

    ``missing`` says what a target without a value does to a unit's total (rule PG-05).
    """

    year = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=120)
    aim = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()  # last day, included
    missing = models.CharField(max_length=10, choices=Missing.choices, default=Missing.LEFT_OUT)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="programme_span_forward",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Pillar(models.Model):
    """One of the three pillars in one year, with its goal."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="pillars")
    key = models.CharField(max_length=12, choices=PillarKey.choices)
    goal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="pillar_once_a_year"),
        ]

    def __str__(self) -> str:
        return self.key


class Measure(models.Model):
    """One measure of a pillar, such as 擦亮招牌; tasks carry it out."""

    pillar = models.ForeignKey(Pillar, models.CASCADE, related_name="measures")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="measures")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    detail = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="measure_code_once"),
        ]

    def __str__(self) -> str:
        return self.title
