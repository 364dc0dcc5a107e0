"""Writing one line of a catalogue that holds for the whole network."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Max

from hearth.ledgers.codes import require_code
from hearth.ledgers.models import CatalogueLine
from hearth.ledgers.services import require_version
from hearth.network.models import Unit
from hearth.network.scope import Actor

Line = TypeVar("Line", bound=CatalogueLine)


def require_top(actor: Actor, permission: str) -> None:
    """Let pass who holds ``permission`` for the whole network.

    Raises:
        NotAllowed: they hold it below, or not at all.
    """
    top = Unit.objects.filter(parent__isnull=True).order_by("path").first()
    actor.require(permission, top.path if top else None)


def line_to_write(model: type[Line], entry: Line | None, *, version: int, code: str) -> Line:
    """The line that stands, locked; or a new one with this code, behind all others.

    A new line has version 0.

    Raises:
        StaleWrite: it was changed meanwhile.
        RuleViolation: ``code_malformed`` or ``code_taken`` of a new one.
    """
    lines = model._default_manager
    if entry is not None:
        current = lines.select_for_update().get(pk=entry.pk)
        require_version(current.version, version)
        return current
    require_code(code, taken=lines.filter(code=code).exists())
    last = lines.aggregate(last=Max("position"))["last"] or 0
    return model(code=code, position=last + 1, version=0)
