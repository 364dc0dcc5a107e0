"""The table of the explorer: figures of units, or of one unit over time; each cell opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from hearth.figures.addresses import rows_page
from hearth.figures.engine import values
from hearth.figures.registry import Figure, Value
from hearth.kernel.periods import Period, months_before
from hearth.network.models import Placement, Unit
from hearth.network.scope import Actor, Scope
from hearth.platform.wording import period_title
from hearth.web.figures import words
from hearth.web.figures.asking import VIEW, rows_url, task_url, tasks_from
from hearth.web.remember import remembered, stamp

Scopes = Mapping[str, tuple[Scope, str]]
"""Where the rows of each figure may be opened, and their page, by its key."""
LEVELS = ("branch", "subbranch", "outlet")
BELOW = {"province": "branch", "branch": "outlet", "subbranch": "outlet"}
"""The level that a reader of a unit looks at first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of the table.

    Attributes:
        figure: what it is a value of.
        value: the value.
        opens: address of its rows, or what gives it: of a thousand cells a page shows fifty
            lines. Empty where the reader may not open them.
        before: the value of the time beside; None where none was asked for.
    """

    figure: Figure
    value: Value
    opens: str | Callable[[], str]
    before: Value | None = None

    @property
    def url(self) -> str:
        """Its rows; empty where the reader may not open them."""
        return self.opens if isinstance(self.opens, str) else self.opens()

    @property
    def text(self) -> str:
        """As the page writes it."""
        return words.shown(self.figure, self.value)

    @property
    def before_text(self) -> str:
        """The value of the time beside, as the page writes it; empty where none was asked for."""
        return words.shown(self.figure, self.before) if self.before else ""

    @property
    def change(self) -> str:
        """How much more or less than beside; empty where nothing can be said."""
        return words.change_text(self.figure, self.value, self.before) if self.before else ""

    @property
    def is_same(self) -> bool:
        """Whether it is what it was beside, as it is written."""
        return self.before is not None and self.text == self.before_text

    @property
    def is_worse(self) -> bool:
        """Whether it went the wrong way, where the figure has one."""
        if not self.before or self.value.number is None or self.before.number is None:
            return False
        gap, better = self.value.number - self.before.number, self.figure.higher_is_better
        return bool(gap) and better is not None and (gap > 0) != better

    @property
    def is_coarse(self) -> bool:
        """Whether it is greyed."""
        return words.is_coarse(self.value)

    @property
    def interval(self) -> str:
        """The range of a coarse share."""
        return words.interval_text(self.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a unit, or a period.

    Attributes:
        label: what heads the row.
        cells: in the order of the figures.
        unit: whose values they are.
        is_whole: the unit that the others lie in.
        key: of the period; empty in a table of units.
        is_other: a unit that was put beside by the reader.
        task_url: a new task for the unit; empty where the reader may give none.
    """

    label: str
    cells: tuple[Cell, ...]
    unit: Unit
    is_whole: bool = False
    key: str = ""
    is_other: bool = False
    task_url: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table is to show.

    Attributes:
        figures: its columns.
        unit: the part of the tree.
        level: of the units below that are shown as well; empty for none.
        as_of: the end of this day.
        since: first day of spans; None: each figure's own.
        periods: of a series, the oldest first; empty for a table of units.
        others: units to be put beside.
        months: by how many months the time beside lies earlier; 0 for none.
        shown: which of the figures is drawn and spoken of.
    """

    figures: tuple[Figure, ...]
    unit: Unit
    level: str
    as_of: date
    since: date | None = None
    periods: tuple[Period, ...] = ()
    others: tuple[Unit, ...] = ()
    months: int = 0
    shown: int = 0

    @property
    def beside(self) -> tuple[date, date | None]:
        """The day and the first day of the time beside."""
        since = self.since and months_before(self.since, self.months)
        return months_before(self.as_of, self.months), since


def last_periods(as_of: date, kind: str, count: int) -> tuple[Period, ...]:
    """The months or quarters up to the one of ``as_of``, the oldest first."""
    found = [Period.of(as_of, "month" if kind == "month" else "quarter")]
    while len(found) < count:
        found.append(found[-1].previous())
    return tuple(reversed(found))


def lines_of(actor: Actor, wanted: Wanted) -> list[Line]:
    """The table; of a series one query a source and period, else one a source and level."""
    scopes = {
        one.key: (actor.scope_for(one.source.permission), rows_page(one)) for one in wanted.figures
    }
    return _over_time(scopes, wanted) if wanted.periods else _over_units(actor, scopes, wanted)


def _over_units(actor: Actor, scopes: Scopes, wanted: Wanted) -> list[Line]:
    below = _below(actor, wanted)
    units = list({unit.pk: unit for unit in (wanted.unit, *wanted.others, *below)}.values())
    keys = [figure.key for figure in wanted.figures]
    at = stamp()
    found = _values(at, keys, units, (wanted.as_of, wanted.since))
    before = _values(at, keys, units, wanted.beside) if wanted.months else {}
    return [
        Line(
            unit.name,
            _cells(scopes, wanted, unit, found, before),
            unit,
            is_whole=unit == wanted.unit,
            is_other=unit in wanted.others,
        )
        for unit in units
    ]


def with_tasks(actor: Actor, wanted: Wanted, lines: Sequence[Line]) -> list[Line]:
    """The lines of a page of units, each with where a task is given to move the figure shown."""
    if wanted.periods:
        return list(lines)
    tasks, figure = tasks_from(actor), wanted.figures[wanted.shown]
    return [
        replace(line, task_url=task_url(tasks, line.unit, figure, line.cells[wanted.shown].text))
        for line in lines
    ]


def _below(actor: Actor, wanted: Wanted) -> Sequence[Unit]:
    """Units of the level that lay under the unit on the day, of those the reader reaches now."""
    if not wanted.level or wanted.unit.is_outlet:
        return []
    places = Placement.objects.on(wanted.as_of)
    own = places.filter(unit=wanted.unit).values_list("path", flat=True).first()
    inside = places.under(own or wanted.unit.path).values("unit_id")
    reached = Unit.objects.visible_to(actor.scope_for(VIEW)).open_on(wanted.as_of)
    found = reached.filter(level=wanted.level, pk__in=inside).exclude(pk=wanted.unit.pk)
    return list(found.order_by("path"))


def _over_time(scopes: Scopes, wanted: Wanted) -> list[Line]:
    """A line for each period, and in it for each unit."""
    keys = [figure.key for figure in wanted.figures]
    units, at = [wanted.unit, *wanted.others], stamp()
    lines = []
    for period in wanted.periods:
        then = replace(
            wanted, as_of=min(period.last_day, wanted.as_of), since=period.start, periods=()
        )
        found = _values(at, keys, units, (then.as_of, then.since))
        before = _values(at, keys, units, then.beside) if wanted.months else {}
        lines += [
            Line(
                period_title(period),
                _cells(scopes, then, unit, found, before),
                unit,
                key=period.key,
                is_other=unit != wanted.unit,
            )
            for unit in units
        ]
    return lines


Found = Mapping[tuple[str, int], Value]


def _values(
    at: int, keys: Sequence[str], units: Sequence[Unit], times: tuple[date, date | None]
) -> Found:
    """Values as of the stamp ``at``: a sheet, a chart or the next page asks nothing anew."""
    parts = (tuple(keys), tuple(unit.pk for unit in units), times)
    found: Found = remembered("explorer", parts, at, lambda: values(keys, units, *times))
    return found


def _cells(
    scopes: Scopes, wanted: Wanted, unit: Unit, found: Found, before: Found
) -> tuple[Cell, ...]:
    """One row; a value leads to its rows where those may be opened."""
    return tuple(
        Cell(
            figure,
            found[figure.key, unit.pk],
            partial(_opens, scopes[figure.key], figure, unit, (wanted.as_of, wanted.since)),
            before.get((figure.key, unit.pk)),
        )
        for figure in wanted.figures
    )


def _opens(
    reach: tuple[Scope, str], figure: Figure, unit: Unit, times: tuple[date, date | None]
) -> str:
    scope, page = reach
    return rows_url(figure, unit, *times, page) if scope.covers(unit.path) else ""
