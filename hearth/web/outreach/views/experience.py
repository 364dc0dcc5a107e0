"""Experience visits: what our people found as customers, and what becomes of their ideas."""

from __future__ import annotations

import uuid as uuids
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.figures.engine import joined, values
from hearth.kernel.errors import Refusal
from hearth.kernel.periods import FIRST_YEAR
from hearth.outreach.labels import OBSERVATIONS, OUTCOMES
from hearth.outreach.models import ExperienceVisit, Observation
from hearth.outreach.services.experience import VisitReport, decide_idea, report_visit
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.programme.queries.tasks import plan_of
from hearth.standards.models import Edition, Module
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.naming import title_of
from hearth.web.network.reach import tops
from hearth.web.outreach.more_forms import RATED, IdeaForm, StandardChoice, experience_form
from hearth.web.outreach.spans import VIEW

FIGURES = (
    "experience.visits",
    "experience.at_peers",
    "experience.strength",
    "experience.weakness",
    "experience.idea",
)
PAGE = 30
SHOWN = 20


@requires(VIEW)
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    """Visits, and the ideas that wait for a decision."""
    actor = request.actor
    scope = actor.scope_for(VIEW)
    visits = ExperienceVisit.objects.visible_to(scope).standing()
    said = Observation.objects.filter(scope.q("visit__unit_path"), visit__withdrawn_at=None)
    heads, today = tops(scope), timezone.localdate()
    found = values(FIGURES, heads, today, date(FIRST_YEAR, 1, 1))
    counts = {
        key: int(joined(found[key, head.pk] for head in heads).number or 0) for key in FIGURES
    }
    open_ideas = said.filter(kind="idea", outcome="open").select_related(
        "visit__unit", "visit__visited", "visit__peer"
    )
    listed = visits.select_related("unit", "visited", "peer").annotate(
        notes=Count("observations"),
        ideas=Count("observations", filter=Q(observations__kind="idea")),
    )
    rows = listed.order_by("-visited_on", "-pk")
    context = {
        "visits": counts["experience.visits"],
        "at_peers": counts["experience.at_peers"],
        "counts": {
            "strengths": counts["experience.strength"],
            "weaknesses": counts["experience.weakness"],
            "ideas": counts["experience.idea"],
        },
        "waiting": open_ideas.count(),
        "ideas": open_ideas.order_by("visit__visited_on", "pk")[:SHOWN],
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_edit": actor.can(EDIT),
    }
    return render(request, "outreach/experience.html", context)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AppRequest) -> HttpResponse:
    """A report; the standard chosen above it decides which modules are rated."""
    choice = StandardChoice(request.GET)
    edition = choice.cleaned_data.get("edition") if choice.is_valid() else None
    modules = _modules(edition)
    start: dict[str, Any] = {"day": timezone.localdate(), "uuid": uuids.uuid4()}
    form = experience_form(request.actor, modules, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = VisitReport(
            unit=data["unit"],
            day=data["day"],
            visited=data["target"],
            peer=data["peer"],
            edition=edition,
            ratings=form.ratings(),
            observations=form.observations(),
        )
        try:
            made = report_visit(
                actor=request.actor, uuid=data["uuid"] or uuids.uuid4(), report=found
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Your branch sees what you found."))
            return redirect("outreach:experience-visit", made.pk)
    context = {"form": form, "choice": choice, "edition": edition}
    status = 422 if form.errors else 200
    return render(request, "outreach/experience_form.html", context, status=status)


def _modules(edition: Edition | None) -> list[Module]:
    if edition is None:
        return []
    return list(Module.objects.filter(edition=edition).order_by("position")[:RATED])


@requires(VIEW)
@require_safe
def visit(request: AppRequest, pk: int) -> HttpResponse:
    rows = ExperienceVisit.objects.visible_to(request.actor.scope_for(VIEW))
    related = ("unit", "visited", "peer", "edition__standard", "recorded_by")
    one = get_object_or_404(rows.select_related(*related), pk=pk)
    names = {module.code: title_of(module) for module in _modules(one.edition)}
    said = list(one.observations.select_related("decided_by"))
    context = {
        "visit": one,
        "ratings": [(names.get(code, code), value) for code, value in one.ratings.items()],
        "groups": [
            (key, words, [note for note in said if note.kind == key])
            for key, words in OBSERVATIONS.items()
        ],
        "outcomes": OUTCOMES,
        "may_decide": request.actor.can(CONFIRM, one.unit_path),
        "may_write": request.actor.can("voices.write"),
        "may_give": _may_give(request),
    }
    return render(request, "outreach/experience_visit.html", context)


@requires(CONFIRM)
@require_POST
def idea(request: AppRequest, pk: int) -> HttpResponse:
    """What becomes of an idea; the form that carries it out comes next, filled in."""
    inside = request.actor.scope_for(VIEW).q("visit__unit_path")
    one = get_object_or_404(Observation.objects.filter(inside).select_related("visit"), pk=pk)
    request.actor.require(CONFIRM, one.visit.unit_path)
    form = IdeaForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            decide_idea(
                actor=request.actor, observation=one, outcome=data["outcome"], note=data["note"]
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Decided."))
            return redirect(_next(request, one, data["outcome"]))
    else:
        messages.error(request, _("Choose what becomes of it."))
    return redirect("outreach:experience-visit", one.visit_id)


def _next(request: AppRequest, one: Observation, outcome: str) -> str:
    if outcome == Observation.Outcome.CASE and request.actor.can("voices.write"):
        return f"{reverse('voices:case-new')}?idea={one.pk}"
    if outcome == Observation.Outcome.TASK and _may_give(request):
        return f"{reverse('programme:task-create')}?idea={one.pk}"
    if outcome == Observation.Outcome.TASK and request.actor.can("programme.work"):
        messages.info(request, _("There is no yearly plan yet. Give the task here once there is."))
    return reverse("outreach:experience-visit", args=[one.visit_id])


def _may_give(request: AppRequest) -> bool:
    """Whether the actor may give tasks, and there is a plan for them to be in."""
    return request.actor.can("programme.work") and plan_of(timezone.localdate()) is not None
