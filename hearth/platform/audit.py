"""The hash-chained trail: every write appends to it in its own transaction.

Design rules 6.3 and 6.1. ``h(n) = SHA-256(h(n-1) + canonical record)``, the first ``h(0)`` empty.
Whoever could rewrite the whole table could also rebuild the chain; therefore ``anchors.log`` in
``HEARTH_HOME`` keeps the head once a day and at each backup, to be stored elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from hearth.platform import statements
from hearth.platform.models import AuditEvent, AuditHead

BATCH = 90  # rows a statement: SQLite takes 1,000 values, as it is built


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
    _require_transaction()
    event = _event(actor, entry, timezone.now())
    if connection.vendor != "postgresql" or not _append(event):
        _append_many([event], iter(()))
    return event


@transaction.atomic
def record_read(
    actor: Doer, action: str, subject: models.Model | None = None, **data: Any
) -> AuditEvent:
    """Append that something was read which the trail must know of (design rule 6.3)."""
    return record(actor, action, subject, **data)


def record_many(actor: Doer, entries: Iterable[Entry]) -> None:
    """Append events in the given order, with one lock and few statements.

    Entries may be made while they are taken: of a hundred thousand few are held at a time.

    Raises:
        transaction.TransactionManagementError: called outside a transaction.
    """
    _require_transaction()
    now = timezone.now()
    events = (_event(actor, entry, now) for entry in entries)
    first = list(islice(events, BATCH))
    if not first:
        return
    if len(first) > 1 or connection.vendor != "postgresql" or not _append(first[0]):
        _append_many(first, events)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs the write's transaction")


def _append_many(first: list[AuditEvent], others: Iterator[AuditEvent]) -> None:
    """Give events their places and store them, a statement for each ``BATCH`` of them."""
    seq, last = _locked_head()
    part = first
    while part:
        for event in part:
            event.seq, event.prev_hash = seq + 1, last
            event.hash = link(event)
            seq, last = event.seq, event.hash
        statements.insert(part)
        part = list(islice(others, BATCH))
    statements.change("UPDATE platform_audithead SET seq = %s, hash = %s WHERE id = 1", seq, last)


def _event(actor: Doer, entry: Entry, now: datetime) -> AuditEvent:
    """An event that has no place in the chain yet."""
    return AuditEvent(
        at=now,
        actor=actor.identity,
        actor_name=actor.name[:150],
        action=entry.action,
        object_type=entry.object_type,
        object_id=entry.object_id,
        unit_path=entry.unit_path,
        data=json.loads(json.dumps(entry.data or {}, cls=DjangoJSONEncoder)),
    )


_NO_PLACE = -1
_APPEND = """
WITH moved AS (
    UPDATE platform_audithead AS head
    SET seq = head.seq + 1,
        hash = encode(sha256(convert_to(head.hash || %s || (head.seq + 1) || %s, 'UTF8')), 'hex')
    FROM (SELECT id, hash FROM platform_audithead WHERE id = 1 FOR UPDATE) AS before
    WHERE head.id = before.id
    RETURNING head.seq, before.hash AS prev_hash, head.hash
)
INSERT INTO platform_auditevent (seq, prev_hash, hash, at, actor, actor_name, action,
    object_type, object_id, unit_path, data)
SELECT seq, prev_hash, hash, %s, %s, %s, %s, %s, %s, %s, %s FROM moved
RETURNING seq, prev_hash, hash
"""


def _append(event: AuditEvent) -> bool:
    """Give one event its place and store it, in a single statement; False while there is no head.

    All who write wait for the head's lock. Taken by one statement just before the commit it is held
    for one answer of the server instead of three, and the more write the more that matters.
    """
    event.seq = _NO_PLACE
    before, _mark, after = canonical(event).rpartition(f'"seq":{_NO_PLACE},')
    found = statements.fetch(
        _APPEND,
        f'{before}"seq":',
        f",{after}",
        event.at,
        event.actor,
        event.actor_name,
        event.action,
        event.object_type,
        event.object_id,
        event.unit_path,
        json.dumps(event.data, ensure_ascii=False),
    )
    if found:
        event.seq, event.prev_hash, event.hash = found[0]
        event._state.adding = False
    return bool(found)


def _locked_head() -> tuple[int, str]:
    """Number and hash of the newest event; nobody else adds one until the transaction ends."""
    locked = connection.features.has_select_for_update
    found = statements.fetch(_LOCKED_HEAD if locked else _HEAD)
    if not found:
        AuditHead.objects.get_or_create(id=1)
        return _locked_head()
    seq, last = found[0]
    return seq, last


_HEAD = "SELECT seq, hash FROM platform_audithead WHERE id = 1"
_LOCKED_HEAD = f"{_HEAD} FOR UPDATE"


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


def newest(actions: Sequence[str]) -> int:
    """Number of the newest event with one of these actions; 0 when there is none.

    One statement that looks into the index once for each action, however long the trail is.
    """
    one = "(SELECT MAX(seq) FROM platform_auditevent WHERE action = %s)"
    (found,) = statements.fetch(f"SELECT {', '.join([one] * len(actions))}", *actions)
    return max((seq for seq in found if seq is not None), default=0)


def write_anchor(now: datetime) -> str:
    """Append the head to ``HEARTH_HOME/anchors.log`` and return the line written."""
    seq, digest = head()
    line = f"{now.astimezone(UTC).isoformat(timespec='seconds')} {seq} {digest or '-'}\n"
    settings.HEARTH_HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HEARTH_HOME / "anchors.log").open("a", encoding="ascii") as log:
        log.write(line)
    return line
