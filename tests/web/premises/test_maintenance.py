"""Pages of maintenance and of plans; measures on the page of a stay."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from hearth.figures.engine import values
from hearth.figures.registry import FIGURES, Question, written
from hearth.premises.models import UpkeepPlan, Watchlist, WatchlistEntry, WorkOrder
from tests.factories import Tree, make_tree
from tests.factories_premises import make_order, make_sign
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
PAGE, PLANS = "/premises/maintenance/", "/premises/plans/"
SPAN = {"since": "2021-01-01", "on": "2021-06-30"}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def manager(tree: Tree) -> Client:
    return english("branch_manager", tree.east)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


# --- figures --------------------------------------------------------------------------------------


def test_the_figures_are_what_the_orders_say(tree: Tree) -> None:
    one, two = tree.east_outlets[:2]
    make_order(one, done_on=date(2021, 5, 11), cost_fen=12_345)
    make_order(two, kind="replace", done_on=date(2021, 5, 14), cost_fen=100)
    make_order(two, kind="clean", done_on=date(2021, 5, 30), cost_fen=50)
    make_order(one, done_on=date(2020, 12, 31), opened_on=date(2020, 12, 1), cost_fen=999)
    make_order(one, done_on=date(2021, 7, 1))
    refused = datetime(2021, 6, 30, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    make_order(one, refused_at=refused)
    keys = ("maintenance.repair_days", "maintenance.spend", "maintenance.open")
    found = values(keys, [tree.east, tree.west], date(2021, 6, 30), date(2021, 1, 1))
    days, spend, waiting = (found[key, tree.east.pk] for key in keys)
    assert (days.number, days.records) == (Decimal("2.5"), 2)
    assert (spend.number, spend.records) == (Decimal("124.95"), 3)
    assert waiting.number == 1
    before = values(keys[2:], [tree.east], date(2021, 6, 29))
    assert before[keys[2], tree.east.pk].number == 2
    assert [written(FIGURES[key], found[key, tree.west.pk]) for key in keys] == ["", "0.00", "0"]
    assert written(FIGURES[keys[0]], days) == "2.5"


def test_open_hazards_of_signs_are_counted_for_each_outlet(tree: Tree) -> None:
    one, two = tree.east_outlets[:2]
    box, lintel = make_sign(one), make_sign(two)
    open_now = [make_order(one, sign=box, kind=kind) for kind in ("repair", "replace", "rewire")]
    make_order(two, sign=lintel)
    make_order(one, sign=box, kind="clean")
    make_order(one, sign=box, kind="inspect")
    make_order(one, kind="repair")  # of the house, not of a sign
    make_order(one, sign=box, opened_on=date(2021, 7, 1))
    make_order(one, sign=box, done_on=date(2021, 6, 30))
    make_order(one, sign=box, done_on=date(2021, 7, 2))
    withdrawn = {"withdrawn_at": datetime(2021, 6, 1, tzinfo=ZoneInfo("UTC"))}
    make_order(one, sign=box, **withdrawn)
    key, day = "signs.hazards_open", date(2021, 6, 30)

    found = values([key], [tree.province, one, two, tree.west], day)

    counted = [found[key, unit.pk].number for unit in (tree.province, one, two, tree.west)]
    assert counted == [5, 4, 1, 0]
    rows = FIGURES[key].rows(Question(one, one.path, day)).filter(unit=one)
    assert rows.count() == 4
    assert {order.pk for order in open_now} < set(rows.values_list("pk", flat=True))


def test_the_page_states_them(tree: Tree, manager: Client) -> None:
    make_order(tree.east_outlets[0], done_on=date(2021, 5, 11), cost_fen=1_234_500)
    make_order(tree.west_outlets[0], done_on=date(2021, 5, 30), cost_fen=7)
    page = text(manager.get(PAGE, SPAN))
    assert "a repair took 1.0 days on average; ¥12,345 were spent." in page
    assert "/figures/maintenance.spend/?unit=E1" in page
    assert "By kind of work" in page
    rows = text(manager.get("/figures/maintenance.repair_days/", {"as_of": "2021-06-30"}))
    assert "1.0 days" in rows
    assert "in days from opening to done" in rows


def test_the_page_without_work(tree: Tree, manager: Client) -> None:
    page = text(manager.get(PAGE))
    assert "nothing was repaired; ¥0 were spent." in page
    assert "Look at the work orders" in page
    assert manager.get(PAGE, {"unit": "W"}).status_code == 404


def test_the_page_asks_the_same_number_of_queries(tree: Tree, manager: Client) -> None:
    make_order(tree.east_outlets[0], done_on=date(2021, 5, 11), cost_fen=5)
    address = f"{PAGE}?since=2021-01-01&on=2021-06-30"
    few = queries(manager, address)
    for number in range(24):
        done = date(2021, 5, 11 + number % 9)
        make_order(tree.east_outlets[number % 3], done_on=done, cost_fen=number)
    assert queries(manager, address) == few


# --- plans ----------------------------------------------------------------------------------------


def planned(**changes: Any) -> dict[str, Any]:
    said = {"unit": "E", "kind": "clean", "months": 6, "starts_on": "2021-03-01"}
    return said | {"sign_kind": "lightbox"} | changes


def test_a_plan_is_made_and_ended(tree: Tree, manager: Client) -> None:
    assert "Nothing is planned yet" in text(manager.get(PLANS))
    page = text(manager.post(f"{PLANS}new/", planned(), follow=True))
    assert "1 plan of upkeep is in force." in page
    assert "every 6 months" in page
    plan = UpkeepPlan.objects.get()
    assert manager.get(f"{PLANS}{plan.pk}/end/").status_code == 200
    page = text(manager.post(f"{PLANS}{plan.pk}/end/", {"version": 1}, follow=True))
    assert "its open orders stay" in page
    assert "ended on" in page
    again = manager.post(f"{PLANS}{plan.pk}/end/", {"version": 1}, follow=True)
    assert "Someone saved this record meanwhile" in text(again)


def test_a_plan_that_cannot_be_comes_back(tree: Tree, manager: Client) -> None:
    assert manager.get(f"{PLANS}new/").status_code == 200
    refused = manager.post(f"{PLANS}new/", planned(sign_kind=""))
    assert refused.status_code == 422
    assert "Choose a kind of sign or a facility" in text(refused)
    assert manager.post(f"{PLANS}new/", planned(unit="W")).status_code == 422


def test_the_list_of_plans_counts_their_orders(tree: Tree, manager: Client) -> None:
    fields = {"kind": "clean", "sign_kind": "lightbox", "months": 6, "starts_on": date(2021, 3, 1)}
    plan = UpkeepPlan.objects.create(unit=tree.east, **fields)
    UpkeepPlan.objects.create(unit=tree.west, **fields)
    sign = make_sign(tree.east_outlets[0])
    make_order(sign.unit, sign=sign, kind="clean", plan=plan)
    make_order(sign.unit, sign=sign, kind="clean", plan=plan, done_on=date(2021, 5, 11))
    (shown,) = manager.get(PLANS).context["page_obj"]
    assert (shown.opened, shown.waiting) == (2, 1)
    few = queries(manager, PLANS)
    for outlet in tree.east_outlets:
        UpkeepPlan.objects.create(unit=outlet, **fields)
    assert queries(manager, PLANS) == few


# --- measures -------------------------------------------------------------------------------------


@pytest.fixture
def entry(tree: Tree) -> WatchlistEntry:
    outlet = tree.east_outlets[0]
    about = {"watchlist": Watchlist.objects.get(code="cold"), "unit": outlet, "reason": "冷"}
    return WatchlistEntry.objects.create(**about, unit_path=outlet.path, since=date(2021, 1, 4))


def test_a_measure_is_ordered_with_its_budget(manager: Client, entry: WatchlistEntry) -> None:
    address = f"/watchlists/entries/{entry.pk}/"
    assert "No measure is ordered yet" in text(manager.get(address))
    said = {"kind": "add_air_conditioner", "budget": "18000.50"}
    page = text(manager.post(f"{address}measures/", said, follow=True))
    order = WorkOrder.objects.get()
    assert (order.watch_entry, order.budget_fen) == (entry, 1_800_050)
    assert "Measures: budget ¥18,000.50, spent ¥0.00" in page
    assert order.order_no in page
    WorkOrder.objects.update(cost_fen=2_000_000, done_on=timezone.localdate())
    assert "over the budget" in text(manager.get(address))
    assert "Cold outlets" in text(manager.get(f"/premises/orders/{order.pk}/"))


def test_a_measure_that_cannot_be_comes_back(manager: Client, entry: WatchlistEntry) -> None:
    address = f"/watchlists/entries/{entry.pk}/measures/"
    refused = manager.post(address, {"kind": "rewire", "due_on": "2021-01-01"})
    assert refused.status_code == 422
    assert "It cannot be due before it was opened." in text(refused)
    assert manager.post(address, {"kind": "clean"}).status_code == 422
