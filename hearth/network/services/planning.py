"""From rows to a changed register: every rule of the tree, every fault found, nothing written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hearth.kernel.problems import Problem
from hearth.network.domain import clearing_codes, tree
from hearth.network.domain.names import search_text
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.network.services.register import Entry, Register
from hearth.network.services.rows import Applied, Progress, UnitRow, silent

_CODE = re.compile(r"[^\s/?#%;\\]+")
_MOST = {f.name: f.max_length for f in Unit._meta.concrete_fields if f.max_length is not None}
_REPORT_EVERY = 500
_DECIDES = {"level", "opened_on", "closed_on", "parent", "valid_from"}
"""Columns without which nobody can tell where a unit lies on which days."""


@dataclass(frozen=True, slots=True)
class Move:
    """A unit comes under another parent from a day on; ``position`` is the row that says so."""

    code: str
    source: str
    target: str
    since: date
    position: int


@dataclass(slots=True)
class Planner:
    """Takes rows into a register and keeps what they changed.

    Attributes:
        actor: whose permission ``network.edit`` must reach every unit touched.
        register: the units that the rows name or may touch; changed in place.
        problems: everything that stands against writing.
        warnings: what is odd but no obstacle.
        created: codes of new units, in the order of the rows.
        changes: code of each known unit that changes -> column -> (old, new).
        moves: dated moves, in the order of the rows.
        unchanged: rows that changed nothing.
    """

    actor: Actor
    register: Register
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    changes: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    unchanged: int = 0
    _unsound: set[str] = field(default_factory=set)
    _open: dict[str, set[str]] = field(default_factory=dict)  # code -> columns that say nothing
    _blamed: set[str] = field(default_factory=set)
    _nameless: list[tuple[int, UnitRow]] = field(default_factory=list)
    _placed: set[str] = field(default_factory=set)
    _rows_of: dict[str, list[int]] = field(default_factory=dict)

    def take(self, rows: Sequence[UnitRow], progress: Progress = silent) -> Applied:
        """Enter all rows and work out every place; then tell what would be done."""
        groups = self._grouped(rows)
        self._rows_of = {code: [row for row, _ in group] for code, group in groups.items()}
        for number, (code, group) in enumerate(groups.items()):
            if number % _REPORT_EVERY == 0:
                progress(number, len(groups), "check")
            self._enter(code, group)
        for code, group in groups.items():
            for position, row in group:
                self._place(self.register.entries[code], row, position)
        for position, row in self._nameless:
            if row.parent and row.parent not in self.register.entries:
                self._refuse("parent_unknown", row, position, "parent", parent=row.parent)
        self._check_order()
        for problem in self.register.derive(self._placed, self._unsound):
            self._refuse_derived(problem)
        self._check_scope(groups)
        progress(len(groups), len(groups), "check")
        return self._outcome(rows)

    def _outcome(self, rows: Sequence[UnitRow]) -> Applied:
        moved = {move.position for move in self.moves}
        told = {row for code in [*self.created, *self.changes] for row in self._rows_of[code]}
        known = self.changes.keys() | {move.code for move in self.moves} - set(self.created)
        return Applied(
            created=len(self.created),
            updated=len(known),
            moved=len(self.moves),
            unchanged=len(rows) - len(moved | told),
            warnings=tuple(self.warnings),
        )

    # --- the unit itself ------------------------------------------------------------------------

    def _grouped(self, rows: Sequence[UnitRow]) -> dict[str, list[tuple[int, UnitRow]]]:
        """Rows by code, each group by its days; repeated equal rows are left out."""
        groups: dict[str, list[tuple[int, UnitRow]]] = defaultdict(list)
        seen: dict[tuple[str, date | int | None], UnitRow] = {}
        for position, row in enumerate(rows):
            if "code" in row.unread:
                self._nameless.append((position, row))
                continue
            day = position if "valid_from" in row.unread else row.valid_from
            earlier = seen.setdefault((row.code, day), row)
            if earlier is row or earlier.unread or row.unread:
                groups[row.code].append((position, row))
            elif earlier != row:
                self._refuse("stands_twice", row, position, "code")
        for group in groups.values():
            group.sort(key=lambda pair: pair[1].valid_from or date.min)
        return groups

    def _enter(self, code: str, group: list[tuple[int, UnitRow]]) -> None:
        """Create the unit or set what its rows set; the row of the latest day has the last word."""
        position, last = group[-1]
        sets: dict[str, Any] = {}
        for _position, row in group:
            sets.update(row.sets)
        entry = self.register.entries.get(code)
        silent = self._open[code] = {name for _position, row in group for name in row.unread}
        silent |= self._check_columns(last, sets, position, is_new=entry is None)
        if silent & _DECIDES:
            self._unsound.add(code)
        if entry is None:
            entry = self.register.add(Unit(code=code))
            self.created.append(code)
        self._set(entry, sets, position)
        if clearing_codes.looks_like_cnaps(code) and not clearing_codes.is_valid(code):
            right = clearing_codes.check_digit(code[:-1])
            self.warnings.append(Problem("clearing_code", code, {"right": right}, "code", position))

    def _check_columns(
        self, row: UnitRow, sets: dict[str, Any], position: int, *, is_new: bool
    ) -> set[str]:
        """Refuse what is wrong with single columns; tells which."""
        before = len(self.problems)
        if not _CODE.fullmatch(row.code):
            self._refuse("code_malformed", row, position, "code")
        for name in ("name", "level"):
            if not sets.get(name, "" if is_new else "kept") and name not in self._open[row.code]:
                self._refuse("required", row, position, name)
        for name, value in {"code": row.code, **sets}.items():
            if isinstance(value, str) and len(value) > _MOST[name]:
                self._refuse("too_long", row, position, name, most=_MOST[name])
        if sets.get("level") and sets["level"] not in tree.RANK:
            self._refuse("level_unknown", row, position, "level")
        return {problem.field for problem in self.problems[before:]}

    def _set(self, entry: Entry, sets: dict[str, Any], position: int) -> None:
        """Set columns and note what changed; then check what several columns say together."""
        unit = entry.unit
        changed = {
            name: (getattr(unit, name), value)
            for name, value in sets.items()
            if getattr(unit, name) != value
        }
        for name, (_old, value) in changed.items():
            setattr(unit, name, value)
        if entry.is_new:
            unit.search_text = search_text(unit.name, unit.code)
        elif changed:
            entry.is_touched = True
            unit.version += 1
            self.changes[unit.code] = changed
            if "name" in changed:
                unit.search_text = search_text(unit.name, unit.code)
            if {"level", "closed_on"} & changed.keys():
                self._placed.add(unit.code)
            if "closed_on" in changed and unit.merged_into_id is not None:
                self._refuse_unit("merged_already", unit, position, "closed_on")
        self._check_together(unit, position)

    def _check_together(self, unit: Unit, position: int) -> None:
        silent = self._open[unit.code]
        if silent & {"longitude", "latitude"}:
            pass  # half a place cannot be told from one of which a half could not be read
        elif (unit.longitude is None) != (unit.latitude is None):
            column = "longitude" if unit.longitude is None else "latitude"
            self._refuse_unit("coordinates_incomplete", unit, position, column)
        elif unit.longitude is not None and unit.latitude is not None:
            if not -180 <= unit.longitude <= 180:
                self._refuse_unit("coordinates_outside", unit, position, "longitude")
            if not -90 <= unit.latitude <= 90:
                self._refuse_unit("coordinates_outside", unit, position, "latitude")
        opened, closed = unit.opened_on, unit.closed_on
        if silent & {"opened_on", "closed_on"}:
            return
        if opened is not None and closed is not None and closed <= opened:
            self._refuse_unit("closed_before_opened", unit, position, "closed_on", opened=opened)
            self._unsound.add(unit.code)

    # --- its place ------------------------------------------------------------------------------

    def _place(self, entry: Entry, row: UnitRow, position: int) -> None:
        """Take what the row says about the place, if anything."""
        if "parent" in row.unread or (row.parent is None and entry.edges):
            return
        code = entry.unit.code
        if not self._parent_is_sound(entry, row, position):
            self._unsound.add(code)
            return
        parent = row.parent or None
        if not entry.edges:
            start = row.valid_from or entry.unit.opened_on or tree.EARLIEST
            entry.start_is_stated = row.valid_from is not None
            self._attach(entry, parent, start, position)
        elif "valid_from" in row.unread or (entry.is_new and code in self._unsound):
            return  # from when on it lies where is open
        elif self._is_dated_move(entry, row, position) and row.valid_from is not None:
            self.moves.append(
                Move(code, entry.parent or "", parent or "", row.valid_from, position)
            )
            if not entry.is_new and code not in self.changes:
                entry.is_touched = True
                entry.unit.version += 1
            self._attach(entry, parent, row.valid_from, position)

    def _parent_is_sound(self, entry: Entry, row: UnitRow, position: int) -> bool:
        """Whether the row's parent can be one at all; refuses otherwise."""
        root = self.register.root
        is_root = root is entry
        if not row.parent:
            if root is None or is_root:
                return True
            code = "parent_missing" if entry.edges else "second_root"
            self._refuse(code, row, position, "parent", root=root.unit.code)
        elif is_root:
            self._refuse("root_moves", row, position, "parent")
        elif row.parent == row.code:
            self._refuse("own_parent", row, position, "parent")
        elif row.parent in self.register.entries:
            return True
        else:
            self._refuse("parent_unknown", row, position, "parent", parent=row.parent)
        return False

    def _is_dated_move(self, entry: Entry, row: UnitRow, position: int) -> bool:
        """Whether the row puts a placed unit elsewhere; False when it says what is known.

        A start earlier than the known one, under the same first parent, moves the start.
        """
        first, last = entry.edges[0], entry.edges[-1]
        parent, day = row.parent or None, row.valid_from
        if day is None:
            if parent not in {first.parent, last.parent}:
                self._refuse("valid_from_missing", row, position, "valid_from", parent=last.parent)
            return False
        if day < first.since and parent == first.parent:
            entry.edges[0] = tree.Edge(first.parent, first.segment, day)
            self._placed.add(entry.unit.code)
            return False
        then = next((edge for edge in reversed(entry.edges) if edge.since <= day), None)
        if then is not None and then.parent == parent:
            return False
        if day <= last.since:
            self._refuse("before_last_move", row, position, "valid_from", last=last.since)
            return False
        closed = entry.unit.closed_on
        if closed is not None and day >= closed and "closed_on" not in self._open[entry.unit.code]:
            self._refuse("moved_after_closed", row, position, "valid_from", closed=closed)
            return False
        return True

    def _attach(self, entry: Entry, parent: str | None, since: date, position: int) -> None:
        problem = self.register.attach(entry, parent, since)
        if problem is not None:
            self._refuse_unit(problem.code, entry.unit, position, problem.field, **problem.facts)
            self._unsound.add(entry.unit.code)
        self._placed.add(entry.unit.code)

    # --- the tree as a whole --------------------------------------------------------------------

    def _check_order(self) -> None:
        """Nobody lies under themselves, and every level lies under a higher one."""
        entries = self.register.entries
        circle = tree.loops({code: entry.parent for code, entry in entries.items()})
        for code in sorted(circle & self._placed):
            self._refuse_unit("loop", entries[code].unit, self._row(code), "parent")
        self._unsound |= circle
        relevelled = {code for code, sets in self.changes.items() if "level" in sets}
        for code, entry in entries.items():
            if code in circle or "level" in self._open.get(code, ()):
                continue
            if code in self._placed or any(e.parent in relevelled for e in entry.edges):
                self._check_levels(entry)

    def _check_levels(self, entry: Entry) -> None:
        level = entry.unit.level
        for edge in entry.edges:
            above = self.register.entries.get(edge.parent or "")
            if above is None or "level" in self._open.get(above.unit.code, ()):
                continue
            if not tree.may_lie_under(level, above.unit.level):
                self._refuse_level(entry.unit, above.unit)
                return

    def _refuse_level(self, unit: Unit, above: Unit) -> None:
        """Blame the row that made the order wrong; a parent's new level is told only once."""
        self._unsound.add(unit.code)
        facts = {"level": unit.level, "parent_level": above.level}
        if unit.code in self._placed:
            self._refuse_unit("level_order", unit, self._row(unit.code), "parent", **facts)
        elif above.code not in self._blamed:
            self._unsound.add(above.code)
            self._blamed.add(above.code)
            self._refuse_unit("level_order", above, self._row(above.code), "level", **facts)

    def _refuse_derived(self, problem: Problem) -> None:
        unit = self.register.entries[problem.where].unit
        position = self._row(problem.where)
        self._refuse_unit(problem.code, unit, position, problem.field, **problem.facts)

    def _check_scope(self, groups: dict[str, list[tuple[int, UnitRow]]]) -> None:
        """Every unit touched lies, before and after, where the actor may edit."""
        scope = self.actor.scope_for("network.edit")
        for code in groups:
            entry = self.register.entries[code]
            paths = []
            if code not in self._unsound:
                touched = code in self._placed or code in self.changes or entry.is_new
                paths = [place.path for place in (entry.places[-1:] if touched else ())]
            elif entry.is_new and entry.parent in self.register.entries:
                above = self.register.entries[entry.parent].unit.path
                paths = [above] if above else []
            if entry.unit.path:
                paths.append(entry.unit.path)
            if not all(scope.covers(path) for path in paths):
                self._refuse_unit("outside_scope", entry.unit, self._row(code), "code")

    def _row(self, code: str) -> int | None:
        """Index of the unit's latest row; None when no row is about it."""
        return self._rows_of[code][-1] if code in self._rows_of else None

    def _refuse(self, code: str, row: UnitRow, position: int, column: str, **facts: object) -> None:
        self.problems.append(Problem(code, row.code, facts, column, position))

    def _refuse_unit(
        self, code: str, unit: Unit, position: int | None, column: str, **facts: object
    ) -> None:
        self.problems.append(Problem(code, unit.code, facts, column, position))
