"""Verifying at once the work orders of a past that an import brought."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hearth.premises.models import WorkOrder
from hearth.premises.queries.orders import of_history, unverified
from hearth.premises.services.orders import VERIFY, verify_history
from hearth.web import history
from hearth.web.http import AppRequest, requires


@requires(VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def verify_past(request: AppRequest) -> HttpResponse:
    """What one act would verify; a POST does it, for what was shown and with a reason."""

    def done(count: int) -> HttpResponse:
        said = ngettext("%(n)s work order verified.", "%(n)s work orders verified.", count)
        messages.success(request, said % {"n": count})
        return redirect("premises:orders")

    return history.answered(request, verify_history, partial(_page, request), done)


def _page(
    request: AppRequest,
    until: date,
    until_form: history.UntilForm,
    refused: history.HistoryForm | None,
) -> HttpResponse:
    scope = request.actor.scope_for(VERIFY)
    rows = of_history(request.actor, until)
    found = history.waiting(rows, scope, "done_on", dict(WorkOrder.Kind.choices))
    context: dict[str, Any] = {
        "until": until,
        "until_form": until_form,
        "form": history.again(refused, until, found.count),
        "waiting": found,
        "rows": [(row, row.done_on) for row in found.rows],
        "left": unverified(request.actor, until).count() - found.count,
        "left_url": f"{reverse('premises:orders')}?state=done",
        "back": reverse("premises:orders"),
        "question": _("Verify all of them at once?"),
        "action": ngettext("Verify %(n)s work order", "Verify %(n)s work orders", found.count)
        % {"n": found.count},
    }
    return render(request, "premises/history.html", context, status=422 if refused else 200)
