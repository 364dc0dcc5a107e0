"""Samples for verification: drawn, looked into, and what they found."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import Refusal
from hearth.kernel.periods import Period
from hearth.outreach.labels import RESULTS
from hearth.outreach.models import Sample, SampleItem, SampleRate
from hearth.outreach.queries.sampling import findings
from hearth.outreach.services.activities import worked_on
from hearth.outreach.services.sampling import draw_sample, set_rate, verify
from hearth.outreach.services.words import CONFIRM
from hearth.web.forms import put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import PhotosForm
from hearth.web.outreach.more_forms import DrawForm, RateForm, VerifyForm
from hearth.web.outreach.spans import VIEW

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 40


@requires(VIEW)
@GET_POST
def sample_list(request: AppRequest) -> HttpResponse:
    """All samples; a POST draws another."""
    actor = request.actor
    may_draw = actor.can(CONFIRM)
    form = DrawForm(actor, request.POST or None) if may_draw else None
    if request.method == "POST":
        actor.require(CONFIRM)
        if form is not None and form.is_valid():
            period = Period.parse(form.cleaned_data["period"])
            try:
                drawn = draw_sample(actor=actor, unit=form.cleaned_data["unit"], period=period)
            except Refusal as refusal:
                put_refusal(form, refusal)
            else:
                count = drawn.items.count()
                said = ngettext("%(n)s activity was drawn.", "%(n)s activities were drawn.", count)
                messages.success(request, said % {"n": count})
                return redirect("outreach:sample", drawn.pk)
    rows = Sample.objects.visible_to(actor.scope_for(VIEW)).select_related("unit")
    listed = list(rows.order_by("-period", "unit_path")[:SHOWN])
    found = findings(listed)
    rates = SampleRate.objects.filter(valid_from__lte=timezone.localdate())
    rate_now = rates.order_by("-valid_from").first()
    context = {
        "form": form,
        "samples": [(one, found[one.pk]) for one in listed],
        "drawn": sum(one.drawn for one in found.values()),
        "verified": sum(one.verified for one in found.values()),
        "held": sum(one.held for one in found.values()),
        "rate": rate_now,
        "share": rate_now.percent if rate_now else "",
        "may_set": actor.can("programme.edit"),
    }
    refused = form is not None and bool(form.errors)
    return render(request, "outreach/samples.html", context, status=422 if refused else 200)


@requires("programme.edit")
@GET_POST
def rate(request: AppRequest) -> HttpResponse:
    """The share to be drawn, with the days from which it holds."""
    form = RateForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            set_rate(
                actor=request.actor,
                permille=int(data["percent"] * 10),
                valid_from=data["valid_from"],
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The share was set."))
            return redirect("outreach:sample-rate")
    context = {"form": form, "rates": SampleRate.objects.order_by("-valid_from")[:SHOWN]}
    return render(request, "outreach/rate.html", context, status=422 if form.errors else 200)


@requires(VIEW)
@require_safe
def sample(request: AppRequest, pk: int) -> HttpResponse:
    rows = Sample.objects.visible_to(request.actor.scope_for(VIEW)).select_related("unit")
    drawn = get_object_or_404(rows, pk=pk)
    items = drawn.items.select_related("activity__unit", "activity__kind", "verified_by")
    context = {
        "sample": drawn,
        "items": items.order_by("activity__unit_path", "pk"),
        "found": findings([drawn])[drawn.pk],
        "results": RESULTS,
    }
    return render(request, "outreach/sample.html", context)


@requires(VIEW)
@GET_POST
def item(request: AppRequest, pk: int) -> HttpResponse:
    """One activity of a sample; a POST says what was found."""
    actor = request.actor
    inside = actor.scope_for(VIEW).q("activity__unit_path")
    related = ("sample__unit", "activity__unit", "activity__kind", "verified_by")
    one = get_object_or_404(SampleItem.objects.filter(inside).select_related(*related), pk=pk)
    start = {"version": one.version, "note": one.note}
    start |= {"result": one.result} if one.result != SampleItem.Result.PENDING else {}
    form = VerifyForm(request.POST or None, initial=start)
    if request.method == "POST":
        actor.require(CONFIRM, one.activity.unit_path)
        if form.is_valid():
            data = form.cleaned_data
            try:
                verify(
                    actor=actor,
                    item=one,
                    version=data["version"],
                    result=data["result"],
                    note=data["note"],
                )
            except Refusal as refusal:
                put_refusal(form, refusal)
            else:
                messages.success(request, _("The result was kept."))
                return redirect("outreach:sample", one.sample_id)
    may_verify = actor.can(CONFIRM, one.activity.unit_path)
    context = {
        "item": one,
        "record": one.activity,
        "form": form,
        "photos": one.photos.all(),
        "photos_form": PhotosForm(),
        "result": RESULTS[one.result],
        "may_verify": may_verify,
        "is_own": may_verify
        and (worked_on(actor, one.activity) or one.activity.confirmed_by_id == actor.user_id),
    }
    return render(request, "outreach/item.html", context, status=422 if form.errors else 200)
