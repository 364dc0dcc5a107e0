"""Plans of preventive upkeep: which assets get which work every so many months."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hearth.network.scope import Scope
from hearth.premises.models.orders import WorkOrder
from hearth.premises.models.signs import Sign


class UpkeepPlanQuerySet(models.QuerySet["UpkeepPlan"]):
    """Named filters over plans."""

    def visible_to(self, scope: Scope) -> Self:
        """Plans of units in ``scope``."""
        return self.filter(scope.q("unit__path"))

    def in_force(self, day: date) -> Self:
        """Plans that open orders on ``day``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class UpkeepPlan(models.Model):
    """Every ``months`` months a work order for each asset of one kind at a unit and below.

    The assets are signs of a kind, or the outlets where a facility is present.
    """

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    sign_kind = models.CharField(max_length=10, choices=Sign.Kind.choices, blank=True)
    facility = models.ForeignKey(
        "premises.FacilityKind", models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=WorkOrder.Kind.choices)
    months = models.PositiveSmallIntegerField()  # 1 to 60
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # first day on which it opens nothing
    contractor = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = UpkeepPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_of_one_asset_kind",
                condition=Q(facility__isnull=True) & ~Q(sign_kind="")
                | Q(facility__isnull=False, sign_kind=""),
            ),
            models.CheckConstraint(
                name="plan_months_bounds", condition=Q(months__gte=1, months__lte=60)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} every {self.months} months"

    @property
    def asset_label(self) -> str:
        """What it is about, in the reader's language."""
        return str(self.facility.label if self.facility else self.get_sign_kind_display())
