"""Lists that leave as spreadsheets: XLSX or CSV, as filtered, with the reader's headings."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.utils import timezone

from hearth.platform.spreadsheets import Table, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
IN_MEMORY = 4 * 1024 * 1024


def send_table(
    table: Table, *, as_csv: bool = False, bulk: bool = True, beside: Table | None = None
) -> FileResponse:
    """One table as a download; it is written to disk first, so memory stays small.

    ``beside`` is a second sheet of a workbook; CSV has none.
    """
    tables = [table] if beside is None else [table, beside]
    return _sent(tables, table.name, as_csv=as_csv, bulk=bulk)


def send_workbook(tables: Sequence[Table], name: str, *, labels: bool = True) -> FileResponse:
    """Several sheets as one styled XLSX."""
    return _sent(tables, name, as_csv=False, bulk=False, labels=labels)


def _sent(
    tables: Sequence[Table], name: str, *, as_csv: bool, bulk: bool, labels: bool = True
) -> FileResponse:
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent, then closed
    zone = timezone.get_default_timezone()
    if as_csv:
        write_csv(file, tables[0], zone=zone, labels=labels)
    else:
        write_xlsx(file, tables, zone=zone, labels=labels, bulk=bulk)
    file.seek(0)
    suffix = "csv" if as_csv else "xlsx"
    day = timezone.localdate().strftime("%Y%m%d")
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{day}.{suffix}",
        content_type=CSV if as_csv else XLSX,
    )


def attachment(content: bytes, filename: str, content_type: str = XLSX) -> HttpResponse:
    """Bytes that are ready, as a download."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(filename)}"
    return response
