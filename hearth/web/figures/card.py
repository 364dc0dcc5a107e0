"""The programme in figures: a few values of the year so far, on the pages of units and on Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hearth.figures.declared import FIGURES
from hearth.figures.engine import values
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.web.figures.asking import VIEW, rows_url
from hearth.web.figures.grid import Cell
from hearth.web.remember import remembered

KEYS = (
    "inspections",
    "coverage",
    "findings.red",
    "signs.repaired",
    "facilities.provision",
    "home_visits.count",
    "lectures.sessions",
    "tests.people",
)
"""One or two of each room; their seven sources cost as many queries."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the card shows.

    Attributes:
        unit: whose figures they are.
        cells: values with the addresses of their rows.
        today: the end of the span.
        since: the first day of the year.
    """

    unit: Unit
    cells: tuple[Cell, ...]
    today: date
    since: date


def card_of(actor: Actor, unit: Unit, today: date, at: int) -> Card | None:
    """The card of ``unit``; None where the reader sees no figures of it.

    Args:
        actor: who reads.
        unit: any.
        today: the end of this day.
        at: stamp of the records, by which the values are remembered.
    """
    if not actor.can(VIEW, unit.path):
        return None
    since = date(today.year, 1, 1)
    found = remembered(
        "programme",
        (unit.pk, unit.path, today),
        at,
        lambda: values(KEYS, [unit], today, since),
    )
    cells = []
    for figure in (FIGURES[key] for key in KEYS):
        may_open = actor.can(figure.source.permission, unit.path)
        url = rows_url(figure, unit, today, since) if may_open else ""
        cells.append(Cell(figure, found[figure.key, unit.pk], url))
    return Card(unit, tuple(cells), today, since)


def own_card(actor: Actor, today: date, at: int) -> Card | None:
    """The card of the highest unit whose figures the reader sees."""
    if not actor.can(VIEW):
        return None
    unit = Unit.objects.visible_to(actor.scope_for(VIEW)).order_by("path").first()
    return None if unit is None else card_of(actor, unit, today, at)
