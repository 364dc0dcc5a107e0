"""Sign-ins: where someone is signed in, ending it from elsewhere, and lockouts."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from hearth.network.models import SignIn, User
from hearth.network.scope import Actor
from hearth.platform import audit

DEVICE_LENGTH = 200


@transaction.atomic
def record_sign_in(
    *, user: User, session_key: str, device: str = "", address: str | None = None
) -> SignIn:
    """Keep that ``user`` signed in, so that they see it among their sessions.

    ``device`` is what the browser says of itself and is cut at 200 signs; ``address`` is an IP
    address, None when the server does not tell it.
    """
    sign_in, _made = SignIn.objects.update_or_create(
        session_key=session_key,
        defaults={"user": user, "device": device[:DEVICE_LENGTH], "address": address},
    )
    audit.record(Actor(user.pk, user.name, user.username), "account.signed_in", user)
    return sign_in


@transaction.atomic
def record_sign_out(*, actor: Actor, session_key: str | None) -> None:
    """Forget the sign-in that the actor ends; one that is unknown is no fault."""
    SignIn.objects.filter(session_key=session_key, user_id=actor.user_id).delete()
    user = User.objects.get(pk=actor.user_id)
    audit.record(actor, "account.signed_out", user)


def note_seen(session_key: str) -> None:
    """Keep that the session was used just now; the pages call it at most once a minute."""
    SignIn.objects.filter(session_key=session_key).update(seen_at=timezone.now())


def follow_session(old_key: str, new_key: str) -> None:
    """The same sign-in goes on under another session key, as after a change of password."""
    SignIn.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def end_session(*, actor: Actor, sign_in_id: int) -> None:
    """End one session, which signs its browser out at its next request.

    Raises:
        SignIn.DoesNotExist: not the actor's own and not of an account within their reach.
    """
    scope = actor.scope_for("accounts.manage")
    managed = User.objects.manageable_from(scope, timezone.localdate())
    own = SignIn.objects.filter(user_id=actor.user_id)
    reached = own | SignIn.objects.filter(user__in=managed)
    sign_in = reached.select_related("user").get(pk=sign_in_id)
    _end([sign_in.session_key])
    audit.record(actor, "account.session_ended", sign_in.user)


@transaction.atomic
def end_sessions(*, actor: Actor, user_id: int) -> int:
    """End every session of an account within the actor's reach; returns how many there were.

    Raises:
        NotAllowed: the actor lacks ``accounts.manage``.
        User.DoesNotExist: no such account within the actor's reach.
    """
    actor.require("accounts.manage")
    scope = actor.scope_for("accounts.manage")
    user = User.objects.manageable_from(scope, timezone.localdate()).get(pk=user_id)
    ended = end_all_sessions(user)
    audit.record(actor, "account.sessions_ended", user, sessions=ended)
    return ended


def end_all_sessions(user: User, *, but: str = "") -> int:
    """End the user's sessions except ``but``, as a part of what the caller records."""
    keys = SignIn.objects.filter(user=user).exclude(session_key=but)
    return _end(list(keys.values_list("session_key", flat=True)))


@transaction.atomic
def forget_ended_sign_ins() -> int:
    """Drop expired sessions, and sign-ins whose session is gone; returns how many sign-ins."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.values("session_key")
    dropped, _by_model = SignIn.objects.exclude(session_key__in=alive).delete()
    return dropped


def locked_until(username: str, now: datetime) -> datetime | None:
    """When the lockout after too many wrong passwords ends; None when there is none."""
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gt=now - cool_off)
    failures = list(recent.order_by("attempt_time"))
    left = sum(f.failures_since_start for f in failures)
    until = None
    for failure in failures:  # each is forgotten in turn, until too few are left
        if left < settings.AXES_FAILURE_LIMIT:
            break
        left -= failure.failures_since_start
        until = failure.attempt_time + cool_off
    return until


@transaction.atomic
def record_lockout(*, username: str) -> None:
    """Append to the trail that an account was locked; a name that nobody has leaves no trace."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        audit.record(audit.System(), "account.locked_out", user)


def _end(session_keys: list[str]) -> int:
    Session.objects.filter(session_key__in=session_keys).delete()
    ended, _by_model = SignIn.objects.filter(session_key__in=session_keys).delete()
    return ended
