"""What waits for me: assignments, drafts, returned checks; and beginning a check."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hearth.inspections.models import Assignment, Draft, Inspection
from hearth.inspections.services.drafts import start_draft
from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.web.http import AppRequest, requires, signed_in
from hearth.web.inspections.forms import StartForm
from hearth.web.inspections.own import to_do

SHOWN = 50


@requires("inspections.fill")
@require_safe
def mine(request: AppRequest) -> HttpResponse:
    me = request.actor.user_id
    own = Inspection.objects.filter(inspector_id=me, is_current=True).select_related(
        "unit", "edition__standard"
    )
    context = {
        **to_do(me, timezone.localdate(), SHOWN),
        "recent": own.exclude(status=Inspection.Status.RETURNED)
        .defer("document")
        .order_by("-submitted_at")[:20],
        "may_choose": not request.actor.scope.is_empty,
    }
    return render(request, "inspections/mine.html", context)


@requires("inspections.fill")
@require_http_methods(["GET", "POST"])
def start(request: AppRequest) -> HttpResponse:
    assignment = _assignment(request)
    if assignment is not None and request.method == "POST":
        return _begin(request, assignment.unit, assignment.edition, assignment.channel, assignment)
    initial = {"unit": request.GET.get("unit", ""), "channel": request.GET.get("channel", "")}
    form = StartForm(request.actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            return _begin(request, chosen["unit"], chosen["edition"], chosen["channel"], None)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "assignment": assignment}
    return render(request, "inspections/start.html", context, status=422 if form.errors else 200)


def _assignment(request: AppRequest) -> Assignment | None:
    key = request.POST.get("assignment") or request.GET.get("assignment") or ""
    if not key.isdigit():
        return None
    return Assignment.objects.select_related("unit", "edition__standard").get(
        pk=int(key), assignee_id=request.actor.user_id, status=Assignment.Status.OPEN
    )


def _begin(
    request: AppRequest, unit: Unit, edition: Any, channel: str, assignment: Assignment | None
) -> HttpResponse:
    """Begin, or go on with the draft that this assignment already has."""
    if assignment is not None:
        begun = Draft.objects.filter(assignment=assignment, owner_id=request.actor.user_id).first()
        if begun is not None:
            return redirect("inspections:fill", begun.uuid)
    draft = start_draft(
        actor=request.actor,
        uuid=uuids.uuid4(),
        unit=unit,
        edition=edition,
        channel=channel,
        assignment=assignment,
    )
    return redirect("inspections:fill", draft.uuid)


@signed_in
@require_safe
def unit_options(request: AppRequest) -> HttpResponse:
    """Options for a ``datalist``: outlets whose name, code or pinyin initials match."""
    text = request.GET.get("unit", "").strip()
    scope = request.actor.scope
    if request.actor.can("inspections.assign"):
        scope = request.actor.scope_for("inspections.assign")
    found = Unit.objects.visible_to(scope).outlets().open_on(timezone.localdate())
    units = found.matching(text).order_by("name")[:20] if text else []
    return render(request, "inspections/_unit_options.html", {"units": units})
