"""Documents sent down: list, sending, one with its receipts, acknowledging, reminding."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.platform.spreadsheets import Column, Table
from hearth.programme.models import Document
from hearth.programme.queries.documents import (
    documents_of,
    own_receipts,
    receipts_of,
    waiting_for,
)
from hearth.programme.queries.tasks import VIEW, plan_of
from hearth.programme.services.documents import (
    acknowledge,
    remind,
    send_document,
    withdraw_document,
)
from hearth.web.downloads import send_table
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.programme.common import back_to, uploads
from hearth.web.programme.forms.documents import DocumentFilterForm, DocumentForm
from hearth.web.programme.forms.tasks import ReasonForm

PAGE = 50
RECEIPTS = (
    Column("unit", gettext_lazy("Unit (code)"), "code"),
    Column("unit_name", gettext_lazy("Unit")),
    Column("acknowledged_at", gettext_lazy("Acknowledged at"), "instant"),
    Column("acknowledged_by", gettext_lazy("Acknowledged by")),
    Column("reminders", gettext_lazy("Reminders"), "integer"),
)


@requires("programme.view")
@require_safe
def document_list(request: AppRequest) -> HttpResponse:
    form = DocumentFilterForm(request.GET)
    chosen = form.chosen()
    rows = documents_of(request.actor, chosen).select_related("sent_by")
    context = {
        "form": form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "waiting": waiting_for(request.actor).count(),
        "narrowed": any(getattr(chosen, name) for name in form.fields),
        "today": timezone.localdate(),
    }
    template = "programme/_documents.html" if request.htmx else "programme/document_list.html"
    return render(request, template, context)


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def create(request: AppRequest) -> HttpResponse:
    form = DocumentForm(request.actor, request.POST or None, initial={"to": "branches"})
    if request.method == "POST" and form.is_valid():
        try:
            plan = plan_of(timezone.localdate())
            text = form.text(plan, uploads(request, "files"))
            document = send_document(actor=request.actor, text=text)
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Sent. Those who answer for the units are told."))
            return redirect("programme:document", document.pk)
    context = {"form": form}
    return render(
        request, "programme/document_edit.html", context, status=422 if form.errors else 200
    )


def _seen(request: AppRequest, pk: int) -> Document:
    scope = request.actor.scope_for(VIEW)
    rows = Document.objects.visible_to(scope).counted(scope).select_related("sent_by")
    return get_object_or_404(rows, pk=pk)


@requires("programme.view")
@require_safe
def detail(request: AppRequest, pk: int) -> HttpResponse:
    """The document; who has acknowledged it, and the one button for those who have to."""
    document, state = _seen(request, pk), request.GET.get("state", "")
    state = state if state in ("given", "missing") else ""
    rows = receipts_of(request.actor, document, state)
    own = own_receipts(request.actor, document)
    sent, given = getattr(document, "sent_n", 0), getattr(document, "acknowledged_n", 0)
    context = {
        "document": document,
        "files": document.files.order_by("pk"),
        "missing": sent - given,
        "own": own,
        "owed": [one for one in own if one.acknowledged_at is None],
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "state": state,
        "today": timezone.localdate(),
    }
    return render(request, "programme/document.html", context)


@requires("programme.work")
@require_POST
def document_acknowledge(request: AppRequest, pk: int) -> HttpResponse:
    acknowledge(actor=request.actor, document_id=pk)
    messages.success(request, _("Noted: your unit has read it."))
    return back_to(request, "programme:document", pk)


@requires("programme.edit")
@require_POST
def document_remind(request: AppRequest, pk: int) -> HttpResponse:
    n = remind(actor=request.actor, document_id=pk)
    told = ngettext("%(n)s unit was reminded.", "%(n)s units were reminded.", n) % {"n": n}
    messages.success(request, told if n else _("All who are missing were reminded today already."))
    return redirect("programme:document", pk)


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    document = _seen(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": document.version})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_document(actor=request.actor, document_id=pk, **form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn. Nobody has to acknowledge it any more."))
            return redirect("programme:document", pk)
    context = {
        "form": form,
        "title": _("Withdraw this document"),
        "what": document.title,
        "back": reverse("programme:document", args=[pk]),
        "action": pgettext("programme", "Withdraw"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires("exchange.export")
@require_safe
def export(request: AppRequest, pk: int) -> HttpResponseBase:
    """Who has acknowledged it and who has not, as a spreadsheet."""
    request.actor.require(VIEW)
    rows = receipts_of(request.actor, _seen(request, pk))
    body = (
        (
            row.unit.code,
            row.unit.name,
            row.acknowledged_at,
            row.acknowledged_by.name if row.acknowledged_by else "",
            row.reminders,
        )
        for row in rows.iterator(2000)
    )
    table = Table("receipts", RECEIPTS, body)
    return send_table(request, table, as_csv=request.GET.get("format") == "csv", bulk=False)
