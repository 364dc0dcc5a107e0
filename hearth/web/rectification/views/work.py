"""One rectification: what was found, what was done, and the next step."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.inspections.models import Evidence
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.platform import files
from hearth.platform.workdays import workdays
from hearth.premises.queries.orders import orders_of_finding
from hearth.rectification.domain.rules import days_late, last_day
from hearth.rectification.labels import STATES
from hearth.rectification.models import FixPhoto, Rectification
from hearth.rectification.queries import deadline_on, repeated
from hearth.rectification.services import work
from hearth.web.http import AppRequest, requires
from hearth.web.rectification.forms import FixForm, VerifyForm, VersionForm

REPEATS = 5


def _row(request: AppRequest, pk: int) -> Rectification:
    rows = Rectification.objects.visible_to(request.actor.scope_for("rectification.view"))
    related = ("unit", "criterion__edition", "finding", "inspection", "fixed_by", "closed_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@requires("rectification.view")
@require_safe
def detail(request: AppRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    return _shown(request, row, VerifyForm(initial=_verifying(row)))


def _verifying(row: Rectification) -> dict[str, Any]:
    """What the form of the verifier begins with: the days that the severity leaves, from today."""
    today = timezone.localdate()
    days = row.criterion.due_days or deadline_on(today).days(row.severity)
    return {"version": row.version, "due_on": last_day(workdays(), today, days)}


def _shown(request: AppRequest, row: Rectification, form: VerifyForm) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    may_answer = row.is_at_outlet and actor.can("rectification.answer", row.unit.path)
    waits = row.state == "fixed" and not row.is_withdrawn
    may_verify = waits and actor.can("rectification.verify", row.unit.path)
    shots = list(row.photos.order_by("round", "pk"))
    context = {
        "row": row,
        "state": STATES[row.state],
        "days_late": days_late(workdays(), row.due_on, today) if row.is_at_outlet else 0,
        "today": today,
        "before": Evidence.objects.filter(
            inspection_id=row.inspection_id, criterion_code=row.criterion.code
        ).order_by("pk"),
        "after": [shot for shot in shots if shot.round == row.reopened],
        "earlier": [shot for shot in shots if shot.round < row.reopened],
        "steps": row.steps.select_related("by").order_by("at", "pk"),
        "repeats": repeated(row)[:REPEATS],
        "may_answer": may_answer,
        "work_orders": orders_of_finding(actor, row.finding_id),
        "may_order": row.is_at_outlet and actor.can("premises.edit", row.unit.path),
        "may_verify": may_verify and row.fixed_by_id != actor.user_id,
        "is_own_work": may_verify and row.fixed_by_id == actor.user_id,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "rectification/detail.html", context, status=status)


@requires("rectification.answer")
@require_POST
def accept_one(request: AppRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        work.accept(actor=request.actor, pk=row.pk, version=version)
    except (RuleViolation, StaleWrite) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Accepted. Report it when it is put right."))
    return redirect("rectification:detail", row.pk)


@requires("rectification.answer")
@require_http_methods(["GET", "POST"])
def fix_one(request: AppRequest, pk: int) -> HttpResponse:
    """Report that it is put right; made for a phone."""
    row = _row(request, pk)
    request.actor.require("rectification.answer", row.unit.path)
    form = FixForm(
        request.POST or None,
        request.FILES or None,
        needs_photo=work.needs_photo(row),
        initial={"version": row.version, "sent": uuids.uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            work.fix(
                actor=request.actor,
                pk=row.pk,
                version=said["version"],
                note=said["note"],
                photos=form.taken(),
            )
        except (RuleViolation, StaleWrite) as refusal:
            form.add_error(refusal.facts.get("field"), str(refusal))
        else:
            messages.success(request, _("Reported. Another person will verify it."))
            return redirect("rectification:detail", row.pk)
    context = {"row": row, "form": form, "today": timezone.localdate()}
    return render(request, "rectification/fix.html", context, status=422 if form.errors else 200)


@requires("rectification.verify")
@require_POST
def verify(request: AppRequest, pk: int) -> HttpResponse:
    """Sign it off, or send it back."""
    row = _row(request, pk)
    form = VerifyForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        act: dict[str, Any] = {"actor": request.actor, "pk": row.pk, "version": said["version"]}
        try:
            if "reopen" in request.POST:
                work.reopen(**act, reason=said["note"], due_on=said["due_on"])
                messages.success(request, _("Sent back to the outlet with a new last day."))
            else:
                work.close(**act, note=said["note"])
                messages.success(request, _("Signed off."))
        except (RuleViolation, StaleWrite) as refusal:
            field = {"reason": "note", "due_on": "due_on"}.get(refusal.facts.get("field", ""))
            form.add_error(field, str(refusal))
        else:
            return redirect("rectification:detail", row.pk)
    return _shown(request, row, form)


@requires("rectification.view")
@require_safe
def photo(request: AppRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """One photo of a fix, to whoever may read its rectification."""
    reach = Rectification.objects.visible_to(request.actor.scope_for("rectification.view"))
    found = get_object_or_404(FixPhoto, uuid=uuid, record__in=reach)
    try:
        handle = files.path_of(found.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(handle, content_type=found.content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response
