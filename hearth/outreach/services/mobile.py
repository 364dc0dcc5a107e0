"""Planning trips of mobile service, changing them, and saying which stops were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation, StaleWrite
from hearth.ledgers.places import Places
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.outreach.models import Activity, ServiceTarget, ServiceVehicle, Trip, TripStop
from hearth.outreach.services.words import EDIT, STALE
from hearth.platform import audit

MOST_STOPS = 20


@dataclass(frozen=True, slots=True)
class TripPlan:
    """A trip as it is planned: where it goes, in order, with the time of arrival where known."""

    unit: Unit
    day: date
    title: str
    vehicle: ServiceVehicle | None
    stops: Sequence[tuple[ServiceTarget, time | None]]


@transaction.atomic
def plan_trip(*, actor: Actor, plan: TripPlan) -> Trip:
    """Plan a trip of one day.

    Raises:
        NotAllowed: the actor may not plan for this unit.
        RuleViolation: ``no_stops``, ``too_many_stops`` (20), ``stop_twice``, ``vehicle_taken`` by
            another trip of the day, or ``day_past``.
    """
    actor.require(EDIT, plan.unit.path)
    _check(plan)
    trip = Trip.objects.create(
        unit=plan.unit,
        unit_path=Places([plan.unit]).on(plan.unit.pk, plan.day),
        day=plan.day,
        title=plan.title.strip(),
        vehicle=plan.vehicle,
        recorded_by_id=actor.user_id or None,
    )
    TripStop.objects.bulk_create(
        TripStop(trip=trip, target=target, position=place, arrives_at=at)
        for place, (target, at) in enumerate(plan.stops, start=1)
    )
    audit.record(
        actor,
        "trip.planned",
        trip,
        unit_path=trip.unit_path,
        day=plan.day,
        targets=[target.target for target, _at in plan.stops],
    )
    return trip


@transaction.atomic
def change_trip(*, actor: Actor, trip: Trip, version: int, plan: TripPlan) -> Trip:
    """Plan a trip otherwise: another day, name, vehicle, unit or route.

    A stop that somebody visited or left out stays, and holds the trip on its day. The trail keeps
    what was planned before.

    Raises:
        NotAllowed: the actor may not plan there, or not for the unit it is to belong to.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn``, ``trip_over``, ``stop_done``, and what ``plan_trip`` refuses.
    """
    actor.require(EDIT, trip.unit_path)
    actor.require(EDIT, plan.unit.path)
    current = Trip.objects.select_for_update(of=("self",)).get(pk=trip.pk)
    if current.version != version:
        raise StaleWrite("stale", STALE, version=current.version)
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This trip was taken back already."))
    if current.day < timezone.localdate():
        raise RuleViolation(
            "trip_over",
            _("The day of this trip is over. Say at its stops what became of them."),
        )
    _check(plan, beside=current)
    stops = list(current.stops.select_related("target"))
    _check_done(current, stops, plan)
    before = _told(current, [(one.target, one.arrives_at) for one in stops])
    current.unit, current.day, current.vehicle = plan.unit, plan.day, plan.vehicle
    current.title = plan.title.strip()
    after = _told(current, plan.stops)
    changes = {name: [before[name], new] for name, new in after.items() if before[name] != new}
    if not changes:
        return current
    current.unit_path = Places([plan.unit]).on(plan.unit.pk, plan.day)
    current.version = version + 1
    current.save()
    _lay(current, stops, plan)
    audit.record(actor, "trip.changed", current, unit_path=current.unit_path, changes=changes)
    return current


def _check_done(trip: Trip, stops: Sequence[TripStop], plan: TripPlan) -> None:
    """What was done at a stop is not planned away."""
    done = [one for one in stops if one.activity_id is not None or one.left_out]
    if done and plan.day != trip.day:
        raise RuleViolation(
            "stop_done",
            _("A stop of this trip was visited or left out; its day stays."),
            field="day",
        )
    kept = {target.pk for target, _at in plan.stops}
    for one in done:
        if one.target_id not in kept:
            raise RuleViolation(
                "stop_done",
                _("“%(name)s” was visited or left out, so it stays a stop of this trip.")
                % {"name": one.target.name},
                field="stops",
            )


def _told(trip: Trip, stops: Sequence[tuple[ServiceTarget, time | None]]) -> dict[str, object]:
    """A trip as the trail tells it."""
    return {
        "unit": trip.unit.code,
        "day": trip.day.isoformat(),
        "title": trip.title,
        "vehicle": trip.vehicle.vehicle if trip.vehicle else None,
        "targets": [[target.target, at and at.isoformat("minutes")] for target, at in stops],
    }


def _lay(trip: Trip, stops: Sequence[TripStop], plan: TripPlan) -> None:
    """The stops as planned: those that stay keep what was done there."""
    standing = {one.target_id: one for one in stops}
    wanted = {target.pk for target, _at in plan.stops}
    trip.stops.exclude(target_id__in=wanted).delete()
    trip.stops.update(position=F("position") + len(stops) + MOST_STOPS)  # a place is taken once
    for place, (target, at) in enumerate(plan.stops, start=1):
        stop = standing.get(target.pk) or TripStop(trip=trip, target=target)
        stop.position, stop.arrives_at = place, at
        stop.save()


def _check(plan: TripPlan, beside: Trip | None = None) -> None:
    """What no plan may be; ``beside`` is the trip itself, which takes no vehicle from itself."""
    if plan.day < timezone.localdate():
        raise RuleViolation(
            "day_past", _("A trip is planned for today or later. Record past ones."), field="day"
        )
    if not plan.stops:
        raise RuleViolation("no_stops", _("Choose at least one stop."), field="stops")
    if len(plan.stops) > MOST_STOPS:
        raise RuleViolation("too_many_stops", _("A trip has at most 20 stops."), field="stops")
    if len({target.pk for target, _at in plan.stops}) < len(plan.stops):
        raise RuleViolation("stop_twice", _("A target is there twice."), field="stops")
    taken = Trip.objects.standing().filter(day=plan.day, vehicle=plan.vehicle)
    if beside is not None:
        taken = taken.exclude(pk=beside.pk)
    if plan.vehicle is not None and taken.exists():
        raise RuleViolation(
            "vehicle_taken", _("This vehicle is on another trip on this day."), field="vehicle"
        )


@transaction.atomic
def cancel_trip(*, actor: Actor, trip: Trip, version: int, reason: str) -> Trip:
    """Take a planned trip back; stops that were visited keep their activities.

    Raises:
        NotAllowed: the actor may not plan there.
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``withdrawn`` already, or ``no_reason``.
    """
    actor.require(EDIT, trip.unit_path)
    current = Trip.objects.select_for_update(of=("self",)).get(pk=trip.pk)
    if current.version != version:
        raise StaleWrite("stale", STALE, version=current.version)
    if current.is_withdrawn:
        raise RuleViolation("withdrawn", _("This trip was taken back already."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why it is taken back."), field="reason")
    current.withdrawn_at, current.withdrawn_by_id = timezone.now(), actor.user_id or None
    current.withdrawal_reason, current.version = reason.strip(), version + 1
    current.save()
    audit.record(
        actor, "trip.cancelled", current, unit_path=current.unit_path, reason=reason.strip()
    )
    return current


@transaction.atomic
def leave_out(*, actor: Actor, stop: TripStop, reason: str) -> TripStop:
    """Say why nobody went to a stop.

    Raises:
        NotAllowed: the actor may not plan there.
        RuleViolation: ``visited`` already, or ``no_reason``.
    """
    actor.require(EDIT, stop.trip.unit_path)
    current = TripStop.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    if current.activity_id is not None:
        raise RuleViolation("visited", _("Somebody was there; the stop has its record."))
    if not reason.strip():
        raise RuleViolation("no_reason", _("Say why nobody went."), field="reason")
    current.left_out = reason.strip()
    current.save(update_fields=["left_out"])
    audit.record(
        actor, "trip.stop_left_out", current, unit_path=stop.trip.unit_path, reason=reason.strip()
    )
    return current


@transaction.atomic
def arrive(*, actor: Actor, stop: TripStop, activity: Activity) -> TripStop:
    """Tie the record of a visit to the stop that planned it.

    Raises:
        NotAllowed: the actor may not plan there.
        RuleViolation: ``visited`` already, or ``other_target``.
    """
    actor.require(EDIT, stop.trip.unit_path)
    current = TripStop.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    if current.activity_id == activity.pk:
        return current
    if current.activity_id is not None:
        raise RuleViolation("visited", _("Somebody was there; the stop has its record."))
    if activity.target_id != current.target_id:
        raise RuleViolation("other_target", _("This visit went to another target."))
    current.activity, current.left_out = activity, ""
    current.save(update_fields=["activity", "left_out"])
    audit.record(
        actor,
        "trip.stop_visited",
        current,
        unit_path=stop.trip.unit_path,
        activity=activity.activity,
    )
    return current
