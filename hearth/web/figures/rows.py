"""The rows behind one figure: whoever doubts a value opens the records that it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hearth.figures.declared import FIGURES
from hearth.figures.engine import ask
from hearth.figures.registry import Figure
from hearth.figures.tracing import traced
from hearth.inspections.models import Finding, Inspection
from hearth.ledgers.registers import REGISTERS
from hearth.network.models import Placement, Post
from hearth.platform.spreadsheets import Column, Table
from hearth.scoring.models import Result
from hearth.web.downloads import send_table
from hearth.web.figures import words
from hearth.web.figures.asking import VIEW, question_of
from hearth.web.http import AppRequest, requires
from hearth.web.ledgers.addresses import page_of

PAGE = 50


def _figure(key: str) -> Figure:
    figure: Figure | None = FIGURES.get(key)
    if figure is None:
        raise Http404
    return figure


@requires(VIEW)
@require_safe
def figure_rows(request: AppRequest, key: str) -> HttpResponse:
    """The value, how it came about, and its records."""
    figure = _figure(key)
    question = question_of(request.actor, figure, request.GET.dict())
    ((_same, value),) = ask([key], question)
    page = Paginator(figure.rows(question), PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PAGE
    found = traced(figure, question, slice(start, start + PAGE))
    when = figure.when(question.as_of, question.since)
    context = {
        "figure": figure,
        "group": words.group_name(figure.group),
        "unit": question.unit,
        "as_of": question.as_of,
        "since": when.since,
        "value": value,
        "shown": words.shown(figure, value),
        "is_coarse": words.is_coarse(value),
        "interval": words.interval_text(value),
        "time": words.time_text(figure, when),
        "how": words.how(figure),
        "columns": _readable(figure, found.headings),
        "rows": [
            (_address(row), _readable(figure, _cells(found.headings, cells)))
            for row, cells in found.records
        ],
        "page_obj": page,
    }
    return render(request, "figures/rows.html", context)


@requires("exchange.export")
@require_safe
def figure_export(request: AppRequest, key: str) -> FileResponse:
    """All rows behind the value as a spreadsheet, with the reader's headings."""
    figure = _figure(key)
    question = question_of(request.actor, figure, request.GET.dict(), "exchange.export")
    found = traced(figure, question)
    rows = (
        [_typed(column, cell) for column, cell in zip(found.headings, cells, strict=True)]
        for _row, cells in found.records
    )
    table = Table(key.replace(".", "-"), found.headings, rows)
    return send_table(table, as_csv=request.GET.get("format") == "csv")


def _typed(column: Column, cell: Any) -> Any:
    """A cell as a spreadsheet takes it: points as numbers, nothing as nothing."""
    if column.type == "decimal" and isinstance(cell, str):
        return Decimal(cell) if cell else None
    return cell


def _readable(figure: Figure, cells: Sequence[Any]) -> Sequence[Any]:
    """Columns as people read them: what names the record first, whether it counts last."""
    return [*cells[1:], cells[0]] if figure.measure == "share" else cells


def _cells(columns: Sequence[Column], cells: Sequence[Any]) -> list[tuple[Column, str]]:
    return [
        (column, words.cell_text(column, cell)) for column, cell in zip(columns, cells, strict=True)
    ]


def _address(row: Any) -> str:
    """Page of a record, or of the check, outlet or result that it belongs to."""
    if isinstance(row, Inspection):
        return reverse("inspections:detail", args=[row.uuid])
    if isinstance(row, Finding):
        return reverse("inspections:detail", args=[row.inspection.uuid])
    if isinstance(row, Result):
        return reverse("scoring:result", args=[row.closing.period, row.code])
    if isinstance(row, Placement | Post):
        return reverse("network:unit-detail", args=[row.unit.code])
    register = next(one for one in REGISTERS.values() if isinstance(row, one.model))
    return page_of(register, row.pk)
