"""Who acts: the demonstration's accounts, and accounts of more staff that nobody signs in with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.exchange.demo.staff import HEAD, SERVICE
from hearth.network.actors import actor_of
from hearth.network.models import Grant, Post, Unit, User
from hearth.network.scope import Actor

MOST_NEIGHBOURS = 4
"""Outlets of the demonstration's branch that act, its own outlet not counted."""


@dataclass(frozen=True, slots=True)
class Player:
    """An account that answers for one unit.

    Attributes:
        unit: which.
        actor: the account.
        above: of an outlet: the account of its branch, who confirms what the outlet did.
    """

    unit: Unit
    actor: Actor
    above: Actor


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone who acts.

    Attributes:
        province: the top of the network.
        manager: runs the programme.
        approver: the second of that role.
        reviewer: releases checks.
        staff: works at the first outlet.
        branches: those who look after a branch; that of the demonstration's account first.
        heads: heads of outlets; that of the demonstration's account first, then of its
            neighbours, then one of each other branch.
    """

    province: Unit
    manager: Actor
    approver: Actor
    reviewer: Actor
    staff: Actor
    branches: Sequence[Player]
    heads: Sequence[Player]

    def head(self, number: int) -> Player:
        """One of the heads; beyond the last one they begin anew."""
        return self.heads[number % len(self.heads)]


def gather(today: date) -> Cast:
    """Find the demonstration's accounts and open those of the others."""
    named = {user.username: user for user in User.objects.filter(is_demo=True)}
    people = {name: actor_of(user, on=today) for name, user in named.items()}
    province = Unit.objects.get(parent=None)
    branches = _branches(province, people["branch"], today)
    return Cast(
        province=province,
        manager=people["manager"],
        approver=people["approver"],
        reviewer=people["reviewer"],
        staff=people["staff"],
        branches=branches,
        heads=_heads(branches, people["outlet"], today),
    )


def _branches(province: Unit, first: Actor, today: date) -> list[Player]:
    units = Unit.objects.filter(parent=province, level="branch").open_on(today).order_by("path")
    own = first.grants[0].unit_id
    ordered = sorted(units, key=lambda unit: (unit.pk != own, unit.path))
    found = []
    for unit in ordered:
        actor = first if unit.pk == own else _account(unit, SERVICE, "branch_manager", today)
        if actor is not None:
            found.append(Player(unit, actor, actor))
    return found


def _heads(branches: Sequence[Player], first: Actor, today: date) -> list[Player]:
    """One of each branch, and some of the first."""
    own = first.grants[0].unit_id
    found: list[Player] = []
    for number, branch in enumerate(branches):
        below = Unit.objects.outlets().under(branch.unit.path).open_on(today).order_by("path")
        units = sorted(below, key=lambda unit: (unit.pk != own, unit.path))
        for unit in units[: 1 if number else 1 + MOST_NEIGHBOURS]:
            actor = first if unit.pk == own else _account(unit, HEAD, "outlet_head", today)
            if actor is not None:
                found.append(Player(unit, actor, branch.actor))
    return found


def _account(unit: Unit, title: str, role: str, today: date) -> Actor | None:
    """An account, without a password, for who holds a post at a unit; None where nobody does."""
    post = (
        Post.objects.held_on(today)
        .filter(unit=unit, title=title, person__user=None)
        .select_related("person")
        .order_by("person__staff_no")
        .first()
    )
    if post is None:
        return None
    person = post.person
    user = User.objects.create_user(person.staff_no, name=person.name, person=person)
    Grant.objects.create(user=user, role=role, unit=unit, valid_from=today - timedelta(days=400))
    return actor_of(user, on=today)
