"""Acting on a visit from a desk: taking it down, planning, approving, closing, cancelling."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.outreach.domain.visits import may
from hearth.outreach.models import Visit, VisitRules
from hearth.outreach.queries.visits import rules_on
from hearth.outreach.services import visits as services
from hearth.outreach.services.visits_at_door import hand_in as bring_back
from hearth.outreach.services.visits_kept import set_rules
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.visits.forms import (
    ActForm,
    CallForm,
    CancelForm,
    DecisionForm,
    HandInForm,
    PlanForm,
    RequestForm,
    RulesForm,
    TriageForm,
)
from hearth.web.visits.views.lists import seen
from hearth.workflows.visits import call_after_visit

both = require_http_methods(["GET", "POST"])
Perform = Callable[[Visit, Any], str]


@requires("outreach.edit")
@both
def create(request: AppRequest) -> HttpResponse:
    """Take down a request made at the outlet or by telephone."""
    form = RequestForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            visit = services.request_visit(
                actor=request.actor,
                uuid=said["uuid"],
                unit=said["unit"],
                channel=said["channel"],
                request=form.request(),
            )
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Taken down. Agree on a time next."))
            return redirect("visits:detail", visit.uuid)
    context = {"form": form, "days": rules_on(timezone.localdate()).keep_days}
    return render(request, "visits/create.html", context, status=422 if form.errors else 200)


def _act(
    request: AppRequest,
    uuid: uuids.UUID,
    form_class: type[ActForm],
    perform: Perform,
    page: Mapping[str, Any],
) -> HttpResponse:
    """Show the form of an act, or carry it out and go back to the visit."""
    visit = seen(request, uuid)
    request.actor.require(page["needs"], visit.unit_path)
    if request.method == "GET" and not may(page["act"], visit.stage):
        messages.info(request, _("This visit is at another step now; see what comes next."))
        return redirect("visits:detail", visit.uuid)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "take_free" in data:  # the time that was offered in place of another
        data["starts_at"] = str(data["take_free"])
    form = form_class(request.actor, visit, data)
    free = None
    if data is not None and form.is_valid():
        try:
            done = perform(visit, form)
        except (RuleViolation, StaleWrite) as refusal:
            free = refusal.facts.get("free")
            put_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("visits:detail", visit.uuid)
    context = {"visit": visit, "form": form, "free": free, **page}
    return render(request, page["template"], context, status=422 if form.errors else 200)


def _version(form: ActForm) -> int:
    version: int = form.cleaned_data["version"]
    return version


@requires("outreach.edit")
@both
def triage(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Who it is for, what is needed, which outlet goes."""

    def perform(visit: Visit, form: TriageForm) -> str:
        services.triage(
            actor=request.actor, visit=visit, version=_version(form), found=form.found()
        )
        return _("Noted. Agree on a time next.")

    page = {
        "act": "triage",
        "needs": "outreach.edit",
        "template": "visits/act.html",
        "title": _("Look at the request"),
        "lead": _("Call back, ask, and say which outlet goes."),
        "button": _("Note it"),
    }
    return _act(request, uuid, TriageForm, perform, page)


@requires("outreach.edit")
@both
def plan(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """When, and which two."""

    def perform(visit: Visit, form: PlanForm) -> str:
        services.plan(
            actor=request.actor,
            visit=visit,
            version=_version(form),
            appointment=form.appointment(),
        )
        return _("Proposed. A third person approves it.")

    page = {
        "act": "plan",
        "needs": "outreach.edit",
        "template": "visits/plan.html",
        "title": _("Make the appointment"),
        "lead": _("Two different people go; the way between their visits is kept free."),
        "button": _("Propose it"),
    }
    return _act(request, uuid, PlanForm, perform, page)


@requires("outreach.confirm")
@both
def decide(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Approve a proposed appointment, or send it back."""

    def perform(visit: Visit, form: DecisionForm) -> str:
        act: dict[str, Any] = {"actor": request.actor, "visit": visit, "version": _version(form)}
        if "send_back" in request.POST:
            services.send_back(**act, reason=form.cleaned_data["reason"])
            return _("Sent back.")
        services.approve(**act)
        return _("Approved. They may go.")

    page = {
        "act": "approve",
        "needs": "outreach.confirm",
        "template": "visits/decide.html",
        "title": _("Approve the visit"),
        "lead": _("You are the third person: you neither took the request nor do you go."),
    }
    return _act(request, uuid, DecisionForm, perform, page)


@requires("outreach.edit")
@both
def hand_in(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Back at the outlet."""

    def perform(visit: Visit, form: HandInForm) -> str:
        done = bring_back(
            actor=request.actor,
            visit=visit,
            version=_version(form),
            vouchers=form.cleaned_data["vouchers"],
        )
        return _("Noted, late.") if done.is_late else _("Noted. Tomorrow someone calls.")

    page = {
        "act": "hand_in",
        "needs": "outreach.edit",
        "template": "visits/act.html",
        "title": _("Back at the outlet"),
        "lead": _("Count the vouchers and hand them in."),
        "button": _("Handed in"),
    }
    return _act(request, uuid, HandInForm, perform, page)


@requires("outreach.edit")
@both
def call(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """The call of the next day."""

    def perform(visit: Visit, form: CallForm) -> str:
        called = call_after_visit(
            actor=request.actor, visit=visit, version=_version(form), call=form.call()
        )
        return _("The visit is closed.") if called.stage == "closed" else _("Noted; try again.")

    page = {
        "act": "call",
        "needs": "outreach.edit",
        "template": "visits/act.html",
        "title": _("Call and ask how it was"),
        "lead": _("Who went does not call. After three tries without an answer it is closed."),
        "button": _("Note the call"),
    }
    return _act(request, uuid, CallForm, perform, page)


@requires("outreach.edit")
@both
def cancel(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """End a visit that will not be."""

    def perform(visit: Visit, form: CancelForm) -> str:
        services.cancel(
            actor=request.actor,
            visit=visit,
            version=_version(form),
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
        )
        return _("Cancelled. Personal data are deleted when their time is over.")

    page = {
        "act": "cancel",
        "needs": "outreach.edit",
        "template": "visits/act.html",
        "title": _("Cancel the visit"),
        "lead": _("It stays in the list with its reason and goes no further."),
        "button": _("Cancel the visit"),
    }
    return _act(request, uuid, CancelForm, perform, page)


@requires("programme.edit")
@both
def rules(request: AppRequest) -> HttpResponse:
    """What visits go by: since when, and from which day on otherwise."""
    form = RulesForm.beginning_with(rules_on(timezone.localdate()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_rules(actor=request.actor, entry=form.entry())
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Set."))
            return redirect("visits:rules")
    known = VisitRules.objects.select_related("set_by").order_by("-valid_from")
    context = {"form": form, "known": known[:50], "today": timezone.localdate()}
    return render(request, "visits/rules.html", context, status=422 if form.errors else 200)
