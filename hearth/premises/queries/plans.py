"""Plans of upkeep: which assets each is about, and which of them are due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q

from hearth.network.models import Unit
from hearth.premises.domain.upkeep import Rhythm, due_on, is_opened
from hearth.premises.models import FacilityCheck, Sign, UpkeepPlan, WorkOrder


@dataclass(frozen=True, slots=True)
class Asset:
    """One sign, or the facility of one outlet, and when work on it falls due by a plan."""

    unit_id: int
    unit_path: str
    sign_id: int | None
    due: date

    @property
    def key(self) -> str:
        """What tells it from the plan's other assets: its sign, else its unit."""
        return f"U{self.unit_id}" if self.sign_id is None else f"S{self.sign_id}"


def assets(plan: UpkeepPlan, day: date) -> Iterator[Asset]:
    """Assets of the plan on which no such work waits, each with the day it is due; three queries.

    Work counts whoever opened it, so what was cleaned out of turn is not cleaned again.
    """
    rhythm = Rhythm(plan.months, plan.starts_on)
    column = "unit_id" if plan.facility_id else "sign_id"
    work = WorkOrder.objects.filter(kind=plan.kind)
    work = work.filter(facility=plan.facility_id) if plan.facility_id else work
    waits = set(work.unfinished().filter(_below(plan)).values_list(column, flat=True))
    done = work.done_by(day).filter(_below(plan)).order_by().values(column)
    last = dict(done.annotate(last=Max("done_on")).values_list(column, "last"))
    for unit_id, path, sign_id, since in _all(plan, day):
        key = unit_id if plan.facility_id else sign_id
        if key not in waits:
            yield Asset(unit_id, path, sign_id, due_on(rhythm, last.get(key), since))


def due(plan: UpkeepPlan, today: date) -> list[Asset]:
    """Assets whose orders are to be opened today."""
    return [one for one in assets(plan, today) if is_opened(one.due, today)]


def _below(plan: UpkeepPlan) -> Q:
    """Orders of units that lie under the plan's unit now."""
    path = plan.unit.path
    return Q(unit__path__startswith=path)


def _all(plan: UpkeepPlan, day: date) -> Any:
    """Unit, its path, sign and day of putting up of every asset of the plan."""
    open_units = Unit.objects.filter(path__startswith=plan.unit.path).open_on(day)
    if plan.facility_id:
        there = FacilityCheck.objects.filter(facility=plan.facility_id, unit__in=open_units)
        found = there.latest_on(day).filter(present=True).order_by("unit__path")
        return [(*row, None, None) for row in found.values_list("unit_id", "unit__path")]
    signs = Sign.objects.up_on(day).filter(kind=plan.sign_kind, unit__in=open_units)
    rows = signs.order_by("unit__path", "sign_no")
    return rows.values_list("unit_id", "unit__path", "pk", "installed_on")
