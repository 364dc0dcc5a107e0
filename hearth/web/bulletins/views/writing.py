"""Making a draft, writing in it, composing it anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hearth.bulletins import services
from hearth.bulletins.models import Bulletin
from hearth.bulletins.queries import newest, records_changed_since
from hearth.kernel.errors import Refusal
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.scoring.queries import current_closing
from hearth.web.bulletins.forms import DraftForm, TextForm, prose_name
from hearth.web.bulletins.presenting import shown, sight_of
from hearth.web.bulletins.views.common import bulletin_or_404, language_of, turn_of
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.workflows.publication import propose_bulletin


@requires("bulletin.edit")
@require_http_methods(["GET", "POST"])
def create(request: AppRequest, period: str) -> HttpResponse:
    """From which closing, and how examples are told; then the draft."""
    try:
        wanted = Period.parse(period)
    except BadValue:
        raise Http404 from None
    known = newest(wanted.key)
    if known is not None:
        return redirect("bulletins:edit", known.pk)
    form = DraftForm(request.POST if request.method == "POST" else None)
    closing = current_closing(wanted)
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = services.draft_bulletin(
                actor=request.actor,
                period=wanted,
                named_examples=form.cleaned_data["named_examples"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is made. Write around the computed parts."))
            return redirect("bulletins:edit", bulletin.pk)
    context = {
        "form": form,
        "period": wanted,
        "closing": closing,
        "is_behind": closing is not None and records_changed_since(closing),
    }
    status = 422 if form.errors else 200
    return render(request, "bulletins/create.html", context, status=status)


@requires("bulletin.edit")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int) -> HttpResponse:
    """The computed parts in their places and the prose between them."""
    bulletin = bulletin_or_404(request, pk)
    if bulletin.status != Bulletin.Status.DRAFT:
        return redirect("bulletins:read", pk)
    sent = request.POST if request.method == "POST" else None
    form = TextForm(sent, initial=TextForm.initial_of(bulletin))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_text(
                actor=request.actor,
                bulletin_id=pk,
                version=form.cleaned_data["version"],
                text=form.text(),
            )
            if "propose" in request.POST:
                propose_bulletin(actor=request.actor, bulletin_id=pk, version=saved.version)
                messages.success(request, _("Saved and proposed. A second person approves it."))
                return redirect("bulletins:read", pk)
        except Refusal as refusal:
            return _refused(request, bulletin, form, refusal)
        messages.success(request, _("Saved."))
        return redirect("bulletins:edit", pk)
    return _page(request, bulletin, form, status=422 if form.errors else 200)


def _refused(
    request: AppRequest, bulletin: Bulletin, form: TextForm, refusal: Refusal
) -> HttpResponse:
    """What was typed stays on the page; a newer version can be looked at beside it."""
    put_edit_refusal(form, refusal)
    newer = bulletin_or_404(request, bulletin.pk)
    data = request.POST.copy()
    data["version"] = str(newer.version)  # the text may have been saved before the refusal
    form.data = data
    return _page(request, newer, form, status=422)


def _page(
    request: AppRequest,
    bulletin: Bulletin,
    form: TextForm,
    *,
    status: int,
) -> HttpResponse:
    text = shown(bulletin, language_of(request), sight_of(request.actor))
    parts = [
        section
        | {
            "zh": form[prose_name("zh", section["key"])],
            "en": form[prose_name("en", section["key"])],
        }
        for section in text.sections
    ]
    context = {
        "bulletin": bulletin,
        "form": form,
        "shown": text,
        "parts": parts,
        "is_dirty": status != 200,
        **turn_of(request, bulletin),
    }
    return render(request, "bulletins/edit.html", context, status=status)


@requires("bulletin.edit")
@require_POST
def recompose(request: AppRequest, pk: int) -> HttpResponse:
    bulletin_or_404(request, pk)
    form = DraftForm(request.POST)
    version = request.POST.get("version", "")
    try:
        services.recompose(
            actor=request.actor,
            bulletin_id=pk,
            version=int(version) if version.isdigit() else 0,
            named_examples=form.is_valid() and form.cleaned_data["named_examples"],
        )
        messages.success(request, _("Composed anew from the closing that holds now."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("bulletins:edit", pk)
