"""Who checks: inspectors and shoppers of different severity, and who goes where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import content_rows

_REGION = 8  # so many shoppers share a branch; neighbouring branches share most of theirs
_ONSITE_REGION = 4


@dataclass(frozen=True, slots=True)
class Rater:
    """Someone who checks outlets.

    Attributes:
        username: of the account; also the ``inspector`` of the checks.
        role: ``inspector`` or ``mystery_shopper``.
        name: Chinese name.
        name_en: English name.
        severity: faults marked, as a share of what a middling rater marks (1.0).
    """

    username: str
    role: str
    name: str
    name_en: str
    severity: float


@cache
def raters() -> tuple[Rater, ...]:
    """Everyone who checks; ``inspector`` and ``shopper`` are demonstration accounts."""
    return tuple(
        Rater(
            username=row["username"],
            role=row["role"],
            name=row["name"],
            name_en=row["name_en"],
            severity=int(row["severity"]) / 100,
        )
        for row in content_rows("raters")
    )


@cache
def raters_of(channel: str) -> tuple[Rater, ...]:
    """Those who work by ``channel`` (``video``, ``onsite``, ``mystery``), severity mixed."""
    if channel == "mystery":
        own = [rater for rater in raters() if rater.role == "mystery_shopper"]
    else:
        own = [rater for rater in raters() if rater.username.startswith((channel, "inspector"))]
    return tuple(Chance("raters", channel).shuffled(own))


@cache
def region(channel: str, branch_place: int) -> Sequence[Rater]:
    """Those who go to the branch at ``branch_place`` (0-based).

    Regions overlap, so that raters can be compared across the whole province. Taking them in turn
    keeps a shopper away from an outlet for more than 90 days.
    """
    pool = raters_of(channel)
    size = {"mystery": _REGION, "onsite": _ONSITE_REGION}.get(channel, len(pool))
    first = branch_place * (size // 4)
    return [pool[(first + place) % len(pool)] for place in range(size)]
