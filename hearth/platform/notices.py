"""Notices: tell users what happened, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hearth.platform.models import Notice


def tell(user_ids: Iterable[int], kind: str, url: str, **params: Any) -> int:
    """Put one notice before each user; returns how many were told."""
    rows = [Notice(user_id=pk, kind=kind, params=params, url=url) for pk in sorted(set(user_ids))]
    Notice.objects.bulk_create(rows, batch_size=500)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Word:
    """One notice to be put before one user."""

    user_id: int
    kind: str
    url: str
    params: dict[str, Any]


def tell_each(words: Iterable[Word]) -> int:
    """Put many different notices before users in few statements; returns how many."""
    rows = [Notice(user_id=w.user_id, kind=w.kind, params=w.params, url=w.url) for w in words]
    Notice.objects.bulk_create(rows, batch_size=150)
    return len(rows)


def mark_read(*, user_id: int, notice_ids: Iterable[int]) -> int:
    """Mark the user's own notices as read; others' are left alone."""
    return Notice.objects.filter(
        user_id=user_id, pk__in=list(notice_ids), read_at__isnull=True
    ).update(read_at=timezone.now())
