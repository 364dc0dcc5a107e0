"""The report of a question, composed once until something may have moved a figure in it."""

from __future__ import annotations

from typing import Any

from hearth.bulletins.models import TemplateVersion
from hearth.bulletins.reports.asking import Asked
from hearth.bulletins.reports.composing import compose, with_earlier
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


def compared(asked: Asked, version: TemplateVersion) -> Asked:
    """The same question with the day compared with, where nobody chose one; None: none is fair.

    Raises:
        RuleViolation: as ``with_earlier``.
    """
    parts = (asked.unit.pk, asked.path, asked.as_of, asked.since, version.pk)
    return remembered("report beside", parts, stamp(MOVES), lambda: with_earlier(asked, version))
