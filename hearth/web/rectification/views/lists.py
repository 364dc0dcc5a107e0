"""The list of rectifications, as a queue for outlets, verifiers and branches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hearth.inspections.enums import Channel
from hearth.platform.spreadsheets import Column, Table
from hearth.rectification.labels import SEVERITIES, STATES
from hearth.rectification.models import Rectification, RectificationQuerySet
from hearth.rectification.queries import Narrowed, narrowed, standing
from hearth.rectification.services.work import accept_many
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.rectification.forms import SHOWN_STATES, ListFilter

PAGE = 50
EXPORTED = (
    Column("unit", gettext_lazy("Unit"), "code"),
    Column("name", gettext_lazy("Outlet")),
    Column("criterion", gettext_lazy("Criterion"), "code"),
    Column("text", gettext_lazy("Finding")),
    Column("severity", gettext_lazy("Severity"), "choice", choices=list(SEVERITIES.items())),
    Column("channel", gettext_lazy("Channel"), "choice", choices=Channel.choices),
    Column("state", gettext_lazy("State"), "choice", choices=list(STATES.items())),
    Column("opened_on", gettext_lazy("Opened on"), "date"),
    Column("first_due_on", gettext_lazy("First last day"), "date"),
    Column("due_on", gettext_lazy("Last day"), "date"),
    Column("fixed_on", gettext_lazy("Put right on"), "date"),
    Column("closed_on", gettext_lazy("Signed off on"), "date"),
    Column("reopened", gettext_lazy("Times opened again"), "integer"),
    Column("fix_note", pgettext_lazy("rectification", "What was done")),
)


def chosen_in(form: ListFilter) -> Narrowed:
    """What the filter says; fields that cannot be read narrow nothing."""
    form.is_valid()
    said: dict[str, Any] = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    said |= {name: form.cleaned_data.get(name) for name in ("since", "until")}
    if said["state"] not in (*SHOWN_STATES, *STATES):
        said["state"] = ""
    return Narrowed(**said)


def _rows(request: AppRequest, chosen: Narrowed) -> RectificationQuerySet:
    scope = request.actor.scope_for("rectification.view")
    rows = narrowed(scope, chosen, timezone.localdate())
    return rows.select_related("unit", "criterion", "finding")


@requires("rectification.view")
@require_safe
def rectification_list(request: AppRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ListFilter(request.GET)
    chosen = chosen_in(form)
    page = Paginator(_rows(request, chosen), PAGE).get_page(request.GET.get("page"))
    reach = Rectification.objects.visible_to(request.actor.scope_for("rectification.view"))
    context = {
        "form": form,
        "chosen": chosen,
        "page_obj": page,
        "today": today,
        "standing": standing(reach, today),
        "states": STATES,
        "may_accept": request.actor.can("rectification.answer"),
        "is_narrowed": any(getattr(chosen, name) for name in Narrowed.__slots__),
    }
    template = "rectification/_list.html" if request.htmx else "rectification/list.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def export(request: AppRequest) -> FileResponse:
    """The list as filtered."""
    request.actor.require("rectification.view")
    rows = _rows(request, chosen_in(ListFilter(request.GET)))
    table = Table("rectifications", EXPORTED, _cells(rows))
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


def _cells(rows: RectificationQuerySet) -> Iterator[tuple[Any, ...]]:
    chinese = (get_language() or "").startswith("zh")
    for row in rows.iterator(chunk_size=2000):
        criterion = row.criterion
        yield (
            row.unit.code,
            row.unit.name,
            criterion.code,
            criterion.text if chinese or not criterion.text_en else criterion.text_en,
            row.severity,
            row.channel,
            row.state,
            row.opened_on,
            row.first_due_on,
            row.due_on,
            row.fixed_on,
            row.closed_on,
            row.reopened,
            row.fix_note,
        )


@requires("rectification.answer")
@require_POST
def accept_ticked(request: AppRequest) -> HttpResponse:
    """Accept all ticked ones; each stands or falls by itself."""
    chosen = request.POST.getlist("chosen")
    accepted, refused = accept_many(actor=request.actor, chosen=chosen)
    if not chosen:
        messages.error(request, _("Tick the findings that you accept."))
    if accepted:
        text = ngettext("%(n)s finding accepted.", "%(n)s findings accepted.", accepted)
        messages.success(request, text % {"n": accepted})
    for reason in refused[:5]:
        messages.warning(request, reason)
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/"):
        return redirect(back)
    return redirect("rectification:list")
