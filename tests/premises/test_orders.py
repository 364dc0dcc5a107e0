"""The flow of a work order: opened, started, done, verified by another person or given back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, Refusal, RuleViolation, StaleWrite
from hearth.ledgers.history import Seen
from hearth.ledgers.services import apply_rows, save_record
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent, Notice
from hearth.premises.models import Sign, WorkOrder
from hearth.premises.registers import WORK_ORDERS
from hearth.premises.services.orders import (
    Done,
    NewSign,
    OrderText,
    finish_order,
    give_back,
    open_order,
    start_order,
    verify_history,
    verify_order,
)
from hearth.premises.services.signs import SignText, describe_sign
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import facility, make_order, make_sign, row_of

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 12)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def head(tree: Tree) -> Actor:
    return make_actor("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def manager(tree: Tree) -> Actor:
    return make_actor("branch_manager", unit=tree.east)


@pytest.fixture
def sign(tree: Tree) -> Sign:
    return make_sign(tree.east_outlets[0])


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    assert str(refused.value)
    return refused.value.code


# --- opening ------------------------------------------------------------------------------------


def test_an_order_is_opened_with_a_number_of_its_own(head: Actor, sign: Sign) -> None:
    text = OrderText(sign.unit, "clean", DAY, sign=sign, note=" 灯箱积灰 ")
    one, other = (open_order(actor=head, text=text) for _n in range(2))
    assert one.order_no.startswith("20210512-")
    assert one.order_no != other.order_no
    assert (one.state, one.note, one.unit_path) == ("opened", "灯箱积灰", sign.unit.path)
    assert AuditEvent.objects.filter(action="order.opened", object_id=str(one.pk)).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opened_on": timezone.localdate() + timedelta(days=2)}, "opened_in_future"),
        ({"due_on": DAY - timedelta(days=1)}, "due_before_opened"),
    ],
)
def test_what_cannot_be_so_is_not_opened(
    head: Actor, sign: Sign, change: dict[str, Any], code: str
) -> None:
    said = {"unit": sign.unit, "kind": "clean", "opened_on": DAY, "sign": sign} | change
    assert code_of(lambda: open_order(actor=head, text=OrderText(**said))) == code
    assert not WorkOrder.objects.exists()


def test_a_sign_and_a_facility_are_two_orders(head: Actor, sign: Sign) -> None:
    text = OrderText(sign.unit, "repair", DAY, sign=sign, facility=facility("ramp"))
    assert code_of(lambda: open_order(actor=head, text=text)) == "one_asset"


def test_nobody_opens_an_order_elsewhere(tree: Tree, sign: Sign) -> None:
    stranger = make_actor("branch_manager", unit=tree.west)
    with pytest.raises(NotAllowed):
        open_order(actor=stranger, text=OrderText(sign.unit, "clean", DAY))


# --- the way through ----------------------------------------------------------------------------


def test_from_opened_to_verified(head: Actor, manager: Actor, sign: Sign) -> None:
    order = open_order(actor=head, text=OrderText(sign.unit, "repair", DAY, sign=sign))
    order = start_order(actor=head, order=order, version=1, contractor="亮彩广告")
    assert order.state == WorkOrder.State.UNDERWAY
    done = Done(DAY, cost_fen=128_000, warranty_until=date(2022, 5, 12))
    order = finish_order(actor=head, order=order, version=2, done=done)
    assert (order.state, order.contractor, order.cost_fen) == ("done", "亮彩广告", 128_000)
    order = verify_order(actor=manager, order=order, version=3)
    assert (order.state, order.verified_by_id) == ("verified", manager.user_id)
    actions = AuditEvent.objects.filter(object_type="premises.workorder").order_by("seq")
    assert [event.action for event in actions] == [
        "order.opened",
        "order.started",
        "order.finished",
        "order.verified",
    ]


def test_who_did_the_work_neither_verifies_nor_gives_back(manager: Actor, sign: Sign) -> None:
    order = make_order(sign.unit, sign=sign)
    order = finish_order(actor=manager, order=order, version=1, done=Done(DAY))
    assert code_of(lambda: verify_order(actor=manager, order=order, version=2)) == "own_work"
    again = lambda: give_back(actor=manager, order=order, version=2, reason="不亮")  # noqa: E731
    assert code_of(again) == "own_work"


def test_who_entered_it_in_the_ledger_counts_as_who_did_it(manager: Actor, sign: Sign) -> None:
    order = make_order(sign.unit, sign=sign)
    said = row_of(
        WORK_ORDERS,
        order_no=order.order_no,
        unit=sign.unit.code,
        kind="repair",
        sign_no=sign.sign_no,
        opened_on=order.opened_on,
        done_on=DAY,
    )
    save_record(actor=manager, register=WORK_ORDERS, row=said, record=order, version=1)
    assert code_of(lambda: verify_order(actor=manager, order=order, version=2)) == "own_work"
    other = make_actor("branch_manager", unit=sign.unit.parent)
    assert verify_order(actor=other, order=order, version=2).state == "verified"


def test_an_imported_order_is_verified_by_whoever_did_not_import_it(
    manager: Actor, sign: Sign
) -> None:
    own = make_order(sign.unit, done_on=DAY, recorded_by_id=manager.user_id)
    assert code_of(lambda: verify_order(actor=manager, order=own, version=1)) == "own_work"
    others = make_order(sign.unit, done_on=DAY)
    assert verify_order(actor=manager, order=others, version=1).state == "verified"
    changed = make_order(sign.unit)
    said = row_of(
        WORK_ORDERS, order_no=changed.order_no, unit=sign.unit.code, kind="clean",
        sign_no=sign.sign_no, opened_on=changed.opened_on, done_on=DAY,
    )  # fmt: skip
    assert apply_rows(actor=manager, register=WORK_ORDERS, rows=[said]).updated == 1
    assert code_of(lambda: verify_order(actor=manager, order=changed, version=2)) == "own_work"


def test_the_past_is_verified_in_one_act(
    tree: Tree, head: Actor, manager: Actor, sign: Sign
) -> None:
    until = DAY + timedelta(days=1)
    brought = make_order(sign.unit, done_on=DAY)
    changed = make_order(sign.unit, kind="repair", done_on=DAY)
    said = row_of(
        WORK_ORDERS, order_no=changed.order_no, unit=sign.unit.code, kind="repair",
        opened_on=changed.opened_on, done_on=DAY, note="补记",
    )  # fmt: skip
    save_record(actor=manager, register=WORK_ORDERS, row=said, record=changed, version=1)
    finished = finish_order(actor=head, order=make_order(sign.unit), version=1, done=Done(DAY))
    left = [
        changed,
        finished,
        make_order(sign.unit, done_on=until),
        make_order(sign.unit, done_on=DAY, recorded_by_id=manager.user_id),
        make_order(tree.west_outlets[0], done_on=DAY),
    ]
    for other in (make_actor("staff", unit=sign.unit), head):
        with pytest.raises(NotAllowed):
            verify_history(actor=other, until=until, note="原台账")
    assert code_of(lambda: verify_history(actor=manager, until=until, note=" ")) == "no_reason"

    assert verify_history(actor=manager, until=until, note="原台账") == 1

    for order in (brought, *left):
        order.refresh_from_db()
    assert (brought.state, brought.verified_by_id) == ("verified", manager.user_id)
    assert brought.verification_note == "原台账"
    assert {order.state.value for order in left} == {"done"}
    event = AuditEvent.objects.get(action="order.history_verified")
    assert event.data == {"until": str(until), "count": 1, "note": "原台账", "act": None}


def test_the_past_is_verified_as_it_was_shown_and_once(manager: Actor, sign: Sign) -> None:
    make_order(sign.unit, done_on=DAY)
    said: dict[str, Any] = {"actor": manager, "until": DAY + timedelta(days=1), "note": "原台账"}
    act = uuid.uuid4()
    with pytest.raises(StaleWrite):
        verify_history(**said, seen=Seen(2, act))
    assert not WorkOrder.objects.filter(verified_at__isnull=False).exists()

    assert [verify_history(**said, seen=Seen(1, act)) for _press in range(2)] == [1, 1]
    assert code_of(lambda: verify_history(**said, seen=Seen(1, uuid.uuid4()))) == "nothing_waits"
    assert AuditEvent.objects.filter(action="order.history_verified").count() == 1


def test_given_back_it_is_under_way_again(head: Actor, manager: Actor, sign: Sign) -> None:
    order = finish_order(actor=head, order=make_order(sign.unit), version=1, done=Done(DAY))
    empty = lambda: give_back(actor=manager, order=order, version=2, reason=" ")  # noqa: E731
    assert code_of(empty) == "no_reason"
    order = give_back(actor=manager, order=order, version=2, reason="右侧仍不亮")
    assert (order.state, order.return_reason, order.done_on) == ("underway", "右侧仍不亮", None)
    notice = Notice.objects.get(kind="order.given_back")
    assert (notice.user_id, notice.params["order"]) == (head.user_id, order.order_no)
    order = finish_order(actor=head, order=order, version=3, done=Done(DAY))
    assert order.return_reason == ""


def test_a_step_follows_only_from_its_state(head: Actor, manager: Actor, sign: Sign) -> None:
    order = make_order(sign.unit)
    assert code_of(lambda: verify_order(actor=manager, order=order, version=1)) == "wrong_state"
    order = start_order(actor=head, order=order, version=1)
    assert code_of(lambda: start_order(actor=head, order=order, version=2)) == "wrong_state"
    reported = make_order(sign.unit, reported_at=timezone.now())
    finish = lambda: finish_order(actor=head, order=reported, version=1, done=Done(DAY))  # noqa: E731
    assert code_of(finish) == "wrong_state"


def test_a_stale_or_withdrawn_order_stays(head: Actor, sign: Sign) -> None:
    order = make_order(sign.unit)
    with pytest.raises(StaleWrite):
        start_order(actor=head, order=order, version=7)
    WorkOrder.objects.update(withdrawn_at=timezone.now())
    assert code_of(lambda: start_order(actor=head, order=order, version=1)) == "withdrawn"


def test_it_cannot_be_due_before_it_was_opened(head: Actor, sign: Sign) -> None:
    order = make_order(sign.unit)
    early = order.opened_on - timedelta(days=1)
    start = lambda: start_order(actor=head, order=order, version=1, due_on=early)  # noqa: E731
    assert code_of(start) == "due_before_opened"


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (Done(date(2021, 5, 9)), "done_before_opened"),
        (Done(timezone.localdate() + timedelta(days=2)), "done_in_future"),
        (Done(DAY, warranty_until=DAY), "warranty_before_done"),
        (Done(DAY, cost_fen=-1), "cost_negative"),
        (Done(DAY, new_sign=NewSign("L-NEW", "lightbox")), "new_sign_unasked"),
    ],
)
def test_what_cannot_be_so_is_not_done(head: Actor, sign: Sign, done: Done, code: str) -> None:
    order = make_order(sign.unit, sign=sign)
    assert code_of(lambda: finish_order(actor=head, order=order, version=1, done=done)) == code
    order.refresh_from_db()
    assert order.state == "opened"


# --- replacing a sign ---------------------------------------------------------------------------


def test_a_replacement_takes_the_old_sign_down_and_puts_the_new_one_up(
    head: Actor, manager: Actor, sign: Sign
) -> None:
    Sign.objects.update(place="正门上方")
    order = make_order(sign.unit, kind="replace", sign=sign)
    done = Done(DAY, new_sign=NewSign("L-NEW", "lightbox", "亮彩 A2"))
    order = finish_order(actor=head, order=order, version=1, done=done)
    sign.refresh_from_db()
    new = Sign.objects.get(sign_no="L-NEW")
    assert sign.retired_on == new.installed_on == DAY
    assert (order.new_sign, new.make, new.place) == (new, "亮彩 A2", "正门上方")
    assert list(Sign.objects.up_on(DAY)) == [new]
    back = lambda: give_back(actor=manager, order=order, version=2, reason="歪了")  # noqa: E731
    assert code_of(back) == "replaced"


def test_a_replacement_names_a_new_sign_with_a_free_number(head: Actor, sign: Sign) -> None:
    other = make_sign(sign.unit)
    order = make_order(sign.unit, kind="replace", sign=sign)

    def finish(new: NewSign | None) -> str:
        done = Done(DAY, new_sign=new)
        return code_of(lambda: finish_order(actor=head, order=order, version=1, done=done))

    assert finish(None) == "new_sign_missing"
    assert finish(NewSign(other.sign_no, "lightbox")) == "sign_taken"
    sign.refresh_from_db()
    assert sign.retired_on is None


def test_a_sign_is_taken_down_once(head: Actor, sign: Sign) -> None:
    order = make_order(sign.unit, kind="replace", sign=sign)
    Sign.objects.update(retired_on=DAY)
    done = Done(DAY, new_sign=NewSign("L-NEW", "lightbox"))
    assert code_of(lambda: finish_order(actor=head, order=order, version=1, done=done)) == (
        "sign_gone"
    )


# --- what a sign's page keeps -------------------------------------------------------------------


def test_a_sign_is_described(head: Actor, sign: Sign) -> None:
    text = SignText("亮彩 A2", "正门上方", *(time(h) for h in (17, 23)))
    kept = describe_sign(actor=head, sign=sign, version=1, text=text)
    assert (kept.make, kept.place, kept.lit_from, kept.lit_until, kept.version) == (
        *("亮彩 A2", "正门上方", text.lit_from, text.lit_until),
        2,
    )
    with pytest.raises(StaleWrite):
        describe_sign(actor=head, sign=sign, version=1, text=text)


def test_lit_hours_come_in_pairs(head: Actor, sign: Sign) -> None:
    five = time(17)
    for text, code in (
        (SignText(lit_from=five), "lit_hours_half"),
        (SignText(lit_from=five, lit_until=five), "lit_hours_empty"),
    ):
        described = lambda text=text: describe_sign(actor=head, sign=sign, version=1, text=text)  # noqa: E731
        assert code_of(described) == code


def test_a_withdrawn_sign_is_not_described(head: Actor, sign: Sign, tree: Tree) -> None:
    with pytest.raises(NotAllowed):
        describe_sign(
            actor=make_actor("branch_manager", unit=tree.west),
            sign=sign,
            version=1,
            text=SignText(),
        )
    Sign.objects.update(withdrawn_at=timezone.now())
    described = lambda: describe_sign(actor=head, sign=sign, version=1, text=SignText())  # noqa: E731
    assert code_of(described) == "withdrawn"


def test_violations_name_their_field(head: Actor, sign: Sign) -> None:
    with pytest.raises(RuleViolation) as refused:
        open_order(
            actor=head, text=OrderText(sign.unit, "clean", DAY, due_on=DAY - timedelta(days=1))
        )
    assert refused.value.facts["field"] == "due_on"
