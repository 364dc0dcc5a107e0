"""Checks under way: assignments, drafts with their photos, submission; what the field app speaks.

Everything is the caller's own. A draft's UUID is made by the client and becomes the check's, so a
call repeated after a broken connection changes nothing.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.utils.translation import gettext_noop
from ninja import File, Form, Query, Router, Status, UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.documents import DocumentIn, MarkOut, document_of, marks_out
from hearth.api.errors import answers
from hearth.api.fields import ChannelKey, Code, RowId, Version, text
from hearth.api.inspections_shown import (
    EvidenceShown,
    Receipt,
    UnitBrief,
    evidence_shown,
    receipt,
)
from hearth.api.paging import Page, Paging, paged
from hearth.inspections.models import Assignment, Draft
from hearth.inspections.services import drafts
from hearth.network.models import Unit
from hearth.standards.models import Edition
from hearth.workflows.submission import submit_draft

router = Router(tags=[gettext_noop("Checks under way")])
MOST_PHOTO_BYTES = 25 * 1024 * 1024
Answer = TypeVar("Answer")


class AssignmentOut(BaseModel):
    id: int
    unit: UnitBrief
    standard: str
    edition: str
    channel: ChannelKey
    due_on: date = Field(description=gettext_noop("Last day."))


class AssignmentPage(Page[AssignmentOut]):
    pass


class DraftRow(BaseModel):
    uuid: uuids.UUID
    version: int = Field(
        description=gettext_noop("Give it back with every change; a stale one is refused.")
    )
    unit: UnitBrief
    standard: str
    edition: str
    channel: ChannelKey
    assignment: int | None
    started_at: datetime
    saved_at: datetime


class DraftPage(Page[DraftRow]):
    pass


class DraftOut(DraftRow):
    reason: str = Field(
        description=gettext_noop("Why a submitted check is corrected; empty for a new one.")
    )
    marks: list[MarkOut]
    remarks: str
    evidence: list[EvidenceShown]


class DraftIn(BaseModel):
    """What a new check is about: an assignment of one's own, or unit, edition and channel."""

    model_config = ConfigDict(extra="forbid")

    uuid: uuids.UUID = Field(description=gettext_noop("Made by the client; becomes the check's."))
    unit: Code
    standard: Code
    edition: Code
    channel: ChannelKey
    assignment: RowId | None = None


class SavedIn(DocumentIn):
    version: Version


class Saved(BaseModel):
    version: int
    saved_at: datetime


class VersionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Version


def twice(call: Callable[[], Answer]) -> Answer:
    """The same call again when another with the same UUID came at the same moment.

    The second time it finds what the other one stored.
    """
    try:
        return call()
    except IntegrityError:
        return call()


@router.get(
    "/assignments",
    response=answers(AssignmentPage),
    summary=gettext_noop("List what is assigned to you"),
    description=gettext_noop("Open ones; what is due first comes first."),
)
@requires("inspections.fill")
def list_assignments(request: ApiRequest, paging: Query[Paging]) -> Any:
    rows = Assignment.objects.filter(
        assignee_id=request.actor.user_id, status=Assignment.Status.OPEN
    )
    rows = rows.select_related("unit", "edition__standard").order_by("due_on", "pk")
    return paged(AssignmentPage, rows, paging, _assignment)


@router.get("/drafts", response=answers(DraftPage), summary=gettext_noop("List your drafts"))
@requires("inspections.fill")
def list_drafts(request: ApiRequest, paging: Query[Paging]) -> Any:
    rows = Draft.objects.filter(owner_id=request.actor.user_id)
    rows = rows.select_related("unit", "edition__standard").defer("document")
    return paged(
        DraftPage, rows.order_by("-saved_at", "pk"), paging, lambda row: DraftRow(**_row(row))
    )


@router.post(
    "/drafts",
    response=answers(DraftOut, 400, 404, 409, 413, status=201),
    summary=gettext_noop("Begin a check"),
    description=gettext_noop("The same UUID again gives the draft that was begun before."),
)
@requires("inspections.fill")
def start_draft(request: ApiRequest, body: DraftIn) -> Any:
    actor = request.actor
    assignment = None
    if body.assignment is not None:
        assignment = Assignment.objects.get(pk=body.assignment, assignee_id=actor.user_id)
    unit = Unit.objects.get(code=body.unit)
    edition = Edition.objects.select_related("standard").get(
        standard__code=body.standard, edition=body.edition
    )
    begun = twice(
        lambda: drafts.start_draft(
            actor=actor,
            uuid=body.uuid,
            unit=unit,
            edition=edition,
            channel=body.channel,
            assignment=assignment,
        )
    )
    return Status(201, _whole(begun))


@router.get(
    "/drafts/{uuid:uuid}", response=answers(DraftOut, 404), summary=gettext_noop("Read a draft")
)
@requires("inspections.fill")
def read_draft(request: ApiRequest, uuid: uuids.UUID) -> Any:
    return _whole(drafts.own_draft(request.actor, uuid))


@router.put(
    "/drafts/{uuid:uuid}",
    response=answers(Saved, 400, 404, 409, 413),
    summary=gettext_noop("Save a draft"),
    description=gettext_noop("It may be incomplete. A version that is no longer the newest: 409."),
)
@requires("inspections.fill")
def save_draft(request: ApiRequest, uuid: uuids.UUID, body: SavedIn) -> Any:
    draft = drafts.own_draft(request.actor, uuid)
    saved = drafts.save_draft(
        actor=request.actor,
        uuid=uuid,
        version=body.version,
        document=document_of(body, _photos(draft)),
    )
    return Saved(version=saved.version, saved_at=saved.saved_at)


@router.delete(
    "/drafts/{uuid:uuid}",
    response=answers(None, 404, status=204),
    summary=gettext_noop("Give up a draft"),
)
@requires("inspections.fill")
def discard_draft(
    request: ApiRequest, uuid: uuids.UUID, reason: Annotated[str, text(400)] = ""
) -> Any:
    drafts.discard_draft(actor=request.actor, uuid=uuid, reason=reason)
    return Status(204, None)


@router.post(
    "/drafts/{uuid:uuid}/submit",
    response=answers(Receipt, 400, 404, 409, 413, status=201),
    summary=gettext_noop("Submit a draft"),
    description=gettext_noop(
        "Every criterion must be judged and what the standard wants shown must be there; else 409, "
        "and facts.problems names what to mend by criterion. A second call gives the same answer."
    ),
)
@requires("inspections.fill")
def submit_own_draft(request: ApiRequest, uuid: uuids.UUID, body: VersionIn) -> Any:
    stored = submit_draft(actor=request.actor, uuid=uuid, version=body.version)
    return Status(201, receipt(stored))


@router.post(
    "/drafts/{uuid:uuid}/evidence/{uuid:photo}",
    response=answers(EvidenceShown, 400, 404, 409, 413, status=201),
    summary=gettext_noop("Add a photo"),
    description=gettext_noop(
        "JPEG, PNG or WebP of at most 25 MB, for one criterion. What the camera wrote into it is "
        "kept apart and not given out. The same UUID again changes nothing."
    ),
)
@requires("inspections.fill")
def add_evidence(
    request: ApiRequest,
    uuid: uuids.UUID,
    photo: uuids.UUID,
    criterion: Form[Code],
    file: File[UploadedFile],
) -> Any:
    if (file.size or 0) > MOST_PHOTO_BYTES:
        raise RequestDataTooBig
    draft = drafts.own_draft(request.actor, uuid)
    content = file.read()
    added = twice(
        lambda: drafts.add_evidence(
            actor=request.actor,
            draft=draft,
            uuid=photo,
            criterion_code=criterion,
            content=content,
        )
    )
    return Status(201, evidence_shown(added))


@router.delete(
    "/drafts/{uuid:uuid}/evidence/{uuid:photo}",
    response=answers(None, 404, status=204),
    summary=gettext_noop("Take a photo off a draft"),
)
@requires("inspections.fill")
def remove_evidence(request: ApiRequest, uuid: uuids.UUID, photo: uuids.UUID) -> Any:
    draft = drafts.own_draft(request.actor, uuid)
    drafts.remove_evidence(actor=request.actor, draft=draft, uuid=photo)
    return Status(204, None)


def _assignment(row: Assignment) -> AssignmentOut:
    return AssignmentOut(
        id=row.pk,
        unit=UnitBrief(code=row.unit.code, name=row.unit.name),
        standard=row.edition.standard.code,
        edition=row.edition.edition,
        channel=row.channel,
        due_on=row.due_on,
    )


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "uuid": draft.uuid,
        "version": draft.version,
        "unit": UnitBrief(code=draft.unit.code, name=draft.unit.name),
        "standard": draft.edition.standard.code,
        "edition": draft.edition.edition,
        "channel": draft.channel,
        "assignment": draft.assignment_id,
        "started_at": draft.started_at,
        "saved_at": draft.saved_at,
    }


def _whole(draft: Draft) -> DraftOut:
    photos = draft.evidence.order_by("pk")
    return DraftOut(
        **_row(draft),
        reason=draft.reason,
        marks=marks_out(draft.document),
        remarks=draft.document.get("remarks", ""),
        evidence=[evidence_shown(photo) for photo in photos],
    )


def _photos(draft: Draft) -> dict[str, list[str]]:
    """UUIDs of the photos that the server holds, by criterion."""
    photos: dict[str, list[str]] = {}
    for code, uuid in draft.evidence.order_by("pk").values_list("criterion_code", "uuid"):
        photos.setdefault(code, []).append(str(uuid))
    return photos
