"""What makes an entry of an activity wrong, and what makes two entries look like one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

UNSAID_LENGTH = timedelta(hours=1)
"""How long an activity is taken to last whose end nobody said, when looking for double entries."""


@dataclass(frozen=True, slots=True)
class Session:
    """When an activity was held and what it was called; instants are aware."""

    started_at: datetime
    ended_at: datetime | None = None
    title: str = ""

    @property
    def over_at(self) -> datetime:
        """Its end, said or assumed; never before its beginning."""
        return max(self.ended_at or self.started_at + UNSAID_LENGTH, self.started_at)


def entry_faults(
    *, counts_persons: bool, persons: int | None, started_at: datetime, ended_at: datetime | None
) -> list[tuple[str, str]]:
    """Column and code of what is wrong: ``persons_missing``, ``ends_before_start``."""
    faults = []
    if counts_persons and not persons:
        faults.append(("persons", "persons_missing"))
    if ended_at is not None and ended_at < started_at:
        faults.append(("ended_at", "ends_before_start"))
    return faults


def folded_title(title: str) -> str:
    """A title with width, case, blanks and punctuation set aside."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def looks_double(one: Session, other: Session) -> str:
    """Why two sessions of the same kind, unit and day look like one: 'title', 'time' or ''.

    The same title on one day is taken for the same activity; so are times that overlap by more
    than a common border.
    """
    title = folded_title(one.title)
    if title and title == folded_title(other.title):
        return "title"
    overlaps = one.started_at < other.over_at and other.started_at < one.over_at
    return "time" if overlaps or one.started_at == other.started_at else ""
