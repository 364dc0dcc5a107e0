"""The explorer: any figures, of any units or periods, with all that is asked in the address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from hearth.bulletins.rendering.fonts import font_shelf
from hearth.bulletins.rendering.pictures import rasterised
from hearth.figures.declared import FIGURES
from hearth.figures.registry import Figure
from hearth.kernel import charts
from hearth.network.labels import LEVELS as LEVEL_NAMES
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import Column, Table
from hearth.web.downloads import attachment, send_table
from hearth.web.figures import pictures, words
from hearth.web.figures.asking import VIEW, times_asked, unit_asked, units_in_reach
from hearth.web.figures.grid import (
    BELOW,
    LEVELS,
    Line,
    Wanted,
    last_periods,
    lines_of,
    with_tasks,
)
from hearth.web.figures.views import kept_views
from hearth.web.forms import HearthForm
from hearth.web.http import AppRequest, requires

PAGE = 50
FIRST = ("inspections", "coverage", "checks.mean", "findings.red", "score")
"""What is shown to who has not chosen yet."""
MOST = 12
"""Figures at a time: a wider table is not read; the address could else name all of them."""
PERIODS = {"month": 12, "quarter": 8}
"""Periods of a series, where nobody says how many."""
MOST_OTHERS = 7
"""Units put beside: a picture with more lines is not read."""
MOST_PERIODS = 24
"""Each costs a query for each source."""
NONE = "none"
"""The level of who wants to see the unit alone."""


class ExplorerForm(HearthForm):
    """What is asked, beside the figures."""

    unit = forms.CharField(label=gettext_lazy("Unit (code)"), max_length=40)
    level = forms.ChoiceField(label=gettext_lazy("Units below"))
    as_of = forms.DateField(label=pgettext_lazy("figure", "As of"))
    since = forms.DateField(label=gettext_lazy("Span from"), required=False)
    beside = forms.ChoiceField(label=gettext_lazy("Time beside"), required=False)
    also = forms.CharField(
        label=gettext_lazy("Compare with (codes)"), max_length=200, required=False
    )
    series = forms.ChoiceField(label=gettext_lazy("Over time"))
    last = forms.IntegerField(
        label=gettext_lazy("Periods"), min_value=2, max_value=MOST_PERIODS, required=False
    )

    def __init__(self, wanted: Wanted, series: str) -> None:
        count = len(wanted.periods) or None
        start: dict[str, Any] = {
            "unit": wanted.unit.code,
            "level": wanted.level or NONE,
            "series": series,
        }
        start |= {"as_of": wanted.as_of, "since": wanted.since, "last": count}
        start |= {
            "beside": str(wanted.months or ""),
            "also": ", ".join(unit.code for unit in wanted.others),
        }
        super().__init__(initial=start)
        self.fields["unit"].widget.attrs |= {"list": "unit-options", "autocomplete": "off"}
        levels: Any = self.fields["level"]
        levels.choices = [(NONE, _("none")), *((key, LEVEL_NAMES[key]) for key in LEVELS)]
        times: Any = self.fields["beside"]
        times.choices = [
            ("", _("nothing")),
            *((str(months), text) for months, text in words.BESIDE.items()),
        ]
        kinds: Any = self.fields["series"]
        kinds.choices = [
            ("", _("one day or span")),
            ("month", _("the last months")),
            ("quarter", _("the last quarters")),
        ]


def _figures(request: AppRequest) -> tuple[Figure, ...]:
    """The figures that the address names, each once; those that everyone asks for, else."""
    named = dict.fromkeys(key for key in request.GET.getlist("figure") if key in FIGURES)
    return tuple(FIGURES[key] for key in [*(named or FIRST)][:MOST])


def _series(request: AppRequest) -> str:
    said = request.GET.get("series", "")
    return said if said in PERIODS else ""


def _level(unit: Unit, said: str) -> str:
    if said == NONE:
        return ""
    return said if said in LEVELS else BELOW.get(unit.level, "")


def _others(actor: Actor, unit: Unit, said: str) -> tuple[Unit, ...]:
    """Units to be put beside, as named by their codes; those that the reader does not reach fall
    away."""
    codes = re.split(r"[\s,;，；、]+", said)[:MOST_OTHERS]
    found = units_in_reach(actor, VIEW).filter(code__in=codes).exclude(pk=unit.pk)
    return tuple(sorted(found, key=lambda one: codes.index(one.code))) if said else ()


def _months(said: str) -> int:
    return int(said) if said.isdecimal() and int(said) in words.BESIDE else 0


def _wanted(request: AppRequest) -> Wanted:
    """What the address asks; what it leaves open or says wrongly is as most people want it.

    Raises:
        Http404: the unit is not one that the reader reaches.
    """
    said = request.GET
    unit = unit_asked(request.actor, said.get("unit", ""), VIEW)
    as_of, since = times_asked(said.dict())
    series, last = _series(request), said.get("last", "")
    count = min(MOST_PERIODS, max(2, int(last))) if last.isdecimal() else PERIODS.get(series, 0)
    figures = _figures(request)
    return Wanted(
        figures,
        unit,
        _level(unit, said.get("level", "")),
        as_of,
        since,
        last_periods(as_of, series, count) if series else (),
        _others(request.actor, unit, said.get("also", "")),
        _months(said.get("beside", "")),
        _shown([figure.key for figure in figures], said.get("shown", "")),
    )


def _shown(keys: Sequence[str], said: str) -> int:
    """Column of the figure that is drawn and spoken of: the one asked for, else the first."""
    return keys.index(said) if said in keys else 0


@requires(VIEW)
@require_safe
def explorer(request: AppRequest) -> HttpResponse:
    """A sentence, a picture and the table of what is asked."""
    wanted = _wanted(request)
    lines, chosen = lines_of(request.actor, wanted), wanted.shown
    figure = wanted.figures[chosen]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    listed = with_tasks(request.actor, wanted, list(page))
    context = {
        "wanted": wanted,
        "figure": figure,
        "sentence": pictures.sentence(lines, chosen, wanted),
        "lines": listed,
        "page_obj": page,
        "picture": pictures.on_page(pictures.picture(lines, chosen, wanted)),
        "map": pictures.on_page(pictures.branch_map(lines, chosen, wanted)),
        "may_export": request.actor.can("exchange.export", wanted.unit.path),
        "has_tasks": any(line.task_url for line in listed),
        "beside": words.beside_text(wanted.months) if wanted.months else "",
        "form": ExplorerForm(wanted, _series(request)),
        "groups": _groups(wanted),
        "has_coarse": any(cell.is_coarse for line in listed for cell in line.cells),
        "small": words.SMALL,
    } | kept_views(request.actor, wanted.unit)
    return render(request, "figures/explorer.html", context)


def _groups(wanted: Wanted) -> list[tuple[str, list[tuple[Figure, bool]]]]:
    """All figures by group, with whether they are shown."""
    order = list(words.GROUPS)
    ranked = sorted(
        FIGURES.values(), key=lambda f: order.index(f.group) if f.group in order else len(order)
    )
    return [
        (words.group_name(group), [(figure, figure in wanted.figures) for figure in figures])
        for group, figures in groupby(ranked, key=lambda figure: figure.group)
    ]


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> FileResponse:
    """The whole table; a share comes with its numerator and denominator."""
    request.actor.require(VIEW)
    wanted = _wanted(request)
    unit_asked(request.actor, wanted.unit.code, VIEW, "exchange.export")
    lines = lines_of(request.actor, wanted)
    table = Table(_("figures"), _columns(wanted), [_row(wanted, line) for line in lines])
    return send_table(request, table, as_csv=request.GET.get("format") == "csv", bulk=False)


@requires("exchange.export")
@require_safe
def picture(request: AppRequest) -> HttpResponse:
    """The chart as PNG, or the map with ``of=map``; 404 where there is none to draw."""
    request.actor.require(VIEW)
    wanted = _wanted(request)
    unit_asked(request.actor, wanted.unit.code, VIEW, "exchange.export")
    lines = lines_of(request.actor, wanted)
    make = pictures.branch_map if request.GET.get("of") == "map" else pictures.picture
    draw = make(lines, wanted.shown, wanted)
    if draw is None:
        raise Http404
    png = rasterised(draw(charts.COLUMN, charts.STANDALONE), font_shelf()).png
    day, key = wanted.as_of.strftime("%Y%m%d"), wanted.figures[wanted.shown].key
    return attachment(png, f"{key.replace('.', '-')}-{day}.png", "image/png")


def _columns(wanted: Wanted) -> list[Column]:
    columns = [
        Column("code", pgettext_lazy("unit", "Code"), "code"),
        Column("name", pgettext_lazy("unit", "Name")),
    ]
    if wanted.periods:
        columns.append(Column("period", gettext_lazy("Period"), "code"))
    for figure in wanted.figures:
        name = figure.key.replace(".", "_")
        form = _FORMATS[figure.measure]
        columns.append(Column(name, figure.name, "decimal", number_format=form))
        if wanted.months:
            earlier = f"{figure.name}: {words.beside_text(wanted.months)}"
            columns.append(Column(f"{name}_before", earlier, "decimal", number_format=form))
        if figure.measure == "share":
            part = _("%(figure)s: numerator") % {"figure": figure.name}
            whole = _("%(figure)s: denominator") % {"figure": figure.name}
            columns += [Column(f"{name}_part", part, "integer")]
            columns += [Column(f"{name}_whole", whole, "integer")]
    return columns


_FORMATS = {
    "count": "0",
    "persons": "0",
    "share": "0.0",
    "score": "0.00",
    "rank": "0",
    "change": "+0;-0;0",
    "days": "0.0",
    "money": "#,##0.00",
}
_HUNDREDTH = Decimal("0.01")


def _row(wanted: Wanted, line: Line) -> Sequence[Any]:
    row: list[Any] = [line.unit.code, line.unit.name]
    if wanted.periods:
        row.append(line.key)
    for cell in line.cells:
        number = cell.value.number
        row.append(None if number is None else number.quantize(_HUNDREDTH))
        if wanted.months:
            before = cell.before.number if cell.before else None
            row.append(None if before is None else before.quantize(_HUNDREDTH))
        if cell.figure.measure == "share":
            row += [cell.value.part, cell.value.whole]
    return row
