"""Readings from other systems: what is stored, what is named, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.conftest import refusal
from tests.factories_sensors import counted, make_sensor

pytestmark = pytest.mark.django_db


@pytest.fixture
def sensor(tree):
    return make_sensor(tree.east_outlets[0])


def reading(sensor, at="2021-01-12T09:30:00+08:00", celsius=17.4):
    return {"sensor": sensor.sensor_no, "at": at, "celsius": celsius}


def test_good_readings_are_stored_and_bad_ones_named(manager, sensor, tree):
    gone = make_sensor(tree.east_outlets[1], until=timezone.localdate() - timedelta(days=30))
    tomorrow = (timezone.now() + timedelta(days=2)).isoformat()
    sent = [
        reading(sensor, celsius=99),
        reading(sensor),
        reading(sensor, at=tomorrow),
        {**reading(sensor), "sensor": "nobody"},
        reading(sensor, at="2021-01-12T01:31:00Z", celsius=17.456),
        reading(gone, at=timezone.now().isoformat()),
    ]

    answer = manager.post("readings", {"readings": sent})

    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "stored": 2,
        "repeated": 0,
        "refused": [
            {"position": 0, "reason": "out_of_range"},
            {"position": 2, "reason": "bad_time"},
            {"position": 3, "reason": "unknown_sensor"},
            {"position": 5, "reason": "retired"},
        ],
    }
    assert counted() == (2, 1740 + 1746)


def test_the_same_call_again_stores_nothing(manager, sensor):
    manager.post("readings", {"readings": [reading(sensor)]})

    answer = manager.post("readings", {"readings": [reading(sensor)]})

    assert answer.json() == {"stored": 0, "repeated": 1, "refused": []}


def test_a_key_needs_the_permission_and_reaches_its_part_only(caller_as, tree, sensor):
    for caller in (caller_as("branch_manager"), caller_as("programme_manager", only=("me.x",))):
        answer = caller.post("readings", {"readings": [reading(sensor)]})
        assert refusal(answer)[0] == 403

    west = caller_as("programme_manager", unit=tree.west, only=("premises.measure",))
    answer = west.post("readings", {"readings": [reading(sensor)]})
    assert answer.json()["refused"] == [{"position": 0, "reason": "unknown_sensor"}]
    assert counted() == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"readings": []},
        {"readings": [{"sensor": "x", "at": "2021-01-12", "celsius": 1}]},
        {"readings": [{"sensor": "", "at": "2021-01-12T09:30:00Z", "celsius": 1}]},
        {"readings": [{"sensor": "x", "at": "2021-01-12T09:30:00Z", "celsius": "warm"}]},
        {"readings": [{"sensor": "x", "at": "2021-01-12T09:30:00Z"}]},
    ],
)
def test_what_is_not_a_reading_is_refused_whole(manager, body):
    assert refusal(manager.post("readings", body))[0] == 422
