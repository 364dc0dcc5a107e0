"""Finding units and people by what is typed, and showing no more of them than is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

MOST = 400  # length of the column
_UNREAD = "\0"  # before what has no pinyin, such as letters and digits


def initials(name: str) -> str:
    """First letters of the pinyin of ``name``, lower case: 沈阳中街支行 is 'syzjzh'.

    Letters and digits in the name stay; characters without a reading are left out.
    """
    return _readings(name)[0]


def pinyin(name: str) -> str:
    """The whole pinyin of ``name`` without tones and blanks: 沈阳 is 'shenyang'."""
    return _readings(name)[1]


def search_text(*words: str) -> str:
    """Lower-case haystack for one row: the words, and initials and pinyin of the first."""
    text = [word.lower() for word in words if word]
    return " ".join([*text, initials(words[0]), pinyin(words[0])])[:MOST]


def masked_phone(phone: str) -> str:
    """A telephone number as those see it who need not call: 138****1234.

    A short one keeps its last two characters only; nothing stays nothing.
    """
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "****" + phone[-2:] if phone else ""


def masked_email(email: str) -> str:
    """An e-mail address in a list that leaves: w***@example.org; nothing stays nothing."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if email else ""


@lru_cache(maxsize=1)
def _reader() -> Callable[..., list[str]]:
    """Loaded when first asked: its dictionaries take a third of a second of every start."""
    from pypinyin import lazy_pinyin, load_single_dict

    # Alone, 行 is read xíng; in the names of a bank (支行, 省行) it is háng. 步行街 stays a phrase.
    load_single_dict({ord("行"): "háng,xíng"})
    reader: Callable[..., list[str]] = lazy_pinyin
    return reader


@lru_cache(maxsize=65536)
def _readings(name: str) -> tuple[str, str]:
    """Initials and whole pinyin, from one reading: it costs a tenth of a millisecond."""
    parts = _reader()(name, errors=lambda text: _UNREAD + text)
    whole = "".join(parts)
    short = "".join(part if part[0] == _UNREAD else part[0] for part in parts)
    return _plain(short), _plain(whole)


def _plain(text: str) -> str:
    return "".join(ch for ch in text.lower() if ch.isalnum() and ch.isascii())
