"""One activity: what it says, its proof, and signing in to it by code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import Refusal
from hearth.outreach.models import Activity, SignInSheet
from hearth.outreach.services.activities import has_proof, worked_on
from hearth.outreach.services.sign_ins import close_sheet, open_sheet
from hearth.outreach.services.words import CONFIRM, EDIT
from hearth.platform.models import AuditEvent
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import (
    CountForm,
    DecisionForm,
    PhotosForm,
    VersionForm,
    shown_details,
)
from hearth.web.outreach.spans import VIEW
from hearth.web.outreach.summary import attendance_of
from hearth.web.qr import qr_svg

HISTORY = 20


def visible_activity(request: AppRequest, pk: int) -> Activity:
    """The activity, if the reader sees it."""
    rows = Activity.objects.visible_to(request.actor.scope_for(VIEW))
    related = ("kind", "unit", "staff", "target", "vehicle", "recorded_by", "confirmed_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@requires(VIEW)
@require_safe
def activity(request: AppRequest, pk: int) -> HttpResponse:
    record = visible_activity(request, pk)
    return activity_page(request, record)


def activity_page(
    request: AppRequest, record: Activity, decision: DecisionForm | None = None
) -> HttpResponse:
    """The page of one activity, with the decision form as it was refused."""
    actor = request.actor
    sheet = SignInSheet.objects.filter(activity=record).first()
    events = AuditEvent.objects.filter(
        object_type=record._meta.label_lower, object_id=str(record.pk)
    ).exclude(action="sign_in.made")
    may_edit = not record.is_withdrawn and actor.can(EDIT, record.unit_path)
    may_confirm = not record.is_withdrawn and actor.can(CONFIRM, record.unit_path)
    context = {
        "record": record,
        "details": shown_details(record),
        "photos": record.photos.all(),
        "photos_form": PhotosForm(),
        "sheet": sheet,
        "attendance": attendance_of(record, timezone.localdate(record.started_at))
        if sheet
        else None,
        "events": events.order_by("-seq")[:HISTORY],
        "may_edit": may_edit,
        "may_confirm": may_confirm,
        "is_own": may_confirm and worked_on(actor, record),
        "has_proof": has_proof(record),
        "is_new": "recorded" in request.GET,  # so the copy on the device is forgotten
        "decision": decision or DecisionForm(initial={"version": record.version}),
    }
    refused = decision is not None and bool(decision.errors)
    return render(request, "outreach/activity.html", context, status=422 if refused else 200)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: AppRequest, pk: int) -> HttpResponse:
    """The code to hold up or to print; a POST opens it, or opens it anew."""
    record = visible_activity(request, pk)
    request.actor.require(EDIT, record.unit_path)
    if request.method == "POST":
        seen = VersionForm(request.POST)
        version = seen.cleaned_data["version"] if seen.is_valid() else 0
        open_sheet(actor=request.actor, activity=record, version=version)
        return redirect("outreach:sheet", pk)
    opened = SignInSheet.objects.filter(activity=record).first()
    address = (
        request.build_absolute_uri(reverse("outreach:here", args=[opened.token])) if opened else ""
    )
    context = {
        "record": record,
        "sheet": opened,
        "is_open": bool(opened and opened.is_open(timezone.now())),
        "address": address,
        "code": qr_svg(address) if opened else "",
        "attendance": attendance_of(record, timezone.localdate(record.started_at)),
        "form": CountForm(initial={"version": record.version}),
    }
    return render(request, "outreach/sheet.html", context)


@requires(EDIT)
@require_POST
def sheet_close(request: AppRequest, pk: int) -> HttpResponse:
    """Take the count into the record."""
    record = visible_activity(request, pk)
    request.actor.require(EDIT, record.unit_path)
    form = CountForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how many came without a telephone, or 0."))
        return redirect("outreach:sheet", pk)
    try:
        closed = close_sheet(
            actor=request.actor,
            activity=record,
            version=form.cleaned_data["version"],
            others=form.cleaned_data["others"],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("outreach:sheet", pk)
    messages.success(request, _("%(n)s persons were counted.") % {"n": closed.persons})
    return redirect("outreach:activity", pk)
