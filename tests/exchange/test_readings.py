"""The sheet of readings: planted faults, all or nothing, twice the same."""

from __future__ import annotations

import io
from datetime import date

import pytest

from hearth.exchange.kinds import KINDS
from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.premises.models import ReadingHour, Sensor
from tests.factories import make_actor, make_tree
from tests.factories_sensors import at, counted, make_sensor

pytestmark = pytest.mark.django_db
HEAD = "unit,sensor,at,celsius\n"
GOOD = (
    HEAD
    + "E1,S-1,2021-01-12 09:30,17.4\n"
    + "E1,S-1,2021-01-12T01:31:00Z,17.5\n"
    + "E2,S-2,2021-01-11 23:59,-3.25\n"
    + "E,weather:东城市,2021-01-12 09:00,-11\n"
)


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


def run(text, *, actor=None, dry_run=False):
    sent = [("readings.csv", io.BytesIO(text.encode()))]
    return KINDS["readings"].run(actor or operator("x"), sent, dry_run=dry_run)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped)


def test_rows_become_readings_and_sensors():
    report = run(GOOD)

    assert report.ok, report.to_text()
    assert counts(report) == (4, 4, 0, 0, 0)
    first, second, weather = Sensor.objects.order_by("sensor_no")
    assert (first.unit.code, first.kind, first.since) == ("E1", "indoor", date(2021, 1, 12))
    assert (weather.kind, weather.place, weather.unit.code) == ("weather", "东城市", "E")
    hour = ReadingHour.objects.get(sensor=first)
    assert hour.hour * 60 == at(2021, 1, 12, 1)
    assert (hour.count_second, hour.total_second, hour.lowest) == (2, 3490, 1740)
    assert counted(second) == (1, -325)


def test_a_second_time_adds_nothing():
    run(GOOD)

    assert counts(run(GOOD)) == (4, 0, 0, 4, 0)
    assert Sensor.objects.count() == 3


def test_a_dry_run_writes_nothing():
    report = run(GOOD, dry_run=True)

    assert counts(report) == (4, 4, 0, 0, 0)
    assert report.dry_run
    assert not ReadingHour.objects.exists()
    assert not Sensor.objects.exists()


def test_every_bad_cell_is_named_and_nothing_written(tree):
    make_sensor(tree.east_outlets[0], sensor_no="HERE")
    make_sensor(tree.east_outlets[0], sensor_no="GONE", until=date(2021, 1, 1))
    rows = [
        "E1,S-1,2021-01-12 09:30,17.4",
        "Nowhere,S-1,2021-01-12 09:31,17.4",
        "E2,S-1,2021-01-12 09:32,17.4",
        "E1,S-1,1999-01-12 09:33,17.4",
        "E1,S-1,2999-01-12 09:33,17.4",
        "E1,S-1,then,17.4",
        "E1,S-1,2021-01-12 09:34,81",
        "E1,S-1,2021-01-12 09:35,cold",
        "E2,HERE,2021-01-12 09:36,17.4",
        "E1,GONE,2021-01-12 09:37,17.4",
        "E1,S-1,2021-01-12 09:30,17.9",
    ]
    report = run(HEAD + "\n".join(rows))

    assert not ReadingHour.objects.exists()
    assert {(e.row, e.column) for e in report.errors} >= {
        (3, "unit"),
        (4, "unit"),
        (5, "at"),
        (6, "at"),
        (7, "at"),
        (8, "celsius"),
        (9, "celsius"),
        (10, "unit"),
        (11, "at"),
    }
    assert any(e.row == 12 for e in report.errors)


def test_a_unit_outside_the_actors_part_is_unknown_and_its_sensor_cannot_be_claimed(tree):
    make_sensor(tree.west_outlets[0], sensor_no="WEST")
    actor = make_actor("premises.edit", unit=tree.east)

    outside = run(HEAD + "W1,WEST,2021-01-12 09:30,17.4\n", actor=actor)
    claimed = run(HEAD + "E1,WEST,2021-01-12 09:30,17.4\n", actor=actor)

    assert [e.column for e in outside.errors] == ["unit", "sensor"]
    assert [e.column for e in claimed.errors] == ["sensor"]


def test_nobody_imports_without_the_permission():
    with pytest.raises(NotAllowed):
        run(GOOD, actor=make_actor("staff"))


def test_ten_thousand_rows_are_read_in_few_queries(django_assert_max_num_queries):
    rows = [
        f"E{1 + n % 2},S-{n % 2},2021-01-{1 + n // 1440:02d} {n // 60 % 24:02d}:{n % 60:02d},18"
        for n in range(10_000)
    ]
    with django_assert_max_num_queries(40):
        report = run(HEAD + "\n".join(rows))
    assert report.ok
    assert report.created == 10_000


def test_all_that_is_wrong_with_a_row_is_told_in_one_run(tree):
    make_sensor(tree.east_outlets[0], sensor_no="HERE")
    make_sensor(tree.east_outlets[0], sensor_no="GONE", until=date(2021, 1, 1))
    rows = [
        "Nowhere,S-1,then,cold",
        "Nowhere,S-1,2999-01-12 09:33,17.4",
        "E2,HERE,2021-01-12 09:36,warm",
        "Nowhere,GONE,2021-01-12 09:37,17.4",
        "E1,S-1,2021-01-12 09:30,cold",
        "E2,S-1,then,17.4",  # the row above says where it hangs
        "E1,,1999-01-12 09:33,17.4",
    ]
    report = run(HEAD + "\n".join(rows))

    assert sorted((e.row, e.column) for e in report.errors) == [
        (2, "at"),
        (2, "celsius"),
        (2, "unit"),
        (3, "at"),
        (3, "unit"),
        (4, "celsius"),
        (4, "unit"),
        (5, "at"),
        (5, "unit"),
        (6, "celsius"),
        (7, "at"),
        (7, "unit"),
        (8, "at"),
        (8, "sensor"),
    ]
    assert not Sensor.objects.filter(sensor_no="S-1").exists()


def test_a_missing_column_is_told_once_and_hides_nothing_else():
    report = run("unit,sensor,celsius\nNowhere,S-1,17.4\n")
    assert [(e.row, e.column) for e in report.errors] == [(1, "at"), (2, "unit")]
