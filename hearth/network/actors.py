"""Building the ``Actor`` of a user from the grants in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from hearth.network.models import User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor, ActorGrant
from hearth.platform import statements

_HELD = """
SELECT DISTINCT g.id, g.role, g.unit_id, u.name, p.path
FROM network_grant g
JOIN network_unit u ON u.id = g.unit_id
LEFT JOIN network_placement p ON p.unit_id = g.unit_id
WHERE g.user_id = %s AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to > %s)
ORDER BY g.id, p.path
"""


def actor_of(user: User, *, on: date, narrowed_to: frozenset[str] | None = None) -> Actor:
    """The actor that ``user`` is on ``on``; one query, asked for every page.

    An inactive user is an actor without grants.
    """
    if user.is_operator:
        return Actor(user.pk, user.name, user.username, is_operator=True)
    rows = statements.fetch(_HELD, user.pk, on, on) if user.is_active else ()
    return Actor(user.pk, user.name, user.username, grants_in(rows), narrowed_to=narrowed_to)


def grants_in(rows: Iterable[tuple[Any, ...]]) -> tuple[ActorGrant, ...]:
    """The grants of ``Grant.objects.held_on(day)``, each with every place its unit has ever had.

    Args:
        rows: key, role, key and name of the unit, and one place of it or None; in the order of the
            key and the place. Roles that are no more are passed over.
    """
    grants: dict[int, ActorGrant] = {}
    for grant_id, role, unit_id, unit_name, path in rows:
        if role in ROLES:
            held = grants.get(grant_id)
            paths = (*held.paths, path) if held else (path,) if path else ()
            grants[grant_id] = ActorGrant(role, unit_id, unit_name, paths)
    return tuple(grants.values())


def operator(name: str) -> Actor:
    """The actor of the command line, named in the trail; made on first use, cannot sign in."""
    user, _made = User.objects.get_or_create(
        username=f"cli:{name}"[:60],
        defaults={"name": name[:80], "is_operator": True, "is_active": False, "password": "!"},
    )
    return Actor(user.pk, user.name, user.username, is_operator=True)
