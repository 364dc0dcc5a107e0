"""Access tokens: keys with which other systems act as a user, narrowed to some permissions.

The key is shown once; only its SHA-256 is kept. It carries 256 random bits, so a plain hash
cannot be guessed back.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.actors import grants_in
from hearth.network.models import ApiToken, User
from hearth.network.roles import PERMISSIONS
from hearth.network.scope import Actor
from hearth.platform import audit, statements

PREFIX = "hearth_"  # lets a scanner of repositories recognise a key that was left there
LONGEST_DAYS = 365
NEVER_BY_TOKEN = frozenset({"tokens.own", "accounts.manage"})  # a key must not make keys

_LOADED = ("id", "user_id", "name", "permissions", "expires_at", "used_at")
_KNOWN = """
SELECT DISTINCT t.id, t.user_id, t.name, t.permissions, t.expires_at, t.used_at,
    u.username, u.name, g.id, g.role, g.unit_id, n.name, p.path
FROM network_apitoken t
JOIN network_user u ON u.id = t.user_id
LEFT JOIN network_grant g ON g.user_id = t.user_id
    AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to > %s)
LEFT JOIN network_unit n ON n.id = g.unit_id
LEFT JOIN network_placement p ON p.unit_id = g.unit_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s
AND u.is_active AND NOT u.must_change_password AND NOT u.is_operator
ORDER BY g.id, p.path
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


def find_token(key: str, now: datetime) -> tuple[ApiToken, Actor] | None:
    """The token with this key, and its owner narrowed to it; None when unknown, ended or inactive.

    One query for both, asked for every call of the API. Keeps when it was last used, to the minute.
    """
    day = timezone.localdate(now)
    rows = statements.fetch(_KNOWN, day, day, digest_of(key), statements.instant(now))
    if not rows:
        return None
    token_id, user_id, name, permissions, expires_at, used_at, username, user_name = rows[0][:8]
    values = (
        token_id,
        user_id,
        name,
        json.loads(permissions),
        statements.moment(expires_at),
        statements.moment(used_at),
    )
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, _LOADED, values)
    if token.used_at is None or now - token.used_at > timedelta(minutes=1):
        token.used_at = now
        token.save(update_fields=["used_at"])
    grants = grants_in(row[8:] for row in rows)
    narrowed_to = frozenset(token.permissions)
    return token, Actor(user_id, user_name, username, grants, narrowed_to=narrowed_to)


def digest_of(key: str) -> str:
    """SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
