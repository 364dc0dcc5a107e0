"""Telling those who sign in apart without keeping who they are."""

from __future__ import annotations

import re
import unicodedata

from hearth.kernel.problems import BadValue

LONGEST_NICKNAME = 20


def identity(*, nickname: str, digits: str) -> str:
    """The text whose keyed hash stands for a person; '' when nothing was given.

    ``digits`` are the last four of a telephone number. A nickname alone tells less well apart,
    and both together best: members of one family may share a telephone.

    Raises:
        BadValue: ``digits_malformed`` or ``nickname_too_long`` (over 20 characters).
    """
    name = "".join(unicodedata.normalize("NFKC", nickname).casefold().split())
    number = unicodedata.normalize("NFKC", digits).strip()
    if number and not re.fullmatch("[0-9]{4}", number):
        raise BadValue("digits_malformed")
    if len(name) > LONGEST_NICKNAME:
        raise BadValue("nickname_too_long", most=LONGEST_NICKNAME)
    return f"{number}|{name}" if name or number else ""
