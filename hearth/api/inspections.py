"""Checks: handing one in whole, the list, one with its arithmetic."""

from __future__ import annotations

import uuid as uuids
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, beyond_own, requires, signed_in
from hearth.api.documents import DocumentIn, document_of
from hearth.api.errors import answers
from hearth.api.fields import (
    ChannelKey,
    Code,
    Day,
    InspectionStatus,
    Instant,
    OptionalCode,
    Search,
    text,
)
from hearth.api.inspections_shown import (
    InspectionOut,
    InspectionPage,
    Receipt,
    inspection_out,
    inspection_row,
    receipt,
)
from hearth.api.paging import Paging, paged
from hearth.inspections.models import Finding, Inspection, InspectionQuerySet
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.workflows import submission

router = Router(tags=[gettext_noop("Checks")])


class InspectionIn(DocumentIn):
    """A check that another system hands in whole."""

    uuid: uuids.UUID = Field(
        description=gettext_noop("Made by the client; the same one again changes nothing.")
    )
    unit: Code
    standard: Code
    edition: Code
    channel: ChannelKey
    inspected_at: Instant = Field(
        description=gettext_noop("Without an offset, in the network's zone.")
    )
    reference: Annotated[str, text(80)] = Field(
        "", description=gettext_noop("Your own id of this check.")
    )
    ranked: bool = Field(
        True, description=gettext_noop("False: looked at, kept out of the ranking.")
    )


class InspectionQuery(BaseModel):
    q: Search = Field(
        "", description=gettext_noop("Words of the outlet's name or code, or pinyin initials.")
    )
    under: OptionalCode = Field(
        "", description=gettext_noop("Code of a unit; what lay below it that day.")
    )
    channel: ChannelKey | Literal[""] = ""
    status: InspectionStatus | Literal[""] = ""
    since: Day | None = Field(None, description=gettext_noop("First day."))
    until: Day | None = Field(None, description=gettext_noop("Last day."))
    criterion: OptionalCode = Field(
        "", description=gettext_noop("Code of a criterion that was not met.")
    )
    reference: Annotated[str, text(80)] = ""


@router.post(
    "/inspections",
    response=answers(Receipt, 400, 404, 409, 413, status=201),
    summary=gettext_noop("Hand in a check"),
    description=gettext_noop(
        "The marks are scored by their edition and stored as submitted. Handing in the same UUID "
        "with the same content again gives the same answer and changes nothing."
    ),
)
@requires("inspections.fill")
def submit_inspection(request: ApiRequest, body: InspectionIn) -> Any:
    stored = submission.submit_document(
        actor=request.actor,
        what=submission.DocumentIn(
            uuid=body.uuid,
            unit=body.unit,
            standard=body.standard,
            edition=body.edition,
            channel=body.channel,
            inspected_at=body.inspected_at,
            document=document_of(body),
            reference=body.reference,
            is_ranked=body.ranked,
        ),
    )
    return Status(201, receipt(stored))


@router.get(
    "/inspections",
    response=answers(InspectionPage),
    summary=gettext_noop("List checks"),
    description=gettext_noop(
        "Newest first, only the newest revision of each: released ones of your part of the tree, "
        "and those not yet released where you may read them."
    ),
)
@requires("inspections.view")
def list_inspections(
    request: ApiRequest, wanted: Query[InspectionQuery], paging: Query[Paging]
) -> Any:
    rows = filtered_inspections(request.actor, wanted)
    return paged(InspectionPage, rows, paging, lambda stored: inspection_row(request.actor, stored))


@router.get(
    "/inspections/own",
    response=answers(InspectionPage),
    summary=gettext_noop("List the checks you carried out"),
)
@requires("inspections.fill")
def list_own_inspections(
    request: ApiRequest, wanted: Query[InspectionQuery], paging: Query[Paging]
) -> Any:
    rows = filtered_inspections(request.actor, wanted).filter(inspector_id=request.actor.user_id)
    return paged(InspectionPage, rows, paging, lambda stored: inspection_row(request.actor, stored))


@router.get(
    "/inspections/{uuid:uuid}",
    response=answers(InspectionOut, 404),
    summary=gettext_noop("Read one check with its arithmetic"),
    description=gettext_noop(
        "Every criterion with what it earned and why it lost, the findings, and the photos."
    ),
)
@signed_in
def read_inspection(request: ApiRequest, uuid: uuids.UUID) -> Any:
    actor = beyond_own(request.actor)
    rows = Inspection.objects.visible_to(actor)
    stored = rows.select_related("unit", "edition__standard", "replaces").get(uuid=uuid)
    return inspection_out(actor, stored)


def filtered_inspections(actor: Actor, wanted: InspectionQuery) -> InspectionQuerySet:
    """Current checks that the actor may read, narrowed; the newest first."""
    rows = (
        Inspection.objects.visible_to(beyond_own(actor))
        .filter(is_current=True)
        .select_related("unit", "edition__standard")
        .defer("document", "modules")
        .order_by("-inspected_on", "-pk")
    )
    plain: dict[str, Any] = {
        "channel": wanted.channel,
        "status": wanted.status,
        "reference": wanted.reference,
        "inspected_on__gte": wanted.since,
        "inspected_on__lte": wanted.until,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.q:
        rows = rows.filter(unit__in=Unit.objects.matching(wanted.q))
    if wanted.under:
        unit = Unit.objects.filter(code=wanted.under).first()
        rows = rows.under(unit.path) if unit else rows.none()
    if wanted.criterion:
        failed = Finding.objects.filter(criterion__code=wanted.criterion)
        rows = rows.filter(pk__in=failed.values("inspection_id"))
    return rows
