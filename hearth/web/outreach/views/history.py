"""Confirming at once the activities of a past that an import brought."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import Refusal
from hearth.outreach.models import ActivityKind
from hearth.outreach.models.activities import midnight
from hearth.outreach.queries.overview import lacking_proof, of_history, waiting
from hearth.outreach.services.activities import confirm_history
from hearth.outreach.services.words import CONFIRM
from hearth.web import history
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import put_refusal


@requires(CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_past(request: AppRequest) -> HttpResponse:
    """What one act would confirm; a POST does it, for what was shown and with a reason."""
    if request.method != "POST":
        until_form, until = history.UntilForm.read(request.GET)
        return _page(request, until, until_form)
    form = history.HistoryForm(request.POST)
    if form.is_valid():
        try:
            done = confirm_history(actor=request.actor, **form.said())
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_refusal(form, refusal)
        else:
            said = ngettext("%(n)s activity confirmed.", "%(n)s activities confirmed.", done)
            messages.success(request, said % {"n": done})
            return redirect("outreach:confirm-many")
    until = form.cleaned_data.get("until") or timezone.localdate()
    return _page(request, until, history.UntilForm(initial={"until": until}), form)


def _page(
    request: AppRequest,
    until: date,
    until_form: history.UntilForm,
    refused: history.HistoryForm | None = None,
) -> HttpResponse:
    scope = request.actor.scope_for(CONFIRM)
    rows = of_history(request.actor, until)
    found = history.waiting(rows, scope, "started_at", ActivityKind.objects.in_bulk())
    every = waiting(scope).filter(started_at__lt=midnight(until)).count()
    context: dict[str, Any] = {
        "until": until,
        "until_form": until_form,
        "form": history.again(refused, until, found.count),
        "waiting": found,
        "rows": [(row, timezone.localdate(row.started_at)) for row in found.rows],
        "left": every - found.count,
        "left_url": reverse("outreach:confirm-many"),
        "back": reverse("outreach:confirm-many"),
        "bare": lacking_proof(rows).count(),
        "question": _("Confirm all of them at once?"),
        "action": ngettext("Confirm %(n)s activity", "Confirm %(n)s activities", found.count)
        % {"n": found.count},
    }
    return render(request, "outreach/history.html", context, status=422 if refused else 200)
