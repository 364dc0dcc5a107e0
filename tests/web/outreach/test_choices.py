"""What a form offers can be told apart; lists leave as they are filtered."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from hearth.exchange.kinds import KINDS
from tests.factories import make_actor, make_tree
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


OWN = [
    {"key": "grade", "label": "年级", "label_en": "Grade", "type": "integer"},
    {"key": "abroad", "label": "境外", "label_en": "Abroad", "type": "yes_no"},
    {
        "key": "place_kind",
        "label": "场所",
        "label_en": "Kind of place",
        "type": "choice",
        "choices": [["school", "学校", "School"], ["square", "广场", "Square"]],
    },
]


def test_a_list_of_one_kind_shows_its_own_fields_and_no_other_list_does(tree):
    kind("lecture", extra_fields=OWN)
    details = {"grade": 3, "abroad": False, "place_kind": "square"}
    make_activity(tree.east_outlets[0], "lecture", details=details)
    make_activity(tree.east_outlets[0], "lecture", title="无")
    manager = english("branch_manager", unit=tree.east)

    page = manager.get(f"{ROWS}?kind=lecture").content.decode()

    assert "<th>Kind of place</th>" in page
    for name, text in (("Grade", "3"), ("Abroad", "no"), ("Kind of place", "Square")):
        assert f'<td data-label="{name}">{text}</td>' in page
    assert '<td data-label="Grade">—</td>' in page
    assert "Kind of place" not in manager.get(ROWS).content.decode()
    assert manager.get(f"{ROWS}?kind=unknown").context["own"] == []


def test_the_file_of_one_kind_has_its_own_fields_and_can_be_sent_back(tree, tmp_path):
    kind("lecture", extra_fields=OWN)
    details = {"grade": 3, "abroad": True, "place_kind": "school"}
    first = make_activity(tree.east_outlets[0], "lecture", title="=反假", details=details)
    make_activity(tree.west_outlets[0], "lecture", details=details)
    manager = english("branch_manager", unit=tree.east)

    answer = manager.get(f"{EXPORT}?kind=lecture&format=xlsx")

    content = b"".join(answer.streaming_content)
    _ledger, own = load_workbook(io.BytesIO(content)).worksheets
    assert [cell.value for cell in own[1]][-3:] == ["Grade", "Abroad", "Kind of place"]
    assert [cell.value for cell in own[2]][-3:] == [3, "y", "School"]
    assert (own.max_row, own["A2"].value) == (2, first.activity)
    assert (own["D2"].value, own["D2"].data_type) == ("=反假", "s")
    (tmp_path / "a.xlsx").write_bytes(content)
    report = KINDS["activities"].run(
        make_actor("branch_manager", unit=tree.east), [tmp_path / "a.xlsx"], dry_run=True
    )
    assert report.ok, report.lines()
    plain = manager.get(f"{EXPORT}?format=xlsx")
    assert len(load_workbook(io.BytesIO(b"".join(plain.streaming_content))).worksheets) == 1


def test_the_own_fields_of_a_list_cost_the_same_for_one_row_and_for_many(tree):
    kind("lecture", extra_fields=OWN)
    manager = english("branch_manager", unit=tree.east)
    make_activity(tree.east_outlets[0], "lecture", details={"grade": 1})
    once = queries_of(manager, f"{ROWS}?kind=lecture")
    for number in range(24):
        make_activity(tree.east_outlets[0], "lecture", details={"grade": number})

    assert queries_of(manager, f"{ROWS}?kind=lecture") == once


def test_an_activity_without_a_title_goes_by_its_kind(tree):
    made = make_activity(tree.east_outlets[0], "training", title="", persons=3)
    manager = english("branch_manager", unit=tree.east)
    for address in (ROWS, reverse("outreach:activity", args=[made.pk])):
        assert ">Training<" in manager.get(address).content.decode()
