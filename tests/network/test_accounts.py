"""Accounts: made, changed, closed; passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import ApiToken, Grant, SignIn, User
from hearth.network.passwords import ThreeClassesValidator
from hearth.network.services import accounts
from hearth.network.services.accounts import AccountDetails
from hearth.network.services.sign_ins import record_sign_in
from hearth.platform.models import AuditEvent
from tests.factories import PASSWORD, make_actor, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return make_actor("security_admin")


def details(**changes):
    return AccountDetails(**{"username": "li.hong", "name": "李红", **changes})


def make_grant(user, role, unit):
    return Grant.objects.create(user=user, role=role, unit=unit, valid_from=timezone.localdate())


def last_action():
    return AuditEvent.objects.order_by("seq").last().action


def test_a_new_account_must_choose_a_password_of_its_own(manager):
    user, password = accounts.create_user(actor=manager, details=details(email="li@bank.test"))

    assert user.check_password(password)
    assert user.must_change_password
    assert (user.name, user.email, user.language) == ("李红", "li@bank.test", "zh-hans")
    assert last_action() == "account.created"


def test_a_temporary_password_keeps_the_rule_and_is_never_the_same():
    drawn = {accounts.temporary_password() for _ in range(50)}

    assert len(drawn) == 50
    for password in drawn:
        ThreeClassesValidator().validate(password)
        assert len(password) == accounts.TEMPORARY_LENGTH
        assert not re.search(r"[0O1Il]", password)


def test_the_trail_holds_neither_name_nor_password(manager):
    _user, password = accounts.create_user(actor=manager, details=details(email="li@bank.test"))

    event = AuditEvent.objects.get(action="account.created")
    kept = f"{event.data} {event.object_id}"

    assert password not in kept
    assert "李红" not in kept
    assert "bank.test" not in kept


def test_an_account_is_tied_to_nobody_beyond_the_managers_reach(tree):
    east = make_actor("security_admin", unit=tree.east)
    make_user(username="taken", person=make_person(tree.west, staff_no="W100"))
    moved = make_person(tree.east, staff_no="E100")

    with pytest.raises(RuleViolation) as foreign:
        accounts.create_user(actor=east, details=details(staff_no="W100"))
    assert foreign.value.code == "unknown_staff_no"

    user, _password = accounts.create_user(actor=east, details=details(staff_no="E100"))
    moved.posts.update(unit=tree.west)
    kept = accounts.edit_user(
        actor=east, user_id=user.pk, version=1, details=details(staff_no="E100", name="李宏")
    )
    assert kept.person == moved  # whom it was tied to before


def test_capital_letters_and_blanks_of_a_username_are_made_small(manager):
    user, _password = accounts.create_user(actor=manager, details=details(username=" Li.Hong "))

    assert user.username == "li.hong"


@pytest.mark.parametrize("username", ["", "x", "李红", "cli:root", ".li", "a b", "x" * 61])
def test_a_bad_username_is_refused(manager, username):
    with pytest.raises(RuleViolation) as refusal:
        accounts.create_user(actor=manager, details=details(username=username))

    assert refusal.value.code == "bad_username"
    assert not AuditEvent.objects.exists()


def test_a_username_belongs_to_one_account(manager):
    make_user(username="li.hong")

    with pytest.raises(RuleViolation) as refusal:
        accounts.create_user(actor=manager, details=details(username="LI.HONG"))

    assert refusal.value.code == "username_taken"


def test_an_account_is_tied_to_a_member_of_staff_once(manager, tree):
    person = make_person(tree.east_outlets[0], staff_no="A100")
    user, _password = accounts.create_user(actor=manager, details=details(staff_no="A100"))

    assert user.person == person
    with pytest.raises(RuleViolation) as taken:
        accounts.create_user(actor=manager, details=details(username="other", staff_no="A100"))
    with pytest.raises(RuleViolation) as unknown:
        accounts.create_user(actor=manager, details=details(username="other", staff_no="A999"))
    assert (taken.value.code, unknown.value.code) == ("person_taken", "unknown_staff_no")


def test_a_language_must_be_one_that_hearth_speaks(manager):
    with pytest.raises(RuleViolation) as refusal:
        accounts.create_user(actor=manager, details=details(language="fr"))

    assert refusal.value.code == "unknown_language"


def test_who_may_not_manage_accounts_makes_none(tree):
    with pytest.raises(NotAllowed):
        accounts.create_user(actor=make_actor("programme_manager"), details=details())


def test_editing_says_which_columns_changed_but_not_their_values(manager):
    user = make_user(username="li.hong", name="李虹")

    edited = accounts.edit_user(actor=manager, user_id=user.pk, version=1, details=details())

    assert (edited.name, edited.version) == ("李红", 2)
    assert AuditEvent.objects.get(action="account.edited").data == {"changed": ["name"]}


def test_editing_an_old_version_is_refused(manager):
    user = make_user(version=3)

    with pytest.raises(StaleWrite) as refusal:
        accounts.edit_user(actor=manager, user_id=user.pk, version=2, details=details())

    assert refusal.value.facts == {"version": 3}


def test_an_account_keeps_its_own_username_and_person(manager, tree):
    person = make_person(tree.east, staff_no="A100")
    user = make_user(username="li.hong", person=person)

    edited = accounts.edit_user(
        actor=manager, user_id=user.pk, version=1, details=details(staff_no="A100", name="李宏")
    )

    assert (edited.person, edited.name) == (person, "李宏")


def test_a_branch_manager_of_accounts_does_not_reach_people_with_roles_above(tree):
    manager = make_actor("security_admin", unit=tree.east)
    inside = make_user("outlet_head", unit=tree.east_outlets[0])
    above = make_user("outlet_head", unit=tree.east_outlets[0])
    make_grant(above, "staff", tree.province)
    beside = make_user("outlet_head", unit=tree.west)
    fresh = make_user()

    reached = User.objects.manageable_from(
        manager.scope_for("accounts.manage"), timezone.localdate()
    )

    assert inside in reached
    assert fresh in reached
    assert above not in reached
    assert beside not in reached
    with pytest.raises(User.DoesNotExist):
        accounts.set_password(actor=manager, user_id=above.pk)


def test_operators_of_the_command_line_are_nobodys_to_manage(manager):
    operator = make_user(is_operator=True)

    with pytest.raises(User.DoesNotExist):
        accounts.set_password(actor=manager, user_id=operator.pk)


def test_closing_an_account_ends_its_sessions_and_tokens(manager):
    user = make_user("staff")
    record_sign_in(user=user, session_key="k1")
    token = ApiToken.objects.create(
        user=user, name="t", digest="d", expires_at=timezone.now() + timedelta(days=1)
    )

    closed = accounts.deactivate_user(
        actor=manager, user_id=user.pk, version=user.version, reason="left the bank"
    )

    token.refresh_from_db()
    assert not closed.is_active
    assert token.revoked_at is not None
    assert not SignIn.objects.filter(user=user).exists()
    assert AuditEvent.objects.get(action="account.deactivated").data["reason"] == "left the bank"


def test_a_closed_account_opens_again_with_its_roles_but_not_its_tokens(manager):
    user = make_user("staff")
    accounts.deactivate_user(actor=manager, user_id=user.pk, version=1, reason="leave")

    opened = accounts.reactivate_user(actor=manager, user_id=user.pk, version=2, reason="back")

    assert opened.is_active
    assert opened.grants.count() == 1
    assert last_action() == "account.reactivated"


def test_closing_twice_and_opening_twice_are_refused(manager):
    user = make_user()

    with pytest.raises(RuleViolation) as open_already:
        accounts.reactivate_user(actor=manager, user_id=user.pk, version=1, reason="")
    accounts.deactivate_user(actor=manager, user_id=user.pk, version=1, reason="leave")
    with pytest.raises(RuleViolation) as closed_already:
        accounts.deactivate_user(actor=manager, user_id=user.pk, version=2, reason="leave")

    assert open_already.value.code == "already_active"
    assert closed_already.value.code == "already_inactive"


def test_nobody_closes_or_resets_their_own_account(manager):
    for act in (
        lambda: accounts.deactivate_user(
            actor=manager, user_id=manager.user_id, version=1, reason=""
        ),
        lambda: accounts.reactivate_user(
            actor=manager, user_id=manager.user_id, version=1, reason=""
        ),
        lambda: accounts.set_password(actor=manager, user_id=manager.user_id),
    ):
        with pytest.raises(RuleViolation) as refusal:
            act()
        assert refusal.value.code == "own_account"


def test_a_reset_password_ends_sessions_and_must_be_changed(manager):
    user = make_user()
    record_sign_in(user=user, session_key="k1")

    password = accounts.set_password(actor=manager, user_id=user.pk)

    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert not SignIn.objects.filter(user=user).exists()
    assert last_action() == "account.password_reset"


def test_changing_ones_own_password_keeps_only_the_session_at_hand():
    actor = make_actor("staff", must_change_password=True)
    user = User.objects.get(pk=actor.user_id)
    for key in ("here", "there"):
        record_sign_in(user=user, session_key=key)

    changed = accounts.change_own_password(
        actor=actor, current=PASSWORD, new="Quiet-lamp-77", session_key="here"
    )

    assert changed.check_password("Quiet-lamp-77")
    assert not changed.must_change_password
    assert changed.password_changed_at is not None
    assert [s.session_key for s in user.sign_ins.all()] == ["here"]


@pytest.mark.parametrize(
    ("current", "new", "code"),
    [
        ("wrong", "Quiet-lamp-77", "wrong_password"),
        (PASSWORD, PASSWORD, "same_password"),
        (PASSWORD, "short-A1", "weak_password"),
        (PASSWORD, "onlysmallletters", "weak_password"),
        (PASSWORD, "Password123", "weak_password"),
    ],
)
def test_a_bad_change_of_password_is_refused(current, new, code):
    actor = make_actor("staff")

    with pytest.raises(RuleViolation) as refusal:
        accounts.change_own_password(actor=actor, current=current, new=new, session_key="")

    assert refusal.value.code == code
    assert User.objects.get(pk=actor.user_id).check_password(PASSWORD)


def test_a_language_is_kept_with_the_account():
    actor = make_actor("staff")

    accounts.set_language(actor=actor, language="en")

    assert User.objects.get(pk=actor.user_id).language == "en"
    with pytest.raises(RuleViolation):
        accounts.set_language(actor=actor, language="fr")
