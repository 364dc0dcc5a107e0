"""Targets 考核指标: what a figure of a unit shall be by the end of a period."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.programme.enums import Rule


class TargetQuerySet(models.QuerySet["Target"]):
    """Named filters over targets."""

    def visible_to(self, scope: Scope) -> Self:
        """Targets of units that lie in ``scope`` now; an empty scope sees none."""
        return self.filter(scope.q("unit__path"))

    def standing(self) -> Self:
        """Targets that hold: not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Target(models.Model):
    """One target of one unit for one period.

    Values are in thousandths of the figure's own unit (a count, points, per cent). Less is better
    exactly where ``is_lower_better``. ``floor_milli`` earns nothing and ``target_milli`` all;
    ``steps`` holds pairs of a bound and the points it earns, in thousandths and hundredths (rule
    PG-02). Never deleted: a wrong one is withdrawn with a reason.
    """

    figure = models.CharField(max_length=60)  # key of figures.registry.FIGURES
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)  # of kernel.periods
    target_milli = models.BigIntegerField()
    floor_milli = models.BigIntegerField(null=True)  # linear only
    steps = models.JSONField(default=list)  # stepped only
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.LINEAR)
    is_lower_better = models.BooleanField(default=False)
    weight_centi = models.PositiveIntegerField(default=100)  # of the others; 100 is 1
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

    objects = TargetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["period", "unit"], name="target_period_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "unit", "period"],
                condition=Q(withdrawn_at__isnull=True),
                name="target_once",
            ),
            models.CheckConstraint(name="target_has_weight", condition=Q(weight_centi__gt=0)),
            models.CheckConstraint(
                name="target_floor_on_its_side",
                condition=~Q(rule=Rule.LINEAR)
                | Q(floor_milli__isnull=False)
                & (
                    Q(is_lower_better=False, floor_milli__lt=F("target_milli"))
                    | Q(is_lower_better=True, floor_milli__gt=F("target_milli"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.unit_id} {self.period}"
