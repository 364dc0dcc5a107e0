"""Who may check what: the rules that begin, give out and hand in share."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit
from hearth.network.scope import Actor

OWN_UNIT_ROLES = {"outlet_head", "staff", "branch_manager"}


def is_own_unit(actor: Actor, unit: Unit) -> bool:
    """Whether the actor works at ``unit`` or looks after it (design rule 6.2)."""
    own = (p for g in actor.grants if g.role in OWN_UNIT_ROLES for p in g.paths)
    return any(unit.path.startswith(path) for path in own)


def require_outlet(unit: Unit) -> None:
    """Let pass an outlet; scores are made of outlets, a check of a branch would count nowhere.

    Raises:
        RuleViolation: ``not_an_outlet``.
    """
    if not unit.is_outlet:
        raise RuleViolation(
            "not_an_outlet", _("Only outlets are checked; this unit is none. Choose one below it.")
        )


def require_there(unit: Unit, on: date) -> None:
    """Let pass a unit that is not closed on a day.

    Raises:
        RuleViolation: ``unit_closed``.
    """
    if unit.closed_on and unit.closed_on <= on:
        raise RuleViolation("unit_closed", _("This unit is closed; it cannot be checked any more."))
