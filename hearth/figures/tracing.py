"""The rows behind a figure, in columns that people and scripts can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hearth.figures.registry import Figure, Question
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.rounding import centi_text, milli_text
from hearth.network.models import Unit
from hearth.scoring.models import Result

COLUMNS: dict[type, tuple[str, ...]] = {
    Unit: ("code", "name", "opened_on"),
    Inspection: ("inspection", "unit", "name", "channel", "inspected_on", "score"),
    Finding: ("inspection", "unit", "name", "criterion", "inspected_on", "lost", "note"),
    Result: ("period", "code", "name", "score", "rank", "inspections"),
}


def trace(
    figure: Figure, question: Question, part: slice = slice(None)
) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """Columns and rows behind ``figure``, or a part of them, read as they are taken."""
    rows = figure.rows(question)[part]
    model = rows.model
    return COLUMNS[model], (_READERS[model](row) for row in _joined(rows).iterator(chunk_size=2000))


def _joined(rows: Any) -> Any:
    if rows.model is Inspection:
        return rows.select_related("unit").defer("document", "modules")
    if rows.model is Finding:
        return rows.select_related("unit", "criterion", "inspection")
    if rows.model is Result:
        return rows.select_related("closing")
    return rows


def _unit(row: Unit) -> Sequence[Any]:
    return (row.code, row.name, row.opened_on)


def _inspection(row: Inspection) -> Sequence[Any]:
    score = "" if row.score_centi is None else centi_text(row.score_centi)
    name = row.reference or str(row.uuid)
    return (name, row.unit.code, row.unit.name, row.channel, row.inspected_on, score)


def _finding(row: Finding) -> Sequence[Any]:
    return (
        row.inspection.reference or str(row.inspection.uuid),
        row.unit.code,
        row.unit.name,
        row.criterion.code,
        row.inspected_on,
        milli_text(row.lost_milli),
        row.note,
    )


def _result(row: Result) -> Sequence[Any]:
    score = "" if row.score_centi is None else centi_text(row.score_centi)
    return (row.closing.period, row.code, row.name, score, row.rank, row.inspections)


_READERS: dict[type, Any] = {
    Unit: _unit,
    Inspection: _inspection,
    Finding: _finding,
    Result: _result,
}
