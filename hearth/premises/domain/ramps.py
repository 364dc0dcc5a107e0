"""Ramps as they were measured, judged by the building norm.

A ramp rises at most 1 in 12 and is at least 1.20 m wide (GB 50763, GB 55019). One that rises by
more than 0.30 m and more steeply than 1 in 20 has handrails. The 30 degrees of the association's
standard are 1 in 1.73 and serve its scores only.
"""

from __future__ import annotations

from dataclasses import dataclass

STEEPEST = 12
NARROWEST_MM = 1200
HANDRAIL_OVER_MM = 300
HANDRAIL_STEEPER_THAN = 20

LAWFUL, FAULTY, UNMEASURED = "lawful", "faulty", "unmeasured"
STEEP, NARROW, NO_HANDRAIL = "steep", "narrow", "no_handrail"


@dataclass(frozen=True, slots=True)
class Ramp:
    """What was measured, in millimetres; None where it was not. Rise and run come in pairs."""

    rise_mm: int | None = None
    run_mm: int | None = None
    width_mm: int | None = None
    has_handrail: bool | None = None

    @property
    def one_in(self) -> float | None:
        """The run for each unit of rise: 12.5 is a slope of 1 in 12.5."""
        if not self.rise_mm or self.run_mm is None:
            return None
        return self.run_mm / self.rise_mm


def faults(ramp: Ramp) -> tuple[str, ...]:
    """What of the measured is not as the norm asks: ``steep``, ``narrow``, ``no_handrail``."""
    found = []
    if ramp.rise_mm and ramp.run_mm is not None and ramp.run_mm < STEEPEST * ramp.rise_mm:
        found.append(STEEP)
    if ramp.width_mm is not None and ramp.width_mm < NARROWEST_MM:
        found.append(NARROW)
    if ramp.has_handrail is False and asks_handrail(ramp):
        found.append(NO_HANDRAIL)
    return tuple(found)


def asks_handrail(ramp: Ramp) -> bool:
    """Whether it must have handrails; False while rise and run are not known."""
    if not ramp.rise_mm or ramp.run_mm is None:
        return False
    return ramp.rise_mm > HANDRAIL_OVER_MM and ramp.run_mm < HANDRAIL_STEEPER_THAN * ramp.rise_mm


def verdict(ramp: Ramp) -> str:
    """``faulty`` with any fault; ``unmeasured`` while something is not known; else ``lawful``."""
    if faults(ramp):
        return FAULTY
    if not ramp.rise_mm or ramp.run_mm is None or ramp.width_mm is None:
        return UNMEASURED
    return UNMEASURED if asks_handrail(ramp) and ramp.has_handrail is None else LAWFUL
