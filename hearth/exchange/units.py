"""Units in and out as spreadsheets: one sheet, ``units``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.kernel.memory import collector_at_rest
from hearth.kernel.problems import Problem
from hearth.network.domain import tree
from hearth.network.labels import LEVELS
from hearth.network.models import Placement, Unit
from hearth.network.queries import UnitFilter, filtered_units
from hearth.network.scope import Actor
from hearth.network.services.rows import Applied, RowsRefused, UnitRow
from hearth.network.services.rows import Progress as StagedProgress
from hearth.network.services.units import apply_units, check_units
from hearth.network.services.words import sentence
from hearth.platform.spreadsheets import (
    Column,
    ImportReport,
    Parsed,
    Progress,
    Row,
    SheetSpec,
    Source,
    Table,
    load,
    report_of,
)

UNITS = SheetSpec(
    "units",
    [
        Column("code", pgettext_lazy("unit", "Code"), "code", required=True, max_length=40),
        Column("name", pgettext_lazy("unit", "Name"), required=True, max_length=120),
        Column(
            "level",
            pgettext_lazy("unit", "Level"),
            "choice",
            required=True,
            choices=list(LEVELS.items()),
        ),
        Column(
            "parent",
            pgettext_lazy("unit", "Unit above"),
            "code",
            max_length=40,
            note=_("Its code; it may stand further down. Empty at the root only."),
        ),
        Column("kind", pgettext_lazy("unit", "Kind"), max_length=40),
        Column("city", pgettext_lazy("unit", "City"), max_length=40),
        Column("district", pgettext_lazy("unit", "District"), max_length=40),
        Column("address", pgettext_lazy("unit", "Address"), max_length=200),
        Column("longitude", pgettext_lazy("unit", "Longitude"), "longitude", convert=float),
        Column("latitude", pgettext_lazy("unit", "Latitude"), "latitude", convert=float),
        Column("phone", pgettext_lazy("unit", "Telephone"), "code", max_length=40),
        Column("opened_on", pgettext_lazy("unit", "Opened on"), "date"),
        Column(
            "closed_on",
            pgettext_lazy("unit", "Closed on"),
            "date",
            note=_("First day on which it is no longer there."),
        ),
        Column(
            "valid_from",
            pgettext_lazy("unit", "In this place from"),
            "date",
            note=_("A later row with another unit above is a move on that day."),
        ),
    ],
    natural_key=("code",),
    title=_("Units"),
    notes=(
        _("A cell left empty keeps what is known of a unit; to clear a value, edit the unit."),
        _("Without a day, a new unit lies in its place from its opening on, else since ever."),
    ),
    example_rows=(
        {"code": "BR01", "name": "Harbour branch", "level": "branch", "parent": "HQ"},
        {
            "code": "OUT0007",
            "name": "Harbour Road outlet",
            "level": "outlet",
            "parent": "BR01",
            "longitude": "123.431500",
            "latitude": "41.805700",
            "opened_on": "2009-05-18",
        },
    ),
    repeats="update",
)

_PLACE = ("code", "parent", "valid_from")
_SETS = tuple(column.name for column in UNITS.columns if column.name not in _PLACE)


class UnitsImport:
    """Creates, updates and moves units by rows."""

    key = "units"
    title = UNITS.title
    permission = "network.edit"

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (UNITS,)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and write all units, or nothing; there are no options.

        Raises:
            UnreadableFile: the file cannot be read at all.
            NotAllowed: the actor may not edit the network.
        """
        actor.require(self.permission)
        zone = timezone.get_default_timezone()
        with collector_at_rest():
            parsed = load(sources, (UNITS,), zone=zone, progress=progress)[UNITS.kind]
            applied = self._apply(actor, parsed, dry_run=dry_run, progress=progress)
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if report.ok:
            report.created, report.updated = applied.created, applied.updated
            report.unchanged = applied.unchanged
        return report

    def _apply(
        self,
        actor: Actor,
        parsed: Parsed,
        *,
        dry_run: bool,
        progress: Progress | None,
    ) -> Applied:
        """Write the rows, or only check them; faults go to ``parsed``."""
        found = parsed.every_row()
        rows = [_unit_row(row, parsed.columns, parsed.unread(row)) for row in found]
        problems: Sequence[Problem] = ()
        if dry_run or len(parsed.errors):
            applied, problems = check_units(actor, rows)
        else:
            try:
                applied = apply_units(actor, rows, with_stage(progress))
            except RowsRefused as refused:
                applied, problems = Applied(), refused.problems
        for problem in problems:
            parsed.fault(found[problem.position or 0], problem.field, sentence(problem))
        for warning in applied.warnings:
            parsed.warn(found[warning.position or 0], warning.field, sentence(warning))
        return applied


def with_stage(progress: Progress | None) -> StagedProgress | None:
    """A sheet's progress for services, which tell a stage as well."""
    if progress is None:
        return None
    return lambda done, total, _stage: progress(done, total)


class _Said(Mapping[str, Any]):
    """What a row says of a unit's columns: a view, for a dictionary each is 50 MB of 100,000."""

    __slots__ = ("_row", "_unread")

    def __init__(self, row: Row, unread: frozenset[str]) -> None:
        self._row = row
        self._unread = unread

    def __getitem__(self, name: str) -> Any:
        if name in _SETS and name not in self._unread:
            value = getattr(self._row, name)
            if value not in ("", None):
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (
            name
            for name in _SETS
            if name not in self._unread and getattr(self._row, name) not in ("", None)
        )

    def __len__(self) -> int:
        return sum(1 for _name in self)


def _unit_row(row: Row, columns: frozenset[str], unread: frozenset[str]) -> UnitRow:
    return UnitRow(
        "" if "code" in unread else row.code,
        row.parent if "parent" in columns - unread else None,
        None if "valid_from" in unread else row.valid_from,
        _Said(row, unread),
        unread,
    )


class UnitsExport:
    """Units as they lie now, one row each, ready to be imported again."""

    key = "units"
    title = UNITS.title
    permission = "network.view"

    def tables(self, actor: Actor, filters: Mapping[str, Any]) -> Sequence[Table]:
        """The units that the actor reaches and the filters leave; see ``UnitFilter``.

        Raises:
            NotAllowed: the actor may not see the network.
        """
        actor.require(self.permission)
        chosen = UnitFilter(**{f.name: str(filters.get(f.name, "")) for f in fields(UnitFilter)})
        units = filtered_units(actor.scope, chosen, timezone.localdate())
        return (Table(UNITS.kind, UNITS.columns, unit_rows(list(units.select_related("parent")))),)


def unit_rows(units: Sequence[Unit]) -> Iterator[tuple[Any, ...]]:
    """Each unit by the columns of the sheet, with the day of its last move."""
    since = _starts({unit.pk for unit in units})
    for unit in units:
        values: dict[str, Any] = {name: getattr(unit, name) for name in _SETS}
        values |= {"code": unit.code, "parent": unit.parent.code if unit.parent else ""}
        values |= {name: _degrees(values[name]) for name in ("longitude", "latitude")}
        start = since.get(unit.pk)
        values["valid_from"] = None if start == tree.EARLIEST else start
        yield tuple(values[column.name] for column in UNITS.columns)


def _degrees(value: float | None) -> Decimal | None:
    """The shortest number that means this float."""
    return None if value is None else Decimal(repr(value))


def _starts(unit_ids: set[int]) -> dict[int, date]:
    """First day of the last edge of each unit."""
    starts: dict[int, date] = {}
    last: dict[int, tuple[int | None, str]] = {}
    rows = Placement.objects.order_by("valid_from")
    for unit_id, parent_id, path, day in rows.values_list(
        "unit_id", "parent_id", "path", "valid_from"
    ):
        edge = (parent_id, path[-4:])
        if unit_id in unit_ids and last.get(unit_id) != edge:
            last[unit_id], starts[unit_id] = edge, day
    return starts
