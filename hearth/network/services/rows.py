"""What the services of this room take in bulk, and how they refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import ngettext

from hearth.kernel.errors import RuleViolation
from hearth.kernel.problems import Problem
from hearth.network.services.words import sentence

Progress = Callable[[int, int, str], None]


def silent(_done: int, _total: int, _stage: str = "") -> None:
    """A progress report that nobody reads."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What one row says about one unit.

    Attributes:
        code: which unit; one that is not known yet is created.
        parent: code of the unit above; '' where the row leaves it empty (right at the root only);
            None where the row says nothing about the place of a known unit.
        valid_from: day from which it lies there; None where the row does not say.
        sets: columns of ``Unit`` to set, by name; what is not named stays as it is.
        unread: columns whose cell could not be read; such a row can be checked, not entered.
    """

    code: str
    parent: str | None = None
    valid_from: date | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What one row says about one person and their present post.

    Attributes:
        staff_no: which person; one that is not known yet is created.
        unit: code of the unit where they work now.
        post: what they do there.
        sets: columns of ``Person`` to set, by name; what is not named stays as it is.
        unread: columns whose cell could not be read; such a row can be checked, not entered.
    """

    staff_no: str
    unit: str
    post: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a bulk change did, or would do.

    Attributes:
        created: records that are new.
        updated: known records of which anything changed, be it a column, the place or the post.
        moved: dated moves of units, or changes of post of people known before.
        unchanged: rows that said what was known already, or stood twice with equal content.
        warnings: rows that were taken although something about them is odd.
    """

    created: int = 0
    updated: int = 0
    moved: int = 0
    unchanged: int = 0
    warnings: tuple[Problem, ...] = ()


class RowsRefused(RuleViolation):
    """Some rows cannot be taken, so none was; ``problems`` names every one of them.

    ``Problem.position`` is the index of the row, ``Problem.field`` its column.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        message = ngettext(
            "%(count)s row cannot be taken; nothing was written. First: %(first)s",
            "%(count)s rows cannot be taken; nothing was written. First: %(first)s",
            len(problems),
        ) % {"count": len(problems), "first": f"{problems[0].where}: {sentence(problems[0])}"}
        super().__init__("rows_refused", message, count=len(problems))
