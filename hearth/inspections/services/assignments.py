"""Assignments: who is to check which outlet, by which channel, by when."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from hearth.inspections.models import Assignment
from hearth.inspections.services.admission import is_own_unit, require_outlet, require_there
from hearth.kernel.errors import RuleViolation
from hearth.network.actors import actor_of
from hearth.network.models import Unit, User
from hearth.network.scope import Actor
from hearth.platform import audit
from hearth.standards.models import Edition


@transaction.atomic
def assign(
    *, actor: Actor, unit: Unit, edition: Edition, channel: str, assignee: User, due_on: date
) -> Assignment:
    """Give one check to one inspector or shopper.

    Raises:
        NotAllowed: lacks ``inspections.assign`` at the unit.
        RuleViolation: ``not_an_outlet``, ``unit_closed`` (by then), ``cannot_fill`` (the assignee
            fills in no checks), ``own_unit``, ``edition_not_published``.
    """
    actor.require("inspections.assign", unit.path)
    require_outlet(unit)
    require_there(unit, due_on)
    inspector = actor_of(assignee, on=due_on)
    if not inspector.can("inspections.fill"):
        raise RuleViolation("cannot_fill", _("This account does not carry out checks."))
    if is_own_unit(inspector, unit):
        raise RuleViolation("own_unit", _("Nobody inspects their own unit. Choose another."))
    if edition.status != Edition.Status.PUBLISHED:
        raise RuleViolation(
            "edition_not_published", _("Checks use a published edition; this one is not.")
        )
    assignment = Assignment.objects.create(
        unit=unit,
        edition=edition,
        channel=channel,
        assignee=assignee,
        due_on=due_on,
        assigned_by_id=actor.user_id,
    )
    audit.record(actor, "assignment.made", assignment, unit_path=unit.path, channel=channel)
    return assignment


@transaction.atomic
def withdraw_assignment(*, actor: Actor, assignment_id: int, reason: str) -> Assignment:
    """Take back an assignment that is still open.

    Raises:
        Assignment.DoesNotExist: outside the actor's reach.
        RuleViolation: ``not_open``.
    """
    reach = actor.scope_for("inspections.assign")
    assignment = (
        Assignment.objects.filter(reach.q("unit__path"))
        .select_related("unit")
        .select_for_update(of=("self",))
        .get(pk=assignment_id)
    )
    if assignment.status != Assignment.Status.OPEN:
        raise RuleViolation("not_open", _("This assignment is no longer open."))
    assignment.status = Assignment.Status.WITHDRAWN
    assignment.save(update_fields=["status"])
    audit.record(
        actor, "assignment.withdrawn", assignment, unit_path=assignment.unit.path, reason=reason
    )
    return assignment
