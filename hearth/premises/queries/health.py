"""How the sensors are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from hearth.network.scope import Scope
from hearth.premises.domain.health import CONDITIONS, Limits
from hearth.premises.models import Sensor


def sensors_with_condition(scope: Scope, day: date, now: int, limits: Limits) -> QuerySet[Any]:
    """Sensors that hang on ``day``, each with its ``condition`` at the minute ``now``.

    One that never spoke is silent. Of several things that are wrong the first of ``CONDITIONS``
    is said.
    """
    same_for = F("state__last_minute") - F("state__same_since")
    return (
        Sensor.objects.visible_to(scope)
        .held_on(day)
        .annotate(same_for=Cast(same_for, IntegerField()))
        .annotate(
            condition=Case(
                When(
                    Q(state__isnull=True) | Q(state__last_minute__lt=limits.silent_before(now)),
                    then=Value("silent"),
                ),
                When(same_for__gte=limits.stuck_minutes, then=Value("stuck")),
                When(state__jump_minute__gte=limits.jump_after(now), then=Value("jumping")),
                default=Value("well"),
                output_field=CharField(),
            )
        )
    )


def counts(sensors: QuerySet[Any]) -> dict[str, int]:
    """How many sensors of ``sensors_with_condition`` are in which condition."""
    rows = sensors.order_by().values_list("condition").annotate(n=Count("pk"))
    found: dict[str, int] = dict(rows)
    return {condition: found.get(condition, 0) for condition in CONDITIONS}
