"""How many records stand in each register, for the page that leads to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from hearth.ledgers.registers import REGISTERS, Register
from hearth.network.scope import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """One register and what stands in it, of what the reader sees."""

    register: Register
    count: int
    latest: datetime | None


def counted(actor: Actor) -> list[Standing]:
    """The registers that ``actor`` may read; one query each."""
    found = []
    for register in REGISTERS.values():
        if actor.can(register.view):
            rows: Any = register.model._default_manager.all()
            standing = rows.visible_to(actor.scope_for(register.view)).standing()
            said = standing.aggregate(n=Count("pk"), latest=Max("recorded_at"))
            found.append(Standing(register, said["n"], said["latest"]))
    return found
