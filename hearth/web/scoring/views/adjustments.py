"""Adjustments of a period: proposed by one person, approved by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.exchange.adjustments import ADJUSTMENTS
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import Period
from hearth.platform.spreadsheets import Column, Table
from hearth.scoring.models import Adjustment, AdjustmentQuerySet
from hearth.scoring.queries import adjustments_waiting, current_closing
from hearth.scoring.services.adjustments import (
    RECORD,
    AdjustmentText,
    record_adjustment,
    withdraw_adjustment,
)
from hearth.scoring.services.adjustments_decided import (
    APPROVE,
    decide_adjustments,
    read_tickets,
)
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.paging import PAGE
from hearth.web.scoring.common import period_or_404
from hearth.web.scoring.forms import (
    KIND_NAMES,
    STATE_NAMES,
    AdjustmentForm,
    RejectForm,
    WithdrawForm,
)

SHOWN_REFUSALS = SHOWN_NAMES = 5
Status = Adjustment.Status


@dataclass(frozen=True, slots=True)
class Line:
    """One adjustment, and what the reader may do about it."""

    row: Adjustment
    may_decide: bool
    may_withdraw: bool

    @property
    def ticket(self) -> str:
        """What the box of it sends: which one, and in which version it was seen."""
        return f"{self.row.pk}:{self.row.version}"


@requires("scores.view")
@require_http_methods(["GET", "POST"])
def adjustment_list(request: AppRequest, period: str) -> HttpResponse:
    """What was decided in the period and what waits; and a form for those who propose."""
    wanted = period_or_404(period)
    if request.method == "POST":
        request.actor.require(RECORD)
    form = _form(request, request.POST or None)
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
            text = _("Proposed. It counts once another person has approved it.")
            messages.success(request, text)
            return redirect("scoring:adjustments", wanted.key)
    return _page(request, wanted, form)


COLUMNS = (
    *ADJUSTMENTS.columns,
    Column("state", _lazy("State")),
    Column("proposed_by", _lazy("Proposed by")),
    Column("approved_by", _lazy("Approved by")),
)
"""Those of the import, and what became of each."""


@requires("exchange.export")
@require_safe
def export(request: AppRequest, period: str) -> HttpResponseBase:
    """The adjustments of a period that the page shows its reader, as XLSX or CSV."""
    request.actor.require("scores.view")
    wanted = period_or_404(period)
    found = _rows(request, wanted).select_related("unit", "recorded_by", "decided_by")
    rows = (
        (
            row.unit.code,
            row.period,
            row.kind,
            row.points_centi or None,
            row.reason,
            row.evidence,
            row.decided_on,
            str(STATE_NAMES[row.status]),
            row.recorded_by.name if row.recorded_by else "",
            row.decided_by.name if row.decided_by and row.status != Status.REJECTED else "",
        )
        for row in found.order_by("decided_on", "pk")
    )
    table = Table(f"adjustments-{wanted.key}", COLUMNS, rows)
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


def _form(request: AppRequest, data: Any = None) -> AdjustmentForm:
    return AdjustmentForm(request.actor, data, initial={"decided_on": timezone.localdate()})


def _rows(request: AppRequest, wanted: Period) -> AdjustmentQuerySet:
    """Those of the period that the reader may see; what never counted, only those at work on it."""
    actor = request.actor
    rows = Adjustment.objects.visible_to(actor.scope).filter(period=wanted.key)
    at_work = any(actor.can(held) for held in (RECORD, APPROVE, "audit.view"))
    return rows if at_work else rows.ever_counted()


def _page(request: AppRequest, wanted: Period, form: AdjustmentForm) -> HttpResponse:
    actor, rows = request.actor, _rows(request, wanted)
    waiting_first = Case(When(status__in=Adjustment.WAITING, then=Value(0)), default=Value(1))
    people = ("recorded_by", "decided_by", "withdrawn_by", "withdrawal_approved_by")
    ordered = rows.select_related("unit", *people).order_by(waiting_first, "-decided_on", "-pk")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    lines = [_line(request, row) for row in page]
    proposed, leaving = adjustments_waiting(wanted, actor.scope)
    context = {
        "period": wanted,
        "is_ranked": current_closing(wanted) is not None,
        "page_obj": page,
        "lines": lines,
        "held": rows.counted().count(),
        "waiting": proposed + leaving if actor.can(RECORD) or actor.can(APPROVE) else 0,
        "kinds": KIND_NAMES,
        "states": STATE_NAMES,
        "form": form,
        "may_record": actor.can(RECORD),
        "may_decide": any(line.may_decide for line in lines),
    }
    return render(request, "scoring/adjustments.html", context, status=422 if form.errors else 200)


def _line(request: AppRequest, row: Adjustment) -> Line:
    """Who asked does not decide; a proposal is taken back, one that counts goes by two."""
    actor, path = request.actor, row.unit.path
    asked = row.withdrawn_by_id if row.status == Status.LEAVING else row.recorded_by_id
    waits = row.status in Adjustment.WAITING
    return Line(
        row,
        may_decide=waits and asked != actor.user_id and actor.can(APPROVE, path),
        may_withdraw=row.status in {Status.PROPOSED, Status.APPROVED} and actor.can(RECORD, path),
    )


@requires("adjustments.approve")
@require_POST
def decide(request: AppRequest, period: str) -> HttpResponse:
    """Approve or reject all that are ticked, by the button pressed; each stands by itself."""
    wanted = period_or_404(period)
    approve, chosen = "approve" in request.POST, request.POST.getlist("chosen")
    if not chosen:
        messages.error(request, _("Tick the adjustments that you decide on."))
        return redirect("scoring:adjustments", wanted.key)
    form = RejectForm(request.POST)
    if not approve and not form.is_valid():
        said = form if "note" in request.POST else RejectForm(initial={"chosen": chosen})
        return _why(request, wanted, said)
    count, refused = decide_adjustments(
        actor=request.actor,
        chosen=chosen,
        approve=approve,
        note="" if approve else form.cleaned_data["note"],
    )
    if count:
        messages.success(request, _decided(count, approve=approve))
    for reason in refused[:SHOWN_REFUSALS]:
        messages.warning(request, reason)
    if len(refused) > SHOWN_REFUSALS:
        more = len(refused) - SHOWN_REFUSALS
        messages.warning(request, _("… and %(count)s more.") % {"count": more})
    return redirect("scoring:adjustments", wanted.key)


def _why(request: AppRequest, wanted: Period, form: RejectForm) -> HttpResponse:
    """Asks why those that are ticked are rejected."""
    chosen = request.POST.getlist("chosen")
    keys = list(read_tickets(chosen)[0])
    rows = Adjustment.objects.visible_to(request.actor.scope_for(APPROVE))
    named = rows.filter(pk__in=keys[:SHOWN_NAMES]).order_by("-decided_on", "-pk")
    names = named.values_list("unit__name", "kind")
    n = len(chosen)
    title = ngettext("Reject %(n)s proposal", "Reject %(n)s proposals", n) % {"n": n}
    shown = [f"{unit} {KIND_NAMES[kind]}" for unit, kind in names]
    context = {
        "form": form,
        "title": title,
        "what": " · ".join(
            [*shown, *(["…"] if n > SHOWN_NAMES else []), _("Who proposed is told.")]
        ),
        "back": reverse("scoring:adjustments", args=[wanted.key]),
        "action": _("Reject"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


def _decided(count: int, *, approve: bool) -> str:
    if approve:
        text = ngettext(
            "%(n)s proposal approved. It holds from the next closing.",
            "%(n)s proposals approved. They hold from the next closing.",
            count,
        )
    else:
        text = ngettext("%(n)s proposal rejected.", "%(n)s proposals rejected.", count)
    return text % {"n": count}


@requires("adjustments.record")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    """Take a proposal back; of one that counts, propose that it count no more."""
    reach = Adjustment.objects.visible_to(request.actor.scope_for(RECORD))
    row = get_object_or_404(reach.select_related("unit"), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            left = withdraw_adjustment(
                actor=request.actor, adjustment_id=pk, reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _left_words(left))
            return redirect("scoring:adjustments", row.period)
    counts = row.status in Adjustment.COUNTED
    context = {
        "form": form,
        "title": _("Propose to withdraw this adjustment")
        if counts
        else _("Withdraw this adjustment"),
        "what": f"{row.unit.name} · {KIND_NAMES[row.kind]} · {row.reason}",
        "back": reverse("scoring:adjustments", args=[row.period]),
        "action": _("Propose") if counts else _("Withdraw"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


def _left_words(row: Adjustment) -> str:
    if row.status == Status.LEAVING:
        return _("Proposed. It counts until another person has approved this.")
    return _("Withdrawn. It does not count.")
