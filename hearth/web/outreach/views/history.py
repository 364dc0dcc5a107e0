"""Confirming at once the activities of a past that an import brought."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hearth.outreach.models import ActivityKind
from hearth.outreach.models.activities import midnight
from hearth.outreach.queries.overview import lacking_proof, of_history, waiting
from hearth.outreach.services.activities import confirm_history
from hearth.outreach.services.words import CONFIRM
from hearth.web import history
from hearth.web.http import AppRequest, requires


@requires(CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_past(request: AppRequest) -> HttpResponse:
    """What one act would confirm; a POST does it, for what was shown and with a reason."""

    def done(count: int) -> HttpResponse:
        said = ngettext("%(n)s activity confirmed.", "%(n)s activities confirmed.", count)
        messages.success(request, said % {"n": count})
        return redirect("outreach:confirm-many")

    return history.answered(request, confirm_history, partial(_page, request), done)


def _page(
    request: AppRequest,
    until: date,
    until_form: history.UntilForm,
    refused: history.HistoryForm | None,
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
