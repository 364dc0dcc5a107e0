"""Plans of upkeep: what falls due when, and the orders that a night opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.network.actors import operator
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.domain.upkeep import Rhythm, due_on, is_opened, to_be_done_by
from hearth.premises.models import UpkeepPlan, WorkOrder
from hearth.premises.services.plans import PlanText, end_plan, make_plan, open_due_orders
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import facility, make_facility_check, make_order, make_sign

pytestmark = pytest.mark.django_db
START = date(2021, 3, 1)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def manager(tree: Tree) -> Actor:
    return make_actor("branch_manager", unit=tree.east)


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def text(tree: Tree, **changes: Any) -> PlanText:
    said = {"unit": tree.east, "kind": "clean", "months": 6, "starts_on": START}
    return PlanText(**(said | {"sign_kind": "lightbox"} | changes))


def night(day: date) -> int:
    return open_due_orders(actor=operator("night"), today=day)


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "since", "due"),
    [
        (None, None, START),
        (date(2021, 1, 31), date(2018, 1, 1), date(2021, 7, 31)),
        (date(2020, 8, 31), None, START),  # would be due on 28 February
        (date(2020, 9, 30), None, date(2021, 3, 30)),
        (None, date(2021, 2, 1), date(2021, 8, 1)),
        (None, date(2018, 1, 1), START),
    ],
)
def test_work_falls_due(last: date | None, since: date | None, due: date) -> None:
    assert due_on(Rhythm(6, START), last, since) == due


def test_an_order_is_opened_a_fortnight_ahead() -> None:
    assert not is_opened(START, date(2021, 2, 14))
    assert is_opened(START, date(2021, 2, 15))
    assert to_be_done_by(START, date(2021, 2, 15)) == START
    assert to_be_done_by(START, date(2021, 2, 20)) == date(2021, 3, 6)


# --- nights ---------------------------------------------------------------------------------------


def test_a_night_opens_what_is_due_and_once(tree: Tree, manager: Actor) -> None:
    old = make_sign(tree.east_outlets[0])
    fresh = make_sign(tree.east_outlets[1], installed_on=date(2021, 2, 1))
    make_sign(tree.east_outlets[0], kind="lintel")
    make_sign(tree.east_outlets[0], retired_on=date(2021, 1, 1))
    make_sign(tree.west_outlets[0])
    plan = make_plan(actor=manager, text=text(tree, contractor="某工程队", note="擦净"))
    assert night(date(2021, 2, 28)) == 0  # not in force yet
    assert night(START) == 1
    order = WorkOrder.objects.get()
    assert (order.sign, order.plan, order.kind) == (old, plan, "clean")
    assert (order.opened_on, order.due_on) == (START, START + timedelta(days=14))
    assert (order.contractor, order.note) == ("某工程队", "擦净")
    assert night(START) == night(date(2021, 3, 2)) == 0
    assert AuditEvent.objects.filter(action="upkeep_plan.opened").count() == 1
    assert night(date(2021, 7, 18)) == 1
    assert WorkOrder.objects.latest("pk").sign == fresh
    assert WorkOrder.objects.latest("pk").due_on == date(2021, 8, 1)


def test_work_comes_round_after_it_was_done(tree: Tree, manager: Actor) -> None:
    sign = make_sign(tree.east_outlets[0])
    make_plan(actor=manager, text=text(tree))
    night(START)
    WorkOrder.objects.update(done_on=date(2021, 3, 10))
    assert night(date(2021, 8, 26)) == 0
    assert night(date(2021, 8, 27)) == 1
    # what was cleaned out of turn is not cleaned again
    WorkOrder.objects.filter(done_on=None).update(done_on=date(2021, 9, 1))
    make_order(sign.unit, sign=sign, kind="clean", done_on=date(2021, 12, 1))
    assert night(date(2022, 3, 1)) == 0


def test_what_waits_is_not_opened_again(tree: Tree, manager: Actor) -> None:
    sign = make_sign(tree.east_outlets[0])
    make_order(sign.unit, sign=sign, kind="clean", opened_on=date(2021, 2, 1))
    make_plan(actor=manager, text=text(tree))
    assert night(START) == 0


def test_a_facility_is_looked_after_where_it_is_there(tree: Tree, manager: Actor) -> None:
    one, two, three = tree.east_outlets
    make_facility_check(one, "defibrillator", checked_on=date(2021, 1, 5))
    make_facility_check(two, "defibrillator", checked_on=date(2021, 1, 5), present=False)
    make_facility_check(three, "umbrella", checked_on=date(2021, 1, 5))
    what = {"sign_kind": "", "facility": facility("defibrillator"), "kind": "inspect"}
    make_plan(actor=manager, text=text(tree, **what))
    assert night(START) == 1
    order = WorkOrder.objects.get()
    assert (order.unit, order.facility, order.sign) == (one, facility("defibrillator"), None)
    assert night(START) == 0


def test_a_night_asks_the_same_number_of_queries(tree: Tree, manager: Actor) -> None:
    make_plan(actor=manager, text=text(tree))

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            night(START)
        return len(found)

    make_sign(tree.east_outlets[0])
    asked()  # what is read once is read
    make_sign(tree.east_outlets[1])
    few = asked()
    for outlet in tree.east_outlets:
        for _n in range(8):
            make_sign(outlet)
    assert asked() == few
    assert WorkOrder.objects.count() == 26


# --- made and ended -------------------------------------------------------------------------------


def test_a_plan_refuses(tree: Tree, manager: Actor) -> None:
    def make(**changes: Any) -> Callable[[], Any]:
        return lambda: make_plan(actor=manager, text=text(tree, **changes))

    ramp = facility("ramp")
    assert code_of(make(sign_kind="")) == "one_asset_kind"
    assert code_of(make(facility=ramp)) == "one_asset_kind"
    assert code_of(make(months=0)) == code_of(make(months=61)) == "months_bounds"
    make()()
    assert code_of(make(months=3)) == "plan_known"
    make(kind="inspect")()
    with pytest.raises(NotAllowed):
        make(unit=tree.west)()
    assert UpkeepPlan.objects.count() == 2


def test_an_ended_plan_opens_nothing(tree: Tree, manager: Actor) -> None:
    make_sign(tree.east_outlets[0])
    plan = make_plan(actor=manager, text=text(tree))
    assert code_of(lambda: end_plan(actor=manager, plan=plan, version=9)) == "stale"
    end_plan(actor=manager, plan=plan, version=1)
    assert code_of(lambda: end_plan(actor=manager, plan=plan, version=2)) == "plan_ended"
    assert night(timezone.localdate()) == 0
    make_plan(actor=manager, text=text(tree))  # the same may be planned anew
    with pytest.raises(NotAllowed):
        end_plan(actor=make_actor("branch_manager", unit=tree.west), plan=plan, version=2)
