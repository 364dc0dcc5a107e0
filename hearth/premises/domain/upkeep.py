"""When work on an asset falls due by a plan, and when its order is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hearth.premises.domain.ages import months_later

LEAD = timedelta(days=14)
"""An order is opened so long before the day on which the work is due, and never due sooner."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many months, from a day on."""

    months: int
    starts_on: date


def due_on(rhythm: Rhythm, last_done: date | None, since: date | None) -> date:
    """The day on which the work is due.

    Args:
        rhythm: of the plan.
        last_done: when the same kind of work was last done on the asset; None: never.
        since: when the asset was put up; None where nobody knows, or it is no sign.
    """
    from_when = last_done or since
    if from_when is None:
        return rhythm.starts_on
    return max(rhythm.starts_on, months_later(from_when, rhythm.months))


def is_opened(due: date, today: date) -> bool:
    """Whether the order of work that is due on a day is opened by ``today``."""
    return due - LEAD <= today


def to_be_done_by(due: date, today: date) -> date:
    """The last day of an order that is opened today: whoever does it has the whole lead."""
    return max(due, today + LEAD)
