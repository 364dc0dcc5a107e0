"""The report of a question, composed once until something may have moved a figure in it."""

from __future__ import annotations

from typing import Any

from hearth.bulletins.models import TemplateVersion
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose
from hearth.network.scope import Actor
from hearth.web.remember import MOVING, remembered, stamp

MOVES = (*MOVING, "target.set", "target.changed", "target.withdrawn")
"""What can move a figure, or a target that a report says is met."""


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
