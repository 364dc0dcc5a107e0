"""How warm the halls are: a day of all, one over time; and how the sensors are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import Column, Table
from hearth.platform.workdays import workdays
from hearth.premises.domain.wire import minute_of
from hearth.premises.models import Sensor, Stray, WatchlistEntry
from hearth.premises.queries.health import counts, sensors_with_condition
from hearth.premises.queries.temperatures import hourly, newest_day
from hearth.premises.queries.warmth import Hall, Norm, daily, halls, norm_on
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.remember import remembered, stamp
from hearth.web.temperatures import pictures
from hearth.web.temperatures.forms import DayForm, HealthForm, SpanForm
from hearth.web.temperatures.words import REASONS

VIEW = "premises.view"
PAGE = 50
MOST_STRAYS = 100
LOOKED_AT = 10
MOVING = (
    "readings.received",
    "readings.imported",
    "record.added",
    "record.changed",
    "record.imported",
    "record.withdrawn",
    "watchlist.rule_approved",
)
"""What moves a day that is over; what still comes in is asked for every ten minutes."""


def _shown_day(actor: Actor, wanted: date | None) -> date | None:
    """The day asked for, else the last business day that was measured."""
    if wanted is not None:
        return wanted
    newest = newest_day(actor.scope_for(VIEW))
    return None if newest is None else workdays().after(newest + timedelta(days=1), -1)


def _halls(actor: Actor, day: date, norm: Norm) -> list[Hall]:
    scope = actor.scope_for(VIEW)
    tens = minute_of(timezone.now()) // 10
    at = stamp(MOVING)
    return remembered(
        "temperatures", (scope.paths, day, norm.centi, tens), at, lambda: halls(scope, day, norm)
    )


def _wanted(found: list[Hall], show: str) -> list[Hall]:
    if show == "cold":
        return [hall for hall in found if hall.is_cold]
    if show == "none":
        return [hall for hall in found if hall.mean_centi is None]
    return found


@requires(VIEW)
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    form = DayForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    day = _shown_day(request.actor, said.get("on"))
    if day is None:
        return render(request, "temperatures/overview.html", {"day": None})
    norm = norm_on(day)
    found = _halls(request.actor, day, norm)
    listed = _wanted(found, said.get("show", ""))
    link = f"?on={day:%Y-%m-%d}"
    context = {
        "day": day,
        "is_workday": workdays().is_business_day(day),
        "norm": norm,
        "form": form if request.GET.get("on") else DayForm({**request.GET.dict(), "on": day}),
        "cold": sum(hall.is_cold for hall in found),
        "measured": sum(hall.mean_centi is not None for hall in found),
        "all": len(found),
        "page_obj": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "strip": pictures.day_strip(found, link) if found else None,
        "map": pictures.day_map(found, norm),
        "before": workdays().after(day, -1),
        "after": workdays().after(day, 1) if day < timezone.localdate() else None,
    }
    template = "temperatures/_halls.html" if request.htmx else "temperatures/overview.html"
    return render(request, template, context)


COLUMNS = (
    Column("unit", _("Unit"), "code"),
    Column("name", _("Name")),
    Column("celsius", _("Mean in business hours, °C"), "centi"),
    Column("readings", _("Readings"), "integer"),
    Column("cold", _("Colder than the norm"), "boolean"),
)


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> FileResponse:
    """The day as filtered."""
    request.actor.require(VIEW)
    form = DayForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    day = _shown_day(request.actor, said.get("on")) or timezone.localdate()
    found = _wanted(_halls(request.actor, day, norm_on(day)), said.get("show", ""))
    rows = [
        (
            hall.code,
            hall.name,
            None if hall.mean_centi is None else round(hall.mean_centi),
            hall.count,
            hall.is_cold,
        )
        for hall in found
    ]
    table = Table("temperatures", COLUMNS, rows)
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


@requires(VIEW)
@require_safe
def outlet(request: AppRequest, code: str) -> HttpResponse:
    """One unit over time, with its sensors and its stays on lists."""
    scope = request.actor.scope_for(VIEW)
    unit = get_object_or_404(Unit.objects.visible_to(scope), code=code)
    form = SpanForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    newest = newest_day(scope)
    last = said.get("on") or newest or timezone.localdate()
    days = int(said.get("span") or 60)
    norm = norm_on(last)
    sensors = list(_sensors(request.actor, unit, last))
    ten = workdays().last(last, LOOKED_AT)
    shown = daily(unit, workdays().last(last, max(days * 5 // 7, LOOKED_AT)), norm)
    latest = next((day for day in reversed(shown.days) if day in shown.inside), None)
    context = {
        "unit": unit,
        "form": SpanForm({"on": last, "span": str(days)}),
        "norm": norm,
        "last": last,
        "days": days,
        "latest": latest,
        "latest_centi": shown.inside[latest].mean_centi if latest else None,
        "cold_days": sum(_is_cold(shown.inside.get(day), norm) for day in ten),
        "looked_at": LOOKED_AT,
        "picture": _picture(sensors, last, days, norm, shown),
        "sensors": sensors,
        "stays": WatchlistEntry.objects.visible_to(scope)
        .standing()
        .filter(unit=unit)
        .select_related("watchlist")
        .order_by("-since"),
    }
    return render(request, "temperatures/outlet.html", context)


def _is_cold(one: Any, norm: Norm) -> bool:
    return one is not None and one.total < norm.centi * one.count


def _picture(sensors: list[Any], last: date, days: int, norm: Norm, shown: Any) -> Any:
    if days > 7:
        return pictures.days_chart(shown, norm)
    inside = [one.pk for one in sensors if one.kind == Sensor.Kind.INDOOR]
    end = last + timedelta(days=1)
    return pictures.hours_chart(hourly(inside, end - timedelta(days=days), end), norm)


def _sensors(actor: Actor, unit: Unit, day: date) -> Any:
    now = minute_of(timezone.now())
    limits = HealthForm().limits()
    hung = sensors_with_condition(actor.scope_for(VIEW), day, now, limits)
    return hung.filter(unit=unit).select_related("state").order_by("sensor_no")


@requires(VIEW)
@require_safe
def sensor_list(request: AppRequest) -> HttpResponse:
    """How the sensors are, those that need a look first."""
    scope = request.actor.scope_for(VIEW)
    form = HealthForm(request.GET)
    limits = form.limits()
    now = minute_of(timezone.now())
    sensors = sensors_with_condition(scope, timezone.localdate(), now, limits)
    by_condition = counts(sensors)
    wanted = form.cleaned_data.get("condition", "") if form.is_valid() else ""
    shown = sensors.filter(condition=wanted) if wanted else sensors
    shown = shown.select_related("unit", "state").order_by(
        F("state__last_minute").asc(nulls_first=True), "sensor_no"
    )
    is_wide = request.actor.can("premises.measure")
    context = {
        "form": form,
        "limits": limits,
        "counts": by_condition,
        "all": sum(by_condition.values()),
        "wrong": sum(by_condition.values()) - by_condition["well"],
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "strays": Stray.objects.order_by("-last_at")[:MOST_STRAYS] if is_wide else [],
        "reasons": REASONS,
        "may_edit": request.actor.can("premises.edit"),
    }
    template = "temperatures/_sensors.html" if request.htmx else "temperatures/sensors.html"
    return render(request, template, context)
