"""Giving checks out and taking them back."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.inspections.models import Assignment
from hearth.inspections.services.assignments import assign, withdraw_assignment
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.models import Grant
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import make_assignment
from tests.factories_standards import edition_content, make_edition

pytestmark = pytest.mark.django_db
DUE = date(2099, 6, 30)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager")


def give(actor, unit, edition, assignee, **fields):
    fields = {"channel": "mystery", "due_on": DUE} | fields
    return assign(actor=actor, unit=unit, edition=edition, assignee=assignee, **fields)


def code_of(raising, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        raising(*args, **kwargs)
    return refusal.value.code


def test_a_check_is_given_out(office, tree, edition):
    shopper, outlet = make_user("mystery_shopper"), tree.outlets[0]

    task = give(office, outlet, edition, shopper)

    stored = Assignment.objects.get()
    assert stored == task
    assert (stored.status, stored.assigned_by_id, stored.due_on) == ("open", office.user_id, DUE)
    event = AuditEvent.objects.get(action="assignment.made")
    assert (event.unit_path, event.data) == (outlet.path, {"channel": "mystery"})


def test_only_at_units_where_the_office_may(tree, edition):
    east = make_actor("programme_manager", unit=tree.east)
    shopper = make_user("mystery_shopper")

    with pytest.raises(NotAllowed):
        give(east, tree.west_outlets[0], edition, shopper)
    with pytest.raises(NotAllowed):
        give(make_actor("reviewer"), tree.outlets[0], edition, shopper)
    assert give(east, tree.east_outlets[0], edition, shopper)


@pytest.mark.parametrize("role", ["reviewer", "outlet_head", "auditor"])
def test_only_to_those_who_fill_in(office, tree, edition, role):
    assert code_of(give, office, tree.outlets[0], edition, make_user(role)) == "cannot_fill"


def test_not_to_someone_whose_role_ends_before_the_day(office, tree, edition):
    shopper = make_user("mystery_shopper")
    Grant.objects.update(valid_to=DUE)

    assert code_of(give, office, tree.outlets[0], edition, shopper) == "cannot_fill"
    assert give(office, tree.outlets[0], edition, shopper, due_on=date(2099, 6, 29))


@pytest.mark.parametrize(
    ("role", "where"),
    [("outlet_head", "outlet"), ("staff", "outlet"), ("branch_manager", "east")],
)
def test_nobody_is_given_their_own_outlet(office, tree, edition, role, where):
    inspector, outlet = make_user("inspector"), tree.east_outlets[0]
    unit = {"outlet": outlet, "east": tree.east}[where]
    Grant.objects.create(user=inspector, role=role, unit=unit, valid_from=date(1900, 1, 1))

    assert code_of(give, office, outlet, edition, inspector) == "own_unit"
    assert give(office, tree.west_outlets[0], edition, inspector)


def test_only_outlets_by_published_editions(office, tree, edition):
    shopper = make_user("mystery_shopper")
    draft = make_edition(edition_content(edition="next"), publish=False)

    assert code_of(give, office, tree.outlets[0], draft, shopper) == "edition_not_published"
    for unit in (tree.province, tree.east, tree.east_subbranch):
        assert code_of(give, office, unit, edition, shopper) == "not_an_outlet"


def test_not_at_an_outlet_that_will_be_closed_by_then(office, tree, edition):
    shopper, outlet = make_user("mystery_shopper"), tree.outlets[0]
    outlet.closed_on = DUE

    assert code_of(give, office, outlet, edition, shopper) == "unit_closed"
    assert give(office, outlet, edition, shopper, due_on=date(2099, 6, 29))


def test_taken_back_while_it_is_open(office, tree, edition):
    task = make_assignment(tree.outlets[0], edition, make_user("mystery_shopper"))

    withdraw_assignment(actor=office, assignment_id=task.pk, reason="生病")

    task.refresh_from_db()
    assert task.status == "withdrawn"
    assert AuditEvent.objects.get(action="assignment.withdrawn").data == {"reason": "生病"}
    assert code_of(
        withdraw_assignment, actor=office, assignment_id=task.pk, reason=""
    ) == "not_open"  # fmt: skip


def test_taken_back_only_within_reach(tree, edition):
    task = make_assignment(tree.east_outlets[0], edition, make_user("mystery_shopper"))

    for actor in (make_actor("programme_manager", unit=tree.west), make_actor("reviewer")):
        with pytest.raises(Assignment.DoesNotExist):
            withdraw_assignment(actor=actor, assignment_id=task.pk, reason="")
