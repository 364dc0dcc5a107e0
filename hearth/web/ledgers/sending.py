"""Records that a page of their room lists, sent in the columns of their ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse

from hearth.ledgers.registers import REGISTERS
from hearth.platform.spreadsheets import Table
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest

EXPORT = "exchange.export"
Beside = Callable[[Any], Table | None]


def send_rows(
    request: AppRequest, kind: str, rows: Any, beside: Beside | None = None
) -> FileResponse:
    """``rows`` of a register as a file, as far as the actor may export; CSV where asked for.

    ``beside`` makes a second sheet of the same rows; CSV has room for the first alone.

    Raises:
        NotAllowed: the actor may not read the register, or may export nothing.
    """
    actor, register = request.actor, REGISTERS[kind]
    actor.require(register.view)
    actor.require(EXPORT)
    found = rows.visible_to(actor.scope_for(EXPORT)).select_related("unit", *register.relations)
    cells = map(register.cells, found.iterator(chunk_size=2000))
    table = Table(kind, register.spec.columns, cells)
    as_csv = request.GET.get("format") == "csv"
    second = beside(found) if beside is not None and not as_csv else None
    return send_table(request, table, as_csv=as_csv, beside=second)
