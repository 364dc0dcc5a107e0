"""The hash-chained trail: every write appends to it in its own transaction.

Design rules 6.3 and 6.1. ``h(n) = SHA-256(h(n-1) + canonical record)``, the first ``h(0)`` empty.
Whoever could rewrite the whole table could also rebuild the chain; therefore ``anchors.log`` in
``HEARTH_HOME`` keeps the head once a day and at each backup, to be stored elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from hearth.platform.models import AuditEvent, AuditHead


class Doer(Protocol):
    """Who acts: ``network.scope.Actor`` or a stand-in of the platform itself."""

    @property
    def identity(self) -> str:
        """Stable machine name, 'user:12' or 'system'."""

    @property
    def name(self) -> str:
        """Name as shown to people at the time of the act."""


@dataclass(frozen=True, slots=True)
class System:
    """The machine itself, where no person acts: a lockout, a chore of the night."""

    identity: str = "system"
    name: str = "system"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be appended; ``record_many`` takes any number of them."""

    action: str
    object_type: str = ""
    object_id: str = ""
    unit_path: str = ""
    data: dict[str, Any] | None = None


def record(
    actor: Doer,
    action: str,
    subject: models.Model | None = None,
    *,
    unit_path: str = "",
    **data: Any,
) -> AuditEvent:
    """Append one event about ``subject``. Must run inside the transaction of the write itself.

    ``data`` must be JSON-able (dates and decimals are written as text) and hold no personal data.
    Call it last: the chain's head stays locked until the transaction ends.
    """
    entry = Entry(
        action,
        subject._meta.label_lower if subject is not None else "",
        str(subject.pk) if subject is not None else "",
        unit_path,
        data,
    )
    return record_many(actor, [entry])[0]


@transaction.atomic
def record_read(
    actor: Doer, action: str, subject: models.Model | None = None, **data: Any
) -> AuditEvent:
    """Append that something was read which the trail must know of (design rule 6.3)."""
    return record(actor, action, subject, **data)


def record_many(actor: Doer, entries: Iterable[Entry]) -> list[AuditEvent]:
    """Append events in the given order, with one lock and few statements.

    Raises:
        transaction.TransactionManagementError: called outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs the write's transaction")
    AuditHead.objects.get_or_create(id=1)
    head = AuditHead.objects.select_for_update().get(id=1)
    now = timezone.now()
    events = []
    for entry in entries:
        event = AuditEvent(
            seq=head.seq + 1,
            at=now,
            actor=actor.identity,
            actor_name=actor.name[:150],
            action=entry.action,
            object_type=entry.object_type,
            object_id=entry.object_id,
            unit_path=entry.unit_path,
            data=json.loads(json.dumps(entry.data or {}, cls=DjangoJSONEncoder)),
            prev_hash=head.hash,
        )
        event.hash = link(event)
        head.seq, head.hash = event.seq, event.hash
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=500)
    head.save(update_fields=["seq", "hash"])
    return events


def canonical(event: AuditEvent) -> str:
    """The one text form of an event that is hashed: sorted keys, UTC with microseconds."""
    return json.dumps(
        {
            "seq": event.seq,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": event.actor,
            "actor_name": event.actor_name,
            "action": event.action,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "unit_path": event.unit_path,
            "data": event.data,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def link(event: AuditEvent) -> str:
    """SHA-256 of the previous link's hash and this event's canonical form, in hex."""
    return hashlib.sha256((event.prev_hash + canonical(event)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain does not hold. ``code``: changed, missing, inserted, head or anchor."""

    seq: int
    code: str


def verify(
    report: Callable[[int, int], None] | None = None,
    anchors: dict[int, str] | None = None,
) -> Iterator[Fault]:
    """Walk the whole chain and yield every place where it was altered.

    A changed row no longer matches its hash (``changed``); a removed one leaves a gap
    (``missing``); one put in between does not continue its forerunner (``inserted``); a cut tail,
    or rows behind the head, disagree with the head (``head``). Events may be added meanwhile:
    the head is read before and after. ``report(done, total)`` is told every 2,000 rows.
    Whoever rewrote everything, head included, still disagrees with ``anchors`` (``anchor``); None
    stands for those of ``anchors.log``.
    """
    before = head()
    expected_seq, prev_hash, known_hash = 1, "", ""
    events = AuditEvent.objects.order_by("seq")
    for event in events.iterator(chunk_size=2000):
        if event.seq > expected_seq:
            yield Fault(expected_seq, "missing")
        elif event.prev_hash != prev_hash:
            yield Fault(event.seq, "inserted")
        if link(event) != event.hash:
            yield Fault(event.seq, "changed")
        expected_seq, prev_hash = event.seq + 1, event.hash
        if event.seq == before[0]:
            known_hash = event.hash
        if report and event.seq % 2000 == 0:
            report(event.seq, max(before[0], event.seq))
    last = (expected_seq - 1, prev_hash)
    if before != (before[0], known_hash) or not _heads(last, head()):
        yield Fault(last[0], "head")
    anchors = anchored() if anchors is None else anchors
    kept = AuditEvent.objects.filter(seq__in=anchors)
    hashes = dict(kept.values_list("seq", "hash"))
    for seq, digest in sorted(anchors.items()):
        if hashes.get(seq) != digest:
            yield Fault(seq, "anchor")


def anchored() -> dict[int, str]:
    """Hash by number of every head that ``anchors.log`` keeps; empty without such a file."""
    log = settings.HEARTH_HOME / "anchors.log"
    return anchors_in(log.read_text(encoding="ascii", errors="replace") if log.exists() else "")


def anchors_in(text: str) -> dict[int, str]:
    """Hash by number in the lines of an ``anchors.log``.

    Where one number was anchored with two hashes, the first one counts. Lines of another form,
    such as the torn last one after a power cut, say nothing and are passed over.
    """
    found = re.findall(r"^\S+ ([1-9]\d*) ([0-9a-f]{64})$", text, re.MULTILINE)
    return {int(seq): digest for seq, digest in reversed(found)}


def _heads(last: tuple[int, str], newest: tuple[int, str]) -> bool:
    """Whether the chain that ends with ``last`` is the one that ``newest`` heads, or grew since."""
    return newest == last or newest[0] > last[0]


def head() -> tuple[int, str]:
    """Number and hash of the newest event; ``(0, '')`` while there is none."""
    newest = AuditHead.objects.filter(id=1).first()
    return (newest.seq, newest.hash) if newest else (0, "")


def write_anchor(now: datetime) -> str:
    """Append the head to ``HEARTH_HOME/anchors.log`` and return the line written."""
    seq, digest = head()
    line = f"{now.astimezone(UTC).isoformat(timespec='seconds')} {seq} {digest or '-'}\n"
    settings.HEARTH_HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HEARTH_HOME / "anchors.log").open("a", encoding="ascii") as log:
        log.write(line)
    return line
