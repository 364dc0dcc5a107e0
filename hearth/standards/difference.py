"""What changes from one edition's text to another's, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from hearth.standards.queries import CRITERION_FIELDS, CriterionContent, EditionContent


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that says something else than before."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One criterion that stands in both and differs."""

    old: CriterionContent
    new: CriterionContent
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """From an older text to a newer one; criteria are the same when their codes are."""

    head: tuple[FieldChange, ...]
    added: tuple[CriterionContent, ...]
    removed: tuple[CriterionContent, ...]
    changed: tuple[CriterionChange, ...]
    moved: bool  # the common criteria stand in another order

    @property
    def is_empty(self) -> bool:
        """True when both say the same."""
        return not (self.head or self.added or self.removed or self.changed or self.moved)


_COMPARED = ("module", *(name for name in CRITERION_FIELDS if name != "code"))


def difference(old: EditionContent, new: EditionContent) -> Difference:
    """What ``new`` says otherwise than ``old``."""
    before = {c.code: c for c in old.criteria}
    after = {c.code: c for c in new.criteria}
    changed = []
    for code, criterion in after.items():
        if code in before and (found := _changes(before[code], criterion, _COMPARED)):
            changed.append(CriterionChange(before[code], criterion, found))
    head = [f.name for f in fields(EditionContent) if f.name not in {"modules", "criteria"}]
    return Difference(
        _changes(old, new, head),
        tuple(c for code, c in after.items() if code not in before),
        tuple(c for code, c in before.items() if code not in after),
        tuple(changed),
        [c for c in before if c in after] != [c for c in after if c in before],
    )


def _changes(old: Any, new: Any, names: Any) -> tuple[FieldChange, ...]:
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return tuple(FieldChange(name, a, b) for name, a, b in pairs if a != b)
