"""Opening personal data with a reason: shown once, kept nowhere."""

from __future__ import annotations

import uuid as uuids

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hearth.kernel.errors import RuleViolation
from hearth.outreach.models import Visit
from hearth.outreach.services import visits_kept as services
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.visits.forms import FindForm, PersonalForm
from hearth.web.visits.views.lists import seen

OPEN = "outreach.personal"


@requires(OPEN)
@never_cache
@require_POST
def open_personal(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """The data of one visit, in the answer to the reason and at no address of their own."""
    visit = seen(request, uuid)
    request.actor.require(OPEN, visit.unit_path)
    form = PersonalForm(request.POST)
    found = None
    if form.is_valid():
        try:
            found = services.open_personal(actor=request.actor, visit=visit, **form.cleaned_data)
        except RuleViolation as refusal:
            put_refusal(form, refusal)
    context = {"visit": visit, "form": form, "opened": found}
    return render(request, "visits/personal.html", context, status=200 if found else 422)


@requires(OPEN)
@never_cache
@require_POST
def find(request: AppRequest) -> HttpResponse:
    """Visits asked for under a telephone number, or the one with a code."""
    form = FindForm(request.POST)
    rows: list[Visit] = []
    if form.is_valid():
        rows = services.find(actor=request.actor, text=form.cleaned_data["text"])
        if len(rows) == 1:
            return redirect("visits:detail", rows[0].uuid)
    context = {"form": form, "rows": rows}
    return render(request, "visits/found.html", context, status=422 if form.errors else 200)
