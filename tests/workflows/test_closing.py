"""Closing a period through the workflow: who is told, and how often."""

from __future__ import annotations

import pytest

from hearth.kernel.periods import Period
from hearth.platform.models import Notice
from hearth.workflows.closing import close_period
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import LONG_AFTER
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2021Q2")


def test_managers_are_told_once_of_each_revision():
    tree = make_tree()
    edition = make_edition()
    actor = make_actor("programme_manager")
    colleague, branch = make_user("programme_manager"), make_user("branch_manager", unit=tree.east)
    make_user("outlet_head", unit=tree.outlets[0])
    make_inspection(tree.outlets[0], edition, mark("A01"))

    first = close_period(actor=actor, period=QUARTER, today=LONG_AFTER)
    again = close_period(actor=actor, period=QUARTER, today=LONG_AFTER)

    assert (first.is_new, again.is_new) == (True, False)
    told = Notice.objects.order_by("user_id")
    assert [n.user_id for n in told] == [colleague.pk, branch.pk]
    assert {n.url for n in told} == {"/scoring/2021Q2/"}
    assert told[0].params == {"period": "2021Q2", "revision": 1}

    make_inspection(tree.outlets[1], edition)
    second = close_period(actor=actor, period=QUARTER, today=LONG_AFTER)

    assert second.closing.revision == 2
    assert Notice.objects.filter(user=branch).count() == 2
