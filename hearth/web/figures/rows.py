"""The rows behind one figure: whoever doubts a value opens the records that it was counted from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from hearth.ledgers.lookups import CodeLookup
from hearth.ledgers.registers import REGISTERS, Field
from hearth.network.models import Placement, Post
from hearth.outreach.models import ExperienceVisit, Observation, SignIn, SignInSheet
from hearth.platform.spreadsheets import Column, Table
from hearth.rectification.models import Rectification
from hearth.scoring.models import Result
from hearth.web.downloads import send_table
from hearth.web.figures import words
from hearth.web.figures.asking import VIEW, question_of, task_url, tasks_from
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
            (_address(row), _readable(figure, _cells(found.headings, cells, row)))
            for row, cells in found.records
        ],
        "page_obj": page,
        "task_url": task_url(
            tasks_from(request.actor), question.unit, figure, words.shown(figure, value)
        ),
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
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


def _typed(column: Column, cell: Any) -> Any:
    """A cell as a spreadsheet takes it: points as numbers, nothing as nothing."""
    if column.type == "decimal" and isinstance(cell, str):
        return Decimal(cell) if cell else None
    return cell


def _readable(figure: Figure, cells: Sequence[Any]) -> Sequence[Any]:
    """Columns as people read them: what names the record first, whether it counts last."""
    return [*cells[1:], cells[0]] if figure.measure == "share" else cells


def _cells(columns: Sequence[Column], cells: Sequence[Any], row: Any) -> list[tuple[Column, str]]:
    """Cells as people read them: what a catalogue names by code stands there by its name."""
    named = {one.name: one for one in _catalogued(row)}
    return [
        (column, _named(named[column.name], row))
        if column.name in named
        else (column, words.cell_text(column, cell))
        for column, cell in zip(columns, cells, strict=True)
    ]


def _catalogued(row: Any) -> list[Field]:
    register = next((one for one in REGISTERS.values() if one.model is type(row)), None)
    fields = () if register is None or type(row) in _PAGES else register.fields
    return [one for one in fields if isinstance(one.lookup, CodeLookup) and one.lookup.is_catalogue]


def _named(one: Field, row: Any) -> str:
    related = getattr(row, one.relation)
    return "" if related is None else str(related)


def _address(row: Any) -> str:
    """Page of a record, or of the check, outlet or result that it belongs to."""
    if type(row) in _PAGES:
        name, key = _PAGES[type(row)]
        return reverse(name, args=key(row))
    register = next(one for one in REGISTERS.values() if isinstance(row, one.model))
    return page_of(register, row.pk)


_PAGES: dict[type, tuple[str, Callable[[Any], Sequence[Any]]]] = {
    Inspection: ("inspections:detail", lambda row: [row.uuid]),
    Finding: ("inspections:detail", lambda row: [row.inspection.uuid]),
    Result: ("scoring:result", lambda row: [row.closing.period, row.code]),
    Placement: ("network:unit-detail", lambda row: [row.unit.code]),
    Post: ("network:unit-detail", lambda row: [row.unit.code]),
    Rectification: ("rectification:detail", lambda row: [row.pk]),
    SignIn: ("outreach:activity", lambda row: [row.sheet.activity_id]),
    SignInSheet: ("outreach:activity", lambda row: [row.activity_id]),
    ExperienceVisit: ("outreach:experience-visit", lambda row: [row.pk]),
    Observation: ("outreach:experience-visit", lambda row: [row.visit_id]),
}
"""Pages of records that no register keeps: the name of the address, and what it takes."""
