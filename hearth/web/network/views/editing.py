"""Changing the tree: add, edit, move, merge, close and reopen; each asks before it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from hearth.kernel.errors import Refusal, RuleViolation
from hearth.network.models import Unit
from hearth.network.services import units as services
from hearth.network.services.rows import UnitRow
from hearth.network.services.units import Reach
from hearth.web.http import AppRequest, requires
from hearth.web.network.forms import (
    ChangeForm,
    CloseForm,
    MergeForm,
    MoveForm,
    ReopenForm,
    UnitCreateForm,
    UnitEditForm,
    UnitForm,
    put_edit_refusal,
    put_refusal,
)

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
_MOST_KINDS = 50
_MOST_NAMES = 20


@requires("network.edit")
@GET_POST
def create(request: AppRequest) -> HttpResponse:
    start = {"parent": request.GET.get("parent", ""), "level": "outlet"}
    form = UnitCreateForm(request.POST or None, initial=start, kinds=_kinds(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = UnitRow(data["code"], data["parent"], data["valid_from"], form.sets())
        try:
            unit = services.create_unit(request.actor, row)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": unit.name})
            return redirect("network:unit-detail", unit.code)
    return _page(request, form, title=_("Add a unit"), action=_("Add"))


@requires("network.edit")
@GET_POST
def edit(request: AppRequest, code: str) -> HttpResponse:
    unit = _unit(request, code)
    start = {name: getattr(unit, name) for name in UnitForm.base_fields}
    form = UnitEditForm(
        request.POST or None, initial=start | {"version": unit.version}, kinds=_kinds(request)
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.edit_unit(request.actor, unit, version=version, sets=form.sets())
        except Refusal as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": unit.name})
            return redirect("network:unit-detail", unit.code)
    return _page(request, form, unit=unit, title=_("Edit"), action=_("Save"))


@requires("network.edit")
@GET_POST
def move(request: AppRequest, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = MoveForm(request.POST or None, initial={"version": unit.version})
    actor = request.actor

    def look(target: Unit | None, on: date) -> Reach:
        return services.preview_move(actor, unit, target.code if target else "", on)

    def act(target: Unit | None, on: date, version: int, reason: str) -> Reach:
        parent = target.code if target else ""
        return services.move_unit(actor, unit, parent, on, version=version, reason=reason)

    return _change(request, unit, form, (look, act), _("Move"))


@requires("network.edit")
@GET_POST
def merge(request: AppRequest, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = MergeForm(request.POST or None, initial={"version": unit.version})
    actor = request.actor

    def look(target: Unit | None, on: date) -> Reach:
        return services.preview_merger(actor, unit, target or unit, on)

    def act(target: Unit | None, on: date, version: int, reason: str) -> Reach:
        return services.merge_units(actor, unit, target or unit, on, version=version, reason=reason)

    return _change(request, unit, form, (look, act), _("Merge"))


@requires("network.edit")
@GET_POST
def close(request: AppRequest, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = CloseForm(request.POST or None, initial={"version": unit.version})
    actor = request.actor

    def look(_target: Unit | None, on: date) -> Reach:
        return services.preview_closing(actor, unit, on)

    def act(_target: Unit | None, on: date, version: int, reason: str) -> Reach:
        return services.close_unit(actor, unit, on, version=version, reason=reason)

    return _change(request, unit, form, (look, act), pgettext("unit", "Close"))


@requires("network.edit")
@GET_POST
def reopen(request: AppRequest, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = ReopenForm(request.POST or None, initial={"version": unit.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.reopen_unit(
                request.actor, unit, version=data["version"], reason=data["reason"]
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            done = _("The closing of %(name)s was taken back.") % {"name": unit.name}
            messages.success(request, done)
            return redirect("network:unit-detail", unit.code)
    return _page(request, form, unit=unit, title=_("Take the closing back"), action=_("Take back"))


Look = Callable[[Unit | None, date], Reach]
Act = Callable[[Unit | None, date, int, str], Reach]


def _change(
    request: AppRequest, unit: Unit, form: ChangeForm, steps: tuple[Look, Act], title: str
) -> HttpResponse:
    """First shows what would happen; sent again with ``confirmed``, it does it."""
    look, act = steps
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            target = _target(request, data["target"]) if "target" in data else None
            if "confirmed" in request.POST:
                act(target, data["on"], data["version"], data["reason"])
                done = _("%(act)s: done for %(name)s.") % {"act": title, "name": unit.name}
                messages.success(request, done)
                return redirect("network:unit-detail", unit.code)
            reach = look(target, data["on"])
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            context = {"reach": reach, "target": target, "children": _names(reach)}
            form.freeze()
    return _page(request, form, unit=unit, title=title, action=title, **context)


def _page(
    request: AppRequest, form: Any, *, unit: Unit | None = None, **context: Any
) -> HttpResponse:
    context |= {"form": form, "unit": unit, "reach": context.get("reach")}
    status = 422 if form.errors else 200
    return render(request, "network/unit_form.html", context, status=status)


def _unit(request: AppRequest, code: str) -> Unit:
    """The unit, if it is in sight; 403 unless it may be edited as well."""
    unit = get_object_or_404(Unit.objects.visible_to(request.actor.scope), code=code)
    request.actor.require(services.EDIT, unit.path)
    return unit


def _target(request: AppRequest, code: str) -> Unit:
    found = Unit.objects.visible_to(request.actor.scope).filter(code=code.strip()).first()
    if found is None:
        message = _("There is no unit with the code %(code)s in your part of the tree.")
        raise RuleViolation("unit_unknown", message % {"code": code}, field="target")
    return found


def _names(reach: Reach) -> list[str]:
    """Names of the units that come under another parent, for the preview."""
    children = Unit.objects.filter(code__in=reach.children).order_by("path")
    return list(children.values_list("name", flat=True)[:_MOST_NAMES])


def _kinds(request: AppRequest) -> list[str]:
    """Kinds in use, to choose from while typing."""
    units = Unit.objects.visible_to(request.actor.scope).exclude(kind="").order_by("kind")
    return list(units.values_list("kind", flat=True).distinct()[:_MOST_KINDS])
