"""Proposing that a unit enter or leave, and deciding it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hearth.kernel.errors import Refusal
from hearth.premises.models import Proposal, Watchlist
from hearth.premises.services.watchlists import approve, decline, propose
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.watchlists import forms, pictures
from hearth.web.watchlists.words import SORTS, STATUS, list_name, proposal_reason, rule_words

VIEW, EDIT, APPROVE = "premises.view", "premises.edit", "premises.approve"


@requires(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_unit(request: AppRequest, code: str) -> HttpResponse:
    watchlist = get_object_or_404(Watchlist, code=code)
    start = {name: request.GET.get(name, "") for name in ("unit", "sort")}
    form = forms.WishForm(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = propose(actor=request.actor, wish=form.wish(watchlist))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Proposed. Another person decides."))
            return redirect("watchlists:proposal", made.pk)
    context = {"form": form, "watchlist": watchlist, "name": list_name(watchlist)}
    status = 422 if form.errors else 200
    return render(request, "watchlists/propose.html", context, status=status)


def _proposal(request: AppRequest, pk: int) -> Proposal:
    seen = Proposal.objects.visible_to(request.actor.scope_for(VIEW))
    related = ("unit", "watchlist", "rule", "entry", "proposed_by", "seconded_by", "decided_by")
    return get_object_or_404(seen.select_related(*related), pk=pk)


@requires(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_page(request: AppRequest, pk: int) -> HttpResponse:
    """What speaks for it; a POST agrees."""
    proposal = _proposal(request, pk)
    if request.method != "POST":
        return _page(request, proposal)
    request.actor.require(APPROVE, proposal.unit_path)
    form = forms.DecisionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            decided = approve(
                actor=request.actor,
                proposal=proposal,
                version=said["version"],
                words=said["words"],
                on=said["on"],
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            is_over = decided.status == Proposal.Status.APPROVED
            told = _("Approved.") if is_over else _("Seconded. Another person approves.")
            messages.success(request, told)
            return redirect("watchlists:detail", proposal.watchlist.code)
    return _page(request, proposal, agreeing=form)


@requires(APPROVE)
@require_POST
def decline_page(request: AppRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    request.actor.require(APPROVE, proposal.unit_path)
    form = forms.DeclineForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            decline(
                actor=request.actor,
                proposal=proposal,
                version=said["version"],
                words=said["words"],
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Declined."))
            return redirect("watchlists:detail", proposal.watchlist.code)
    return _page(request, proposal, declining=form)


def _page(request: AppRequest, proposal: Proposal, **refused: Any) -> HttpResponse:
    is_open = proposal.status == Proposal.Status.OPEN
    may_decide = is_open and request.actor.can(APPROVE, proposal.unit_path)
    own = request.actor.user_id in (proposal.proposed_by_id, proposal.seconded_by_id)
    seconds = (
        proposal.sort == "exit" and not proposal.proposed_by_id and not proposal.seconded_by_id
    )
    context = {
        "proposal": proposal,
        "reason": proposal_reason(proposal),
        "name": list_name(proposal.watchlist),
        "sort": SORTS[proposal.sort],
        "status": STATUS[Proposal.Status(proposal.status)],
        "rule_words": rule_words(proposal.rule) if proposal.rule else "",
        "picture": pictures.evidence(proposal),
        "days": pictures.days_of(proposal),
        "may_decide": may_decide,
        "own": own,
        "seconds": seconds,
        "agreeing": refused.get("agreeing") or forms.decision_form(proposal),
        "declining": refused.get("declining") or forms.decline_form(proposal),
        "mean_of_rule": bool(proposal.rule and proposal.rule.measure == "business_mean"),
    }
    return render(request, "watchlists/proposal.html", context, status=422 if refused else 200)
