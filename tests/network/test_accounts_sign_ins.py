"""Sign-ins, lockouts and tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.models import ApiToken, SignIn, User
from hearth.network.services import sign_ins, tokens
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


def signed_in(user, *, expired=False):
    store = SessionStore()
    store["marker"] = 1
    store.create()
    if expired:
        Session.objects.filter(session_key=store.session_key).update(
            expire_date=timezone.now() - timedelta(minutes=1)
        )
    return sign_ins.record_sign_in(
        user=user, session_key=store.session_key, device="Browser " * 40, address="10.1.2.3"
    )


def test_a_sign_in_is_kept_and_its_device_is_cut():
    kept = signed_in(make_user())

    assert len(kept.device) == 200
    assert kept.address == "10.1.2.3"
    assert AuditEvent.objects.get().action == "account.signed_in"


def test_signing_out_forgets_the_session_at_hand_only():
    actor = make_actor("staff")
    user = User.objects.get(pk=actor.user_id)
    here, there = signed_in(user), signed_in(user)

    sign_ins.record_sign_out(actor=actor, session_key=here.session_key)

    assert list(user.sign_ins.all()) == [there]
    assert AuditEvent.objects.order_by("seq").last().action == "account.signed_out"


def test_being_seen_moves_the_time_of_the_session():
    kept = signed_in(make_user())
    SignIn.objects.update(seen_at=timezone.now() - timedelta(hours=1))

    sign_ins.note_seen(kept.session_key)

    kept.refresh_from_db()
    assert timezone.now() - kept.seen_at < timedelta(minutes=1)


def test_ending_ones_own_session_ends_the_browsers_too():
    actor = make_actor("staff")
    kept = signed_in(User.objects.get(pk=actor.user_id))

    sign_ins.end_session(actor=actor, sign_in_id=kept.pk)

    assert not Session.objects.filter(session_key=kept.session_key).exists()
    assert not SignIn.objects.exists()


def test_a_strangers_session_is_not_there(tree):
    kept = signed_in(make_user("staff", unit=tree.west))

    for actor in (make_actor("staff"), make_actor("security_admin", unit=tree.east)):
        with pytest.raises(SignIn.DoesNotExist):
            sign_ins.end_session(actor=actor, sign_in_id=kept.pk)


def test_who_manages_the_account_ends_one_or_all_of_its_sessions(tree):
    manager = make_actor("security_admin")
    user = make_user("staff", unit=tree.west)
    first, _second, _third = signed_in(user), signed_in(user), signed_in(user)

    sign_ins.end_session(actor=manager, sign_in_id=first.pk)
    ended = sign_ins.end_sessions(actor=manager, user_id=user.pk)

    assert ended == 2
    assert not Session.objects.exists()
    with pytest.raises(NotAllowed):
        sign_ins.end_sessions(actor=make_actor("staff"), user_id=user.pk)


def test_sign_ins_whose_session_is_gone_are_forgotten():
    user = make_user()
    alive, _expired, gone = signed_in(user), signed_in(user, expired=True), signed_in(user)
    Session.objects.filter(session_key=gone.session_key).delete()

    assert sign_ins.forget_ended_sign_ins() == 2
    assert list(SignIn.objects.all()) == [alive]
    assert Session.objects.count() == 1


def failures(username, count, minutes_ago, address):
    attempt = AccessAttempt.objects.create(
        username=username, ip_address=address, failures_since_start=count
    )
    AccessAttempt.objects.filter(pk=attempt.pk).update(
        attempt_time=timezone.now() - timedelta(minutes=minutes_ago)
    )


def test_a_lockout_ends_when_too_few_failures_are_left(settings):
    settings.AXES_COOLOFF_TIME = timedelta(minutes=20)
    now = timezone.now()
    failures("li", 2, 15, "10.0.0.1")
    failures("li", 3, 5, "10.0.0.2")
    failures("other", 4, 1, "10.0.0.1")

    until = sign_ins.locked_until("li", now)

    assert timedelta(minutes=4) < until - now < timedelta(minutes=6)
    assert sign_ins.locked_until("other", now) is None
    assert sign_ins.locked_until("li", now + timedelta(minutes=6)) is None


def test_a_lockout_of_an_account_is_on_the_trail_and_of_nobody_is_not():
    user = make_user(username="li")

    sign_ins.record_lockout(username="li")
    sign_ins.record_lockout(username="perhaps-a-password")

    event = AuditEvent.objects.get()
    assert (event.actor, event.object_id) == ("system", str(user.pk))


def test_a_token_is_kept_as_its_hash_and_found_by_its_key():
    actor = make_actor("programme_manager")

    token, key = tokens.create_token(
        actor=actor, name="Data platform", permissions=["scores.view", "network.view"], days=30
    )

    assert key.startswith(tokens.PREFIX)
    assert key not in str(AuditEvent.objects.get().data)
    assert token.digest == tokens.digest_of(key) != key
    assert token.permissions == ["network.view", "scores.view"]
    found, holder = tokens.find_token(key, timezone.now())
    assert found == token
    assert (holder.user_id, holder.name, holder.username) == (
        actor.user_id,
        actor.name,
        actor.username,
    )
    assert holder.grants == actor.grants
    assert holder.permissions == {"network.view", "scores.view"}


@pytest.mark.parametrize(
    ("permissions", "days", "code"),
    [
        ([], 30, "no_permissions"),
        (["audit.view"], 30, "not_yours"),
        (["tokens.own"], 30, "not_yours"),
        (["no.such"], 30, "not_yours"),
        (["network.view"], 0, "too_long"),
        (["network.view"], 366, "too_long"),
    ],
)
def test_a_token_beyond_its_owner_or_a_year_is_refused(permissions, days, code):
    actor = make_actor("programme_manager")

    with pytest.raises(RuleViolation) as refusal:
        tokens.create_token(actor=actor, name="t", permissions=permissions, days=days)

    assert refusal.value.code == code
    assert not ApiToken.objects.exists()


def test_who_may_not_make_tokens_makes_none():
    with pytest.raises(NotAllowed):
        tokens.create_token(
            actor=make_actor("staff"), name="t", permissions=["network.view"], days=1
        )


def test_a_token_does_not_answer_once_ended_revoked_or_its_owner_gone():
    actor = make_actor("programme_manager")
    now = timezone.now()

    def fresh():
        return tokens.create_token(actor=actor, name="t", permissions=["network.view"], days=1)

    token, key = fresh()
    assert tokens.find_token(key, now)[0] == token
    assert tokens.find_token(key, now + timedelta(days=2)) is None
    assert tokens.find_token("hearth_guess", now) is None
    tokens.revoke_token(actor=actor, token_id=token.pk)
    assert tokens.find_token(key, now) is None
    _token, key = fresh()
    User.objects.filter(pk=actor.user_id).update(is_active=False)
    assert tokens.find_token(key, now) is None


def test_the_last_use_of_a_token_is_kept_to_the_minute():
    actor = make_actor("programme_manager")
    _token, key = tokens.create_token(actor=actor, name="t", permissions=["network.view"], days=1)
    now = timezone.now()

    first = tokens.find_token(key, now)[0].used_at
    soon = tokens.find_token(key, now + timedelta(seconds=30))[0].used_at
    later = tokens.find_token(key, now + timedelta(seconds=90))[0].used_at

    assert (first, soon) == (now, now)
    assert later == now + timedelta(seconds=90)


def test_a_token_is_revoked_by_its_owner_or_the_manager_of_the_account(tree):
    owner = make_actor("programme_manager")
    token, _key = tokens.create_token(actor=owner, name="t", permissions=["network.view"], days=1)

    with pytest.raises(ApiToken.DoesNotExist):
        tokens.revoke_token(actor=make_actor("programme_manager"), token_id=token.pk)
    first = tokens.revoke_token(actor=make_actor("security_admin"), token_id=token.pk).revoked_at
    again = tokens.revoke_token(actor=owner, token_id=token.pk).revoked_at

    assert first == again
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1
