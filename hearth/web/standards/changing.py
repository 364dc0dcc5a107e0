"""Changing standards: import with a look at the difference, publish, retire, discard."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hearth.exchange.standard import StandardImport, read_standard
from hearth.kernel.errors import Refusal
from hearth.platform import files
from hearth.platform.spreadsheets.report import ImportReport
from hearth.standards.models import Edition
from hearth.standards.queries import EditionContent, content_of
from hearth.standards.services import (
    discard_draft_edition,
    publish_edition,
    retire_edition,
    set_ranked,
)
from hearth.web.exchange.wording import column_labels
from hearth.web.forms import HearthForm
from hearth.web.http import AppRequest, requires
from hearth.web.standards.reading import differences, visible_edition

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(HearthForm):
    """One workbook with the sheets ``standard`` and ``criteria``."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (XLSX) with the sheets “standard” and “criteria”")
    )


@requires("standards.edit")
@require_http_methods(["GET", "POST"])
def import_standard(request: AppRequest) -> HttpResponse:
    """Upload, see every mistake or the difference, then accept; nothing is stored before that."""
    if request.method == "POST" and "accept" in request.POST:
        return _accept(request, request.POST.get("kept", ""))
    form = UploadForm(request.POST or None, request.FILES or None)
    report, preview = None, {}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        content = upload.read()
        try:
            found, report = read_standard([(upload.name, io.BytesIO(content))])
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            if found is not None:
                kept = files.store(content, XLSX)
                preview = _preview(found) | {"kept": f"{kept.sha256}:{upload.name[-80:]}"}
    labels = column_labels(StandardImport().specs())
    context = {"form": form, "report": report, "labels": labels, **preview}
    bad = form.errors or (report is not None and not report.ok)
    return render(request, "standards/import.html", context, status=422 if bad else 200)


def _preview(content: EditionContent) -> dict[str, Any]:
    """What the accepted file would change: against its own draft, else the newest edition."""
    editions = Edition.objects.filter(standard__code=content.standard).select_related("standard")
    same = editions.filter(edition=content.edition).first()
    older = same or editions.order_by("-effective_from", "-pk").first()
    preview = {"content": content, "older": older, "is_same": same is not None}
    return preview | (differences(content_of(older), content) if older is not None else {})


def _accept(request: AppRequest, kept: str) -> HttpResponse:
    digest, _colon, name = kept.partition(":")
    try:
        content = files.read(digest) if digest.isalnum() else b""
    except FileNotFoundError:
        content = b""
    if not content:
        messages.error(request, _("The file is no longer there. Upload it again."))
        return redirect("standards:import")
    importer = StandardImport()
    try:
        report: ImportReport = importer.run(request.actor, [(name, io.BytesIO(content))])
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("standards:import")
    edition = _edition_in(content, name)
    messages.success(request, replace(report, kind=str(importer.title)).summary())
    return redirect("standards:edition", edition.pk)


def _edition_in(content: bytes, name: str) -> Edition:
    found, _report = read_standard([(name, io.BytesIO(content))])
    if found is None:
        raise Edition.DoesNotExist
    return Edition.objects.get(standard__code=found.standard, edition=found.edition)


@requires("standards.publish")
@require_POST
def publish(request: AppRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    try:
        publish_edition(
            actor=request.actor, edition_id=pk, version=_version(request, edition.version)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Checks can use it from its effective date."))
    return redirect("standards:edition", pk)


@requires("standards.publish")
@require_POST
def retire(request: AppRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    try:
        retire_edition(
            actor=request.actor, edition_id=pk, version=_version(request, edition.version)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Retired. No new check can use it."))
    return redirect("standards:edition", pk)


@requires("standards.publish")
@require_POST
def rank(request: AppRequest, pk: int) -> HttpResponse:
    """Let checks by the standard count in the ranking, or not."""
    edition = visible_edition(request, pk)
    wanted = request.POST.get("ranked") == "y"
    set_ranked(actor=request.actor, standard_id=edition.standard_id, is_ranked=wanted)
    if wanted:
        messages.success(request, _("Its checks count in the ranking from now on."))
    else:
        messages.success(request, _("Its checks count in no ranking from now on."))
    return redirect("standards:edition", pk)


class DiscardForm(HearthForm):
    """Why a draft goes."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


@requires("standards.edit")
@require_http_methods(["GET", "POST"])
def discard(request: AppRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            discard_draft_edition(
                actor=request.actor, edition_id=pk, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is gone."))
            return redirect("standards:list")
    context = {
        "form": form,
        "title": _("Discard this draft"),
        "what": str(edition),
        "back": reverse("standards:edition", args=[pk]),
        "action": _("Discard"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


def _version(request: AppRequest, present: int) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else present
