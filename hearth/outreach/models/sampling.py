"""Samples of activities that are verified with evidence."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from hearth.ledgers.models import Photo
from hearth.network.scope import Scope
from hearth.outreach.models.activities import Activity
from hearth.outreach.models.catalogues import percent_text


class SampleQuerySet(models.QuerySet["Sample"]):
    """Named filters over samples."""

    def visible_to(self, scope: Scope) -> Self:
        """Samples drawn below units in ``scope``."""
        return self.filter(scope.q("unit_path"))


class Sample(models.Model):
    """A sample drawn once: what it was drawn from and with which seed, so that it can be redrawn.

    ``population_hash`` is the SHA-256 of the outside ids it was drawn from, in order.
    """

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=64, db_collation="C")
    period = models.CharField(max_length=8)  # 2021Q2
    permille = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    population_hash = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    drawn_at = models.DateTimeField(default=timezone.now)

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "period"], name="sample_once_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"

    @property
    def percent(self) -> str:
        """The share that was drawn, in percent."""
        return percent_text(self.permille)


class SampleItem(models.Model):
    """One activity of a sample, and what verification found."""

    class Result(models.TextChoices):
        PENDING = "pending"
        HELD = "held"  # took place as recorded
        DIFFERS = "differs"  # took place, but the record is not right
        NOT_HELD = "not_held"  # did not take place
        UNPROVEN = "unproven"  # nothing shows that it took place

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="samples")
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.PENDING)
    note = models.CharField(max_length=400, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    verified_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "activity"], name="sample_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.result}"


class SamplePhoto(Photo):
    """Evidence of a verification."""

    record = models.ForeignKey(SampleItem, models.PROTECT, related_name="photos")

    class Meta:
        ordering = ["pk"]
