"""The home of a unit, for each kind of unit and reader, with and without records."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearth.network.services import units as services
from hearth.network.services.rows import UnitRow
from hearth.scoring.models import Adjustment
from tests.factories import client_as, make_actor, make_person, make_tree, make_unit
from tests.factories_network import make_check, make_closing, make_criterion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def client(tree):
    client = client_as("programme_manager")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def page(client, code, **query):
    response = client.get(f"/network/units/{code}/", query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("code", ["P", "E", "ES", "E1"])
def test_every_unit_has_a_home_before_there_is_any_record(client, code):
    text = page(client, code)
    assert "No quarter with this unit has been closed yet." in text
    assert "Nobody holds a post here." in text


def test_an_outlet_shows_its_quarters_checks_and_what_was_not_met(client, tree):
    one = tree.outlets[0]
    criterion = make_criterion()
    make_check(one, criterion, date(2021, 4, 1), faults=1)
    last = make_check(one, criterion, date(2021, 6, 1), faults=1)
    other = make_check(one, criterion, date(2021, 2, 1), faults=1, channel="onsite")
    make_closing("2021Q1", {tree.outlets[1]: 9000, one: 8000})
    make_closing("2021Q2", {one: 9437, tree.outlets[1]: 9000})
    response = client.get("/network/units/E1/")
    text = response.content.decode()
    assert '<a href="/scoring/2021Q2/result/E1/"><strong>94.37</strong> in Q2 2021</a>' in text
    assert "rank <strong>1</strong> of 2" in text
    assert [row.closing.period for row in response.context["history"]] == ["2021Q1", "2021Q2"]
    assert "<svg" in text
    assert f"/inspections/{last.uuid}/" in text
    found = {finding.inspection_id for finding in response.context["findings"]}
    assert found == {last.pk, other.pk}  # the older video check was overtaken
    assert "The sign is whole" in text
    assert f"/standards/criteria/{criterion.pk}/" in text


def test_what_was_met_at_the_next_check_is_not_shown_any_more(client, tree):
    one = tree.outlets[0]
    criterion = make_criterion()
    make_check(one, criterion, date(2021, 4, 1), faults=1)
    make_check(one, criterion, date(2021, 6, 1))
    assert "Everything was met." in page(client, "E1")


def test_unreleased_checks_stay_with_reviewers(client, tree):
    one = tree.outlets[0]
    make_check(one, make_criterion(), date(2021, 6, 1), status="submitted", released_at=None)
    assert "2021-06-01" in page(client, "E1")
    head = client_as("outlet_head", unit=one)
    assert "2021-06-01" not in page(head, "E1")


def test_an_outlet_shows_where_it_lay_when(client, tree):
    services.apply_units(make_actor("programme_manager"), [UnitRow("E1", "W", date(2021, 5, 15))])
    stays = client.get("/network/units/E1/").context["stays"]
    assert [(stay.parent.code, stay.since, stay.until) for stay in stays] == [
        ("W", date(2021, 5, 15), None),
        ("E", None, date(2021, 5, 15)),
    ]


def test_a_move_of_the_branch_is_no_move_of_the_outlet(client, tree):
    make_unit(tree.province, code="A", level="branch")
    row = UnitRow("ES", "A", date(2021, 5, 15))
    services.apply_units(make_actor("programme_manager"), [row])
    stays = client.get("/network/units/E3/").context["stays"]
    assert [(stay.parent.code, stay.since, stay.until) for stay in stays] == [("ES", None, None)]


def test_a_branch_shows_its_outlets_by_rank_and_its_coverage(client, tree):
    one, two, _three = tree.east_outlets
    make_closing("2021Q2", {tree.east: 9000, two: 9500, one: 9400, tree.west_outlets[0]: 9000})
    criterion = make_criterion()
    make_check(one, criterion, date(2021, 7, 1), faults=1)
    make_check(one, criterion, date(2021, 6, 1), faults=2)
    response = client.get("/network/units/E/")
    text = response.content.decode()
    assert [unit.code for unit in response.context["page_obj"]] == ["E2", "E1", "E3"]
    assert (response.context["seen"].seen, response.context["seen"].outlets) == (1, 3)
    assert "33.3%" in text
    assert "A01" in text
    address = f"/scoring/2021Q2/faults/?under=E&criterion={criterion.pk}"
    assert address.replace("&", "&amp;") in text
    assert client.get(address).status_code == 200
    assert "94.00" in text


def test_the_province_shows_its_branches(client, tree):
    response = client.get("/network/units/P/")
    assert [unit.code for unit in response.context["page_obj"]] == ["E", "W"]
    assert response.context["faults"] == []


def test_a_closed_quarter_in_which_it_was_not_ranked_is_named(client, tree):
    make_closing("2021Q2", {tree.outlets[0]: None})
    assert "Not ranked in Q2 2021" in page(client, "E1")


def test_scores_and_staff_are_left_out_for_those_who_may_not_see_them(tree):
    make_closing("2021Q2", {tree.outlets[0]: 9437})
    make_person(tree.outlets[0], name="王芳")
    text = page(client_as("inspector"), "E1")
    assert "94.37" not in text
    assert "王芳" not in text
    assert "/inspections/start/?unit=E1" in text


def test_staff_and_adjustments_stand_beside(client, tree):
    one = tree.outlets[0]
    make_person(one, name="王芳", post="大堂经理", phone="13800001234")
    kept = {"unit": one, "period": "2021Q2", "decided_on": date(2021, 6, 1), "reason": "客户表扬"}
    Adjustment.objects.create(kind="bonus", points_centi=50, status="approved", **kept)
    Adjustment.objects.create(kind="deduction", points_centi=70, **kept)  # only proposed
    left = {"status": "withdrawn", "withdrawn_at": "2021-06-02T00:00:00Z"}
    Adjustment.objects.create(kind="veto", **left, **kept)
    text = page(client, "E1")
    assert "王芳" in text
    assert "13800001234" not in text
    assert "+0.50" in text
    assert text.count("客户表扬") == 1


def test_a_merged_unit_leads_to_where_it_went(client, tree):
    one, two = tree.west_outlets
    office = make_actor("programme_manager")
    services.merge_units(office, one, two, date(2021, 6, 1), version=1, reason="撤并")
    text = page(client, "W1")
    assert "Merged on 2021-06-01 into" in text
    assert "/network/units/W2/" in text
    assert "/network/units/W1/move/" not in text


def test_acts_are_offered_to_those_who_may(client, tree):
    assert "/network/units/E1/move/" in page(client, "E1")
    assert "/network/units/P/move/" not in page(client, "P")
    assert "/edit/" not in page(client_as("branch_manager", unit=tree.east), "E1")


def test_a_unit_that_is_not_there_is_404(client):
    assert client.get("/network/units/X9/").status_code == 404


@pytest.mark.parametrize("code", ["P", "E", "E1"])
def test_query_counts_do_not_grow_with_the_rows(client, tree, code):
    criterion = make_criterion()

    def fill(number):
        outlet = make_unit(tree.east)
        branch = make_unit(tree.province, level="branch")
        make_check(tree.outlets[0], criterion, date(2021, 6, number), faults=1)
        make_person(tree.outlets[0])
        make_person(tree.east)
        make_closing(f"20{number + 21}Q1", {outlet: 9000, branch: 9000, tree.outlets[0]: 8000})

    def count():
        cache.clear()  # what the page remembers is asked for again
        with CaptureQueriesContext(connection) as queries:
            page(client, code)
        return len(queries)

    fill(1)
    page(client, code)
    few = count()
    for number in range(2, 26):
        fill(number)
    assert count() == few
    assert few <= 36  # nine of them of the card of figures: a stamp, the place, seven sources


def test_a_branch_is_paged(client, tree):
    for _number in range(60):
        make_unit(tree.east)
    response = client.get("/network/units/E/", {"page": 2})
    assert len(response.context["page_obj"]) == 13
