"""Lists that leave as spreadsheets, in the form in which they would come in again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any, Literal

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import OptionalCode, PeriodKey, Search
from hearth.api.inspections import InspectionQuery, filtered_inspections
from hearth.api.periods import RankingQuery, ranking_table
from hearth.api.units import UnitQuery
from hearth.exchange.kinds import EXPORTS
from hearth.exchange.leaving import record_export
from hearth.platform.spreadsheets import Column, ColumnType, Table, write_csv, write_xlsx

router = Router(tags=[gettext_noop("Spreadsheets out")])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
IN_MEMORY = 4 * 1024 * 1024
MOST_ROWS = 1_000_000  # a sheet of a workbook holds few more


def _columns(**kinds: ColumnType) -> tuple[Column, ...]:
    """Columns under their identifiers, as the exchange formats name them."""
    return tuple(Column(name, name, kind) for name, kind in kinds.items())


RANKING = _columns(
    rank="integer",
    code="code",
    name="text",
    parent="code",
    score="centi",
    inspections="integer",
    low_rank="integer",
    high_rank="integer",
    group="text",
    previous_rank="integer",
    movement="integer",
    reason="text",
)
INSPECTIONS = _columns(
    uuid="code",
    reference="code",
    unit="code",
    unit_name="text",
    channel="code",
    standard="code",
    edition="code",
    inspected_on="date",
    score="centi",
    findings="integer",
    critical="text",
    status="code",
    ranked="boolean",
)
FILE = {
    "responses": {
        200: {
            "content": {
                CSV: {"schema": {"type": "string"}},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
            }
        }
    }
}


class FormatQuery(BaseModel):
    format: Literal["xlsx", "csv"] = "xlsx"


class PeopleQuery(BaseModel):
    q: Search = Field(
        "", description=gettext_noop("Words of name or staff number, or pinyin initials.")
    )
    unit: OptionalCode = Field(
        "", description=gettext_noop("Code of a unit; posts there or below.")
    )
    post: Search = ""
    state: Literal["", "present", "left"] = ""
    basic: Literal["", "y", "n"] = Field(
        "", description=gettext_noop("Covered by every knowledge test.")
    )


class RankingExportQuery(RankingQuery):
    period: PeriodKey


@router.get(
    "/exports/units",
    response=answers(None, 409),
    summary=gettext_noop("Units as a spreadsheet"),
    openapi_extra=FILE,
)
@requires("exchange.export")
def export_units(
    request: ApiRequest, wanted: Query[UnitQuery], form: Query[FormatQuery]
) -> FileResponse:
    filters = wanted.model_dump() | {"branch": wanted.under}
    return sent(request, EXPORTS["units"].tables(request.actor, filters), form.format)


@router.get(
    "/exports/people",
    response=answers(None, 409),
    summary=gettext_noop("Staff as a spreadsheet"),
    description=gettext_noop(
        "Telephone numbers and e-mail addresses are masked. The trail keeps who took the list."
    ),
    openapi_extra=FILE,
)
@requires("exchange.export")
def export_people(
    request: ApiRequest, wanted: Query[PeopleQuery], form: Query[FormatQuery]
) -> FileResponse:
    filters = wanted.model_dump()
    tables = EXPORTS["people"].tables(request.actor, filters)
    return sent(request, tables, form.format)


@router.get(
    "/exports/inspections",
    response=answers(None, 409),
    summary=gettext_noop("Checks as a spreadsheet"),
    description=gettext_noop("The list of checks as filtered, a row a check."),
    openapi_extra=FILE,
)
@requires("exchange.export")
def export_inspections(
    request: ApiRequest, wanted: Query[InspectionQuery], form: Query[FormatQuery]
) -> FileResponse:
    request.actor.require("inspections.view")
    rows = filtered_inspections(request.actor, wanted)[:MOST_ROWS]
    body = (
        (
            str(row.uuid),
            row.reference,
            row.unit.code,
            row.unit.name,
            row.channel,
            row.edition.standard.code,
            row.edition.edition,
            row.inspected_on,
            row.score_centi,
            row.findings_count,
            row.critical,
            row.status,
            row.is_ranked,
        )
        for row in rows.iterator(chunk_size=2000)
    )
    return sent(request, [Table("inspections", INSPECTIONS, body)], form.format)


@router.get(
    "/exports/ranking",
    response=answers(None, 404, 409),
    summary=gettext_noop("A ranking as a spreadsheet"),
    openapi_extra=FILE,
)
@requires("exchange.export")
def export_ranking(
    request: ApiRequest, wanted: Query[RankingExportQuery], form: Query[FormatQuery]
) -> FileResponse:
    request.actor.require("scores.view")
    table = ranking_table(request, wanted.period, wanted)
    names = ["score_centi" if c.name == "score" else c.name for c in RANKING]
    body = (tuple(getattr(row, name) for name in names) for row in table.rows)
    name = f"ranking-{wanted.period}-{table.level}"
    return sent(request, [Table(name, RANKING, body)], form.format)


def sent(request: ApiRequest, tables: Sequence[Table], form: str) -> FileResponse:
    """Tables as a download with identifiers as headings; of several, CSV takes the first.

    It is written to disk first, so memory stays small. The trail keeps who took it (ADR 0014).
    """
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent, then closed
    zone = timezone.get_default_timezone()
    try:
        if form == "csv":
            rows = write_csv(file, tables[0], zone=zone)
        else:
            rows = write_xlsx(file, tables, zone=zone, labels=False, bulk=True)
        filters = request.GET.dict()
        record_export(request.actor, tables[0].name, rows=rows, form=form, filters=filters)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{tables[0].name}-{timezone.localdate():%Y%m%d}.{form}",
        content_type=f"{CSV}; charset=utf-8" if form == "csv" else XLSX,
    )
