"""How warm the halls are, and how the sensors are, on their pages."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from hearth.network.actors import operator
from hearth.premises.domain.wire import minute_of
from hearth.premises.models import Watchlist, WatchlistEntry
from hearth.premises.services.readings import Reading, receive
from tests.factories import Tree, make_tree, make_unit
from tests.factories_sensors import make_sensor
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
DAY = date(2021, 1, 12)  # a Tuesday
OVERVIEW, SENSORS = "/temperatures/", "/temperatures/sensors/"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def fill(sensor: Any, by_day: dict[date, int]) -> None:
    rows = []
    for day, centi in by_day.items():
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60 - 480
        rows += [Reading(sensor.sensor_no, midnight + m, centi) for m in range(540, 1020, 30)]
    receive(actor=operator("mqtt"), readings=rows)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content
    content: str = response.content.decode()
    return content


# --- a day ----------------------------------------------------------------------------------------


def test_before_the_first_reading_the_page_says_what_to_do(tree: Tree) -> None:
    page = text(english("programme_manager").get(OVERVIEW))
    assert "No temperature has been measured yet" in page


def test_the_day_is_said_in_a_sentence_and_the_coldest_comes_first(tree: Tree) -> None:
    fill(make_sensor(tree.east_outlets[0]), {DAY: 1805})
    fill(make_sensor(tree.east_outlets[1]), {DAY: 1650})
    fill(make_sensor(tree.west_outlets[0]), {DAY: 1200})
    make_sensor(tree.east_outlets[2])

    page = text(english("branch_manager", tree.east).get(OVERVIEW))

    assert "1 of 2 outlets was colder than 18.0 °C in business hours on 2021-01-12." in page
    assert page.index("东街支行") < page.index("东门支行")
    assert "16.5 °C" in page
    assert "西门支行" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("?show=cold", {"E2"}), ("?show=none", {"E3"}), ("?on=2021-01-13", {"E1", "E2", "E3"})],
)
def test_the_list_can_be_narrowed_and_taken_along(tree: Tree, query: str, shown: set[str]) -> None:
    for unit, centi in zip(tree.east_outlets[:2], (1805, 1650), strict=True):
        fill(make_sensor(unit), {DAY: centi})
    make_sensor(tree.east_outlets[2])
    client = english("branch_manager", tree.east)

    page = text(client.get(OVERVIEW + query, headers={"HX-Request": "true"}))
    answer = client.get(f"/temperatures/export/{query}&format=csv")

    assert {unit.code for unit in tree.east_outlets if f"outlets/{unit.code}/" in page} == shown
    said = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert {next(iter(row.values())) for row in rows} == shown


def test_a_weekend_is_named_as_such(tree: Tree) -> None:
    fill(make_sensor(tree.east_outlets[0]), {DAY: 1700})
    page = text(english("programme_manager").get(f"{OVERVIEW}?on=2021-01-16"))
    assert "This is not a business day." in page
    assert "Nothing was measured in business hours on 2021-01-16." in page


def test_the_page_asks_as_much_for_many_outlets_as_for_one(tree: Tree) -> None:
    client = english("programme_manager")
    fill(make_sensor(tree.east_outlets[0]), {DAY: 1700})
    few = queries(client, OVERVIEW)
    for _n in range(24):
        fill(make_sensor(make_unit(tree.east)), {DAY: 1700})
    assert queries(client, OVERVIEW) == few


# --- one outlet -----------------------------------------------------------------------------------


def test_an_outlet_over_time_beside_the_weather_and_its_lists(tree: Tree) -> None:
    unit = tree.east_outlets[0]
    days = {DAY - timedelta(days=n): 1700 + 10 * n for n in range(5)}
    fill(make_sensor(unit, place="大厅"), days)
    fill(make_sensor(tree.east, kind="weather", place="东城市"), dict.fromkeys(days, -1200))
    WatchlistEntry.objects.create(
        watchlist=Watchlist.objects.get(code="cold"),
        unit=unit,
        unit_path=unit.path,
        since=DAY,
        reason="冷",
        measure="加装空调",
    )
    client = english("outlet_head", unit)

    page = text(client.get("/temperatures/outlets/E1/"))

    assert "东门支行 had 17.0 °C in business hours on 2021-01-12." in page
    assert "on <strong>3</strong> of the last 10 business days" in page
    assert "Outside" in page
    assert "-12.0 °C" in page
    assert "加装空调" in page
    assert "大厅" in page
    hourly = text(client.get("/temperatures/outlets/E1/?span=7&on=2021-01-12"))
    assert "01-12 09:00" in hourly
    assert "17.0 °C" in hourly
    empty = text(client.get("/temperatures/outlets/E1/?span=7&on=2020-01-12"))
    assert "nothing was measured in these days" in empty


def test_an_outlet_of_another_branch_does_not_exist(tree: Tree) -> None:
    client = english("branch_manager", tree.west)
    assert client.get("/temperatures/outlets/E1/").status_code == 404
    assert english("inspector").get("/temperatures/outlets/E1/").status_code == 403


# --- the sensors ----------------------------------------------------------------------------------


def test_sensors_that_need_a_look_are_counted_and_listed(tree: Tree) -> None:
    now = datetime(2021, 1, 14, 4, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        minute = minute_of(now)
        well, stuck = (
            make_sensor(unit, sensor_no=no)
            for unit, no in zip(tree.east_outlets[:2], ("WELL", "STUCK"), strict=True)
        )
        make_sensor(tree.east_outlets[2], sensor_no="NEVER")
        make_sensor(tree.west_outlets[0], sensor_no="WEST")
        readings = [Reading("WELL", minute - 40, 1800), Reading("WELL", minute, 1700)]
        readings += [Reading("STUCK", minute - 60 * n, 1800) for n in range(30)]
        readings += [Reading("STRANGER", minute, 1800)]
        receive(actor=operator("mqtt"), readings=readings)
        client = english("branch_manager", tree.east)

        page = text(client.get(SENSORS))
        only = text(client.get(f"{SENSORS}?condition=stuck", headers={"HX-Request": "true"}))
        patient = text(client.get(f"{SENSORS}?stuck=48"))

    assert "2 of 3 sensors need a look." in page
    assert "WEST" not in page
    assert "STRANGER" not in page
    assert "STUCK" in only
    assert "NEVER" not in only
    assert "1 of 3 sensors needs a look." in patient
    office = text(english("programme_manager").get(SENSORS))
    assert "STRANGER" in office
    assert "nobody has registered it" in office
    assert well.unit != stuck.unit


def test_the_sensors_page_asks_as_much_for_many_as_for_one(tree: Tree) -> None:
    client = english("programme_manager")
    make_sensor(tree.east_outlets[0])
    few = queries(client, SENSORS)
    for _n in range(24):
        fill(make_sensor(make_unit(tree.east)), {timezone.localdate(): 1700})
    assert queries(client, SENSORS) == few
