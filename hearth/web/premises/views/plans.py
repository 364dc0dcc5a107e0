"""Plans of preventive upkeep: what is planned, a new plan, an end."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import Refusal
from hearth.premises.models import UpkeepPlan
from hearth.premises.services.plans import end_plan, make_plan
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.premises.forms import PlanForm, VersionForm

VIEW, EDIT = "premises.view", "premises.edit"
PAGE = 50


@requires(VIEW)
@require_safe
def plan_list(request: AppRequest) -> HttpResponse:
    """What is planned, with the orders that came of it."""
    today = timezone.localdate()
    plans = UpkeepPlan.objects.visible_to(request.actor.scope_for(VIEW))
    stands = Q(orders__withdrawn_at__isnull=True)
    waits = stands & Q(orders__done_on__isnull=True, orders__refused_at__isnull=True)
    shown = plans.select_related("unit", "facility", "made_by").annotate(
        opened=Count("orders", filter=stands), waiting=Count("orders", filter=waits)
    )
    context = {
        "page_obj": Paginator(shown.order_by("-ends_on", "unit__path", "pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "in_force": plans.in_force(today).count(),
        "today": today,
        "may_edit": request.actor.can(EDIT),
    }
    return render(request, "premises/plans.html", context)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_create(request: AppRequest) -> HttpResponse:
    start = {"starts_on": timezone.localdate(), "months": 6}
    form = PlanForm(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            make_plan(actor=request.actor, text=form.text())
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Planned. Tonight opens the orders that are due."))
            return redirect("premises:plans")
    context = {"form": form}
    return render(request, "premises/plan_form.html", context, status=422 if form.errors else 200)


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_end(request: AppRequest, pk: int) -> HttpResponse:
    """End a plan; what is open stays open."""
    seen = UpkeepPlan.objects.visible_to(request.actor.scope_for(EDIT))
    plan = get_object_or_404(seen.select_related("unit", "facility"), pk=pk)
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            end_plan(actor=request.actor, plan=plan, version=form.cleaned_data["version"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The plan has ended; its open orders stay."))
        return redirect("premises:plans")
    context = {
        "form": form,
        "title": _("End this plan?"),
        "what": f"{plan.unit.name} · {plan.asset_label} · {plan.get_kind_display()}",
        "back": reverse("premises:plans"),
        "action": pgettext("plan", "End it"),
    }
    return render(request, "parts/reason.html", context)
