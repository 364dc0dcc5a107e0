"""Reading the trail, proving that it is whole, and taking it along."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.platform import audit, jobs, verification
from hearth.platform.models import AuditEvent, Job
from hearth.platform.spreadsheets import Column, Table, write_csv, write_xlsx
from hearth.web.audit.forms import TrailFilterForm
from hearth.web.audit.queries import facts_of, hidden_actors, matching, shown, visible_events
from hearth.web.audit.words import action_words, object_words
from hearth.web.http import AppRequest, requires
from hearth.web.paging import KeysFirst

EXPORTED_AT_MOST = 100_000
SAME_READING_SECONDS = 600
VERIFICATIONS = 5
UNFINISHED = (Job.Status.QUEUED, Job.Status.RUNNING)


def _found(
    request: AppRequest, form: TrailFilterForm, hidden: set[str]
) -> tuple[QuerySet[AuditEvent], dict[str, Any]]:
    wanted = form.cleaned_data if form.is_valid() else {}
    events = visible_events(request.actor.scope_for("audit.view"))
    used = {key: str(value) for key, value in wanted.items() if value}
    return matching(events, wanted, hidden), used


@requires("audit.view")
@require_safe
def event_list(request: AppRequest) -> HttpResponse:
    form = TrailFilterForm(request.GET or None)
    hidden = hidden_actors(request.actor)
    events, used = _found(request, form, hidden)
    _record_reading(request, used)
    page = KeysFirst(events, at=audit.head()[0]).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": shown(page.object_list, hidden),
        "narrowed": bool(used),
        "last": _verifications().filter(status=Job.Status.DONE).first(),
    }
    part = "audit/_events.html" if request.htmx else "audit/list.html"
    return render(request, part, context)


def _record_reading(request: AppRequest, filters: dict[str, str]) -> None:
    """Reading the trail is itself on the trail: once a filter, not once a page turned."""
    now = int(time.time())
    last_filters, last_at = request.session.get("trail_read", ({}, 0))
    if filters != last_filters or now - last_at > SAME_READING_SECONDS:
        audit.record_read(request.actor, "audit.read", filters=filters)
        request.session["trail_read"] = (filters, now)


@requires("audit.view")
@require_safe
def detail(request: AppRequest, seq: int) -> HttpResponse:
    event = visible_events(request.actor.scope_for("audit.view")).get(seq=seq)
    hidden = hidden_actors(request.actor)
    before = AuditEvent.objects.filter(seq=seq - 1).values_list("hash", flat=True).first() or ""
    context = {
        "row": shown([event], hidden)[0],
        "facts": facts_of(event, hidden),
        "is_unchanged": audit.link(event) == event.hash,
        "continues": event.prev_hash == before,
        "is_newest": audit.head() == (event.seq, event.hash),
    }
    audit.record_read(request.actor, "audit.read", seq=seq)
    return render(request, "audit/detail.html", context)


@requires("audit.view")
@require_http_methods(["GET", "POST"])
def verify(request: AppRequest) -> HttpResponse:
    if request.method == "POST":
        if not _verifications().filter(status__in=UNFINISHED).exists():
            _start(request)
        return redirect("audit:verify")
    found = list(_verifications()[:VERIFICATIONS])
    context = {
        "jobs": found,
        "is_going_on": any(not job.is_over for job in found),
        "events": audit.head()[0],
    }
    part = "audit/_verifications.html" if request.htmx else "audit/verify.html"
    return render(request, part, context)


def _start(request: AppRequest) -> None:
    audit.record_read(request.actor, "audit.verification_started")
    jobs.enqueue(verification.KIND, user_id=request.actor.user_id)


def _verifications() -> QuerySet[Job]:
    return Job.objects.filter(kind=verification.KIND).order_by("-created_at")


@requires("audit.view")
@require_safe
def export(request: AppRequest) -> HttpResponseBase:
    """The list as filtered, newest first, as XLSX or CSV; at most 100,000 events."""
    request.actor.require("exchange.export")
    hidden = hidden_actors(request.actor)
    events, used = _found(request, TrailFilterForm(request.GET or None), hidden)
    table = Table(_("Audit trail"), _columns(), _cells(events[:EXPORTED_AT_MOST], hidden))
    zone = timezone.get_current_timezone()
    # FileResponse closes it; on disk, because a hundred thousand rows do not belong in memory
    file = tempfile.TemporaryFile()  # noqa: SIM115
    if request.GET.get("format") == "csv":
        rows = write_csv(file, table, zone=zone, labels=True)
    else:
        rows = write_xlsx(file, [table], zone=zone, bulk=True)
    file.seek(0)
    audit.record_read(request.actor, "audit.exported", rows=rows, filters=used)
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return FileResponse(file, as_attachment=True, filename=f"audit-trail.{kind}")


def _columns() -> list[Column]:
    return [
        Column("seq", _("Number"), "integer"),
        Column("at", pgettext("trail", "When"), "instant"),
        Column("actor", _("Who (key)"), "code"),
        Column("actor_name", _("Who (name)")),
        Column("action", _("What (key)"), "code"),
        Column("action_words", _("What was done")),
        Column("object_type", _("To what")),
        Column("object_id", _("Its number"), "code"),
        Column("unit", _("Unit")),
        Column("facts", _("Facts")),
        Column("hash", _("Hash"), "code"),
    ]


def _cells(events: QuerySet[AuditEvent], hidden: set[str]) -> Iterator[tuple[Any, ...]]:
    batch: list[AuditEvent] = []
    for event in events.iterator(chunk_size=2000):
        batch.append(event)
        if len(batch) == 2000:
            yield from _rows(batch, hidden)
            batch = []
    yield from _rows(batch, hidden)


def _rows(batch: list[AuditEvent], hidden: set[str]) -> Iterator[tuple[Any, ...]]:
    for row in shown(batch, hidden):
        event = row.event
        facts = "; ".join(f"{key}={value}" for key, value in facts_of(event, hidden))
        yield (
            event.seq,
            event.at,
            row.actor,
            row.actor_name,
            event.action,
            action_words(event.action),
            object_words(event.object_type),
            row.object_id,
            row.unit_name,
            facts[:4000],
            event.hash,
        )
