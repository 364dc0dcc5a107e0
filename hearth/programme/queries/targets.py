"""Targets, and the performance sheet 考核 of each unit, computed as of a day.

Nothing is stored: the same records, targets and day give the same sheet again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.figures.declared import FIGURES
from hearth.figures.engine import values
from hearth.figures.registry import Figure, Value
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.programme.domain.forecast import Forecast, Goal, final, pace, trend
from hearth.programme.domain.scoring import (
    MissingRule,
    RuleName,
    Scale,
    Scored,
    Step,
    Total,
    points,
    to_milli,
    total,
)
from hearth.programme.enums import Missing, Rule
from hearth.programme.models import Programme, Target
from hearth.programme.models.targets import TargetQuerySet
from hearth.programme.queries.tasks import VIEW

_RULES: Mapping[str, RuleName] = {
    Rule.LINEAR: "linear",
    Rule.STEPPED: "stepped",
    Rule.PASS_FAIL: "pass_fail",
}
LOOKS = 8  # times at which a figure is asked for its forecast


Known = Mapping[tuple[str, int], Value]
Ask = Callable[[Sequence[str], Sequence[Unit], date, date | None], Known]
"""What answers for figures and units as of a day, since a day; pages give one that remembers."""


def scale_of(target: Target) -> Scale:
    """How values of a target become points."""
    return Scale(
        rule=_RULES[target.rule],
        target_milli=target.target_milli,
        floor_milli=target.floor_milli,
        steps=tuple(Step(bound, earned) for bound, earned in target.steps),
        is_lower_better=target.is_lower_better,
    )


def targets_of(actor: Actor, period: str) -> TargetQuerySet:
    """Standing targets of a period in scope, in the order of the tree and of the figures."""
    rows = Target.objects.visible_to(actor.scope_for(VIEW)).standing().filter(period=period)
    return rows.select_related("unit").order_by("unit__path", "figure")


def periods_with_targets(actor: Actor) -> list[str]:
    """Keys of the periods that have targets in scope, the latest first."""
    rows = Target.objects.visible_to(actor.scope_for(VIEW)).standing()
    keys = rows.order_by().values_list("period", flat=True).distinct()
    return sorted(keys, key=Period.parse, reverse=True)


def missing_rule(period: Period) -> MissingRule:
    """What a target without a value does, as the plan of the period's year says (PG-05)."""
    said = Programme.objects.filter(year=period.year).values_list("missing", flat=True).first()
    return "zero" if said == Missing.ZERO else "left_out"


@dataclass(frozen=True, slots=True)
class Line:
    """One target of a sheet with what became of it.

    Attributes:
        figure: None where the target names a figure that is no more.
        value: as the registry gave it.
        value_milli: what was scored; None without a value.
        points_centi: 0 to 10,000; None without a value.
    """

    target: Target
    figure: Figure | None
    scale: Scale
    value: Value
    value_milli: int | None
    points_centi: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The performance of one unit in a period, as of a day.

    ``rank`` is among the units compared with it: ties share the better place; None without a total
    and where no other unit has one.
    """

    unit: Unit
    period: Period
    as_of: date
    lines: Sequence[Line]
    total: Total
    rank: int | None = None


def as_of_in(period: Period, today: date) -> date:
    """The day a sheet speaks of unless another is asked for: today, within the period."""
    return min(max(today, period.start), period.last_day)


def sheets(
    targets: Iterable[Target], period: Period, as_of: date, ask: Ask = values
) -> list[Sheet]:
    """A sheet for each unit that has targets, best total first, units without one last.

    Every figure is asked for every unit at once, whatever their number.
    """
    by_unit: dict[int, list[Target]] = defaultdict(list)
    for target in targets:
        by_unit[target.unit_id].append(target)
    units = {rows[0].unit_id: rows[0].unit for rows in by_unit.values()}
    keys = {t.figure for rows in by_unit.values() for t in rows if t.figure in FIGURES}
    known = ask(sorted(keys), list(units.values()), as_of, period.start) if keys else {}
    rule = missing_rule(period)
    made = []
    for unit_id, rows in by_unit.items():
        lines = [_line(target, known) for target in rows]
        found = total([Scored(x.target.weight_centi, x.points_centi) for x in lines], rule)
        made.append(Sheet(units[unit_id], period, as_of, lines, found))
    return _ranked(made)


def _line(target: Target, known: Known) -> Line:
    value = known.get((target.figure, target.unit_id), Value(None, 0))
    scale = scale_of(target)
    milli = None if value.number is None else to_milli(value.number)
    earned = None if milli is None else points(scale, milli)
    return Line(target, FIGURES.get(target.figure), scale, value, milli, earned)


def _ranked(made: Sequence[Sheet]) -> list[Sheet]:
    """Places by total; ties share the better one."""
    ordered = sorted(
        made, key=lambda s: (s.total.centi is None, -(s.total.centi or 0), s.unit.path)
    )
    is_compared = sum(1 for sheet in made if sheet.total.centi is not None) > 1
    found: list[Sheet] = []
    for place, sheet in enumerate(ordered, start=1):
        before = found[-1] if found else None
        tied = before is not None and before.total.centi == sheet.total.centi
        is_placed = is_compared and sheet.total.centi is not None
        rank = (before.rank if before and tied else place) if is_placed else None
        found.append(Sheet(sheet.unit, sheet.period, sheet.as_of, sheet.lines, sheet.total, rank))
    return found


# --- forecast -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line of a sheet with where it leads.

    Attributes:
        seen: days and values that the forecast rests on, the oldest first.
    """

    line: Line
    forecast: Forecast
    seen: Sequence[tuple[date, float]]


def outlooks(sheet: Sheet, ask: Ask = values) -> list[Outlook]:
    """A forecast for every line of a sheet; each figure is asked at ``LOOKS`` days at most.

    What is counted over the period is asked through the period so far; a level as far back as the
    period is long, since it stood somewhere before the period began as well.
    """
    is_over = sheet.as_of >= sheet.period.last_day
    seen: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for is_span in () if is_over else (True, False):
        keys = sorted(
            line.target.figure
            for line in sheet.lines
            if line.figure is not None
            and line.figure.is_span is is_span
            and not _by_period(line.figure)
        )
        for day in _looks(sheet, is_span=is_span) if keys else ():
            known = ask(keys, [sheet.unit], day, sheet.period.start)
            for (key, _unit), value in known.items():
                if value.number is not None:
                    seen[key].append((day, float(value.number)))
    return [
        Outlook(line, _forecast(line, sheet, found), found)
        for line in sheet.lines
        for found in [seen.get(line.target.figure, [])]
    ]


def _by_period(figure: Figure) -> bool:
    """Whether a figure moves only when a period is closed."""
    return not figure.is_span and figure.group == "scores"


def _looks(sheet: Sheet, *, is_span: bool) -> list[date]:
    """Days at equal distances up to the sheet's own, the oldest first."""
    gone = (sheet.as_of - sheet.period.start).days + 1
    reach = gone if is_span else (sheet.period.end - sheet.period.start).days
    return sorted({sheet.as_of - timedelta(days=reach * n // LOOKS) for n in range(LOOKS)})


def _forecast(line: Line, sheet: Sheet, seen: Sequence[tuple[date, float]]) -> Forecast:
    figure, now = line.figure, line.value.number
    if figure is None or now is None:
        return Forecast("too_few", "trend", reason="no_value")
    goal = Goal(_goal(line.scale) / 1000, line.scale.is_lower_better)
    if sheet.as_of >= sheet.period.last_day:
        return final(float(now), goal)
    if _by_period(figure):
        return Forecast("too_few", "trend", reason="by_period")
    start = sheet.period.start - timedelta(days=1)
    days = [((day - start).days, value) for day, value in seen]
    end = (sheet.period.last_day - start).days
    if figure.is_span and figure.is_additive:
        return pace(days, end, goal)
    bounds = (0.0, 100.0) if figure.measure in ("share", "score") else (0.0, float("inf"))
    return trend(days, end, goal, bounds)


def _goal(scale: Scale) -> int:
    """The value that earns all: the target, or the best step."""
    if scale.rule != "stepped":
        return scale.target_milli
    return max(scale.steps, key=lambda step: step.points_centi).bound_milli
