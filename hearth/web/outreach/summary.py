"""What the overview states of a span, asked of the figures: by kind, by unit, by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hearth.figures.engine import joined, split, values
from hearth.figures.registry import Value
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.outreach.models import Activity, ActivityKind
from hearth.outreach.queries.overview import Span, waiting
from hearth.web.network.reach import below, tops

SESSIONS, PERSONS = "activities.sessions", "activities.persons"
SIGNED = ("sign_ins.attendances", "sign_ins.persons", "sign_ins.others")
Parts = Mapping[tuple[str, int], Mapping[Any, Value]]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sessions (场次) and attendances (人次)."""

    sessions: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One kind or one unit: now, and in the span that it is compared with."""

    key: str
    name: str
    now: Amounts
    before: Amounts

    @property
    def change(self) -> int:
        """Sessions more (or, below zero, fewer) than before."""
        return self.now.sessions - self.before.sessions


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who signed in by code: attendances, and how many different persons these were.

    Someone who gave nothing counts as a person of their own, so ``distinct`` is the most there
    can have been. One is told from another at one outlet within one year only.
    """

    attendances: int
    distinct: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a span held, beside an earlier one; kinds and places each in their order."""

    now: Amounts
    before: Amounts
    kinds: list[tuple[ActivityKind, Line]]
    places: list[Line]
    days: dict[date, int]
    attendance: Attendance
    waiting: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which activities are summed up.

    Attributes:
        scope: the part of the tree that the reader sees.
        span: which days.
        earlier: the days beside.
        kind: code of a kind; '' for all.
        unit: below which; None for all that the reader sees.
    """

    scope: Scope
    span: Span
    earlier: Span
    kind: str
    unit: Unit | None

    @property
    def only(self) -> dict[str, str]:
        """What the figures are narrowed to."""
        return {"kind": self.kind} if self.kind else {}

    @property
    def parts(self) -> tuple[object, ...]:
        """What tells one question from another."""
        own = self.unit.pk if self.unit else None
        return (self.scope.paths, self.span, self.earlier, self.kind, own)


def summary(asked: Asked) -> Summary:
    """Everything that the overview shows; as many queries for many rows and units as for few."""
    heads = [asked.unit] if asked.unit else tops(asked.scope)
    listed = below(asked.scope, heads[0]) if len(heads) == 1 else heads
    places = [one for one in listed if one not in heads] if len(heads) == 1 else listed
    units = list({one.pk: one for one in [*heads, *places]}.values())
    now, before = (_by_kind(units, span, asked.only) for span in (asked.span, asked.earlier))
    late = waiting(asked.scope)
    return Summary(
        _whole(now, heads),
        _whole(before, heads),
        _kinds(now, before, heads),
        [Line(one.code, one.name, _whole(now, [one]), _whole(before, [one])) for one in places],
        _days(heads, asked),
        _attendance(heads, _times(asked.span), asked.only),
        (late.under(asked.unit.path) if asked.unit else late).count(),
    )


def attendance_of(activity: Activity, day: date) -> Attendance:
    """Who signed in by code at one activity, begun on ``day``."""
    return _attendance([activity.unit], (day, day), {"activity": activity.pk})


def _times(span: Span) -> tuple[date, date]:
    """A span [from, to) as figures are asked: its last day, and its first."""
    return span[1] - timedelta(days=1), span[0]


def _by_kind(units: Sequence[Unit], span: Span, only: Mapping[str, Any]) -> Parts:
    return split((SESSIONS, PERSONS), units, _times(span), "kind", only)


def _amounts(found: Iterable[tuple[Value | None, Value | None]]) -> Amounts:
    listed = list(found)
    sessions, persons = (
        joined(value for pair in listed if (value := pair[n]) is not None).number for n in (0, 1)
    )
    return Amounts(int(sessions or 0), int(persons or 0))


def _whole(found: Parts, units: Sequence[Unit]) -> Amounts:
    """All kinds together, at all of the units."""
    return _amounts(
        (value, found[PERSONS, unit.pk].get(kind))
        for unit in units
        for kind, value in found[SESSIONS, unit.pk].items()
    )


def _of_kind(found: Parts, units: Sequence[Unit], kind: str) -> Amounts:
    return _amounts(
        (found[SESSIONS, unit.pk].get(kind), found[PERSONS, unit.pk].get(kind)) for unit in units
    )


def _kinds(now: Parts, before: Parts, heads: Sequence[Unit]) -> list[tuple[ActivityKind, Line]]:
    """A line for every kind that is in use or was met, in the catalogue's order."""
    met = {kind for found in (now, before) for unit in heads for kind in found[SESSIONS, unit.pk]}
    return [
        (
            kind,
            Line(
                kind.code,
                str(kind),
                _of_kind(now, heads, kind.code),
                _of_kind(before, heads, kind.code),
            ),
        )
        for kind in ActivityKind.objects.all()
        if kind.is_active or kind.code in met
    ]


def _days(heads: Sequence[Unit], asked: Asked) -> dict[date, int]:
    """Sessions by day of the network's calendar."""
    found = split((SESSIONS,), heads, _times(asked.span), "day", asked.only)
    days: dict[date, int] = {}
    for parts in found.values():
        for day, value in parts.items():
            days[day] = days.get(day, 0) + value.records
    return days


def _attendance(
    units: Sequence[Unit], times: tuple[date, date], only: Mapping[str, Any]
) -> Attendance:
    found = values(SIGNED, units, *times, only)
    signed, people, others = (
        int(joined(found[key, unit.pk] for unit in units).number or 0) for key in SIGNED
    )
    return Attendance(signed + others, people + others)
