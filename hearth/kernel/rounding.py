"""Exact numbers: integers in hundredths (``centi``) and thousandths (``milli``), rounded once."""

from __future__ import annotations

import re

from hearth.kernel.problems import BadValue

_NUMBER = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,12}))?")


def div_half_up(numerator: int, denominator: int) -> int:
    """The quotient as a whole number; an exact half goes up, towards plus infinity.

    Args:
        numerator: any integer; -5 over 2 gives -2.
        denominator: above 0.

    Raises:
        BadValue: ``denominator_not_positive``.
    """
    if denominator <= 0:
        raise BadValue("denominator_not_positive", denominator=denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def centi_text(centi: int) -> str:
    """Hundredths with both places: 9437 is '94.37', 9400 is '94.00'."""
    return _fixed(centi, 2)


def milli_text(milli: int) -> str:
    """Thousandths without the zeros that say nothing: 2500 is '2.5', 2000 is '2'."""
    return _fixed(milli, 3).rstrip("0").rstrip(".")


def _fixed(value: int, places: int) -> str:
    digits = f"{abs(value):0{places + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def parse_milli(text: str) -> int:
    """Thousandths of a number as people write it: '2.5' is 2500; blanks around it are ignored.

    Raises:
        BadValue: ``not_a_number``, or ``too_many_decimals`` when thousandths cannot hold it.
    """
    return parse_fixed(text, 3)


def parse_centi(text: str) -> int:
    """Hundredths of a number as people write it: '94.37' is 9437.

    Raises:
        BadValue: ``not_a_number``, or ``too_many_decimals`` when hundredths cannot hold it.
    """
    return parse_fixed(text, 2)


def parse_fixed(text: str, places: int) -> int:
    """The number in ``text`` as a whole count of 10 to the power of minus ``places``, exactly.

    At most twelve digits before the point; no exponent, no separators, no sign but minus.

    Raises:
        BadValue: ``not_a_number`` or ``too_many_decimals``.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise BadValue("not_a_number", text=text)
    sign, whole, decimals = match.groups(default="")
    decimals = decimals.rstrip("0")
    if len(decimals) > places:
        raise BadValue("too_many_decimals", text=text, places=places)
    value = int(whole + decimals.ljust(places, "0"))
    return -value if sign else value
