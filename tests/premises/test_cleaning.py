"""Cleaning days: scheduled, called off, and where an outlet stands with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, Refusal
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.domain.cleaning import last_look, state_of
from hearth.premises.models import CleaningDay
from hearth.premises.services.cleaning import DayText, call_off, schedule_day
from tests.factories import Tree, make_actor, make_tree

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 20)


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


def text(tree: Tree, **changes: Any) -> DayText:
    today = timezone.localdate()
    said = {"unit": tree.east, "held_on": today, "report_by": today + timedelta(days=1)}
    return DayText(**(said | changes))


@pytest.mark.parametrize(
    ("has_reported", "findings", "today", "state"),
    [
        (False, None, DAY, "expected"),
        (False, None, DAY + timedelta(days=1), "expected"),
        (False, None, DAY + timedelta(days=2), "silent"),
        (True, None, DAY + timedelta(days=2), "reported"),
        (True, 0, DAY, "held"),
        (False, 0, DAY + timedelta(days=9), "held"),  # the camera saw what nobody wrote
        (True, 1, DAY, "deviation"),
        (False, 2, DAY, "deviation"),
    ],
)
def test_an_outlet_stands(
    has_reported: bool, findings: int | None, today: date, state: str
) -> None:
    report_by = DAY + timedelta(days=1)
    found = state_of(has_reported=has_reported, findings=findings, report_by=report_by, today=today)
    assert found == state


def test_a_week_is_there_to_look() -> None:
    assert last_look(DAY) == date(2021, 5, 27)


def test_a_day_is_scheduled(tree: Tree, manager: Actor) -> None:
    day = schedule_day(actor=manager, text=text(tree, theme=" 窗口 "))
    assert (day.unit, day.theme, day.standard) == (tree.east, "窗口", None)
    assert AuditEvent.objects.latest("seq").action == "cleaning_day.scheduled"
    outlet = make_actor("outlet_head", unit=tree.east_outlets[0])
    assert list(CleaningDay.objects.concerning(outlet.scope)) == [day]
    west = make_actor("branch_manager", unit=tree.west)
    assert not CleaningDay.objects.concerning(west.scope).exists()


def test_a_day_is_refused(tree: Tree, manager: Actor) -> None:
    today = timezone.localdate()

    def schedule(**changes: Any) -> Callable[[], Any]:
        return lambda: schedule_day(actor=manager, text=text(tree, **changes))

    yesterday = today - timedelta(days=1)
    assert code_of(schedule(held_on=yesterday)) == "day_past"
    assert code_of(schedule(report_by=yesterday)) == "report_before_day"
    schedule()()
    assert code_of(schedule()) == "day_known"
    with pytest.raises(NotAllowed):
        schedule(unit=tree.province)()
    assert CleaningDay.objects.count() == 1


def test_a_day_is_called_off_and_may_come_again(tree: Tree, manager: Actor) -> None:
    day = schedule_day(actor=manager, text=text(tree))

    def off(**changes: Any) -> Callable[[], Any]:
        said = {"actor": manager, "day": day, "version": 1, "reason": "大雪"} | changes
        return lambda: call_off(**said)

    assert code_of(off(reason=" ")) == "no_reason"
    assert code_of(off(version=2)) == "stale"
    with pytest.raises(NotAllowed):
        off(actor=make_actor("branch_manager", unit=tree.west))()
    off()()
    assert code_of(off(version=2)) == "called_off"
    assert not CleaningDay.objects.standing().exists()
    schedule_day(actor=manager, text=text(tree))
