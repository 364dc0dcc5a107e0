"""Records that a page of their room lists, sent in the columns of their ledger."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse

from hearth.ledgers.registers import REGISTERS
from hearth.platform.spreadsheets import Table
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest

EXPORT = "exchange.export"


def send_rows(request: AppRequest, kind: str, rows: Any) -> FileResponse:
    """``rows`` of a register as a file, as far as the actor may export; CSV where asked for.

    Raises:
        NotAllowed: the actor may not read the register, or may export nothing.
    """
    actor, register = request.actor, REGISTERS[kind]
    actor.require(register.view)
    actor.require(EXPORT)
    found = rows.visible_to(actor.scope_for(EXPORT)).select_related("unit", *register.relations)
    cells = map(register.cells, found.iterator(chunk_size=2000))
    table = Table(kind, register.spec.columns, cells)
    return send_table(table, as_csv=request.GET.get("format") == "csv")
