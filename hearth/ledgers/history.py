"""Acts over the past that a network brings along: many records at once, each act only once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform import audit
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


def require_reason(note: str) -> str:
    """The reason as it is kept with every record, at most 400 characters.

    Raises:
        RuleViolation: ``no_reason``; ``facts['field']`` is ``note``.
    """
    if not note.strip():
        raise RuleViolation("no_reason", _("Say on what you rely."), field="note")
    return note.strip()[:400]


def told_once(
    *, actor: Actor, action: str, until: date, note: str, changed: int, seen: Seen | None
) -> int:
    """Tell the trail of an act over what lies before ``until``; how many records it changed.

    Raises:
        RuleViolation, StaleWrite: as ``_done_before``; both undo what was changed.
    """
    before = _done_before(actor=actor, action=action, changed=changed, seen=seen)
    if before is not None:
        return before
    audit.record(actor, action, until=until, count=changed, note=note, act=seen and seen.act)
    return changed


def _done_before(*, actor: Actor, action: str, changed: int, seen: Seen | None) -> int | None:
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
