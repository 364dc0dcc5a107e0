"""Grants: who gets which role where, and who never may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.actors import actor_of
from hearth.network.models import Grant, Unit, User
from hearth.network.services.grants import Span, end_grant, grant_role
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return make_actor("security_admin")


@pytest.fixture
def today():
    return timezone.localdate()


def test_a_grant_lets_its_holder_reach_the_unit_and_what_lies_below(manager, tree, today):
    user = make_user()

    grant = grant_role(actor=manager, user_id=user.pk, role="branch_manager", unit_id=tree.east.pk)

    holder = actor_of(user, on=today)
    assert holder.can("people.view", tree.east_outlets[0].path)
    assert not holder.can("people.view", tree.west.path)
    assert grant.granted_by_id == manager.user_id
    event = AuditEvent.objects.get(action="grant.given")
    assert event.unit_path == tree.east.path
    assert (event.data["role"], event.data["unit"]) == ("branch_manager", "E")


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("system_admin", "security_admin"),
        ("system_admin", "auditor"),
        ("security_admin", "auditor"),
        ("auditor", "system_admin"),
    ],
)
def test_the_three_administrations_are_never_one_person(manager, tree, held, wanted):
    user = make_user(held, unit=tree.west)

    with pytest.raises(RuleViolation) as refusal:
        grant_role(actor=manager, user_id=user.pk, role=wanted, unit_id=tree.east.pk)

    assert refusal.value.code == "exclusive_roles"
    assert Grant.objects.filter(user=user).count() == 1


def test_an_administration_that_begins_later_counts_already(manager, tree, today):
    user = make_user()
    later = Span(today + timedelta(days=30))
    grant_role(actor=manager, user_id=user.pk, role="auditor", unit_id=tree.province.pk, span=later)

    with pytest.raises(RuleViolation):
        grant_role(actor=manager, user_id=user.pk, role="system_admin", unit_id=tree.province.pk)
    before = Span(today, today + timedelta(days=30))
    grant_role(
        actor=manager, user_id=user.pk, role="system_admin", unit_id=tree.province.pk, span=before
    )


def test_an_administration_that_has_ended_is_no_obstacle(manager, tree):
    user = make_user("auditor")
    end_grant(actor=manager, grant_id=user.grants.get().pk, reason="new work")

    grant_role(actor=manager, user_id=user.pk, role="system_admin", unit_id=tree.province.pk)

    assert Grant.objects.filter(user=user).count() == 2


def test_the_same_administration_at_two_units_is_one_person_still(manager, tree):
    user = make_user("auditor", unit=tree.east)

    grant_role(actor=manager, user_id=user.pk, role="auditor", unit_id=tree.west.pk)

    assert user.grants.count() == 2


def test_nobody_gives_a_role_to_themself(manager, tree):
    with pytest.raises(RuleViolation) as refusal:
        grant_role(actor=manager, user_id=manager.user_id, role="staff", unit_id=tree.province.pk)

    assert refusal.value.code == "own_grant"


def test_who_may_not_manage_accounts_gives_nothing(tree):
    with pytest.raises(NotAllowed):
        grant_role(
            actor=make_actor("programme_manager"),
            user_id=make_user().pk,
            role="staff",
            unit_id=tree.east.pk,
        )


def test_a_role_is_given_only_within_ones_own_part_of_the_tree(tree):
    manager = make_actor("security_admin", unit=tree.east)

    with pytest.raises(Unit.DoesNotExist):
        grant_role(actor=manager, user_id=make_user().pk, role="staff", unit_id=tree.west.pk)


def test_the_same_role_at_the_same_unit_is_given_once(manager, tree):
    user = make_user("staff", unit=tree.east)

    with pytest.raises(RuleViolation) as refusal:
        grant_role(actor=manager, user_id=user.pk, role="staff", unit_id=tree.east.pk)

    assert refusal.value.code == "already_granted"


@pytest.mark.parametrize(("start", "length"), [(-1, None), (0, 0), (5, -2)])
def test_a_span_begins_today_or_later_and_ends_after_it_began(manager, tree, today, start, length):
    begin = today + timedelta(days=start)
    span = Span(begin, None if length is None else begin + timedelta(days=length))

    with pytest.raises(RuleViolation) as refusal:
        grant_role(
            actor=manager, user_id=make_user().pk, role="staff", unit_id=tree.east.pk, span=span
        )

    assert refusal.value.code == "bad_span"


def test_unknown_roles_and_closed_accounts_get_none(manager, tree):
    with pytest.raises(RuleViolation) as unknown:
        grant_role(actor=manager, user_id=make_user().pk, role="boss", unit_id=tree.east.pk)
    with pytest.raises(RuleViolation) as closed:
        grant_role(
            actor=manager,
            user_id=make_user(is_active=False).pk,
            role="staff",
            unit_id=tree.east.pk,
        )

    assert (unknown.value.code, closed.value.code) == ("unknown_role", "inactive_account")


def test_ending_a_role_takes_it_back_the_same_day(manager, tree, today):
    user = make_user("staff", unit=tree.east)

    end_grant(actor=manager, grant_id=user.grants.get().pk, reason="moved")

    assert actor_of(user, on=today).scope.is_empty
    event = AuditEvent.objects.get(action="grant.ended")
    assert (event.data["reason"], event.unit_path) == ("moved", tree.east.path)


def test_a_role_given_and_taken_back_on_one_day_was_never_held(manager, tree, today):
    user = make_user()
    grant = grant_role(actor=manager, user_id=user.pk, role="staff", unit_id=tree.east.pk)

    end_grant(actor=manager, grant_id=grant.pk, reason="mistake")

    assert not Grant.objects.held_on(today).filter(user=user).exists()
    grant_role(actor=manager, user_id=user.pk, role="staff", unit_id=tree.east.pk)


def test_a_role_that_begins_later_can_be_ended_before(manager, tree, today):
    user = make_user()
    start = today + timedelta(days=10)
    grant = grant_role(
        actor=manager, user_id=user.pk, role="staff", unit_id=tree.east.pk, span=Span(start)
    )

    ended = end_grant(actor=manager, grant_id=grant.pk, reason="mistake")

    assert ended.valid_to == start
    assert not Grant.objects.unended(today).filter(user=user).exists()


def test_ending_twice_is_refused(manager, tree):
    user = make_user("staff", unit=tree.east)
    grant = user.grants.get()
    end_grant(actor=manager, grant_id=grant.pk, reason="moved")

    with pytest.raises(RuleViolation) as refusal:
        end_grant(actor=manager, grant_id=grant.pk, reason="moved")

    assert refusal.value.code == "already_ended"


def test_a_grant_out_of_reach_is_not_there(tree):
    manager = make_actor("security_admin", unit=tree.east)
    other = make_user("staff", unit=tree.west).grants.get()

    for missing in (other.pk, 0):
        with pytest.raises(Grant.DoesNotExist):
            end_grant(actor=manager, grant_id=missing, reason="")


def test_ones_own_role_is_ended_by_another(manager):
    own = User.objects.get(pk=manager.user_id).grants.get()

    with pytest.raises(RuleViolation) as refusal:
        end_grant(actor=manager, grant_id=own.pk, reason="")

    assert refusal.value.code == "own_grant"


def test_a_key_narrowed_to_other_permissions_manages_no_accounts(manager, tree):
    narrowed = replace(manager, narrowed_to=frozenset({"network.view"}))

    with pytest.raises(NotAllowed):
        grant_role(actor=narrowed, user_id=make_user().pk, role="staff", unit_id=tree.east.pk)
