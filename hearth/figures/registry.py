"""The registry of figures: each declared once, asked by (key, unit, as-of date or span).

A figure is a count, sum or quotient over the rows of a source, said in SQL; its value and its rows
are therefore the same records, and whoever doubts the value opens them (design: "life of a
figure"). ``hearth.figures.engine`` answers for many figures and units at once. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from hearth.kernel.periods import Period
from hearth.kernel.stats import wilson
from hearth.network.models import Placement, Unit
from hearth.network.scope import end_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str

Measure = Literal["count", "persons", "share", "score", "rank", "change", "days", "money"]
"""Days are a mean length of time; money is in yuan."""
Begins = Literal["quarter", "year"]
LONG = timedelta(days=180)
COUNTED = "counted"
"""Annotation of a share's rows: whether the row is in the numerator."""


@dataclass(frozen=True, slots=True)
class When:
    """The time a figure is asked for.

    Attributes:
        as_of: the end of this day.
        since: first day of a span; point-in-time figures do not look at it.
    """

    as_of: date
    since: date

    @classmethod
    def at(cls, as_of: date, since: date | None = None, begins: Begins = "quarter") -> When:
        """A time; a span begins where it is said, else with the quarter or year of ``as_of``."""
        return cls(as_of, since or Period.of(as_of, begins).start)

    @property
    def until(self) -> date:
        """The first day after the span."""
        return self.as_of + timedelta(days=1)

    @property
    def is_long(self) -> bool:
        """Whether sorting the rows of the span would be the greater part of the work."""
        return self.until - self.since > LONG


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a figure.

    Attributes:
        unit: the part of the tree; its place is that of ``as_of``.
        path: where the unit lay on that day.
        as_of: the end of this day.
        since: first day of spans; None: each figure's own, the quarter or the year of the day.
    """

    unit: Unit
    path: str
    as_of: date
    since: date | None = None

    @classmethod
    def about(cls, unit: Unit, as_of: date, since: date | None = None) -> Question:
        """A question about ``unit``."""
        place = Placement.objects.on(as_of).filter(unit=unit).first()
        return cls(unit, place.path if place else unit.path, as_of, since)


@dataclass(frozen=True, slots=True)
class Value:
    """What a figure is.

    Attributes:
        number: the value in its unit (count, points, percent, place, days, yuan); None for none.
        records: how many rows it was computed from.
        part: numerator of a share.
        whole: denominator of a share.
    """

    number: Decimal | None
    records: int
    part: int | None = None
    whole: int | None = None

    def __reduce__(self) -> tuple[type[Value], tuple[Any, ...]]:
        """As it is remembered: by its fields alone, in half the time."""
        return Value, (self.number, self.records, self.part, self.whole)

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of a share in percent (Wilson); None for anything else."""
        if self.part is None or not self.whole:
            return None
        low, high = wilson(self.part, self.whole)
        return 100 * low, 100 * high


Split = str | Callable[[], Any]


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """Records that figures are computed from, of the whole network at a time.

    Figures of one source and time are answered by one query, so those that belong together share
    the object.

    Attributes:
        rows: the records.
        path: column with the place of a record in the tree.
        unit: column with the key of its unit; an outlet is asked by it, so that what it did
            before a move stays with it.
        is_own: a record is about exactly its unit (a result, a rank), not about what lies below.
        permission: of who may open the rows.
        order: in which they are shown.
        is_ordered: an index holds all that is counted of them in the order of unit and path.
        splits: by what its figures may be broken down or narrowed: a column, or a function that
            gives the expression, by name. ``unit`` always is.
    """

    rows: Callable[[When], QuerySet[Any]]
    path: str = "unit_path"
    unit: str = "unit_id"
    is_own: bool = False
    permission: str = "figures.view"
    order: tuple[str, ...] = ("pk",)
    is_ordered: bool = False
    splits: Mapping[str, Split] = field(default_factory=dict)

    def split(self, by: str) -> Any:
        """The expression by which rows are told apart.

        Raises:
            KeyError: its figures are not broken down by that.
        """
        found = self.unit if by == "unit" else self.splits[by]
        return F(found) if isinstance(found, str) else found()

    def of(self, question: Question, when: When) -> QuerySet[Any]:
        """The records of one unit."""
        rows = self.rows(when)
        if self.is_own or question.unit.is_outlet:
            return rows.filter(**{self.unit: question.unit.pk})
        return rows.filter(
            **{f"{self.path}__gte": question.path, f"{self.path}__lt": end_of(question.path)}
        )


Condition = Q | Callable[[When], Q]


@dataclass(frozen=True, slots=True)
class Figure:
    """One declared figure.

    Attributes:
        key: stable name, ``inspections.video``.
        name: what people call it.
        measure: what kind of number it is; decides how it is written.
        is_span: counted over a span; else at a point in time.
        is_additive: the units below add up to the unit.
        begins: where a span begins that nobody gave: the quarter of the day, or its year.
        source: the records. Of a share: those of the denominator.
        where: which of them.
        part: of a share, which of those are in the numerator; they open as ``counted``.
        value_of: the number, as an aggregate; a share counts its two parts instead.
        counts: of a share, what one thing counted is (``unit_id``: outlets rather than rows).
        scale: by what the aggregate is divided.
        least: fewer rows than this give no value.
        records_of: how many rows it was computed from, as an aggregate.
        kept: the same number read from fewer records that keep its sum; its rows open from
            ``source`` all the same, and a test holds the two to be equal.
        evidence: what opens in place of the source's rows, where a value was computed elsewhere.
        group: the room it belongs to, for lists of figures.
        higher_is_better: for targets and colours; None where neither is.
    """

    key: str
    name: StrOrPromise
    measure: Measure
    is_span: bool
    is_additive: bool
    source: Source
    where: Condition = field(default_factory=Q)
    part: Condition | None = None
    value_of: Any = field(default_factory=lambda: Count("pk"))
    counts: str = "pk"
    scale: int = 1
    least: int = 0
    records_of: Any = field(default_factory=lambda: Count("pk"))
    kept: Figure | None = None
    evidence: Callable[[Question], QuerySet[Any]] | None = None
    group: str = "inspections"
    begins: Begins = "quarter"
    higher_is_better: bool | None = None

    def when(self, as_of: date, since: date | None = None) -> When:
        """The time that it is asked for."""
        return When.at(as_of, since, self.begins)

    def condition(self, when: When) -> Q:
        """Which of the source's rows it is about."""
        return self.where(when) if callable(self.where) else self.where

    def numerator(self, when: When) -> Q:
        """Which of those rows are in the numerator of a share.

        Raises:
            ValueError: it is no share.
        """
        if self.part is None:
            raise ValueError(f"figure {self.key} has no numerator")
        return self.part(when) if callable(self.part) else self.part

    def rows(self, question: Question) -> QuerySet[Any]:
        """The records behind the value, in a steady order."""
        if self.evidence is not None:
            return self.evidence(question)
        when = self.when(question.as_of, question.since)
        rows = self.source.of(question, when).filter(self.condition(when))
        if self.part is not None:
            counted = ExpressionWrapper(self.numerator(when), output_field=BooleanField())
            rows = rows.annotate(**{COUNTED: counted})
        return rows.order_by(*self.source.order)


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


def written(figure: Figure, value: Value) -> str:
    """The value as it is read: points and yuan to 0.01, shares in percent, empty for none."""
    if value.number is None:
        return ""
    if figure.measure in {"score", "money"}:
        return f"{value.number:.2f}"
    if figure.measure == "days":
        return f"{value.number:.1f}"
    if figure.measure == "share":
        return f"{value.number:.1f}%"
    if figure.measure == "change":
        return f"{value.number:+.0f}"
    return f"{value.number:.0f}"
