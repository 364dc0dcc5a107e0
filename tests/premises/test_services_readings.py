from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent
from hearth.premises.models import Intake, ReadingHour, Sensor, SensorState, Stray
from hearth.premises.services.readings import (
    NewSensor,
    Reading,
    Unusable,
    enter,
    receive,
    seal,
    submit,
)
from tests.factories import make_actor, make_tree, make_unit
from tests.factories_sensors import at, counted, make_sensor, take

pytestmark = pytest.mark.django_db

START = at(2021, 1, 12, 1)  # nine in the morning in China


@pytest.fixture
def sensor():
    return make_sensor(make_unit())


def test_readings_are_kept_by_the_hour_with_exact_sums(sensor):
    taken = take(sensor, [(START + n, 1700 + n) for n in range(90)])

    assert (taken.stored, taken.repeated, taken.refused) == (90, 0, [])
    first, second = ReadingHour.objects.order_by("hour")
    assert first.hour == START // 60
    assert (first.count_first, first.total_first) == (30, sum(range(1700, 1730)))
    assert (first.count_second, first.total_second) == (30, sum(range(1730, 1760)))
    assert (first.lowest, first.highest) == (1700, 1759)
    assert (second.count_first, second.count_second) == (30, 0)


def test_the_same_again_changes_nothing(sensor):
    readings = [(START + n, 1700 + n) for n in range(90)]
    take(sensor, readings)
    before = list(ReadingHour.objects.values())

    taken = take(sensor, readings)

    assert (taken.stored, taken.repeated) == (0, 90)
    assert list(ReadingHour.objects.values()) == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 300), st.integers(-500, 3000)), max_size=30), max_size=5
    )
)
def test_batches_in_any_order_keep_the_first_reading_of_every_minute(sensor, came):
    ReadingHour.objects.all().delete()
    first: dict[int, int] = {}
    for batch in came:
        for minute, centi in batch:
            first.setdefault(minute, centi)
        take(sensor, [(START + minute, centi) for minute, centi in batch])

    assert counted(sensor) == (len(first), sum(first.values()))


def test_hours_far_apart_are_found_again(sensor):
    far = [(START + days * 1440, 1700) for days in (0, 1, 40, 400)]
    take(sensor, far)

    taken = take(sensor, [*far, (START + 40 * 1440 + 1, 1800)])

    assert (taken.stored, taken.repeated) == (1, 4)
    assert counted() == (5, 4 * 1700 + 1800)


def test_the_state_of_the_sensor_follows(sensor):
    take(sensor, [(START, 1800), (START + 1, 2400)])
    take(sensor, [(START + 2, 2400), (START - 5, 0)])

    state = SensorState.objects.get()
    assert state.last_at == datetime(2021, 1, 12, 1, 2, tzinfo=UTC)
    assert (state.last_centi, state.jump_centi, state.jumps) == (2400, 600, 1)
    assert state.same_since == START + 1


def test_a_sensor_nobody_knows_is_counted_and_not_lost_from_sight():
    readings = [Reading("X-1", START, 1700), Reading("X-1", START + 1, 1712)]

    taken = receive(
        actor=operator("mqtt"), readings=readings, unusable=[Unusable("X-2", "malformed", "hot")]
    )

    assert taken.refused == [(0, "unknown_sensor"), (1, "unknown_sensor")]
    stray = Stray.objects.get(sensor_no="X-1")
    assert (stray.reason, stray.count) == ("unknown_sensor", 2)
    assert "17.12" in stray.sample
    receive(actor=operator("mqtt"), readings=readings)
    stray.refresh_from_db()
    assert stray.count == 4
    assert Stray.objects.get(sensor_no="X-2").sample == "hot"


def test_a_sensor_that_moved_counts_where_it_hung():
    tree = make_tree()
    one, two = tree.east_outlets[:2]
    first = make_sensor(one, sensor_no="M", until=date(2021, 1, 10))
    second = make_sensor(two, sensor_no="M", since=date(2021, 1, 12))
    readings = [Reading("M", at(2021, 1, day, 2), 1700 + day) for day in (9, 11, 12)]

    taken = receive(actor=operator("mqtt"), readings=readings)

    assert taken.refused == [(1, "retired")]
    assert counted(first) == (1, 1709)
    assert counted(second) == (1, 1712)


def test_the_trail_learns_of_an_hour_of_arrivals_when_it_is_over(sensor):
    with time_machine.travel(datetime(2021, 3, 1, 9, 59, tzinfo=UTC), tick=False):
        take(sensor, [(START, 1700)])
        take(sensor, [(START, 1700), (START + 1, 1700)])
        assert not AuditEvent.objects.filter(action="readings.received").exists()
    with time_machine.travel(datetime(2021, 3, 1, 10, 0, tzinfo=UTC), tick=False):
        take(sensor, [(START + 2, 1700)])

        event = AuditEvent.objects.get(action="readings.received")
        counts = {name: event.data[name] for name in ("batches", "stored", "repeated", "refused")}
        assert counts == {"batches": 2, "stored": 2, "repeated": 1, "refused": 0}
        assert event.data["digest"] == Intake.objects.earliest("hour").digest
    with time_machine.travel(datetime(2021, 3, 1, 11, 0, tzinfo=UTC), tick=False):
        assert seal(actor=operator("mqtt")) == 1
        assert seal(actor=operator("mqtt")) == 0


def test_another_system_sends_for_its_own_units_only(sensor):
    tree = make_tree()
    inside, outside = make_sensor(tree.east_outlets[0]), make_sensor(tree.west_outlets[0])
    actor = make_actor("premises.measure", unit=tree.east)
    readings = [Reading(one.sensor_no, START, 1700) for one in (inside, outside)]

    taken = submit(actor=actor, readings=readings)

    assert (taken.stored, taken.refused) == (1, [(1, "unknown_sensor")])
    assert counted(outside) == (0, 0)
    event = AuditEvent.objects.get(action="readings.received")
    assert event.data["stored"] == 1


@pytest.mark.parametrize("act", [submit, receive, enter])
def test_nobody_sends_without_the_permission(act):
    with pytest.raises(NotAllowed):
        act(actor=make_actor("staff"), readings=[])


def test_a_file_brings_its_sensors_with_it():
    unit = make_unit()
    new = NewSensor("F-1", unit.pk, unit.path, "indoor", "", START)

    taken = enter(actor=operator("x"), readings=[Reading("F-1", START, 1700)], new=[new])

    assert taken.stored == 1
    sensor = Sensor.objects.get()
    assert (sensor.sensor_no, sensor.since) == ("F-1", date(2021, 1, 12))
    assert AuditEvent.objects.get(action="readings.imported").data["sensors"] == ["F-1"]


def test_a_stored_winter_of_an_hour_each_is_read_in_few_queries(django_assert_max_num_queries):
    unit = make_unit()
    sensors = [make_sensor(unit) for _n in range(30)]
    readings = [Reading(one.sensor_no, START + n, 1700) for one in sensors for n in range(3)]
    actor = operator("mqtt")
    receive(actor=actor, readings=readings)
    later = [Reading(r.sensor, r.minute + 3, r.centi) for r in readings]
    with django_assert_max_num_queries(40):
        receive(actor=actor, readings=later)
    assert counted() == (180, 180 * 1700)
