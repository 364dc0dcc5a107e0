"""Who is told that something is late, and when."""

from datetime import date

import pytest

from hearth.platform.models import AuditEvent, Notice
from hearth.rectification.models import Deadline, Rectification, Step
from hearth.rectification.services.escalation import tell_late
from tests.factories import make_tree, make_user
from tests.factories_rectification import make_rectification
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

THURSDAY = date(2021, 9, 30)
URL = "/rectification/?state=overdue"


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


def late(tree, edition, criterion="A02", **changes):
    changes = {"due_on": THURSDAY} | changes
    return make_rectification(tree.east_outlets[0], edition, criterion, **changes)


def told():
    return sorted(Notice.objects.values_list("user__username", "params"))


def test_the_head_is_told_once_and_the_branch_after_its_days(tree, edition):
    make_user("outlet_head", unit=tree.east_outlets[0], username="head")
    make_user("outlet_head", unit=tree.east_outlets[1], username="other")
    make_user("branch_manager", unit=tree.east, username="east")
    make_user("branch_manager", unit=tree.west, username="west")
    late(tree, edition)
    late(tree, edition, "A03")
    late(tree, edition, "A04", state="fixed", fixed_on=THURSDAY, fixed_by_id=make_user().pk)

    assert tell_late(THURSDAY, URL) == 0
    assert tell_late(date(2021, 10, 7), URL) == 0  # the holiday: no working day has passed
    assert tell_late(date(2021, 10, 8), URL) == 2
    assert told() == [("head", {"count": 2})]
    assert tell_late(date(2021, 10, 8), URL) == 0
    assert tell_late(date(2021, 10, 11), URL) == 0  # three working days late: as long as it may
    assert tell_late(date(2021, 10, 12), URL) == 2
    assert told() == [("east", {"count": 2}), ("head", {"count": 2}), ("head", {"count": 2})]
    assert Notice.objects.filter(url=URL).count() == 3
    assert Step.objects.filter(kind="told").count() == 4
    assert set(Rectification.objects.values_list("told", flat=True)) == {0, 2}
    assert AuditEvent.objects.filter(action="rectification.told").count() == 2


def test_what_is_closed_or_withdrawn_is_not_told(tree, edition):
    make_user("outlet_head", unit=tree.east_outlets[0])
    row = late(tree, edition)
    Rectification.objects.filter(pk=row.pk).update(withdrawn_at=row.recorded_at)
    assert tell_late(date(2021, 10, 8), URL) == 0
    assert not Notice.objects.exists()


def test_patience_is_data(tree, edition):
    make_user("branch_manager", unit=tree.east)
    Deadline.objects.update(escalate_days=0)
    late(tree, edition)
    assert tell_late(date(2021, 10, 8), URL) == 1
    assert Notice.objects.count() == 1


def test_queries_do_not_grow_with_what_is_late(
    tree, edition, django_assert_max_num_queries, django_assert_num_queries
):
    make_user("outlet_head", unit=tree.east_outlets[0])
    late(tree, edition)
    with django_assert_max_num_queries(20) as counted:
        tell_late(date(2021, 10, 8), URL)
    for code in ("A02", "A03", "A04", "B01", "B02"):
        late(tree, edition, code)
    with django_assert_num_queries(len(counted.captured_queries)):
        assert tell_late(date(2021, 10, 8), URL) == 5
