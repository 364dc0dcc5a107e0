"""The rows behind a figure, in columns that people and scripts can read.

A share shows its whole denominator, with a first column that says which rows are in the numerator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hearth.figures.registry import COUNTED, Figure, Question
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.rounding import centi_text, milli_text
from hearth.ledgers.registers import REGISTERS, Register
from hearth.network.models import Placement, Post
from hearth.scoring.models import Result


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one model are shown.

    Attributes:
        columns: their headings, identifiers.
        cells: a row's values, in the same order.
        joined: relations that are read with them.
        deferred: columns that are not needed.
    """

    columns: tuple[str, ...]
    cells: Callable[[Any], Sequence[Any]]
    joined: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()


def trace(
    figure: Figure, question: Question, part: slice = slice(None)
) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """Columns and rows behind ``figure``, or a part of them, read as they are taken."""
    rows = figure.rows(question)
    layout = layout_of(rows.model)
    is_share = figure.measure == "share"
    rows = rows[part]
    rows = rows.select_related(*layout.joined) if layout.joined else rows
    rows = rows.defer(*layout.deferred) if layout.deferred else rows
    columns = (COUNTED, *layout.columns) if is_share else layout.columns

    def read() -> Iterator[Sequence[Any]]:
        for row in rows.iterator(chunk_size=2000):
            cells = tuple(layout.cells(row))
            yield ("y" if getattr(row, COUNTED) else "n", *cells) if is_share else cells

    return columns, read()


def layout_of(model: type) -> Layout:
    """How rows of ``model`` are shown: its own layout, or that of its register.

    Raises:
        KeyError: nobody said how.
    """
    if model in _LAYOUTS:
        return _LAYOUTS[model]
    for register in REGISTERS.values():
        if register.model is model:
            return _of_register(register)
    raise KeyError(model)


def _of_register(register: Register) -> Layout:
    names = tuple(one.name for one in register.fields)
    if "unit" in names:
        place = names.index("unit") + 1
        columns = (*names[:place], "name", *names[place:])

        def cells(row: Any) -> Sequence[Any]:
            found = register.cells(row)
            return (*found[:place], row.unit.name, *found[place:])

    else:
        columns = ("unit", "name", *names)

        def cells(row: Any) -> Sequence[Any]:
            return (row.unit.code, row.unit.name, *register.cells(row))

    return Layout(columns, cells, tuple(sorted({*register.relations, "unit"})))


def _score(row: Any) -> str:
    return "" if row.score_centi is None else centi_text(row.score_centi)


def _placement(row: Placement) -> Sequence[Any]:
    return (row.unit.code, row.unit.name, row.unit.opened_on)


def _inspection(row: Inspection) -> Sequence[Any]:
    name = row.reference or str(row.uuid)
    return (name, row.unit.code, row.unit.name, row.channel, row.inspected_on, _score(row))


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
    return (row.closing.period, row.code, row.name, _score(row), row.rank, row.inspections)


def _post(row: Post) -> Sequence[Any]:
    person = row.person
    return (person.staff_no, person.name, row.unit.code, row.unit.name, row.title)


_LAYOUTS: dict[type, Layout] = {
    Placement: Layout(("code", "name", "opened_on"), _placement, ("unit",)),
    Inspection: Layout(
        ("inspection", "unit", "name", "channel", "inspected_on", "score"),
        _inspection,
        ("unit",),
        ("document", "modules"),
    ),
    Finding: Layout(
        ("inspection", "unit", "name", "criterion", "inspected_on", "lost", "note"),
        _finding,
        ("unit", "criterion", "inspection"),
    ),
    Result: Layout(
        ("period", "code", "name", "score", "rank", "inspections"),
        _result,
        ("closing",),
        ("trace", "modules", "channels"),
    ),
    Post: Layout(("staff_no", "person", "unit", "name", "post"), _post, ("person", "unit")),
}
