"""Everything that changes the tree: one unit at a time, or ten thousand rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import StaleWrite
from hearth.kernel.problems import Problem
from hearth.network.models import Placement, Post, Unit
from hearth.network.scope import Actor
from hearth.network.services import posts
from hearth.network.services.planning import Planner
from hearth.network.services.register import BATCH, Entry, Register
from hearth.network.services.rows import Applied, Progress, RowsRefused, UnitRow, silent
from hearth.network.services.words import violation
from hearth.platform import audit

EDIT = "network.edit"
_NAMED_IN_TRAIL = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """What one change of the tree takes along, for the page that asks before doing it.

    Attributes:
        units: units that come to another place, the named one included where it moves.
        children: codes of the units directly below that come under another parent.
        staff: people whose open post changes.
    """

    units: int
    children: tuple[str, ...]
    staff: int


def check_units(actor: Actor, rows: Sequence[UnitRow]) -> tuple[Applied, tuple[Problem, ...]]:
    """What ``apply_units`` would do, and all that stands against it; writes nothing.

    Of a row with ``unread`` columns all is told that does not depend on them.
    """
    actor.require(EDIT)
    planner = Planner(actor, Register.whole())
    return planner.take(rows), tuple(planner.problems)


@transaction.atomic
def apply_units(actor: Actor, rows: Sequence[UnitRow], progress: Progress | None = None) -> Applied:
    """Create, update and move units by rows, all or none.

    A parent may stand anywhere in the rows. Where a new unit's row names no day, its place begins
    on ``opened_on``, else on 1 January 1900, yet not before its parent's. A later row with another
    parent is a dated move; one dated into the future is stored now and takes effect by ``settle``.

    Raises:
        RowsRefused: with every fault of every row.
        NotAllowed: the actor may not edit the network at all.
        ValueError: a row has ``unread`` columns.
    """
    actor.require(EDIT)
    if any(row.unread for row in rows):
        raise ValueError("rows that could not be read are checked only")
    lock_tree()
    planner = Planner(actor, Register.whole())
    applied = planner.take(rows, progress or silent)
    if planner.problems:
        raise RowsRefused(planner.problems)
    if applied.created or applied.updated or planner.register.moved:
        (progress or silent)(len(rows), len(rows), "write")
        planner.register.write(timezone.localdate())
        _record(actor, planner, "")
    return applied


def create_unit(actor: Actor, row: UnitRow) -> Unit:
    """Add one unit; ``row.parent`` must be given, '' for the root.

    Raises:
        RuleViolation: a rule of the tree forbids it; ``facts['field']`` names the column.
    """
    actor.require(EDIT)
    with transaction.atomic():
        lock_tree()
        known = Unit.objects.filter(code=row.code).first()
        if known is not None:
            raise violation(
                Problem("code_taken", row.code, {"code": known.code, "name": known.name}, "code")
            )
        planner = _plan(actor, [row], Register.around([], beside=[row.parent or ""]))
        _write(actor, planner, "")
        return planner.register.entries[row.code].unit


def edit_unit(actor: Actor, unit: Unit, *, version: int, sets: dict[str, Any]) -> Unit:
    """Set columns of one unit, '' and None included; place and closing have their own services.

    Raises:
        StaleWrite: ``version`` is not the newest.
        RuleViolation: the columns contradict each other or the tree.
    """
    with transaction.atomic():
        _claim(actor, unit, version)
        planner = _plan(actor, [UnitRow(unit.code, sets=sets)], Register.around([unit.code]))
        _write(actor, planner, "")
        return planner.register.entries[unit.code].unit


def move_unit(
    actor: Actor, unit: Unit, parent: str, on: date, *, version: int, reason: str
) -> Reach:
    """Let the unit, with all below it, lie under the unit of code ``parent`` from ``on`` on.

    Raises:
        StaleWrite: ``version`` is not the newest.
        RuleViolation: a rule of the tree forbids it.
    """
    with transaction.atomic():
        _claim(actor, unit, version)
        planner = _plan_move(actor, unit, parent, on)
        _write(actor, planner, reason)
        return Reach(len(planner.register.moved), (), 0)


def close_unit(actor: Actor, unit: Unit, on: date, *, version: int, reason: str) -> Reach:
    """Let the unit no longer be there from ``on`` on; the posts there end on that day.

    Raises:
        StaleWrite: ``version`` is not the newest.
        RuleViolation: other units still lie under it, or it opens later.
    """
    with transaction.atomic():
        _claim(actor, unit, version)
        planner = _plan_closing(actor, unit, on)
        _write(actor, planner, reason)
        return Reach(0, (), posts.end_at(unit, on))


def reopen_unit(actor: Actor, unit: Unit, *, version: int, reason: str) -> None:
    """Take a closing back: the unit is there again as if it had never been closed.

    Raises:
        StaleWrite: ``version`` is not the newest.
        RuleViolation: it was merged into another, or its parent is closed.
    """
    with transaction.atomic():
        _claim(actor, unit, version)
        row = UnitRow(unit.code, sets={"closed_on": None})
        _write(actor, _plan(actor, [row], Register.around([unit.code])), reason)


def merge_units(
    actor: Actor, source: Unit, target: Unit, on: date, *, version: int, reason: str
) -> Reach:
    """Merge ``source`` into ``target`` from ``on`` on: units and posts below go over, it closes.

    Past days keep the source where it lay (SC-10).

    Raises:
        StaleWrite: ``version`` is not the newest of the source.
        RuleViolation: the two are of different levels, the same, or not both there on that day.
    """
    with transaction.atomic():
        _claim(actor, source, version)
        planner, children = _plan_merger(actor, source, target, on)
        entry = planner.register.entries[source.code]
        entry.unit.merged_into = planner.register.entries[target.code].unit
        _write(actor, planner, reason, merged_into=target.code)
        staff = posts.carry_over(source, target, on)
        return Reach(len(planner.register.moved), children, staff)


def preview_move(actor: Actor, unit: Unit, parent: str, on: date) -> Reach:
    """What ``move_unit`` would take along; refuses as that would."""
    actor.require(EDIT, unit.path)
    return Reach(len(_plan_move(actor, unit, parent, on).register.moved), (), 0)


def preview_closing(actor: Actor, unit: Unit, on: date) -> Reach:
    """What ``close_unit`` would end; refuses as that would."""
    actor.require(EDIT, unit.path)
    _plan_closing(actor, unit, on)
    return Reach(0, (), Post.objects.held_on(on).filter(unit=unit).count())


def preview_merger(actor: Actor, source: Unit, target: Unit, on: date) -> Reach:
    """What ``merge_units`` would take along; refuses as that would."""
    actor.require(EDIT, source.path)
    planner, children = _plan_merger(actor, source, target, on)
    staff = Post.objects.held_on(on).filter(unit=source).count()
    return Reach(len(planner.register.moved), children, staff)


@transaction.atomic
def settle(on: date) -> int:
    """Let each unit's present place be the one of ``on``; to be called at start and once a day.

    Moves dated into the future come into force by this and by nothing else.

    Returns:
        How many units came to another place.
    """
    lock_tree()
    due = Placement.objects.on(on).exclude(path=F("unit__path")).select_related("unit")
    units = []
    for place in due:
        place.unit.path, place.unit.parent_id = place.path, place.parent_id
        units.append(place.unit)
    if units:
        Unit.objects.bulk_update(units, ["path", "parent"], batch_size=BATCH // 4)
        codes = sorted(unit.code for unit in units)
        named = codes[:_NAMED_IN_TRAIL]
        audit.record(audit.System(), "tree.settled", on=on, units=len(codes), codes=named)
    return len(units)


def lock_tree() -> None:
    """Let nobody else change the tree until this transaction ends."""
    list(Unit.objects.select_for_update().filter(parent__isnull=True).values_list("pk"))


def _claim(actor: Actor, unit: Unit, version: int) -> None:
    """Make sure that the actor may edit the unit and saw its newest version."""
    actor.require(EDIT, unit.path)
    lock_tree()
    newest = Unit.objects.values_list("version", flat=True).get(pk=unit.pk)
    if newest != version:
        raise StaleWrite(
            "stale",
            _("Someone saved this unit meanwhile. Reload the page, look, and send again."),
            version=newest,
        )


def _plan(actor: Actor, rows: Sequence[UnitRow], register: Register) -> Planner:
    planner = Planner(actor, register)
    planner.take(rows)
    if planner.problems:
        raise violation(*planner.problems)
    return planner


def _plan_move(actor: Actor, unit: Unit, parent: str, on: date) -> Planner:
    row = UnitRow(unit.code, parent=parent, valid_from=on)
    planner = _plan(actor, [row], Register.around([unit.code], beside=[parent]))
    if not planner.moves:
        facts = {"parent": parent, "day": on}
        raise violation(Problem("there_already", unit.code, facts, "parent"))
    return planner


def _plan_closing(actor: Actor, unit: Unit, on: date) -> Planner:
    row = UnitRow(unit.code, sets={"closed_on": on})
    return _plan(actor, [row], Register.around([unit.code]))


def _plan_merger(
    actor: Actor, source: Unit, target: Unit, on: date
) -> tuple[Planner, tuple[str, ...]]:
    """The planner of a merger, and the codes of the units that come under ``target``."""
    register = Register.around([source.code], beside=[target.code])
    _check_merger(source, register.entries[target.code], on)
    children = tuple(
        code
        for code, entry in register.entries.items()
        if entry.parent == source.code
        and (entry.unit.closed_on is None or entry.unit.closed_on > on)
    )
    rows = [UnitRow(code, parent=target.code, valid_from=on) for code in children]
    rows.append(UnitRow(source.code, sets={"closed_on": on}))
    return _plan(actor, rows, register), children


def _check_merger(source: Unit, into: Entry, on: date) -> None:
    target = into.unit
    if source.pk == target.pk:
        raise violation(Problem("merged_with_itself", source.code, {}, "target"))
    if source.level != target.level:
        facts: dict[str, object] = {"level": source.level, "target_level": target.level}
        raise violation(Problem("merged_across_levels", source.code, facts, "target"))
    is_gone = target.closed_on is not None and target.closed_on <= on
    if is_gone or into.edges[0].since > on:
        facts = {"target": target.name, "day": on}
        raise violation(Problem("target_not_there", source.code, facts, "target"))


def _write(actor: Actor, planner: Planner, reason: str, **facts: object) -> None:
    planner.register.write(timezone.localdate())
    _record(actor, planner, reason, **facts)


def _record(actor: Actor, planner: Planner, reason: str, **facts: object) -> None:
    """One event for each unit created, edited and moved."""
    audit.record_many(actor, _events(planner, reason, facts))


def _events(planner: Planner, reason: str, facts: dict[str, object]) -> Iterator[audit.Entry]:
    told = ({"reason": reason} if reason else {}) | facts
    for code in planner.created:
        yield _event("unit.created", planner, code, _born(planner, code) | told)
    for code, changes in planner.changes.items():
        shown = {column: list(values) for column, values in changes.items()}
        yield _event(_verb(changes, facts), planner, code, {"changes": shown} | told)
    for move in planner.moves:
        data = {"from": move.source, "to": move.target, "on": move.since} | told
        yield _event("unit.moved", planner, move.code, data)


def _born(planner: Planner, code: str) -> dict[str, Any]:
    entry = planner.register.entries[code]
    return {"name": entry.unit.name, "parent": entry.edges[0].parent, "since": entry.edges[0].since}


def _verb(changes: dict[str, tuple[Any, Any]], facts: dict[str, object]) -> str:
    if "closed_on" not in changes:
        return "unit.edited"
    if "merged_into" in facts:
        return "unit.merged"
    return "unit.reopened" if changes["closed_on"][1] is None else "unit.closed"


def _event(action: str, planner: Planner, code: str, data: dict[str, Any]) -> audit.Entry:
    unit = planner.register.entries[code].unit
    return audit.Entry(
        action, unit._meta.label_lower, str(unit.pk), unit.path, {"code": code} | data
    )
