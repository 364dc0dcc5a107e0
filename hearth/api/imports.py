"""Spreadsheets that come in: queued, run by the worker, reported cell by cell."""

from __future__ import annotations

import uuid as uuids
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from ninja import Form, Router, Status, UploadedFile
from ninja.params.functions import File
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.exports import XLSX
from hearth.api.fields import JobStatus
from hearth.exchange.jobs import enqueue_import
from hearth.exchange.kinds import KINDS
from hearth.platform.models import Job
from hearth.platform.spreadsheets import template

router = Router(tags=[gettext_noop("Spreadsheets in")])
Kind = Literal["units", "people", "standard", "inspections", "adjustments", "readings"]
MOST_FILES = 20


class ImportForm(BaseModel):
    dry_run: bool = Field(False, description=gettext_noop("Only report what would change."))
    status: Literal["released", "submitted"] = Field(
        "released",
        description=gettext_noop("Kind inspections: count them at once, or after review."),
    )
    rectify: bool = Field(
        False,
        description=gettext_noop("Kind inspections: have what they found put right from today on."),
    )
    publish: bool = Field(
        True, description=gettext_noop("Kind standard: publish it; else it stays a draft.")
    )


class JobOut(BaseModel):
    uuid: uuids.UUID
    kind: str
    status: JobStatus
    done: int
    total: int = Field(description=gettext_noop("0 while not known."))
    stage: str
    created_at: datetime
    finished_at: datetime | None
    report: dict[str, Any] = Field(
        description=gettext_noop("When it is over: counts, and every bad cell with its reason.")
    )


@router.post(
    "/imports/{kind}",
    response=answers(JobOut, 400, 404, 409, 413, status=202),
    summary=gettext_noop("Import spreadsheets"),
    description=gettext_noop(
        "XLSX or CSV in the project's exchange formats. Either everything is written or nothing; "
        "ask the job until it is over."
    ),
)
@requires("exchange.import")
def start_import(
    request: ApiRequest,
    kind: Kind,
    options: Form[ImportForm],
    files: Annotated[list[UploadedFile], File(..., min_length=1, max_length=MOST_FILES)],
) -> Any:
    if any((file.size or 0) > settings.HEARTH_UPLOAD_BYTES for file in files):
        raise RequestDataTooBig
    chosen: dict[str, Any] = {"dry_run": options.dry_run}
    if kind == "inspections":
        chosen |= {"as": options.status, "rectify": options.rectify}
    if kind == "standard":
        chosen["publish"] = options.publish
    job = enqueue_import(
        actor=request.actor,
        kind=kind,
        uploads=[(file.name or "", file.read()) for file in files],
        options=chosen,
        language=get_language() or "",
    )
    return Status(202, _job(job))


@router.get(
    "/jobs/{uuid:uuid}",
    response=answers(JobOut, 404),
    summary=gettext_noop("See how an import goes"),
    description=gettext_noop(
        "Your own only. Ask again until the status is done, refused or failed."
    ),
)
@requires("exchange.import")
def read_job(request: ApiRequest, uuid: uuids.UUID) -> Any:
    return _job(Job.objects.get(uuid=uuid, kind="import", created_by_id=request.actor.user_id))


@router.get(
    "/imports/{kind}/template",
    response=answers(None, 404),
    summary=gettext_noop("Fetch the template of an import"),
    description=gettext_noop("An XLSX with notes and drop-downs."),
    openapi_extra={
        "responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
@requires("exchange.import")
def fetch_template(request: ApiRequest, kind: Kind) -> HttpResponse:
    response = HttpResponse(template(*KINDS[kind].specs()), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response


def _job(job: Job) -> JobOut:
    return JobOut(
        uuid=job.uuid,
        kind=str(job.params.get("kind", "")),
        status=job.status,
        done=job.done,
        total=job.total,
        stage=job.stage,
        created_at=job.created_at,
        finished_at=job.finished_at,
        report=job.result,
    )
