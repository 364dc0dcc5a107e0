"""Storing inspections: the document whole, what ranking needs beside it, findings as rows.

What the marks are worth is decided above (``workflows.submission``), because scoring stands
higher in the house; here it is stored, once, and never changed.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.documents import InspectionDocument, document_hash, tidy
from hearth.inspections.models import Assignment, Finding, Inspection
from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit, bulk, statements
from hearth.standards.models import Edition

BATCH = 500
FEW = 20  # rows that one statement of SQLite's 1,000 values holds
_INSPECTION = tuple(f.attname for f in Inspection._meta.concrete_fields if not f.primary_key)
_AT_FIRST = {f.attname: f.get_default() for f in Inspection._meta.concrete_fields}
_FINDING = (
    "inspection_id",
    "criterion_id",
    "unit_id",
    "unit_path",
    "channel",
    "inspected_on",
    "severity",
    "value",
    "lost_milli",
    "note",
    "is_counted",
)


@dataclass(frozen=True, slots=True)
class FindingOutcome:
    """One criterion not met: what was lost on it, in thousandths of a point."""

    criterion_id: int
    severity: str
    value: str
    lost_milli: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a document is worth under its edition (SC-01 to SC-05)."""

    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None  # None: nothing applicable
    modules: dict[str, Any]  # module code -> [earned_milli, possible_milli, score_centi | None]
    critical: str
    findings: tuple[FindingOutcome, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """One inspection about to be stored, with everything about it but its worth."""

    uuid: uuids.UUID
    unit: Unit
    unit_path: str  # of the day of the check
    edition: Edition
    channel: str
    inspected_at: datetime  # aware
    document: InspectionDocument
    inspector_id: int | None = None
    inspector_name: str = ""
    assignment: Assignment | None = None
    reference: str = ""
    is_ranked: bool = True
    replaces: Inspection | None = None
    reason: str = ""
    status: str = Inspection.Status.SUBMITTED
    facts: dict[str, str] = field(default_factory=dict)  # more for the trail


def record_many(
    actor: Actor, pairs: Sequence[tuple[Submission, Outcome]], *, one_event: str = ""
) -> list[Inspection]:
    """Store inspections with their findings, in one transaction and few statements.

    With ``one_event`` the trail gets a single event of that name with the count and a digest of
    all documents (an import, whose file is itself evidence); else one event an inspection.
    A submission that replaces another makes that one no longer current.
    """
    with transaction.atomic(savepoint=False):
        now = timezone.now()
        rows = [_row(actor, submission, outcome, now) for submission, outcome in pairs]
        _supersede([s.replaces for s, _outcome in pairs if s.replaces is not None])
        _insert(rows)
        bulk.insert(Finding, _FINDING, _findings(rows, pairs))
        done = [s.assignment.pk for s, _o in pairs if s.assignment is not None]
        if done:
            Assignment.objects.filter(pk__in=done).update(status=Assignment.Status.DONE)
        audit.record_many(actor, _events(rows, one_event))
    return rows


def record(actor: Actor, submission: Submission, outcome: Outcome) -> Inspection:
    """Store one inspection; the same one again returns what is stored already.

    Two calls at the same time store it once.

    Raises:
        RuleViolation: ``reference_taken``, another current inspection has this outside id;
            ``uuid_taken`` or ``uuid_reused``, see ``same``.
    """
    try:
        with transaction.atomic():
            return record_many(actor, [(submission, outcome)])[0]
    except IntegrityError:
        stored = Inspection.objects.filter(uuid=submission.uuid).first()
        if stored is None and not _is_taken(submission):
            raise
    if stored is None:
        raise RuleViolation(
            "reference_taken",
            _("Another check has the outside id %(reference)s.")
            % {"reference": submission.reference},
        )
    return same(actor, stored, submission)


def _is_taken(submission: Submission) -> bool:
    same_id = Inspection.objects.filter(reference=submission.reference, is_current=True)
    return bool(submission.reference) and same_id.exists()


def same(actor: Actor, stored: Inspection, what: Submission) -> Inspection:
    """What is stored under the UUID of ``what``, if the actor handed in just that.

    Raises:
        RuleViolation: ``uuid_taken``, another's inspection has this UUID; ``uuid_reused``, the
            actor's own has it and says something else.
    """
    if stored.submitted_by_id != actor.user_id:
        raise RuleViolation("uuid_taken", _("This UUID belongs to another inspection."))
    if stored.document_hash != hash_of(what):
        raise RuleViolation(
            "uuid_reused",
            _("You handed in another check with this UUID. Give every check one of its own."),
        )
    return stored


def hash_of(what: Submission) -> str:
    """SHA-256 of what the inspection will say: its tidied document and what it is about."""
    return _hash(what, tidy(what.document))


def _hash(what: Submission, document: InspectionDocument) -> str:
    return document_hash(
        document,
        unit=what.unit.code,
        edition=what.edition.content_hash,
        channel=what.channel,
        inspected_at=what.inspected_at.astimezone(UTC).isoformat(),
    )


def _row(actor: Actor, what: Submission, worth: Outcome, now: datetime) -> Inspection:
    document = tidy(what.document)
    released = what.status == Inspection.Status.RELEASED
    said = {
        "uuid": what.uuid,
        "reference": what.reference,
        "unit_id": what.unit.pk,
        "unit_path": what.unit_path,
        "unit_kind": what.unit.kind,
        "edition_id": what.edition.pk,
        "channel": what.channel,
        "inspected_at": what.inspected_at,
        "inspected_on": timezone.localdate(what.inspected_at),
        "inspector_id": what.inspector_id,
        "inspector_name": what.inspector_name,
        "assignment_id": what.assignment.pk if what.assignment else None,
        "is_ranked": what.is_ranked,
        "document": document,
        "document_hash": _hash(what, document),
        "earned_milli": worth.earned_milli,
        "possible_milli": worth.possible_milli,
        "lost_milli": worth.lost_milli,
        "score_centi": worth.score_centi,
        "modules": worth.modules,
        "critical": worth.critical,
        "findings_count": len(worth.findings),
        "revision": what.replaces.revision + 1 if what.replaces else 1,
        "replaces_id": what.replaces.pk if what.replaces else None,
        "reason": what.reason,
        "submitted_at": now,
        "submitted_by_id": actor.user_id,
        "status": what.status,
        "released_at": now if released else None,
        "released_by_id": actor.user_id if released else None,
    }
    # by position: a model takes names three times as slowly, and an import makes thousands of rows
    row: Inspection = Inspection(*_in_order(said))
    row._state.fields_cache.update(unit=what.unit, edition=what.edition)
    return row


def _in_order(said: dict[str, Any]) -> Any:
    """Values of every column, in the model's order."""
    return (_AT_FIRST | said).values()


def _insert(rows: list[Inspection]) -> None:
    """Store new inspections and let each know its key."""
    if len(rows) <= FEW:
        statements.insert(rows)
        return
    bulk.insert(Inspection, _INSPECTION, map(attrgetter(*_INSPECTION), rows))
    keys: dict[uuids.UUID, int] = {}
    for start in range(0, len(rows), BATCH):
        stored = Inspection.objects.filter(uuid__in=[r.uuid for r in rows[start : start + BATCH]])
        keys.update(stored.values_list("uuid", "pk"))
    for row in rows:
        row.pk = keys[row.uuid]
        row._state.adding = False


def _findings(
    rows: Sequence[Inspection], pairs: Sequence[tuple[Submission, Outcome]]
) -> Iterator[tuple[Any, ...]]:
    """Every finding as values of ``_FINDING``."""
    for row, (_submission, outcome) in zip(rows, pairs, strict=True):
        is_counted = row.status == Inspection.Status.RELEASED and row.makes_score
        for found in outcome.findings:
            yield (
                row.pk,
                found.criterion_id,
                row.unit_id,
                row.unit_path,
                row.channel,
                row.inspected_on,
                found.severity,
                found.value,
                found.lost_milli,
                found.note,
                is_counted,
            )


def _supersede(replaced: list[Inspection]) -> None:
    if replaced:
        keys = [inspection.pk for inspection in replaced]
        Inspection.objects.filter(pk__in=keys).update(is_current=False)
        Finding.objects.filter(inspection_id__in=keys).update(is_counted=False)


def _events(rows: list[Inspection], one_event: str) -> list[audit.Entry]:
    if one_event:
        return [
            audit.Entry(
                one_event,
                data={
                    "count": len(rows),
                    "digest": document_hash(
                        {}, **{str(row.uuid): row.document_hash for row in rows}
                    ),
                },
            )
        ]
    return [
        audit.Entry(
            "inspection.submitted",
            "inspections.inspection",
            str(row.pk),
            row.unit_path,
            {"uuid": str(row.uuid), "hash": row.document_hash, "revision": row.revision},
        )
        for row in rows
    ]
