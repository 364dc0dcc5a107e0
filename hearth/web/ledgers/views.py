"""Lists and single records of every register; what is special to a room has pages there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import CharField, HiddenInput, IntegerField
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.exchange.kinds import EXPORTS, KINDS
from hearth.exchange.registers import filter_of
from hearth.kernel.errors import Refusal
from hearth.ledgers.queries import records
from hearth.ledgers.registers import REGISTERS, Register
from hearth.ledgers.services import save_record, withdraw
from hearth.platform.models import AuditEvent
from hearth.web.downloads import send_table
from hearth.web.forms import HearthForm, put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires, signed_in
from hearth.web.ledgers import forms
from hearth.web.ledgers.addresses import page_of
from hearth.web.ledgers.overview import counted

PAGE = 50
HISTORY = 20


def _register(request: AppRequest, kind: str, *, to_edit: bool = False) -> Register:
    """The register, for who may read it (or write it); an unknown one does not exist."""
    register = REGISTERS.get(kind)
    if register is None:
        raise Http404
    request.actor.require(register.view)
    if to_edit:
        request.actor.require(register.edit)
    return register


def _record(request: AppRequest, register: Register, pk: int) -> Any:
    rows: Any = register.model._default_manager.all()
    visible = rows.visible_to(request.actor.scope_for(register.view))
    return get_object_or_404(visible.select_related("unit", *register.relations), pk=pk)


@signed_in
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    """All registers that the reader may open, with how many records stand in each."""
    return render(request, "ledgers/overview.html", {"found": counted(request.actor)})


@signed_in
@require_safe
def record_list(request: AppRequest, kind: str) -> HttpResponse:
    register = _register(request, kind)
    chosen = filter_of(register, request.GET)
    page = Paginator(records(request.actor, register, chosen), PAGE).get_page(
        request.GET.get("page")
    )
    columns = [one for one in register.fields if one.lists]
    context = {
        "register": register,
        "form": forms.filter_form(register, request.GET),
        "page_obj": page,
        "columns": columns,
        "rows": [
            (
                record,
                page_of(register, record.pk),
                [(one, forms.shown_in(register, one, record)) for one in columns],
            )
            for record in page
        ],
        "is_narrowed": forms.is_narrowed(chosen),
        "may_edit": request.actor.can(register.edit),
        "may_import": kind in KINDS and "exchange.import" in request.actor.permissions,
    }
    template = "ledgers/_list.html" if request.htmx else "ledgers/list.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def record_export(request: AppRequest, kind: str) -> FileResponse:
    """The list as filtered, in the form in which it could be imported again."""
    _register(request, kind)
    (table,) = EXPORTS[kind].tables(request.actor, request.GET.dict())
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


@signed_in
@require_safe
def record_detail(request: AppRequest, kind: str, pk: int) -> HttpResponse:
    register = _register(request, kind)
    record = _record(request, register, pk)
    events = AuditEvent.objects.filter(
        object_type=register.model._meta.label_lower, object_id=str(pk)
    )
    context = {
        "register": register,
        "record": record,
        "label": register.label(record),
        "own_page": page_of(register, pk) if register.page else "",
        "shown": forms.shown(register, record),
        "events": events.order_by("-seq")[:HISTORY],
        "may_edit": not record.is_withdrawn and request.actor.can(register.edit, record.unit_path),
    }
    return render(request, "ledgers/detail.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def record_create(request: AppRequest, kind: str) -> HttpResponse:
    register = _register(request, kind, to_edit=True)
    start = {one.name: request.GET.get(one.name, "") for one in register.fields}
    form = forms.record_form(register, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            record = save_record(actor=request.actor, register=register, row=form.row())
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Recorded: %(label)s.") % {"label": register.label(record)})
            return redirect("ledgers:detail", kind, record.pk)
    context = {"register": register, "form": form, "record": None, "label": "", "seen": ""}
    return render(request, "ledgers/form.html", context, status=422 if form.errors else 200)


class VersionForm(HearthForm):
    """The version that the page showed, so that a newer one is not written over."""

    version = IntegerField(min_value=1, widget=HiddenInput)


class WithdrawForm(VersionForm):
    reason = CharField(label=gettext_lazy("Reason"), max_length=400)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request: AppRequest, kind: str, pk: int) -> HttpResponse:
    register = _register(request, kind, to_edit=True)
    record = _record(request, register, pk)
    request.actor.require(register.edit, record.unit_path)
    start = forms.initial_of(register, record)
    form = forms.record_form(register, request.POST or None, initial=start, is_new=False)
    seen = VersionForm(request.POST or None, initial={"version": record.version})
    if request.method == "POST" and form.is_valid() and seen.is_valid():
        try:
            save_record(
                actor=request.actor,
                register=register,
                row=form.row(),
                record=record,
                version=seen.cleaned_data["version"],
            )
        except Refusal as refusal:
            put_edit_refusal(form, refusal, carrier=seen)
        else:
            messages.success(request, _("Saved: %(label)s.") % {"label": register.label(record)})
            return redirect("ledgers:detail", kind, pk)
    context = {
        "register": register,
        "record": record,
        "label": register.label(record),
        "form": form,
        "seen": seen,
    }
    return render(request, "ledgers/form.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def record_withdraw(request: AppRequest, kind: str, pk: int) -> HttpResponse:
    register = _register(request, kind, to_edit=True)
    record = _record(request, register, pk)
    form = WithdrawForm(request.POST or None, initial={"version": record.version})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(
                actor=request.actor,
                register=register,
                record=record,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("It was taken back and no longer counts."))
            return redirect("ledgers:detail", kind, pk)
    context = {
        "title": _("Take back: %(label)s") % {"label": register.label(record)},
        "what": _("It stays readable with your reason and counts in no figure any more."),
        "action": pgettext("record", "Take back"),
        "back": request.path.removesuffix("withdraw/"),
        "form": form,
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
