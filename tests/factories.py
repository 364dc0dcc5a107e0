"""Records that many tests start from: units, people, accounts and who acts.

Plain functions over the models, with names and codes that count up, so that nothing is random
and no test depends on what another made. Rooms keep theirs in ``tests/factories_<room>.py``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F
from django.test import Client
from django.utils import timezone

from hearth.network.actors import actor_of
from hearth.network.domain.names import search_text
from hearth.network.domain.paths import child_path
from hearth.network.models import Grant, Person, Placement, Post, Unit, User
from hearth.network.roles import ROLES
from hearth.network.scope import Actor

EARLIEST = date(1900, 1, 1)
PASSWORD = "Warm-hall-2021"
_numbers = itertools.count(1)
_BELOW = {None: "province", "province": "branch", "branch": "outlet", "subbranch": "outlet"}


def make_unit(parent: Unit | None = None, *, since: date = EARLIEST, **fields: Any) -> Unit:
    """A unit under ``parent`` with its open placement; its level follows from the parent's.

    ``fields`` are columns of ``Unit``; without ``code`` and ``name`` they count up.
    """
    number = next(_numbers)
    fields.setdefault("level", _BELOW[parent.level if parent else None])
    fields.setdefault("code", f"U{number:05d}")
    fields.setdefault("name", f"Unit {number}")
    if parent is None:
        roots = Unit.objects.filter(parent__isnull=True).count()
        path = child_path("", roots)
    else:
        parent.refresh_from_db()
        path = child_path(parent.path, parent.children_given)
        Unit.objects.filter(pk=parent.pk).update(children_given=F("children_given") + 1)
        parent.children_given += 1
    fields.setdefault("search_text", search_text(fields["name"], fields["code"]))
    unit = Unit.objects.create(parent=parent, path=path, **fields)
    Placement.objects.create(unit=unit, parent=parent, path=path, valid_from=since)
    return unit


@dataclass(frozen=True, slots=True)
class Tree:
    """A small network: one province, two branches, one sub-branch, five outlets."""

    province: Unit
    east: Unit
    west: Unit
    east_subbranch: Unit
    east_outlets: tuple[Unit, Unit, Unit]  # the third lies under the sub-branch
    west_outlets: tuple[Unit, Unit]

    @property
    def outlets(self) -> tuple[Unit, ...]:
        """All five, the east first."""
        return self.east_outlets + self.west_outlets


def make_tree() -> Tree:
    """Codes: province P; branches E, W; sub-branch ES; outlets E1, E2, E3 (under ES), W1, W2.

    A third of all tests begin with it, so it takes one statement a level and not four a unit.
    """
    root = {"code": "P", "name": "示范省分行", "level": "province"}
    branches = [
        {"code": "E", "name": "东城分行", "level": "branch", "city": "东城市"},
        {"code": "W", "name": "西城分行", "level": "branch", "city": "西城市"},
    ]
    below_east = [
        {"code": "ES", "name": "东湖支行", "level": "subbranch"},
        {"code": "E1", "name": "东门支行", "level": "outlet", "kind": "综合网点"},
        {"code": "E2", "name": "东街支行", "level": "outlet", "kind": "轻型网点"},
    ]
    below_west = [
        {"code": "W1", "name": "西门支行", "level": "outlet", "kind": "综合网点"},
        {"code": "W2", "name": "西街支行", "level": "outlet", "kind": "综合网点"},
    ]
    last = {"code": "E3", "name": "东湖分理处", "level": "outlet", "kind": "轻型网点"}
    (province,) = _make_level((None, [root]))
    east, west = _make_level((province, branches))
    subbranch, one, two, west_one, west_two = _make_level((east, below_east), (west, below_west))
    (three,) = _make_level((subbranch, [last]))
    units = (province, east, west, subbranch, one, two, west_one, west_two, three)
    Placement.objects.bulk_create(
        Placement(unit=unit, parent=unit.parent, path=unit.path, valid_from=EARLIEST)
        for unit in units
    )
    Unit.objects.bulk_update((province, east, west, subbranch), ["children_given"])
    return Tree(province, east, west, subbranch, (one, two, three), (west_one, west_two))


def _make_level(*families: tuple[Unit | None, list[dict[str, str]]]) -> list[Unit]:
    """Units with the same distance from the root; their parents count them, unsaved."""
    made = []
    for parent, children in families:
        for fields in children:
            given = parent.children_given if parent else Unit.objects.filter(parent=None).count()
            path = child_path(parent.path if parent else "", given)
            words = search_text(fields["name"], fields["code"])
            made.append(Unit(parent=parent, path=path, search_text=words, **fields))
            if parent:
                parent.children_given += 1
    return Unit.objects.bulk_create(made)


def make_person(
    unit: Unit | None = None, *, post: str = "柜员", since: date = EARLIEST, **fields: Any
) -> Person:
    """A member of staff, with an open post at ``unit`` when one is given."""
    number = next(_numbers)
    fields.setdefault("staff_no", f"S{number:05d}")
    fields.setdefault("name", f"员工{number}")
    fields.setdefault("search_text", search_text(fields["name"], fields["staff_no"]))
    person = Person.objects.create(**fields)
    if unit is not None:
        Post.objects.create(person=person, unit=unit, title=post, valid_from=since)
    return person


def make_user(*roles: str, unit: Unit | None = None, **fields: Any) -> User:
    """An account that can sign in with ``PASSWORD``, holding ``roles`` at ``unit``.

    Without ``unit`` the roles are held at the root, which is made when there is none.
    """
    number = next(_numbers)
    fields.setdefault("username", f"user{number}")
    fields.setdefault("name", f"User {number}")
    user = User(**fields)
    # the hash is a constant: hashing anew for each of a thousand tests costs minutes
    user.password = fields.get("password", _hashed())
    user.save()
    if roles:
        place = unit or _root()
        for role in roles:
            Grant.objects.create(user=user, role=ROLES[role].key, unit=place, valid_from=EARLIEST)
    return user


def make_actor(*roles_or_permissions: str, unit: Unit | None = None, **fields: Any) -> Actor:
    """The actor of a new user with these roles; names with a dot are permissions.

    With permissions among them the actor holds exactly these (and what the named roles give).
    """
    roles = {name for name in roles_or_permissions if "." not in name}
    wanted = {name for name in roles_or_permissions if "." in name}
    carriers = {_role_with(permission) for permission in wanted}
    user = make_user(*sorted(roles | carriers), unit=unit, **fields)
    actor = actor_of(user, on=timezone.localdate())
    if not wanted:
        return actor
    given = wanted.union(*(ROLES[role].permissions for role in roles))
    return replace(actor, narrowed_to=frozenset(given))


def client_as(who: User | str, *more_roles: str, unit: Unit | None = None) -> Client:
    """A test client signed in as the user, or as a new one holding the roles named."""
    user = who if isinstance(who, User) else make_user(who, *more_roles, unit=unit)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _role_with(permission: str) -> str:
    return next(key for key, role in ROLES.items() if permission in role.permissions)


def _root() -> Unit:
    return Unit.objects.filter(parent__isnull=True).first() or make_unit()


def _hashed(cache: dict[str, str] = {}) -> str:  # noqa: B006 - kept between calls on purpose
    if not cache:
        user = User()
        user.set_password(PASSWORD)
        cache["password"] = user.password
    return cache["password"]
