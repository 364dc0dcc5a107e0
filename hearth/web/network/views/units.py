"""The home of one unit."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.queries import units_above
from hearth.network.scope import Actor
from hearth.rectification.models import Rectification
from hearth.rectification.queries import closed_of, standing
from hearth.web.figures.card import card_of
from hearth.web.http import AppRequest, requires
from hearth.web.network import queries
from hearth.web.network.pictures import score_chart
from hearth.web.remember import remembered, stamp

PAGE = 50
RECTIFICATIONS = 5  # of an outlet, what is due first


@requires("network.view")
@require_safe
def unit_detail(request: AppRequest, code: str) -> HttpResponse:
    actor = request.actor
    reached = Unit.objects.visible_to(actor.scope).select_related("merged_into")
    unit = get_object_or_404(reached, code=code)
    today = timezone.localdate()
    context = {
        "unit": unit,
        "today": today,
        "card": card_of(actor, unit, today, stamp()),
        "crumbs": units_above(unit, actor.scope),
        "stays": queries.stays(unit),
        "may_edit": actor.can("network.edit", unit.path),
    }
    context |= _scores(actor, unit) | _staff(actor, unit) | _checks(actor, unit)
    context |= _rectification(actor, unit)
    context |= _below(request, unit, context["closing"])
    return render(request, "network/unit_detail.html", context)


def _scores(actor: Actor, unit: Unit) -> dict[str, Any]:
    may_see = actor.can("scores.view", unit.path)
    history = queries.score_history(actor, unit) if may_see else []
    return {
        "may_see_scores": may_see,
        "closing": queries.latest_closing() if may_see else None,
        "history": history,
        "result": history[-1] if history else None,
        "chart": score_chart(history),
        "adjustments": queries.adjustments_of(unit) if may_see else [],
    }


def _staff(actor: Actor, unit: Unit) -> dict[str, Any]:
    may_see = actor.can("people.view", unit.path)
    posts = queries.present_staff(unit, timezone.localdate()) if may_see else []
    return {"may_see_people": may_see, "posts": posts}


def _rectification(actor: Actor, unit: Unit) -> dict[str, Any]:
    """What waits to be put right there, and what was closed in time this quarter."""
    if not actor.can("rectification.view", unit.path):
        return {"rectification": None}
    today = timezone.localdate()
    quarter = Period.of(today, "quarter")
    rows = Rectification.objects.now_under(unit.path)
    first = rows.at_outlet().select_related("criterion").order_by("due_on", "pk")
    return {
        "rectification": {
            "standing": standing(rows, today),
            "closed": closed_of(rows, since=quarter.start, until=quarter.end, today=today),
            "quarter": quarter,
            "first": first[:RECTIFICATIONS] if unit.is_outlet else [],
        }
    }


def _checks(actor: Actor, unit: Unit) -> dict[str, Any]:
    if not unit.is_outlet:
        return {"checks": [], "findings": [], "more_findings": 0}
    findings = queries.last_findings(actor, unit)
    return {
        "checks": queries.latest_checks(actor, unit),
        "findings": findings[: queries.SHOWN_FINDINGS],
        "more_findings": max(0, len(findings) - queries.SHOWN_FINDINGS),
    }


def _below(request: AppRequest, unit: Unit, closing: Any) -> dict[str, Any]:
    """Units below: the branches of the province, the outlets of everything else."""
    if unit.is_outlet:
        return {"page_obj": None}
    actor, today = request.actor, timezone.localdate()
    level = "branch" if unit.level == "province" else "outlet"
    rows = queries.ranked_below(unit, level, closing, today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    period = Period.of(today, "quarter")
    faults_of = closing.period if closing else period.key
    may_see_faults = level == "outlet" and actor.can("scores.view", unit.path)
    at = stamp()
    seen = remembered(
        "below", (unit.path, period.key, today), at, lambda: queries.seen_below(unit, period, today)
    )
    faults = may_see_faults and remembered(
        "worst",
        (unit.path, faults_of),
        at,
        lambda: queries.worst_criteria(unit, Period.parse(faults_of)),
    )
    return {
        "below_level": level,
        "page_obj": page,
        "results": queries.results_of(closing, [one.pk for one in page]),
        "period": period,
        "seen": seen,
        "faults": faults or [],
        "faults_of": faults_of,
    }
