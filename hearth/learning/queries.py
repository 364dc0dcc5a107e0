"""Who must be covered by tests, who is, and the sittings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hearth.learning.models import Attempt, Sitting
from hearth.ledgers.models import RecordQuerySet
from hearth.network.models import Post
from hearth.network.scope import Scope


def to_cover(scope: Scope, day: date, since: date) -> QuerySet[Any]:
    """Posts of basic operations staff on ``day`` at units in ``scope``: whom every test covers.

    ``is_covered`` says whether the person sat a test from ``since`` until the end of the day.
    Whoever had left by then is not among them. Their number and share are the figure
    ``tests.coverage``; this is who they are.
    """
    sat = Attempt.objects.held_by(day).filter(held_on__gte=since, person=OuterRef("person"))
    return (
        Post.objects.held_on(day)
        .filter(
            scope.q("unit__path"),
            Q(person__left_on__isnull=True) | Q(person__left_on__gt=day),
            person__is_basic_operations=True,
        )
        .annotate(is_covered=Exists(sat))
    )


def last_sat(people: Iterable[int], day: date, since: date) -> dict[int, Attempt]:
    """The last attempt of each person from ``since`` until the end of ``day``; one query."""
    rows = Attempt.objects.held_by(day).filter(held_on__gte=since, person_id__in=list(people))
    ordered = rows.select_related("sitting").order_by("held_on", "pk")
    return {attempt.person_id: attempt for attempt in ordered}


def sittings(scope: Scope) -> RecordQuerySet[Sitting]:
    """Standing sittings in ``scope``, the latest first."""
    return Sitting.objects.visible_to(scope).standing().order_by("-held_on", "code")


def results(sitting: Sitting) -> list[Attempt]:
    """Standing attempts of one sitting with person and unit, by unit and staff number."""
    rows = Attempt.objects.standing().filter(sitting=sitting).select_related("person", "unit")
    return list(rows.order_by("unit_path", "person__staff_no"))
