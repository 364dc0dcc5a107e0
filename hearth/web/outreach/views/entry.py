"""Recording an activity on a telephone in under a minute, and changing one."""

from __future__ import annotations

import hashlib
import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import Refusal
from hearth.outreach.models import Activity, ActivityKind, ActivityPhoto
from hearth.outreach.services.activities import change_activity, record_activity
from hearth.outreach.services.photos import add_photo
from hearth.outreach.services.words import EDIT
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import ActivityForm, activity_form, start_of
from hearth.web.outreach.spans import VIEW

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 5


@requires(EDIT)
@require_safe
def choose(request: AppRequest) -> HttpResponse:
    """Which kind; the ones recorded last stand first, to be repeated with one touch."""
    context = {
        "kinds": ActivityKind.objects.filter(is_active=True),
        "latest": _own_latest(request),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "outreach/choose.html", context)


@requires(EDIT)
@GET_POST
def create(request: AppRequest, code: str) -> HttpResponse:
    kind = get_object_or_404(ActivityKind, code=code, is_active=True)
    form = activity_form(
        request.actor,
        kind,
        request.POST or None,
        request.FILES or None,
        initial=_start(request, kind),
    )
    doubles: list[Activity] = []
    if request.method == "POST" and form.is_valid():
        one = form.cleaned_data["uuid"] or uuids.uuid4()
        try:
            record = record_activity(
                actor=request.actor,
                uuid=one,
                entry=form.entry(),
                accept_double=form.cleaned_data["accept_double"],
            )
        except Refusal as refusal:
            doubles = _refused(form, refusal)
        else:
            keep_photos(request, record, form.cleaned_data["photos"])
            messages.success(request, _("Recorded. The branch confirms it."))
            return redirect(f"{reverse('outreach:activity', args=[record.pk])}?recorded=1")
    return _page(request, form, doubles)


@requires(EDIT)
@GET_POST
def edit(request: AppRequest, pk: int) -> HttpResponse:
    seen = Activity.objects.visible_to(request.actor.scope_for(VIEW))
    record = get_object_or_404(seen.select_related("kind", "unit", "staff"), pk=pk)
    request.actor.require(EDIT, record.unit_path)
    form = activity_form(
        request.actor,
        record.kind,
        request.POST or None,
        request.FILES or None,
        initial=start_of(record),
    )
    doubles: list[Activity] = []
    if request.method == "POST" and form.is_valid():
        try:
            change_activity(
                actor=request.actor,
                activity=record,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(),
                accept_double=form.cleaned_data["accept_double"],
            )
        except Refusal as refusal:
            doubles = _refused(form, refusal)
        else:
            keep_photos(request, record, form.cleaned_data["photos"])
            messages.success(request, _("Saved."))
            return redirect("outreach:activity", record.pk)
    return _page(request, form, doubles, record)


def _start(request: AppRequest, kind: ActivityKind) -> dict[str, Any]:
    """Now and here; as the one before where that is asked for."""
    now = timezone.localtime()
    start: dict[str, Any] = {
        "day": now.date(),
        "begins": now.replace(minute=0 if now.minute < 30 else 30).time(),
        "unit": request.GET.get("unit", ""),
        "uuid": uuids.uuid4(),
    }
    if "repeat" in request.GET:
        latest = _own_latest(request, kind)
        if latest:
            start |= start_of(latest[0], again=True)
    if request.GET.get("target", "").isdigit():
        start["target"] = int(request.GET["target"])
    return start


def _own_latest(request: AppRequest, kind: ActivityKind | None = None) -> list[Activity]:
    """What this account recorded last, one of each kind."""
    own = Activity.objects.visible_to(request.actor.scope_for(EDIT)).standing()
    own = own.filter(recorded_by_id=request.actor.user_id, kind__is_active=True)
    if kind is not None:
        own = own.filter(kind=kind)
    found: dict[int, Activity] = {}
    latest = own.select_related("kind", "unit", "staff").order_by("-recorded_at", "-pk")
    for one in latest[:50]:
        found.setdefault(one.kind_id, one)
    return list(found.values())[:SHOWN]


def _refused(form: ActivityForm, refusal: Refusal) -> list[Activity]:
    """Show the refusal; gives the records that the entry looks like."""
    put_edit_refusal(form, refusal)
    keys = refusal.facts.get("doubles", [])
    return list(Activity.objects.filter(pk__in=keys).select_related("kind", "unit"))


def keep_photos(request: AppRequest, record: Activity, files: list[Any]) -> None:
    """Store the photos of a form; what cannot be read is said and does not undo the record.

    Their UUIDs follow from record and content, so that a form sent twice stores them once.
    """
    for file in files:
        content = file.read()
        one = uuids.uuid5(uuids.NAMESPACE_OID, f"{record.pk}:{hashlib.sha256(content).hexdigest()}")
        try:
            add_photo(
                actor=request.actor, table=ActivityPhoto, record=record, uuid=one, content=content
            )
        except Refusal as refusal:
            said = {"name": file.name, "reason": str(refusal)}
            messages.warning(request, _("%(name)s was not kept: %(reason)s") % said)


def _page(
    request: AppRequest,
    form: ActivityForm,
    doubles: list[Activity],
    record: Activity | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "kind": form.kind,
        "record": record,
        "doubles": doubles,
    }
    return render(request, "outreach/entry.html", context, status=422 if form.errors else 200)
