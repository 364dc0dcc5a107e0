"""Rows of ledgers as a sheet or form hands them over."""

from __future__ import annotations

from typing import Any

from hearth.ledgers.registers import Register
from hearth.ledgers.services import Outcome, apply_rows
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import Row


def make_row(register: Register, **values: Any) -> Row:
    """A typed row; columns that are not named hold what an empty cell becomes."""
    cells = [values.pop(column.name, column.empty) for column in register.spec.columns]
    if values:
        raise KeyError(f"{register.kind} has no column {sorted(values)}")
    return register.spec.row_type._make([*cells, 2])


def enter(actor: Actor, register: Register, *rows: dict[str, Any]) -> Outcome:
    """Enter rows given as values by column."""
    made = [make_row(register, **row) for row in rows]
    return apply_rows(actor=actor, register=register, rows=made)


def reasons(outcome: Outcome) -> list[str]:
    """Columns of everything that was wrong, in order."""
    return [problem.column for problem in outcome.problems]
