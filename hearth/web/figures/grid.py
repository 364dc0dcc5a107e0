"""The table of the explorer: figures of units, or of one unit over time; each cell opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hearth.figures.engine import values
from hearth.figures.registry import Figure, Value
from hearth.kernel.periods import Period
from hearth.network.models import Placement, Unit
from hearth.network.scope import Actor, Scope
from hearth.platform.wording import period_title
from hearth.web.figures import words
from hearth.web.figures.asking import VIEW, rows_url

Scopes = Mapping[str, Scope]
"""Where the rows of each figure may be opened, by its key."""
LEVELS = ("branch", "subbranch", "outlet")
BELOW = {"province": "branch", "branch": "outlet", "subbranch": "outlet"}
"""The level that a reader of a unit looks at first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of the table.

    Attributes:
        figure: what it is a value of.
        value: the value.
        url: its rows; empty where the reader may not open them.
    """

    figure: Figure
    value: Value
    url: str

    @property
    def text(self) -> str:
        """As the page writes it."""
        return words.shown(self.figure, self.value)

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
    """

    label: str
    cells: tuple[Cell, ...]
    unit: Unit
    is_whole: bool = False
    key: str = ""


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
    """

    figures: tuple[Figure, ...]
    unit: Unit
    level: str
    as_of: date
    since: date | None = None
    periods: tuple[Period, ...] = ()


def last_periods(as_of: date, kind: str, count: int) -> tuple[Period, ...]:
    """The months or quarters up to the one of ``as_of``, the oldest first."""
    found = [Period.of(as_of, "month" if kind == "month" else "quarter")]
    while len(found) < count:
        found.append(found[-1].previous())
    return tuple(reversed(found))


def lines_of(actor: Actor, wanted: Wanted) -> list[Line]:
    """The table; of a series one query a source and period, else one a source and level."""
    scopes = {one.key: actor.scope_for(one.source.permission) for one in wanted.figures}
    return _over_time(scopes, wanted) if wanted.periods else _over_units(actor, scopes, wanted)


def _over_units(actor: Actor, scopes: Scopes, wanted: Wanted) -> list[Line]:
    units = [wanted.unit, *_below(actor, wanted)]
    found = values([f.key for f in wanted.figures], units, wanted.as_of, wanted.since)
    return [
        Line(
            unit.name,
            _cells(scopes, wanted, unit, found),
            unit,
            is_whole=unit == wanted.unit,
        )
        for unit in units
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
    keys = [figure.key for figure in wanted.figures]
    lines = []
    for period in wanted.periods:
        then = replace(
            wanted, as_of=min(period.last_day, wanted.as_of), since=period.start, periods=()
        )
        found = values(keys, [wanted.unit], then.as_of, then.since)
        cells = _cells(scopes, then, wanted.unit, found)
        lines.append(Line(period_title(period), cells, wanted.unit, key=period.key))
    return lines


def _cells(
    scopes: Scopes, wanted: Wanted, unit: Unit, found: Mapping[tuple[str, int], Value]
) -> tuple[Cell, ...]:
    """One row; a value leads to its rows where those may be opened."""
    return tuple(
        Cell(
            figure,
            found[figure.key, unit.pk],
            rows_url(figure, unit, wanted.as_of, wanted.since)
            if scopes[figure.key].covers(unit.path)
            else "",
        )
        for figure in wanted.figures
    )
