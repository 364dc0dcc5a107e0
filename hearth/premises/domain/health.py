"""When a sensor needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Condition = Literal["silent", "stuck", "jumping", "well"]
CONDITIONS: tuple[Condition, ...] = ("silent", "stuck", "jumping", "well")
MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is wrong.

    Attributes:
        silent_hours: no reading for so long.
        stuck_hours: the same to the hundredth for so long.
        jump_days: a leap (``domain.hours``) within so many days.
    """

    silent_hours: int = 6
    stuck_hours: int = 24
    jump_days: int = 7

    def silent_before(self, now: int) -> int:
        """Minute before which the newest reading must not lie, of a sensor asked in ``now``."""
        return now - self.silent_hours * MINUTES_OF_AN_HOUR

    @property
    def stuck_minutes(self) -> int:
        """For how many minutes it may say the same."""
        return self.stuck_hours * MINUTES_OF_AN_HOUR

    def jump_after(self, now: int) -> int:
        """Minute since which a leap counts."""
        return now - self.jump_days * 24 * MINUTES_OF_AN_HOUR
