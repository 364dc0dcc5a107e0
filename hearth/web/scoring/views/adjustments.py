"""Adjustments of a period."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import RuleViolation
from hearth.scoring.models import Adjustment
from hearth.scoring.queries import current_closing
from hearth.scoring.services.adjustments import (
    AdjustmentText,
    record_adjustment,
    withdraw_adjustment,
)
from hearth.web.http import AppRequest, requires
from hearth.web.scoring.common import period_or_404
from hearth.web.scoring.forms import KIND_NAMES, AdjustmentForm, WithdrawForm


@requires("scores.view")
@require_http_methods(["GET", "POST"])
def adjustment_list(request: AppRequest, period: str) -> HttpResponse:
    """What was decided in the period; and a form for those who record."""
    wanted = period_or_404(period)
    if request.method == "POST":
        request.actor.require("adjustments.record")
    form = AdjustmentForm(
        request.actor, request.POST or None, initial={"decided_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            record_adjustment(
                actor=request.actor,
                text=AdjustmentText(
                    unit=said["unit"],
                    period=wanted.key,
                    kind=said["kind"],
                    points_centi=int((said["points"] or 0) * 100),
                    reason=said["reason"],
                    evidence=said["evidence"],
                    decided_on=said["decided_on"],
                ),
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded. It counts from the next closing."))
            return redirect("scoring:adjustments", wanted.key)
    rows = (
        Adjustment.objects.filter(request.actor.scope.q("unit__path"), period=wanted.key)
        .select_related("unit", "recorded_by")
        .order_by("-decided_on", "-pk")
    )
    context = {
        "period": wanted,
        "is_ranked": current_closing(wanted) is not None,
        "rows": rows,
        "held": sum(1 for row in rows if row.withdrawn_at is None),
        "kinds": KIND_NAMES,
        "form": form,
        "may_record": request.actor.can("adjustments.record"),
    }
    return render(request, "scoring/adjustments.html", context, status=422 if form.errors else 200)


@requires("adjustments.record")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    reach = request.actor.scope_for("adjustments.record").q("unit__path")
    row = get_object_or_404(Adjustment.objects.filter(reach).select_related("unit"), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_adjustment(
                actor=request.actor, adjustment_id=pk, reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Withdrawn. It counts no more from the next closing."))
            return redirect("scoring:adjustments", row.period)
    context = {
        "form": form,
        "title": _("Withdraw this adjustment"),
        "what": f"{row.unit.name} · {KIND_NAMES[row.kind]} · {row.reason}",
        "back": reverse("scoring:adjustments", args=[row.period]),
        "action": _("Withdraw"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
