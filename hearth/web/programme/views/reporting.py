"""What units report: how far they are, the proof, and what another makes of it."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.platform import files
from hearth.programme.enums import State
from hearth.programme.models import Attachment, TaskShare
from hearth.programme.queries.tasks import VIEW
from hearth.programme.queries.worklist import may_judge, may_report
from hearth.programme.services.reporting import Said, report, send_back, verify
from hearth.web.forms import put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.programme.common import back_to, uploads, whole_number
from hearth.web.programme.forms.tasks import ReasonForm, ReportForm


def _share(request: AppRequest, pk: int) -> TaskShare:
    seen = TaskShare.objects.visible_to(request.actor.scope_for(VIEW)).standing()
    return get_object_or_404(seen.select_related("task__programme", "unit"), pk=pk)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def share_report(request: AppRequest, pk: int) -> HttpResponse:
    """Say how far one unit is; a file may come with it as proof."""
    share = _share(request, pk)
    if not may_report(request.actor, share):
        raise NotAllowed("not_allowed", "")
    initial: dict[str, Any] = {
        "version": share.version,
        "state": request.GET.get("state") or share.state,
        "note": share.note,
        "done_on": share.done_on or timezone.localdate(),
    }
    form = ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _say(request, share, form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Reported."))
            return back_to(request, "programme:task", share.task_id)
    context = {"form": form, "share": share, "task": share.task, "programme": share.task.programme}
    return render(request, "programme/report.html", context, status=422 if form.errors else 200)


def _say(request: AppRequest, share: TaskShare, said: dict[str, Any]) -> None:
    report(
        actor=request.actor,
        share_id=share.pk,
        version=said["version"],
        said=Said(
            state=said["state"],
            note=said["note"],
            done_on=said["done_on"] if said["state"] == State.DONE else None,
            proof=next(iter(uploads(request, "proof")), None),
        ),
    )


@requires("programme.work")
@require_POST
def share_verify(request: AppRequest, pk: int) -> HttpResponse:
    share = _share(request, pk)
    verify(actor=request.actor, share_id=pk, version=whole_number(request.POST.get("version", "")))
    messages.success(request, _("Verified."))
    return back_to(request, "programme:task", share.task_id)


@requires("programme.work")
@require_http_methods(["GET", "POST"])
def share_send_back(request: AppRequest, pk: int) -> HttpResponse:
    share = _share(request, pk)
    if not may_judge(request.actor, share):
        raise NotAllowed("not_allowed", "")
    form = ReasonForm(request.POST or None, initial={"version": share.version})
    if request.method == "POST" and form.is_valid():
        try:
            send_back(actor=request.actor, share_id=pk, **form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Sent back. Who reported it is told."))
            return redirect("programme:task", share.task_id)
    context = {
        "form": form,
        "title": _("Send back"),
        "what": f"{share.task.code} {share.task.title} · {share.unit.name}",
        "back": reverse("programme:task", args=[share.task_id]),
        "action": _("Send back"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires("programme.view")
@require_safe
def file(request: AppRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """One file, to whoever sees what it belongs to."""
    seen = Attachment.objects.visible_to(request.actor.scope_for(VIEW))
    kept = get_object_or_404(seen, uuid=uuid)
    try:
        handle = files.path_of(kept.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    inline = kept.content_type.startswith("image/") or kept.content_type == "application/pdf"
    response = FileResponse(
        handle, as_attachment=not inline, filename=kept.name, content_type=kept.content_type
    )
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
