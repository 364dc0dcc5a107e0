"""The registry of figures: each declared once, asked by (key, unit, as-of date or span).

A figure's value is computed from its rows and nothing else, so whoever doubts the value opens the
rows (design: "life of a figure"). Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import QuerySet

from hearth.kernel.periods import Period
from hearth.network.models import Placement, Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str

Measure = Literal["count", "share", "score", "rank", "change"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a figure.

    Attributes:
        unit: the part of the tree; its place is that of ``as_of``.
        path: where the unit lay on that day.
        as_of: the end of this day.
        since: first day of a span; point-in-time figures do not look at it.
    """

    unit: Unit
    path: str
    as_of: date
    since: date

    @classmethod
    def about(cls, unit: Unit, as_of: date, since: date | None = None) -> Question:
        """A question about ``unit``; a span begins with the quarter of ``as_of`` unless given."""
        place = Placement.objects.on(as_of).filter(unit=unit).first()
        return cls(
            unit,
            place.path if place else unit.path,
            as_of,
            since or Period.of(as_of, "quarter").start,
        )

    @property
    def until(self) -> date:
        """The first day after the span."""
        return self.as_of + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Value:
    """What a figure is.

    Attributes:
        number: the value in its unit (count, points, percent, place); None when there is none.
        records: how many rows it was computed from.
        part: numerator of a share.
        whole: denominator of a share.
    """

    number: Decimal | None
    records: int
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One declared figure.

    Attributes:
        key: stable name, ``inspections.video``.
        name: what people call it.
        measure: what kind of number it is; decides how it is written.
        is_span: counted over a span; else at a point in time.
        is_additive: the units below add up to the unit.
        rows: the records it is computed from.
        value: the number, from the same records.
    """

    key: str
    name: StrOrPromise
    measure: Measure
    is_span: bool
    is_additive: bool
    rows: Callable[[Question], QuerySet[Any]]
    value: Callable[[Question], Value]


FIGURES: dict[str, Figure] = {}


def declare(*figures: Figure) -> None:
    """Add figures to the registry.

    Raises:
        ValueError: a key is declared twice.
    """
    for figure in figures:
        if figure.key in FIGURES:
            raise ValueError(f"figure {figure.key} is declared twice")
        FIGURES[figure.key] = figure


def ask(keys: Iterable[str], question: Question) -> list[tuple[Figure, Value]]:
    """The values of several figures for one unit and date.

    Raises:
        KeyError: there is no such figure.
    """
    found = [FIGURES[key] for key in keys]
    return [(figure, figure.value(question)) for figure in found]


def written(figure: Figure, value: Value) -> str:
    """The value as it is read: points to 0.01, shares as percentages, empty when there is none."""
    if value.number is None:
        return ""
    if figure.measure == "score":
        return f"{value.number:.2f}"
    if figure.measure == "share":
        return f"{value.number:.1f}%"
    if figure.measure == "change":
        return f"{value.number:+.0f}"
    return f"{value.number:.0f}"
