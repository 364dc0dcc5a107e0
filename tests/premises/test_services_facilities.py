"""The walk through an outlet, the catalogue, and a gap that becomes an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from hearth.figures.engine import split, values
from hearth.kernel.errors import NotAllowed, Refusal, RuleViolation, StaleWrite
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.domain.ramps import Ramp
from hearth.premises.models import FacilityCheck, WorkOrder
from hearth.premises.queries.facilities import standings
from hearth.premises.services.facilities import KindText, Seen, record_survey, save_kind
from hearth.premises.services.gaps import order_gaps
from hearth.premises.services.orders import Done, finish_order, verify_order
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import facility, make_facility_check, make_order

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)
PROVISION = "facilities.provision"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def head(tree: Tree) -> Actor:
    return make_actor("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def manager(tree: Tree) -> Actor:
    return make_actor("branch_manager", unit=tree.east)


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def seen(code: str, *, required: bool = True, present: bool = True, **more: Any) -> Seen:
    return Seen(facility(code), required, present, **more)


# --- the walk -------------------------------------------------------------------------------------


def test_a_walk_is_recorded(tree: Tree, head: Actor) -> None:
    outlet = tree.east_outlets[0]
    ramp = Ramp(300, 3600, 1250, None)
    what = [seen("ramp", ramp=ramp), seen("umbrella", present=False)]
    assert record_survey(actor=head, unit=outlet, day=DAY, seen=what) == 2
    check = FacilityCheck.objects.get(facility__code="ramp")
    assert check.ramp == ramp
    assert check.unit_path == outlet.path
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.data["count"]) == ("facilities.surveyed", 2)


def test_a_second_walk_on_the_day_writes_over_the_first(tree: Tree, head: Actor) -> None:
    outlet = tree.east_outlets[0]
    record_survey(actor=head, unit=outlet, day=DAY, seen=[seen("ramp", ramp=Ramp(300, 3600))])
    record_survey(actor=head, unit=outlet, day=DAY, seen=[seen("ramp", present=False)])
    check = FacilityCheck.objects.get()
    assert (check.present, check.rise_mm, check.version) == (False, None, 2)
    assert check.ramp is None


def test_a_walk_refuses(tree: Tree, head: Actor) -> None:
    outlet, today = tree.east_outlets[0], timezone.localdate()

    def walk(**changes: Any) -> Any:
        said = {"actor": head, "unit": outlet, "day": DAY, "seen": [seen("umbrella")]} | changes
        return lambda: record_survey(**said)

    assert code_of(walk(day=today + timedelta(days=1))) == "checked_in_future"
    assert code_of(walk(seen=[])) == "nothing_seen"
    assert code_of(walk(seen=[seen("ramp", ramp=Ramp(300))])) == "ramp_pair"
    at_top = make_actor("programme_manager", unit=tree.province)
    assert code_of(walk(actor=at_top, unit=tree.east)) == "not_an_outlet"
    with pytest.raises(NotAllowed):
        walk(unit=tree.west_outlets[0])()
    assert not FacilityCheck.objects.exists()


def test_what_nobody_looked_at_is_owed_by_the_catalogue(tree: Tree) -> None:
    outlet = tree.east_outlets[0]
    make_facility_check(outlet, "ramp", required=False, present=False)
    found = {one.kind.code: one for one in standings(outlet, DAY)}
    assert not found["ramp"].is_owed
    assert found["ramp"].check is not None
    assert found["umbrella"].is_owed
    assert found["umbrella"].check is None


# --- gaps -----------------------------------------------------------------------------------------


def test_a_gap_becomes_an_order_and_the_rate_rises(tree: Tree, head: Actor, manager: Actor) -> None:
    outlet, today = tree.east_outlets[0], timezone.localdate()
    make_facility_check(outlet, "umbrella")
    gap = make_facility_check(outlet, "ramp", present=False)
    assert values([PROVISION], [outlet], today)[PROVISION, outlet.pk].number == 50

    (order,) = order_gaps(actor=head, checks=[gap]).opened
    assert (order.kind, order.gap, order.facility) == ("other", gap, gap.facility)
    finish_order(actor=head, order=order, version=1, done=Done(today))
    assert values([PROVISION], [outlet], today)[PROVISION, outlet.pk].number == 50
    verify_order(actor=manager, order=order, version=2)
    assert values([PROVISION], [outlet], today)[PROVISION, outlet.pk].number == 100
    check = FacilityCheck.objects.latest("pk")
    assert (check.checked_on, check.present, check.required) == (today, True, True)


def test_a_gap_found_today_is_closed_where_it_stands(
    tree: Tree, head: Actor, manager: Actor
) -> None:
    today = timezone.localdate()
    gap = make_facility_check(tree.east_outlets[0], "ramp", present=False, checked_on=today)
    (order,) = order_gaps(actor=head, checks=[gap]).opened
    finish_order(actor=head, order=order, version=1, done=Done(today))
    verify_order(actor=manager, order=order, version=2)
    gap.refresh_from_db()
    assert gap.present
    assert FacilityCheck.objects.count() == 1


def test_who_looked_again_is_not_overruled(tree: Tree, head: Actor, manager: Actor) -> None:
    outlet, today = tree.east_outlets[0], timezone.localdate()
    gap = make_facility_check(outlet, "ramp", present=False)
    (order,) = order_gaps(actor=head, checks=[gap]).opened
    make_facility_check(outlet, "ramp", present=False, checked_on=date(2021, 6, 2))
    finish_order(actor=head, order=order, version=1, done=Done(today))
    verify_order(actor=manager, order=order, version=2)
    assert FacilityCheck.objects.filter(present=True).count() == 0


def test_a_gap_is_one_order(tree: Tree, head: Actor) -> None:
    outlet = tree.east_outlets[0]
    gap = make_facility_check(outlet, "ramp", present=False)
    make_order(outlet, kind="clean", facility=gap.facility)  # no work on what is missing
    assert len(order_gaps(actor=head, checks=[gap]).opened) == 1
    again = order_gaps(actor=head, checks=[gap])
    assert (again.opened, again.known) == ((), 1)
    assert WorkOrder.objects.filter(gap=gap).count() == 1


def test_a_ramp_that_the_norm_forbids_is_a_gap(tree: Tree, head: Actor) -> None:
    ramp = {"rise_mm": 300, "run_mm": 3000, "width_mm": 1000}
    check = make_facility_check(tree.east_outlets[0], "ramp", **ramp)
    (order,) = order_gaps(actor=head, checks=[check]).opened
    assert order.kind == "repair"
    assert "1:12" in order.note
    assert "1.20" in order.note


def test_what_is_no_gap_is_refused(tree: Tree, head: Actor) -> None:
    outlet = tree.east_outlets[0]
    there = make_facility_check(outlet, "umbrella")
    old = make_facility_check(outlet, "ramp", present=False)
    make_facility_check(outlet, "ramp", checked_on=date(2021, 6, 2))
    unneeded = make_facility_check(outlet, "wifi", required=False, present=False)
    for check in (there, old, unneeded):
        assert code_of(partial(order_gaps, actor=head, checks=[check])) == "no_gap"
    assert code_of(lambda: order_gaps(actor=head, checks=[there] * 201)) == "too_many_gaps"
    foreign = make_facility_check(tree.west_outlets[0], "ramp", present=False)
    with pytest.raises(NotAllowed):
        order_gaps(actor=head, checks=[foreign])


# --- figures --------------------------------------------------------------------------------------


def test_the_rate_is_the_same_apart_by_facility(tree: Tree) -> None:
    for outlet, has in zip(tree.outlets, (True, True, False, False), strict=False):
        make_facility_check(outlet, "ramp", present=has)
        make_facility_check(outlet, "umbrella")
        make_facility_check(outlet, "wifi", required=False)
    whole = values([PROVISION], [tree.province], DAY)[PROVISION, tree.province.pk]
    top = tree.province
    parts = split((PROVISION,), [top], (DAY, None), "facility")[PROVISION, top.pk]
    assert set(parts) == {facility("ramp").pk, facility("umbrella").pk}
    assert sum(one.part or 0 for one in parts.values()) == whole.part
    assert sum(one.whole or 0 for one in parts.values()) == whole.whole
    ramps = parts[facility("ramp").pk]
    assert ramps.part == 2
    assert ramps.whole == len(tree.outlets[:4])


def test_ramps_and_looks_are_counted(tree: Tree) -> None:
    first, second = tree.east_outlets[:2]
    make_facility_check(first, "ramp", rise_mm=300, run_mm=3600, width_mm=1200)
    make_facility_check(second, "ramp", rise_mm=300, run_mm=3000, width_mm=1200)
    make_facility_check(tree.east_outlets[2], "ramp")  # there, and not measured yet
    keys = ("facilities.ramps_lawful", "facilities.checked")
    found = values(keys, [tree.province], DAY)
    ramps, looked = (found[key, tree.province.pk] for key in keys)
    assert (ramps.part, ramps.whole) == (1, 2)
    assert (looked.part, looked.whole) == (3, len(tree.outlets))


def test_a_closed_outlet_counts_no_more(tree: Tree) -> None:
    outlet = tree.east_outlets[0]
    make_facility_check(outlet, "ramp")
    outlet.closed_on = DAY
    outlet.save()
    assert values([PROVISION], [tree.province], DAY)[PROVISION, tree.province.pk].whole == 0
    before = DAY - timedelta(days=1)
    assert values([PROVISION], [tree.province], before)[PROVISION, tree.province.pk].whole == 1


# --- the catalogue --------------------------------------------------------------------------------


def test_the_catalogue_says_who_must_have_what(tree: Tree) -> None:
    top = make_actor("programme_manager", unit=tree.province)
    kind = facility("defibrillator")
    text = KindText(kind.name, kind.name_en, "kinds", ("flagship",))
    saved = save_kind(actor=top, kind=kind, version=kind.version, text=text)
    assert saved.is_owed_by("flagship")
    assert not saved.is_owed_by("small")
    with pytest.raises(StaleWrite):
        save_kind(actor=top, kind=kind, version=1, text=text)
    none_named = KindText(kind.name, kind.name_en, "kinds")
    with pytest.raises(RuleViolation, match=r".") as refused:
        save_kind(actor=top, kind=kind, version=2, text=none_named)
    assert refused.value.code == "kinds_missing"
    ended = save_kind(
        actor=top,
        kind=kind,
        version=2,
        text=KindText(kind.name, kind.name_en, "none", is_asked=False),
    )
    assert ended.ended_on == timezone.localdate()
    again = KindText(kind.name, kind.name_en, "none")
    assert save_kind(actor=top, kind=kind, version=3, text=again).ended_on is None
    new = KindText("氧气袋", "Oxygen", "all", code="oxygen")
    added = save_kind(actor=top, kind=None, version=0, text=new)
    assert (added.code, added.version, added.is_owed_by("small")) == ("oxygen", 1, True)
    for code in ("oxygen", "Oxygen"):
        with pytest.raises(RuleViolation):
            save_kind(actor=top, kind=None, version=0, text=KindText("氧", "O", "all", code=code))
    branch = make_actor("premises.approve", unit=tree.east)
    with pytest.raises(NotAllowed):
        save_kind(actor=branch, kind=kind, version=2, text=text)
