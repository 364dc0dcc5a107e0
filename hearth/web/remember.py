"""Remembering what a page computed until a record behind it changes.

The stamp is the newest event in the trail that can move a figure, so a remembered value is never
older than the records; a busy day forgets it a few times a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from hearth.platform.models import AuditEvent

Result = TypeVar("Result")
MOVING = (
    "record.added",
    "record.changed",
    "record.withdrawn",
    "record.imported",
    "inspection.submitted",
    "inspection.reviewed",
    "inspection.returned",
    "inspection.released",
    "inspection.withdrawn",
    "inspections.imported",
    "inspections.demonstrated",
    "period.closed",
    "adjustment.recorded",
    "adjustment.withdrawn",
    "policy.approved",
    "network.changed",
)
LONGEST_SECONDS = 3600


def stamp() -> int:
    """Number of the newest event that can move a figure; one indexed query."""
    newest = AuditEvent.objects.filter(action__in=MOVING).order_by("-seq")
    return newest.values_list("seq", flat=True).first() or 0


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
