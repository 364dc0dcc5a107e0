"""Answers for many figures and units at once: one query for each source, time and level asked.

All rows that matter are grouped by the place they lie under and aggregated in SQL, each figure by
a filtered aggregate, so the number of queries grows neither with units nor with figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Substr

from hearth.figures.registry import FIGURES, Figure, Question, Source, Value, When
from hearth.network.models import Placement, Unit
from hearth.network.scope import end_of

NOTHING = Value(None, 0)
MOST_KEYS = 900  # SQLite takes 1,000 values in one statement, as it is built
_GROUP = "asked"
_DAY, _MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One unit as it lay on the day that is asked for."""

    unit_id: int
    path: str
    is_outlet: bool


def ask(keys: Iterable[str], question: Question) -> list[tuple[Figure, Value]]:
    """The values of several figures for one unit and time, in the order of the keys.

    Raises:
        KeyError: there is no such figure.
    """
    figures = [FIGURES[key] for key in keys]
    unit = question.unit
    asked = Asked(unit.pk, question.path, unit.is_outlet)
    found = _answered(figures, [asked], question.as_of, question.since)
    return [(figure, found[figure.key, unit.pk]) for figure in figures]


def apart(key: str, question: Question, column: str) -> dict[Any, Value]:
    """One figure of a unit, apart by a column of its rows; one query.

    Args:
        key: of the figure.
        question: about which unit, and when.
        column: of the source's rows, such as ``facility_id``.

    Raises:
        KeyError: there is no such figure.
    """
    figure = FIGURES[key]
    when = figure.when(question.as_of, question.since)
    rows = figure.source.of(question, when).filter(figure.condition(when)).order_by()
    grouped = rows.values(**{_GROUP: F(column)}).annotate(**_aggregates(figure, 0, when))
    return {row[_GROUP]: _value(figure, row, 0) for row in grouped}


def values(
    keys: Iterable[str], units: Iterable[Unit], as_of: date, since: date | None = None
) -> dict[tuple[str, int], Value]:
    """Values by key of the figure and of the unit, for units of any level.

    Args:
        keys: of the figures.
        units: any; each is asked where it lay on the day.
        as_of: the end of this day.
        since: first day of spans; None: each figure's own.

    Raises:
        KeyError: there is no such figure.
    """
    figures = [FIGURES[key] for key in keys]
    listed = list(units)
    places = dict(
        Placement.objects.on(as_of)
        .filter(unit__in=[unit.pk for unit in listed[:MOST_KEYS]])
        .values_list("unit_id", "path")
        if len(listed) <= MOST_KEYS
        else Placement.objects.on(as_of).values_list("unit_id", "path")
    )
    asked = [Asked(u.pk, places.get(u.pk, u.path), u.is_outlet) for u in listed]
    return _answered(figures, asked, as_of, since)


def _answered(
    figures: Sequence[Figure], asked: Sequence[Asked], as_of: date, since: date | None
) -> dict[tuple[str, int], Value]:
    together: dict[tuple[Source, When], list[Figure]] = defaultdict(list)
    for figure in figures:
        together[figure.source, figure.when(as_of, since)].append(figure)
    found: dict[tuple[str, int], Value] = {}
    for (source, when), of_it in together.items():
        for group in _groups(source, asked):
            rows = _grouped(source, of_it, group, when)
            for one in group:
                row = rows.get(_key(source, one), {})
                for number, figure in enumerate(of_it):
                    found[figure.key, one.unit_id] = _value(figure, row, number)
    return found


def _is_by_unit(source: Source, one: Asked) -> bool:
    return source.is_own or one.is_outlet


def _key(source: Source, one: Asked) -> Any:
    return one.unit_id if _is_by_unit(source, one) else one.path


def _groups(source: Source, asked: Sequence[Asked]) -> list[list[Asked]]:
    """Units that one query can answer for: those asked by key, and those of one length of path."""
    groups: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        groups[0 if _is_by_unit(source, one) else len(one.path)].append(one)
    return list(groups.values())


def _grouped(
    source: Source, figures: Sequence[Figure], group: Sequence[Asked], when: When
) -> Mapping[Any, Mapping[str, Any]]:
    rows = source.rows(when).order_by()
    if _is_by_unit(source, group[0]):
        if len(group) <= MOST_KEYS:
            rows = rows.filter(**{f"{source.unit}__in": [one.unit_id for one in group]})
        place: Any = F(source.unit)
    else:
        paths = sorted(one.path for one in group)
        # one range spans them all; what lies between two of them falls out by its group
        rows = rows.filter(
            **{f"{source.path}__gte": paths[0], f"{source.path}__lt": end_of(paths[-1])}
        )
        place = Substr(source.path, 1, len(paths[0]))
    aggregates: dict[str, Any] = {}
    for number, figure in enumerate(figures):
        aggregates |= _aggregates(figure, number, when)
    grouped = rows.annotate(**{_GROUP: place}).values(_GROUP).annotate(**aggregates)
    return {row[_GROUP]: row for row in grouped}


def _aggregates(figure: Figure, number: int, when: When) -> dict[str, Any]:
    """What the query computes for one figure: its rows and its value, or the two parts of it."""
    condition = figure.condition(when)
    distinct = figure.counts != "pk"
    found: dict[str, Any] = {f"n{number}": Count("pk", filter=condition)}
    if figure.measure == "share":
        part = condition & figure.numerator(when)
        found[f"p{number}"] = Count(figure.counts, filter=part, distinct=distinct)
        found[f"w{number}"] = Count(figure.counts, filter=condition, distinct=distinct)
    else:
        found[f"v{number}"] = _filtered(figure.value_of, condition)
    return found


def _filtered(aggregate: Any, condition: Q) -> Any:
    """The aggregate over the rows that the condition leaves."""
    if not condition:
        return aggregate
    made = aggregate.copy()
    made.filter = made.filter & condition if made.filter is not None else condition
    return made


def _value(figure: Figure, row: Mapping[str, Any], number: int) -> Value:
    records = row.get(f"n{number}") or 0
    if figure.measure == "share":
        part, whole = row.get(f"p{number}") or 0, row.get(f"w{number}") or 0
        share = Decimal(100 * part) / whole if whole else None
        return Value(share, records, part, whole)
    raw = row.get(f"v{number}")
    if raw is None and figure.measure in {"count", "persons", "money"}:
        raw = 0
    if raw is None or records < figure.least:
        return Value(None, records)
    if isinstance(raw, timedelta):
        return Value(Decimal(raw // _MICROSECOND) / (_DAY // _MICROSECOND), records)
    return Value(Decimal(str(raw)) / figure.scale, records)
