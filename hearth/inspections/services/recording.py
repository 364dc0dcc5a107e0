"""Storing inspections: the document whole, what ranking needs beside it, findings as rows.

What the marks are worth is decided above (``workflows.submission``), because scoring stands
higher in the house; here it is stored, once, and never changed.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hearth.inspections.documents import InspectionDocument, document_hash, tidy
from hearth.inspections.models import Assignment, Finding, Inspection
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.standards.models import Edition

BATCH = 500


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
    with transaction.atomic():
        now = timezone.now()
        rows = [_row(actor, submission, outcome, now) for submission, outcome in pairs]
        _supersede([s.replaces for s, _outcome in pairs if s.replaces is not None])
        Inspection.objects.bulk_create(rows, batch_size=BATCH)
        findings = [
            _finding(row, found)
            for row, (_submission, outcome) in zip(rows, pairs, strict=True)
            for found in outcome.findings
        ]
        Finding.objects.bulk_create(findings, batch_size=BATCH * 2)
        done = [s.assignment.pk for s, _o in pairs if s.assignment is not None]
        if done:
            Assignment.objects.filter(pk__in=done).update(status=Assignment.Status.DONE)
        audit.record_many(actor, _events(rows, one_event))
    return rows


def record(actor: Actor, submission: Submission, outcome: Outcome) -> Inspection:
    """Store one inspection; a repeated UUID returns what is stored already."""
    with transaction.atomic():
        stored = Inspection.objects.filter(uuid=submission.uuid).first()
        return stored or record_many(actor, [(submission, outcome)])[0]


def hash_of(what: Submission) -> str:
    """SHA-256 of what the inspection will say: its tidied document and what it is about."""
    return document_hash(
        tidy(what.document),
        unit=what.unit.code,
        edition=what.edition.content_hash,
        channel=what.channel,
        inspected_at=what.inspected_at.astimezone(UTC).isoformat(),
    )


def _row(actor: Actor, what: Submission, worth: Outcome, now: datetime) -> Inspection:
    document = tidy(what.document)
    released = what.status == Inspection.Status.RELEASED
    return Inspection(
        uuid=what.uuid,
        reference=what.reference,
        unit=what.unit,
        unit_path=what.unit_path,
        unit_kind=what.unit.kind,
        edition=what.edition,
        channel=what.channel,
        inspected_at=what.inspected_at,
        inspected_on=timezone.localdate(what.inspected_at),
        inspector_id=what.inspector_id,
        inspector_name=what.inspector_name,
        assignment=what.assignment,
        is_ranked=what.is_ranked,
        document=document,
        document_hash=hash_of(what),
        earned_milli=worth.earned_milli,
        possible_milli=worth.possible_milli,
        lost_milli=worth.lost_milli,
        score_centi=worth.score_centi,
        modules=worth.modules,
        critical=worth.critical,
        findings_count=len(worth.findings),
        revision=what.replaces.revision + 1 if what.replaces else 1,
        replaces=what.replaces,
        reason=what.reason,
        submitted_at=now,
        submitted_by_id=actor.user_id,
        status=what.status,
        released_at=now if released else None,
        released_by_id=actor.user_id if released else None,
    )


def _finding(row: Inspection, found: FindingOutcome) -> Finding:
    return Finding(
        inspection=row,
        criterion_id=found.criterion_id,
        unit_id=row.unit_id,
        unit_path=row.unit_path,
        channel=row.channel,
        inspected_on=row.inspected_on,
        severity=found.severity,
        value=found.value,
        lost_milli=found.lost_milli,
        note=found.note,
        is_counted=row.status == Inspection.Status.RELEASED and row.is_ranked,
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
