"""Adjustments: proposed with a reason, taken back with a reason, never deleted."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments import (
    AdjustmentText,
    record_adjustment,
    record_adjustments,
    withdraw_adjustment,
)
from hearth.scoring.services.adjustments_decided import decide_adjustment
from tests.factories import make_actor, make_tree
from tests.factories_scoring import make_adjustment, make_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager")


def text(unit, **changes):
    fields = {
        "period": "2021Q2",
        "kind": "bonus",
        "reason": "上级通报表扬",
        "decided_on": date(2021, 6, 1),
        "points_centi": 150,
    }
    return AdjustmentText(unit=unit, **fields | changes)


def test_a_bonus_is_kept_with_its_evidence(office, tree):
    outlet = tree.outlets[0]

    row = record_adjustment(
        actor=office, text=text(outlet, reason=" 锦旗 ", evidence=" 通报〔2021〕6 号 ")
    )

    row.refresh_from_db()
    assert (row.reason, row.evidence, row.points_centi) == ("锦旗", "通报〔2021〕6 号", 150)
    assert (row.recorded_by_id, row.withdrawn_at) == (office.user_id, None)
    assert (row.status, row.decided_by_id, row.decided_at) == ("proposed", None, None)
    assert not Adjustment.objects.counted().exists()
    event = AuditEvent.objects.get(action="adjustment.recorded")
    assert event.unit_path == outlet.path
    assert event.data == {"kind": "bonus", "points_centi": 150, "period": "2021Q2"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "no_reason"),
        ({"period": "2021Q5"}, "period_unknown"),
        ({"period": "soon"}, "period_unknown"),
        ({"points_centi": 0}, "points_missing"),
        ({"points_centi": -5}, "points_missing"),
        ({"kind": "deduction", "points_centi": 0}, "points_missing"),
        ({"points_centi": 10_001}, "points_out_of_range"),
        ({"kind": "veto"}, "veto_has_points"),
        ({"kind": "gift"}, "kind_unknown"),
    ],
)
def test_what_cannot_count_is_refused(office, tree, changes, code):
    with pytest.raises(RuleViolation) as refusal:
        record_adjustment(actor=office, text=text(tree.outlets[0], **changes))

    assert refusal.value.code == code
    assert str(refusal.value)
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize("level", ["province", "east", "east_subbranch"])
def test_only_outlets_are_adjusted(office, tree, level):
    """A branch's score is the mean of its outlets; an adjustment of its own would do nothing."""
    with pytest.raises(RuleViolation) as refusal:
        record_adjustment(actor=office, text=text(getattr(tree, level)))

    assert refusal.value.code == "not_an_outlet"


def test_the_period_is_stored_in_its_one_form(office, tree):
    row = record_adjustment(actor=office, text=text(tree.outlets[0], period=" 2021q2 "))

    assert row.period == "2021Q2"


def test_a_second_press_counts_once(office, tree):
    said = text(tree.outlets[0])
    first = record_adjustment(actor=office, text=said)

    assert record_adjustment(actor=office, text=said) == first
    assert Adjustment.objects.count() == AuditEvent.objects.count() == 1
    withdraw_adjustment(actor=office, adjustment_id=first.pk, reason="重复核对")
    assert record_adjustment(actor=office, text=said) != first  # which does not stand any more
    other = make_actor("programme_manager", unit=tree.province)
    record_adjustment(actor=other, text=said)
    assert Adjustment.objects.filter(withdrawn_at=None).count() == 2


def test_many_or_none(office, tree):
    with pytest.raises(RuleViolation):
        record_adjustments(
            actor=office, texts=[text(tree.outlets[0]), text(tree.outlets[1], reason="")]
        )
    assert not Adjustment.objects.exists()

    rows = record_adjustments(actor=office, texts=[text(unit) for unit in tree.outlets])
    assert len(rows) == 5
    assert AuditEvent.objects.filter(action="adjustment.recorded").count() == 5


def test_only_where_the_actor_may(tree):
    east = make_actor("programme_manager", unit=tree.east)

    with pytest.raises(NotAllowed):
        record_adjustments(
            actor=east, texts=[text(tree.east_outlets[0]), text(tree.west_outlets[0])]
        )
    with pytest.raises(NotAllowed):
        record_adjustment(actor=make_actor("branch_manager"), text=text(tree.outlets[0]))
    assert not Adjustment.objects.exists()


def test_what_the_operator_records_counts_at_once_and_the_trail_says_so(tree):
    row = record_adjustment(actor=operator("night"), text=text(tree.outlets[0]))

    assert list(Adjustment.objects.counted()) == [row]
    assert (row.status, row.decided_by_id) == ("approved", None)
    assert row.decided_at is not None
    event = AuditEvent.objects.get()
    assert (event.action, event.data["at_once"]) == ("adjustment.recorded", True)


def test_a_proposal_is_taken_back_with_a_reason_and_stays_readable(office, tree):
    row = make_proposal(tree.outlets[0])

    withdraw_adjustment(actor=office, adjustment_id=row.pk, reason=" 重复 ")

    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert row.withdrawn_reason == "重复"
    assert (row.status, row.withdrawn_by_id) == ("withdrawn", office.user_id)
    assert not Adjustment.objects.ever_counted().exists()
    assert AuditEvent.objects.get(action="adjustment.withdrawn").data == {"reason": "重复"}
    with pytest.raises(RuleViolation) as refusal:
        withdraw_adjustment(actor=office, adjustment_id=row.pk, reason="x")
    assert refusal.value.code == "already_withdrawn"


def test_one_that_counts_is_only_proposed_to_be_taken_back(office, tree):
    row = make_adjustment(tree.outlets[0])

    withdraw_adjustment(actor=office, adjustment_id=row.pk, reason="记错")
    withdraw_adjustment(actor=office, adjustment_id=row.pk, reason="记错")  # a second press

    row.refresh_from_db()
    assert (row.status, row.withdrawn_at, row.version) == ("leaving", None, 2)
    assert list(Adjustment.objects.counted()) == [row]
    assert AuditEvent.objects.filter(action="adjustment.withdrawal_proposed").count() == 1
    other = make_actor("programme_manager")
    with pytest.raises(RuleViolation) as refusal:
        withdraw_adjustment(actor=other, adjustment_id=row.pk, reason="x")
    assert refusal.value.code == "proposed"


def test_the_operator_takes_back_at_once(office, tree):
    row = make_adjustment(tree.outlets[0])
    withdraw_adjustment(actor=office, adjustment_id=row.pk, reason="记错")

    withdraw_adjustment(actor=operator("night"), adjustment_id=row.pk, reason="重复")

    row.refresh_from_db()
    assert (row.status, row.withdrawn_reason) == ("withdrawn", "重复")
    assert Adjustment.objects.ever_counted().get() == row
    assert not Adjustment.objects.counted().exists()


def test_taking_back_has_its_refusals(office, tree):
    row = make_adjustment(tree.east_outlets[0])
    rejected = make_proposal(tree.east_outlets[0], by=office)
    decide_adjustment(
        actor=make_actor("programme_manager"),
        adjustment_id=rejected.pk,
        version=1,
        approve=False,
        note="证据不足",
    )

    with pytest.raises(RuleViolation) as refusal:
        withdraw_adjustment(actor=office, adjustment_id=rejected.pk, reason="x")
    assert refusal.value.code == "decided"

    with pytest.raises(RuleViolation) as refusal:
        withdraw_adjustment(actor=office, adjustment_id=row.pk, reason=" ")
    assert refusal.value.code == "no_reason"
    for actor in (make_actor("programme_manager", unit=tree.west), make_actor("branch_manager")):
        with pytest.raises(Adjustment.DoesNotExist):
            withdraw_adjustment(actor=actor, adjustment_id=row.pk, reason="x")
