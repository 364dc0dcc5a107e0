"""Import: choose a kind, take its template, send files, watch, see every bad cell."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.exchange.jobs import enqueue_import
from hearth.exchange.kinds import KINDS, ImportKind
from hearth.kernel.durations import duration
from hearth.platform.models import Job
from hearth.platform.spreadsheets import ERROR_COLUMNS, Table, template
from hearth.web.downloads import attachment, send_table
from hearth.web.exchange.wording import column_labels
from hearth.web.forms import HearthForm
from hearth.web.http import AppRequest, requires, signed_in

RECENT = 10


class SeveralFiles(forms.ClearableFileInput):
    """Lets people choose more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several, each within the size allowed."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        items = (data or [None]) if isinstance(data, list | tuple) else [data]
        found = [super(FilesField, self).clean(item, initial) for item in items]
        for upload in found:
            if upload.size > settings.HEARTH_UPLOAD_BYTES:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(mb)s MB. Split it, or import it on the server.")
                    % {"name": upload.name, "mb": settings.HEARTH_UPLOAD_BYTES // 1024 // 1024}
                )
        return found


class ImportForm(HearthForm):
    """Files, and whether only to check them."""

    uploads = FilesField(
        label=gettext_lazy("XLSX or CSV; several files where there are two sheets")
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only check: report what would change"), required=False
    )

    def __init__(self, kind: ImportKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        more = ",.gift,.txt,.xml" if kind.key == "questions" else ""
        self.fields["uploads"].widget.attrs["accept"] = f".xlsx,.csv{more}"
        if kind.key == "inspections":
            self.fields["as"] = forms.ChoiceField(
                label=gettext_lazy("Count them"),
                choices=[
                    ("released", gettext_lazy("at once, as released")),
                    ("submitted", gettext_lazy("after review")),
                ],
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields["rectify"] = forms.BooleanField(
                label=gettext_lazy("Have what they found put right from today on"), required=False
            )


def _kind(request: AppRequest, key: str) -> ImportKind:
    found = KINDS.get(key)
    if found is None or not request.actor.can(found.permission):
        raise Http404
    return found


@requires("exchange.import")
@require_safe
def import_page(request: AppRequest) -> HttpResponse:
    kinds = [kind for kind in KINDS.values() if request.actor.can(kind.permission)]
    recent = Job.objects.filter(kind="import", created_by_id=request.actor.user_id)
    context = {"kinds": kinds, "recent": recent.order_by("-created_at")[:RECENT], "titles": KINDS}
    return render(request, "exchange/import.html", context)


@requires("exchange.import")
@require_http_methods(["GET", "POST"])
def import_kind(request: AppRequest, kind: str) -> HttpResponse:
    found = _kind(request, kind)
    form = ImportForm(found, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        options = {name: value for name, value in said.items() if name != "uploads"}
        job = enqueue_import(
            actor=request.actor,
            kind=kind,
            uploads=[(upload.name, upload.read()) for upload in said["uploads"]],
            options=options,
            language=get_language() or "",
        )
        return redirect("exchange:job", job.uuid)
    context = {"form": form, "kind": found, "specs": found.specs()}
    return render(request, "exchange/import_kind.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def template_file(request: AppRequest, kind: str) -> HttpResponse:
    """The workbook to fill in, in the reader's language."""
    found = _kind(request, kind)
    return attachment(template(*found.specs()), f"{kind}.xlsx")


def own_job(request: AppRequest, uuid: uuids.UUID) -> Job:
    """A job of the one who asks; others' do not exist for them."""
    return get_object_or_404(Job, uuid=uuid, created_by_id=request.actor.user_id)


@signed_in
@require_safe
def job(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Progress while it runs (asked again every second), the report when it is over."""
    shown = own_job(request, uuid)
    kind = KINDS.get(shown.params.get("kind", ""))
    percent = 100 * shown.done // shown.total if shown.total else 0
    context = {
        "job": shown,
        "kind": kind,
        "percent": percent,
        "rate": round(shown.rate),
        "left": None if shown.seconds_left is None else duration(shown.seconds_left),
        "report": shown.result,
        "labels": column_labels(kind.specs()) if kind else {},
    }
    name = "exchange/_job.html" if request.htmx else "exchange/job.html"
    response = render(request, name, context)
    if request.htmx and shown.is_over:
        response.headers["HX-Refresh"] = "true"  # the whole page shows the report
    return response


@signed_in
@require_safe
def errors(request: AppRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """Every bad cell as a spreadsheet, to be mended beside the file."""
    shown = own_job(request, uuid)
    found = [*shown.result.get("errors", []), *shown.result.get("warnings", [])]
    names = [column.name for column in ERROR_COLUMNS]
    rows = [tuple(error.get(name) for name in names) for error in found]
    return send_table(
        request, Table("errors", ERROR_COLUMNS, rows), as_csv=request.GET.get("format") == "csv"
    )
