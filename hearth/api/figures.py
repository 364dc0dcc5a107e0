"""Figures and the rows behind them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import Code, Day, OptionalCode
from hearth.api.paging import Paging
from hearth.figures.declared import FIGURES
from hearth.figures.engine import ask
from hearth.figures.registry import Figure, Measure, Question, written
from hearth.figures.tracing import trace
from hearth.network.models import Unit
from hearth.network.scope import Actor

router = Router(tags=[gettext_noop("Figures")])


class FigureQuery(BaseModel):
    as_of: Day = Field(description=gettext_noop("The end of this day."))
    unit: OptionalCode = Field(
        "", description=gettext_noop("Code; default: the highest unit you see.")
    )
    since: Day | None = Field(
        None, description=gettext_noop("First day of spans; default: the quarter of as_of.")
    )


class FigureOut(BaseModel):
    key: str
    name: str
    unit: str
    as_of: date
    value: str = Field(description=gettext_noop("As it is read; empty when there is none."))
    measure: Measure
    records: int = Field(description=gettext_noop("How many rows it was computed from."))


class TraceOut(BaseModel):
    key: str
    columns: list[str]
    rows: list[list[Any]]
    count: int = Field(
        description=gettext_noop("Rows on all pages; their count, sum or quotient is the figure.")
    )
    page: int
    page_size: int


@router.get(
    "/figures",
    response=answers(list[FigureOut], 404),
    summary=gettext_noop("Read every figure of a unit"),
)
@requires("figures.view")
def list_figures(request: ApiRequest, wanted: Query[FigureQuery]) -> Any:
    question = _question(request.actor, wanted)
    return [
        FigureOut(
            key=figure.key,
            name=str(figure.name),
            unit=question.unit.code,
            as_of=question.as_of,
            value=written(figure, value),
            measure=figure.measure,
            records=value.records,
        )
        for figure, value in ask(FIGURES, question)
    ]


@router.get(
    "/figures/{key}/trace",
    response=answers(TraceOut, 404),
    summary=gettext_noop("Read the rows behind a figure"),
)
@requires("figures.view")
def read_trace(
    request: ApiRequest, key: Code, wanted: Query[FigureQuery], paging: Query[Paging]
) -> Any:
    figure: Figure | None = FIGURES.get(key)
    if figure is None:
        raise Http404
    question = _question(request.actor, wanted, figure.source.permission)
    start = (paging.page - 1) * paging.page_size
    columns, rows = trace(figure, question, slice(start, start + paging.page_size))
    return TraceOut(
        key=key,
        columns=list(columns),
        rows=[list(row) for row in rows],
        count=figure.rows(question).count(),
        page=paging.page,
        page_size=paging.page_size,
    )


def _question(actor: Actor, wanted: FigureQuery, *more: str) -> Question:
    """What is asked, about a unit where the actor sees figures and holds ``more``.

    Raises:
        NotAllowed: one of the permissions is held nowhere.
        Unit.DoesNotExist: there is no such unit, or it lies outside what the actor reaches.
    """
    units = Unit.objects.order_by("path")
    for permission in ("figures.view", *more):
        actor.require(permission)
        units = units.visible_to(actor.scope_for(permission))
    unit = units.get(code=wanted.unit) if wanted.unit else units.first()
    if unit is None:
        raise Unit.DoesNotExist
    return Question.about(unit, wanted.as_of, wanted.since)
