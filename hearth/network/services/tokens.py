"""Access tokens: keys with which other systems act as a user, narrowed to some permissions.

The key is shown once; only its SHA-256 is kept. It carries 256 random bits, so a plain hash
cannot be guessed back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import ApiToken, User
from hearth.network.roles import PERMISSIONS
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.platform.statements import instant

PREFIX = "hearth_"  # lets a scanner of repositories recognise a key that was left there
LONGEST_DAYS = 365
NEVER_BY_TOKEN = frozenset({"tokens.own", "accounts.manage"})  # a key must not make keys

_OWNER = ("id", "username", "name", "is_active", "is_operator")
_KNOWN = """
SELECT t.*, u.username AS owner, u.name AS owner_name
FROM network_apitoken t
JOIN network_user u ON u.id = t.user_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s
AND u.is_active AND NOT u.must_change_password AND NOT u.is_operator
"""


def offered_permissions(actor: Actor) -> list[str]:
    """What a token of this actor may carry, in the declared order."""
    return [p for p in PERMISSIONS if p not in NEVER_BY_TOKEN and actor.can(p)]


@transaction.atomic
def create_token(
    *, actor: Actor, name: str, permissions: Iterable[str], days: int
) -> tuple[ApiToken, str]:
    """Make a token that ends after ``days``; returns it with its key, which is kept nowhere.

    Raises:
        NotAllowed: the actor lacks ``tokens.own``.
        RuleViolation: ``no_permissions``, ``not_yours`` (a permission that the actor does not
            hold, or that no token carries), or ``too_long`` (more than 365 days, or none).
    """
    actor.require("tokens.own")
    wanted = sorted(set(permissions))
    if not wanted:
        raise RuleViolation("no_permissions", _("Choose at least one thing the token may do."))
    if not set(wanted) <= set(offered_permissions(actor)):
        raise RuleViolation("not_yours", _("A token may do only what you yourself may do."))
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleViolation(
            "too_long",
            _("A token lasts from 1 to %(days)s days.") % {"days": LONGEST_DAYS},
        )
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.user_id,
        name=name.strip(),
        digest=digest_of(key),
        permissions=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(actor, "token.created", token, permissions=wanted, expires_at=token.expires_at)
    return token, key


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int) -> ApiToken:
    """End a token at once: one's own, or one of an account within the actor's reach.

    Revoking it a second time changes nothing.

    Raises:
        ApiToken.DoesNotExist: neither of the two.
    """
    scope = actor.scope_for("accounts.manage")
    managed = User.objects.manageable_from(scope, timezone.localdate())
    own = ApiToken.objects.filter(user_id=actor.user_id)
    token = (own | ApiToken.objects.filter(user__in=managed)).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor, "token.revoked", token, user=token.user_id)
    return token


def find_token(key: str, now: datetime) -> ApiToken | None:
    """The token with this key, its owner known by name; None when unknown, ended or owner inactive.

    Keeps when it was last used, to the minute.
    """
    token = next(iter(ApiToken.objects.raw(_KNOWN, [digest_of(key), instant(now)])), None)
    if token is not None:
        values = [token.user_id, token.owner, token.owner_name, True, False]  # type: ignore[attr-defined]
        token.user = User.from_db(token._state.db, _OWNER, values)
    if token and (token.used_at is None or now - token.used_at > timedelta(minutes=1)):
        token.used_at = now
        token.save(update_fields=["used_at"])
    return token


def digest_of(key: str) -> str:
    """SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
