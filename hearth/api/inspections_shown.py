"""A check as the API shows it.

Nothing here says who carried a check out: the API carries no person's name at all. Where the one
who looked came as a customer, the exact time could give them away just as well, so it is shown
only to those who may know them (design rule 6.1).
"""

from __future__ import annotations

import uuid as uuids
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field

from hearth.api.fields import ChannelKey, InspectionStatus, Severity, Verdict, points, score
from hearth.api.paging import Page
from hearth.inspections.enums import AS_CUSTOMER
from hearth.inspections.models import Evidence, Finding, Inspection
from hearth.network.scope import Actor
from hearth.scoring.evaluation import explain


class UnitBrief(BaseModel):
    code: str
    name: str


class ModuleShown(BaseModel):
    code: str
    earned: float
    possible: float
    score: float | None = Field(
        description=gettext_noop("0 to 100; null when nothing in it counted.")
    )


class Receipt(BaseModel):
    """What became of a check that was handed in."""

    uuid: uuids.UUID
    status: InspectionStatus
    score: float | None = Field(
        description=gettext_noop("0 to 100; null when nothing was applicable.")
    )
    earned: float = Field(description=gettext_noop("Points."))
    possible: float
    lost: float
    critical: str = Field(
        description=gettext_noop("What a critical criterion did; empty when none failed.")
    )
    findings: int = Field(description=gettext_noop("How many criteria were not met."))
    modules: list[ModuleShown]
    document_hash: str = Field(
        description=gettext_noop("SHA-256 of the document and what it is about.")
    )


class InspectionRow(BaseModel):
    uuid: uuids.UUID
    reference: str = Field(description=gettext_noop("Outside id of an import."))
    unit: UnitBrief
    channel: ChannelKey
    standard: str
    edition: str
    inspected_on: date
    inspected_at: datetime | None = Field(
        description=gettext_noop("Null where the exact time could tell who came as a customer.")
    )
    status: InspectionStatus
    score: float | None
    critical: str
    findings: int
    ranked: bool = Field(
        description=gettext_noop("Whether it counts in the ranking once released.")
    )
    revision: int
    is_current: bool = Field(description=gettext_noop("Whether it is the newest revision."))
    own: bool = Field(description=gettext_noop("Whether the caller carried it out."))


class InspectionPage(Page[InspectionRow]):
    pass


class Line(BaseModel):
    criterion: str
    module: str
    verdict: Verdict
    value: str
    note: str
    possible: float
    earned: float
    lost: float
    because: str = Field(
        description=gettext_noop(
            "Why points were lost: own, gate, critical_module; empty when none were."
        )
    )
    cause: str = Field(
        description=gettext_noop("Code of the criterion that took it along, if any.")
    )
    evidence: list[uuids.UUID]


class FindingShown(BaseModel):
    criterion: str
    severity: Severity
    value: str
    lost: float
    note: str


class EvidenceShown(BaseModel):
    uuid: uuids.UUID
    criterion: str
    content_type: str
    size: int = Field(description=gettext_noop("Bytes."))
    width: int
    height: int


class InspectionOut(InspectionRow):
    version: int
    earned: float
    possible: float
    lost: float
    scheme: str
    before_critical: float | None = Field(
        description=gettext_noop("Score before a critical criterion capped or zeroed the whole.")
    )
    modules: list[ModuleShown]
    lines: list[Line] = Field(
        description=gettext_noop("Every criterion asked, in order: the arithmetic.")
    )
    found: list[FindingShown]
    evidence: list[EvidenceShown]
    remarks: str
    document_hash: str
    replaces: uuids.UUID | None = Field(description=gettext_noop("The revision before."))
    reason: str = Field(description=gettext_noop("Why it was corrected."))
    review_note: str = Field(description=gettext_noop("For its inspector and reviewers only."))


def receipt(stored: Inspection) -> Receipt:
    """The answer to whoever handed it in; the same the second time."""
    return Receipt(
        uuid=stored.uuid,
        status=stored.status,
        score=score(stored.score_centi),
        earned=points(stored.earned_milli),
        possible=points(stored.possible_milli),
        lost=points(stored.lost_milli),
        critical=stored.critical,
        findings=stored.findings_count,
        modules=_modules(stored),
        document_hash=stored.document_hash,
    )


def _modules(stored: Inspection) -> list[ModuleShown]:
    """By code: PostgreSQL does not keep the order in which an object was written."""
    return [
        ModuleShown(code=code, earned=points(earned), possible=points(possible), score=score(centi))
        for code, (earned, possible, centi) in sorted(stored.modules.items())
    ]


def knows_the_inspector(actor: Actor, stored: Inspection) -> bool:
    """Whether the actor may know who came: themselves, planners and reviewers."""
    return stored.inspector_id == actor.user_id or actor.can(
        "inspections.view_inspector", stored.unit_path
    )


def _row(actor: Actor, stored: Inspection) -> dict[str, Any]:
    hides_time = stored.channel in AS_CUSTOMER and not knows_the_inspector(actor, stored)
    return {
        "uuid": stored.uuid,
        "reference": stored.reference,
        "unit": UnitBrief(code=stored.unit.code, name=stored.unit.name),
        "channel": stored.channel,
        "standard": stored.edition.standard.code,
        "edition": stored.edition.edition,
        "inspected_on": stored.inspected_on,
        "inspected_at": None if hides_time else stored.inspected_at,
        "status": stored.status,
        "score": score(stored.score_centi),
        "critical": stored.critical,
        "findings": stored.findings_count,
        "ranked": stored.is_ranked,
        "revision": stored.revision,
        "is_current": stored.is_current,
        "own": stored.inspector_id == actor.user_id,
    }


def inspection_row(actor: Actor, stored: Inspection) -> InspectionRow:
    """One line of a list; unit and edition are loaded."""
    return InspectionRow(**_row(actor, stored))


def inspection_out(actor: Actor, stored: Inspection) -> InspectionOut:
    """The whole check with its arithmetic; unit, edition and predecessor are loaded."""
    arithmetic = explain(stored)
    photos = list(stored.evidence.order_by("pk"))
    findings = stored.findings.select_related("criterion").order_by("criterion__position")
    return InspectionOut(
        **_row(actor, stored),
        version=stored.version,
        earned=points(stored.earned_milli),
        possible=points(stored.possible_milli),
        lost=points(stored.lost_milli),
        scheme=arithmetic.scheme,
        before_critical=score(arithmetic.raw.score_centi),
        modules=_modules(stored),
        lines=_lines(stored, arithmetic.lines, photos),
        found=[_finding(finding) for finding in findings],
        evidence=[evidence_shown(photo) for photo in photos],
        remarks=stored.document.get("remarks", ""),
        document_hash=stored.document_hash,
        replaces=stored.replaces.uuid if stored.replaces else None,
        reason=stored.reason,
        review_note=stored.review_note if knows_the_inspector(actor, stored) else "",
    )


def _lines(stored: Inspection, lines: Any, photos: list[Evidence]) -> list[Line]:
    notes = {mark["criterion"]: mark.get("note", "") for mark in stored.document.get("marks", [])}
    shown: dict[str, list[uuids.UUID]] = {}
    for photo in photos:
        shown.setdefault(photo.criterion_code, []).append(photo.uuid)
    return [
        Line(
            criterion=line.code,
            module=line.module,
            verdict=line.verdict,
            value=str(line.value or ""),
            note=notes.get(line.code, ""),
            possible=points(line.possible_milli),
            earned=points(line.earned_milli),
            lost=points(line.lost_milli),
            because=line.because.split(":")[0],
            cause=line.because.partition(":")[2],
            evidence=shown.get(line.code, []),
        )
        for line in lines
    ]


def _finding(row: Finding) -> FindingShown:
    return FindingShown(
        criterion=row.criterion.code,
        severity=row.severity,
        value=row.value,
        lost=points(row.lost_milli),
        note=row.note,
    )


def evidence_shown(photo: Evidence) -> EvidenceShown:
    """A photo without what the camera wrote beside it, which could name its owner."""
    return EvidenceShown(
        uuid=photo.uuid,
        criterion=photo.criterion_code,
        content_type=photo.content_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
    )
