"""Propose, approve, send back, publish, revise: one button each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hearth.bulletins import services
from hearth.bulletins.models import Bulletin
from hearth.bulletins.stored import is_intact
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.web.bulletins.forms import ReviseForm
from hearth.web.bulletins.presenting import shown, sight_of
from hearth.web.bulletins.views.common import bulletin_or_404, language_of, turn_of
from hearth.web.http import AppRequest, requires
from hearth.workflows import publication

Act = Callable[..., Bulletin]


@requires("bulletin.edit")
@require_POST
def propose(request: AppRequest, pk: int) -> HttpResponse:
    said = _("Proposed. A second person approves it.")
    return _done(request, pk, publication.propose_bulletin, said)


@requires("bulletin.approve")
@require_POST
def approve(request: AppRequest, pk: int) -> HttpResponse:
    return _done(request, pk, publication.approve_bulletin, _("Approved. It can be published."))


@requires("bulletin.view")
@require_POST
def send_back(request: AppRequest, pk: int) -> HttpResponse:
    """The proposer takes it back, or an approver asks for changes; the service checks who may."""
    note = request.POST.get("note", "")[:400]
    said = _("It is a draft again.")
    return _done(request, pk, publication.send_back_bulletin, said, note=note)


@requires("bulletin.publish")
@require_POST
def publish(request: AppRequest, pk: int) -> HttpResponse:
    said = _("Published. Everyone who may read it has been told.")
    return _done(request, pk, publication.publish_bulletin, said)


@requires("bulletin.edit")
@require_POST
def revise(request: AppRequest, pk: int) -> HttpResponse:
    bulletin = bulletin_or_404(request, pk)
    form = ReviseForm(request.POST, auto_id="revise_%s")
    if form.is_valid():
        try:
            made = services.revise(
                actor=request.actor, bulletin_id=pk, reason=form.cleaned_data["reason"]
            )
        except (RuleViolation, StaleWrite) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The revision is a draft beside the published one."))
            return redirect("bulletins:edit", made.pk)
    return _page(request, bulletin, revise_form=form)


def _done(request: AppRequest, pk: int, act: Act, said: str, **more: Any) -> HttpResponse:
    """Do it and go to the bulletin; a refusal is told on the page, as status 422."""
    bulletin = bulletin_or_404(request, pk)
    version = request.POST.get("version", "")
    try:
        done = act(
            actor=request.actor,
            bulletin_id=pk,
            version=int(version) if version.isdigit() else 0,
            **more,
        )
    except (RuleViolation, StaleWrite) as refusal:
        return _page(request, bulletin, refusal=str(refusal))
    messages.success(request, said)
    page = "bulletins:edit" if done.status == Bulletin.Status.DRAFT else "bulletins:read"
    return redirect(page, pk)


def _page(request: AppRequest, bulletin: Bulletin, **more: Any) -> HttpResponse:
    text = shown(bulletin, language_of(request), sight_of(request.actor))
    context = {
        "bulletin": bulletin,
        "shown": text,
        "find": "",
        "page_obj": text.outlets,
        "revisions": [],
        "later": None,
        "is_intact": is_intact(bulletin),
        **turn_of(request, bulletin),
        **more,
    }
    return render(request, "bulletins/read.html", context, status=422)
