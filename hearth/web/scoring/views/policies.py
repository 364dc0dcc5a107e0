"""Policies, their approval, and what other weights would do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.inspections.enums import Channel
from hearth.kernel.errors import Refusal, RuleViolation, StaleWrite
from hearth.network.models import Unit
from hearth.scoring.domain.composite import ScoringPolicy, check_policy
from hearth.scoring.experiments import Experiment, channel_sums, experiment
from hearth.scoring.models import Policy
from hearth.scoring.queries import (
    current_closing,
    policy_for,
    policy_from_content,
    scoring_policy,
)
from hearth.scoring.services.policies import (
    copy_policy,
    decide_policy,
    propose_policy,
    save_policy,
)
from hearth.web.http import AppRequest, requires
from hearth.web.scoring.common import period_or_404
from hearth.web.scoring.forms import PolicyForm, WeightsForm

MOVERS = 20


def weight_lines(weights: dict[str, Any]) -> list[tuple[str, Any]]:
    """Channel names with their weights, in the fixed order of channels."""
    return [(str(Channel(c).label), weights[c]) for c in Channel.values if weights.get(c)]


@requires("scores.view")
@require_safe
def policy_list(request: AppRequest) -> HttpResponse:
    rows = Policy.objects.select_related("proposed_by", "approved_by").order_by(
        "-effective_from", "-pk"
    )
    if not request.actor.can("policy.propose"):
        rows = rows.filter(status=Policy.Status.APPROVED)
    today = timezone.localdate()
    context = {
        "policies": [(p, weight_lines(p.weights)) for p in rows],
        "current": Policy.objects.in_force(today).first(),
        "waiting": rows.filter(status=Policy.Status.PROPOSED).count(),
    }
    return render(request, "scoring/policies.html", context)


def policy_or_404(request: AppRequest, pk: int) -> Policy:
    """An approved policy, or any for those who make them."""
    rows = Policy.objects.select_related("proposed_by", "approved_by")
    if not request.actor.can("policy.propose"):
        rows = rows.filter(status=Policy.Status.APPROVED)
    return get_object_or_404(rows, pk=pk)


@requires("scores.view")
@require_safe
def policy(request: AppRequest, pk: int) -> HttpResponse:
    shown = policy_or_404(request, pk)
    own = shown.proposed_by_id == request.actor.user_id
    context = {"policy": shown, "weights": weight_lines(shown.weights), "own": own}
    return render(request, "scoring/policy.html", context)


@requires("policy.propose")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int | None = None) -> HttpResponse:
    stored = get_object_or_404(Policy, pk=pk) if pk else None
    form = PolicyForm.of(stored, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_policy(
                actor=request.actor,
                text=form.text(),
                policy_id=pk,
                version=form.cleaned_data["version"] or 0,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("scoring:policy", saved.pk)
    context = {"form": form, "policy": stored}
    return render(request, "scoring/policy_edit.html", context, status=422 if form.errors else 200)


@requires("policy.propose")
@require_POST
def copy(request: AppRequest, pk: int) -> HttpResponse:
    copied = copy_policy(actor=request.actor, policy_id=pk)
    messages.success(request, _("Copied as a draft. Change it and propose it."))
    return redirect("scoring:policy-edit", copied.pk)


@requires("scores.view")
@require_POST
def decide(request: AppRequest, pk: int) -> HttpResponse:
    """Propose, approve or reject, by the button pressed; the service checks who may."""
    policy_or_404(request, pk)
    text = request.POST.get("version", "")
    act: dict[str, Any] = {
        "actor": request.actor,
        "policy_id": pk,
        "version": int(text) if text.isdigit() else 0,
    }
    try:
        if "propose" in request.POST:
            propose_policy(**act)
            messages.success(request, _("Proposed. A second person approves it."))
        else:
            approve = "approve" in request.POST
            decide_policy(**act, approve=approve, note=request.POST.get("note", "")[:400])
            messages.success(request, _("Approved.") if approve else _("Rejected."))
    except (RuleViolation, StaleWrite) as refusal:
        messages.error(request, str(refusal))
    return redirect("scoring:policy", pk)


@requires("scores.view")
@require_safe
def what_if(request: AppRequest, period: str) -> HttpResponse:
    """Change weights on a copy and see which ranks move; nothing is stored."""
    wanted = period_or_404(period)
    closing = current_closing(wanted)
    if closing is not None:
        old = policy_from_content(closing.policy_content)
    else:
        seen = {channel for sums in channel_sums(wanted).values() for channel in sums}
        old = scoring_policy(policy_for(wanted), seen)
    present = {channel: round(float(weight)) for channel, weight in old.weights.items()}
    tried = any(key.startswith("weight_") for key in request.GET)
    form = WeightsForm(request.GET if tried else None, weights=present)
    found, problem = None, ""
    if tried and form.is_valid():
        new = ScoringPolicy(
            form.weights,
            old.minimum_coverage_percent,
            old.bonus_cap_centi,
            old.veto_cap_centi,
            old.pass_centi,
        )
        problem = _sum_problem(new)
        if not problem:
            found = experiment(wanted, old, new)
    context = {
        "period": wanted,
        "is_ranked": closing is not None,
        "form": form,
        "found": found,
        "problem": problem,
        "old": weight_lines(dict(old.weights)),
        **_visible(request, found),
    }
    return render(request, "scoring/what_if.html", context, status=422 if problem else 200)


def _sum_problem(policy: ScoringPolicy) -> str:
    for problem in check_policy(policy):
        if problem.code == "weights_sum":
            text = _("The weights add up to %(sum)s; they must add up to 100.")
            return text % dict(problem.facts)
        return _("Give at least one channel a weight.")
    return ""


def _visible(request: AppRequest, found: Experiment | None) -> dict[str, Any]:
    """Branches and the outlets that move most, those in the actor's sight."""
    if found is None:
        return {}
    seen = set(Unit.objects.visible_to(request.actor.scope).values_list("code", flat=True))
    moved = [c for c in found.outlets.changes if c.movement and c.code in seen]
    moved.sort(key=lambda c: (-abs(c.movement or 0), c.code))
    return {
        "movers": [(change, found.names[change.code]) for change in moved[:MOVERS]],
        "branches": [row for row in found.branches if row.code in seen],
    }
