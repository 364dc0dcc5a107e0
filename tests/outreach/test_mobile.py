"""Trips of mobile service, and the silence of its targets."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.network.scope import Scope
from hearth.outreach.models import Trip
from hearth.outreach.queries.mobile import target_states, townships, trips_of
from hearth.outreach.services.mobile import TripPlan, arrive, cancel_trip, leave_out, plan_trip
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
