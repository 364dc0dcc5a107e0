"""How wide a line of text will be, and how to make it fit.

The browser's font is not known on the server, so widths are estimated from a table that leans to
the wide side: a Chinese character takes a whole em, a figure a little over half. An estimate that
is too wide costs some empty space, one that is too narrow lets labels run into each other.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"

_NARROW = frozenset("ijl|!.,:;'`I()[]{} ")
_WIDE = frozenset("mwMW@%&—")
_FIGURE = 0.585  # Segoe UI .54, PingFang and Noto Sans CJK .56, Arial .56, all tabular
_LOWER = 0.57
_UPPER = 0.68
_BOLD = 1.06

# Characters that XML 1.0 forbids or that would turn the direction of the text around them.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """The text as one line that XML may carry: no control, direction or unpaired characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(kept for kept in map(_kept, text) if kept)


@lru_cache(maxsize=4096)
def _kept(char: str) -> str:
    if char in "\t\n\r\u2028\u2029\x85":
        return " "
    code = ord(char)
    control = code < 0x20 or 0x7F <= code <= 0x9F
    if control or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE or char in _DIRECTION:
        return ""
    return char


@lru_cache(maxsize=4096)
def _em(char: str) -> float:
    """Width of one character in ems."""
    if char in _NARROW:
        return 0.33
    if char in _WIDE:
        return 0.95
    if char < "\x7f":
        return _FIGURE if char.isdigit() else _UPPER if char.isupper() else _LOWER
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    return 0.72


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width in pixels of one line set at ``size`` pixels."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def fit(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than ``width`` pixels.

    Returns:
        The whole text, a beginning of it with ``…``, or an empty string where not even one
        character and the ellipsis have room.
    """
    text = clean(text)
    if width_of(text, size, bold=bold) <= width:
        return text
    room = width - width_of(ELLIPSIS, size, bold=bold)
    end = 0
    used = 0.0
    for position, char in enumerate(text):
        used += width_of(char, size, bold=bold)
        if used > room:
            break
        end = position + 1
    kept = text[:end].rstrip()
    return kept + ELLIPSIS if kept else ""


def fit_ends(text: str, width: float, size: float) -> str:
    """The text, cut in its middle where it is too wide, between words where it has any.

    For names of outlets, which begin alike (the city, the branch) and differ at the end.
    """
    text = clean(text)
    if width_of(text, size) <= width:
        return text
    head = _whole_words(text, len(fit(text, width * 0.55, size).removesuffix(ELLIPSIS)))
    room = width - width_of(head + ELLIPSIS, size)
    start = len(text)
    while start > len(head) and width_of(text[start - 1 :], size) <= room:
        start -= 1
    while start < len(text) and _em(text[start]) == 0.0:
        start += 1
    word = start
    while word < len(text) and not _may_break(text, word):
        word += 1
    tail = text[start if word == len(text) else word :].lstrip()
    return head + ELLIPSIS + tail if head else fit(text, width, size)


def wrap(text: str, width: float, size: float, lines: int) -> list[str]:
    """The text in at most ``lines`` lines of ``width`` pixels; the last one is cut if need be.

    Latin words stay whole where they can, also before the ellipsis; Chinese may break between any
    two characters.
    """
    rest = clean(text).strip()
    out: list[str] = []
    while rest and len(out) < lines - 1:
        head = _head(rest, width, size)
        if not head or len(head) == len(rest):
            break
        out.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    last = fit(rest, width, size)
    if last != rest:
        last = _whole_words(rest, len(last.removesuffix(ELLIPSIS))) + ELLIPSIS if last else ""
    return [*out, last] if last else out


def _whole_words(text: str, end: int) -> str:
    """The text up to ``end``, without the part of a word there; that part where it is all."""
    back = end
    while back and back < len(text) and not _may_break(text, back):
        back -= 1
    return text[: back or end].rstrip()


def _head(text: str, width: float, size: float) -> str:
    """The longest beginning that fits, ending between words."""
    end = 0
    used = 0.0
    for position, char in enumerate(text):
        used += width_of(char, size)
        if used > width:
            break
        end = position + 1
    if end == len(text) or _may_break(text, end):
        return text[:end]
    back = end
    while back and not _may_break(text, back):
        back -= 1
    return text[: back or end]


def _may_break(text: str, position: int) -> bool:
    """Whether a line may end before the character at ``position``."""
    before, after = text[position - 1], text[position]
    if after in "，。、；：！？）》”…,.;:!?)%":
        return False
    return before in " -/·" or after == " " or _em(before) == 1.0 or _em(after) == 1.0
