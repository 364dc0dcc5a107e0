"""Reviewing and releasing checks; giving them out."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.inspections.models import Assignment, Inspection
from hearth.inspections.services.assignments import assign, withdraw_assignment
from hearth.inspections.services.review import return_for_correction
from hearth.inspections.services.review import review as confirm
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.web.http import AppRequest, requires
from hearth.web.inspections.arithmetic import written_out
from hearth.web.inspections.forms import (
    INSPECTORS,
    STATES,
    AssignForm,
    QueueFilter,
    ReviewForm,
    inspectors,
)
from hearth.web.inspections.queries import narrowed, understood, waiting
from hearth.web.paging import PAGE, KeysFirst
from hearth.web.picking import suggested
from hearth.web.remember import stamp
from hearth.workflows.release import (
    release_inspection,
    release_inspections,
    withdraw_inspection,
)


@requires("inspections.review")
@require_safe
def queue(request: AppRequest) -> HttpResponse:
    form = QueueFilter(request.GET)
    wanted = understood(form)
    rows = narrowed(waiting(request.actor), wanted)
    page = KeysFirst(rows, at=stamp()).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "form": form,
        "status": wanted.get("status", ""),
        "narrowed": any(wanted.values()),
    }
    template = "inspections/_queue.html" if request.htmx else "inspections/queue.html"
    return render(request, template, context)


@requires("inspections.review")
@require_http_methods(["GET", "POST"])
def review(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """One check side by side with its photos; confirm, release, return or withdraw it."""
    inspection = get_object_or_404(
        Inspection.objects.visible_to(request.actor)
        .within(request.actor.scope_for("inspections.review"))
        .select_related("unit", "edition__standard", "inspector"),
        uuid=uuid,
    )
    form = ReviewForm(request.POST or None, initial={"version": inspection.version})
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, uuid, form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            form.add_error(None, str(refusal))
        else:
            following = _following(request, inspection)
            if following is None:
                return redirect("inspections:review-queue")
            return redirect("inspections:review", following.uuid)
    context = {
        "inspection": inspection,
        "form": form,
        "arithmetic": written_out(inspection, chinese=(get_language() or "").startswith("zh")),
        "state": STATES[inspection.status],
        "own": inspection.inspector_id == request.actor.user_id,
        "left": waiting(request.actor).count(),
    }
    return render(request, "inspections/review.html", context, status=422 if form.errors else 200)


def _following(request: AppRequest, decided: Inspection) -> Inspection | None:
    """The next check in the state that ``decided`` was in; the oldest after the newest."""
    rows = waiting(request.actor).filter(status=decided.status).exclude(pk=decided.pk)
    later = Q(submitted_at=decided.submitted_at, pk__gt=decided.pk)
    return rows.filter(later | Q(submitted_at__gt=decided.submitted_at)).first() or rows.first()


def _decide(request: AppRequest, uuid: uuids.UUID, said: dict[str, Any]) -> None:
    """Carry out the button that was pressed and say what happened."""
    act: dict[str, Any] = {"actor": request.actor, "uuid": uuid, "version": said["version"]}
    if "return" in request.POST:
        return_for_correction(**act, note=said["note"])
        messages.success(request, _("Returned to the inspector."))
    elif "withdraw" in request.POST:
        withdraw_inspection(**act, reason=said["note"])
        messages.success(request, _("Withdrawn; it counts no more."))
    elif "release" in request.POST:
        release_inspection(**act)
        messages.success(request, _("Released; the outlet sees it now."))
    else:
        reviewed = confirm(**act, note=said["note"])
        if "review_and_release" in request.POST:
            release_inspection(actor=request.actor, uuid=uuid, version=reviewed.version)
            messages.success(request, _("Reviewed and released; the outlet sees it now."))
        else:
            messages.success(request, _("Reviewed."))


@requires("inspections.release")
@require_POST
def release_many(request: AppRequest) -> HttpResponse:
    """Release all ticked, reviewed checks; each stands or falls by itself."""
    chosen = request.POST.getlist("inspection")
    released, refused = release_inspections(actor=request.actor, chosen=chosen)
    if not chosen:
        messages.error(request, _("Tick the checks that you release."))
    if released:
        text = ngettext("%(n)s check released.", "%(n)s checks released.", released)
        messages.success(request, text % {"n": released})
    for reason in refused[:5]:
        messages.warning(request, reason)
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/"):
        return redirect(back)
    return redirect("inspections:review-queue")


@requires("inspections.assign")
@require_safe
def inspector_options(request: AppRequest) -> HttpResponse:
    """Suggestions of who may be given a check."""
    searched = ("name", "username")
    return suggested(request, inspectors(), INSPECTORS, searched, lambda user: user.name)


@requires("inspections.assign")
@require_http_methods(["GET", "POST"])
def assignments(request: AppRequest) -> HttpResponse:
    """Who is to check what by when; and a form for one more."""
    named = ("unit", "channel", "standard", "due_on")
    start = {name: request.GET[name] for name in named if name in request.GET}
    form = AssignForm(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            assign(actor=request.actor, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Assigned."))
            return redirect("inspections:assignments")
    reach = request.actor.scope_for("inspections.assign")
    rows = (
        Assignment.objects.filter(reach.q("unit__path"), status=Assignment.Status.OPEN)
        .select_related("unit", "assignee", "edition__standard")
        .order_by("due_on", "pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "today": timezone.localdate()}
    return render(
        request, "inspections/assignments.html", context, status=422 if form.errors else 200
    )


@requires("inspections.assign")
@require_POST
def assignment_withdraw(request: AppRequest, pk: int) -> HttpResponse:
    withdraw_assignment(actor=request.actor, assignment_id=pk, reason="")
    messages.success(request, _("The assignment is taken back."))
    return redirect("inspections:assignments")
