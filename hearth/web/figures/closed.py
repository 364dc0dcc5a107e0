"""What became of findings due in a span, asked of the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hearth.figures.engine import joined, values
from hearth.figures.registry import Value
from hearth.network.models import Unit

IN_TIME, CLOSED, OVERDUE = "rectification.in_time", "rectification.closed", "rectification.overdue"
KEYS = (IN_TIME, CLOSED, OVERDUE)


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of rectifications whose first deadline fell in a span (RC-02).

    Attributes:
        due: how many there are.
        in_time: of these, closed with a fix that was handed in by the first deadline.
        late: of these, closed with a later fix.
        overdue: of these, still with the outlet after their present deadline.
    """

    due: int
    in_time: int
    late: int
    overdue: int

    @property
    def closed(self) -> int:
        """Closed at all."""
        return self.in_time + self.late

    @property
    def waiting(self) -> int:
        """Not closed and not overdue: to be verified, or not yet due (again)."""
        return self.due - self.closed - self.overdue

    @property
    def share_in_time(self) -> float | None:
        """Percent closed in time; None where nothing was due."""
        return 100 * self.in_time / self.due if self.due else None


def _closed(found: Sequence[Value]) -> Closed:
    in_time, closed, overdue = found
    on_time, all_closed = in_time.part or 0, closed.part or 0
    return Closed(in_time.whole or 0, on_time, all_closed - on_time, int(overdue.number or 0))


def closed_by_unit(units: Iterable[Unit], since: date, last: date) -> list[tuple[Unit, Closed]]:
    """What was due from ``since`` to ``last``, both included, for each unit; of any level."""
    listed = list(units)
    found = values(KEYS, listed, last, since)
    return [(unit, _closed([found[key, unit.pk] for key in KEYS])) for unit in listed]


def closed_of(units: Sequence[Unit], since: date, last: date) -> Closed:
    """The same of several units together, none of which lies below another."""
    found = values(KEYS, units, last, since)
    return _closed([joined(found[key, unit.pk] for unit in units) for key in KEYS])
