"""Reads GIFT, the plain-text format of questions that Moodle and others write.

Understood are choices with one right answer or several (by weight), true and false, short and
numeric answers; a title, a category, general feedback, escapes and formats of text. Matching
questions, essays and descriptions are reported, not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hearth.learning.domain.found import Fault, Found, FoundQuestion, code_of, lettered, plain

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_KEEP = {char: chr(0xE000 + n) for n, char in enumerate("~=#{}:\\n")}
_BACK = {mark: "\n" if char == "n" else char for char, mark in _KEEP.items()}
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(?:html|moodle|plain|markdown)\]")
_TRUTH = {"T": "true", "TRUE": "true", "F": "false", "FALSE": "false"}
_ANSWER = re.compile(r"([=~])\s*(?:%(-?\d{1,3}(?:\.\d+)?)%)?([^=~]*)")
_GAP = "____"


def read_gift(text: str) -> Found:
    """All questions of a GIFT text, and what could not be taken."""
    found = Found()
    topic = ""
    for line, block in _blocks(text):
        if block.startswith("$CATEGORY:"):
            topic = block.partition(":")[2].strip().rpartition("/")[2][:80]
            continue
        try:
            found.questions.append(_question(line, block, topic))
        except _Refused as refused:
            found.faults.append(Fault(line, refused.code, _shown(block)))
    return found


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Questions with the number of their first line; blank lines part them, // begins a comment."""
    block: list[str] = []
    start = 0
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        line = raw.strip("\ufeff")
        if line.lstrip().startswith("//"):
            continue
        if line.strip() and not line.startswith("$CATEGORY:"):
            start = start if block else number
            block.append(line)
            continue
        if block:
            yield start, "\n".join(block)
            block = []
        if line.strip():
            yield number, line


def _hide(text: str) -> str:
    return _ESCAPED.sub(lambda match: _KEEP[match[1]], text)


def _show(text: str) -> str:
    return "".join(_BACK.get(char, char) for char in text).strip()


def _shown(block: str) -> str:
    return " ".join(block.split())[:60]


def _question(line: int, block: str, topic: str) -> FoundQuestion:
    hidden = _hide(block)
    title = _TITLE.match(hidden)
    rest = hidden[title.end() :] if title else hidden
    rest = _FORMAT.sub("", rest, count=1) if _FORMAT.match(rest) else rest
    head, brace, tail = rest.partition("{")
    inner, closing, after = tail.partition("}")
    if not brace:
        raise _Refused("gift_description")
    if not closing:
        raise _Refused("gift_unclosed")
    if "{" in after:
        raise _Refused("gift_several")
    stem = _show(f"{head.rstrip()} {_GAP} {after.strip()}" if after.strip() else head)
    body, _mark, general = inner.partition("####")
    name = code_of(_show(title[1]) if title else "", stem)
    worth = _worth(body.strip())
    return FoundQuestion(
        line,
        name,
        worth.kind,
        stem,
        worth.options,
        worth.answer,
        topic=topic,
        explanation=_show(general),
    )


@dataclass(frozen=True, slots=True)
class _Worth:
    kind: str
    options: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()


def _worth(body: str) -> _Worth:
    """Kind, options and answer that stand between the braces."""
    if not body:
        raise _Refused("gift_essay")
    bare = body.partition("#")[0].strip().upper()
    if bare in _TRUTH:
        return _Worth("true_false", answer=(_TRUTH[bare],))
    if body.startswith("#"):
        return _numeric(body[1:].strip())
    if "->" in body:
        raise _Refused("gift_matching")
    given = [
        (sign, float(weight) if weight else None, plain(_show(text.partition("#")[0])))
        for sign, weight, text in _ANSWER.findall(body)
    ]
    if not given or any(not text for _sign, _weight, text in given):
        raise _Refused("gift_answers")
    return _choice(given)


def _numeric(body: str) -> _Worth:
    first = body.partition("#")[0].strip().lstrip("=").strip()
    number = first.partition(":")[0].strip()
    if ".." in first or "=" in first or not re.fullmatch(r"-?\d+(\.\d+)?", number):
        raise _Refused("gift_range")
    return _Worth("blank", answer=(number,))


def _choice(given: list[tuple[str, float | None, str]]) -> _Worth:
    texts = [text for _sign, _weight, text in given]
    if all(sign == "=" for sign, _weight, _text in given):
        return _Worth("blank", answer=tuple(texts))
    options = lettered(texts[:26])
    if len(texts) > len(options):
        raise _Refused("many_options")
    full = [n for n, (sign, weight, _t) in enumerate(given) if sign == "=" or weight == 100]
    right = full or [n for n, (_s, weight, _t) in enumerate(given) if weight and weight > 0]
    if not right:
        raise _Refused("no_right_answer")
    kind = "single" if full and len(full) == 1 else "multiple"
    return _Worth(kind, options, tuple(options[n][0] for n in right))
