"""All ledgers of one year of the demonstration, in the order in which they can be imported."""

from __future__ import annotations

from collections.abc import Mapping

from hearth.exchange.demo.content import Row
from hearth.exchange.demo.ledgers import Ground, Year, invent_activities, invent_offers
from hearth.exchange.demo.people_ledgers import (
    invent_awards,
    invent_ranks,
    invent_tests,
    invent_voices,
)
from hearth.exchange.demo.premises import (
    invent_facilities,
    invent_signs,
    invent_watchlist,
    still_hanging,
)

LEDGERS = 15
"""How many there are."""


def sorted_ledgers(
    ground: Ground, year: Year, root: str, before: Mapping[str, list[Row]]
) -> dict[str, list[Row]]:
    """Rows by kind of import; what others name comes before them.

    What holds from day to day is as the year ``before`` left it, so that a later year adds what it
    did and says nothing twice.
    """
    known = frozenset(row["unit"] for row in before.get("home_visit_capability", ()))
    found: dict[str, list[Row]] = {}
    found |= invent_signs(ground, year, still_hanging(before.get("signs", [])))
    found["facilities"] = list(invent_facilities(ground, year))
    found["watchlist"] = list(invent_watchlist(ground, year))
    found["activities"] = list(invent_activities(ground, year))
    found |= invent_offers(ground, year, known)
    found |= invent_tests(ground, year)
    found |= invent_voices(ground, year, root)
    found["awards"] = list(invent_awards(ground, year))
    found["external_ranks"] = list(invent_ranks(year, root))
    return {kind: rows for kind, rows in found.items() if rows}
