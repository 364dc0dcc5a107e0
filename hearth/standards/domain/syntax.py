"""The little languages inside the cells of a standard (docs: exchange formats, ``standard``).

Chinese full-width signs (；＝：) are read like their ASCII twins, because that is what a Chinese
keyboard types. Labels and numbers are taken as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import parse_centi, parse_milli

Effect = Literal["none", "zero_module", "zero_total", "cap"]

_EFFECTS: dict[str, Effect] = {
    "": "none",
    "none": "none",
    "zero_module": "zero_module",
    "zero_total": "zero_total",
}
_ASCII = str.maketrans("；＝：", ";=:")
_DECIMAL = r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?"
_NUMBER = re.compile(_DECIMAL)
_RANGE = re.compile(rf"({_DECIMAL})?\s*\.\.\s*({_DECIMAL})?")


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers from ``lower`` (included) up to ``upper`` (excluded) earn ``points_milli``.

    None as a bound means that the band has no end on that side.
    """

    lower: Decimal | None
    upper: Decimal | None
    points_milli: int


@dataclass(frozen=True, slots=True)
class Critical:
    """What a failed criterion does beyond its own points (SC-04).

    ``cap_centi`` is the most that the inspection may still score; None unless ``effect`` is cap.
    """

    effect: Effect
    cap_centi: int | None = None


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds a list: 'A1; A2' is ('A1', 'A2')."""
    parts = (part.strip() for part in text.translate(_ASCII).split(";"))
    return tuple(part for part in parts if part)


def parse_decimal(text: str) -> Decimal:
    """A number that was observed, such as a temperature or a waiting time in minutes.

    Raises:
        BadValue: ``not_a_number``; exponents, infinities and separators are none.
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise BadValue("not_a_number", text=text)
    return Decimal(text.strip())


def parse_options(text: str) -> tuple[tuple[str, int], ...]:
    """'A=2;B=1;C=0' as labels and thousandths, in the order written.

    Raises:
        BadValue: ``options_missing``, ``option_malformed`` (``part``), ``option_repeated``.
    """
    options: dict[str, int] = {}
    for part in split_list(text):
        label, equals, points = (piece.strip() for piece in part.rpartition("="))
        if not label or not equals:
            raise BadValue("option_malformed", part=part)
        if label in options:
            raise BadValue("option_repeated", part=part, option=label)
        options[label] = _points(points, part, "option_malformed")
    if not options:
        raise BadValue("options_missing")
    return tuple(options.items())


def parse_bands(text: str) -> tuple[Band, ...]:
    """'18..=2;16..18=1;..16=0' as bands in rising order, each meeting the next exactly.

    Raises:
        BadValue: ``bands_missing``, ``band_malformed`` or ``band_empty`` (``part``),
            ``bands_overlap`` or ``bands_gap`` (``at``: where the upper one begins).
    """
    bands = sorted(map(_band, split_list(text)), key=_rising)
    if not bands:
        raise BadValue("bands_missing")
    for below, above in pairwise(bands):
        if above.lower is None or below.upper is None or above.lower < below.upper:
            raise BadValue("bands_overlap", at=str(above.lower if above.lower is not None else ""))
        if above.lower > below.upper:
            raise BadValue("bands_gap", at=str(above.lower), since=str(below.upper))
    return tuple(bands)


def _band(part: str) -> Band:
    span, equals, points = (piece.strip() for piece in part.rpartition("="))
    match = _RANGE.fullmatch(span)
    if not equals or match is None:
        raise BadValue("band_malformed", part=part)
    lower, upper = (None if bound is None else Decimal(bound) for bound in match.groups())
    if lower is not None and upper is not None and lower >= upper:
        raise BadValue("band_empty", part=part)
    return Band(lower, upper, _points(points, part, "band_malformed"))


def _rising(band: Band) -> tuple[bool, Decimal]:
    return band.lower is not None, band.lower or Decimal(0)


def _points(text: str, part: str, code: str) -> int:
    try:
        points = parse_milli(text)
    except BadValue as reason:
        raise BadValue(code, part=part) from reason
    if points < 0:
        raise BadValue(code, part=part)
    return points


def parse_critical(text: str) -> Critical:
    """'none', 'zero_module', 'zero_total' or 'cap:60'; an empty cell means none.

    Raises:
        BadValue: ``critical_malformed``, or ``cap_out_of_range`` outside 0 to 100.
    """
    word, colon, cap = (piece.strip() for piece in text.translate(_ASCII).partition(":"))
    if word == "cap" and colon:
        try:
            centi = parse_centi(cap)
        except BadValue as reason:
            raise BadValue("critical_malformed", text=text) from reason
        if not 0 <= centi <= 10_000:
            raise BadValue("cap_out_of_range", text=text)
        return Critical("cap", centi)
    effect = None if colon else _EFFECTS.get(word)
    if effect is None:
        raise BadValue("critical_malformed", text=text)
    return Critical(effect)
