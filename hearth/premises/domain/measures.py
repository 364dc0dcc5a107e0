"""How far the measures for a unit on a list have come, from the orders that they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

PLANNED, UNDER_WAY, OBSERVED = "planned", "under_way", "observed"


@dataclass(frozen=True, slots=True)
class Work:
    """One order that counts: neither refused nor withdrawn."""

    is_underway: bool
    done_on: date | None


def stage_of(works: Sequence[Work]) -> tuple[str, date | None]:
    """The stage, and the day on which all was done; that day is None before.

    From the last order's day on the effect is looked for. The stage is empty without any order.
    """
    done = [one.done_on for one in works if one.done_on is not None]
    if works and len(done) == len(works):
        return OBSERVED, max(done)
    if done or any(one.is_underway for one in works):
        return UNDER_WAY, None
    return (PLANNED if works else ""), None
