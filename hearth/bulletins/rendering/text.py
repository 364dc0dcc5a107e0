"""Characters: which may stand in a document, and how wide they are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MISSING_MARK = "〓"  # 下駄: what typesetters put where the type is lacking
DIGIT_EM = 0.64  # generous: no Latin face in use has wider digits, so no column breaks a number
LETTER_EM, CAPITAL_EM, NARROW_EM = 0.56, 0.72, 0.36
NO_EM = frozenset({"Mn", "Me", "Cf", "Cc"})

_LONG_WORD = re.compile(r"[!-~]{25,}")
_PART_OF_WORD = re.compile(r".{1,8}")
_UNPRINTABLE = re.compile(r"[^\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BROKEN_LINE = re.compile(r"\r\n?|\u2028|\u2029")


def clean(text: str) -> str:
    """``text`` without what neither format can hold or a reader can see.

    Line feeds stay; tabs become spaces; control characters, lone surrogates and the invisible
    marks of direction and joining go. No visible character is lost.
    """
    text = _BROKEN_LINE.sub("\n", text).replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    text = _UNPRINTABLE.sub("", text)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in NO_EM - {"Mn"})


def breakable(text: str) -> str:
    """``text`` with invisible places to break in words, such as addresses, of over 24 characters.

    Without them such a word would run across the margin or into the next column.
    """
    return _LONG_WORD.sub(lambda word: "\u200b".join(_PART_OF_WORD.findall(word[0])), text)


@lru_cache(maxsize=8192)
def character_em(character: str) -> float:
    """Width of one character in ems: 1 for Chinese and full-width ones, about half for others."""
    if unicodedata.category(character) in NO_EM:
        return 0.0
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character.isdigit():
        return DIGIT_EM
    if character in " .,:;'|!il()[]":
        return NARROW_EM
    return CAPITAL_EM if character.isupper() or character in "%@&mw" else LETTER_EM


def em_width(text: str) -> float:
    """Width of ``text`` in ems, set in one line."""
    return sum(map(character_em, text))
