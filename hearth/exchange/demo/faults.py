"""What an inspector writes down about a criterion: a value that fits the note, and the note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hearth.exchange.demo.content import Row, content_rows
from hearth.kernel.rounding import milli_text, parse_milli


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from ``low`` to ``high``, both included, in thousandths; ``step`` between them."""

    low: int
    high: int
    step: int

    def at(self, draw: float) -> str:
        """The number at ``draw``, from 0 to below 1, as text."""
        count = (self.high - self.low) // self.step + 1
        return milli_text(self.low + int(draw * count) * self.step)

    def low_at(self, draw: float) -> str:
        """The same with small numbers more likely: for occurrences."""
        return self.at(draw * draw)


def read_span(text: str) -> Span | None:
    """'1..3' or '14.0..15.9' as a span, in steps of the last place written; None for other text."""
    low, dots, high = text.partition("..")
    if not dots:
        high = low
    if not low.replace(".", "").isdigit():
        return None
    step = 100 if "." in low + high else 1000
    return Span(parse_milli(low), parse_milli(high), step)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a criterion may fail.

    Attributes:
        span: where the value lies; None for a fixed one.
        value: a fixed value (an option), or '' for none.
        note: in the wanted language; may hold ``{value}``.
    """

    span: Span | None
    value: str
    note: str

    def value_at(self, draw: float, *, is_count: bool) -> str:
        """The value at ``draw`` (0 to below 1); '' where the criterion takes none."""
        if self.span is None:
            return self.value
        return self.span.low_at(draw) if is_count else self.span.at(draw)


@dataclass(frozen=True, slots=True)
class Tendency:
    """How one criterion behaves in the demonstration.

    Attributes:
        code: of the criterion.
        module: of the criterion.
        method: of the criterion.
        rate: share of checks that an outlet of middling quality fails.
        is_lasting: a fault stays until it is mended.
        season: ``heating``, ``summer``, ``snow`` or ``dark``; '' for always.
        absent: share of checks to which it does not apply, season apart.
        blind: share of video checks in which it cannot be seen.
        usual: numbers that are recorded when it is met; None where none are.
        faults: ways to fail.
        needs_note: a fault is always explained in words.
    """

    code: str
    module: str
    method: str
    rate: float
    is_lasting: bool
    season: str
    absent: float
    blind: float
    usual: Span | None
    faults: tuple[Fault, ...]
    needs_note: bool


def tendencies(codes: Iterable[str], channel: str, language: str) -> tuple[Tendency, ...]:
    """The tendencies of the named criteria of the demonstration's standard, in this order.

    Args:
        codes: of the criteria.
        channel: only faults that can be noticed this way; a camera hears nothing.
        language: of the notes, ``zh`` or ``en``.

    Raises:
        KeyError: a criterion that this standard does not have, or not for this channel.
    """
    criteria = {row["code"]: row for row in content_rows("criteria")}
    ways: dict[str, list[Fault]] = {}
    for row in content_rows("finding_notes"):
        if row["channels"] and channel not in row["channels"].split(";"):
            continue
        note = row["note"] if language == "zh" else row["note_en"]
        span = read_span(row["value"]) if _is_number(criteria[row["criterion"]]) else None
        ways.setdefault(row["criterion"], []).append(Fault(span, row["value"], note))
    rows = {row["criterion"]: row for row in content_rows("tendencies")}
    return tuple(_tendency(criteria[code], rows[code], ways[code]) for code in codes)


def _is_number(criterion: Row) -> bool:
    return criterion["method"] in ("deduct", "number", "scale")


def _tendency(criterion: Row, row: Row, faults: list[Fault]) -> Tendency:
    return Tendency(
        code=row["criterion"],
        module=criterion["module"],
        method=criterion["method"],
        rate=int(row["fail_permille"]) / 1000,
        is_lasting=row["lasting"] == "y",
        season=row["season"],
        absent=int(row["not_applicable_permille"]) / 1000,
        blind=int(row["blind_permille"]) / 1000,
        usual=read_span(row["usual"]) if row["usual"] else None,
        faults=tuple(faults),
        needs_note=criterion["evidence"] == "note",
    )
