"""How often a stranger may do something: counted in the database, so that all processes agree.

For what is open to anyone without signing in. A stretch of time begins with the first use and ends
after its length; what exceeds the limit meanwhile is refused and not counted.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.platform.models import Allowance


def key_of(what: str, whose: str) -> str:
    """A keyed hash of what is done and by whom; ``whose`` may be an address and is not kept."""
    text = f"{what}\0{whose}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


@transaction.atomic
def spend(what: str, whose: str, *, most: int, within: timedelta) -> None:
    """Count one use, or refuse it.

    Args:
        what: the act, such as ``fault.reported``.
        whose: the address of the visitor, or whatever else the limit is kept for.
        most: uses allowed in a stretch; 1 or more.
        within: length of a stretch.

    Raises:
        RuleViolation: ``too_often``.
    """
    key, now = key_of(what, whose), timezone.now()
    fresh = {"ends_at": now + within, "used": 0}
    Allowance.objects.get_or_create(key=key, defaults=fresh)
    rows = Allowance.objects.filter(key=key)
    rows.filter(ends_at__lte=now).update(**fresh)
    if not rows.filter(used__lt=most).update(used=F("used") + 1):
        raise RuleViolation(
            "too_often", _("This was sent too often from here. Please try again later.")
        )


def forget_past() -> int:
    """Remove the counts of stretches that are over; returns how many."""
    removed, _by_model = Allowance.objects.filter(ends_at__lte=timezone.now()).delete()
    return removed
