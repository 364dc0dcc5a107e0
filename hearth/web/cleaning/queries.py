"""Cleaning days beside what outlets reported and what video checks found: read, never stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.utils import timezone

from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.outreach.models import Activity
from hearth.premises.domain.cleaning import last_look, state_of
from hearth.premises.models import CleaningDay
from hearth.rectification.models import Rectification

KIND = "cleaning_day"


@dataclass(frozen=True, slots=True)
class OutletDay:
    """How one outlet stands with one cleaning day; the newest report and check, if any."""

    unit: Unit
    state: str
    report: Activity | None
    check: Inspection | None


def outlet_days(
    days: Sequence[CleaningDay], scope: Scope, today: date
) -> dict[int, list[OutletDay]]:
    """Outlets of each day by its key; three queries, however many days."""
    if not days:
        return {}
    first, last = min(day.held_on for day in days), max(day.held_on for day in days)
    outlets = list(Unit.objects.visible_to(scope).outlets().order_by("path"))
    reports = _reports(scope, first, max(day.report_by for day in days))
    checks = _checks(scope, first, last_look(last))
    return {
        day.pk: [
            _of_outlet(day, unit, reports.get(unit.pk, ()), checks.get(unit.pk, ()), today)
            for unit in outlets
            if _is_concerned(day, unit)
        ]
        for day in days
    }


def _is_concerned(day: CleaningDay, unit: Unit) -> bool:
    is_open = (unit.opened_on is None or unit.opened_on <= day.held_on) and (
        unit.closed_on is None or unit.closed_on > day.held_on
    )
    return is_open and unit.path.startswith(day.unit.path)


def _reports(scope: Scope, first: date, last: date) -> Mapping[int, Sequence[Activity]]:
    rows = Activity.objects.visible_to(scope).standing().filter(kind__code=KIND)
    found: dict[int, list[Activity]] = defaultdict(list)
    for row in rows.between(first, last + timedelta(days=1)).order_by("started_at", "pk"):
        found[row.unit_id].append(row)
    return found


def _checks(scope: Scope, first: date, last: date) -> Mapping[int, Sequence[Inspection]]:
    released = (
        Inspection.objects.current()
        .within(scope)
        .filter(
            status=Inspection.Status.RELEASED,
            channel=Channel.VIDEO,
            inspected_on__range=(first, last),
        )
    )
    found: dict[int, list[Inspection]] = defaultdict(list)
    rows = released.select_related("edition").defer("document", "modules")
    for row in rows.order_by("inspected_at", "pk"):
        found[row.unit_id].append(row)
    return found


def _of_outlet(
    day: CleaningDay,
    unit: Unit,
    reports: Sequence[Activity],
    checks: Sequence[Inspection],
    today: date,
) -> OutletDay:
    report = next(
        (
            one
            for one in reversed(reports)
            if day.held_on <= timezone.localdate(one.started_at) <= day.report_by
        ),
        None,
    )
    check = next((one for one in reversed(checks) if verifies(day, one)), None)
    state = state_of(
        has_reported=report is not None,
        findings=check.findings_count if check else None,
        report_by=day.report_by,
        today=today,
    )
    return OutletDay(unit, state, report, check)


def verifies(day: CleaningDay, check: Inspection) -> bool:
    """Whether a released video check says something about the day: in time, by its standard."""
    if not day.held_on <= check.inspected_on <= last_look(day.held_on):
        return False
    return day.standard_id is None or check.edition.standard_id == day.standard_id


def counts(rows: Sequence[OutletDay]) -> Counter[str]:
    """How many outlets stand in each state."""
    return Counter(row.state for row in rows)


def open_rectifications(checks: Sequence[Inspection]) -> dict[int, int]:
    """How many deviations of each check are not put right yet; one query."""
    rows = Rectification.objects.unclosed().filter(inspection__in=[one.pk for one in checks])
    counted = rows.order_by().values("inspection").annotate(n=Count("pk"))
    return {row["inspection"]: row["n"] for row in counted}
