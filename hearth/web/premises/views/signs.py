"""One sign: what it is, how it looks, and what was done to it."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hearth.kernel.errors import Refusal
from hearth.premises.domain.ages import age
from hearth.premises.models import Sign, SignPhoto, WorkOrder
from hearth.premises.queries.orders import inspections_of_sign, last_done, orders_of_sign
from hearth.premises.services.photos import remove_photo
from hearth.premises.services.signs import describe_sign
from hearth.web.forms import put_edit_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.premises import forms, photos


def _sign(request: AppRequest, pk: int) -> Sign:
    seen = Sign.objects.visible_to(request.actor.scope_for("premises.view"))
    return get_object_or_404(seen.select_related("unit"), pk=pk)


@requires("premises.view")
@require_safe
def sign_detail(request: AppRequest, pk: int) -> HttpResponse:
    return _page(request, _sign(request, pk))


def _page(request: AppRequest, sign: Sign, photo_form: forms.PhotoForm | None = None) -> Any:
    today = timezone.localdate()
    until = sign.retired_on or today
    may_edit = not sign.is_withdrawn and request.actor.can("premises.edit", sign.unit.path)
    context = {
        "sign": sign,
        "today": today,
        "age": age(sign.installed_on, until) if sign.installed_on else None,
        "photos": list(sign.photos.order_by("pk")),
        "done": dict.fromkeys(WorkOrder.Kind.values) | last_done([sign.pk], today).get(sign.pk, {}),
        "orders": orders_of_sign(sign.pk),
        "looks": inspections_of_sign(sign.pk),
        "label": sign.labels.in_use().first(),
        "may_edit": may_edit,
        "photo_form": photo_form or photos.fresh_form(with_caption=False),
    }
    return render(request, "premises/sign.html", context, status=422 if photo_form else 200)


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_edit(request: AppRequest, pk: int) -> HttpResponse:
    """Maker, place and lit hours; the columns of the ledger are edited there."""
    sign = _sign(request, pk)
    request.actor.require("premises.edit", sign.unit.path)
    names = ("version", "make", "place", "lit_from", "lit_until")
    start = {name: getattr(sign, name) for name in names}
    form = forms.SignForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            describe_sign(
                actor=request.actor,
                sign=sign,
                version=form.cleaned_data["version"],
                text=form.text(),
            )
        except Refusal as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved: %(label)s.") % {"label": sign.sign_no})
            return redirect("premises:sign", pk)
    context = {"sign": sign, "form": form}
    return render(request, "premises/sign_form.html", context, status=422 if form.errors else 200)


@requires("premises.edit")
@require_POST
def photo_add(request: AppRequest, pk: int) -> HttpResponse:
    sign = _sign(request, pk)
    form = photos.taken(request, sign, with_caption=False)
    if form is None:
        return redirect("premises:sign", pk)
    page: HttpResponse = _page(request, sign, form)
    return page


@requires("premises.view")
@require_safe
def photo(request: AppRequest, pk: int, uuid: uuids.UUID) -> FileResponse:
    """One photo, to whoever sees its sign."""
    return photos.sent(get_object_or_404(SignPhoto, record=_sign(request, pk), uuid=uuid))


@requires("premises.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def photo_remove(request: AppRequest, pk: int, uuid: uuids.UUID) -> HttpResponse:
    sign = _sign(request, pk)
    get_object_or_404(SignPhoto, record=sign, uuid=uuid)
    if request.method == "POST":
        remove_photo(actor=request.actor, record=sign, uuid=uuid)
        messages.success(request, _("The photo is taken off."))
        return redirect("premises:sign", pk)
    context = {
        "form": "",
        "title": _("Take this photo off?"),
        "what": f"{sign.sign_no} · {sign.unit.name}",
        "back": reverse("premises:sign", args=[pk]),
        "action": pgettext("photo", "Take off"),
    }
    return render(request, "parts/reason.html", context)
