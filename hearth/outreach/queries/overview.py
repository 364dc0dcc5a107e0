"""Which activities wait for their branch, the newest day, and the photos of a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from hearth.network.models import User
from hearth.network.scope import Actor, Scope
from hearth.outreach.models import Activity, ActivityKind, ActivityPhoto, SignIn
from hearth.outreach.models.activities import ActivityQuerySet, midnight

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


def of_history(actor: Actor, until: date) -> ActivityQuerySet:
    """Begun before ``until``, as they were recorded, and not the actor's own work.

    What the actor may confirm in one act: where the actor confirms, never sent back or changed,
    neither recorded nor held by the actor (design rule 6.2).
    """
    person = User.objects.filter(pk=actor.user_id, person__isnull=False).values("person_id")
    rows = Activity.objects.visible_to(actor.scope_for("outreach.confirm")).unconfirmed()
    rows = rows.filter(started_at__lt=midnight(until), version=1, returned_version=None)
    return rows.exclude(recorded_by_id=actor.user_id).exclude(staff_id__in=person)


def lacking_proof(rows: ActivityQuerySet) -> ActivityQuerySet:
    """Those of them that lack the evidence that their kind asks for."""
    photo = Exists(ActivityPhoto.objects.filter(record=OuterRef("pk")))
    signed = SignIn.objects.filter(sheet__activity=OuterRef("pk"), sheet__closed_at__isnull=False)
    by_photo = Q(kind__evidence=ActivityKind.Evidence.PHOTO)
    asked = rows.exclude(kind__evidence=ActivityKind.Evidence.NONE).exclude(photo)
    return asked.filter(by_photo | ~Exists(signed))


def photos_of(activities: Sequence[Activity]) -> dict[int, int]:
    """How many photos each activity of a page has, by key; one query."""
    rows = ActivityPhoto.objects.filter(record__in=activities).order_by().values("record")
    counts = {row["record"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    return {one.pk: counts.get(one.pk, 0) for one in activities}
