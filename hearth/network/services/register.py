"""The tree in memory, as far as one change needs it: read once, changed, written once.

Every change of the tree goes through here, so that one move, a merger and an import of ten
thousand rows follow the same rules and cost a handful of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Self, cast

from django.db.models import Q

from hearth.kernel.problems import Problem
from hearth.network.domain import tree
from hearth.network.domain.paths import MOST_CHILDREN, child_path
from hearth.network.domain.tree import Edge, Place
from hearth.network.models import Placement, Unit
from hearth.network.scope import Scope
from hearth.platform import bulk

BATCH = 2000
_FIXED = {"id", "code"}
_COLUMNS = [f.name for f in Unit._meta.concrete_fields if f.name not in _FIXED]
_PLACE = ("unit_id", "parent_id", "path", "valid_from", "valid_to")
_NAMED_IN_MESSAGE = 5


@dataclass(slots=True)
class Entry:
    """One unit of the register, with what the database holds and what it is to hold."""

    unit: Unit
    edges: list[Edge] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    stored: dict[Place, int] = field(default_factory=dict)  # place -> primary key
    start_is_stated: bool = True  # False: a default that may give way to the parent's start
    is_touched: bool = False  # a column of the unit itself is to be written

    @property
    def is_new(self) -> bool:
        """True while the database does not know the unit."""
        return self.unit.pk is None

    @property
    def parent(self) -> str | None:
        """Code of the unit above by the last edge, which may lie in the future."""
        return self.edges[-1].parent if self.edges else None


class Register:
    """Units by code, with their edges and places.

    Attributes:
        entries: by code.
        root: the unit without a parent; None while the network is empty.
        moved: codes of units whose places are other than the database's.
    """

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self.entries: dict[str, Entry] = {unit.code: Entry(unit) for unit in units}
        self.root: Entry | None = None
        self.moved: set[str] = set()
        entries = {entry.unit.pk: entry for entry in self.entries.values()}
        rows = Placement.objects.order_by("valid_from")
        if len(entries) < BATCH:
            rows = rows.filter(unit__in=list(entries))
        for pk, unit_id, parent, path, start, end in rows.values_list(
            "pk", "unit_id", "parent__code", "path", "valid_from", "valid_to"
        ):
            if unit_id in entries:
                place = Place(parent, path, start, end)
                entries[unit_id].places.append(place)
                entries[unit_id].stored[place] = pk
        for entry in self.entries.values():
            entry.edges = tree.edges_of(entry.places)
            if entry.edges and entry.parent is None:
                self.root = entry

    @classmethod
    def whole(cls) -> Self:
        """The whole network; two queries."""
        return cls(Unit.objects.all())

    @classmethod
    def around(cls, codes: Collection[str], beside: Collection[str] = ()) -> Self:
        """What a change of the units ``codes`` may touch or lean on; three queries.

        These are the units themselves, all that ever lay below them, the parents that any of
        those ever had, the units ``beside`` and the root.
        """
        paths = Placement.objects.filter(unit__code__in=codes).values_list("path", flat=True)
        below = Placement.objects.filter(Scope(tuple(paths)).q("path"))
        parents = Placement.objects.filter(unit__in=below.values("unit")).values("parent")
        return cls(
            Unit.objects.filter(
                Q(code__in=[*codes, *beside])
                | Q(parent__isnull=True)
                | Q(pk__in=below.values("unit"))
                | Q(pk__in=parents)
            )
        )

    def add(self, unit: Unit) -> Entry:
        """Enter a unit that the database does not know yet."""
        entry = self.entries[unit.code] = Entry(unit, is_touched=True)
        return entry

    def attach(self, entry: Entry, parent: str | None, since: date) -> Problem | None:
        """Let the unit lie under ``parent`` from ``since`` on; the last edge must be earlier.

        Returns:
            ``full`` when the parent has given out all its segments.
        """
        given = 0
        if parent is None:
            self.root = entry
        else:
            above = self.entries[parent]
            given = above.unit.children_given
            if given >= MOST_CHILDREN:
                return Problem("full", entry.unit.code, {"parent": parent}, "parent")
            above.unit.children_given += 1
            above.is_touched = True
        entry.edges.append(Edge(parent, child_path("", given), since))
        return None

    def derive(self, changed: Collection[str], unsound: Collection[str] = ()) -> list[Problem]:
        """Work out the places of the changed units and of all that hangs on them, top down.

        Args:
            changed: codes whose edges or days of closing are other than the database's.
            unsound: codes whose edges cannot be followed (unknown parent, wrong level); they and
                what lies below them are passed over.

        Returns:
            A problem for each unit whose parent would not be there on some day.
        """
        problems: list[Problem] = []
        left_behind: dict[tuple[str, date], list[str]] = defaultdict(list)
        skipped = set(unsound)
        for entry in sorted(self.entries.values(), key=lambda e: tree.RANK.get(e.unit.level, 9)):
            code = entry.unit.code
            parents = {edge.parent for edge in entry.edges if edge.parent is not None}
            if code in skipped or parents & skipped:
                skipped.add(code)
                continue
            stays = parents.isdisjoint(self.moved) and parents.isdisjoint(changed)
            if code not in changed and stays:
                continue
            before = entry.places
            above = {parent: self.entries[parent].places for parent in parents}
            self._give_way(entry, above)
            entry.places = tree.places_of(entry.edges, above)
            if entry.places != before:
                self.moved.add(code)
            problem = self._gap(entry)
            if problem is None:
                continue
            skipped.add(code)
            if code in changed:
                problems.append(problem)
            else:
                key = (str(problem.facts["parent"]), cast("date", problem.facts["day"]))
                left_behind[key].append(code)
        return problems + [_children_left(*key, codes) for key, codes in left_behind.items()]

    def _give_way(self, entry: Entry, above: dict[str, list[Place]]) -> None:
        """A start that nobody stated is not earlier than the parent's own."""
        first = entry.edges[0]
        if not entry.start_is_stated and first.parent is not None and above[first.parent]:
            start = max(first.since, above[first.parent][0].valid_from)
            entry.edges[0] = replace(first, since=start)

    def _gap(self, entry: Entry) -> Problem | None:
        """Why a parent would not be there on some day of the unit's; None when all are.

        Days from the unit's own closing on do not count.
        """
        code, until = entry.unit.code, entry.unit.closed_on
        if until is not None and until <= entry.edges[-1].since:
            facts: dict[str, object] = {"since": entry.edges[-1].since}
            return Problem("closed_before_placed", code, facts, "closed_on")
        for edge, end in tree.spans(entry.edges, until):
            if edge.parent is None:
                continue
            above = self.entries[edge.parent]
            start, closed = above.edges[0].since, above.unit.closed_on
            if edge.since < start:
                facts = {"parent": edge.parent, "day": start}
                return Problem("parent_not_yet", code, facts, "valid_from")
            if closed is not None and (end is None or end > closed):
                facts = {"parent": edge.parent, "day": closed}
                return Problem("parent_closed", code, facts, "parent")
        return None

    def write(self, today: date) -> None:
        """Bring the database to what the register says, in a few statements a level."""
        for level in sorted(Unit.Level.values, key=lambda value: tree.RANK[value]):
            fresh = [e for e in self.entries.values() if e.is_new and e.unit.level == level]
            for entry in fresh:
                self._set_present_place(entry, today)
            Unit.objects.bulk_create([entry.unit for entry in fresh], batch_size=BATCH)
        known = [e for e in self.entries.values() if e.stored]
        for entry in known:
            if entry.unit.code in self.moved:
                self._set_present_place(entry, today)
        Unit.objects.bulk_create(
            [entry.unit for entry in known if entry.is_touched],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_COLUMNS,
        )
        self._write_places()

    def _set_present_place(self, entry: Entry, today: date) -> None:
        """Let the unit's own columns say where it lies today."""
        place = tree.place_on(entry.places, today)
        if entry.unit.path != place.path:
            entry.unit.path, entry.unit.parent_id = place.path, self._key(place)
            entry.is_touched = True

    def _write_places(self) -> None:
        moved = [self.entries[code] for code in sorted(self.moved)]
        gone: list[int] = []
        for entry in moved:
            wanted = set(entry.places)
            gone += [pk for place, pk in entry.stored.items() if place not in wanted]
        for start in range(0, len(gone), BATCH):
            Placement.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        fresh = (
            (entry.unit.pk, self._key(place), place.path, place.valid_from, place.valid_to)
            for entry in moved
            for place in entry.places
            if place not in entry.stored
        )
        while part := list(islice(fresh, BATCH)):
            bulk.insert(Placement, _PLACE, part)

    def _key(self, place: Place) -> int | None:
        """Primary key of the unit above."""
        return self.entries[place.parent].unit.pk if place.parent is not None else None


def _children_left(parent: str, day: date, codes: list[str]) -> Problem:
    shown = ", ".join(codes[:_NAMED_IN_MESSAGE])
    more = "…" if len(codes) > _NAMED_IN_MESSAGE else ""
    return Problem("children_left", parent, {"day": day, "units": shown + more}, "closed_on")
