"""Convenience and age-friendly equipment (便民适老设施): the catalogue and what was found where."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from hearth.ledgers.models import CatalogueLine, Record, RecordQuerySet, standing_key
from hearth.premises.domain.ramps import (
    HANDRAIL_OVER_MM,
    HANDRAIL_STEEPER_THAN,
    NARROWEST_MM,
    STEEPEST,
    Ramp,
)

_STEEP = Q(run_mm__lt=STEEPEST * F("rise_mm"))
_NARROW = Q(width_mm__lt=NARROWEST_MM)
_ASKS_HANDRAIL = Q(rise_mm__gt=HANDRAIL_OVER_MM, run_mm__lt=HANDRAIL_STEEPER_THAN * F("rise_mm"))
_ASKS_NONE = Q(rise_mm__lte=HANDRAIL_OVER_MM) | Q(run_mm__gte=HANDRAIL_STEEPER_THAN * F("rise_mm"))
FAULTY_RAMP = _STEEP | _NARROW | (_ASKS_HANDRAIL & Q(has_handrail=False))
"""Something measured is not as the law asks: what ``domain.ramps.faults`` says, in SQL."""
LAWFUL_RAMP = (
    Q(run_mm__gte=STEEPEST * F("rise_mm"), width_mm__gte=NARROWEST_MM)
    & (_ASKS_NONE | Q(has_handrail=True))
)  # fmt: skip
"""All of it was measured and is as the law asks: ``domain.ramps.verdict`` is lawful."""


class FacilityKind(CatalogueLine):
    """One entry of the catalogue: what it is, who must have it, and whether it is measured."""

    class Duty(models.TextChoices):
        ALL = "all", _("every outlet")
        KINDS = "kinds", _("outlets of some kinds")
        NONE = "none", _("nobody must")

    duty = models.CharField(max_length=5, choices=Duty.choices, default=Duty.NONE)
    unit_kinds = models.JSONField(default=list)  # kinds of outlet, where ``duty`` is KINDS
    is_ramp = models.BooleanField(default=False)  # slope, width and handrail are measured
    is_public = models.BooleanField(default=True)  # named on the outlet's accessibility card
    ended_on = models.DateField(null=True)  # first day on which it is no longer asked for

    class Meta:
        ordering = ("position", "code")

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return str(self)

    def is_owed_by(self, unit_kind: str) -> bool:
        """Whether an outlet of this kind must have it."""
        if self.duty == self.Duty.KINDS:
            return unit_kind in self.unit_kinds
        return self.duty == self.Duty.ALL


class FacilityCheckQuerySet(RecordQuerySet["FacilityCheck"]):
    """Named filters over checks of facilities."""

    def latest_on(self, day: date) -> Self:
        """Of each outlet and facility the latest standing check on or before ``day``."""
        newest = (
            FacilityCheck.objects.filter(
                withdrawn_at__isnull=True,
                checked_on__lte=day,
                unit=OuterRef("unit"),
                facility=OuterRef("facility"),
            )
            .order_by("-checked_on")
            .values("pk")[:1]
        )
        return self.standing().filter(checked_on__lte=day, pk=Subquery(newest))


class FacilityCheck(Record):
    """Whether one outlet had one facility on a day, and whether it had to.

    A ramp is measured as well: its rise and run and the clear width in millimetres, and whether
    there are handrails. ``domain.ramps`` judges it.
    """

    facility = models.ForeignKey(FacilityKind, models.PROTECT, related_name="+")
    required = models.BooleanField()
    present = models.BooleanField()
    checked_on = models.DateField()
    rise_mm = models.PositiveIntegerField(null=True)
    run_mm = models.PositiveIntegerField(null=True)
    width_mm = models.PositiveIntegerField(null=True)
    has_handrail = models.BooleanField(null=True)
    note = models.CharField(max_length=400, blank=True)

    objects = FacilityCheckQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "checked_on"], name="facility_path_day"),
        ]
        constraints = [
            standing_key("unit", "facility", "checked_on", name="facility_key"),
            models.CheckConstraint(
                name="ramp_rise_and_run_in_pairs",
                condition=Q(rise_mm__isnull=True, run_mm__isnull=True)
                | Q(rise_mm__gt=0, run_mm__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.facility_id} {self.checked_on}"

    @property
    def ramp(self) -> Ramp | None:
        """What was measured of a ramp that is there; None of anything else."""
        if not self.present or not self.facility.is_ramp:
            return None
        return Ramp(self.rise_mm, self.run_mm, self.width_mm, self.has_handrail)
