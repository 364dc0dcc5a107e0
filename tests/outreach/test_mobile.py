"""Trips of mobile service, and the silence of its targets."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.network.scope import Scope
from hearth.outreach.models import Trip
from hearth.outreach.queries.mobile import target_states, townships, trips_of
from hearth.outreach.services.mobile import (
    TripPlan,
    arrive,
    cancel_trip,
    change_trip,
    leave_out,
    plan_trip,
)
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree
from tests.factories_outreach import make_activity, make_target, make_vehicle, refused

pytestmark = pytest.mark.django_db
ALL = Scope(("",))
JUNE = date(2021, 6, 15)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def head(tree):
    return make_actor("outlet_head", unit=tree.east_outlets[0])


def plan(tree, *targets, **fields):
    start = {
        "unit": tree.east_outlets[0],
        "day": timezone.localdate(),
        "title": "下乡",
        "vehicle": None,
        "stops": [(target, time(9)) for target in targets],
    }
    return TripPlan(**start | fields)


def test_silence_since_the_last_visit(tree):
    never = make_target(tree.east, name="甲")
    late = make_target(tree.east, name="乙", every_days=30)
    fresh = make_target(tree.east, name="丙", township="")
    make_target(tree.east, until=date(2021, 6, 1))
    make_target(tree.east, group="school")
    for target, on in ((late, date(2021, 5, 1)), (fresh, date(2021, 6, 10))):
        make_activity(tree.east_outlets[0], "mobile_service", on=on, target=target)
    withdrawn = {"withdrawn_at": timezone.now(), "target": never}
    make_activity(tree.east_outlets[0], "mobile_service", on=JUNE, **withdrawn)
    make_activity(tree.east_outlets[0], "mobile_service", on=date(2021, 6, 20), target=never)

    states = target_states(ALL, JUNE, group="remote")

    assert [(s.target, s.days, s.is_gap) for s in states] == [
        (never, None, True),
        (late, 45, True),
        (fresh, 5, False),
    ]
    assert states[1].last == date(2021, 5, 1)
    (place,) = townships(states)
    assert (place.name, place.targets, place.gaps, place.last) == (
        "芦苇乡",
        2,
        2,
        date(2021, 5, 1),
    )
    assert target_states(Scope(), JUNE) == []


def test_a_trip_is_planned_and_driven(tree, head):
    one, two = make_target(tree.east), make_target(tree.east)
    trip = plan_trip(actor=head, plan=plan(tree, one, two, vehicle=make_vehicle(tree.east)))
    first, second = trip.stops.all()
    visit = make_activity(tree.east_outlets[0], "mobile_service", target=one)

    arrive(actor=head, stop=first, activity=visit)
    arrive(actor=head, stop=first, activity=visit)
    leave_out(actor=head, stop=second, reason="封路")

    (found,) = trips_of(ALL, trip.day, trip.day + timedelta(days=1))
    assert [(s.activity, s.left_out) for s in found.stops.all()] == [(visit, ""), (None, "封路")]
    with refused("visited"):
        leave_out(actor=head, stop=first, reason="封路")
    with refused("visited"):
        arrive(actor=head, stop=first, activity=make_activity(tree.east_outlets[0], target=one))
    with refused("other_target"):
        arrive(actor=head, stop=second, activity=visit)
    with refused("no_reason"):
        leave_out(actor=head, stop=second, reason="")


def test_what_a_plan_refuses(tree, head):
    one = make_target(tree.east)
    bus = make_vehicle(tree.east)
    for fields, code in (
        ({"stops": []}, "no_stops"),
        ({"stops": [(one, None)] * 21}, "too_many_stops"),
        ({"stops": [(one, None)] * 2}, "stop_twice"),
        ({"day": timezone.localdate() - timedelta(days=1)}, "day_past"),
    ):
        with refused(code):
            plan_trip(actor=head, plan=plan(tree, one, **fields))
    plan_trip(actor=head, plan=plan(tree, one, vehicle=bus))
    with refused("vehicle_taken"):
        plan_trip(actor=head, plan=plan(tree, one, vehicle=bus))
    with pytest.raises(NotAllowed):
        plan_trip(actor=head, plan=plan(tree, one, unit=tree.west))
    assert Trip.objects.count() == 1


def test_a_trip_is_taken_back_with_a_reason(tree, head):
    trip = plan_trip(actor=head, plan=plan(tree, make_target(tree.east)))
    with refused("no_reason"):
        cancel_trip(actor=head, trip=trip, version=1, reason="")
    with pytest.raises(StaleWrite):
        cancel_trip(actor=head, trip=trip, version=2, reason="雨")

    cancel_trip(actor=head, trip=trip, version=1, reason="雨")

    assert trips_of(ALL, trip.day, trip.day + timedelta(days=1)) == []
    with refused("withdrawn"):
        cancel_trip(actor=head, trip=trip, version=2, reason="雨")


# --- a trip that is planned otherwise ------------------------------------------------------------


def test_a_trip_is_planned_otherwise_and_the_trail_says_how(tree, head):
    one, two, three = (make_target(tree.east) for _n in range(3))
    bus = make_vehicle(tree.east)
    trip = plan_trip(actor=head, plan=plan(tree, one, two, vehicle=bus))
    tomorrow = trip.day + timedelta(days=1)
    other = plan(tree, three, one, vehicle=bus, day=tomorrow, title="改期")

    changed = change_trip(actor=head, trip=trip, version=1, plan=other)

    assert (changed.day, changed.title, changed.version) == (tomorrow, "改期", 2)
    stops = [(s.position, s.target) for s in changed.stops.all()]
    assert stops == [(1, three), (2, one)]
    told = AuditEvent.objects.get(action="trip.changed").data["changes"]
    assert told["day"] == [trip.day.isoformat(), tomorrow.isoformat()]
    assert told["targets"][0] == [[one.target, "09:00"], [two.target, "09:00"]]
    assert "vehicle" not in told


def test_a_trip_that_stays_the_same_leaves_no_trace(tree, head):
    one = make_target(tree.east)
    trip = plan_trip(actor=head, plan=plan(tree, one, vehicle=make_vehicle(tree.east)))

    same = change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one, vehicle=trip.vehicle))

    assert same.version == 1
    assert not AuditEvent.objects.filter(action="trip.changed").exists()


def test_what_was_done_at_a_stop_is_not_planned_away(tree, head):
    one, two, three = (make_target(tree.east) for _n in range(3))
    trip = plan_trip(actor=head, plan=plan(tree, one, two))
    left = trip.stops.get(target=two)
    leave_out(actor=head, stop=left, reason="封路")
    tomorrow = trip.day + timedelta(days=1)

    with refused("stop_done"):
        change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one, two, day=tomorrow))
    with refused("stop_done"):
        change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one, three))
    change_trip(actor=head, trip=trip, version=1, plan=plan(tree, three, two))

    assert [(s.target, s.left_out) for s in trip.stops.all()] == [(three, ""), (two, "封路")]


def test_what_a_change_refuses(tree, head):
    one = make_target(tree.east)
    bus, van = make_vehicle(tree.east), make_vehicle(tree.east)
    plan_trip(actor=head, plan=plan(tree, one, vehicle=bus))
    trip = plan_trip(actor=head, plan=plan(tree, one, vehicle=van))
    for fields, code in (
        ({"vehicle": bus}, "vehicle_taken"),
        ({"stops": []}, "no_stops"),
        ({"day": timezone.localdate() - timedelta(days=1)}, "day_past"),
    ):
        with refused(code):
            change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one, **fields))
    with pytest.raises(StaleWrite):
        change_trip(actor=head, trip=trip, version=2, plan=plan(tree, one))
    with pytest.raises(NotAllowed):
        change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one, unit=tree.west))
    stranger = make_actor("outlet_head", unit=tree.west_outlets[0])
    with pytest.raises(NotAllowed):
        change_trip(actor=stranger, trip=trip, version=1, plan=plan(tree, one))
    cancel_trip(actor=head, trip=trip, version=1, reason="雨")
    with refused("withdrawn"):
        change_trip(actor=head, trip=trip, version=2, plan=plan(tree, one))
    assert Trip.objects.filter(version=1).count() == 1


def test_a_trip_of_a_day_that_is_over_stays(tree, head):
    one = make_target(tree.east)
    trip = plan_trip(actor=head, plan=plan(tree, one))
    Trip.objects.update(day=trip.day - timedelta(days=1))

    with refused("trip_over"):
        change_trip(actor=head, trip=trip, version=1, plan=plan(tree, one))
