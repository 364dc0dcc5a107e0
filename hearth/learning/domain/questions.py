"""What makes a question complete: its options and its right answer, by kind.

Options are texts such as ``A=Under the counter``; an answer is a list of their letters, of
``true`` or ``false``, or of the texts that fill a blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["single", "multiple", "true_false", "blank"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"\s*([A-Za-z])\s*[=＝]\s*(\S.*)", re.DOTALL)
_TRUE = frozenset({"true", "t", "y", "yes", "1", "a", "对", "正确", "是", "√"})
_FALSE = frozenset({"false", "f", "n", "no", "0", "b", "错", "错误", "否", "×"})


def options_of(options: Sequence[str]) -> tuple[str, ...]:
    """Options in their one form, ``A=text``; one that has no letter stays as it is."""
    tidied = []
    for option in options:
        match = _OPTION.fullmatch(option)
        tidied.append(f"{match[1].upper()}={match[2].strip()}" if match else option.strip())
    return tuple(tidied)


def answer_of(kind: str, answer: Sequence[str]) -> tuple[str, ...]:
    """The answer in its one form; what cannot be read stays as it is.

    Letters come sorted and apart, written ``AC``, ``A,C`` or ``A;C``; true and false in either
    language as ``true`` and ``false``.
    """
    if kind == "true_false":
        return tuple(_truth(part) for part in answer)
    if kind == "blank":
        return tuple(part.strip() for part in answer if part.strip())
    letters = "".join(answer).upper()
    return tuple(sorted(set(re.sub(r"[\s,，、;；]", "", letters))))


def _truth(text: str) -> str:
    folded = text.strip().casefold()
    if folded in _TRUE:
        return "true"
    return "false" if folded in _FALSE else text.strip()


def faults(kind: str, options: Sequence[str], answer: Sequence[str]) -> list[tuple[str, str]]:
    """Column and code of everything wrong with options and answer in their one form.

    Codes: ``option_unlettered``, ``option_order`` (letters run A, B, C … without a gap),
    ``options_few`` (a choice needs two), ``options_none`` (other kinds have none),
    ``answer_unknown`` (a letter that no option has), ``answer_one`` (exactly one is right),
    ``answer_none``, ``answer_truth``.
    """
    found = _faults_of_options(kind, options)
    if kind in {"single", "multiple"}:
        letters = {option[0] for option in options if _OPTION.fullmatch(option)}
        if not answer:
            found.append(("answer", "answer_none"))
        elif not set(answer) <= letters:
            found.append(("answer", "answer_unknown"))
        elif kind == "single" and len(answer) != 1:
            found.append(("answer", "answer_one"))
    elif kind == "true_false":
        if list(answer) not in (["true"], ["false"]):
            found.append(("answer", "answer_truth"))
    elif not answer:
        found.append(("answer", "answer_none"))
    return found


def _faults_of_options(kind: str, options: Sequence[str]) -> list[tuple[str, str]]:
    if kind not in {"single", "multiple"}:
        return [("options", "options_none")] if options else []
    if not all(_OPTION.fullmatch(option) for option in options):
        return [("options", "option_unlettered")]
    if len(options) < 2:
        return [("options", "options_few")]
    letters = "".join(option[0] for option in options)
    return [] if letters == LETTERS[: len(letters)] else [("options", "option_order")]
