"""Lists that leave as spreadsheets: XLSX or CSV, as filtered, with the reader's headings."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.utils import timezone

from hearth.exchange.leaving import record_export
from hearth.platform.spreadsheets import Table, write_csv, write_xlsx
from hearth.web.http import AppRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
IN_MEMORY = 4 * 1024 * 1024


def send_table(
    request: AppRequest,
    table: Table,
    *,
    as_csv: bool = False,
    bulk: bool = True,
    beside: Table | None = None,
) -> FileResponse:
    """One table as a download; it is written to disk first, so memory stays small.

    The trail keeps who took it, narrowed by what, and how many rows (ADR 0014). ``beside`` is a
    second sheet of a workbook; CSV has none.
    """
    tables = [table] if beside is None else [table, beside]
    return _sent(request, tables, table.name, _Form(as_csv=as_csv, bulk=bulk))


def send_workbook(
    request: AppRequest, tables: Sequence[Table], name: str, *, labels: bool = True
) -> FileResponse:
    """Several sheets as one styled XLSX; the trail keeps it as ``send_table`` does."""
    return _sent(request, tables, name, _Form(as_csv=False, bulk=False, labels=labels))


@dataclass(frozen=True, slots=True)
class _Form:
    as_csv: bool
    bulk: bool
    labels: bool = True


def _sent(request: AppRequest, tables: Sequence[Table], name: str, form: _Form) -> FileResponse:
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent, then closed
    zone = timezone.get_default_timezone()
    if form.as_csv:
        rows = write_csv(file, tables[0], zone=zone, labels=form.labels)
    else:
        rows = write_xlsx(file, tables, zone=zone, labels=form.labels, bulk=form.bulk)
    file.seek(0)
    suffix = "csv" if form.as_csv else "xlsx"
    record_export(request.actor, name, rows=rows, form=suffix, filters=request.GET.dict())
    day = timezone.localdate().strftime("%Y%m%d")
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{day}.{suffix}",
        content_type=CSV if form.as_csv else XLSX,
    )


def attachment(content: bytes, filename: str, content_type: str = XLSX) -> HttpResponse:
    """Bytes that are ready, as a download."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(filename)}"
    return response
