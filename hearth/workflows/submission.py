"""Submitting checks: the marks are scored and the inspection is stored, in one act.

Scoring stands above inspections in the house, so the two meet here.
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Assignment, Draft, Evidence, Inspection
from hearth.inspections.services import recording
from hearth.inspections.services.drafts import (
    place_of_day,
    require_correctable,
    require_may_inspect,
)
from hearth.inspections.services.recording import Outcome, Submission
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import statements
from hearth.scoring.domain.marks import BadMarks
from hearth.scoring.evaluation import evaluate, mark_problem_text, rules_for
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

LONGEST_DELAY_DAYS = 400
_WHAT_IT_IS_ABOUT = """
SELECT e.id, e.standard_id, e.edition, e.status, e.content_hash, e.version,
    u.id, u.code, u.level, u.kind, u.path, p.path, i.id, s.is_ranked
FROM standards_edition e
JOIN standards_standard s ON s.id = e.standard_id
JOIN network_unit u ON u.code = %s
LEFT JOIN network_placement p ON p.unit_id = u.id
    AND p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to > %s)
LEFT JOIN inspections_inspection i ON i.uuid = %s
WHERE s.code = %s AND e.edition = %s
"""
_OF_EDITION = ("id", "standard_id", "edition", "status", "content_hash", "version")
_OF_UNIT = ("id", "code", "level", "kind", "path")  # both in the order of the model


@transaction.atomic
def submit_draft(*, actor: Actor, uuid: uuids.UUID, version: int) -> Inspection:
    """Turn the actor's draft into a submitted inspection with the same UUID; once.

    A second call finds the inspection and returns it.

    Raises:
        Draft.DoesNotExist: no such draft of this actor, and no inspection either.
        StaleWrite: the draft was saved elsewhere since ``version``.
        RuleViolation: ``not_complete`` or ``marks_wrong``; ``facts['problems']`` names what to
            mend by criterion code. ``not_assigned`` where the assignment was taken back or done
            meanwhile; ``not_current`` or ``withdrawn`` where the check to be corrected was.
    """
    submitted = Inspection.objects.filter(uuid=uuid, inspector_id=actor.user_id).first()
    if submitted is not None:
        return submitted
    drafts = Draft.objects.select_for_update(of=("self",))
    drafts = drafts.select_related("unit", "edition__standard", "assignment", "replaces")
    draft = drafts.filter(uuid=uuid, owner_id=actor.user_id).first()
    if draft is None:  # never there, or submitted while we waited for it
        submitted = Inspection.objects.filter(uuid=uuid, inspector_id=actor.user_id).first()
        if submitted is None:
            raise Draft.DoesNotExist
        return submitted
    if draft.version != version:
        raise StaleWrite(
            "stale_draft",
            _("This check was changed in another window. Reload to see the newer version."),
            version=draft.version,
        )
    _require_open(draft)
    _require_complete(draft)
    worth = _worth(draft.edition, draft.channel, draft.unit.kind, draft.document)
    inspection = recording.record(actor, _submission_of(draft), worth)
    Evidence.objects.filter(draft=draft).update(inspection=inspection, draft=None)
    draft.delete()
    return inspection


def _submission_of(draft: Draft) -> Submission:
    at = draft.started_at
    return Submission(
        uuid=draft.uuid,
        unit=draft.unit,
        unit_path=place_of_day(draft.unit, at),
        edition=draft.edition,
        channel=draft.channel,
        inspected_at=at,
        document=draft.document,
        inspector_id=draft.owner_id,
        assignment=draft.assignment,
        reference=draft.replaces.reference if draft.replaces else "",
        is_ranked=_is_ranked(draft),
        replaces=draft.replaces,
        reason=draft.reason,
    )


def _is_ranked(draft: Draft) -> bool:
    """Whether it counts: a correction as what it corrects, else as its standard says."""
    return (draft.replaces or draft.edition.standard).is_ranked


def _require_open(draft: Draft) -> None:
    """What the draft was begun for is still to be done; others are kept out meanwhile."""
    if draft.assignment_id is not None:
        task = Assignment.objects.select_for_update().get(pk=draft.assignment_id)
        if task.status != Assignment.Status.OPEN:
            raise RuleViolation(
                "not_assigned", _("This check is not, or no longer, assigned to you.")
            )
    if draft.replaces_id is not None:
        require_correctable(Inspection.objects.select_for_update().get(pk=draft.replaces_id))


def _worth(edition: Edition, channel: str, unit_kind: str, document: InspectionDocument) -> Outcome:
    rules = rules_for(edition, channel, unit_kind)
    try:
        return evaluate(rules, criteria_of(edition), document)
    except BadMarks as bad:
        raise RuleViolation(
            "marks_wrong",
            _("Some criteria cannot be scored as filled in. Each is marked below."),
            problems={p.criterion: mark_problem_text(p) for p in bad.problems},
        ) from None


def _require_complete(draft: Draft) -> None:
    """Every criterion judged, and what the standard wants shown with a fault is there."""
    rules = rules_for(draft.edition, draft.channel, draft.unit.kind)
    marks = {m["criterion"]: m for m in draft.document.get("marks", [])}
    with_photo = set(draft.evidence.values_list("criterion_code", flat=True))
    wanted = dict(draft.edition.criteria.exclude(evidence="none").values_list("code", "evidence"))
    problems: dict[str, str] = {}
    for rule in rules.criteria:
        mark: Any = marks.get(rule.code)
        if mark is None:
            problems[rule.code] = _("not judged yet")
        elif mark["verdict"] == "not_met":
            problems |= _missing_evidence(rule.code, wanted.get(rule.code, ""), mark, with_photo)
    if problems:
        raise RuleViolation(
            "not_complete",
            _("Not submitted yet: %(count)s criteria need something. Each is listed below.")
            % {"count": len(problems)},
            problems=problems,
        )


def _missing_evidence(code: str, kind: str, mark: Any, with_photo: set[str]) -> dict[str, str]:
    if kind == "photo" and code not in with_photo:
        return {code: _("add a photo of what was not met")}
    if kind in {"note", "clip"} and not mark.get("note"):
        return {code: _("write a note of what was not met")}
    return {}


@dataclass(frozen=True, slots=True)
class DocumentIn:
    """An inspection that another system hands in, whole, in the codes that it knows."""

    uuid: uuids.UUID
    unit: str
    standard: str
    edition: str
    channel: str
    inspected_at: datetime  # aware
    document: InspectionDocument
    reference: str = ""
    is_ranked: bool = True


def submit_document(*, actor: Actor, what: DocumentIn) -> Inspection:
    """Store an inspection handed in whole (the API, a field app); idempotent by its UUID.

    Two calls at the same time store it once and both return it.

    Raises:
        Unit.DoesNotExist, Edition.DoesNotExist: unknown, or outside what the actor reaches.
        NotAllowed, RuleViolation ``own_unit``: as ``require_may_inspect``.
        RuleViolation: ``edition_not_published``, ``in_the_future``, ``too_old``,
            ``reference_taken``, ``uuid_taken`` or ``uuid_reused`` (``recording.record``), or
            ``marks_wrong`` with ``facts['problems']``.
    """
    edition, unit, unit_path, stored_id, counts = _looked_up(what)
    submission = Submission(
        uuid=what.uuid,
        unit=unit,
        unit_path=unit_path,
        edition=edition,
        channel=what.channel,
        inspected_at=what.inspected_at,
        document=what.document,
        inspector_id=actor.user_id,
        reference=what.reference,
        is_ranked=what.is_ranked and counts,
    )
    if stored_id is not None:
        return recording.same(actor, Inspection.objects.get(pk=stored_id), submission)
    require_may_inspect(actor, unit, None)
    if edition.status != Edition.Status.PUBLISHED:
        raise RuleViolation(
            "edition_not_published", _("Checks use a published edition; this one is not.")
        )
    _require_sane_time(what.inspected_at)
    outcome = _worth(edition, what.channel, unit.kind, what.document)
    return recording.record(actor, submission, outcome)


def _looked_up(what: DocumentIn) -> tuple[Edition, Unit, str, int | None, bool]:
    """Edition, unit, its place on the day, the key of what has this UUID, and whether checks by
    the standard count; in one query.

    Of the edition and the unit only what submitting needs is loaded.
    """
    day = timezone.localdate(what.inspected_at)
    found = statements.fetch(
        _WHAT_IT_IS_ABOUT,
        what.unit,
        day,
        day,
        statements.key(what.uuid),
        what.standard,
        what.edition,
    )
    if not found:
        raise Edition.DoesNotExist
    row = found[0]
    edition = Edition.from_db(DEFAULT_DB_ALIAS, _OF_EDITION, row[:6])
    unit = Unit.from_db(DEFAULT_DB_ALIAS, _OF_UNIT, row[6:11])
    place, stored_id, counts = row[11:]
    return edition, unit, place or unit.path, stored_id, bool(counts)


def _require_sane_time(at: datetime) -> None:
    now = timezone.now()
    if at > now + timedelta(minutes=10):
        raise RuleViolation("in_the_future", _("The time of the check lies in the future."))
    if (now - at).days > LONGEST_DELAY_DAYS:
        raise RuleViolation(
            "too_old", _("The check is more than 400 days old. Import it as a spreadsheet.")
        )
