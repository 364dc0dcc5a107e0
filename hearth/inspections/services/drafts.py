"""Drafts: begun, saved as often as the inspector pauses, given evidence, discarded."""

from __future__ import annotations

import uuid as uuids
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.documents import InspectionDocument, MarkDocument, joined
from hearth.inspections.models import Assignment, Draft, Evidence, Inspection
from hearth.inspections.services.admission import is_own_unit, require_outlet, require_there
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform import audit, files, statements
from hearth.standards.models import Edition
from hearth.standards.queries import rulebook_of

MOST_PHOTOS = 60
_PLACE = """
SELECT path FROM network_placement
WHERE unit_id = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
"""


def require_may_inspect(actor: Actor, unit: Unit, assignment: Assignment | None) -> None:
    """Let pass who may inspect ``unit``: in scope or assigned, and not their own unit.

    Raises:
        Unit.DoesNotExist: the unit lies outside what the actor reaches.
        NotAllowed: no permission to fill in checks.
        RuleViolation: ``own_unit``; nobody inspects their own unit (design rule 6.2).
            ``not_an_outlet``.
    """
    actor.require("inspections.fill")
    is_assigned = assignment is not None and assignment.unit_id == unit.pk
    if not is_assigned and not actor.scope.covers(unit.path):
        raise Unit.DoesNotExist
    _refuse_own_unit(actor, unit)
    require_outlet(unit)


def _refuse_own_unit(actor: Actor, unit: Unit) -> None:
    if is_own_unit(actor, unit):
        raise RuleViolation(
            "own_unit", _("Nobody inspects their own unit. Ask the office to assign another.")
        )


@transaction.atomic
def start_draft(
    *,
    actor: Actor,
    uuid: uuids.UUID,
    unit: Unit,
    edition: Edition,
    channel: str,
    assignment: Assignment | None = None,
) -> Draft:
    """Begin a check; the same UUID again returns the draft begun before.

    Raises:
        Draft.DoesNotExist: the UUID is that of another's draft.
        NotAllowed, Unit.DoesNotExist, RuleViolation: see ``require_may_inspect``.
        RuleViolation: ``edition_not_published``, ``unit_closed``, or ``not_assigned`` where the
            assignment is over, another's, or about another check.
    """
    begun = Draft.objects.filter(uuid=uuid).first()
    if begun is not None:
        return own_draft(actor, uuid)
    require_may_inspect(actor, unit, assignment)
    if assignment is not None and (
        assignment.status != Assignment.Status.OPEN
        or (assignment.assignee_id, assignment.unit_id, assignment.edition_id, assignment.channel)
        != (actor.user_id, unit.pk, edition.pk, channel)
    ):
        raise RuleViolation("not_assigned", _("This check is not, or no longer, assigned to you."))
    if edition.status != Edition.Status.PUBLISHED:
        raise RuleViolation(
            "edition_not_published", _("Checks use a published edition; this one is not.")
        )
    require_there(unit, timezone.localdate())
    now = timezone.now()
    draft = Draft.objects.create(
        uuid=uuid,
        owner_id=actor.user_id,
        unit=unit,
        edition=edition,
        channel=channel,
        assignment=assignment,
        document={"unlisted": "met", "marks": []},
        started_at=now,
        saved_at=now,
    )
    audit.record(actor, "draft.started", draft, unit_path=unit.path, channel=channel)
    return draft


@transaction.atomic
def start_correction(*, actor: Actor, inspection: Inspection, reason: str) -> Draft:
    """Begin a new revision of a submitted check, prefilled with all that it says.

    Whoever has begun one of the same check goes on with that.

    Raises:
        NotAllowed: the actor neither carried it out nor reviews it.
        RuleViolation: ``own_unit``, ``not_current``, ``withdrawn`` or ``no_reason``.
    """
    if inspection.inspector_id != actor.user_id and not actor.can(
        "inspections.review", inspection.unit_path
    ):
        raise NotAllowed("not_allowed", _("Only its inspector or a reviewer may correct it."))
    _refuse_own_unit(actor, inspection.unit)
    require_correctable(inspection)
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why the check is corrected."))
    begun = Draft.objects.filter(replaces=inspection, owner_id=actor.user_id).first()
    if begun is not None:
        return begun
    draft = Draft.objects.create(
        uuid=uuids.uuid4(),
        owner_id=actor.user_id,
        unit=inspection.unit,
        edition=inspection.edition,
        channel=inspection.channel,
        replaces=inspection,
        reason=reason.strip(),
        started_at=inspection.inspected_at,
        saved_at=timezone.now(),
    )
    draft.document = _spelled_out(inspection, _copied_evidence(actor, inspection, draft))
    draft.save(update_fields=["document"])
    audit.record(actor, "draft.correction", draft, unit_path=inspection.unit_path, reason=reason)
    return draft


def require_correctable(inspection: Inspection) -> None:
    """Let pass a check whose place a new revision may take.

    Raises:
        RuleViolation: ``not_current`` or ``withdrawn``.
    """
    if not inspection.is_current:
        raise RuleViolation("not_current", _("A newer revision exists; correct that one."))
    if inspection.status == Inspection.Status.WITHDRAWN:
        raise RuleViolation(
            "withdrawn", _("This check is withdrawn; it is not corrected any more.")
        )


def _copied_evidence(actor: Actor, inspection: Inspection, draft: Draft) -> dict[str, list[str]]:
    """Let the draft show the photos of the check too; their new UUIDs by criterion.

    The files are shared; the rows of the check stay with it.
    """
    copies: dict[str, list[str]] = {}
    for photo in inspection.evidence.order_by("pk"):
        photo.pk, photo.uuid = None, uuids.uuid4()
        photo.inspection, photo.draft, photo.uploaded_by_id = None, draft, actor.user_id
        photo._state.adding = True
        photo.save()
        copies.setdefault(photo.criterion_code, []).append(str(photo.uuid))
    return copies


def _spelled_out(inspection: Inspection, photos: dict[str, list[str]]) -> InspectionDocument:
    """What the check says with a mark for every criterion asked, each listed once.

    A stored document leaves out what was met without a word, and an imported one may list a
    criterion several times; on the page every criterion has one place.
    """
    said = inspection.document
    by_code: dict[str, list[MarkDocument]] = {}
    for mark in said.get("marks", []):
        by_code.setdefault(mark["criterion"], []).append(mark)
    rules = rulebook_of(inspection.edition).for_check(inspection.channel, inspection.unit.kind)
    marks = []
    for rule in rules.criteria:
        listed = by_code.get(rule.code)
        plain: MarkDocument = {"criterion": rule.code, "verdict": said.get("unlisted", "met")}
        mark = joined(listed) if listed else plain
        if rule.code in photos:
            mark["evidence"] = photos[rule.code]
        marks.append(mark)
    return {"unlisted": "met", "marks": marks, "remarks": said.get("remarks", "")}


def own_draft(actor: Actor, uuid: uuids.UUID) -> Draft:
    """The actor's own draft.

    Raises:
        Draft.DoesNotExist: there is none, or it is another's.
    """
    return Draft.objects.select_related("unit", "edition__standard").get(
        uuid=uuid, owner_id=actor.user_id
    )


@transaction.atomic
def save_draft(
    *, actor: Actor, uuid: uuids.UUID, version: int, document: InspectionDocument
) -> Draft:
    """Keep what was typed so far; anything well-formed may be incomplete.

    Autosaves are working copies of one person: they leave no link in the trail, submission does.

    Raises:
        Draft.DoesNotExist: no such draft of this actor.
        StaleWrite: the draft was saved in another window since ``version``; the newer is in
            ``facts['draft']``.
    """
    draft = Draft.objects.select_for_update().get(uuid=uuid, owner_id=actor.user_id)
    if draft.version != version:
        raise StaleWrite(
            "stale_draft",
            _("This check was changed in another window. Reload to see the newer version."),
            version=draft.version,
        )
    draft.document, draft.version, draft.saved_at = document, version + 1, timezone.now()
    draft.save(update_fields=["document", "version", "saved_at"])
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, uuid: uuids.UUID, reason: str) -> None:
    """Give up a draft; the trail keeps that it existed and why it went."""
    draft = Draft.objects.select_related("unit").get(uuid=uuid, owner_id=actor.user_id)
    audit.record(
        actor, "draft.discarded", draft, unit_path=draft.unit.path, reason=reason.strip()[:400]
    )
    draft.delete()


def add_evidence(
    *, actor: Actor, draft: Draft, uuid: uuids.UUID, criterion_code: str, content: bytes
) -> Evidence:
    """Store a photo for one criterion of a draft; the same UUID again changes nothing.

    Raises:
        RuleViolation: ``not_a_picture``, ``picture_too_large``, ``too_many_photos``,
            ``unknown_criterion`` or ``uuid_taken`` (by a photo of another check).
    """
    known = Evidence.objects.filter(uuid=uuid).first()
    if known is not None:
        if (known.draft_id, known.uploaded_by_id) != (draft.pk, actor.user_id):
            raise RuleViolation("uuid_taken", _("This UUID belongs to another photo."))
        return known
    rules = rulebook_of(draft.edition).for_check(draft.channel, draft.unit.kind)
    if criterion_code not in rules.sheet.items:
        raise RuleViolation("unknown_criterion", _("This check does not ask that criterion."))
    if draft.evidence.count() >= MOST_PHOTOS:
        raise RuleViolation("too_many_photos", _("A check keeps at most 60 photos."))
    stored = files.store_picture(content)
    with transaction.atomic():
        evidence = Evidence.objects.create(
            uuid=uuid,
            sha256=stored.sha256,
            size=stored.size,
            content_type=stored.content_type,
            width=stored.width,
            height=stored.height,
            metadata=stored.metadata,
            criterion_code=criterion_code,
            draft=draft,
            uploaded_by_id=actor.user_id,
        )
        audit.record(actor, "evidence.added", evidence, sha256=stored.sha256)
    return evidence


@transaction.atomic
def remove_evidence(*, actor: Actor, draft: Draft, uuid: uuids.UUID) -> None:
    """Take a photo off a draft; the file stays until no check refers to it."""
    evidence = Evidence.objects.get(uuid=uuid, draft=draft, uploaded_by_id=actor.user_id)
    audit.record(actor, "evidence.removed", evidence, sha256=evidence.sha256)
    evidence.delete()


def place_of_day(unit: Unit, at: datetime) -> str:
    """Path of ``unit`` on the day of the instant ``at``; its present one when none is recorded."""
    day = timezone.localdate(at)
    found = statements.fetch(_PLACE, unit.pk, day, day)  # of ``Placement.objects.on(day)``
    return str(found[0][0]) if found else unit.path
