"""Building the ``Actor`` of a user from the grants in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from hearth.network.models import Grant, Placement, User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor, ActorGrant


def actor_of(user: User, *, on: date, narrowed_to: frozenset[str] | None = None) -> Actor:
    """The actor that ``user`` is on ``on``; two queries.

    An inactive user is an actor without grants.
    """
    if user.is_operator:
        return Actor(user.pk, user.name, user.username, is_operator=True)
    grants = list(
        Grant.objects.held_on(on).filter(user=user, role__in=ROLES).select_related("unit")
        if user.is_active
        else ()
    )
    paths: dict[int, set[str]] = defaultdict(set)
    places = Placement.objects.filter(unit_id__in={g.unit_id for g in grants})
    for unit_id, path in places.values_list("unit_id", "path"):
        paths[unit_id].add(path)
    return Actor(
        user.pk,
        user.name,
        user.username,
        tuple(
            ActorGrant(g.role, g.unit_id, g.unit.name, tuple(sorted(paths[g.unit_id])))
            for g in sorted(grants, key=lambda g: g.pk)
        ),
        narrowed_to=narrowed_to,
    )


def operator(name: str) -> Actor:
    """The actor of the command line, named in the trail; made on first use, cannot sign in."""
    user, _made = User.objects.get_or_create(
        username=f"cli:{name}"[:60],
        defaults={"name": name[:80], "is_operator": True, "is_active": False, "password": "!"},
    )
    return Actor(user.pk, user.name, user.username, is_operator=True)
