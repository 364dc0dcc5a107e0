"""Measures for a unit on a list: orders with a budget, which the stay follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.domain.measures import Work, stage_of
from hearth.premises.models import Watchlist, WatchlistEntry
from hearth.premises.services.measures import Measure, open_measure
from hearth.premises.services.orders import Done, finish_order, give_back, start_order
from tests.factories import Tree, make_actor, make_tree

pytestmark = pytest.mark.django_db
DAY = date(2021, 1, 20)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def head(tree: Tree) -> Actor:
    return make_actor("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def entry(tree: Tree) -> WatchlistEntry:
    outlet = tree.east_outlets[0]
    return WatchlistEntry.objects.create(
        watchlist=Watchlist.objects.get(code="cold"),
        unit=outlet,
        unit_path=outlet.path,
        since=date(2021, 1, 4),
        reason="冷",
    )


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(
    ("works", "found"),
    [
        ((), ("", None)),
        ((Work(False, None),), ("planned", None)),
        ((Work(True, None), Work(False, None)), ("under_way", None)),
        ((Work(False, DAY), Work(False, None)), ("under_way", None)),
        ((Work(True, date(2021, 1, 9)), Work(False, DAY)), ("observed", DAY)),
    ],
)
def test_the_stage_follows_from_the_orders(
    works: tuple[Work, ...], found: tuple[str, date | None]
) -> None:
    assert stage_of(works) == found


def test_a_stay_follows_its_measures(tree: Tree, head: Actor, entry: WatchlistEntry) -> None:
    today = timezone.localdate()

    def stands() -> tuple[str, date | None]:
        entry.refresh_from_db()
        return entry.stage, entry.measure_done_on

    first = open_measure(actor=head, entry=entry, measure=Measure("rewire", 500_000))
    second = open_measure(actor=head, entry=entry, measure=Measure("add_air_conditioner", 1))
    assert (first.watch_entry, first.budget_fen) == (entry, 500_000)
    assert stands() == ("planned", None)
    assert entry.measure == str(first.get_kind_display())
    start_order(actor=head, order=first, version=1)
    assert stands() == ("under_way", None)
    finish_order(actor=head, order=first, version=2, done=Done(today, cost_fen=480_000))
    assert stands() == ("under_way", None)
    finish_order(actor=head, order=second, version=1, done=Done(today))
    assert stands() == ("observed", today)
    assert AuditEvent.objects.filter(action="watchlist.followed").count() == 3
    other = make_actor("branch_manager", unit=tree.east)
    give_back(actor=other, order=second, version=2, reason="仍不热")
    assert stands() == ("under_way", None)


def test_a_measure_is_refused(tree: Tree, head: Actor, entry: WatchlistEntry) -> None:
    def order(**changes: Any) -> Callable[[], Any]:
        said = {"actor": head, "entry": entry, "measure": Measure("rewire")} | changes
        return lambda: open_measure(**said)

    assert code_of(order(measure=Measure("rewire", -1))) == "budget_negative"
    assert code_of(order(measure=Measure("rewire", due_on=DAY))) == "due_before_opened"
    with pytest.raises(NotAllowed):
        order(actor=make_actor("branch_manager", unit=tree.west))()
    entry.until = date(2021, 2, 1)
    assert code_of(order()) == "not_listed"
    entry.withdrawn_at = timezone.now()
    assert code_of(order()) == "withdrawn"
    assert not entry.orders.exists()
