"""Performance 考核: all units of a period compared, one unit's sheet and its forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from hearth.figures.declared import FIGURES
from hearth.figures.engine import values
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.labels import LEVELS
from hearth.network.models import Unit
from hearth.platform.spreadsheets import Column, Table
from hearth.programme.domain.scoring import Total
from hearth.programme.queries.targets import (
    Ask,
    Known,
    Line,
    Outlook,
    Sheet,
    as_of_in,
    missing_rule,
    outlooks,
    periods_with_targets,
    sheets,
    targets_of,
)
from hearth.programme.queries.tasks import VIEW
from hearth.programme.wording import (
    arithmetic,
    brief_text,
    forecast_sentence,
    milli_points,
    scale_text,
    total_arithmetic,
    value_text,
)
from hearth.web.downloads import send_workbook
from hearth.web.figures.asking import rows_url
from hearth.web.http import AppRequest, requires
from hearth.web.programme.forms.targets import DayForm
from hearth.web.programme.pictures import performance_bars
from hearth.web.programme.views.targets import current_period
from hearth.web.remember import remembered, stamp

LEVEL_ORDER = list(LEVELS)


def _period(key: str) -> Period:
    try:
        return Period.parse(key)
    except BadValue:
        raise Http404 from None


def _as_of(request: AppRequest, period: Period) -> date:
    """The day that the address asks for, else today within the period."""
    form = DayForm(request.GET)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    return as_of_in(period, asked or timezone.localdate())


def remembering() -> Ask:
    """Asks for figures, and remembers the answers until a record moves one."""
    at = stamp()

    def ask(keys: Sequence[str], units: Sequence[Unit], as_of: date, since: date | None) -> Known:
        parts = (tuple(keys), tuple(unit.pk for unit in units), as_of, since)
        return remembered("values", parts, at, lambda: values(keys, units, as_of, since))

    return ask


@requires("programme.view")
@require_safe
def compare(request: AppRequest, period: str = "") -> HttpResponse:
    """Every unit of one level that has targets, side by side."""
    asked = _compared(request, period)
    shown = asked["sheets"]
    scored = [sheet for sheet in shown if sheet.total.centi is not None]
    context = asked | {
        "scored": len(scored),
        "best": scored[0] if scored else None,
        "leaders": sum(1 for sheet in scored if sheet.rank == 1),
        "picture": performance_bars(shown, asked["period"].key, asked["as_of"]) if scored else "",
        "rows": [(sheet, _cells(sheet, asked["figures"])) for sheet in shown],
        "figure_names": [_name(key) for key in asked["figures"]],
    }
    return render(request, "programme/performance.html", context)


def _compared(request: AppRequest, key: str) -> dict[str, Any]:
    period = _period(key or current_period(request))
    as_of = _as_of(request, period)
    targets = list(targets_of(request.actor, period.key))
    levels = [level for level in LEVEL_ORDER if any(t.unit.level == level for t in targets)]
    level = request.GET.get("level", "")
    if level not in levels:
        level = "branch" if "branch" in levels else levels[0] if levels else ""
    of_level = [target for target in targets if target.unit.level == level]
    return {
        "period": period,
        "periods": periods_with_targets(request.actor),
        "as_of": as_of,
        "form": DayForm(initial={"on": as_of}),
        "level": level,
        "levels": [(one, LEVELS[one]) for one in levels],
        "sheets": sheets(of_level, period, as_of, remembering()),
        "figures": sorted({target.figure for target in of_level}),
        "missing": missing_rule(period),
    }


def _name(key: str) -> str:
    return str(FIGURES[key].name) if key in FIGURES else key


def _cells(sheet: Sheet, figures: list[str]) -> list[tuple[str, str, str]]:
    """Name, points and value of each figure, in the order of the columns."""
    lines = {line.target.figure: line for line in sheet.lines}
    return [_cell(_name(key), lines.get(key)) for key in figures]


def _cell(name: str, line: Line | None) -> tuple[str, str, str]:
    if line is None:
        return name, "—", ""
    points = "—" if line.points_centi is None else milli_points(line.points_centi)
    return name, points, brief_text(line.figure, line.value_milli)


def _sheet(request: AppRequest, key: str, code: str) -> tuple[Period, Sheet]:
    """One unit's sheet; empty where it has no targets (404 outside the actor's reach)."""
    period = _period(key)
    unit = get_object_or_404(Unit.objects.visible_to(request.actor.scope_for(VIEW)), code=code)
    as_of = _as_of(request, period)
    own = targets_of(request.actor, period.key).filter(unit=unit)
    found = sheets(own, period, as_of, remembering())
    nothing = Total(None, 0, 0, 0)
    return period, found[0] if found else Sheet(unit, period, as_of, (), nothing)


@requires("programme.view")
@require_safe
def sheet(request: AppRequest, period: str, code: str) -> HttpResponse:
    """One unit: each target with its value, points and arithmetic."""
    wanted, found = _sheet(request, period, code)
    rule = missing_rule(wanted)
    met = [line for line in found.lines if line.points_centi == 10_000]
    context = {
        "period": wanted,
        "sheet": found,
        "unit": found.unit,
        "form": DayForm(initial={"on": found.as_of}),
        "lines": [_shown(line, found) for line in found.lines],
        "met": len(met),
        "missed": len(found.lines) - len(met) - found.total.missing,
        "arithmetic": total_arithmetic(found.total, rule),
    }
    return render(request, "programme/sheet.html", context)


def _shown(line: Line, of: Sheet) -> dict[str, Any]:
    points, figure = line.points_centi, line.figure
    weight = line.target.weight_centi
    return {
        "line": line,
        "name": _name(line.target.figure),
        "value": value_text(figure, line.value_milli),
        "rows": rows_url(figure, of.unit, of.as_of, of.period.start) if figure else "",
        "scale": scale_text(figure, line.scale),
        "arithmetic": arithmetic(figure, line.scale, line.value_milli, points),
        "points": points,
        "weight": milli_points(weight),
        "weighted": None if points is None else milli_points(points * weight // 100),
    }


@requires("programme.view")
@require_safe
def forecast(request: AppRequest, period: str, code: str) -> HttpResponse:
    """Whether each target of a unit will be met at the present pace."""
    wanted, found = _sheet(request, period, code)
    rows = [_outlook(one) for one in outlooks(found, remembering())]
    verdicts = [row["outlook"].forecast.verdict for row in rows]
    context = {
        "period": wanted,
        "sheet": found,
        "unit": found.unit,
        "form": DayForm(initial={"on": found.as_of}),
        "rows": rows,
        "good": sum(1 for verdict in verdicts if verdict in ("reached", "on_course", "likely")),
        "bad": sum(1 for verdict in verdicts if verdict in ("unlikely", "off_course", "missed")),
        "is_over": found.as_of >= wanted.last_day,
    }
    return render(request, "programme/forecast.html", context)


def _outlook(one: Outlook) -> dict[str, Any]:
    line, seen = one.line, one.forecast
    share = "%" if line.figure is not None and line.figure.measure == "share" else ""
    digits = (
        0 if line.figure is not None and line.figure.measure in ("count", "persons", "money") else 1
    )

    def text(value: float | None) -> str:
        return "" if value is None else f"{value:,.{digits}f}{share}"

    return {
        "outlook": one,
        "name": _name(line.target.figure),
        "value": value_text(line.figure, line.value_milli),
        "scale": scale_text(line.figure, line.scale),
        "expected": text(seen.expected),
        "low": text(seen.low),
        "high": text(seen.high),
        "sentence": forecast_sentence(seen.verdict, seen.reason),
    }


SUMMARY = (
    Column("rank", _("Rank"), "integer"),
    Column("unit", _("Unit (code)"), "code"),
    Column("unit_name", _("Unit")),
    Column("total", _("Total"), "centi"),
    Column("targets", _("Targets"), "integer"),
    Column("missing", _("Without a value"), "integer"),
)
LINES = (
    Column("unit", _("Unit (code)"), "code"),
    Column("unit_name", _("Unit")),
    Column("figure", _("Figure")),
    Column("value", pgettext_lazy("target", "Value"), "milli"),
    Column("scale", _("Scored")),
    Column("points", _("Points"), "centi"),
    Column("weight", _("Weight"), "centi"),
    Column("arithmetic", pgettext_lazy("target", "Arithmetic")),
)


@requires("exchange.export")
@require_safe
def export(request: AppRequest, period: str) -> HttpResponseBase:
    """The comparison as a workbook: totals, and every line with its arithmetic."""
    request.actor.require(VIEW)
    asked = _compared(request, period)
    summary = (
        (s.rank, s.unit.code, s.unit.name, s.total.centi, len(s.lines), s.total.missing)
        for s in asked["sheets"]
    )
    lines = (
        (
            one.unit.code,
            one.unit.name,
            _name(line.target.figure),
            line.value_milli,
            scale_text(line.figure, line.scale),
            line.points_centi,
            line.target.weight_centi,
            arithmetic(line.figure, line.scale, line.value_milli, line.points_centi),
        )
        for one in asked["sheets"]
        for line in one.lines
    )
    tables = [Table("performance", SUMMARY, summary), Table("lines", LINES, lines)]
    return send_workbook(request, tables, f"performance-{asked['period'].key}")
