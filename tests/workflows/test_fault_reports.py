"""A visitor reports a fault by a label, and the outlet answers."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hearth.kernel.errors import RuleViolation
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent, Notice
from hearth.premises.models import AssetLabel, WorkOrder
from hearth.premises.services.reports import (
    LONGEST_WORDS,
    MOST_A_LABEL,
    MOST_A_PLACE,
    MOST_PHOTOS,
    accept_report,
    refuse_report,
)
from hearth.workflows.fault_reports import report_fault
from tests.factories import Tree, make_actor, make_tree, make_user
from tests.factories_inspections import photo
from tests.factories_premises import facility, make_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def label(tree: Tree) -> AssetLabel:
    sign = make_sign(tree.east_outlets[0])
    return AssetLabel.objects.create(unit=sign.unit, sign=sign)


def report(label: AssetLabel, problem: str = "unlit", address: str = "10.0.0.1", **more: object):
    said = {"words": "", "photo": b""} | more
    return report_fault(label=label, problem=problem, address=address, **said)  # type: ignore[arg-type]


def test_a_report_is_an_order_that_waits_for_the_outlet(tree: Tree, label: AssetLabel) -> None:
    head = make_user("outlet_head", unit=tree.east_outlets[0])
    make_user("branch_manager", unit=tree.east)
    order = report(label, words="门口灯箱整晚不亮" + "啊" * 300, photo=photo())
    assert (order.state, order.kind, order.sign) == ("reported", "repair", label.sign)
    assert len(order.note) == LONGEST_WORDS
    assert [p.caption for p in order.photos.all()] == ["reported"]
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (head, "fault.reported")
    event = AuditEvent.objects.get(action="order.reported")
    assert event.actor == "visitor"
    assert "灯箱" not in str(event.data)


@pytest.mark.parametrize(
    ("problem", "kind"), [("dirty", "clean"), ("missing", "inspect"), ("loose", "repair")]
)
def test_the_problem_suggests_the_work(label: AssetLabel, problem: str, kind: str) -> None:
    assert report(label, problem).kind == kind


def test_a_facility_has_a_label_too(tree: Tree) -> None:
    label = AssetLabel.objects.create(unit=tree.east_outlets[0], facility=facility("wheelchair"))
    assert report(label, "missing").facility == facility("wheelchair")


def test_the_same_problem_is_one_order_until_it_is_answered(tree: Tree, label: AssetLabel) -> None:
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    one = report(label)
    for _time in range(2):
        assert report(label, photo=photo()) == one
    assert report(label, "dirty") != one
    accept_report(actor=head, order=one, version=1, kind="repair")
    assert report(label) != one


def test_photos_of_one_report_are_few(label: AssetLabel) -> None:
    for number in range(MOST_PHOTOS + 1):
        order = report(label, photo=photo(), address=f"10.0.1.{number}")
    assert order.photos.count() == MOST_PHOTOS


def test_reports_are_limited_by_label_and_by_place(tree: Tree, label: AssetLabel) -> None:
    for number in range(MOST_A_LABEL):
        report(label, address=f"10.0.0.{number}")
    with pytest.raises(RuleViolation) as refused:
        report(label, address="10.0.0.99")
    assert refused.value.code == "too_often"
    others = [
        AssetLabel.objects.create(unit=sign.unit, sign=sign)
        for sign in (make_sign(tree.west_outlets[0]) for _n in range(MOST_A_PLACE + 1))
    ]
    for one in others[:-1]:
        report(one, address="10.9.9.9")
    with pytest.raises(RuleViolation):
        report(others[-1], address="10.9.9.9")
    assert WorkOrder.objects.filter(sign=others[-1].sign).count() == 0


def test_what_cannot_be_taken(label: AssetLabel) -> None:
    for more, code in (
        ({"problem": "ugly"}, "problem_unknown"),
        ({"photo": b"x"}, "not_a_picture"),
    ):
        with pytest.raises(RuleViolation) as refused:
            report(label, **more)  # type: ignore[arg-type]
        assert refused.value.code == code
    AssetLabel.objects.update(ended_at=timezone.now())
    label.refresh_from_db()
    with pytest.raises(RuleViolation) as refused:
        report(label)
    assert refused.value.code == "label_ended"
    assert not WorkOrder.objects.exists()


# --- the answer ---------------------------------------------------------------------------------


@pytest.fixture
def head(tree: Tree) -> Actor:
    return make_actor("outlet_head", unit=tree.east_outlets[0])


def test_accepted_as_other_work(head: Actor, label: AssetLabel) -> None:
    order = accept_report(actor=head, order=report(label), version=1, kind="replace")
    assert (order.state, order.kind, order.accepted_by_id) == ("opened", "replace", head.user_id)
    with pytest.raises(RuleViolation) as refused:
        accept_report(actor=head, order=order, version=2, kind="replace")
    assert refused.value.code == "wrong_state"


def test_accepted_as_known_work_only(head: Actor, label: AssetLabel) -> None:
    with pytest.raises(RuleViolation) as refused:
        accept_report(actor=head, order=report(label), version=1, kind="burn")
    assert refused.value.code == "kind_unknown"


def test_refused_with_a_reason(head: Actor, label: AssetLabel) -> None:
    order = report(label)
    with pytest.raises(RuleViolation) as refused:
        refuse_report(actor=head, order=order, version=1, reason="  ")
    assert refused.value.code == "no_reason"
    order = refuse_report(actor=head, order=order, version=1, reason="当晚停电")
    assert (order.state, order.refusal_reason) == ("refused", "当晚停电")
    assert not WorkOrder.objects.unfinished().exists()
