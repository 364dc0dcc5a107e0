"""Standards: their editions, and one edition with every criterion."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import (
    Day,
    EditionStatus,
    EvidenceKind,
    Method,
    NotApplicable,
    OptionalCode,
    RowId,
    Scheme,
    Severity,
    points,
    score,
)
from hearth.api.paging import Page, Paging, paged
from hearth.network.scope import Actor
from hearth.standards.models import Criterion, Edition, EditionQuerySet

router = Router(tags=[gettext_noop("Standards")])


class EditionRow(BaseModel):
    id: int
    standard: str = Field(description=gettext_noop("Code of the standard."))
    title: str
    title_en: str
    edition: str
    status: EditionStatus
    effective_from: date
    scheme: Scheme
    not_applicable: NotApplicable
    base_points: float | None = Field(description=gettext_noop("Scheme deduction only."))
    pass_points: float | None = Field(description=gettext_noop("Pass line, 0 to 100."))
    content_hash: str = Field(description=gettext_noop("SHA-256 of the rules; empty for a draft."))
    published_at: datetime | None


class EditionPage(Page[EditionRow]):
    pass


class ModuleOut(BaseModel):
    code: str
    title: str
    title_en: str


class CriterionOut(BaseModel):
    module: str
    code: str
    text: str
    text_en: str
    guidance: str
    guidance_en: str
    method: Method
    points: float
    step_points: float | None = Field(
        description=gettext_noop("Method deduct: lost for each occurrence.")
    )
    max_lost: float | None = Field(description=gettext_noop("Method deduct: at most this is lost."))
    levels: int | None = Field(description=gettext_noop("Method scale: 0 to this."))
    options: str = Field(description=gettext_noop("Method choice, for example A=2;B=1;C=0."))
    bands: str = Field(
        description=gettext_noop("Method number, lower end included: 18..=2;16..18=1;..16=0.")
    )
    critical: str = Field(description=gettext_noop("none, zero_module, zero_total, or cap:60."))
    gates: list[str] = Field(
        description=gettext_noop("Codes of the criteria that are lost with it.")
    )
    channels: list[str] = Field(description=gettext_noop("Channels that ask it; empty: all."))
    unit_kinds: list[str] = Field(
        description=gettext_noop("Types of outlet that are asked; empty: all.")
    )
    evidence: EvidenceKind
    pillar: str
    severity: Severity
    due_days: int | None


class EditionOut(EditionRow):
    modules: list[ModuleOut]
    criteria: list[CriterionOut] = Field(description=gettext_noop("In the order of the standard."))


class EditionQuery(BaseModel):
    standard: OptionalCode = Field("", description=gettext_noop("Code of a standard."))
    edition: OptionalCode = Field("", description=gettext_noop("Name of an edition."))
    status: EditionStatus | Literal[""] = ""
    in_force_on: Day | None = Field(
        None, description=gettext_noop("Only published editions whose time has come by then.")
    )


@router.get(
    "/editions",
    response=answers(EditionPage),
    summary=gettext_noop("List editions of standards"),
    description=gettext_noop("The newest of each standard first; drafts for their editors only."),
)
@requires("standards.view")
def list_editions(request: ApiRequest, wanted: Query[EditionQuery], paging: Query[Paging]) -> Any:
    rows = visible_editions(request.actor)
    if wanted.in_force_on:
        rows = rows.in_force(wanted.in_force_on)
    if wanted.standard:
        rows = rows.filter(standard__code=wanted.standard)
    if wanted.edition:
        rows = rows.filter(edition=wanted.edition)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    rows = rows.order_by("standard__code", "-effective_from", "-pk")
    return paged(EditionPage, rows, paging, lambda row: EditionRow(**_row(row)))


@router.get(
    "/editions/{int:id}",
    response=answers(EditionOut, 404),
    summary=gettext_noop("Read one edition with its criteria"),
)
@requires("standards.view")
def read_edition(request: ApiRequest, id: RowId) -> Any:
    edition = visible_editions(request.actor).get(pk=id)
    modules = edition.modules.order_by("position")
    criteria = edition.criteria.select_related("module").order_by("position")
    return EditionOut(
        **_row(edition),
        modules=[ModuleOut(code=m.code, title=m.title, title_en=m.title_en) for m in modules],
        criteria=[_criterion(c) for c in criteria],
    )


def visible_editions(actor: Actor) -> EditionQuerySet:
    """Editions the actor may read: drafts only for those who edit standards."""
    rows = Edition.objects.select_related("standard")
    return rows if actor.can("standards.edit") else rows.exclude(status=Edition.Status.DRAFT)


def _row(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.pk,
        "standard": edition.standard.code,
        "title": edition.standard.title,
        "title_en": edition.standard.title_en,
        "edition": edition.edition,
        "status": edition.status,
        "effective_from": edition.effective_from,
        "scheme": edition.scheme,
        "not_applicable": edition.not_applicable,
        "base_points": None if edition.base_milli is None else points(edition.base_milli),
        "pass_points": score(edition.pass_centi),
        "content_hash": edition.content_hash,
        "published_at": edition.published_at,
    }


def _criterion(row: Criterion) -> CriterionOut:
    plain = {name: getattr(row, name) for name in CriterionOut.model_fields if hasattr(row, name)}
    return CriterionOut(
        **plain
        | {
            "module": row.module.code,
            "points": points(row.points_milli),
            "step_points": None if row.step_milli is None else points(row.step_milli),
            "max_lost": None if row.max_lost_milli is None else points(row.max_lost_milli),
        }
    )
