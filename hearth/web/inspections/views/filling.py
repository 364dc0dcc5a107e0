"""Filling in one check: the checklist, autosave, photos, submission."""

from __future__ import annotations

import json
import re
import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Draft, Inspection
from hearth.inspections.services.drafts import (
    add_evidence,
    discard_draft,
    own_draft,
    remove_evidence,
    save_draft,
    start_correction,
)
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.web.http import AppRequest, requires
from hearth.web.inspections.checklist import applicable_criteria, chapters
from hearth.web.inspections.forms import (
    LONGEST_NOTE,
    LONGEST_VALUE,
    VERDICTS,
    ReasonForm,
    document_from_post,
    storable,
)
from hearth.web.naming import edition_name
from hearth.workflows.submission import submit_draft

MOST_DOCUMENT_BYTES = 2 * 1024 * 1024
MOST_PHOTO_BYTES = 25 * 1024 * 1024


@requires("inspections.fill")
@require_http_methods(["GET", "POST"])
def fill(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """The checklist; a POST saves what the form says and, if asked to, submits it."""
    submitted = Inspection.objects.filter(uuid=uuid, inspector_id=request.actor.user_id).first()
    if submitted is not None:  # back button after submission
        return redirect("inspections:detail", uuid)
    draft = own_draft(request.actor, uuid)
    if request.method != "POST":
        return _page(request, draft)
    criteria = applicable_criteria(draft.edition, draft.channel, draft.unit.kind)
    document = document_from_post(request.POST, [c.code for c in criteria])
    document = _with_evidence(draft, document)
    try:
        draft = save_draft(
            actor=request.actor,
            uuid=uuid,
            version=_number(request.POST.get("version")),
            document=document,
        )
        if "submit" not in request.POST:
            messages.success(request, _("Saved. You can go on later, here or on another device."))
            return redirect("inspections:fill", uuid)
        inspection = submit_draft(actor=request.actor, uuid=uuid, version=draft.version)
    except RuleViolation as refusal:
        return _page(request, draft, refusal=refusal)
    except StaleWrite as refusal:
        draft = own_draft(request.actor, uuid)
        draft.document = document  # show what was typed; the newer one is a reload away
        return _page(request, draft, refusal=refusal)
    messages.success(request, _("Submitted. The reviewer sees it now."))
    return redirect("inspections:detail", inspection.uuid)


def _page(
    request: AppRequest, draft: Draft, *, refusal: RuleViolation | StaleWrite | None = None
) -> HttpResponse:
    facts: dict[str, Any] = refusal.facts if refusal else {}
    problems = facts.get("problems", {})
    criteria = applicable_criteria(draft.edition, draft.channel, draft.unit.kind)
    shown = chapters(
        criteria,
        draft.document,
        draft.evidence.order_by("pk"),
        chinese=(get_language() or "").startswith("zh"),
        problems=problems,
    )
    total = len(criteria)
    answered = sum(chapter.answered for chapter in shown)
    context = {
        "draft": draft,
        "chapters": shown,
        "total": total,
        "answered": answered,
        "left": total - answered,
        "faults": sum(chapter.faults for chapter in shown),
        "refusal": str(refusal) if refusal else "",
        "is_stale": isinstance(refusal, StaleWrite),
        "problems": problems,
    }
    return render(request, "inspections/fill.html", context, status=422 if refusal else 200)


@requires("inspections.fill")
@require_POST
def save(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Autosave: JSON ``{version, document}`` in, ``{version, saved_at}`` out.

    409 when stale, with the version and the document that are stored: so the page can tell a save
    of its own whose answer was lost from one of another window.
    """
    if len(request.body) > MOST_DOCUMENT_BYTES:
        return JsonResponse({"message": _("This check is too large.")}, status=413)
    try:
        body = json.loads(request.body)
        document = _checked(body["document"])
        version = int(body["version"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JsonResponse({"message": _("This request cannot be read")}, status=400)
    draft = get_object_or_404(Draft, uuid=uuid, owner_id=request.actor.user_id)
    try:
        draft = save_draft(
            actor=request.actor,
            uuid=uuid,
            version=version,
            document=_with_evidence(draft, document),
        )
    except StaleWrite as refusal:
        stored = own_draft(request.actor, uuid)
        answer = {"version": stored.version, "document": stored.document}
        return JsonResponse({"message": str(refusal), **answer}, status=409)
    return JsonResponse({"version": draft.version, "saved_at": draft.saved_at.isoformat()})


def _checked(raw: Any) -> InspectionDocument:
    """Only what a document may hold, with texts of bounded length."""
    marks: list[Any] = []
    for item in raw["marks"]:
        if item["verdict"] not in VERDICTS:
            raise ValueError(item["verdict"])
        mark = {"criterion": storable(item["criterion"])[:40], "verdict": item["verdict"]}
        for key, longest in (("value", LONGEST_VALUE), ("note", LONGEST_NOTE)):
            if item.get(key) not in (None, ""):
                mark[key] = storable(item[key])[:longest]
        marks.append(mark)
    remarks = storable(raw.get("remarks") or "")[:LONGEST_NOTE]
    return {"unlisted": "met", "marks": marks, "remarks": remarks}


def _with_evidence(draft: Draft, document: InspectionDocument) -> InspectionDocument:
    """The document with the photos that the server holds for each criterion."""
    photos: dict[str, list[str]] = {}
    for code, uuid in draft.evidence.order_by("pk").values_list("criterion_code", "uuid"):
        photos.setdefault(code, []).append(str(uuid))
    for mark in document["marks"]:
        if mark["criterion"] in photos:
            mark["evidence"] = photos[mark["criterion"]]
    return document


def _number(text: str | None) -> int:
    return int(text or 0) if re.fullmatch("[0-9]{1,9}", text or "") else 0


@requires("inspections.fill")
@require_POST
def evidence_add(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Take one photo for one criterion; answers with its thumbnail."""
    draft = own_draft(request.actor, uuid)
    upload = request.FILES.get("photo")
    if upload is None or (upload.size or 0) > MOST_PHOTO_BYTES:
        message = _("Choose a photo of at most 25 MB.")
        return JsonResponse({"message": message}, status=413 if upload else 400)
    try:
        evidence = add_evidence(
            actor=request.actor,
            draft=draft,
            uuid=_uuid(request.POST.get("uuid")),
            criterion_code=request.POST.get("criterion", "")[:40],
            content=upload.read(),
        )
    except RuleViolation as refusal:
        return JsonResponse({"message": str(refusal), "code": refusal.code}, status=422)
    return JsonResponse(
        {
            "uuid": str(evidence.uuid),
            "url": reverse("inspections:evidence", args=[evidence.uuid]),
            "remove": reverse("inspections:evidence-remove", args=[uuid, evidence.uuid]),
        }
    )


def _uuid(text: str | None) -> uuids.UUID:
    try:
        return uuids.UUID(text or "")
    except ValueError:
        return uuids.uuid4()


@requires("inspections.fill")
@require_POST
def evidence_remove(request: AppRequest, uuid: uuids.UUID, evidence: uuids.UUID) -> HttpResponse:
    draft = own_draft(request.actor, uuid)
    remove_evidence(actor=request.actor, draft=draft, uuid=evidence)
    return HttpResponse(status=204)


@requires("inspections.fill")
@require_http_methods(["GET", "POST"])
def discard(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    draft = own_draft(request.actor, uuid)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        discard_draft(actor=request.actor, uuid=uuid, reason=form.cleaned_data["reason"])
        messages.success(request, _("The draft is gone."))
        return redirect("inspections:mine")
    context = {
        "form": form,
        "title": _("Discard this draft"),
        "what": f"{draft.unit.name} · {edition_name(draft.edition)}",
        "back": reverse("inspections:fill", args=[uuid]),
        "action": _("Discard"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires("inspections.fill")
@require_http_methods(["GET", "POST"])
def correct(request: AppRequest, uuid: uuids.UUID) -> HttpResponse:
    """Begin a new revision of a check that was submitted before."""
    inspection = get_object_or_404(
        Inspection.objects.visible_to(request.actor).select_related("unit", "edition__standard"),
        uuid=uuid,
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_correction(
                actor=request.actor, inspection=inspection, reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("inspections:fill", draft.uuid)
    context = {
        "form": form,
        "title": _("Correct this check"),
        "what": f"{inspection.unit.name} · {inspection.inspected_on}",
        "back": reverse("inspections:detail", args=[uuid]),
        "action": _("Begin the correction"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
