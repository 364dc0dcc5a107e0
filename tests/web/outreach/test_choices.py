"""What a form offers can be told apart; lists leave as they are filtered."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from tests.factories import make_tree
from tests.factories_outreach import kind, make_activity, make_target, make_vehicle
from tests.web.outreach.pages import english, queries_of

pytestmark = pytest.mark.django_db
TRIP, ROWS = reverse("outreach:trip-create"), reverse("outreach:rows")
EXPORT = reverse("outreach:rows-export")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


def exported(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("address", [TRIP, reverse("outreach:create", args=["mobile_service"])])
def test_namesakes_say_whose_they_are(tree, address):
    kind("mobile_service")
    make_vehicle(tree.east, name="便携式移动柜台")
    make_vehicle(tree.west, name="便携式移动柜台")
    make_target(tree.east, name="机械厂", township="东镇")
    make_target(tree.west, name="机械厂", township="")
    text = english("programme_manager", unit=tree.province).get(address).content.decode()
    for label in (
        "便携式移动柜台 · 东城分行",
        "便携式移动柜台 · 西城分行",
        "机械厂 · 东镇 · 东城分行",
        "机械厂 · 西城分行",
    ):
        assert f">{label}</option>" in text


def test_the_form_of_a_trip_asks_once_however_many_targets(tree):
    office = english("programme_manager", unit=tree.province)
    make_target(tree.east)
    once = queries_of(office, TRIP)
    for _ in range(24):
        make_target(tree.west)
    assert queries_of(office, TRIP) == once


def test_activities_leave_as_filtered(tree):
    make_activity(tree.east_outlets[0], "lecture", title="反假货币")
    make_activity(tree.east_outlets[1], "training", persons=9)
    make_activity(tree.west_outlets[0], "lecture", title="别处")
    manager = english("branch_manager", unit=tree.east)
    page = manager.get(f"{ROWS}?kind=lecture").content.decode()
    assert f"{EXPORT}?kind=lecture&amp;format=xlsx" in page
    rows = exported(manager.get(f"{EXPORT}?kind=lecture&format=csv"))
    assert ["反假货币" in row.values() for row in rows] == [True]
    assert len(exported(manager.get(f"{EXPORT}?format=csv"))) == 2
    assert manager.get(f"{EXPORT}?under=W").status_code == 404
    assert english("inspector", unit=tree.province).get(EXPORT).status_code == 403


def test_an_activity_without_a_title_goes_by_its_kind(tree):
    made = make_activity(tree.east_outlets[0], "training", title="", persons=3)
    manager = english("branch_manager", unit=tree.east)
    for address in (ROWS, reverse("outreach:activity", args=[made.pk])):
        assert ">Training<" in manager.get(address).content.decode()
