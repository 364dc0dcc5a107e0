"""Provision with facilities: the share with its parts, and the list behind every part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hearth.figures.declared import FIGURES
from hearth.figures.engine import split, values
from hearth.figures.registry import COUNTED, Question, Value, written
from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.platform.spreadsheets import Table
from hearth.premises.models import FacilityCheck, FacilityKind
from hearth.premises.models.facilities import FAULTY_RAMP
from hearth.premises.queries.facilities import waiting_orders
from hearth.premises.queries.places import compared, focus
from hearth.premises.registers import FACILITIES
from hearth.premises.services.gaps import MOST, order_gaps
from hearth.web.downloads import send_table
from hearth.web.facilities.forms import DayForm, RowsForm
from hearth.web.facilities.words import ramp_facts, ramp_words
from hearth.web.figures.asking import rows_url
from hearth.web.figures.grid import Cell
from hearth.web.http import AppRequest, requires
from hearth.web.premises.pictures import Share, share_bars

VIEW, EDIT = "premises.view", "premises.edit"
PROVISION, CHECKED, RAMPS = (
    "facilities.provision",
    "facilities.checked",
    "facilities.ramps_lawful",
)
PAGE = 50
Found = dict[tuple[str, int], Value]


@dataclass(frozen=True, slots=True)
class OfKind:
    """One facility: who must have it, and how many of those do."""

    kind: FacilityKind
    cell: Cell
    link: str


def _asked(request: AppRequest, form: DayForm) -> tuple[Unit, date]:
    said = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    unit = focus(request.actor.scope_for(VIEW), said.get("unit") or "")
    if unit is None:
        raise Http404
    return unit, said.get("on") or timezone.localdate()


def _rows_link(unit: Unit, day: date, **more: str) -> str:
    said = {"unit": unit.code, "on": day.isoformat()} | more
    return f"{reverse('facilities:rows')}?{urlencode(said)}"


@requires(VIEW)
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    """The share of what outlets must have that is there, by unit and by facility."""
    form = DayForm(request.GET)
    unit, day = _asked(request, form)
    below = [] if unit.is_outlet else compared(unit, request.actor.scope_for(VIEW), day)
    found = values((PROVISION, CHECKED, RAMPS), [unit, *below], day)
    parts = split((PROVISION,), [unit], (day, None), "facility")
    context = {
        "form": form,
        "unit": unit,
        "day": day,
        "whole": _cell(PROVISION, found, unit, day),
        "checked": _cell(CHECKED, found, unit, day),
        "ramps": _cell(RAMPS, found, unit, day),
        "gaps_url": _rows_link(unit, day),
        "kinds": _by_kind(parts[PROVISION, unit.pk], unit, day),
        "units": [
            (
                one,
                *(_cell(key, found, one, day) for key in (PROVISION, CHECKED, RAMPS)),
                _down(one, day),
            )
            for one in below
        ],
        "bars": _bars(found, below, day),
    }
    return render(request, "facilities/overview.html", context)


def _cell(key: str, found: Found, unit: Unit, day: date) -> Cell:
    figure = FIGURES[key]
    return Cell(figure, found[key, unit.pk], rows_url(figure, unit, day, None))


def _down(unit: Unit, day: date) -> str:
    if unit.is_outlet:
        return reverse("facilities:outlet", args=[unit.code])
    said = {"unit": unit.code, "on": day.isoformat()}
    return f"{reverse('facilities:overview')}?{urlencode(said)}"


def _by_kind(found: dict[Any, Value], unit: Unit, day: date) -> list[OfKind]:
    rows = []
    for kind in FacilityKind.objects.filter(pk__in=found):
        link = _rows_link(unit, day, facility=kind.code)
        rows.append(OfKind(kind, Cell(FIGURES[PROVISION], found[kind.pk], link), link))
    return rows


def _bars(found: Found, units: Sequence[Unit], day: date) -> Any:
    shares = []
    for unit in units:
        value = found[PROVISION, unit.pk]
        if value.whole:
            link = _rows_link(unit, day)
            words = written(FIGURES[PROVISION], value)
            shares.append(Share(unit.name, value.part or 0, value.whole, link, words))
    return share_bars(_("Provision, by unit"), shares)


# --- the rows -------------------------------------------------------------------------------------


def _rows(question: Question, show: str, facility: str) -> QuerySet[FacilityCheck]:
    """Rows of the figure that the page shows, a part of its denominator or of its gaps."""
    if show == "ramps":
        found = FIGURES[RAMPS].rows(question).filter(FAULTY_RAMP)
    else:
        found = FIGURES[PROVISION].rows(question)
        if show != "all":
            found = found.filter(**{COUNTED: show == "there"})
    if facility:
        found = found.filter(facility__code=facility)
    return found.select_related("facility", "unit")


def _listed(request: AppRequest) -> tuple[RowsForm, Unit, date, QuerySet[FacilityCheck], str]:
    form = RowsForm(list(FacilityKind.objects.all()), request.GET)
    unit, day = _asked(request, form)
    said = form.cleaned_data
    show = said.get("show") or ""
    found = _rows(Question.about(unit, day), show, said.get("facility") or "")
    return form, unit, day, found, show


@requires(VIEW)
@require_safe
def rows(request: AppRequest) -> HttpResponse:
    """What outlets must have: what is missing first of all, each gap an order in one gesture."""
    form, unit, day, found, show = _listed(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    orders = waiting_orders(listed)
    today = timezone.localdate()
    may_order = show in {"", "ramps"} and day == today and request.actor.can(EDIT, unit.path)
    shown = [
        (check, orders.get((check.unit_id, check.facility_id)), *_ramp(check)) for check in listed
    ]
    context = {
        "form": form,
        "unit": unit,
        "day": day,
        "show": show,
        "page_obj": page,
        "rows": shown,
        "may_order": may_order,
        "unordered": sum(order is None for _check, order, *_rest in shown) if may_order else 0,
        "may_export": request.actor.can("exchange.export", unit.path),
    }
    template = "facilities/_rows.html" if request.htmx else "facilities/rows.html"
    return render(request, template, context)


def _ramp(check: FacilityCheck) -> tuple[list[str], str]:
    ramp = check.ramp
    return ([], "") if ramp is None else (ramp_words(ramp), ramp_facts(ramp))


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> FileResponse:
    """The list as filtered, in the columns of the ledger."""
    request.actor.require(VIEW)
    _form, unit, _day, found, _show = _listed(request)
    request.actor.require("exchange.export", unit.path)
    cells = (FACILITIES.cells(check) for check in found.iterator(chunk_size=2000))
    table = Table("facilities", tuple(one.column for one in FACILITIES.fields), cells)
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


@requires(EDIT)
@require_POST
def order(request: AppRequest) -> HttpResponse:
    """Open work orders for the gaps that were pressed, and come back to the list."""
    keys = [int(key) for key in request.POST.getlist("check") if key.isdigit()][: MOST + 1]
    seen = FacilityCheck.objects.visible_to(request.actor.scope_for(VIEW)).standing()
    checks = list(seen.filter(pk__in=keys).select_related("unit", "facility").order_by("pk"))
    if len(checks) < len(set(keys)):
        raise Http404
    try:
        done = order_gaps(actor=request.actor, checks=checks)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        n = len(done.opened)
        said = ngettext("%(n)s work order opened.", "%(n)s work orders opened.", n) % {"n": n}
        messages.success(request, said)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "facilities:rows")
