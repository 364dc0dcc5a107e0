"""The business days that this installation goes by: those that ship, and what it was told since."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from hearth.kernel.calendar import Calendar, china

FILE = "holidays.csv"


def workdays() -> Calendar:
    """The calendar of the network.

    A file ``holidays.csv`` in HEARTH_HOME, in the form of ``kernel/calendar.csv``, adds the notice
    of a coming year without a new version of Hearth, or corrects a day; it has the last word.

    Raises:
        BadValue: the file cannot be read; ``line`` says where.
    """
    file = Path(settings.HEARTH_HOME) / FILE
    changed = file.stat().st_mtime_ns if file.is_file() else 0
    return _joined(file, changed)


@lru_cache(maxsize=2)
def _joined(file: Path, changed: int) -> Calendar:
    if not changed:
        return china()
    return china().joined(Calendar.read(file.read_text(encoding="utf-8-sig").splitlines()))
