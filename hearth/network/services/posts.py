"""Posts that end or go over because the unit they are at does."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from hearth.network.models import Post, Unit
from hearth.network.models.people import PostQuerySet


def end_at(unit: Unit, on: date) -> int:
    """End every post at ``unit`` on ``on``; one that had not begun by then never does.

    Returns:
        How many posts were open.
    """
    open_then = _open_after(unit, on)
    unbegun = open_then.filter(valid_from__gte=on)
    count = open_then.count()
    unbegun.delete()
    _open_after(unit, on).update(valid_to=on)
    return count


def carry_over(source: Unit, target: Unit, on: date) -> int:
    """Let everybody with a post at ``source`` have the same at ``target`` from ``on`` on.

    Returns:
        How many posts went over.
    """
    leaving = list(_open_after(source, on).filter(valid_from__lt=on))
    coming = _open_after(source, on).filter(valid_from__gte=on).update(unit=target)
    _open_after(source, on).update(valid_to=on)
    Post.objects.bulk_create(
        [
            Post(
                person_id=post.person_id,
                unit=target,
                title=post.title,
                valid_from=on,
                valid_to=post.valid_to,
            )
            for post in leaving
        ]
    )
    return coming + len(leaving)


def _open_after(unit: Unit, on: date) -> PostQuerySet:
    return Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), unit=unit)
