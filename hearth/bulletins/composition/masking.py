"""Keeping people out of examples: what an inspector wrote, without names and long numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 120  # characters of an example
_NUMBER = re.compile(r"\d(?:[ -]?\d){5,}")
_MASK = "***"


def masked(note: str, names: Iterable[str]) -> str:
    """``note`` in one line with each of ``names`` and every number of six digits or more hidden.

    Names of one character are left alone: they are words as well. What is longer than 120
    characters is cut.
    """
    text = " ".join(note.split())
    for name in sorted({name.strip() for name in names}, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, _MASK)
    text = _NUMBER.sub(_MASK, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
