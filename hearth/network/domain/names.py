"""Finding a unit or a person by what people type: name, code, pinyin or its initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_single_dict

# Alone, 行 is read xíng; in the names of a bank (支行, 省行) it is háng. 步行街 stays a phrase.
load_single_dict({ord("行"): "háng,xíng"})
MOST = 400  # length of the column


@lru_cache(maxsize=65536)
def initials(name: str) -> str:
    """First letters of the pinyin of ``name``, lower case: 沈阳中街支行 is 'syzjzh'.

    Letters and digits in the name stay; characters without a reading are left out.
    """
    return _plain(lazy_pinyin(name, style=Style.FIRST_LETTER))


@lru_cache(maxsize=65536)
def pinyin(name: str) -> str:
    """The whole pinyin of ``name`` without tones and blanks: 沈阳 is 'shenyang'."""
    return _plain(lazy_pinyin(name))


def search_text(*words: str) -> str:
    """Lower-case haystack for one row: the words, and initials and pinyin of the first."""
    text = [word.lower() for word in words if word]
    return " ".join([*text, initials(words[0]), pinyin(words[0])])[:MOST]


def _plain(parts: list[str]) -> str:
    return "".join(ch for part in parts for ch in part.lower() if ch.isalnum() and ch.isascii())
