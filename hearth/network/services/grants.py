"""Grants: who gets which role, at which unit, from when to when.

System, security and audit administration are never one person (``roles.EXCLUSIVE``), and nobody
gives a role to themself. A grant that has ended stays on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Grant, Unit, User
from hearth.network.roles import EXCLUSIVE, ROLES
from hearth.network.scope import Actor
from hearth.platform import audit


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``start`` (included) to ``end`` (excluded); None: without an end."""

    start: date
    end: date | None = None

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a day in common."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


@transaction.atomic
def grant_role(
    *, actor: Actor, user_id: int, role: str, unit_id: int, span: Span | None = None
) -> Grant:
    """Give ``role`` at a unit, and so for everything below it; without ``span`` from today on.

    Raises:
        NotAllowed: the actor lacks ``accounts.manage``.
        User.DoesNotExist, Unit.DoesNotExist: not within the actor's reach.
        RuleViolation: ``unknown_role``, ``own_grant``, ``inactive_account``, ``bad_span`` (begins
            before today, or ends before it begins), ``already_granted``, or ``exclusive_roles``.
    """
    user = _receiver(actor, user_id)
    unit = Unit.objects.visible_to(actor.scope_for("accounts.manage")).get(pk=unit_id)
    today = timezone.localdate()
    span = span or Span(today)
    if role not in ROLES:
        raise RuleViolation("unknown_role", _("There is no such role."))
    if not user.is_active:
        raise RuleViolation(
            "inactive_account", _("This account is closed. Open it again before giving it roles.")
        )
    if span.start < today or (span.end is not None and span.end <= span.start):
        raise RuleViolation(
            "bad_span", _("A role begins today or later, and ends after it has begun.")
        )
    _refuse_conflicts(user, role, unit, span)
    grant = Grant.objects.create(
        user=user,
        role=role,
        unit=unit,
        valid_from=span.start,
        valid_to=span.end,
        granted_by_id=actor.user_id,
    )
    audit.record(
        actor,
        "grant.given",
        grant,
        unit_path=unit.path,
        user=user.pk,
        role=role,
        unit=unit.code,
        valid_from=span.start,
        valid_to=span.end,
    )
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, grant_id: int, reason: str) -> Grant:
    """Take a role back as of today; one that has not begun yet never will.

    Raises:
        NotAllowed: the actor lacks ``accounts.manage``.
        Grant.DoesNotExist: no such grant of an account within the actor's reach.
        RuleViolation: ``own_grant``, or ``already_ended``.
    """
    found = Grant.objects.filter(pk=grant_id).values_list("user_id", flat=True).first()
    user = _receiver(actor, found or 0, missing=Grant.DoesNotExist)
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit").get(pk=grant_id)
    today = timezone.localdate()
    if grant.valid_to is not None and grant.valid_to <= max(today, grant.valid_from):
        raise RuleViolation("already_ended", _("This role has ended already."))
    grant.valid_to = max(today, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    audit.record(
        actor,
        "grant.ended",
        grant,
        unit_path=grant.unit.path,
        user=user.pk,
        role=grant.role,
        unit=grant.unit.code,
        valid_to=grant.valid_to,
        reason=reason,
    )
    return grant


def _receiver(actor: Actor, user_id: int, missing: type[Exception] = User.DoesNotExist) -> User:
    """The account whose roles change, locked, so that two grants cannot pass each other."""
    actor.require("accounts.manage")
    scope = actor.scope_for("accounts.manage")
    reached = User.objects.manageable_from(scope, timezone.localdate())
    user: User | None = reached.select_for_update(of=("self",)).filter(pk=user_id).first()
    if user is None:
        raise missing
    if user.pk == actor.user_id:
        raise RuleViolation(
            "own_grant",
            _("Nobody changes their own roles. Another account manager has to do this."),
        )
    return user


def _refuse_conflicts(user: User, role: str, unit: Unit, span: Span) -> None:
    for held in Grant.objects.filter(user=user).select_related("unit"):
        if not span.overlaps(Span(held.valid_from, held.valid_to)):
            continue
        if held.role == role and held.unit_id == unit.pk:
            raise RuleViolation(
                "already_granted",
                _("%(user)s holds this role at %(unit)s already in that time.")
                % {"user": user.name, "unit": unit.name},
            )
        if role in EXCLUSIVE and held.role in EXCLUSIVE and held.role != role:
            raise RuleViolation(
                "exclusive_roles",
                _(
                    "%(user)s is %(held)s. System, security and audit administration are never "
                    "one person: end that role first, or choose another person."
                )
                % {"user": user.name, "held": ROLES[held.role].name},
            )
