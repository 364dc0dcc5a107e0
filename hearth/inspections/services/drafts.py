"""Drafts: begun, saved as often as the inspector pauses, given evidence, discarded."""

from __future__ import annotations

import uuid as uuids
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Assignment, Draft, Evidence, Inspection
from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Placement, Unit
from hearth.network.scope import Actor
from hearth.platform import audit, files
from hearth.standards.models import Edition

MOST_PHOTOS = 60
OWN_UNIT_ROLES = {"outlet_head", "staff", "branch_manager"}


def require_may_inspect(actor: Actor, unit: Unit, assignment: Assignment | None) -> None:
    """Let pass who may inspect ``unit``: in scope or assigned, and not their own unit.

    Raises:
        Unit.DoesNotExist: the unit lies outside what the actor reaches.
        NotAllowed: no permission to fill in checks.
        RuleViolation: ``own_unit``; nobody inspects their own unit (design rule 6.2).
    """
    actor.require("inspections.fill")
    if assignment is None and not actor.scope.covers(unit.path):
        raise Unit.DoesNotExist
    own = (p for g in actor.grants if g.role in OWN_UNIT_ROLES for p in g.paths)
    if any(unit.path.startswith(path) for path in own):
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
        RuleViolation: ``edition_not_published``, ``unit_closed`` or ``own_unit``.
        NotAllowed: see ``require_may_inspect``; or the draft is another's.
    """
    begun = Draft.objects.filter(uuid=uuid).first()
    if begun is not None:
        return own_draft(actor, uuid)
    require_may_inspect(actor, unit, assignment)
    if edition.status != Edition.Status.PUBLISHED:
        raise RuleViolation(
            "edition_not_published", _("Checks use a published edition; this one is not.")
        )
    if unit.closed_on and unit.closed_on <= timezone.localdate():
        raise RuleViolation("unit_closed", _("This unit is closed; it cannot be checked any more."))
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
    """Begin a new revision of a submitted check, prefilled with what it says.

    Raises:
        NotAllowed: the actor neither carried it out nor reviews it.
        RuleViolation: ``not_current`` or ``no_reason``.
    """
    if inspection.inspector_id != actor.user_id and not actor.can(
        "inspections.review", inspection.unit_path
    ):
        raise NotAllowed("not_allowed", _("Only its inspector or a reviewer may correct it."))
    if not inspection.is_current:
        raise RuleViolation("not_current", _("A newer revision exists; correct that one."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why the check is corrected."))
    now = timezone.now()
    draft = Draft.objects.create(
        uuid=uuids.uuid4(),
        owner_id=actor.user_id,
        unit=inspection.unit,
        edition=inspection.edition,
        channel=inspection.channel,
        replaces=inspection,
        reason=reason.strip(),
        document=inspection.document,
        started_at=inspection.inspected_at,
        saved_at=now,
    )
    audit.record(actor, "draft.correction", draft, unit_path=inspection.unit_path, reason=reason)
    return draft


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
        RuleViolation: ``not_a_picture``, ``picture_too_large`` or ``too_many_photos``.
    """
    known = Evidence.objects.filter(uuid=uuid, uploaded_by_id=actor.user_id).first()
    if known is not None:
        return known
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
    place = Placement.objects.on(day).filter(unit=unit).first()
    return place.path if place else unit.path
