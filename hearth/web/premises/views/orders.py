"""Work orders: the list, a new one, and the steps of each."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import Refusal
from hearth.platform.models import AuditEvent
from hearth.premises.domain.flow import STEPS, steps_from
from hearth.premises.models import OrderPhoto, WorkOrder
from hearth.premises.queries.orders import LATE, counts_by_state, orders, signs_at
from hearth.premises.services.orders import (
    finish_order,
    give_back,
    is_own_work,
    open_order,
    start_order,
    verify_order,
)
from hearth.premises.services.photos import remove_photo
from hearth.premises.services.reports import accept_report, refuse_report
from hearth.rectification.models import Rectification
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.ledgers.sending import send_rows
from hearth.web.premises import forms, photos

PAGE = 50
HISTORY = 30
OPEN_STATES = ("reported", "opened", "underway", "done")


@requires("premises.view")
@require_safe
def order_list(request: AppRequest) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    form = forms.OrderFilterForm(request.GET)
    chosen = form.chosen()
    counts = counts_by_state(actor, chosen, today)
    page = Paginator(orders(actor, chosen, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "today": today,
        "counts": [(s, s.label, counts[s.value]) for s in WorkOrder.State],
        "unfinished": sum(counts[state] for state in OPEN_STATES[:3]),
        "unverified": counts["done"],
        "late": counts[LATE],
        "is_narrowed": any(form.data.get(name) for name in form.fields),
        "may_edit": actor.can("premises.edit"),
    }
    template = "premises/_orders.html" if request.htmx else "premises/orders.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def order_export(request: AppRequest) -> FileResponse:
    """The list as filtered, in the columns of the ledger."""
    chosen = forms.OrderFilterForm(request.GET).chosen()
    return send_rows(request, "work_orders", orders(request.actor, chosen, timezone.localdate()))


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def order_create(request: AppRequest) -> HttpResponse:
    start: dict[str, Any] = {
        name: request.GET.get(name, "") for name in ("unit", "kind", "sign", "facility")
    }
    found = _found(request)
    if found is not None:
        start |= {
            "rectification": found.pk,
            "unit": found.unit.code,
            "kind": WorkOrder.Kind.REPAIR,
            "due_on": found.due_on if found.due_on >= timezone.localdate() else None,
            "note": found.finding.note,
        }
    form = forms.OrderForm(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            order = open_order(actor=request.actor, text=form.text())
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Opened: %(no)s.") % {"no": order.order_no})
            return redirect("premises:order", order.pk)
    unit = found.unit if found else None
    context = {
        "form": form,
        "found": found,
        "signs": signs_at(unit, timezone.localdate()) if unit else [],
    }
    return render(request, "premises/order_form.html", context, status=422 if form.errors else 200)


def _found(request: AppRequest) -> Rectification | None:
    """The finding of a check that the order is to put right, where the address names one."""
    key = request.GET.get("rectification", "")
    if not key:
        return None
    seen = Rectification.objects.visible_to(request.actor.scope_for("rectification.view"))
    related = ("unit", "finding", "criterion")
    return get_object_or_404(seen.select_related(*related), pk=key if key.isdigit() else 0)


def _order(request: AppRequest, pk: int) -> WorkOrder:
    seen = WorkOrder.objects.visible_to(request.actor.scope_for("premises.view"))
    related = ("unit", "sign", "new_sign", "facility", "plan", "gap", "recorded_by")
    found = ("finding__rectification", "finding__criterion", "finding__inspection")
    stay = ("watch_entry__watchlist",)
    people = ("done_by", "verified_by", "accepted_by", "refused_by")
    return get_object_or_404(seen.select_related(*related, *stay, *found, *people), pk=pk)


@requires("premises.view")
@require_safe
def order_detail(request: AppRequest, pk: int) -> HttpResponse:
    return _page(request, _order(request, pk))


def _page(request: AppRequest, order: WorkOrder, refused: dict[str, Any] | None = None) -> Any:
    may_edit = not order.is_withdrawn and request.actor.can("premises.edit", order.unit_path)
    steps = steps_from(order.state.value) if may_edit else ()
    own = "verify" in steps and is_own_work(request.actor, order)
    events = AuditEvent.objects.filter(object_type=order._meta.label_lower, object_id=str(order.pk))
    shown = list(order.photos.order_by("pk"))
    context = {
        "order": order,
        "photos": shown,
        "has_after": any(photo.caption == "after" for photo in shown),
        "may_edit": may_edit,
        "own": own,
        "has_steps": bool(steps) or bool(refused),
        "forms": dict.fromkeys(STEPS)
        | {s: _fresh(s, order) for s in steps if not own}
        | (refused or {}),
        "photo_form": (refused or {}).get("photo") or photos.fresh_form(with_caption=True),
        "events": events.order_by("-seq")[:HISTORY],
    }
    status = 422 if refused else 200
    return render(request, "premises/order.html", context, status=status)


def _fresh(step: str, order: WorkOrder, data: Any = None) -> forms.VersionForm:
    start: dict[str, Any] = {
        "version": order.version,
        "kind": order.kind,
        "contractor": order.contractor,
        "due_on": order.due_on,
        "done_on": timezone.localdate(),
        "note": order.note,
        "new_sign_kind": order.sign.kind if order.sign else "",
    }
    ids = f"id_{step}_%s"  # several of these forms stand on one page
    if step == "finish":
        return forms.FinishForm(order, data, initial=start, auto_id=ids)
    made: dict[str, type[forms.VersionForm]] = {
        "accept": forms.AcceptForm,
        "refuse": forms.ReasonForm,
        "start": forms.StartForm,
        "give_back": forms.ReasonForm,
    }
    return made.get(step, forms.VersionForm)(data, initial=start, auto_id=ids)


Act = Callable[[AppRequest, WorkOrder, Any], WorkOrder]


def _said(request: AppRequest, order: WorkOrder, form: Any, *names: str) -> dict[str, Any]:
    """What every step's service takes, and the fields of its form that are named."""
    said = {name: form.cleaned_data[name] for name in ("version", *names)}
    return {"actor": request.actor, "order": order, **said}


_STEPS: dict[str, tuple[Act, Any]] = {
    "accept": (
        lambda r, o, f: accept_report(**_said(r, o, f, "kind")),
        gettext_lazy("Taken on. It is an order now."),
    ),
    "refuse": (
        lambda r, o, f: refuse_report(**_said(r, o, f, "reason")),
        gettext_lazy("Refused; the reason is kept with it."),
    ),
    "start": (
        lambda r, o, f: start_order(**_said(r, o, f, "contractor", "due_on")),
        gettext_lazy("It is under way."),
    ),
    "finish": (
        lambda r, o, f: finish_order(**_said(r, o, f), done=f.done()),
        gettext_lazy("Done. Another person verifies it."),
    ),
    "verify": (
        lambda r, o, f: verify_order(**_said(r, o, f)),
        gettext_lazy("Verified."),
    ),
    "give_back": (
        lambda r, o, f: give_back(**_said(r, o, f, "reason")),
        gettext_lazy("Given back with your reason."),
    ),
}


@requires("premises.edit")
@require_POST
def order_step(request: AppRequest, pk: int, step: str) -> HttpResponse:
    """Take one step of the flow; a refusal comes back on the order's page."""
    if step not in _STEPS:
        raise Http404
    act, told = _STEPS[step]
    order = _order(request, pk)
    form = _fresh(step, order, request.POST)
    if form.is_valid():
        try:
            act(request, order, form)
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise
            put_refusal(form, refusal)
        else:
            messages.success(request, str(told))
            return redirect("premises:order", pk)
    page: HttpResponse = _page(request, _order(request, pk), {step: form})
    return page


@requires("premises.edit")
@require_POST
def photo_add(request: AppRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    form = photos.taken(request, order, with_caption=True)
    if form is None:
        return redirect("premises:order", pk)
    page: HttpResponse = _page(request, order, {"photo": form})
    return page


@requires("premises.view")
@require_safe
def photo(request: AppRequest, pk: int, uuid: uuids.UUID) -> FileResponse:
    """One photo, to whoever sees its order."""
    order = _order(request, pk)
    return photos.sent(get_object_or_404(OrderPhoto, record=order, uuid=uuid))


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def photo_remove(request: AppRequest, pk: int, uuid: uuids.UUID) -> HttpResponse:
    order = _order(request, pk)
    get_object_or_404(OrderPhoto, record=order, uuid=uuid)
    if request.method == "POST":
        remove_photo(actor=request.actor, record=order, uuid=uuid)
        messages.success(request, _("The photo is taken off."))
        return redirect("premises:order", pk)
    context = {
        "form": "",
        "title": _("Take this photo off?"),
        "what": f"{order.order_no} · {order.unit.name}",
        "back": reverse("premises:order", args=[pk]),
        "action": pgettext("photo", "Take off"),
    }
    return render(request, "parts/reason.html", context)
