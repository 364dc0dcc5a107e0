"""A question as a file of another system states it, and what such files may not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from hearth.learning.domain.questions import LETTERS

MOST_QUESTIONS = 100_000


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """One question of a file.

    Attributes:
        line: where it begins, from 1.
        code: its own name in the file, or one made of its text, the same every time.
        kind: of ``Question.Kind``.
        points: in thousandths.
    """

    line: int
    code: str
    kind: str
    stem: str
    options: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    points: int = 1000
    topic: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing of a file that cannot be taken.

    Attributes:
        line: where, from 1; 0 for the file as a whole.
        code: what; ``exchange.questions`` has the words.
        value: what stands there.
    """

    line: int
    code: str
    value: str = ""


@dataclass(slots=True)
class Found:
    """Everything that a file held."""

    questions: list[FoundQuestion] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def code_of(name: str, stem: str) -> str:
    """The name that a file gives, as a code; without one, ten characters made of the text."""
    plain = " ".join(name.split())
    if 0 < len(plain) <= 64:
        return plain
    return "G" + hashlib.sha256(f"{plain}\n{stem}".encode()).hexdigest()[:10]


def lettered(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts as options A, B, C …; a semicolon, which parts options in a sheet, becomes a wide one.

    Raises:
        IndexError: there are more than 26.
    """
    return tuple(f"{LETTERS[n]}={plain(text)}" for n, text in enumerate(texts))


def plain(text: str) -> str:
    """An option or answer on one line, without the sign that parts them in a sheet."""
    return " ".join(text.replace(";", "；").split())
