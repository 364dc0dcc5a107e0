"""Closing a period and telling those who look after branches."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hearth.kernel.periods import Period
from hearth.network.models import Grant
from hearth.network.scope import Actor
from hearth.platform import notices
from hearth.scoring.services import closing
from hearth.scoring.services.closing import Closed


@transaction.atomic
def close_period(*, actor: Actor, period: Period, today: date | None = None) -> Closed:
    """Close a period; a new result is announced to programme and branch managers.

    Raises: as ``scoring.services.closing.close_period``.
    """
    closed = closing.close_period(actor=actor, period=period, today=today)
    if closed.is_new:
        held = Grant.objects.held_on(timezone.localdate())
        managers = held.filter(role__in=["programme_manager", "branch_manager"])
        notices.tell(
            managers.exclude(user_id=actor.user_id).values_list("user_id", flat=True),
            "period.closed",
            reverse("scoring:period", args=[period.key]),
            period=period.key,
            revision=closed.closing.revision,
        )
    return closed
