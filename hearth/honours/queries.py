"""Awards that are held or end soon, and results from above over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.honours.models import Award, ExternalRank
from hearth.ledgers.models import SpanQuerySet
from hearth.network.scope import Scope


def held(scope: Scope, day: date) -> SpanQuerySet[Award]:
    """Awards held at the end of ``day`` in ``scope``, those that end first before the others."""
    rows = Award.objects.visible_to(scope).held_on(day).select_related("unit", "award")
    return rows.order_by("award__position", "award__code", "until", "unit_path", "since")


def ending(scope: Scope, day: date, days: int) -> SpanQuerySet[Award]:
    """Awards held on ``day`` that end within ``days`` days after it."""
    return held(scope, day).filter(until__lte=day + timedelta(days=days)).order_by("until", "pk")


def ended(scope: Scope, day: date, days: int) -> SpanQuerySet[Award]:
    """Awards that ended within the ``days`` days up to the end of ``day``, the latest first."""
    rows = Award.objects.visible_to(scope).standing().select_related("unit", "award")
    return rows.filter(until__lte=day, until__gt=day - timedelta(days=days)).order_by("-until")


def results_of(scope: Scope, channel: str) -> list[ExternalRank]:
    """Standing results of one channel for who reaches ``scope``, by unit, the oldest first."""
    rows = ExternalRank.objects.readable_by(scope).standing().filter(channel=channel)
    return list(rows.select_related("unit").order_by("unit_path", "ends_on", "pk"))


@dataclass(frozen=True, slots=True)
class Change:
    """One unit's latest result against an earlier one.

    Attributes:
        then: the earlier result.
        now: the latest one.
    """

    then: ExternalRank
    now: ExternalRank

    @property
    def places(self) -> int:
        """Places gained: rank then − rank now; up is positive (SC-10)."""
        return self.then.rank - self.now.rank

    @property
    def centi(self) -> int | None:
        """Hundredths of points gained; None where a score was not published."""
        if self.then.score_centi is None or self.now.score_centi is None:
            return None
        return self.now.score_centi - self.then.score_centi

    @property
    def is_comparable(self) -> bool:
        """Whether as many were ranked then as now; else places mean something else."""
        return self.then.of == self.now.of


def change(results: Sequence[ExternalRank], period: str = "") -> Change | None:
    """The latest result against that of ``period``, by default the one before; results of a unit.

    None where there are not two, or none is of that period.
    """
    if not results:
        return None
    now = results[-1]
    earlier = [one for one in results[:-1] if not period or one.period == period]
    return Change(earlier[-1], now) if earlier else None
