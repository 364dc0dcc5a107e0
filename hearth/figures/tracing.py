"""The rows behind a figure, in columns that people and scripts can read.

A share shows its whole denominator, with a first column that says which rows are in the numerator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.registry import COUNTED, Figure, Question
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.rounding import centi_text, milli_text
from hearth.ledgers.registers import REGISTERS, Register
from hearth.network.models import Placement, Post
from hearth.platform.spreadsheets import Column
from hearth.rectification.labels import SEVERITIES, STATES
from hearth.rectification.models import Rectification
from hearth.scoring.models import Result

YES, NO = "y", "n"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one model are shown.

    Attributes:
        headings: its columns; their names are what scripts rely on and stay as they are.
        cells: a row's values, in the same order.
        joined: relations that are read with them.
        deferred: columns that are not needed.
    """

    headings: tuple[Column, ...]
    cells: Callable[[Any], Sequence[Any]]
    joined: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Identifiers of its columns."""
        return tuple(one.name for one in self.headings)


@dataclass(frozen=True, slots=True)
class Traced:
    """The rows behind a figure, or a part of them.

    Attributes:
        headings: of the columns, with their names in the reader's language.
        records: each record with its cells, read as they are taken.
    """

    headings: tuple[Column, ...]
    records: Iterator[tuple[Any, Sequence[Any]]]


def trace(
    figure: Figure, question: Question, part: slice = slice(None)
) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """Identifiers of the columns and rows behind ``figure``, or a part of them."""
    found = traced(figure, question, part)
    return tuple(one.name for one in found.headings), (cells for _row, cells in found.records)


def traced(figure: Figure, question: Question, part: slice = slice(None)) -> Traced:
    """The records behind ``figure`` with what each says, for pages that lead on to them."""
    rows = figure.rows(question)
    layout = layout_of(rows.model)
    is_share = figure.measure == "share"
    rows = rows[part]
    rows = rows.select_related(*layout.joined) if layout.joined else rows
    rows = rows.defer(*layout.deferred) if layout.deferred else rows

    def read() -> Iterator[tuple[Any, Sequence[Any]]]:
        for row in rows.iterator(chunk_size=2000):
            cells = tuple(layout.cells(row))
            yield row, ((YES if getattr(row, COUNTED) else NO, *cells) if is_share else cells)

    return Traced((_COUNTED, *layout.headings) if is_share else layout.headings, read())


def show(model: type, layout: Layout) -> None:
    """Say how rows of ``model`` are shown, where no register does.

    Raises:
        ValueError: it was said already.
    """
    if model in _LAYOUTS:
        raise ValueError(f"rows of {model.__name__} are laid out twice")
    _LAYOUTS[model] = layout


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
    headings = tuple(one.column for one in register.fields)
    if "unit" in names:
        place = names.index("unit") + 1
        headings = (*headings[:place], NAME, *headings[place:])

        def cells(row: Any) -> Sequence[Any]:
            found = register.cells(row)
            return (*found[:place], row.unit.name, *found[place:])

    else:
        headings = (UNIT, NAME, *headings)

        def cells(row: Any) -> Sequence[Any]:
            return (row.unit.code, row.unit.name, *register.cells(row))

    return Layout(headings, cells, tuple(sorted({*register.relations, "unit"})))


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


def _rectification(row: Rectification) -> Sequence[Any]:
    return (
        row.criterion.code,
        row.unit.code,
        row.unit.name,
        row.severity,
        row.first_due_on,
        row.state,
        row.fixed_on,
        row.closed_on,
    )


def _post(row: Post) -> Sequence[Any]:
    person = row.person
    return (person.staff_no, person.name, row.unit.code, row.unit.name, row.title)


_COUNTED = Column(
    COUNTED, _("In the numerator"), "choice", choices=[(YES, _("yes")), (NO, _("no"))]
)
UNIT = Column("unit", pgettext_lazy("unit", "Code"), "code")
NAME = Column("name", pgettext_lazy("unit", "Name"))
_CHECK = Column("inspection", _("Check"), "code")
_DAY = Column("inspected_on", _("Date"), "date")
_SCORE = Column("score", _("Score"), "decimal", number_format="0.00")
_LAYOUTS: dict[type, Layout] = {
    Placement: Layout(
        (
            Column("code", pgettext_lazy("unit", "Code"), "code"),
            NAME,
            Column("opened_on", pgettext_lazy("unit", "Opened on"), "date"),
        ),
        _placement,
        ("unit",),
    ),
    Inspection: Layout(
        (
            _CHECK,
            UNIT,
            NAME,
            Column("channel", _("Channel"), "choice", choices=Channel.choices),
            _DAY,
            _SCORE,
        ),
        _inspection,
        ("unit",),
        ("document", "modules"),
    ),
    Finding: Layout(
        (
            _CHECK,
            UNIT,
            NAME,
            Column("criterion", _("Criterion"), "code"),
            _DAY,
            Column("lost", _("Points lost"), "decimal", number_format="0.###"),
            Column("note", _("Note")),
        ),
        _finding,
        ("unit", "criterion", "inspection"),
    ),
    Result: Layout(
        (
            Column("period", _("Period"), "code"),
            Column("code", pgettext_lazy("unit", "Code"), "code"),
            NAME,
            _SCORE,
            Column("rank", _("Rank"), "integer"),
            Column("inspections", pgettext_lazy("number", "Checks"), "integer"),
        ),
        _result,
        ("closing",),
        ("trace", "modules", "channels"),
    ),
    Rectification: Layout(
        (
            Column("criterion", _("Criterion"), "code"),
            UNIT,
            NAME,
            Column("severity", _("Severity"), "choice", choices=list(SEVERITIES.items())),
            Column("first_due_on", _("First deadline"), "date"),
            Column("state", _("State"), "choice", choices=list(STATES.items())),
            Column("fixed_on", _("Put right on"), "date"),
            Column("closed_on", _("Signed off on"), "date"),
        ),
        _rectification,
        ("unit", "criterion"),
        ("fix_note",),
    ),
    Post: Layout(
        (
            Column("staff_no", pgettext_lazy("person", "Staff number"), "code"),
            Column("person", pgettext_lazy("person", "Name")),
            UNIT,
            NAME,
            Column("post", pgettext_lazy("person", "Post")),
        ),
        _post,
        ("person", "unit"),
    ),
}
