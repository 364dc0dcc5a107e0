"""Cleaning days (清洁日): when they are, and by which standard someone looks by video."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hearth.network.domain.paths import ancestors
from hearth.network.scope import Scope


class CleaningDayQuerySet(models.QuerySet["CleaningDay"]):
    """Named filters over cleaning days."""

    def concerning(self, scope: Scope) -> Self:
        """Days of units in ``scope`` and of the units above them, which hold below too."""
        above = {one for path in scope.paths for one in ancestors(path)}
        return self.filter(scope.q("unit__path") | Q(unit__path__in=above))

    def standing(self) -> Self:
        """Days that were not called off."""
        return self.filter(called_off_at__isnull=True)


class CleaningDay(models.Model):
    """One cleaning day for a unit and every outlet below it.

    Nothing of what outlets did is kept here: an outlet reports by an activity with photos, and a
    video check against ``standard`` verifies it (``domain.cleaning``). What that check finds wrong
    is put right as any finding is.
    """

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    held_on = models.DateField()
    report_by = models.DateField()  # last day for the outlets' reports
    theme = models.CharField(max_length=120, blank=True)
    standard = models.ForeignKey(  # by which someone looks; empty: by any
        "standards.Standard", models.PROTECT, related_name="+", null=True
    )
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    scheduled_at = models.DateTimeField(default=timezone.now)
    called_off_at = models.DateTimeField(null=True)
    called_off_reason = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CleaningDayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-held_on"], name="cleaning_day_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "held_on"],
                condition=Q(called_off_at__isnull=True),
                name="cleaning_day_once",
            ),
            models.CheckConstraint(
                name="cleaning_day_reported_after",
                condition=Q(report_by__gte=models.F("held_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.held_on}"
