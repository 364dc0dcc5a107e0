"""What outlets offer, and the page on which everyone finds it."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hearth.network.models import Unit
from hearth.premises.models import FacilityKind
from tests.factories import make_tree
from tests.factories_outreach import feature_kind, make_feature, make_speciality, make_station
from tests.factories_premises import make_facility_check
from tests.web.outreach.pages import english, queries_of, upload

pytestmark = pytest.mark.django_db
FEATURES, STATIONS = reverse("outreach:features"), reverse("outreach:stations")
FINDER = reverse("outreach:finder")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    made = make_tree()
    for number, outlet in enumerate(made.outlets):
        Unit.objects.filter(pk=outlet.pk).update(
            city="沈阳市" if number < 3 else "鞍山市",
            district="沈河区" if number else "和平区",
            longitude=123.4 + number / 10,
            latitude=41.8,
            phone="024-0000",
        )
        outlet.refresh_from_db()
    return made


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


@pytest.fixture
def visitor():
    client = Client()
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


# --- for staff ------------------------------------------------------------------------------------


def test_what_is_offered_as_of_a_day(tree, manager):
    make_feature(tree.east_outlets[0])
    make_feature(tree.east_outlets[1], since=date(2021, 6, 1))
    make_feature(tree.east_outlets[1], "tea", until=date(2021, 2, 1))
    make_feature(tree.west_outlets[0])
    make_speciality(tree.east_outlets[0])

    now = manager.get(FEATURES).context
    assert (now["offering"], now["outlets"], now["kinds"]) == (2, 3, 1)
    assert (now["specialised"], now["unproven"]) == (1, 2)
    before = manager.get(f"{FEATURES}?on=2021-01-15").context
    assert (before["offering"], before["kinds"]) == (2, 2)
    assert [one.outlets for one in before["features"]][:2] == [1, 1]
    assert manager.get(f"{FEATURES}?on=soon").status_code == 200


def test_a_service_is_proven_by_a_photo(tree, manager):
    record = make_feature(tree.east_outlets[0])
    manager.post(reverse("outreach:photo-add", args=["feature", record.pk]), {"photos": [upload()]})

    page = manager.get(reverse("outreach:feature", args=[record.pk])).content.decode()

    assert str(record.photos.get().uuid) in page
    assert manager.get(FEATURES).context["unproven"] == 0


def test_stations_with_what_they_offer(tree, manager):
    station = make_station(tree.east_outlets[0])
    make_station(tree.east_outlets[1], services=["饮水"])
    make_station(tree.west_outlets[1])

    page = manager.get(STATIONS)

    assert (page.context["offering"], page.context["outlets"]) == (2, 3)
    assert page.context["services"] == [("饮水", 2), ("充电", 1)]
    detail = manager.get(reverse("outreach:station", args=[station.pk])).content.decode()
    assert "饮水 · 充电" in detail


def test_what_lies_elsewhere_does_not_exist(tree, manager):
    feature, station = make_feature(tree.west_outlets[0]), make_station(tree.west_outlets[0])

    assert manager.get(reverse("outreach:feature", args=[feature.pk])).status_code == 404
    assert manager.get(reverse("outreach:station", args=[station.pk])).status_code == 404
    assert english("mystery_shopper", unit=tree.east).get(FEATURES).status_code == 403


def test_empty_pages_say_what_to_do(tree, manager):
    assert "Nothing is offered yet" in manager.get(FEATURES).content.decode()
    assert "No stations on this day" in manager.get(STATIONS).content.decode()


@pytest.mark.parametrize("address", [FEATURES, STATIONS])
def test_rows_cost_no_queries(tree, manager, address):
    make_feature(tree.east_outlets[0])
    make_station(tree.east_outlets[0])
    one = queries_of(manager, address)
    for number in range(2, 26):
        make_feature(tree.east_outlets[number % 3], since=date(2021, 1, number))
        make_station(tree.east_outlets[number % 3], since=date(2021, 1, number))

    assert queries_of(manager, address) == one


# --- for everyone ---------------------------------------------------------------------------------


def names(response):
    return [one.unit.code for one in response.context["page_obj"]]


def test_everyone_finds_by_city_and_district(tree, visitor):
    for outlet in tree.outlets:
        make_feature(outlet)
    assert "Which outlet has what you need?" in visitor.get(FINDER).content.decode()

    found = visitor.post(FINDER, {"service": "nursing_room", "city": "沈阳市"})
    assert sorted(names(found)) == ["E1", "E2", "E3"]
    assert "District" in found.content.decode() or found.context["page_obj"].paginator.count == 3
    inside = {"service": "nursing_room", "city": "沈阳市", "district": "和平区"}
    assert names(visitor.post(FINDER, inside)) == ["E1"]
    everywhere = visitor.get(FINDER, {"service": "nursing_room"})
    assert everywhere.context["page_obj"].paginator.count == 5
    assert len(names(everywhere)) == 3
    more = visitor.post(FINDER, {"service": "nursing_room", "page": 2})
    assert len(names(more)) == 2


def test_the_nearest_stands_first(tree, visitor):
    for outlet in tree.outlets:
        make_feature(outlet)
    Unit.objects.filter(code="W2").update(longitude=None, latitude=None)

    found = visitor.post(FINDER, {"service": "nursing_room", "lon": "123.7", "lat": "41.8"})

    assert names(found) == ["W1", "E3", "E2"]
    assert next(one.km for one in found.context["page_obj"]) == 0
    assert "about 8.3 km from here" in found.content.decode()
    last = visitor.post(
        FINDER, {"service": "nursing_room", "lon": "123.7", "lat": "41.8", "page": 2}
    )
    assert names(last) == ["E1", "W2"]


def test_only_what_is_offered_and_open_now(tree, visitor):
    make_feature(tree.east_outlets[0], until=date(2021, 6, 15))
    make_feature(tree.east_outlets[1])
    Unit.objects.filter(code="E2").update(closed_on=date(2021, 6, 1))
    make_feature(tree.east_outlets[2], since=date(2021, 6, 16))

    found = visitor.post(FINDER, {"service": "nursing_room"})

    assert found.context["page_obj"].paginator.count == 0
    assert "No outlet found" in found.content.decode()


def test_a_station_is_found_too(tree, visitor):
    make_station(tree.east_outlets[0])
    make_feature(tree.east_outlets[0], "tea")

    found = visitor.post(FINDER, {"service": "station"})

    assert names(found) == ["E1"]
    assert found.context["offered"][tree.east_outlets[0].pk]


def test_facilities_are_found_as_services_are(tree, visitor):
    east = tree.east_outlets
    make_facility_check(east[0], "defibrillator", present=False, checked_on=date(2021, 5, 1))
    make_facility_check(east[0], "defibrillator", present=True, checked_on=date(2021, 6, 1))
    make_facility_check(east[1], "defibrillator", present=True, checked_on=date(2021, 5, 1))
    make_facility_check(east[1], "defibrillator", present=False, checked_on=date(2021, 6, 1))
    make_facility_check(east[2], "wheelchair", present=True, checked_on=date(2021, 6, 1))
    assert "Defibrillator (AED)" in visitor.get(FINDER).content.decode()

    found = visitor.post(FINDER, {"service": "facility:defibrillator"})

    assert names(found) == ["E1"]
    assert "1 outlet: Defibrillator (AED)" in found.content.decode()


def test_nobody_is_sent_to_a_ramp_that_is_too_steep(tree, visitor):
    looked = {"present": True, "checked_on": date(2021, 6, 1), "rise_mm": 300, "width_mm": 1200}
    lawful, steep, unmeasured = tree.east_outlets
    make_facility_check(lawful, "ramp", **looked, run_mm=3600, has_handrail=True)
    make_facility_check(steep, "ramp", **looked, run_mm=1500, has_handrail=True)
    make_facility_check(unmeasured, "ramp", present=True, checked_on=date(2021, 6, 1))

    found = visitor.post(FINDER, {"service": "facility:ramp"})

    assert sorted(names(found)) == [lawful.code, unmeasured.code]


def test_what_is_not_for_the_public_is_not_looked_for(tree, visitor):
    FacilityKind.objects.filter(code="defibrillator").update(is_public=False)

    assert visitor.post(FINDER, {"service": "facility:defibrillator"}).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"service": "dance"},
        {"service": "facility:dance"},
        {"service": "nursing_room", "city": "海市"},
        {"service": "nursing_room", "lon": "900", "lat": "1"},
    ],
)
def test_what_cannot_be_read_is_refused(tree, visitor, asked):
    feature_kind()

    assert visitor.post(FINDER, asked).status_code == 422


def test_a_script_is_held_off(tree, visitor, monkeypatch):
    monkeypatch.setattr("hearth.web.outreach.views.public.SEARCHES_A_MINUTE", 2)

    assert [visitor.get(FINDER).status_code for _n in range(3)] == [200, 200, 429]


def test_the_finder_costs_no_queries_by_rows(tree, visitor):
    make_feature(tree.east_outlets[0])
    address = f"{FINDER}?service=nursing_room"
    one = queries_of(visitor, address)
    for outlet in tree.outlets[1:]:
        make_feature(outlet)
        make_feature(outlet, "tea")

    assert queries_of(visitor, address) == one
