"""Which activities wait for their branch, the newest day, and the photos of a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F
from django.utils import timezone

from hearth.network.scope import Scope
from hearth.outreach.models import Activity, ActivityPhoto
from hearth.outreach.models.activities import ActivityQuerySet

Span = tuple[date, date]
"""From the first day (included) to the last (excluded)."""


def latest_day(scope: Scope) -> date | None:
    """Day of the newest activity, so that a page can begin where records are; one query."""
    rows = Activity.objects.visible_to(scope).standing().order_by("-started_at")
    found = rows.values_list("started_at", flat=True).first()
    return None if found is None else timezone.localdate(found)


def waiting(scope: Scope) -> ActivityQuerySet:
    """Activities that the branch has to confirm, the oldest first; not those sent back."""
    rows = Activity.objects.visible_to(scope).unconfirmed()
    return rows.exclude(returned_version=F("version")).order_by("started_at", "pk")


def photos_of(activities: Sequence[Activity]) -> dict[int, int]:
    """How many photos each activity of a page has, by key; one query."""
    rows = ActivityPhoto.objects.filter(record__in=activities).order_by().values("record")
    counts = {row["record"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    return {one.pk: counts.get(one.pk, 0) for one in activities}
