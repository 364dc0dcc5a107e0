"""Mobile service: where we have been, where not, and which trips are planned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.kernel.errors import Refusal
from hearth.kernel.periods import FIRST_YEAR, LAST_YEAR, Period
from hearth.kernel.problems import BadValue
from hearth.outreach.labels import TARGET_GROUPS
from hearth.outreach.models import (
    Activity,
    PeerOutlet,
    ServiceTarget,
    ServiceVehicle,
    Trip,
    TripStop,
)
from hearth.outreach.queries.mobile import target_states, townships, trips_of
from hearth.outreach.services.mobile import (
    TripPlan,
    arrive,
    cancel_trip,
    change_trip,
    leave_out,
    plan_trip,
)
from hearth.outreach.services.words import EDIT
from hearth.web.forms import put_edit_refusal, put_refusal
from hearth.web.http import AppRequest, requires
from hearth.web.outreach.forms import TARGETS, VEHICLES, named_with_unit
from hearth.web.outreach.more_forms import PEERS, ReasonForm, TargetFilter, TripForm, trip_form
from hearth.web.outreach.pictures import target_map
from hearth.web.outreach.spans import VIEW
from hearth.web.picking import Source, suggested

PICKED: dict[str, tuple[Any, Source, tuple[str, ...]]] = {
    "target": (ServiceTarget, TARGETS, ("township",)),
    "vehicle": (ServiceVehicle, VEHICLES, ()),
    "peer": (PeerOutlet, PEERS, ("bank",)),
}
GET_POST = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 50
SHOWN = 15
_WEEK = 7


@requires(VIEW)
@require_safe
def overview(request: AppRequest) -> HttpResponse:
    """Targets, the longest silence first, on a map and in a list."""
    actor, today = request.actor, timezone.localdate()
    form = TargetFilter(request.GET)
    group = form.cleaned_data.get("group", "") if form.is_valid() else ""
    states = target_states(actor.scope_for(VIEW), today, group=group)
    gaps = [state for state in states if state.is_gap]
    context = {
        "form": form,
        "targets": len(states),
        "gaps": len(gaps),
        "never": sum(state.days is None for state in states),
        "page_obj": Paginator(states, PAGE).get_page(request.GET.get("page")),
        "groups": TARGET_GROUPS,
        "townships": townships(states)[:SHOWN],
        "picture": target_map(
            states, lambda state: reverse("outreach:target", args=[state.target.pk])
        ),
        "may_edit": actor.can(EDIT),
    }
    return render(request, "outreach/mobile.html", context)


@requires(VIEW)
@require_safe
def target(request: AppRequest, pk: int) -> HttpResponse:
    """One target: what was done there, and what is planned."""
    actor, today = request.actor, timezone.localdate()
    rows = ServiceTarget.objects.visible_to(actor.scope_for(VIEW)).select_related("unit")
    one = get_object_or_404(rows, pk=pk)
    visits = Activity.objects.visible_to(actor.scope_for(VIEW)).standing().filter(target=one)
    latest = list(visits.select_related("unit", "kind").order_by("-started_at")[:PAGE])
    planned = TripStop.objects.filter(
        actor.scope_for(VIEW).q("trip__unit_path"),
        target=one,
        trip__day__gte=today,
        trip__withdrawn_at__isnull=True,
        activity__isnull=True,
    )
    last = timezone.localdate(latest[0].started_at) if latest else None
    context = {
        "target": one,
        "group": TARGET_GROUPS[one.group],
        "visits": latest,
        "days": (today - last).days if last else None,
        "planned": planned.select_related("trip").order_by("trip__day"),
        "may_edit": actor.can(EDIT, one.unit_path) and not one.is_withdrawn,
    }
    return render(request, "outreach/target.html", context)


def peer_name(peer: PeerOutlet) -> str:
    """Its bank and its name."""
    return f"{peer.bank} · {peer.name}"


@requires(VIEW)
@require_safe
def pick(request: AppRequest, what: str) -> HttpResponse:
    """Suggestions for a field of the forms here: targets, vehicles, outlets of other banks."""
    if what not in PICKED:
        raise Http404
    model, source, more = PICKED[what]
    rows: Any = model.objects
    held = rows.visible_to(request.actor.scope_for(VIEW)).held_on(timezone.localdate())
    found = held.select_related("unit").order_by("unit__path", "name", "pk")
    searched = ("name", source.code, "unit__search_text", *more)
    label = peer_name if what == "peer" else named_with_unit
    return suggested(request, found, source, searched, label)


# --- trips --------------------------------------------------------------------------------------


@requires(VIEW)
@require_safe
def calendar(request: AppRequest) -> HttpResponse:
    """Trips of one month as weeks; what was visited, what waits, what was left out."""
    month = _month(request.GET.get("month", ""))
    start = month.start - timedelta(days=month.start.weekday())
    end = month.end + timedelta(days=-month.end.weekday() % _WEEK)
    trips: dict[date, list[Trip]] = {}
    found = trips_of(request.actor.scope_for(VIEW), start, end)
    for one in found:
        trips.setdefault(one.day, []).append(one)
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    inside = [one for one in found if month.contains(one.day)]
    context = {
        "month": month,
        "weeks": [
            [(day, month.contains(day), trips.get(day, [])) for day in days[n : n + _WEEK]]
            for n in range(0, len(days), _WEEK)
        ],
        "today": timezone.localdate(),
        "trips": inside,
        "stops": sum(len(one.stops.all()) for one in inside),
        "visited": sum(stop.activity_id is not None for one in inside for stop in one.stops.all()),
        "may_edit": request.actor.can(EDIT),
    }
    return render(request, "outreach/calendar.html", context)


def _month(text: str) -> Period:
    """The month asked for; the present one where none can be read."""
    present = Period.of(timezone.localdate(), "month")
    try:
        period = Period.parse(text)
    except BadValue:
        return present
    has_neighbours = FIRST_YEAR < period.year < LAST_YEAR
    return period if period.kind == "month" and has_neighbours else present


@requires(EDIT)
@GET_POST
def plan(request: AppRequest) -> HttpResponse:
    start: dict[str, Any] = {"day": timezone.localdate()}
    if request.GET.get("target", "").isdigit():
        start["target_1"] = int(request.GET["target"])
    if request.GET.get("again", "").isdigit():
        start |= _route(_trip(request, int(request.GET["again"])))
    form = trip_form(request.actor, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = plan_trip(actor=request.actor, plan=_planned(form))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The trip is planned."))
            return redirect("outreach:trip", made.pk)
    return _form_page(request, form, None)


def _planned(form: TripForm) -> TripPlan:
    data = form.cleaned_data
    return TripPlan(data["unit"], data["day"], data["title"], data["vehicle"], form.stops())


def _form_page(request: AppRequest, form: TripForm, one: Trip | None) -> HttpResponse:
    context = {"form": form, "trip": one}
    status = 422 if form.errors else 200
    return render(request, "outreach/trip_form.html", context, status=status)


@requires(EDIT)
@GET_POST
def edit(request: AppRequest, pk: int) -> HttpResponse:
    """Plan a trip otherwise, as long as its day is not over."""
    one = _trip(request, pk)
    request.actor.require(EDIT, one.unit_path)
    if one.is_withdrawn or one.day < timezone.localdate():
        messages.error(request, _("This trip is over or was taken back. Plan its route again."))
        return redirect("outreach:trip", pk)
    start = _route(one) | {"day": one.day, "version": one.version}
    form = trip_form(request.actor, request.POST or None, trip=one, initial=start)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_trip(actor=request.actor, trip=one, version=version, plan=_planned(form))
        except Refusal as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("The trip was changed."))
            return redirect("outreach:trip", pk)
    return _form_page(request, form, one)


def _trip(request: AppRequest, pk: int) -> Trip:
    rows = Trip.objects.visible_to(request.actor.scope_for(VIEW)).select_related("unit", "vehicle")
    return get_object_or_404(rows, pk=pk)


def _route(one: Trip) -> dict[str, Any]:
    """Where a trip went, for the next on the same route."""
    start: dict[str, Any] = {"unit": one.unit.code, "title": one.title, "vehicle": one.vehicle_id}
    for n, stop in enumerate(one.stops.order_by("position"), start=1):
        start |= {f"target_{n}": stop.target_id, f"at_{n}": stop.arrives_at}
    return start


@requires(VIEW)
@require_safe
def trip(request: AppRequest, pk: int) -> HttpResponse:
    one = _trip(request, pk)
    stops = list(one.stops.select_related("target", "activity__kind"))
    context = {
        "trip": one,
        "stops": stops,
        "visited": sum(stop.activity_id is not None for stop in stops),
        "may_edit": not one.is_withdrawn and request.actor.can(EDIT, one.unit_path),
        "may_change": one.day >= timezone.localdate(),
        "may_repeat": request.actor.can(EDIT, one.unit_path),
        "has_begun": one.day <= timezone.localdate(),
    }
    return render(request, "outreach/trip.html", context)


@requires(EDIT)
@GET_POST
def cancel(request: AppRequest, pk: int) -> HttpResponse:
    one = _trip(request, pk)
    request.actor.require(EDIT, one.unit_path)
    form = ReasonForm(request.POST or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            cancel_trip(
                actor=request.actor, trip=one, version=data["version"] or 0, reason=data["reason"]
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The trip was taken back."))
            return redirect("outreach:mobile-calendar")
    context = {
        "title": _("Take back: %(label)s") % {"label": one.title},
        "what": _("Stops that were visited keep their records."),
        "action": _("Take back"),
        "back": reverse("outreach:trip", args=[pk]),
        "form": form,
    }
    return render(request, "parts/reason.html", context, status=422 if form.errors else 200)


@requires(EDIT)
@GET_POST
def stop(request: AppRequest, pk: int) -> HttpResponse:
    """One stop: tie the visit that was recorded, or say why nobody went."""
    inside = request.actor.scope_for(VIEW).q("trip__unit_path")
    rows = TripStop.objects.filter(inside).select_related("trip__unit", "target", "activity")
    one = get_object_or_404(rows, pk=pk)
    request.actor.require(EDIT, one.trip.unit_path)
    near = Activity.objects.visible_to(request.actor.scope_for(VIEW)).standing()
    near = near.filter(target=one.target, stop__isnull=True).on(one.trip.day)
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST":
        try:
            if request.POST.get("visit", "").isdigit():
                visit = get_object_or_404(near, pk=int(request.POST["visit"]))
                arrive(actor=request.actor, stop=one, activity=visit)
                return redirect("outreach:trip", one.trip_id)
            if form.is_valid():
                leave_out(actor=request.actor, stop=one, reason=form.cleaned_data["reason"])
                return redirect("outreach:trip", one.trip_id)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("outreach:trip", one.trip_id)
    context = {"stop": one, "near": near.select_related("unit", "kind"), "form": form}
    return render(request, "outreach/stop.html", context, status=422 if form.errors else 200)
