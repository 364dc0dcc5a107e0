"""The night's look at every managed list: readings of the premises, and any figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hearth.figures.engine import values
from hearth.figures.registry import FIGURES
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.domain.watch import Measured
from hearth.premises.models import WatchRule
from hearth.premises.services.watching import BUSINESS_MEAN, Found, Seen, Source, look, readings


def figures(rule: WatchRule, units: Sequence[Unit], days: Sequence[date]) -> Seen:
    """A figure of each unit as of the end of each day; in thousandths of the figure's unit."""
    seen: dict[tuple[int, date], Measured] = {}
    for day in days:
        for (_key, unit_id), value in values([rule.measure], units, day).items():
            if value.number is not None:
                seen[unit_id, day] = Measured(int(value.number * 1000))
    return seen


def look_at_watchlists(*, actor: Actor, as_of: date) -> Found:
    """Propose who is due to enter or leave any list, by the end of ``as_of``.

    Raises:
        NotAllowed: the actor may approve nowhere.
    """
    sources: dict[str, Source] = dict.fromkeys(FIGURES, figures)
    return look(actor=actor, as_of=as_of, sources=sources | {BUSINESS_MEAN: readings})
