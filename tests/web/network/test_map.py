"""The map and the list beside it, for a network here, elsewhere, and nowhere."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.conf import settings

from hearth.network.models import Unit
from tests.factories import client_as, make_tree
from tests.factories_network import make_check, make_closing, make_criterion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    tree = make_tree()
    Unit.objects.filter(code="E1").update(city="沈阳市", longitude=123.43, latitude=41.80)
    Unit.objects.filter(code="E2").update(city="鞍山")
    Unit.objects.filter(code="E3").update(longitude=123.46, latitude=41.79)  # lies in Shenyang
    return tree


@pytest.fixture
def client(tree):
    client = client_as("programme_manager")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def names(response):
    return [spot.name for spot in response.context["page_obj"]]


def test_prefectures_carry_the_mean_of_their_ranked_outlets(client, tree):
    one, two, three = tree.east_outlets
    make_closing("2021Q2", {one: 9437, three: 8000, two: None})
    response = client.get("/network/map/")
    rows = {row.code: row for row in response.context["areas"]}
    assert (rows["210100"].outlets, rows["210100"].mean_centi) == (2, 8719)
    assert (rows["210100"].below_pass, rows["210300"].mean_centi) == (1, None)
    text = response.content.decode()
    assert "<svg" in text
    assert "Shenyang" in text
    assert "area=210100" in text


def test_coverage_counts_the_outlets_seen_by_a_channel(client, tree):
    one = tree.east_outlets[0]
    make_check(one, make_criterion(), date(2021, 7, 1))
    query = {"show": "coverage", "period": "2021Q3"}
    rows = {r.code: r for r in client.get("/network/map/", query).context["areas"]}
    assert (rows["210100"].seen, rows["210100"].percent) == (1, 50)
    query["channel"] = "mystery"
    rows = {r.code: r for r in client.get("/network/map/", query).context["areas"]}
    assert rows["210100"].seen == 0


def test_a_prefecture_shows_its_outlets_the_best_first(client, tree):
    one, _two, three = tree.east_outlets
    make_closing("2021Q2", {three: 9437, one: 8000})
    response = client.get("/network/map/", {"area": "210100"})
    assert names(response) == ["东湖分理处", "东门支行"]
    assert "/network/units/E1/" in response.content.decode()
    assert client.get("/network/map/", {"area": "210400"}).status_code == 404
    assert client.get("/network/map/", {"area": "999999"}).status_code == 404


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ("below", ["东湖分理处"]),
        ("pass", ["东门支行"]),
        ("unranked", ["东街支行", "西门支行", "西街支行"]),
        ("unseen", ["东湖分理处", "东街支行", "西门支行", "西街支行"]),
    ],
)
def test_outlets_are_narrowed_by_class_and_coverage(client, tree, which, found):
    one, _two, three = tree.east_outlets
    make_closing("2021Q2", {one: 8500, three: 8499})
    make_check(one, make_criterion(), date(2021, 5, 1))
    assert names(client.get("/network/map/", {"outlets": which})) == found


def test_a_network_elsewhere_is_drawn_as_bare_points(client, tree):
    Unit.objects.update(city="", longitude=None, latitude=None)
    Unit.objects.filter(level="outlet").update(longitude=-122.4, latitude=37.8)
    response = client.get("/network/map/")
    assert response.context["areas"] == []
    assert len(names(response)) == 5
    assert "<svg" in response.content.decode()


def test_a_network_without_places_still_has_its_list(client, tree):
    Unit.objects.update(city="", longitude=None, latitude=None)
    response = client.get("/network/map/")
    assert "Nothing can be placed on the map" in response.content.decode()
    assert len(names(response)) == 5


def test_an_empty_network_says_so(client, tree):
    Unit.objects.filter(level="outlet").update(closed_on=date(2020, 1, 1))
    text = client.get("/network/map/").content.decode()
    assert "Nothing can be placed on the map" in text
    assert "No outlet matches" in text


def test_scores_are_left_out_for_those_who_may_not_see_them(tree):
    make_closing("2021Q2", {tree.east_outlets[0]: 9437})
    response = client_as("inspector").get("/network/map/")
    assert response.context["closing"] is None
    assert "94.37" not in response.content.decode()


def test_the_map_shows_only_the_actors_part(tree):
    client = client_as("branch_manager", unit=tree.west)
    assert client.get("/network/map/").context["outlets"] == 2


def test_htmx_gets_the_map_alone(client):
    part = client.get("/network/map/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.strip() in client.get("/network/map/").content.decode()
