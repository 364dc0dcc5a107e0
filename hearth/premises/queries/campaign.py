"""Polish the sign (擦亮招牌): the signs that were cleaned, repaired and replaced.

How many they are is said by the figures ``signs.cleaned_share``, ``signs.repaired`` and
``signs.replaced``; this is which ones. Cleaned are, of the signs that hang at the end of the day,
those with a cleaning done in the span. Repairs and replacements count as works done in the span,
whether or not their signs still hang; a sign that was repaired twice is listed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q

from hearth.kernel.charts import point_in_prefecture, prefecture_of_city
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.premises.models import Sign, WorkOrder
from hearth.premises.models.orders import WorkOrderQuerySet
from hearth.premises.models.signs import SignQuerySet

WORKS = ("cleaned", "uncleaned", "repaired", "replaced")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` (included) to the end of ``day``."""

    since: date
    day: date


def work_done(kind: str, span: Span) -> WorkOrderQuerySet:
    """Orders of ``kind`` on signs that were done in the span."""
    done = WorkOrder.objects.done_by(span.day, since=span.since)
    return done.filter(kind=kind, sign__isnull=False)


def cleaned(span: Span) -> Any:
    """Condition on signs: cleaned in the span."""
    return Q(pk__in=work_done(WorkOrder.Kind.CLEAN, span).values("sign_id"))


def signs_by_work(work: str, span: Span) -> SignQuerySet:
    """Signs behind one figure of the campaign; all that hang where ``work`` is empty.

    Args:
        work: one of ``WORKS``, or ''.
        span: of the campaign.
    """
    if work in {"repaired", "replaced"}:
        kind = WorkOrder.Kind.REPAIR if work == "repaired" else WorkOrder.Kind.REPLACE
        orders = work_done(kind, span).values("sign_id")
        return Sign.objects.standing().filter(pk__in=orders)
    hanging = Sign.objects.up_on(span.day)
    if work == "cleaned":
        return hanging.filter(cleaned(span))
    return hanging.exclude(cleaned(span)) if work == "uncleaned" else hanging


@lru_cache(maxsize=65536)
def area_of(city: str, longitude: float | None, latitude: float | None) -> str:
    """Code of the prefecture of the city named, else of the one around the place; '' for none."""
    found = prefecture_of_city(city)
    if found is None and longitude is not None and latitude is not None:
        found = point_in_prefecture(longitude, latitude)
    return found or ""


def units_in_area(scope: Scope, area: str) -> list[int]:
    """Keys of the units with signs that lie in a prefecture; one query."""
    places = Unit.objects.visible_to(scope).outlets()
    rows = places.values_list("pk", "city", "longitude", "latitude")
    return [pk for pk, *place in rows if area_of(*place) == area]
