"""Where units lie on which days: edges as people state them, places as the tree follows them.

An *edge* says "from this day on, under that parent". A *place* is a span of days with one path. A
unit whose parent moves keeps its edge and gets a new place, because its path changes with the
parent's. Edges are stated; places are always worked out from edges, top down, so that a move
recorded late, or one dated into the future, leaves no place behind that contradicts another.

Spans are [from, to); ``to`` None means without an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hearth.network.domain.paths import SEGMENT

EARLIEST = date(1900, 1, 1)
"""Start of a place when nobody knows it; read it as 'since ever'."""

RANK = {"province": 0, "branch": 1, "subbranch": 2, "outlet": 3}
"""Height of each level; a unit lies under one of a smaller number, not always the next."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Under ``parent`` (a unit's code, None for the root) from the day ``since`` on."""

    parent: str | None
    segment: str
    since: date


@dataclass(frozen=True, slots=True)
class Place:
    """One path from a day to a day, and the parent it comes from."""

    parent: str | None
    path: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """True when ``day`` lies in the span."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def may_lie_under(level: str, parent_level: str) -> bool:
    """True when a unit of ``level`` may have a parent of ``parent_level``; steps may be skipped."""
    return RANK[parent_level] < RANK[level]


def edges_of(places: Iterable[Place]) -> list[Edge]:
    """The edges that gave ``places`` (ordered by day): those of one parent and segment are one."""
    edges: list[Edge] = []
    for place in places:
        segment = place.path[-SEGMENT:]
        if not edges or (edges[-1].parent, edges[-1].segment) != (place.parent, segment):
            edges.append(Edge(place.parent, segment, place.valid_from))
    return edges


def spans(edges: Sequence[Edge], until: date | None) -> list[tuple[Edge, date | None]]:
    """Each edge with the day on which it ends: the next one's start, the last one's ``until``."""
    ends: list[date | None] = [later.since for _earlier, later in pairwise(edges)]
    return list(zip(edges, [*ends, until], strict=True)) if edges else []


def places_of(edges: Sequence[Edge], above: Mapping[str, Sequence[Place]]) -> list[Place]:
    """Places of a unit by its edges and its parents' places, in order of days.

    A unit that closes keeps its last place, so that the quarter in which it closed shows it where
    it lay; whether it was still there on a day is for ``closed_on`` to say.

    Args:
        edges: ordered by ``since``.
        above: places of every parent named by an edge, by code.

    Days on which the parent lay nowhere are left out.
    """
    found: list[Place] = []
    for edge, end in spans(edges, None):
        if edge.parent is None:
            found.append(Place(None, edge.segment, edge.since, end))
            continue
        for over in above[edge.parent]:
            start = max(edge.since, over.valid_from)
            stop = _earlier(end, over.valid_to)
            if stop is None or start < stop:
                found.append(Place(edge.parent, over.path + edge.segment, start, stop))
    return found


def place_on(places: Sequence[Place], day: date) -> Place:
    """The place that counts as the present one on ``day``.

    A unit that is yet to come shows its first.
    """
    return next((place for place in reversed(places) if place.valid_from <= day), places[0])


def loops(parents: Mapping[str, str | None]) -> set[str]:
    """Codes that lie on a circle when one goes up from parent to parent.

    A parent that is no key of ``parents`` ends the way up.
    """
    on_circle: set[str] = set()
    done: set[str] = set()
    for start in parents:
        way: dict[str, int] = {}
        code: str | None = start
        while code is not None and code in parents and code not in done and code not in way:
            way[code] = len(way)
            code = parents[code]
        if code in way:
            on_circle.update(list(way)[way[code] :])
        done.update(way)
    return on_circle


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
