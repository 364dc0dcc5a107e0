"""Rankings and the result of one unit, opened down to its checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from hearth.inspections.enums import Channel
from hearth.kernel import charts
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.platform.spreadsheets import Column, Table
from hearth.scoring.models import Closing, Result
from hearth.scoring.rankings import (
    LEVELS,
    RankingRow,
    RankingTable,
    on_scale,
    ranking_of,
    results_of,
    row_of,
)
from hearth.standards.models import Module
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.paging import KeysFirst
from hearth.web.remember import remembered
from hearth.web.scoring.common import (
    LEVEL_NAMES,
    REASONS,
    closing_or_404,
    period_or_404,
    unit_under,
)
from hearth.web.scoring.pictures import caterpillar_of

PAGE = 100
MOST_DRAWN = 1000  # more units in one picture make a page of megabytes; it then shows the page's
NEVER_MOVES = 0  # the stamp of a closing's results: written once, never changed
COLUMNS = (
    Column("rank", _("Rank"), "integer"),
    Column("code", pgettext_lazy("unit", "Code"), "code"),
    Column("name", pgettext_lazy("unit", "Name")),
    Column("parent", _("Parent unit"), "code"),
    Column("score", _("Score"), "centi"),
    Column("inspections", pgettext_lazy("number", "Checks"), "integer"),
    Column("low_rank", _("Best likely rank"), "integer"),
    Column("high_rank", _("Worst likely rank"), "integer"),
    Column("group", _("Group")),
    Column("previous_rank", _("Previous rank"), "integer"),
    Column("movement", _("Movement"), "integer"),
    Column("reason", _("Why not ranked")),
)


def _asked(request: AppRequest, period: str) -> tuple[Closing, str, Unit | None]:
    """Which closing, level and part of the tree the address names."""
    closing = closing_or_404(period_or_404(period), request.GET.get("revision", ""))
    level = request.GET.get("level", "branch")
    if level not in LEVELS:
        raise Http404
    return closing, level, unit_under(request)


def _ranked_below(
    closing: Closing, level: str, under: Unit, scope: Scope
) -> tuple[RankingRow, ...]:
    """The ranking anew among the units below ``under``; simulated once a closing."""
    parts = (closing.pk, level, under.pk, under.path, scope.paths)
    return remembered(
        "ranked below",
        parts,
        NEVER_MOVES,
        lambda: ranking_of(closing, level, under=under, scope=scope).rows,
    )


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the page says of the whole ranking, beside the rows it lists."""

    ranked: int
    groups: dict[str, int]
    mean_centi: int | None
    example: RankingRow | None  # one whose rank is not certain
    picture: charts.Svg | str  # of all; empty where there are too many, or too few, to draw


def _whole(table: RankingTable) -> _Whole:
    ranked = table.ranked
    return _Whole(
        len(ranked),
        {g: sum(1 for r in ranked if r.group == g) for g in ("above", "middle", "below")},
        table.mean_centi,
        next((row for row in ranked if row.low_rank != row.high_rank), None),
        caterpillar_of(table) if 1 < len(ranked) <= MOST_DRAWN else "",
    )


@requires("scores.view")
@require_safe
def ranking(request: AppRequest, period: str) -> HttpResponse:
    closing, level, under = _asked(request, period)
    scope, number = request.actor.scope, request.GET.get("page")
    parts = (closing.pk, level, scope.paths)
    if under is None:
        page = KeysFirst(results_of(closing, level, scope), PAGE).get_page(number)
        page.object_list = [row_of(one) for one in page.object_list]
        whole = remembered(
            "ranking", parts, NEVER_MOVES, lambda: _whole(ranking_of(closing, level, scope=scope))
        )
    else:
        rows = _ranked_below(closing, level, under, scope)
        page = Paginator(rows, PAGE).get_page(number)
        whole = remembered(
            "ranking",
            (*parts, under.pk, under.path),
            NEVER_MOVES,
            lambda: _whole(RankingTable(closing, level, under, rows)),
        )
    part = RankingTable(closing, level, under, tuple(page.object_list))
    draws_page = whole.ranked > MOST_DRAWN and len(part.ranked) > 1
    context = {
        "period": period_or_404(period),
        "table": part,
        "whole": whole,
        "page_obj": page,
        "picture": caterpillar_of(part, mean_centi=whole.mean_centi)
        if draws_page
        else whole.picture,
        "draws_page": draws_page,
        "levels": [(key, LEVEL_NAMES[key]) for key in LEVELS],
        "groups": whole.groups,
        "example": whole.example,
        "reasons": REASONS,
    }
    return render(request, "scoring/ranking.html", context)


@requires("exchange.export")
@require_safe
def export(request: AppRequest, period: str) -> HttpResponseBase:
    """The whole ranking as XLSX or CSV, columns as the command line prints them."""
    closing, level, under = _asked(request, period)
    table = ranking_of(closing, level, under=under, scope=request.actor.scope)
    rows = (
        (
            row.rank,
            row.code,
            row.name,
            row.parent,
            row.score_centi,
            row.inspections,
            row.low_rank,
            row.high_rank,
            row.group,
            row.previous_rank,
            row.movement,
            row.reason,
        )
        for row in table.rows
    )
    as_csv = request.GET.get("format") == "csv"
    return send_table(
        request, Table(f"ranking-{period}-{table.level}", COLUMNS, rows), as_csv=as_csv
    )


@requires("scores.view")
@require_safe
def result(request: AppRequest, period: str, code: str) -> HttpResponse:
    """One unit's result: the arithmetic of its score and where it leads."""
    wanted = period_or_404(period)
    closing = closing_or_404(wanted, request.GET.get("revision", ""))
    shown = get_object_or_404(
        Result.objects.visible_to(request.actor.scope).select_related("unit"),
        closing=closing,
        code=code,
    )
    below: tuple[RankingRow, ...] = ()
    if shown.level != "outlet":
        level = "outlet" if shown.level in {"branch", "subbranch"} else "branch"
        below = _ranked_below(closing, level, shown.unit, request.actor.scope)
    context = {
        "period": wanted,
        "closing": closing,
        "result": shown,
        "channels": _channels(shown),
        "modules": _modules(shown),
        "trace": shown.trace,
        "reason": REASONS.get(shown.reason, ""),
        "likely": {
            "score": on_scale(shown.shrunk),
            "low": on_scale(shown.shrunk_low),
            "high": on_scale(shown.shrunk_high),
        },
        "below": Paginator(below, PAGE).get_page(request.GET.get("page")) if below else None,
        "last_day": wanted.end - timedelta(days=1),
        "reasons": REASONS,
    }
    return render(request, "scoring/result.html", context)


def _channels(shown: Result) -> list[dict[str, Any]]:
    weights = {part["channel"]: part for part in shown.trace.get("channels", [])}
    applied = shown.closing.policy_content["weights"]
    return [
        {
            "name": Channel(key).label,
            "key": key,
            "n": part["n"],
            "score_centi": part["score_centi"],
            "total_centi": weights.get(key, {}).get("total_centi"),
            "weight": applied.get(key, 0),
        }
        for key, part in shown.channels.items()
    ]


def _modules(shown: Result) -> list[dict[str, Any]]:
    titles: dict[str, Module] = {}
    for module in Module.objects.filter(code__in=shown.modules).order_by("edition_id"):
        titles[module.code] = module
    return [
        {
            "module": titles.get(code),
            "code": code,
            "earned_milli": earned,
            "possible_milli": possible,
            "score_centi": score,
        }
        for code, (earned, possible, score) in shown.modules.items()
    ]
