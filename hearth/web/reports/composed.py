"""The report of a question, composed once until something may have moved a figure in it."""

from __future__ import annotations

from typing import Any

from hearth.bulletins.models import TemplateVersion
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose
from hearth.network.scope import Actor
from hearth.web.audit.words import ACTIONS
from hearth.web.remember import remembered, stamp

STILL = (
    *("account.", "grant.", "token.", "audit.", "system.", "secrets.", "assignment."),
    *("draft.", "evidence.", "bulletin.", "report", "case.", "document.", "meeting."),
    *("task.", "plan.", "photo.", "label", "person.read", "people.exported"),
    *("visit.personal_opened", "visit.looked_for"),
)
"""How actions begin that move no figure and no target; any other may, new ones included."""
MOVES = tuple(action for action in ACTIONS if not action.startswith(STILL))


def composed(actor: Actor, asked: Asked, version: TemplateVersion) -> dict[str, Any]:
    """The parts of the report, as ``compose`` makes them.

    Raises:
        RuleViolation: as ``compose``.
    """
    parts = (
        *(asked.unit.pk, asked.path, asked.as_of, asked.earlier, asked.since),
        *(version.pk, actor.can("programme.view", asked.unit.path)),
    )
    return remembered("report", parts, stamp(MOVES), lambda: compose(actor, asked, version))
