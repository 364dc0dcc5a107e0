"""What is wrong with a value, as a code and facts; the room that shows it finds the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that has to be mended before something may be used.

    Attributes:
        code: stable machine word (``gate_unknown``); never translated.
        where: code of the row it is about; empty when it is about the whole.
        facts: plain values for the sentence that the caller writes.
        field: the column or field to mend, empty where no single one is to blame.
        position: 0-based place of the row, for rows whose code does not tell them apart.
    """

    code: str
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    field: str = ""
    position: int | None = None


class BadValue(ValueError):
    """A value that cannot be read or used.

    Attributes:
        code: stable machine word (``not_a_number``); never translated.
        facts: plain values for the sentence that the caller writes.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={fact!r}" for name, fact in self.facts.items())])
