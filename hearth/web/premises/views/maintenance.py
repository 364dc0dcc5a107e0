"""Maintenance: how long repairs take, what is spent and what waits, by unit and by kind of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hearth.figures.declared import FIGURES
from hearth.figures.engine import split, values
from hearth.figures.registry import Value
from hearth.network.models import Unit
from hearth.premises.models import WorkOrder
from hearth.premises.queries.places import compared, focus
from hearth.web.figures import words
from hearth.web.figures.asking import rows_url
from hearth.web.figures.grid import Cell
from hearth.web.http import AppRequest, requires
from hearth.web.premises.forms import SpanForm
from hearth.web.premises.pictures import Amount, amount_bars

SPEND, REPAIR, OPEN = "maintenance.spend", "maintenance.repair_days", "maintenance.open"
KEYS = (OPEN, REPAIR, SPEND)
NOTHING = Value(None, 0)


@dataclass(frozen=True, slots=True)
class OfKind:
    """One kind of work: what was spent on it, and how long it took where that is counted."""

    label: str
    spend: str
    repair: str


@requires("premises.view")
@require_safe
def maintenance(request: AppRequest) -> HttpResponse:
    """Three figures of a unit, of what lies below it, and split by kind of work."""
    scope = request.actor.scope_for("premises.view")
    form = SpanForm(request.GET)
    said = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    unit = focus(scope, said.get("unit") or "")
    if unit is None:
        raise Http404
    day: date = said.get("on") or timezone.localdate()
    since = min(said.get("since") or date(day.year, 1, 1), day)
    below = [] if unit.is_outlet else compared(unit, scope, day)
    found = values(KEYS, [unit, *below], day, since)

    def cells(one: Unit) -> list[Cell]:
        return [
            Cell(FIGURES[key], found[key, one.pk], rows_url(FIGURES[key], one, day, since))
            for key in KEYS
        ]

    rows = [(one, cells(one), _down(one, since, day)) for one in below]
    waiting, repair, spend = cells(unit)
    context = {
        "form": form,
        "unit": unit,
        "since": since,
        "day": day,
        "waiting": waiting,
        "repair": repair,
        "spend": spend,
        "rows": rows,
        "kinds": _by_kind(unit, since, day),
        "bars": _bars([(one.name, cells[2]) for one, cells, _url in rows]),
    }
    return render(request, "premises/maintenance.html", context)


def _down(unit: Unit, since: date, day: date) -> str:
    said = {"unit": unit.code, "since": since.isoformat(), "on": day.isoformat()}
    return f"{reverse('premises:maintenance')}?{urlencode(said)}"


def _by_kind(unit: Unit, since: date, day: date) -> list[OfKind]:
    parts = split((SPEND, REPAIR), [unit], (day, since), "kind")
    spend, repair = (parts[key, unit.pk] for key in (SPEND, REPAIR))
    return [
        OfKind(
            str(label),
            words.shown(FIGURES[SPEND], spend.get(kind, NOTHING)),
            words.shown(FIGURES[REPAIR], repair.get(kind, NOTHING)),
        )
        for kind, label in WorkOrder.Kind.choices
        if kind in spend or kind in repair
    ]


def _bars(rows: list[tuple[str, Cell]]) -> Any:
    amounts = [
        Amount(name, float(cell.value.number or 0), cell.text, cell.url) for name, cell in rows
    ]
    if not any(one.number for one in amounts):
        return None
    return amount_bars(_("Spent, by unit"), amounts)
