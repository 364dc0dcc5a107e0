"""Finding a unit or a person by what people type: name, code, or pinyin initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=65536)
def initials(name: str) -> str:
    """First letters of the pinyin of ``name``, lower case: 沈阳中街支行 is 'syzjzh'.

    Letters and digits in the name stay; characters without a reading are left out.
    """
    parts = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda text: list(text))
    return "".join(ch for part in parts for ch in part.lower() if ch.isalnum() and ch.isascii())


def search_text(*words: str) -> str:
    """Lower-case haystack for one row: the words themselves and the initials of the first."""
    text = [word.lower() for word in words if word]
    return " ".join([*text, initials(words[0])])[:400]
