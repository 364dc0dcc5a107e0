"""How many working days each severity leaves: what holds, what is proposed, and a new proposal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hearth.kernel.errors import RuleViolation
from hearth.rectification.models import Deadline
from hearth.rectification.services.deadlines import (
    DeadlineText,
    approve_deadline,
    propose_deadline,
)
from hearth.web.http import AppRequest, requires
from hearth.web.rectification.forms import DeadlineForm


@requires("rectification.view")
@require_http_methods(["GET", "POST"])
def deadlines(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    in_force = Deadline.objects.in_force(today).first()
    names = ("red_days", "major_days", "minor_days", "escalate_days")
    start = {name: getattr(in_force, name) for name in names} if in_force else {}
    form = DeadlineForm(request.POST or None, initial={"effective_from": today, **start})
    if request.method == "POST":
        request.actor.require("policy.propose")
        if form.is_valid():
            try:
                propose_deadline(actor=request.actor, text=DeadlineText(**form.cleaned_data))
            except RuleViolation as refusal:
                form.add_error(refusal.facts.get("field"), str(refusal))
            else:
                messages.success(request, _("Proposed. Another person must approve it."))
                return redirect("rectification:deadlines")
    rules = Deadline.objects.select_related("proposed_by", "approved_by")
    context = {
        "form": form,
        "in_force": in_force,
        "rows": rules.order_by("-effective_from", "-pk"),
        "may_propose": request.actor.can("policy.propose"),
        "may_approve": request.actor.can("policy.approve"),
    }
    status = 422 if form.errors else 200
    return render(request, "rectification/deadlines.html", context, status=status)


@requires("policy.approve")
@require_POST
def approve(request: AppRequest, pk: int) -> HttpResponse:
    get_object_or_404(Deadline, pk=pk)
    try:
        approve_deadline(actor=request.actor, pk=pk)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Approved."))
    return redirect("rectification:deadlines")
