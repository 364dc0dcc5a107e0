"""Reading: what waits, all visits, one visit, a week."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hearth.network.models import Unit
from hearth.outreach.domain.visits import OPEN_STAGES, may
from hearth.outreach.models import Visit
from hearth.outreach.queries.visits import (
    person_of,
    same_phone,
    stage_counts,
    visits_of,
    waiting_for,
    week_of,
)
from hearth.outreach.services.words import listed
from hearth.web.http import AppRequest, requires
from hearth.web.visits.forms import ListFilter, PersonalForm
from hearth.web.visits.words import DONE, NEXT, STAGES

PAGE = 50
SHOWN_WAITING = 20


@requires("outreach.view")
@require_safe
def visit_list(request: AppRequest) -> HttpResponse:
    form = ListFilter(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = visits_of(request.actor).order_by("-recorded_at", "-pk")
    if wanted.get("stage"):
        rows = rows.filter(stage=wanted["stage"])
    if wanted.get("under"):
        unit = Unit.objects.filter(code=wanted["under"]).first()
        rows = rows.under(unit.path) if unit else rows.none()
    counts = stage_counts(request.actor)
    waiting = list(waiting_for(request.actor, timezone.now())[: SHOWN_WAITING + 1])
    context = {
        "form": form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "narrowed": any(wanted.values()),
        "counts": [(stage, STAGES[stage], counts[stage]) for stage in OPEN_STAGES if counts[stage]],
        "under_way": sum(counts[stage] for stage in OPEN_STAGES),
        "closed": counts["closed"],
        "waiting": waiting[:SHOWN_WAITING],
        "waits_more": len(waiting) > SHOWN_WAITING,
    }
    template = "visits/_list.html" if request.htmx else "visits/list.html"
    return render(request, template, context)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a visit: whether it is behind, when, and who."""

    stage: str
    words: Any
    at: Any
    who: str


def seen(request: AppRequest, uuid: uuids.UUID) -> Visit:
    """The visit, when it lies in the reader's part of the tree (404 otherwise)."""
    people = ("recorded_by", "triaged_by", "planned_by", "approved_by", "handed_in_by")
    rows = visits_of(request.actor).select_related(
        "unit", "first_visitor", "second_visitor", "cancelled_by", "activity", *people
    )
    return get_object_or_404(rows, uuid=uuid)


@requires("outreach.view")
@require_safe
def detail(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    visit = seen(request, uuid)
    actor = request.actor
    edits = actor.can("outreach.edit", visit.unit_path)
    opens = actor.can("outreach.personal", visit.unit_path) and visit.purged_at is None
    is_new = edits and visit.stage == Visit.Stage.REQUESTED
    context = {
        "visit": visit,
        "steps": steps_of(visit),
        "next": NEXT[visit.stage],
        "acts": _acts(request, visit, edits),
        "may_cancel": edits and may("cancel", visit.stage),
        "same_phone": list(same_phone(actor, visit)) if is_new else [],
        "personal_form": PersonalForm() if opens else None,
        "calls": list(visit.calls.select_related("called_by")),
        "papers": visit.papers.count(),
    }
    return render(request, "visits/detail.html", context)


def _acts(request: AppRequest, visit: Visit, edits: bool) -> list[str]:
    """The acts that the reader may do now, the first of them the one that comes next."""
    path = visit.unit_path
    found = []
    if edits and visit.stage == "requested":
        found.append("triage")
    if edits and may("plan", visit.stage):
        found.append("plan")
    if may("approve", visit.stage) and request.actor.can("outreach.confirm", path):
        found.insert(0, "decide")
    if edits and visit.stage in {"approved", "on_site"}:
        found.insert(0, "door")
    if edits and may("hand_in", visit.stage):
        found.append("hand-in")
    went = person_of(request.actor) in {visit.first_visitor_id, visit.second_visitor_id}
    if edits and may("call", visit.stage) and not went and _is_next_day(visit):
        found.append("call")
    return found


def _is_next_day(visit: Visit) -> bool:
    return bool(visit.left_at and timezone.localdate() > timezone.localdate(visit.left_at))


def steps_of(visit: Visit) -> list[Step]:
    """The way of a visit so far, and what is to come."""
    pair = [person.name for person in (visit.first_visitor, visit.second_visitor) if person]
    who: dict[str, tuple[Any, Any]] = {
        "requested": (visit.recorded_at, visit.recorded_by),
        "triaged": (visit.triaged_at, visit.triaged_by),
        "planned": (visit.planned_at, visit.planned_by),
        "approved": (visit.approved_at, visit.approved_by),
        "on_site": (visit.arrived_at, listed(pair)),
        "left": (visit.left_at, ""),
        "back": (visit.back_at, visit.handed_in_by),
        "closed": (visit.closed_at if visit.stage == "closed" else None, ""),
    }
    return [Step(stage, DONE[stage], at, str(name or "")) for stage, (at, name) in who.items()]


@requires("outreach.view")
@require_safe
def week(request: AppRequest) -> HttpResponse:
    """The appointments of one week, by day, with the ways between."""
    monday = _monday(request.GET.get("of", ""))
    days = week_of(request.actor, monday)
    context = {
        "days": days,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "today": timezone.localdate(),
        "total": sum(len(day.legs) for day in days),
        "to_approve": sum(leg.visit.stage == "planned" for day in days for leg in day.legs),
    }
    return render(request, "visits/week.html", context)


def _monday(text: str) -> date:
    """The Monday of the week that ``text`` lies in; of this week where it is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    day = min(max(day, date(2000, 1, 8)), date(2100, 1, 1))
    return day - timedelta(days=day.weekday())
