"""What waits for the branch: confirming activities one by one or several at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.outreach.models import Activity
from hearth.outreach.queries.overview import photos_of, waiting
from hearth.outreach.services.activities import confirm, confirm_many, send_back
from hearth.outreach.services.words import CONFIRM
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import DecisionForm
from hearth.web.outreach.spans import OF_ACTIVITIES, VIEW
from hearth.web.outreach.views.record import activity_page, visible_activity
from hearth.web.paging import KeysFirst
from hearth.web.remember import stamp

SHOWN = 5


@requires(CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: AppRequest) -> HttpResponse:
    """The oldest first; a POST confirms those that are ticked, as they were shown."""
    if request.method == "POST":
        _confirm_ticked(request)
        return redirect("outreach:confirm-many")
    rows = waiting(request.actor.scope_for(CONFIRM)).select_related("kind", "unit", "recorded_by")
    page = KeysFirst(rows, at=stamp(OF_ACTIVITIES)).get_page(request.GET.get("page"))
    context = {"page_obj": page, "shots": photos_of(list(page))}
    return render(request, "outreach/queue.html", context)


def _confirm_ticked(request: AppRequest) -> None:
    wanted: dict[int, int] = {}
    for text in request.POST.getlist("record"):
        pk, _sign, version = text.partition(":")
        if pk.isdigit() and version.isdigit() and len(text) < 20:
            wanted[int(pk)] = int(version)
    rows = Activity.objects.visible_to(request.actor.scope_for(VIEW)).filter(pk__in=wanted)
    versions = [(one, wanted[one.pk]) for one in rows]
    if not versions:
        messages.error(request, _("Tick what you confirm."))
        return
    try:
        done, refused = confirm_many(actor=request.actor, versions=versions)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    said = ngettext("%(n)s activity confirmed.", "%(n)s activities confirmed.", done)
    messages.success(request, said % {"n": done})
    for one, reason in refused[:SHOWN]:
        messages.warning(request, f"{one}: {reason}")
    if len(refused) > SHOWN:
        left = len(refused) - SHOWN
        messages.warning(request, _("And %(n)s more for such reasons.") % {"n": left})


@requires(CONFIRM)
@require_POST
def decide(request: AppRequest, pk: int) -> HttpResponse:
    """Confirm, or send back with the reason."""
    record = visible_activity(request, pk)
    request.actor.require(CONFIRM, record.unit_path)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return activity_page(request, record, form)
    data = form.cleaned_data
    try:
        if "return" in request.POST:
            send_back(
                actor=request.actor,
                activity=record,
                version=data["version"],
                reason=data["reason"],
            )
            messages.success(request, _("Sent back to who recorded it."))
        else:
            confirm(
                actor=request.actor,
                activity=record,
                version=data["version"],
                without_proof=data["without_proof"],
            )
            messages.success(request, _("Confirmed."))
    except Refusal as refusal:
        put_refusal(form, refusal)
        return activity_page(request, record, form)
    return redirect("outreach:activity", pk)
