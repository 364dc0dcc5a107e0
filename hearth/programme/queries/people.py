"""Who answers for a unit, who stands above it, and who is asked about a task."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hearth.network.domain.paths import ancestors
from hearth.network.models import Grant, Person, Post, Unit
from hearth.network.roles import ROLES
from hearth.network.scope import Actor
from hearth.programme.models import Task

WORK, EDIT = "programme.work", "programme.edit"


def stands_above(actor: Actor, unit: Unit) -> bool:
    """Whether the actor looks after ``unit`` from above it, not from within (design rule 6.2).

    Whoever keeps the plan stands above every unit, the top one included.
    """
    over = ancestors(unit.path, itself=False)
    return actor.can(EDIT) or any(actor.can(WORK, path) for path in over[-1:])


def may_keep(actor: Actor, task: Task) -> bool:
    """Whether the actor may change or withdraw a task.

    A task of the plan belongs to those who keep the plan; any other to whoever gave it and to
    those who stand above its unit.
    """
    if actor.can(EDIT):
        return True
    mine = task.recorded_by_id == actor.user_id
    return not task.is_planned and (
        stands_above(actor, task.unit) or (mine and actor.can(WORK, task.unit.path))
    )


def own_unit_ids(actor: Actor) -> set[int]:
    """Units at which the actor holds a role that answers for the unit's work."""
    held = (g for g in actor.grants if WORK in ROLES[g.role].permissions)
    return {grant.unit_id for grant in held} if actor.can(WORK) else set()


def own_post(actor: Actor, on: date) -> Post | None:
    """The post that the actor holds as a member of staff, if any."""
    held = Post.objects.held_on(on).filter(person__user__id=actor.user_id)
    return held.select_related("unit").first()


def own_person(actor: Actor) -> Person | None:
    """The member of staff that the actor's account belongs to, if any."""
    return Person.objects.filter(user__id=actor.user_id).first()


def answering_for(units: Iterable[Unit], on: date) -> dict[int, list[int]]:
    """Ids of the users who answer for each unit, by unit id; one query.

    Those who hold a working role at the unit itself, or where there is nobody, at the nearest
    unit above it that has someone.
    """
    roles = [key for key, role in ROLES.items() if WORK in role.permissions]
    held = Grant.objects.held_on(on).filter(role__in=roles, user__is_active=True)
    at: dict[str, list[int]] = {}
    for path, user_id in held.values_list("unit__path", "user_id"):
        at.setdefault(path, []).append(user_id)
    found = {}
    for unit in units:
        nearest = next((p for p in reversed(ancestors(unit.path, itself=True)) if p in at), "")
        found[unit.pk] = sorted(set(at.get(nearest, [])))
    return found
