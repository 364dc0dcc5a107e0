"""From a template and the figures of a day to paragraphs: which words stand, which numbers.

Pure: the same template over the same figures tells the same. Values are compared as they are read:
a share of 93.41 % and one of 93.44 % are both 93.4 %, hence unchanged (rules RP-05 to RP-08).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from hearth.bulletins.domain.report_language import (
    All,
    Choice,
    Claim,
    Compared,
    Condition,
    Either,
    Gap,
    Measure,
    Nodes,
    Not,
    Text,
    Word,
)
from hearth.bulletins.rendering.document import Language
from hearth.bulletins.rendering.formatting import count_text, date_text, movement_text, share_text

NOTHING = "—"
Kind = Literal["title", "heading", "text"]
_MARKS: Mapping[str, Kind] = {"# ": "title", "## ": "heading"}
_UNIT: Mapping[Measure, Decimal] = {
    "count": Decimal(1),
    "persons": Decimal(1),
    "share": Decimal("0.1"),
    "score": Decimal("0.01"),
    "rank": Decimal(1),
    "change": Decimal(1),
    "days": Decimal("0.1"),
    "money": Decimal("0.01"),
}
"""The last digit that is read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure at one time; ``number`` is None where there is no value."""

    number: Decimal | None
    records: int = 0
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure shall reach, in its own unit."""

    number: Decimal
    is_lower_better: bool = False

    def met_by(self, number: Decimal) -> bool:
        """Whether a value is as good, or better."""
        return number <= self.number if self.is_lower_better else number >= self.number


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one figure.

    Attributes:
        name: in the language that is told.
        now: as of the day.
        then: as of the earlier day; None where none was chosen.
        was_there: whether there was anything of the kind up to the earlier day.
    """

    measure: Measure
    name: str
    now: Reading
    then: Reading | None = None
    was_there: bool = True
    aim: Aim | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the words that are no figures stand for."""

    language: Language
    unit: str
    as_of: date
    since: date
    earlier: date | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph; those that a figure gave name it and its time."""

    text: str
    key: str = ""
    time: Literal["now", "then", ""] = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what was told: the title, a heading, or a paragraph."""

    kind: Kind
    pieces: tuple[Piece, ...]

    @property
    def plain(self) -> str:
        """Its words."""
        return "".join(piece.text for piece in self.pieces)


def tell(nodes: Nodes, setting: Setting, figures: Mapping[str, Known]) -> list[Told]:
    """The lines of a template that was read without a mistake.

    Empty lines go; so does a heading that nothing follows before the next one.

    Raises:
        KeyError: a figure of the template is not among ``figures``.
    """
    teller = _Teller(setting, figures)
    lines = [_line(pieces) for pieces in _lines(teller.pieces(nodes))]
    told = [line for line in lines if line.plain.strip()]
    return [
        line
        for place, line in enumerate(told)
        if line.kind != "heading" or (place + 1 < len(told) and told[place + 1].kind == "text")
    ]


def _lines(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Pieces parted where a line breaks; neighbouring words are one piece."""
    line: list[Piece] = []
    for piece in pieces:
        if piece.key:
            line.append(piece)
            continue
        first, *others = piece.text.split("\n")
        _join(line, first)
        for other in others:
            yield line
            line = []
            _join(line, other)
    yield line


def _join(line: list[Piece], text: str) -> None:
    if line and not line[-1].key:
        text = line.pop().text + text
    if text:
        line.append(Piece(text))


def _line(pieces: list[Piece]) -> Told:
    """What kind of line it is; its mark and the blanks around it go."""
    kept = list(pieces)
    if kept and not kept[-1].key:
        kept[-1] = Piece(kept[-1].text.rstrip())
    start = "" if not kept or kept[0].key else kept[0].text.lstrip()
    mark = next((mark for mark in _MARKS if start.startswith(mark)), "")
    if kept and not kept[0].key:
        kept[0] = Piece(start.removeprefix(mark).lstrip())
    return Told(_MARKS.get(mark, "text"), tuple(piece for piece in kept if piece.text))


# --- numbers ------------------------------------------------------------------------------------


def as_read(measure: Measure, reading: Reading | None) -> Decimal | None:
    """A value to the last digit that is read; a share that is not all stays below 100."""
    if reading is None or reading.number is None:
        return None
    if measure == "share" and reading.part is not None and reading.whole:
        return Decimal(share_text(reading.part, reading.whole).removesuffix("%"))
    return reading.number.quantize(_UNIT[measure], ROUND_HALF_UP)


def number_text(measure: Measure, number: Decimal | None, language: Language) -> str:
    """A number in its measure's form, with at most the digits that are read."""
    if number is None:
        return NOTHING
    rounded = number.quantize(_UNIT[measure], ROUND_HALF_UP)
    if measure == "change":
        return movement_text(int(rounded))
    if measure == "score":
        return f"{rounded:.2f}"
    if measure == "share":
        return f"{_short(rounded)}%"
    if measure == "days":
        return _short(rounded)
    if measure == "money":
        return f"{rounded:{',' if language == 'en' else ''}.2f}".removesuffix(".00")
    return count_text(int(rounded), language) if measure != "rank" else str(int(rounded))


def reading_text(measure: Measure, reading: Reading | None, language: Language) -> str:
    """A value as it is read."""
    return number_text(measure, as_read(measure, reading), language)


def difference(known: Known) -> Decimal | None:
    """The value less the earlier one, both as they are read; None where one is missing."""
    now, then = as_read(known.measure, known.now), as_read(known.measure, known.then)
    return None if now is None or then is None else now - then


def _short(number: Decimal) -> str:
    """Without zeros after the point."""
    return f"{number:.1f}".removesuffix(".0")


def is_there(known: Known) -> bool:
    """Whether there is something to tell: more than none of what is counted, else any value."""
    number = known.now.number
    if number is None:
        return False
    return number > 0 if known.measure in {"count", "persons", "money"} else True


class _Teller:
    def __init__(self, setting: Setting, figures: Mapping[str, Known]) -> None:
        self.setting = setting
        self.figures = figures

    def pieces(self, nodes: Nodes) -> Iterator[Piece]:
        for node in nodes:
            if isinstance(node, Text):
                yield Piece(node.text)
            elif isinstance(node, Word):
                yield Piece(self.word(node.name))
            elif isinstance(node, Gap):
                yield self.gap(node)
            else:
                yield from self.pieces(self.chosen(node))

    def chosen(self, choice: Choice) -> Nodes:
        for condition, nodes in choice.branches:
            if self.holds(condition):
                return nodes
        return choice.otherwise

    # --- gaps -----------------------------------------------------------------------------------

    def word(self, name: str) -> str:
        said = self.setting
        if name == "unit":
            return " ".join(said.unit.split())
        day = {"date": said.as_of, "since": said.since, "earlier": said.earlier}[name]
        return NOTHING if day is None else date_text(day, said.language)

    def gap(self, gap: Gap) -> Piece:
        known = self.figures[gap.key]
        if gap.form == "name":
            return Piece(known.name)
        if gap.form == "target":
            aim = known.aim.number if known.aim else None
            return Piece(number_text(known.measure, aim, self.setting.language))
        time: Literal["now", "then"] = "then" if gap.form == "before" else "now"
        return Piece(_FORMS[gap.form](known, self.setting.language), gap.key, time)

    # --- conditions -----------------------------------------------------------------------------

    def holds(self, condition: Condition) -> bool:
        if isinstance(condition, Not):
            return not self.holds(condition.inner)
        if isinstance(condition, All):
            return all(self.holds(one) for one in condition.inner)
        if isinstance(condition, Either):
            return any(self.holds(one) for one in condition.inner)
        if isinstance(condition, Compared):
            return self.setting.earlier is not None
        known = self.figures[condition.key]
        return _STATES[condition.state](known) if condition.state else _stands(condition, known)


def _stands(claim: Claim, known: Known) -> bool:
    """A value against a bound; where one is missing nothing holds."""
    number = known.now.number
    bound = claim.bound
    if bound == "target":
        bound = known.aim.number if known.aim else None
    elif bound == "before":
        number, bound = as_read(known.measure, known.now), as_read(known.measure, known.then)
    if number is None or not isinstance(bound, Decimal):
        return False
    return {
        ">": number > bound,
        "<": number < bound,
        ">=": number >= bound,
        "<=": number <= bound,
        "=": number == bound,
        "!=": number != bound,
    }[claim.sign]


def _moved(known: Known) -> Decimal:
    """The difference; 0 where it cannot be said."""
    return difference(known) or Decimal(0)


def _is_same(known: Known) -> bool:
    return difference(known) == 0


def _is_first(known: Known) -> bool:
    return known.then is not None and is_there(known) and not known.was_there


def _is_met(known: Known) -> bool:
    return bool(known.aim and known.now.number is not None and known.aim.met_by(known.now.number))


def _is_unmet(known: Known) -> bool:
    return known.aim is not None and known.now.number is not None and not _is_met(known)


_STATES: Mapping[str, Callable[[Known], bool]] = {
    "up": lambda known: _moved(known) > 0,
    "down": lambda known: _moved(known) < 0,
    "same": _is_same,
    "first": _is_first,
    "met": _is_met,
    "unmet": _is_unmet,
    "target": lambda known: known.aim is not None,
    "any": is_there,
    "none": lambda known: not is_there(known),
}


def _value(known: Known, language: Language) -> str:
    return reading_text(known.measure, known.now, language)


def _before(known: Known, language: Language) -> str:
    return reading_text(known.measure, known.then, language)


def _size(known: Known, language: Language) -> str:
    number = as_read(known.measure, known.now)
    return NOTHING if number is None else _plain(known.measure, abs(number), language)


def _plain(measure: Measure, number: Decimal, language: Language) -> str:
    """A number without sign and without the sign of percent: points are no percentage."""
    if measure == "share":
        return _short(number)
    if measure == "score":
        return f"{number:.2f}"
    return count_text(int(number), language)


def _change(known: Known, language: Language) -> str:
    moved = difference(known)
    return NOTHING if moved is None else _plain(known.measure, abs(moved), language)


def signed_text(known: Known, language: Language) -> str:
    """The difference with its sign; a dash where there is none."""
    moved = difference(known)
    if moved is None:
        return NOTHING
    sign = "+" if moved > 0 else "-" if moved < 0 else ""
    return sign + _plain(known.measure, abs(moved), language)


def _growth(known: Known, _language: Language) -> str:
    moved, then = difference(known), as_read(known.measure, known.then)
    if moved is None or not then:
        return NOTHING
    return f"{_short((100 * abs(moved) / abs(then)).quantize(Decimal('0.1'), ROUND_HALF_UP))}%"


def _tens(known: Known, language: Language) -> str:
    """Rounded down to tens, for "more than"."""
    if known.now.number is None:
        return NOTHING
    tens = (known.now.number / 10).to_integral_value(ROUND_DOWN) * 10
    text = count_text(int(tens), language)
    return f"{text}%" if known.measure == "share" else text


def _of(name: Literal["part", "whole", "records"]) -> Callable[[Known, Language], str]:
    def text(known: Known, language: Language) -> str:
        count: int | None = getattr(known.now, name)
        return NOTHING if count is None else count_text(count, language)

    return text


_FORMS: Mapping[str, Callable[[Known, Language], str]] = {
    "value": _value,
    "size": _size,
    "tens": _tens,
    "before": _before,
    "change": _change,
    "signed": signed_text,
    "growth": _growth,
    "part": _of("part"),
    "whole": _of("whole"),
    "records": _of("records"),
}
