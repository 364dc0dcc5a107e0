"""Making a list and its rules, by two persons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import Refusal
from hearth.premises.models import Watchlist, WatchRule
from hearth.premises.services.watchlists import approve_rule, create_watchlist, propose_rule
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.premises.forms import VersionForm
from hearth.web.watchlists.forms import ListForm, RuleForm
from hearth.web.watchlists.words import list_name, rule_words

APPROVE = "premises.approve"


@requires(APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AppRequest) -> HttpResponse:
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_watchlist(actor=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Made. Give it a rule by which outlets enter."))
            return redirect("watchlists:rule-propose", made.code)
    context = {
        "form": form,
        "title": _("A new list"),
        "what": _("It proposes nobody before another person has approved a rule of it."),
        "back": reverse("watchlists:list"),
        "action": _("Make the list"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires(APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: AppRequest, code: str) -> HttpResponse:
    watchlist = get_object_or_404(Watchlist, code=code)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_rule(actor=request.actor, watchlist=watchlist, text=form.text())
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Proposed. Another person approves the rule."))
            return redirect("watchlists:detail", code)
    context = {
        "form": form,
        "title": _("A new rule of %(list)s") % {"list": list_name(watchlist)},
        "what": _("It holds from its day on once another person has approved it."),
        "back": reverse("watchlists:detail", args=[code]),
        "action": _("Propose the rule"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires(APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: AppRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(WatchRule.objects.select_related("watchlist"), pk=pk)
    form = VersionForm(request.POST or None, initial={"version": rule.version})
    if request.method == "POST" and form.is_valid():
        try:
            approve_rule(actor=request.actor, rule=rule, version=form.cleaned_data["version"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule holds from its day on."))
            return redirect("watchlists:detail", rule.watchlist.code)
    context = {
        "form": form,
        "title": _("Approve this rule"),
        "what": f"{list_name(rule.watchlist)} · {rule_words(rule)}",
        "back": reverse("watchlists:detail", args=[rule.watchlist.code]),
        "action": _("Approve"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
