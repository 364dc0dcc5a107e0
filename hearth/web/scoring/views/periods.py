"""Periods: what they hold, what is missing, closing them, and what fails most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.bulletins.models import Bulletin
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection
from hearth.kernel import charts
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.platform.wording import period_title
from hearth.scoring.faults import common_faults, faults_by_part
from hearth.scoring.models import Closing, Result
from hearth.scoring.queries import (
    Coverage,
    adjustments_changed_since,
    adjustments_waiting,
    coverage,
    current_closing,
    periods_with_records,
)
from hearth.scoring.rankings import ranking_of
from hearth.standards.models import Criterion
from hearth.web.http import AppRequest, requires
from hearth.web.paging import PAGE, KeysFirst
from hearth.web.remember import remembered, stamp
from hearth.web.scoring.common import period_or_404, unit_under
from hearth.web.scoring.pictures import ALL_WIDTHS, branch_bars
from hearth.workflows.closing import close_period

SHOWN_FAULTS = 20


@requires("scores.view")
@require_safe
def period_list(request: AppRequest) -> HttpResponse:
    closings = {c.period: c for c in Closing.objects.filter(is_current=True)}
    published = Bulletin.objects.published().for_list()
    bulletins = {b.period: b for b in published.order_by("period", "revision")}
    today = timezone.localdate()
    rows = [
        {
            "period": period,
            "closing": closings.get(period.key),
            "bulletin": bulletins.get(period.key),
            "is_over": period.end <= today,
        }
        for period in periods_with_records()
    ]
    waiting = sum(1 for row in rows if row["is_over"] and row["closing"] is None)
    return render(request, "scoring/periods.html", {"rows": rows, "waiting": waiting})


@requires("scores.view")
@require_safe
def period(request: AppRequest, period: str) -> HttpResponse:
    """One period: what the closing found; coverage while it is open."""
    wanted = period_or_404(period)
    closing = current_closing(wanted)
    if closing is None:
        return _open_period(request, wanted)
    table = ranking_of(closing, "branch", scope=request.actor.scope)
    top = (
        Result.objects.filter(closing=closing)
        .visible_to(request.actor.scope)
        .order_by("path")
        .first()
    )
    context = {
        "period": wanted,
        "closing": closing,
        "table": table,
        "picture": branch_bars(table.rows, wanted.key) if table.ranked else "",
        "top": top,
        "bulletin": Bulletin.objects.published()
        .for_list()
        .filter(period=wanted.key)
        .order_by("-revision")
        .first(),
        "changed": Inspection.objects.filter(
            inspected_on__gte=wanted.start,
            inspected_on__lt=wanted.end,
            released_at__gt=closing.closed_at,
        ).exists(),
        "adjusted": adjustments_changed_since(closing),
    }
    return render(request, "scoring/period.html", context)


def _open_period(request: AppRequest, wanted: Period) -> HttpResponse:
    context = {
        "period": wanted,
        "is_over": wanted.end <= timezone.localdate(),
        **_coverage(request.actor.scope, wanted),
    }
    return render(request, "scoring/open.html", context)


def _covered(scope: Scope, wanted: Period) -> Coverage:
    parts = (scope.paths, wanted.key)
    return remembered("coverage", parts, stamp(), lambda: coverage(wanted, scope))


def _coverage(scope: Scope, wanted: Period) -> dict[str, Any]:
    found = _covered(scope, wanted)
    strips = []
    for channel in found.channels:
        name = str(Channel(channel.channel).label)
        strips.append(
            charts.Coverage(
                title=name,
                text=_("%(name)s: %(seen)s of %(outlets)s outlets seen")
                % {"name": name, "seen": channel.seen, "outlets": channel.outlets},
                total=channel.outlets,
                parts=(charts.Part(channel.seen, _("seen")),),
                rest=_("not yet seen"),
                rest_href=reverse("scoring:missing", args=[wanted.key, channel.channel]),
            )
        )
    return {"coverage": found, "strips": [drawn_strip(strip) for strip in strips]}


def drawn_strip(strip: charts.Coverage) -> charts.Svg:
    """One strip of coverage in the layouts that a page needs."""
    return charts.responsive(lambda width: charts.coverage_strip(strip, width=width))


@requires("scores.view")
@require_safe
def missing(request: AppRequest, period: str, channel: str) -> HttpResponse:
    """Outlets that one channel has not seen in the period."""
    wanted = period_or_404(period)
    if channel not in Channel.values:
        raise Http404
    found = _covered(request.actor.scope, wanted)
    keys = next((c.missing for c in found.channels if c.channel == channel), ())
    units = Unit.objects.filter(pk__in=keys).select_related("parent").order_by("path")
    context = {
        "period": wanted,
        "channel": Channel(channel).label,
        "page_obj": Paginator(units, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "scoring/missing.html", context)


@requires("period.close")
@require_http_methods(["GET", "POST"])
def close(request: AppRequest, period: str) -> HttpResponse:
    """Look at coverage and what is missing, then close."""
    wanted = period_or_404(period)
    refusal = ""
    if request.method == "POST":
        try:
            closed = close_period(actor=request.actor, period=wanted)
        except RuleViolation as reason:
            refusal = str(reason)
        else:
            if closed.is_new:
                said = _("%(period)s is closed (revision %(revision)s).") % {
                    "period": period_title(wanted),
                    "revision": closed.closing.revision,
                }
            else:
                said = _("Nothing has changed since the last closing; it stays as it is.")
            messages.success(request, said)
            return redirect("scoring:period", wanted.key)
    proposed, leaving = adjustments_waiting(wanted, request.actor.scope)
    context = {
        "period": wanted,
        "closing": current_closing(wanted),
        "proposed": proposed,
        "leaving": leaving,
        "is_over": wanted.end <= timezone.localdate(),
        "last_day": wanted.end - timedelta(days=1),
        "refusal": refusal,
        **_coverage(request.actor.scope, wanted),
    }
    return render(request, "scoring/close.html", context, status=422 if refusal else 200)


@requires("scores.view")
@require_safe
def faults(request: AppRequest, period: str) -> HttpResponse:
    """What is not met most often, and where."""
    wanted = period_or_404(period)
    if request.GET.get("criterion"):
        return _fault(request, wanted, request.GET["criterion"])
    under = unit_under(request)
    scope = Scope((under.path,)) if under else request.actor.scope
    channel = request.GET.get("channel", "")
    known = channel if channel in Channel.values else ""
    rows = remembered(
        "common faults",
        (wanted.key, scope.paths, known),
        stamp(),
        lambda: common_faults(wanted, scope, limit=SHOWN_FAULTS, channel=known),
    )
    chinese = (get_language() or "").startswith("zh")
    context = {
        "period": wanted,
        "is_ranked": current_closing(wanted) is not None,
        "rows": rows,
        "under": under,
        "channel": channel,
        "channels": Channel.choices,
        "picture": _fault_bars(wanted, rows, under, chinese=chinese) if rows else "",
        "heat": _fault_heat(request, wanted, rows[:8], under, chinese=chinese) if rows else "",
    }
    return render(request, "scoring/faults.html", context)


def _fault_bars(wanted: Period, rows: Any, under: Unit | None, *, chinese: bool) -> charts.Svg:
    suffix = f"&under={under.code}" if under else ""
    url = reverse("scoring:faults", args=[wanted.key])
    chart = charts.Bars(
        title=_("Criteria most often not met"),
        sentences=True,
        bars=tuple(
            charts.Bar(
                label=row.criterion.text
                if chinese
                else row.criterion.text_en or row.criterion.text,
                value=(row.share or 0) * 100,
                text=f"{(row.share or 0) * 100:.1f}%",
                href=f"{url}?criterion={row.criterion.pk}{suffix}",
                tone=charts.Tone.EMBER if row.criterion.severity == "red" else charts.Tone.NEUTRAL,
                lead=row.criterion.code,
                note=str(row.findings),
            )
            for row in rows[:12]
        ),
        keys=((charts.Tone.EMBER, _("red line")),)
        if any(row.criterion.severity == "red" for row in rows[:12])
        else (),
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width), ALL_WIDTHS)


def _fault_heat(
    request: AppRequest, wanted: Period, rows: Any, under: Unit | None, *, chinese: bool
) -> charts.Svg | str:
    """Findings per hundred checks is unfair to draw where checks differ; so: findings an outlet."""
    parts = list(_parts(request, under))
    if len(parts) < 2:
        return ""
    depth = len(parts[0].path)
    scope = Scope((under.path,)) if under else request.actor.scope
    shown = [row.criterion.pk for row in rows]
    found = remembered(
        "faults by part",
        (wanted.key, scope.paths, shown, depth),
        stamp(),
        lambda: faults_by_part(wanted, scope, shown, depth=depth),
    )
    sizes = _outlets_below([p.path for p in parts], depth)
    url = reverse("scoring:faults", args=[wanted.key])
    heat_rows = []
    for part in parts:
        cells = []
        for row in rows:
            n = found.get((row.criterion.pk, part.path), 0)
            outlets = sizes.get(part.path, 0)
            cells.append(
                charts.Cell(
                    n / outlets if outlets else None,
                    f"{n / outlets:.1f}" if outlets else "",
                    f"{url}?criterion={row.criterion.pk}&under={part.code}",
                )
            )
        heat_rows.append(charts.HeatRow(part.name, tuple(cells), f"{url}?under={part.code}"))
    chart = charts.Heatmap(
        title=_("Findings for each outlet"),
        columns=tuple(row.criterion.code for row in rows),
        rows=tuple(heat_rows),
        no_data=_("no outlets"),
    )
    return charts.responsive(lambda width: charts.heatmap(chart, width=width), ALL_WIDTHS)


def _parts(request: AppRequest, under: Unit | None) -> Any:
    """The next level below: branches of the network, or the children of a branch."""
    if under is not None:
        return Unit.objects.filter(parent=under).exclude(level="outlet").order_by("path")
    visible = Unit.objects.visible_to(request.actor.scope)
    return visible.filter(level="branch").order_by("path")


def _outlets_below(paths: list[str], depth: int) -> dict[str, int]:
    sizes: dict[str, int] = dict.fromkeys(paths, 0)
    for path in Unit.objects.outlets().values_list("path", flat=True):
        if path[:depth] in sizes:
            sizes[path[:depth]] += 1
    return sizes


def _fault(request: AppRequest, wanted: Period, key: str) -> HttpResponse:
    """Every finding of one criterion in the period."""
    criterion = Criterion.objects.filter(pk=key if key.isdigit() else 0).first()
    if criterion is None:
        raise Http404
    under = unit_under(request)
    scope = Scope((under.path,)) if under else request.actor.scope
    rows = (
        Finding.objects.counted()
        .filter(
            scope.q("unit_path"),
            request.actor.scope_for("inspections.view").q("unit_path"),
            criterion=criterion,
            inspected_on__gte=wanted.start,
            inspected_on__lt=wanted.end,
        )
        .select_related("unit", "inspection")
        .defer("inspection__document", "inspection__modules")
        .order_by("-inspected_on", "-pk")
    )
    context = {
        "period": wanted,
        "criterion": criterion,
        "under": under,
        "page_obj": KeysFirst(rows, at=stamp()).get_page(request.GET.get("page")),
    }
    return render(request, "scoring/fault.html", context)
