"""Cleaning days: the schedule with what came of it, one day by outlet, a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.figures.declared import FIGURES
from hearth.figures.engine import values
from hearth.kernel import charts
from hearth.kernel.errors import Refusal
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.premises.domain.cleaning import STATES, last_look
from hearth.premises.models import CleaningDay
from hearth.premises.queries.places import focus
from hearth.premises.services.cleaning import call_off, schedule_day
from hearth.web.cleaning.exports import days_table, outlets_table
from hearth.web.cleaning.forms import DayForm, StateForm
from hearth.web.cleaning.queries import OutletDay, counts, open_rectifications, outlet_days
from hearth.web.cleaning.words import STATE_NAMES
from hearth.web.downloads import send_table
from hearth.web.figures import words
from hearth.web.figures.asking import rows_url
from hearth.web.figures.grid import last_periods
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.premises.forms import ReasonForm
from hearth.web.remember import MOVING, remembered, stamp

VIEW, EDIT = "premises.view", "premises.edit"
SIX_S = "cleaning.six_s"
PAGE, OUTLETS = 12, 50
MONTHS = 12
_TONES = {
    "deviation": charts.Tone.EMBER,
    "reported": charts.Tone.SERVICE,
    "held": charts.Tone.GOOD,
}


def _seen(actor: Actor) -> Any:
    days = CleaningDay.objects.concerning(actor.scope_for(VIEW))
    return days.select_related("unit", "standard")


@requires(VIEW)
@require_safe
def days(request: AppRequest) -> HttpResponse:
    """Every day with what outlets reported and what was found, and the 6S score by month."""
    actor, today = request.actor, timezone.localdate()
    scope = actor.scope_for(VIEW)
    seen = _seen(actor).standing()
    page = Paginator(seen.order_by("-held_on", "unit__path"), PAGE).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    found = outlet_days(shown, scope, today)
    unit = focus(scope, "")
    context = {
        "page_obj": page,
        "rows": [(day, len(found[day.pk]), counts(found[day.pk])) for day in shown],
        "next": seen.filter(held_on__gt=today).order_by("held_on").first(),
        "last": next((day for day in shown if day.held_on <= today), None),
        "trend": _trend(unit, today) if unit else None,
        "today": today,
        "may_edit": actor.can(EDIT),
    }
    last = context["last"]
    if last is not None:
        tally = counts(found[last.pk])
        context["silent"] = tally["silent"] + tally["expected"]
        context["deviating"] = tally["deviation"]
        context["outlets"] = len(found[last.pk])
    return render(request, "cleaning/days.html", context)


def _trend(unit: Unit, today: date) -> charts.Svg | None:
    """The 6S score of the last months, each point leading to its checks; None below two."""
    at = stamp((*MOVING, "cleaning_day.scheduled", "cleaning_day.called_off"))
    moments = remembered("six_s", (unit.pk, unit.path, today), at, lambda: _months(unit, today))
    if sum(number is not None for _month, number, _text, _url in moments) < 2:
        return None
    name = str(FIGURES[SIX_S].name)
    shown = tuple(charts.Moment(number, text, url) for _month, number, text, url in moments)
    chart = charts.Lines(
        title=name,
        times=tuple(month for month, *_rest in moments),
        series=(charts.Series(name, shown, charts.Tone.EMBER),),
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))


def _months(unit: Unit, today: date) -> list[tuple[str, float | None, str, str]]:
    """Month, score, its words and the address of its checks; the oldest first."""
    figure, found = FIGURES[SIX_S], []
    for period in last_periods(today, "month", MONTHS):
        as_of = min(period.last_day, today)
        value = values([SIX_S], [unit], as_of, period.start)[SIX_S, unit.pk]
        number = None if value.number is None else float(value.number)
        url = rows_url(figure, unit, as_of, period.start) if value.records else ""
        found.append((period.key, number, words.shown(figure, value), url))
    return found


@requires(VIEW)
@require_safe
def day(request: AppRequest, pk: int) -> HttpResponse:
    """One day by outlet: who reported, who was looked at, what is still to be put right."""
    actor, today = request.actor, timezone.localdate()
    one = get_object_or_404(_seen(actor), pk=pk)
    rows = outlet_days([one], actor.scope_for(VIEW), today)[one.pk]
    tally = counts(rows)
    form, listed = _listed(request, rows)
    page = Paginator(listed, OUTLETS).get_page(request.GET.get("page"))
    unsettled = open_rectifications([row.check for row in page if row.check])
    context = {
        "day": one,
        "outlets": len(rows),
        "held": tally["held"],
        "deviating": tally["deviation"],
        "strip": _strip(tally, len(rows)) if rows else None,
        "form": form,
        "page_obj": page,
        "rows": [
            (row, STATE_NAMES[row.state], unsettled.get(row.check.pk, 0) if row.check else 0)
            for row in page
        ],
        "last_look": last_look(one.held_on),
        "is_looked_at": one.held_on <= today <= last_look(one.held_on),
        "is_reported": one.held_on <= today <= one.report_by and actor.can("outreach.edit"),
        "may_assign": actor.can("inspections.assign", one.unit.path),
        "may_edit": one.called_off_at is None and actor.can(EDIT, one.unit.path),
    }
    template = "cleaning/_outlets.html" if request.htmx else "cleaning/day.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def days_export(request: AppRequest) -> FileResponse:
    """Every day with what came of it."""
    request.actor.require(VIEW)
    days = list(_seen(request.actor).standing().order_by("-held_on", "unit__path"))
    scope, today = request.actor.scope_for(VIEW), timezone.localdate()
    return send_table(request, days_table(days, scope, today), as_csv=_as_csv(request))


@requires("exchange.export")
@require_safe
def day_export(request: AppRequest, pk: int) -> FileResponse:
    """One day by outlet, as filtered."""
    request.actor.require(VIEW)
    one = get_object_or_404(_seen(request.actor), pk=pk)
    rows = outlet_days([one], request.actor.scope_for(VIEW), timezone.localdate())[one.pk]
    return send_table(
        request, outlets_table(one, _listed(request, rows)[1]), as_csv=_as_csv(request)
    )


def _as_csv(request: AppRequest) -> bool:
    return request.GET.get("format") == "csv"


def _listed(request: AppRequest, rows: Sequence[OutletDay]) -> tuple[StateForm, list[OutletDay]]:
    """The filter, and the outlets that it leaves: what needs a hand first."""
    form = StateForm(request.GET)
    wanted = form.cleaned_data.get("state", "") if form.is_valid() else ""
    listed = sorted(
        (row for row in rows if not wanted or row.state == wanted),
        key=lambda row: STATES.index(row.state),
    )
    return form, listed


def _strip(tally: Any, total: int) -> charts.Svg:
    parts = tuple(
        charts.Part(tally[state], str(STATE_NAMES[state]), tone, f"?state={state}")
        for state, tone in _TONES.items()
    )
    chart = charts.Coverage(
        title=_("Outlets by state"), text="", total=total, parts=parts, rest=_("no report yet")
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width))


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    start = {"held_on": today, "report_by": today + timedelta(days=1)}
    form = DayForm(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = schedule_day(actor=request.actor, text=form.text())
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Scheduled."))
            return redirect("cleaning:day", made.pk)
    context = {"form": form}
    return render(request, "cleaning/schedule.html", context, status=422 if form.errors else 200)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def call_day_off(request: AppRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(_seen(request.actor), pk=pk)
    request.actor.require(EDIT, one.unit.path)
    form = ReasonForm(request.POST or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        try:
            call_off(actor=request.actor, day=one, **form.cleaned_data)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Called off."))
            return redirect("cleaning:day", pk)
    context = {
        "form": form,
        "title": _("Call this cleaning day off?"),
        "what": f"{one.unit.name} · {one.held_on:%Y-%m-%d}",
        "back": reverse("cleaning:day", args=[pk]),
        "action": pgettext("cleaning day", "Call it off"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
