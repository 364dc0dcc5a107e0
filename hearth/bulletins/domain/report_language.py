"""The language of report templates: text, gaps for figures, conditions; nothing in it runs code.

``read`` turns a text into a tree or into mistakes with their places (rules RP-01 to RP-04 in
``docs/domain/reports.md``). Every word of the language has an English and a Chinese form; both may
stand in one text. The tree is told by ``report_telling``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Measure = Literal["count", "persons", "share", "score", "rank", "change", "days", "money"]

LONGEST_TEXT = 20_000  # characters of one language
DEEPEST = 6  # conditions within conditions
MOST_MISTAKES = 50  # told at a time
SUGGESTED = 3

KEYWORDS = {
    "if": "如果", "elif": "否则如果", "else": "否则", "end": "结束",
}  # fmt: skip
JOINTS = {"and": "且", "or": "或", "not": "非"}
STATES = {
    "up": "上升", "down": "下降", "same": "持平", "first": "首次",
    "met": "达标", "unmet": "未达标", "target": "有目标", "any": "有", "none": "无",
}  # fmt: skip
COMPARED = {"compared": "有对比"}
FORMS = {
    "value": "数值", "size": "绝对值", "tens": "整十", "before": "上期", "change": "差额",
    "signed": "增减", "growth": "增幅", "part": "分子", "whole": "分母", "target": "目标",
    "records": "记录数", "name": "名称",
}  # fmt: skip
WORDS = {"unit": "机构", "date": "日期", "earlier": "对比日期", "since": "起始日期"}
SIGNS = (">=", "<=", "!=", ">", "<", "=")
BOUNDS = {"target": "目标", "before": "上期"}

_ENGLISH = {
    chinese: english
    for words in (KEYWORDS, JOINTS, STATES, COMPARED, FORMS, WORDS, BOUNDS)
    for english, chinese in words.items()
}
_ONLY_FOR: Mapping[str, tuple[Measure, ...]] = {
    "part": ("share",),
    "whole": ("share",),
    "growth": ("count", "persons", "money"),
    "tens": ("count", "persons", "share", "score", "money"),
}
"""Measures that a form makes sense for; the others go with any."""
_TOKEN = re.compile(
    r"(?P<word>[A-Za-z_][\w.]*|[\u4e00-\u9fff]+)|(?P<sign>>=|<=|!=|[<>=])"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?)%?|(?P<blank>\s+)|(?P<bad>.)"
)
_NARROW = str.maketrans("：＞＜＝！－＋％（）　", ":><=!-+%() ")
_WIDE_BRACES = re.compile("[｛｝]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a template, and where.

    Attributes:
        line: counted from 1.
        column: counted from 1, in characters.
        code: stable machine word; ``reports.wording`` has the sentence.
        said: what the writer wrote there.
        nearest: known names that look like it.
    """

    line: int
    column: int
    code: str
    said: str = ""
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure is in a state, or stands to a bound: a number, its target, its earlier value."""

    key: str
    state: str = ""
    sign: str = ""
    bound: Decimal | Literal["target", "before"] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """An earlier day was chosen."""


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Each of them holds."""

    inner: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of them holds at least."""

    inner: tuple[Condition, ...]


Condition = Claim | Compared | Not | All | Either


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they stand; line breaks part paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure in one of ``FORMS``."""

    key: str
    form: str = "value"


@dataclass(frozen=True, slots=True)
class Word:
    """One of ``WORDS``: the unit, or a day."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The nodes of the first condition that holds, else the others."""

    branches: tuple[tuple[Condition, Nodes], ...]
    otherwise: Nodes = ()


Node = Text | Gap | Word | Choice
Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read.

    Attributes:
        nodes: the tree; to be told only where there is no mistake.
        mistakes: in the order of their places.
        keys: of all figures that it names, in the order of their first place.
        firsts: of those asked whether they are there for the first time.
    """

    nodes: Nodes
    mistakes: tuple[Mistake, ...]
    keys: tuple[str, ...]
    firsts: frozenset[str]


def read(text: str, figures: Mapping[str, Measure]) -> Read:
    """Read a template.

    Args:
        text: of one language.
        figures: measures of the figures that there are, by key.
    """
    text = text.replace("\r\n", "\n")
    reader = _Reader(text, figures)
    nodes = reader.all()
    mistakes = sorted(reader.mistakes, key=lambda one: (one.line, one.column))
    return Read(
        nodes, tuple(mistakes[:MOST_MISTAKES]), tuple(reader.keys), frozenset(reader.firsts)
    )


@dataclass(slots=True)
class _Open:
    """A condition that has begun and is not ended yet."""

    at: int
    branches: list[tuple[Condition, list[Node]]] = field(default_factory=list)
    otherwise: list[Node] | None = None

    @property
    def nodes(self) -> list[Node]:
        return self.branches[-1][1] if self.otherwise is None else self.otherwise


class _Reader:
    """Goes through a text once and keeps what it finds, mistakes included."""

    def __init__(self, text: str, figures: Mapping[str, Measure]) -> None:
        self.text = text
        self.figures = figures
        self.mistakes: list[Mistake] = []
        self.keys: dict[str, None] = {}
        self.firsts: set[str] = set()
        self.top: list[Node] = []
        self.open: list[_Open] = []

    def all(self) -> Nodes:
        """Every node of the text."""
        if len(self.text) > LONGEST_TEXT:
            self.wrong(0, "too_long", str(LONGEST_TEXT))
            return ()
        if not self.text.lstrip().startswith("# "):
            self.wrong(0, "no_title")
        for brace in _WIDE_BRACES.finditer(self.text):
            self.wrong(brace.start(), "wide_brace", brace[0])
        place = 0
        while place < len(self.text):
            place = self.step(place)
        for begun in self.open:
            self.wrong(begun.at, "not_ended")
        return tuple(self.top)

    def step(self, place: int) -> int:
        """Read words up to a brace, or what stands between two."""
        sign = self.text[place]
        if sign not in "{}":
            end = _next(self.text, place)
            self.put(Text(self.text[place:end]))
            return end
        if self.text[place : place + 2] in {"{{", "}}"}:
            self.put(Text(sign))
            return place + 2
        if sign == "}":
            self.wrong(place, "stray_brace")
            return place + 1
        end = self.text.find("}", place)
        line_end = self.text.find("\n", place)
        if end < 0 or 0 <= line_end < end:
            self.wrong(place, "not_closed")
            return len(self.text) if line_end < 0 else line_end
        self.tag(place, self.text[place + 1 : end])
        return end + 1

    def put(self, node: Node) -> None:
        (self.open[-1].nodes if self.open else self.top).append(node)

    def wrong(self, place: int, code: str, said: str = "", known: Sequence[str] = ()) -> None:
        """Note a mistake at a place of the text."""
        line = self.text.count("\n", 0, place) + 1
        column = place - (self.text.rfind("\n", 0, place) + 1) + 1
        near = tuple(difflib.get_close_matches(said, known, SUGGESTED, 0.5))
        self.mistakes.append(Mistake(line, column, code, said, near))

    # --- what stands between braces -----------------------------------------------------------

    def tag(self, place: int, inside: str) -> None:
        inside = inside.translate(_NARROW)
        body = inside.strip()
        head, _blank, rest = body.partition(" ")
        word = _ENGLISH.get(head, head)
        start = place + 1 + len(inside) - len(inside.lstrip())
        at = start + len(head) + 1 if rest else place
        if word == "if":
            self.begin(place, at, rest)
        elif word == "elif":
            self.another(place, at, rest)
        elif word == "else" and not rest:
            self.other(place)
        elif word == "end" and not rest:
            self.end(place)
        elif not body:
            self.wrong(place, "empty_gap")
        else:
            self.gap(start, body)

    def begin(self, place: int, at: int, said: str) -> None:
        if len(self.open) >= DEEPEST:
            self.wrong(place, "too_deep", str(DEEPEST))
        self.open.append(_Open(place, [(self.condition(at, said), [])]))

    def another(self, place: int, at: int, said: str) -> None:
        condition = self.condition(at, said)
        if not self.open or self.open[-1].otherwise is not None:
            self.wrong(place, "elif_alone")
        else:
            self.open[-1].branches.append((condition, []))

    def other(self, place: int) -> None:
        if not self.open or self.open[-1].otherwise is not None:
            self.wrong(place, "else_alone")
        else:
            self.open[-1].otherwise = []

    def end(self, place: int) -> None:
        if not self.open:
            self.wrong(place, "end_alone")
            return
        done = self.open.pop()
        branches = tuple((condition, tuple(nodes)) for condition, nodes in done.branches)
        self.put(Choice(branches, tuple(done.otherwise or ())))

    def gap(self, place: int, body: str) -> None:
        name, colon, form = (part.strip() for part in body.partition(":"))
        word = _ENGLISH.get(name, name)
        if word in WORDS and not colon:
            self.put(Word(word))
            return
        measure = self.measure(place, name, WORDS)
        shape = _ENGLISH.get(form, form) if colon else "value"
        if shape not in FORMS:
            self.wrong(place + body.find(":") + 1, "unknown_form", form, [*FORMS])
        elif measure is not None and measure not in _ONLY_FOR.get(shape, (measure,)):
            self.wrong(place + body.find(":") + 1, "form_of_other", form)
        elif measure is not None:
            self.put(Gap(name, shape))

    def measure(
        self, place: int, key: str, others: Mapping[str, str] | None = None
    ) -> Measure | None:
        """What kind of figure a key names; None, and a mistake, where it names none."""
        found = self.figures.get(key)
        if found is None:
            self.wrong(place, "unknown_figure", key, [*self.figures, *(others or {})])
        else:
            self.keys[key] = None
        return found

    # --- conditions -----------------------------------------------------------------------------

    def condition(self, place: int, said: str) -> Condition:
        if not said.strip():
            self.wrong(place, "no_condition")
            return Compared()
        return _Conditions(self, place, said).whole()


class _Conditions:
    """One condition: tests joined by and, which binds closer, and or."""

    def __init__(self, reader: _Reader, place: int, said: str) -> None:
        self.reader = reader
        self.tokens: list[tuple[str, str, int]] = []
        self.end = place + len(said)
        self.next = 0
        for token in _TOKEN.finditer(said):
            kind = token.lastgroup or "bad"
            if kind != "blank":
                text = token["number"] if kind == "number" else token[0]
                self.tokens.append((kind, _ENGLISH.get(text, text), place + token.start()))

    def whole(self) -> Condition:
        """All of it; what is left over is a mistake."""
        found = self.either()
        if self.next < len(self.tokens):
            _kind, text, place = self.tokens[self.next]
            self.reader.wrong(place, "not_understood", text, [*JOINTS])
        return found

    def either(self) -> Condition:
        parts = [self.every()]
        while self.takes("or"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def every(self) -> Condition:
        parts = [self.term()]
        while self.takes("and"):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def term(self) -> Condition:
        if self.takes("not"):
            return Not(self.term())
        if self.takes("compared"):
            return Compared()
        kind, key, place = self.pop()
        if kind != "word":
            self.refuse(place, "figure_wanted", key)
            return Compared()
        if self.reader.measure(place, key) is None:
            self.next = len(self.tokens)  # what follows cannot be judged
            return Compared()
        return self.test(key)

    def test(self, key: str) -> Condition:
        kind, text, place = self.pop()
        if kind == "word" and text in STATES:
            if text == "first":
                self.reader.firsts.add(key)
            return Claim(key, state=text)
        if kind != "sign":
            self.refuse(place, "unknown_state", text, [*STATES])
            return Compared()
        kind, bound, place = self.pop()
        if kind == "number":
            return Claim(key, sign=text, bound=Decimal(bound))
        if bound == "target":
            return Claim(key, sign=text, bound="target")
        if bound == "before":
            return Claim(key, sign=text, bound="before")
        self.refuse(place, "bound_wanted", bound)
        return Compared()

    def takes(self, word: str) -> bool:
        """Step over a word if it comes next."""
        found = self.next < len(self.tokens) and self.tokens[self.next][:2] == ("word", word)
        self.next += found
        return found

    def pop(self) -> tuple[str, str, int]:
        """The next token; after the last one an empty one."""
        if self.next >= len(self.tokens):
            return ("end", "", self.end)
        self.next += 1
        return self.tokens[self.next - 1]

    def refuse(self, place: int, code: str, said: str, known: Sequence[str] = ()) -> None:
        self.reader.wrong(place, code, said, known)
        self.next = len(self.tokens)


def _next(text: str, place: int) -> int:
    """Where the next brace stands, or the end."""
    found = [at for at in (text.find("{", place), text.find("}", place)) if at >= 0]
    return min(found, default=len(text))
