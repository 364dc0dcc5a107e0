"""The ledgers of the premises as sheets write them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hearth.ledgers.registers import REGISTERS, Register
from hearth.ledgers.services import Outcome, apply_rows
from hearth.premises.models import FacilityCheck, FacilityKind, Sign, WorkOrder
from hearth.premises.registers import FACILITIES, SIGNS, WORK_ORDERS
from tests.factories import make_actor, make_tree, make_unit
from tests.factories_premises import make_order, make_sign, row_of

pytestmark = pytest.mark.django_db

COLUMNS = {
    "signs": "sign_no* unit* kind* installed_on retired_on",
    "work_orders": "order_no* unit* kind* sign_no facility opened_on* done_on cost_fen "
    "contractor note",
    "facilities": "unit* facility* required present* checked_on*",
}


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_columns_are_those_of_the_format(kind: str) -> None:
    columns = REGISTERS[kind].spec.columns
    assert " ".join(c.name + "*" * c.required for c in columns) == COLUMNS[kind]


def enter(register: Register, *rows: dict[str, Any], actor: Any = None) -> Outcome:
    return apply_rows(
        actor=actor or make_actor("programme_manager"),
        register=register,
        rows=[row_of(register, **row) for row in rows],
    )


def reasons(outcome: Outcome) -> list[tuple[str, str]]:
    return [(p.column, p.reason) for p in outcome.problems]


def test_signs_enter_and_change() -> None:
    make_tree()
    sign = {"sign_no": "E1-L1", "unit": "E1", "kind": "lightbox"}
    assert enter(SIGNS, sign).created == 1
    assert enter(SIGNS, sign).unchanged == 1
    assert enter(SIGNS, sign | {"retired_on": date(2021, 5, 1)}).updated == 1
    assert Sign.objects.get().retired_on == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"installed_on": date(2021, 5, 2), "retired_on": date(2021, 5, 1)}, "retired_on"),
        ({"installed_on": timezone.localdate() + timedelta(days=2)}, "installed_on"),
    ],
)
def test_days_of_a_sign_follow_each_other(said: dict[str, Any], column: str) -> None:
    make_tree()
    outcome = enter(SIGNS, {"sign_no": "E1-L1", "unit": "E1", "kind": "lintel"} | said)
    assert [one for one, _reason in reasons(outcome)] == [column]
    assert not Sign.objects.exists()


def test_an_order_names_a_sign_of_its_own_outlet() -> None:
    tree = make_tree()
    make_sign(tree.west_outlets[0], sign_no="W1-L1")
    order = {"order_no": "1", "kind": "clean", "sign_no": "W1-L1", "opened_on": date(2021, 5, 1)}
    assert [c for c, _r in reasons(enter(WORK_ORDERS, order | {"unit": "E1"}))] == ["sign_no"]
    assert enter(WORK_ORDERS, order | {"unit": "W1"}).created == 1
    assert WorkOrder.objects.get().sign.sign_no == "W1-L1"  # type: ignore[union-attr]


def test_an_order_names_a_known_sign_and_facility() -> None:
    make_tree()
    order = {"order_no": "1", "unit": "E1", "kind": "repair", "opened_on": date(2021, 5, 1)}
    unknown = enter(WORK_ORDERS, order | {"sign_no": "NONE", "facility": "none"})
    assert [column for column, _reason in reasons(unknown)] == ["sign_no", "facility"]
    assert enter(WORK_ORDERS, order | {"facility": "ramp"}).created == 1


def test_an_import_leaves_alone_what_the_flow_of_work_has_set() -> None:
    tree = make_tree()
    order = make_order(tree.east_outlets[0], done_on=date(2021, 5, 12), verified_at=timezone.now())
    again = {
        "order_no": order.order_no,
        "unit": "E1",
        "kind": "repair",
        "opened_on": order.opened_on,
        "done_on": order.done_on,
        "cost_fen": 12800,
    }
    assert enter(WORK_ORDERS, again).updated == 1
    order.refresh_from_db()
    assert (order.state, order.cost_fen) == (WorkOrder.State.VERIFIED, 12800)


def test_a_facility_is_required_as_its_row_says_else_as_the_catalogue_says() -> None:
    tree = make_tree()
    FacilityKind.objects.filter(code="wheelchair").update(duty="kinds", unit_kinds=["综合网点"])
    seen = {"present": True, "checked_on": date(2021, 5, 31)}
    outcome = enter(
        FACILITIES,
        {"unit": "E1", "facility": "wheelchair", **seen},  # of the kind that must
        {"unit": "E2", "facility": "wheelchair", **seen},  # of another kind
        {"unit": "E1", "facility": "ramp", "required": False, **seen},
        {"unit": "E1", "facility": "wifi", **seen},
    )
    assert outcome.created == 4
    found = FacilityCheck.objects.order_by("pk").values_list("required", flat=True)
    assert list(found) == [True, False, False, False]
    assert FacilityCheck.objects.filter(unit=tree.east_outlets[0]).count() == 3


def test_facilities_are_kept_by_outlet_and_not_ahead_of_time() -> None:
    make_tree()
    late = timezone.localdate() + timedelta(days=2)
    row = {"facility": "ramp", "present": True}
    outcome = enter(
        FACILITIES,
        row | {"unit": "E", "checked_on": date(2021, 5, 31)},
        row | {"unit": "E1", "checked_on": late},
    )
    assert [column for column, _reason in reasons(outcome)] == ["unit", "checked_on"]


def test_the_latest_check_on_or_before_a_day_holds() -> None:
    make_tree()
    row = {"unit": "E1", "facility": "ramp"}
    enter(
        FACILITIES,
        row | {"present": False, "checked_on": date(2021, 3, 1)},
        row | {"present": True, "checked_on": date(2021, 5, 1)},
    )
    latest = FacilityCheck.objects.latest_on
    assert [c.present for c in latest(date(2021, 4, 30))] == [False]
    assert [c.present for c in latest(date(2021, 5, 1))] == [True]
    FacilityCheck.objects.filter(present=True).update(withdrawn_at=timezone.now())
    assert [c.present for c in latest(date(2021, 6, 1))] == [False]
    assert not latest(date(2021, 2, 28)).exists()


def test_signs_follow_their_outlet_to_another_branch() -> None:
    tree = make_tree()
    sign = make_sign(tree.east_outlets[0], unit_path="9999")
    assert list(Sign.objects.visible_to(make_actor("branch_manager", unit=tree.east).scope)) == [
        sign
    ]
    assert list(Sign.objects.under(tree.east.path)) == [sign]
    assert not Sign.objects.under(tree.west.path).exists()


def test_signs_up_on_a_day() -> None:
    unit = make_unit(make_unit(), level="outlet")
    ever = make_sign(unit, installed_on=None)
    old = make_sign(unit, retired_on=date(2021, 5, 1))
    new = make_sign(unit, installed_on=date(2021, 5, 1))
    assert set(Sign.objects.up_on(date(2021, 4, 30))) == {ever, old}
    assert set(Sign.objects.up_on(date(2021, 5, 1))) == {ever, new}


def test_the_state_in_the_database_is_the_state_of_the_record() -> None:
    unit = make_unit(make_unit(), level="outlet")
    now, day = timezone.now(), date(2021, 5, 12)
    by = {
        "opened": make_order(unit),
        "underway": make_order(unit, underway_on=day),
        "done": make_order(unit, done_on=day),
        "verified": make_order(unit, done_on=day, verified_at=now),
        "reported": make_order(unit, reported_at=now),
        "refused": make_order(unit, reported_at=now, refused_at=now),
    }
    make_order(unit, reported_at=now, accepted_at=now)  # opened
    states = {o.pk: (o.state, o.state_now) for o in WorkOrder.objects.with_state()}  # type: ignore[attr-defined]
    assert all(kept == asked for kept, asked in states.values())
    assert {name: states[order.pk][0].value for name, order in by.items()} == {n: n for n in by}
