"""Remembering what a page computed until a record behind it changes.

The stamp is the newest event in the trail that can move a figure, so a remembered value is never
older than the records; a busy day forgets it a few times a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from hearth.platform import audit

Result = TypeVar("Result")
OF_PEOPLE = (
    "person.created",
    "person.edited",
    "unit.created",
    "unit.edited",
    "unit.moved",
    "unit.merged",
    "unit.closed",
    "unit.reopened",
    "tree.settled",
)
"""What the tree and the people in it come by."""
MOVING = (
    "record.added",
    "record.changed",
    "record.withdrawn",
    "record.imported",
    "facilities.surveyed",
    "facility.provided",
    "order.opened",
    "order.reported",
    "order.accepted",
    "order.finished",
    "order.given_back",
    "order.refused",
    "entry.handed_in",
    "inspection.submitted",
    "inspection.reviewed",
    "inspection.returned",
    "inspection.released",
    "inspection.withdrawn",
    "inspections.imported",
    "inspections.demonstrated",
    "rectification.opened",
    "rectification.fixed",
    "rectification.closed",
    "rectification.reopened",
    "rectification.withdrawn",
    "period.closed",
    "adjustment.recorded",  # that of the operator counts at once
    "adjustment.approved",
    "adjustment.withdrawn",
    "policy.approved",
    "order.opened",
    "order.reported",
    "order.accepted",
    "order.finished",
    "order.given_back",
    "order.refused",
    "order.verified",
    "order.history_verified",
    "upkeep_plan.opened",
    "cleaning_day.scheduled",
    "cleaning_day.called_off",
    "facility_kind.saved",
    "activity_kind.saved",
    "feature_kind.saved",
    "speciality_kind.saved",
    "award_scheme.saved",
    "watchlist.approved",
    "visit.counted",
    "sign_in.made",
    "sign_in.closed",
    "trip.stop_visited",
    "experience.reported",
    "photo.added",
    "photo.removed",
    *OF_PEOPLE,
)
"""What can move a figure. ``tests/web/test_remember.py`` asks of every other action why it is not
among them."""
"""What can move a person in or out of a list."""
LONGEST_SECONDS = 3600


def stamp(actions: Sequence[str] = MOVING) -> int:
    """Number of the newest event that can move a figure; one query."""
    return audit.newest(actions)


def remembered(
    name: str, parts: tuple[object, ...], at: int, compute: Callable[[], Result]
) -> Result:
    """``compute()``, or what it gave before for the same name, parts, language and stamp."""
    text = repr((name, parts, at, get_language()))
    key = "hearth:" + hashlib.sha256(text.encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, LONGEST_SECONDS)
    return found
