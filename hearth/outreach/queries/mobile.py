"""Where mobile service has been, how long ago, and where not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from hearth.network.scope import Scope
from hearth.outreach.models import ServiceTarget, Trip
from hearth.outreach.models.activities import midnight


@dataclass(frozen=True, slots=True)
class TargetState:
    """One target and its last visit; ``days`` since then, None where nobody ever went."""

    target: ServiceTarget
    last: date | None
    days: int | None

    @property
    def is_gap(self) -> bool:
        """Whether it has waited longer than it should; one never visited always has."""
        return self.days is None or self.days > self.target.every_days


@dataclass(frozen=True, slots=True)
class TownshipState:
    """One township: how many targets it has, and the last visit to any of them."""

    name: str
    targets: int
    gaps: int
    last: date | None


def target_states(scope: Scope, day: date, *, group: str = "") -> list[TargetState]:
    """Targets that are served on ``day`` with their last visit by its end; one query.

    The longest silence first, those never visited before all others.
    """
    rows = ServiceTarget.objects.visible_to(scope).held_on(day).select_related("unit")
    if group:
        rows = rows.filter(group=group)
    visited = Q(
        activities__withdrawn_at__isnull=True,
        activities__started_at__lt=midnight(day + timedelta(days=1)),
    )
    found = rows.annotate(last_at=Max("activities__started_at", filter=visited))
    states = [_state(target, getattr(target, "last_at", None), day) for target in found]
    return sorted(states, key=lambda s: (s.days is not None, -(s.days or 0), s.target.name))


def townships(states: list[TargetState]) -> list[TownshipState]:
    """The same by township, those with the most gaps first; targets without one are left out."""
    grouped: dict[str, list[TargetState]] = {}
    for state in states:
        if state.target.township:
            place = " ".join(
                part for part in (state.target.district, state.target.township) if part
            )
            grouped.setdefault(place, []).append(state)
    found = [
        TownshipState(
            name,
            len(inside),
            sum(state.is_gap for state in inside),
            max((state.last for state in inside if state.last), default=None),
        )
        for name, inside in grouped.items()
    ]
    return sorted(found, key=lambda t: (-t.gaps, t.name))


def trips_of(scope: Scope, start: date, end: date) -> list[Trip]:
    """Planned trips from ``start`` to before ``end``, with their stops; three queries."""
    rows = Trip.objects.visible_to(scope).standing().filter(day__gte=start, day__lt=end)
    stops = ("stops__target", "stops__activity")
    return list(
        rows.select_related("unit", "vehicle").prefetch_related(*stops).order_by("day", "pk")
    )


def _state(target: ServiceTarget, last_at: datetime | None, day: date) -> TargetState:
    if last_at is None:
        return TargetState(target, None, None)
    last = timezone.localdate(last_at)
    return TargetState(target, last, (day - last).days)
