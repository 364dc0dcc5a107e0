"""All lists, one list, and one unit's stay on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import Refusal, RuleViolation
from hearth.platform.models import AuditEvent
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry
from hearth.premises.queries.orders import measures_of
from hearth.premises.queries.warmth import effect_of
from hearth.premises.registers_watch import STAGE_NAMES
from hearth.premises.services.measures import open_measure
from hearth.premises.services.watchlists import keep_entry
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.watchlists import pictures
from hearth.web.watchlists.forms import CareForm, EntryFilterForm, MeasureForm
from hearth.web.watchlists.words import list_name, proposal_reason, rule_details, rule_words

VIEW, EDIT, APPROVE = "premises.view", "premises.edit", "premises.approve"
PAGE = 50
HISTORY = 30
MOST_WAITING = 20
"""Proposals that a list shows before it is asked for all."""


@requires(VIEW)
@require_safe
def watchlist_list(request: AppRequest) -> HttpResponse:
    """Every list, with how many of the reader's units stand on it."""
    scope, today = request.actor.scope_for(VIEW), timezone.localdate()
    standing = WatchlistEntry.objects.visible_to(scope).held_on(today)
    listed = _by_list(standing)
    waiting = _by_list(Proposal.objects.visible_to(scope).open())
    lists = list(Watchlist.objects.order_by("pk"))
    context = {
        "rows": [
            (one, list_name(one), listed.get(one.pk, 0), waiting.get(one.pk, 0)) for one in lists
        ],
        "lists": len(lists),
        "listed": sum(listed.values()),
        "waiting": sum(waiting.values()),
        "may_create": request.actor.can(APPROVE),
    }
    return render(request, "watchlists/list.html", context)


def _by_list(rows: QuerySet[Any]) -> dict[int, int]:
    counted = rows.order_by().values_list("watchlist_id").annotate(n=Count("pk"))
    return dict(counted)


@requires(VIEW)
@require_safe
def detail(request: AppRequest, code: str) -> HttpResponse:
    """One list: what waits for a decision, who stands on it, and its rules."""
    actor, today = request.actor, timezone.localdate()
    scope = actor.scope_for(VIEW)
    watchlist = get_object_or_404(Watchlist, code=code)
    form = EntryFilterForm(request.GET)
    entries = WatchlistEntry.objects.visible_to(scope).standing().filter(watchlist=watchlist)
    now = entries.held_on(today)
    by_stage = dict(now.order_by().values_list("stage").annotate(n=Count("pk")))
    shown = _filtered(entries, form).select_related("unit").order_by("-since", "unit_path")
    proposals = Proposal.objects.visible_to(scope).open().filter(watchlist=watchlist)
    waiting = proposals.count()
    proposals = proposals.select_related("unit", "proposed_by", "rule")
    most = None if request.GET.get("waiting") == "all" else MOST_WAITING
    rules = watchlist.rules.select_related("proposed_by", "approved_by").order_by("sort", "since")
    context = {
        "watchlist": watchlist,
        "name": list_name(watchlist),
        "form": form,
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "listed": sum(by_stage.values()),
        "strip": pictures.stage_strip(by_stage) if by_stage else None,
        "stages": STAGE_NAMES,
        "waiting": waiting,
        "proposals": [
            (one, proposal_reason(one)) for one in proposals.order_by("sort", "as_of", "pk")[:most]
        ],
        "rules": [(rule, rule_words(rule), rule_details(rule)) for rule in rules],
        "today": today,
        "may_propose": actor.can(EDIT),
        "may_approve": actor.can(APPROVE),
        "actor_id": actor.user_id,
    }
    template = "watchlists/_entries.html" if request.htmx else "watchlists/detail.html"
    return render(request, template, context)


def _filtered(entries: QuerySet[WatchlistEntry], form: EntryFilterForm) -> QuerySet[WatchlistEntry]:
    said = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    still = Q(until__isnull=True) | Q(until__gt=today)
    if said.get("show") == "left":
        entries = entries.exclude(still)
    elif said.get("show") != "all":
        entries = entries.filter(still)
    return entries.filter(stage=said["stage"]) if said.get("stage") else entries


@requires(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_page(request: AppRequest, pk: int) -> HttpResponse:
    """One stay: what is done, and what it did to the temperature."""
    entry = _entry(request, pk)
    form = CareForm.of(entry)
    if request.method == "POST":
        request.actor.require(EDIT, entry.unit_path)
        form = CareForm(request.POST)
        if form.is_valid() and _kept(request, entry, form):
            return redirect("watchlists:entry", pk)
    return _page(request, entry, form, MeasureForm())


def _entry(request: AppRequest, pk: int) -> WatchlistEntry:
    seen = WatchlistEntry.objects.visible_to(request.actor.scope_for(VIEW))
    return get_object_or_404(seen.select_related("unit", "watchlist", "recorded_by"), pk=pk)


@requires(EDIT)
@require_POST
def measure_add(request: AppRequest, pk: int) -> HttpResponse:
    """Open a work order for a unit on the list; the stay follows it from then on."""
    entry = _entry(request, pk)
    request.actor.require(EDIT, entry.unit_path)
    form = MeasureForm(request.POST)
    if form.is_valid():
        try:
            order = open_measure(actor=request.actor, entry=entry, measure=form.taken())
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Opened: %(no)s.") % {"no": order.order_no})
            return redirect("watchlists:entry", pk)
    return _page(request, entry, CareForm.of(entry), form)


def _page(
    request: AppRequest, entry: WatchlistEntry, form: CareForm, measure_form: MeasureForm
) -> HttpResponse:
    actor, pk = request.actor, entry.pk
    may_edit = not entry.is_withdrawn and actor.can(EDIT, entry.unit_path)
    orders = list(measures_of(entry))
    done_on = entry.measure_done_on
    events = AuditEvent.objects.filter(object_type=entry._meta.label_lower, object_id=str(pk))
    context = {
        "entry": entry,
        "name": list_name(entry.watchlist),
        "stage": STAGE_NAMES.get(WatchlistEntry.Stage(entry.stage), entry.stage),
        "form": form,
        "measure_form": measure_form,
        "orders": orders,
        "budget": sum(one.budget_fen or 0 for one in orders),
        "cost": sum(one.cost_fen or 0 for one in orders),
        "may_edit": may_edit,
        "may_propose": entry.until is None and may_edit,
        "compared": effect_of(entry.unit, done_on) if done_on else None,
        "proposals": entry.proposals.select_related("decided_by", "seconded_by").order_by("pk"),
        "events": events.order_by("-seq")[:HISTORY],
    }
    status = 422 if form.errors or measure_form.errors else 200
    return render(request, "watchlists/entry.html", context, status=status)


def _kept(request: AppRequest, entry: WatchlistEntry, form: CareForm) -> bool:
    try:
        keep_entry(
            actor=request.actor,
            entry=entry,
            version=form.cleaned_data["version"],
            care=form.care(),
        )
    except Refusal as refusal:
        put_refusal(form, refusal)
        return False
    messages.success(request, _("Saved."))
    return True
