"""How long an award is held."""

from __future__ import annotations

from datetime import date


def ends_on(granted_on: date, years: int | None) -> date | None:
    """The first day on which an award is no longer held; None: it is held for good.

    What was granted on 29 February ends on 1 March where that year has no such day.
    """
    if years is None:
        return None
    try:
        return granted_on.replace(year=granted_on.year + years)
    except ValueError:
        return date(granted_on.year + years, 3, 1)
