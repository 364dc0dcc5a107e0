"""What one cell holds, before anybody asks what it means.

Formula-like text (design 6.7): a text that a spreadsheet program might run as a formula never
leaves as one. In CSV it leaves with an apostrophe before it; in XLSX it leaves as a cell of type
string, which is never evaluated, and needs no apostrophe. Reading takes one apostrophe off again.
So that this loses nothing, a text that itself begins with apostrophes and a formula sign gains one
more in either format.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation

# Blanks that people paste without seeing them: ideographic and no-break spaces, zero-width marks,
# byte-order marks and the direction marks that Windows puts around copied text.
BLANKS = (
    " \t\r\n\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067"
    "\u2068\u2069\u3000\ufeff"
)

# Full-width signs start a formula in East Asian editions of Excel; blanks before it may be dropped.
_FORMULA = f"(?:[{BLANKS}]*[=+\\-@＝＋－＠]|[\t\r\n])"
_LIKE_FORMULA = re.compile(f"'*{_FORMULA}")
_QUOTED = re.compile(f"'+{_FORMULA}")
_AS_TEXT = re.compile('="([^"]|"")*"')  # ="001": how other systems keep zeros in CSV

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FULL_WIDTH: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {0x3000: 0x20, 0x00A0: 0x20}
_FULL_WIDTH |= dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF))

SHOWN_LENGTH = 120
EXCEL_TEXT = 32_767
"""Most UTF-16 units that Excel keeps in one cell."""

EXCEL_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA")
)


class UnreadableFile(RuleViolation):
    """The file as a whole cannot be read: the user has to save it otherwise and send it again."""


class CellFault(ValueError):
    """One cell is wrong; the message is the reason, for the user."""


class BadCell:
    """A cell that the file itself marks as wrong, such as ``#REF!``.

    Attributes:
        text: what the user sees in that cell.
        reason: why it cannot be used and how to mend it.
    """

    __slots__ = ("reason", "text")

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        return self.text


def clean(raw: str) -> str:
    """Trim blanks of every kind, and undo what keeps a text from being run as a formula."""
    text = raw.strip(BLANKS)
    if text and text[0] in "'=":
        if _QUOTED.match(text):
            return text[1:].strip(BLANKS)
        if _AS_TEXT.fullmatch(text):
            return text[2:-1].replace('""', '"').strip(BLANKS)
    return text


def neutral_for_csv(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program might run it."""
    return "'" + text if _LIKE_FORMULA.match(text) else text


def neutral_for_xlsx(text: str) -> str:
    """The text with one more apostrophe where reading would take one off.

    The cell is written as a string, so a leading ``=`` needs nothing.
    """
    if text[:1] in ("'", "=") and (_QUOTED.match(text) or _AS_TEXT.fullmatch(text)):
        return "'" + text
    return text


def half_width(text: str) -> str:
    """Full-width letters, digits and signs (１２Ａ－) as the ASCII ones that they mean.

    Marks of no width, which nobody can see in a code, are dropped.
    """
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def number_text(value: float) -> str:
    """A number as Excel shows it: fifteen significant digits, no exponent, no trailing zeros.

    >>> number_text(12.0), number_text(0.1 + 0.2)
    ('12', '0.3')
    """
    if value.is_integer():
        return str(int(value))
    text = f"{value:.15g}"
    return f"{value:.15f}".rstrip("0").rstrip(".") if "e" in text else text


def text_of(raw: Any) -> str:
    """Any cell as text: what a user who looks at the cell would call its content."""
    if type(raw) is str:
        return clean(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return number_text(float(raw)) if isinstance(raw, float) else str(raw)
    if isinstance(raw, (dt.datetime, dt.date, dt.time)):
        return raw.isoformat(" ") if isinstance(raw, dt.datetime) else raw.isoformat()
    return "" if raw is None else str(raw)


def shown(raw: Any) -> str:
    """A cell for an error message: one line, at most 120 characters, nothing that acts.

    Control and direction characters are spelled out, so that a cell can neither hide itself nor
    steer the terminal on which the report is read.
    """
    text = raw if type(raw) is str else text_of(raw)
    text = text[: SHOWN_LENGTH + 1].replace("\n", "⏎")
    text = _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def letters(index: int) -> str:
    """Letters of a column, counted from 0: 0 is ``A``, 26 is ``AA``."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    """Index from 0 of a column by its letters, of either case: ``AA`` is 26."""
    index = 0
    for letter in name.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def excel_length(text: str) -> int:
    """Length of a text as Excel counts it, in UTF-16 units: an emoji counts two."""
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def error_in_cell(text: str) -> BadCell:
    """The cell of a formula that Excel could not compute."""
    return BadCell(text, _("The formula in this cell has failed. Type the value instead."))
