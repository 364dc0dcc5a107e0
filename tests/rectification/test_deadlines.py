"""Rules of deadlines: who proposes does not approve, and the latest begun one holds."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.rectification.models import Deadline
from hearth.rectification.queries import deadline_on
from hearth.rectification.services.deadlines import (
    DeadlineText,
    approve_deadline,
    propose_deadline,
)
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    make_tree()
    return make_actor("programme_manager")


def text(**changes):
    days = {"red_days": 2, "major_days": 6, "minor_days": 12, "escalate_days": 1}
    return DeadlineText(**({"effective_from": timezone.localdate()} | days | changes))


def test_the_shipped_rule_holds_until_another_is_approved(office):
    today = timezone.localdate()
    shipped = deadline_on(date(2021, 6, 1))
    assert [shipped.days(s) for s in ("red", "major", "minor")] == [1, 5, 10]
    rule = propose_deadline(actor=office, text=text())
    assert deadline_on(today) == shipped
    approve_deadline(actor=make_actor("programme_manager"), pk=rule.pk)
    assert deadline_on(today).days("red") == 2
    assert deadline_on(today - timedelta(days=1)) == shipped


def test_nobody_approves_their_own_or_twice(office):
    rule = propose_deadline(actor=office, text=text())
    with pytest.raises(RuleViolation) as refused:
        approve_deadline(actor=office, pk=rule.pk)
    assert refused.value.code == "own_proposal"
    other = make_actor("programme_manager")
    approve_deadline(actor=other, pk=rule.pk)
    with pytest.raises(RuleViolation) as refused:
        approve_deadline(actor=other, pk=rule.pk)
    assert refused.value.code == "approved_already"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"red_days": 0}, "days_out_of_range"),
        ({"minor_days": 251}, "days_out_of_range"),
        ({"escalate_days": -1}, "days_out_of_range"),
        ({"effective_from": date(2021, 1, 1)}, "in_the_past"),
    ],
)
def test_what_is_no_rule_is_refused(office, changes, code):
    with pytest.raises(RuleViolation) as refused:
        propose_deadline(actor=office, text=text(**changes))
    assert refused.value.code == code
    assert Deadline.objects.count() == 1


def test_others_may_neither_propose_nor_approve(office):
    rule = propose_deadline(actor=office, text=text())
    manager = make_actor("branch_manager")
    with pytest.raises(NotAllowed):
        propose_deadline(actor=manager, text=text())
    with pytest.raises(NotAllowed):
        approve_deadline(actor=manager, pk=rule.pk)
