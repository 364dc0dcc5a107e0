"""Acts over the past that a network brings along: many records at once, each act only once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Seen:
    """What the one who acts was shown before.

    Attributes:
        count: how many records.
        act: made by the page, so that a second press is not a second act.
    """

    count: int
    act: UUID


def done_before(*, actor: Actor, action: str, changed: int, seen: Seen | None) -> int | None:
    """How many records an earlier press of the same act changed; None where this one stands.

    Called when the rows are changed and nothing is committed yet, so that a refusal undoes it.

    Args:
        actor: who acts.
        action: as the trail names it.
        changed: how many records this press changed.
        seen: None where nobody looked, as from the command line.

    Raises:
        RuleViolation: ``nothing_waits``.
        StaleWrite: other records wait now than the actor was shown.
    """
    if seen is None:
        return None
    if not changed:
        events = AuditEvent.objects.filter(action=action, actor=actor.identity)
        found = events.filter(data__act=str(seen.act)).order_by("-seq").first()
        if found is not None:
            return int(found.data["count"])
        raise RuleViolation("nothing_waits", _("Nothing waits from before that day any more."))
    if changed != seen.count:
        raise StaleWrite(
            "stale",
            _("Meanwhile %(now)s wait, not %(seen)s. Look at them again, then confirm.")
            % {"now": changed, "seen": seen.count},
            version=changed,
        )
    return None
