"""Lists under management on their pages: proposals, decisions by two, measures, rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hearth.kernel.calendar import china
from hearth.network.actors import operator
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule
from hearth.premises.services.readings import Reading, receive
from hearth.premises.services.watching import BUSINESS_MEAN, look, readings
from tests.factories import Tree, make_tree, make_unit, make_user
from tests.factories_sensors import make_sensor
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
LIST = "/watchlists/lists/cold/"
AS_OF = date(2021, 1, 29)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def cold() -> Watchlist:
    return Watchlist.objects.get(code="cold")


@pytest.fixture
def office(tree: Tree) -> tuple[Client, Client]:
    """Two people who approve."""
    users = [make_user("programme_manager", unit=tree.province) for _n in range(2)]
    return english(users[0]), english(users[1])


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content
    content: str = response.content.decode()
    return content


def fill(sensor: Any, by_day: dict[date, int]) -> None:
    rows = []
    for day, centi in by_day.items():
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60 - 480
        rows += [Reading(sensor.sensor_no, midnight + m, centi) for m in range(540, 1020, 30)]
    receive(actor=operator("mqtt"), readings=rows)


def stay(cold: Watchlist, unit: Any, since: date = date(2021, 1, 4), **more: Any) -> WatchlistEntry:
    return WatchlistEntry.objects.create(
        watchlist=cold, unit=unit, unit_path=unit.path, since=since, reason="冷", **more
    )


def propose_by_rule(unit: Any, centi: int) -> Proposal:
    fill(make_sensor(unit), dict.fromkeys(china().last(AS_OF, 10), centi))
    look(actor=operator("night"), as_of=AS_OF, sources={BUSINESS_MEAN: readings})
    return Proposal.objects.get(unit=unit)


def test_the_night_proposes_and_one_person_lets_the_outlet_enter(
    tree: Tree, cold: Watchlist, office: tuple[Client, Client]
) -> None:
    with translation.override("zh-hans"):  # as the night does; the office reads English
        proposal = propose_by_rule(tree.east_outlets[0], 1643)
    page = text(office[0].get(LIST))
    assert "Colder than 18 °C in business hours on 10 of 10 business days." in page
    assert proposal.reason not in page
    assert "0 outlets are on the list “Cold outlets”." in page
    assert "<strong>1</strong> proposal waits for a decision." in page

    shown = text(office[0].get(f"/watchlists/proposals/{proposal.pk}/"))
    assert "东门支行 should enter the list “Cold outlets”." in shown
    assert proposal.reason not in shown
    assert shown.count("16.4") >= 10
    assert "16.43" not in shown
    assert "threshold 18" in shown

    answer = office[0].post(f"/watchlists/proposals/{proposal.pk}/", {"version": 1})
    assert answer.status_code == 302
    assert "1 outlet is on the list “Cold outlets”." in text(office[0].get(LIST))


def test_leaving_takes_two_persons(
    tree: Tree, cold: Watchlist, office: tuple[Client, Client]
) -> None:
    entry = stay(cold, tree.east_outlets[0])
    proposal = propose_by_rule(tree.east_outlets[0], 1950)
    address = f"/watchlists/proposals/{proposal.pk}/"
    assert "you second, another person approves" in text(office[0].get(address))

    office[0].post(address, {"version": 1})
    assert "Another person has to approve it" in text(office[0].get(address))
    refused = text(office[0].post(address, {"version": 2}), 422)
    assert "You proposed or seconded this yourself" in refused
    entry.refresh_from_db()
    assert entry.until is None

    office[1].post(address, {"version": 2, "on": "2021-02-01", "words": "已达标"})
    entry.refresh_from_db()
    assert entry.until == date(2021, 2, 1)
    assert "from 2021-01-04 to 2021-02-01" in text(
        office[1].get(f"/watchlists/entries/{entry.pk}/")
    )


def test_declining_needs_words(tree: Tree, cold: Watchlist, office: tuple[Client, Client]) -> None:
    proposal = propose_by_rule(tree.east_outlets[0], 1600)
    address = f"/watchlists/proposals/{proposal.pk}/decline/"

    assert text(office[0].post(address, {"version": 1, "words": ""}), 422)
    assert office[0].post(address, {"version": 1, "words": "装修"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decision) == ("declined", "装修")


def test_a_branch_proposes_its_own_outlet_and_decides_nothing(tree: Tree, cold: Watchlist) -> None:
    branch = english("branch_manager", tree.east)
    said = {"unit": "E1", "sort": "entry", "reason": "大厅冷", "measure": ""}
    address = f"{LIST}propose/"

    assert "in your part of the tree" in text(branch.post(address, said | {"unit": "W1"}), 422)
    answer = branch.post(address, said)
    assert answer.status_code == 302
    assert "waits for a decision already" not in text(branch.get(answer["Location"]))
    assert text(branch.post(address, said), 422)
    proposal = Proposal.objects.get()
    assert branch.post(f"/watchlists/proposals/{proposal.pk}/", {"version": 1}).status_code == 403
    west = english("branch_manager", tree.west)
    assert west.get(f"/watchlists/proposals/{proposal.pk}/").status_code == 404


def test_what_is_done_and_what_it_did(tree: Tree, cold: Watchlist) -> None:
    """The mended hall warms by four degrees, four similar ones by one."""
    done = date(2021, 1, 12)
    before = china().last(date(2021, 1, 11), 20)
    after = [china().after(done, n) for n in range(1, 21)]
    mended = tree.east_outlets[0]
    fill(make_sensor(mended), dict.fromkeys(before, 1500) | dict.fromkeys(after, 1900))
    for _n in range(4):
        other = make_unit(tree.east, kind=mended.kind)
        fill(make_sensor(other), dict.fromkeys(before, 1800) | dict.fromkeys(after, 1900))
    entry = stay(cold, mended)
    address = f"/watchlists/entries/{entry.pk}/"
    head = english("outlet_head", mended)
    assert "Say when the measure was done" in text(head.get(address))

    said = {
        "version": 1,
        "measure": "线路改造",
        "stage": "observed",
        "measure_done_on": "2021-01-12",
    }
    assert head.post(address, said).status_code == 302
    assert text(head.post(address, said), 422)  # the version is an old one

    page = text(head.get(address))
    assert "+3.0 °C against similar outlets" in page
    assert "It warmed by more than 4 of 4 similar outlets." in page
    assert "线路改造" in page
    assert "Done, being observed" in page
    reader = english("staff", mended)
    assert reader.post(address, said | {"version": 2}).status_code == 403
    assert english("branch_manager", tree.west).get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"东门支行"}),
        ("?show=left", {"东街支行"}),
        ("?show=all", {"东门支行", "东街支行"}),
        ("?stage=planned", set()),
    ],
)
def test_the_stays_can_be_narrowed(
    tree: Tree, cold: Watchlist, query: str, shown: set[str]
) -> None:
    stay(cold, tree.east_outlets[0])
    stay(cold, tree.east_outlets[1], until=date(2021, 2, 1))
    stay(cold, tree.west_outlets[0])
    page = text(
        english("branch_manager", tree.east).get(LIST + query, headers={"HX-Request": "true"})
    )
    assert {name for name in ("东门支行", "东街支行", "西门支行") if name in page} == shown


def test_a_list_and_its_rule_are_made_by_two(tree: Tree, office: tuple[Client, Client]) -> None:
    said = {"code": "dim", "name": "昏暗网点", "name_en": "Dim outlets", "purpose": ""}
    assert office[0].post("/watchlists/new/", said).status_code == 302
    assert text(office[0].post("/watchlists/new/", said), 422)
    rule = {
        "sort": "entry",
        "measure": "inspections.video",
        "comparison": "at_most",
        "threshold": "0",
        "days": "1",
        "of_days": "1",
        "months": "11, 12 1",
        "least_half_hours": "1",
        "since": "2026-11-01",
    }
    address = "/watchlists/lists/dim/rules/"
    assert text(office[0].post(address, rule | {"days": "2"}), 422)
    assert office[0].post(address, rule).status_code == 302
    made = WatchRule.objects.get(watchlist__code="dim")
    assert (made.months, made.threshold_milli) == ([1, 11, 12], 0)
    approve = f"/watchlists/rules/{made.pk}/approve/"
    assert "waits for another person" in text(office[0].get("/watchlists/lists/dim/"))
    assert text(office[0].post(approve, {"version": 1}), 422)
    assert office[1].post(approve, {"version": 1}).status_code == 302
    page = text(office[0].get("/watchlists/"))
    assert "Dim outlets" in page
    branch = english("branch_manager", tree.east)
    assert branch.get("/watchlists/new/").status_code == 403
    assert branch.get(approve).status_code == 403


def test_the_list_asks_as_much_for_many_as_for_one(tree: Tree, cold: Watchlist) -> None:
    client = english("programme_manager")

    def fill_list(count: int) -> None:
        for _n in range(count):
            stay(cold, make_unit(tree.east))
            unit = make_unit(tree.east)
            Proposal.objects.create(
                watchlist=cold,
                unit=unit,
                unit_path=unit.path,
                sort="entry",
                as_of=AS_OF,
                reason="x",
            )

    fill_list(1)
    few = queries(client, LIST), queries(client, "/watchlists/")
    fill_list(24)
    assert (queries(client, LIST), queries(client, "/watchlists/")) == few
