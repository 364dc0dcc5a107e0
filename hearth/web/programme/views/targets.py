"""Targets: the list of a period, setting, changing and withdrawing them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.figures.declared import FIGURES
from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.kernel.periods import Period
from hearth.network.scope import end_of
from hearth.programme.models import Target
from hearth.programme.models.targets import TargetQuerySet
from hearth.programme.queries.targets import periods_with_targets, scale_of, targets_of
from hearth.programme.queries.tasks import VIEW
from hearth.programme.services.targets import change_target, set_targets, withdraw_target
from hearth.programme.wording import scale_text
from hearth.web.forms import put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.programme.forms.targets import TargetFilterForm, TargetForm, written
from hearth.web.programme.forms.tasks import ReasonForm

PAGE = 50


def current_period(request: AppRequest) -> str:
    """The latest period that has targets, else the quarter that is."""
    known = periods_with_targets(request.actor)
    return known[0] if known else Period.of(timezone.localdate(), "quarter").key


@requires("programme.view")
@require_safe
def target_list(request: AppRequest) -> HttpResponse:
    known = periods_with_targets(request.actor) or [current_period(request)]
    period = request.GET.get("period", "")
    period = period if period in known else known[0]
    rows = targets_of(request.actor, period)
    figures = list(rows.order_by("figure").values_list("figure", flat=True).distinct())
    shown_form = TargetFilterForm(known, figures, request.GET | {"period": period})
    rows = _narrowed(request, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [
        (target, figure, scale_text(figure, scale_of(target)))
        for target in page
        for figure in [FIGURES.get(target.figure)]
    ]
    context = {
        "form": shown_form,
        "period": period,
        "page_obj": page,
        "rows": shown,
        "figures": len(figures),
        "narrowed": bool(request.GET.get("figure") or request.GET.get("unit")),
    }
    template = "programme/_targets.html" if request.htmx else "programme/target_list.html"
    return render(request, template, context)


def _narrowed(request: AppRequest, rows: TargetQuerySet) -> TargetQuerySet:
    figure, code = request.GET.get("figure", ""), request.GET.get("unit", "").strip()
    if figure:
        rows = rows.filter(figure=figure)
    if code:
        above = rows.filter(unit__code=code).values_list("unit__path", flat=True).first()
        if above is None:
            return rows.none()
        rows = rows.filter(unit__path__gte=above, unit__path__lt=end_of(above))
    return rows


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def create(request: AppRequest) -> HttpResponse:
    first = {
        "period": request.GET.get("period") or current_period(request),
        "figure": request.GET.get("figure", ""),
    }
    form = TargetForm(request.actor, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = set_targets(
                actor=request.actor,
                text=form.text(),
                units=said["units"],
                replace=said["replace"],
            )
        except RuleViolation as refusal:
            put_refusal(form, refusal)
        else:
            told = ngettext("%(n)s target is set.", "%(n)s targets are set.", len(made))
            messages.success(request, told % {"n": len(made)})
            return redirect(f"{reverse('programme:target-list')}?period={made[0].period}")
    context = {"form": form, "target": None}
    return render(
        request, "programme/target_edit.html", context, status=422 if form.errors else 200
    )


def _seen(request: AppRequest, pk: int) -> Target:
    rows = Target.objects.visible_to(request.actor.scope_for(VIEW)).standing()
    return get_object_or_404(rows.select_related("unit"), pk=pk)


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def edit(request: AppRequest, pk: int) -> HttpResponse:
    target = _seen(request, pk)
    form = TargetForm(request.actor, request.POST or None, initial=written(target), single=True)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            saved = change_target(
                actor=request.actor, target_id=pk, version=version, text=form.text()
            )
        except (RuleViolation, StaleWrite) as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('programme:target-list')}?period={saved.period}")
    context = {"form": form, "target": target, "figure": FIGURES.get(target.figure)}
    return render(
        request, "programme/target_edit.html", context, status=422 if form.errors else 200
    )


@requires("programme.edit")
@require_http_methods(["GET", "POST"])
def withdraw(request: AppRequest, pk: int) -> HttpResponse:
    target = _seen(request, pk)
    figure = FIGURES.get(target.figure)
    back = f"{reverse('programme:target-list')}?period={target.period}"
    form = ReasonForm(request.POST or None, initial={"version": target.version})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_target(actor=request.actor, target_id=pk, **form.cleaned_data)
        except (RuleViolation, StaleWrite) as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn. It counts no more."))
            return redirect(back)
    name = str(figure.name) if figure else target.figure
    context = {
        "form": form,
        "title": _("Withdraw this target"),
        "what": f"{name} · {target.unit.name} · {target.period}",
        "back": back,
        "action": pgettext("programme", "Withdraw"),
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)
