"""The second person of an adjustment: every way in, every refusal, one at a time and many."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.kernel.periods import Period
from hearth.network.scope import Scope
from hearth.platform.models import AuditEvent, Notice
from hearth.scoring.models import Adjustment
from hearth.scoring.queries import adjustments_changed_since, adjustments_waiting
from hearth.scoring.services.adjustments import record_adjustments, withdraw_adjustment
from hearth.scoring.services.adjustments_decided import decide_adjustment, decide_adjustments
from tests.bulletins.quarters import closed_quarter
from tests.factories import make_actor, make_tree
from tests.factories_scoring import adjustment_text, close, make_adjustment, make_proposal

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope(("",))


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def first(tree):
    return make_actor("programme_manager")


@pytest.fixture
def second(tree):
    return make_actor("programme_manager")


def decide(actor, row, *, approve=True, note="", version=None):
    return decide_adjustment(
        actor=actor,
        adjustment_id=row.pk,
        version=row.version if version is None else version,
        approve=approve,
        note=note,
    )


def refused(actor, row, **how):
    with pytest.raises((RuleViolation, StaleWrite)) as refusal:
        decide(actor, row, **how)
    assert str(refusal.value)
    return refusal.value.code


def tickets(rows):
    return [f"{row.pk}:{row.version}" for row in rows]


def test_another_person_approves_and_it_counts(first, second, tree):
    row = make_proposal(tree.outlets[0], by=first)

    decide(second, row)

    row.refresh_from_db()
    assert (row.status, row.decided_by_id, row.version) == ("approved", second.user_id, 2)
    assert row.decided_at is not None
    assert list(Adjustment.objects.counted()) == [row]
    event = AuditEvent.objects.get(action="adjustment.approved")
    assert event.unit_path == tree.outlets[0].path
    assert event.data == {"kind": "bonus", "points_centi": 100, "period": "2021Q2"}
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind) == (first.user_id, "adjustment.approved")
    assert notice.params == {"period": "2021Q2", "n": 1}


def test_one_is_rejected_with_a_reason_and_may_come_again(first, second, tree):
    row = make_proposal(tree.outlets[0], by=first)

    assert refused(second, row, approve=False, note=" ") == "no_reason"
    decide(second, row, approve=False, note=" 证据不足 ")

    row.refresh_from_db()
    assert (row.status, row.decision, row.decided_by_id) == ("rejected", "证据不足", second.user_id)
    assert AuditEvent.objects.get(action="adjustment.rejected").data["note"] == "证据不足"
    assert Notice.objects.get().kind == "adjustment.rejected"
    assert not Adjustment.objects.standing().exists()
    assert make_proposal(tree.outlets[0], by=first) != row


def test_who_proposes_does_not_decide(first, tree):
    row = make_proposal(tree.outlets[0], by=first)

    assert refused(first, row) == "own_proposal"
    assert refused(first, row, approve=False, note="x") == "own_proposal"
    row.refresh_from_db()
    assert row.status == "proposed"


def test_the_database_holds_two_persons_too(first, tree):
    row = make_proposal(tree.outlets[0], by=first)
    left = make_adjustment(tree.outlets[1])

    for key, values in [
        (row.pk, {"status": "approved", "decided_by_id": first.user_id}),
        (row.pk, {"status": "rejected"}),
        (row.pk, {"status": "withdrawn"}),
        (left.pk, {"withdrawn_by_id": first.user_id, "withdrawal_approved_by_id": first.user_id}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.filter(pk=key).update(**values)


def test_a_second_press_changes_nothing(first, second, tree):
    row, no = make_proposal(tree.outlets[0], by=first), make_proposal(tree.outlets[1], by=first)
    for _press in range(2):
        decide(second, row, version=1)
        decide(second, no, version=1, approve=False, note="x")

    assert AuditEvent.objects.filter(action="adjustment.approved").count() == 1
    assert Notice.objects.count() == 2
    assert refused(second, row, version=1, approve=False, note="x") == "decided"


def test_what_is_decided_stays(first, second, tree):
    row = make_proposal(tree.outlets[0], by=first)
    decide(second, row)
    third = make_actor("programme_manager")

    assert refused(third, row, version=1) == "decided"
    assert refused(third, row, version=2) == "decided"
    gone = make_proposal(tree.outlets[1], by=first)
    withdraw_adjustment(actor=first, adjustment_id=gone.pk, reason="x")
    assert refused(third, gone) == "already_withdrawn"


def test_a_withdrawal_takes_two_as_well(first, second, tree):
    row = make_adjustment(tree.outlets[0], "veto")
    row = withdraw_adjustment(actor=first, adjustment_id=row.pk, reason="申诉成立")

    assert refused(first, row) == "own_proposal"
    decide(second, row)
    decide(second, row)  # a second press

    row.refresh_from_db()
    assert (row.status, row.withdrawal_approved_by_id) == ("withdrawn", second.user_id)
    assert row.withdrawn_at is not None
    assert not Adjustment.objects.counted().exists()
    assert Notice.objects.get().kind == "adjustment.withdrawn"
    assert AuditEvent.objects.filter(action="adjustment.withdrawn").count() == 1


def test_a_withdrawal_that_is_rejected_leaves_it_as_it_was(first, second, tree):
    row = make_adjustment(tree.outlets[0])
    row = withdraw_adjustment(actor=first, adjustment_id=row.pk, reason="记错")

    decide(second, row, approve=False, note="没有记错")

    row.refresh_from_db()
    assert (row.status, row.withdrawn_by_id, row.withdrawn_reason) == ("approved", None, "")
    told = AuditEvent.objects.get(action="adjustment.withdrawal_rejected")
    assert told.data["note"] == "没有记错"
    assert Notice.objects.get().user_id == first.user_id


def test_who_looked_at_a_proposal_does_not_approve_its_withdrawal_unseen(first, second, tree):
    """The page of the third showed a proposal; meanwhile it was approved and asked back."""
    row, third = make_proposal(tree.outlets[0], by=first), make_actor("programme_manager")
    seen = row.version
    decide(second, row)
    withdraw_adjustment(actor=first, adjustment_id=row.pk, reason="记错")

    assert refused(third, row, version=seen) == "stale_adjustment"


def test_who_approved_it_before_is_told_that_its_withdrawal_was_rejected_meanwhile(
    first, second, tree
):
    row = make_proposal(tree.outlets[0], by=first)
    row = decide(second, row)
    row = withdraw_adjustment(actor=first, adjustment_id=row.pk, reason="记错")
    seen = row.version
    decide(make_actor("programme_manager"), row, approve=False, note="没有记错")

    assert refused(second, row, version=seen) == "decided"
    assert Adjustment.objects.counted().get() == row


def test_only_within_reach(first, tree):
    row = make_proposal(tree.west_outlets[0], by=first)

    with pytest.raises(Adjustment.DoesNotExist):
        decide(make_actor("programme_manager", unit=tree.east), row)
    with pytest.raises(NotAllowed):
        decide(make_actor("branch_manager"), row)
    with pytest.raises(NotAllowed):
        decide_adjustments(actor=make_actor("branch_manager"), chosen=tickets([row]), approve=True)


def test_each_of_many_stands_by_itself(first, second, tree):
    good = [make_proposal(unit, by=first) for unit in tree.outlets[:3]]
    own = make_proposal(tree.outlets[0], by=second)
    stale = f"{good[2].pk}:9"
    strange = ["x:1", "999999:1", "7", f"{'9' * 30}:1"]
    chosen = [*tickets(good[:2]), *tickets([own]), stale, *strange]

    count, reasons = decide_adjustments(actor=second, chosen=chosen, approve=True)

    assert count == 2
    assert len(reasons) == 6
    assert set(Adjustment.objects.counted()) == set(good[:2])
    notice = Notice.objects.get()  # one for both
    assert (notice.user_id, notice.params["n"]) == (first.user_id, 2)
    again, _none = decide_adjustments(actor=second, chosen=tickets(good[:2]), approve=True)
    assert again == 2
    assert AuditEvent.objects.filter(action="adjustment.approved").count() == 2


def test_many_cost_no_more_queries_than_few(first, second, tree, django_assert_max_num_queries):
    rows = [make_proposal(unit, by=first, reason=f"{n}") for n in range(8) for unit in tree.outlets]

    with django_assert_max_num_queries(12):
        count, reasons = decide_adjustments(actor=second, chosen=tickets(rows), approve=True)

    assert (count, reasons) == (40, [])


def test_thousands_are_decided_at_once(second, tree):
    """As when the operator imports a file that somebody had imported on a page before."""
    texts = [adjustment_text(tree.outlets[0], reason=str(n)) for n in range(2100)]
    rows = record_adjustments(actor=make_actor("programme_manager"), texts=texts)

    count, reasons = decide_adjustments(actor=second, chosen=tickets(rows), approve=True)

    assert (count, reasons) == (2100, [])
    assert Adjustment.objects.counted().count() == 2100


def test_what_waits_is_counted_by_period_and_by_reader(first, second, tree):
    make_proposal(tree.east_outlets[0], by=first)
    make_proposal(tree.west_outlets[0], by=second, period="2021Q3")
    row = make_adjustment(tree.west_outlets[1])
    withdraw_adjustment(actor=second, adjustment_id=row.pk, reason="x")

    assert adjustments_waiting(Period.parse("2021Q2"), EVERYWHERE) == (1, 1)
    assert adjustments_waiting(Period.parse("2021Q2"), Scope((tree.east.path,))) == (1, 0)
    waiting = Adjustment.objects.waiting()
    assert waiting.not_asked_by(first.user_id).count() == 2
    assert waiting.not_asked_by(second.user_id).count() == 1


def test_a_closing_is_behind_once_an_adjustment_begins_to_count_or_no_longer_does():
    tree, _closing = closed_quarter()
    first, second = make_actor("programme_manager"), make_actor("programme_manager")
    row = make_proposal(tree.outlets[0], by=first)
    closing = close("2021Q2")
    assert not adjustments_changed_since(closing)

    decide(second, row)
    assert adjustments_changed_since(closing)

    closing = close("2021Q2")
    assert not adjustments_changed_since(closing)
    left = withdraw_adjustment(actor=first, adjustment_id=row.pk, reason="x")
    assert not adjustments_changed_since(closing)
    decide(second, left)
    assert adjustments_changed_since(closing)
