"""Facilities on their pages, and on the card for everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hearth.premises.models import FacilityCheck, FacilityKind, WorkOrder
from tests.factories import Tree, make_tree
from tests.factories_premises import facility, make_facility_check
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
HOME, ROWS = "/facilities/", "/facilities/rows/"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def manager(tree: Tree) -> Client:
    return english("branch_manager", tree.east)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


# --- provision ------------------------------------------------------------------------------------


def test_the_page_says_the_share_with_its_parts(tree: Tree, manager: Client) -> None:
    first, second = tree.east_outlets[:2]
    make_facility_check(first, "ramp", rise_mm=300, run_mm=3600, width_mm=1200)
    make_facility_check(second, "ramp", present=False)
    make_facility_check(first, "umbrella")
    make_facility_check(tree.west_outlets[0], "ramp", present=False)
    page = text(manager.get(HOME))
    assert "66.7% of the facilities that must be there are there (2 of 3)." in page
    assert "<strong>2</strong> of 3 outlets were looked at" in page
    assert "<strong>1</strong> is missing" in page
    assert "<strong>1</strong> of 1 measured ramps are as the norm asks" in page
    assert "facility=ramp&amp;show=there" in page
    assert "西门支行" not in page


def test_the_page_asks_as_of_a_day(tree: Tree, manager: Client) -> None:
    make_facility_check(tree.east_outlets[0], "ramp")
    assert "nobody has looked" in text(manager.get(HOME, {"on": "2021-05-30"}))
    assert "100.0%" in text(manager.get(HOME, {"on": "2021-05-31"}))


def test_nothing_to_show_says_what_to_do(tree: Tree, manager: Client) -> None:
    assert "Open the ledger of facilities" in text(manager.get(HOME))


def test_pages_ask_the_same_number_of_queries(tree: Tree, manager: Client) -> None:
    for page in (HOME, ROWS, "/facilities/rows/?show=all"):
        FacilityCheck.objects.all().delete()
        make_facility_check(tree.east_outlets[0], "ramp", present=False)
        few = queries(manager, page)
        for outlet in tree.east_outlets:
            for kind in FacilityKind.objects.exclude(code="ramp")[:9]:
                make_facility_check(outlet, kind.code, present=kind.pk % 2 == 0)
        assert queries(manager, page) == few


# --- the rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Umbrellas to borrow"}),
        ("show=there", {"Reading glasses", "Wheelchair ramp"}),
        ("show=all", {"Reading glasses", "Wheelchair ramp", "Umbrellas to borrow"}),
        ("show=ramps", {"Wheelchair ramp"}),
        ("show=all&facility=ramp", {"Wheelchair ramp"}),
        ("facility=ramp", set()),
        ("show=nonsense", {"Umbrellas to borrow"}),
        ("on=2021-05-30", set()),
    ],
)
def test_the_rows_are_narrowed(tree: Tree, manager: Client, query: str, found: set[str]) -> None:
    outlet = tree.east_outlets[0]
    make_facility_check(outlet, "ramp", rise_mm=300, run_mm=3000, width_mm=1200)
    make_facility_check(outlet, "umbrella", present=False)
    make_facility_check(outlet, "reading_glasses")
    make_facility_check(outlet, "wifi", required=False, present=False)
    page = text(manager.get(f"{ROWS}?{query}"))
    names = ("Reading glasses", "Wheelchair ramp", "Umbrellas to borrow", "Free Wi-Fi")
    assert {one for one in names if f'">{one}</td>' in page} == found


def test_a_gap_becomes_an_order_in_one_gesture(tree: Tree, manager: Client) -> None:
    gap = make_facility_check(tree.east_outlets[0], "ramp", present=False)
    assert f'name="check" value="{gap.pk}"' in text(manager.get(ROWS))
    answer = manager.post("/facilities/order/", {"check": gap.pk, "next": ROWS}, follow=True)
    order = WorkOrder.objects.get(gap=gap)
    page = text(answer)
    assert "1 work order opened." in page
    assert order.order_no in page
    assert f'name="check" value="{gap.pk}"' not in page


def test_all_gaps_of_a_page_become_orders(tree: Tree, manager: Client) -> None:
    gaps = [make_facility_check(o, "ramp", present=False) for o in tree.east_outlets]
    assert "Open 3 work orders" in text(manager.get(ROWS))
    manager.post("/facilities/order/", {"check": [gap.pk for gap in gaps]})
    assert WorkOrder.objects.count() == 3


def test_a_refused_gap_says_why(tree: Tree, manager: Client) -> None:
    there = make_facility_check(tree.east_outlets[0], "ramp")
    answer = manager.post(
        "/facilities/order/", {"check": there.pk, "next": "https://elsewhere.example/"}, follow=True
    )
    assert "someone has looked again since" in text(answer)
    assert answer.redirect_chain[-1][0] == ROWS
    assert not WorkOrder.objects.exists()


def test_the_rows_leave_as_a_sheet(tree: Tree) -> None:
    make_facility_check(tree.east_outlets[0], "ramp", present=False)
    client = english("programme_manager", tree.province)
    answer = client.get("/facilities/rows/export/", {"format": "csv"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert content.splitlines()[1].startswith("E1,")
    assert len(content.splitlines()) == 2


# --- one outlet -----------------------------------------------------------------------------------


def test_an_outlet_is_walked_through(tree: Tree, manager: Client) -> None:
    outlet = tree.east_outlets[0]
    address = f"/facilities/outlets/{outlet.code}/survey/"
    assert manager.get(address).status_code == 200
    ramp, umbrella = facility("ramp").pk, facility("umbrella").pk
    said = {
        "day": timezone.localdate(),
        f"k{ramp}": "there",
        f"rise{ramp}": "36",
        f"run{ramp}": "400.5",
        f"width{ramp}": "120",
        f"rail{ramp}": "n",
        f"k{umbrella}": "missing",
    }
    page = text(manager.post(address, said, follow=True))
    assert "Recorded: 2 facilities." in page
    assert "The ramp is steeper than 1 in 12. The ramp has no handrails." in page
    assert "1 in 11.1 · 1.20 m wide · without handrails" in page
    check = FacilityCheck.objects.get(facility=ramp)
    assert (check.rise_mm, check.run_mm, check.has_handrail) == (360, 4005, False)
    assert FacilityCheck.objects.get(facility=umbrella).required


def test_a_level_entrance_needs_no_ramp(tree: Tree, manager: Client) -> None:
    outlet, ramp = tree.east_outlets[0], facility("ramp").pk
    address = f"/facilities/outlets/{outlet.code}/survey/"
    manager.post(address, {"day": timezone.localdate(), f"k{ramp}": "not_needed"})
    check = FacilityCheck.objects.get()
    assert (check.required, check.present) == (False, False)
    form = manager.get(address).context["form"]
    assert form.fields[f"k{ramp}"].initial == "not_needed"
    assert "The entrance is level" in text(english_visitor().get(card(outlet.code)))


def test_a_walk_that_cannot_be_comes_back(tree: Tree, manager: Client) -> None:
    address = f"/facilities/outlets/{tree.east_outlets[0].code}/survey/"
    assert manager.post(address, {"day": "2099-01-01"}).status_code == 422
    ramp = facility("ramp").pk
    said = {"day": timezone.localdate(), f"k{ramp}": "there", f"rise{ramp}": "36"}
    answer = manager.post(address, said)
    assert answer.status_code == 422
    assert "Measure both how high" in text(answer)


def test_foreign_outlets_do_not_exist(tree: Tree, manager: Client) -> None:
    for page in ("", "survey/"):
        assert manager.get(f"/facilities/outlets/W1/{page}").status_code == 404
    assert manager.get(HOME, {"unit": "W"}).status_code == 404


# --- the catalogue --------------------------------------------------------------------------------


def test_the_catalogue_is_changed(tree: Tree) -> None:
    top = english("programme_manager", tree.province)
    assert "10 of 24 facilities must be there." in text(top.get("/facilities/catalogue/"))
    address = "/facilities/catalogue/wifi/"
    said = {"version": 1, "name": "无线网络", "name_en": "Wi-Fi", "duty": "kinds"}
    said["is_asked"] = "on"
    refused = top.post(address, said)
    assert refused.status_code == 422
    assert "Name the kinds of outlet" in text(refused)
    top.post(address, said | {"unit_kinds": ["轻型网点"], "is_public": "on"})
    kind = facility("wifi")
    assert kind.is_owed_by("轻型网点")
    assert not kind.is_owed_by("综合网点")
    assert top.post(address, said | {"duty": "all"}).status_code == 422  # an older version


def test_an_entry_is_added_and_no_longer_asked_for(tree: Tree) -> None:
    top = english("programme_manager", tree.province)
    address = "/facilities/catalogue/new/"
    assert address in text(top.get("/facilities/catalogue/"))
    said = {"version": 0, "code": "oxygen", "name": "氧气袋", "name_en": "Oxygen", "duty": "all"}
    assert "no longer" not in text(top.get("/facilities/catalogue/"))
    assert top.post(address, said | {"code": "new"}).status_code == 422
    assert top.post(address, said | {"is_asked": "on"}).status_code == 302
    assert top.post(address, said | {"is_asked": "on"}).status_code == 422  # the code is taken
    survey = f"/facilities/outlets/{tree.east_outlets[0].code}/survey/"
    head = english("outlet_head", tree.east_outlets[0])
    assert "Oxygen" in text(head.get(survey))
    assert head.get(address).status_code == 403

    ended = said | {"version": 1}
    assert top.post("/facilities/catalogue/oxygen/", ended).status_code == 302
    assert "Oxygen" not in text(head.get(survey))
    assert "no longer asked for" in text(top.get("/facilities/catalogue/"))


# --- the card for everyone ------------------------------------------------------------------------


def card(code: str) -> str:
    return f"/facilities/card/{code}/"


def english_visitor() -> Client:
    client = Client()
    client.cookies["hearth_language"] = "en"
    return client


def test_everyone_reads_the_card(tree: Tree) -> None:
    outlet = tree.west_outlets[0]
    make_facility_check(outlet, "ramp", rise_mm=300, run_mm=3600, width_mm=1200)
    make_facility_check(outlet, "reading_glasses")
    make_facility_check(outlet, "umbrella", present=False)
    hidden = facility("wifi")
    FacilityKind.objects.filter(pk=hidden.pk).update(is_public=False)
    make_facility_check(outlet, "wifi")
    page = text(english_visitor().get(card(outlet.code)))
    assert "A gentle ramp leads to the door." in page
    there, absent = page.split("What is not here")
    assert "Reading glasses" in there
    assert "Umbrellas to borrow" in absent
    assert "Free Wi-Fi" not in page
    assert "As we saw it on 2021-05-31." in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rise_mm": 300, "run_mm": 900}, "not easy to use"),
        ({}, "A ramp leads to the door."),
        ({"present": False}, "There are steps and no ramp."),
    ],
)
def test_the_card_says_how_one_gets_in(tree: Tree, fields: dict[str, Any], says: str) -> None:
    make_facility_check(tree.east_outlets[0], "ramp", **fields)
    assert says in text(english_visitor().get(card("E1")))


def test_the_card_of_an_outlet_that_nobody_looked_at(tree: Tree) -> None:
    page = text(english_visitor().get(card("E1")))
    assert "We have not written down yet" in page


def test_only_open_outlets_have_a_card(tree: Tree) -> None:
    outlet = tree.east_outlets[0]
    outlet.closed_on = date(2021, 1, 1)
    outlet.save()
    assert Client().get(card("E1")).status_code == 404
    assert Client().get(card("E")).status_code == 404
    assert Client().get(card("nobody")).status_code == 404


def test_a_script_is_held_off(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.web.facilities.views.public.CARDS_A_MINUTE", 1)
    visitor = Client()
    assert visitor.get(card("E2")).status_code == 200
    assert visitor.get(card("E2")).status_code == 429
