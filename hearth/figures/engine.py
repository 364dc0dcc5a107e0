"""Answers for many figures and units at once: one query for each source, time and level asked.

All rows that matter are grouped by the place they lie under and aggregated in SQL, each figure by
a filtered aggregate, so the number of queries grows neither with units nor with figures. Where
the figures add up, one query answers for all the levels (``hearth.figures.folding``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from hearth.figures.folding import Asking, folded, in_parts
from hearth.figures.registry import FIGURES, Figure, Question, Source, Value, When
from hearth.network.models import Placement, Unit
from hearth.network.scope import end_of
from hearth.platform.planner import unindexed

NOTHING = Value(None, 0)
MOST_KEYS = 900  # SQLite takes 1,000 values in one statement, as it is built
FEW = 100
"""Units asked by key that are looked up one by one; of more, all rows of the time are read."""
_GROUP, _PART = "asked", "split_part"
ALL: Mapping[str, Any] = MappingProxyType({})
"""No narrowing."""
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


def values(
    keys: Iterable[str],
    units: Iterable[Unit],
    as_of: date,
    since: date | None = None,
    only: Mapping[str, Any] = ALL,
) -> dict[tuple[str, int], Value]:
    """Values by key of the figure and of the unit, for units of any level.

    Args:
        keys: of the figures.
        units: any; each is asked where it lay on the day.
        as_of: the end of this day.
        since: first day of spans; None: each figure's own.
        only: rows with these values of their source's splits; all, else.

    Raises:
        KeyError: there is no such figure, or its source no such split.
    """
    figures, asked = [FIGURES[key] for key in keys], _asked(units, as_of)
    return _answered(figures, asked, as_of, since, only)


def split(
    keys: Iterable[str],
    units: Iterable[Unit],
    times: tuple[date, date | None],
    by: str,
    only: Mapping[str, Any] = ALL,
) -> dict[tuple[str, int], dict[Any, Value]]:
    """Values broken down: by kind, by day, by whatever their sources are split by.

    Args:
        keys: of the figures.
        units: any; each is asked where it lay on the day.
        times: the end of this day, and the first day of spans or None.
        by: name of a split that all the sources have; ``unit`` is one of each.
        only: as in ``values``.

    Returns:
        By figure and unit, the value of each part that has rows.

    Raises:
        KeyError: there is no such figure, or its source no such split.
    """
    figures, (as_of, since) = [FIGURES[key] for key in keys], times
    asked = _asked(units, as_of)
    found: dict[tuple[str, int], dict[Any, Value]] = {
        (figure.key, one.unit_id): {} for figure in figures for one in asked
    }
    for (source, when), of_it in _together(
        figures, (as_of, since), by != "unit" or bool(only)
    ).items():
        for group in _groups(source, asked):
            ids: dict[Any, list[int]] = defaultdict(list)
            for one in group:
                ids[_key(source, one)].append(one.unit_id)
            for row in _grouped(_Rows(source, when, only, by), of_it, group):
                for number, figure in enumerate(of_it):
                    value = _value(figure, row, number)
                    for unit_id in ids.get(row[_GROUP], ()) if value.records else ():
                        found[figure.key, unit_id][row[_PART]] = value
    return found


def joined(found: Iterable[Value]) -> Value:
    """Parts that have no record in common as one value: of a count, a sum or a share.

    Means, ranks and changes of parts say nothing of the whole; ask for the unit above them.
    """
    listed = list(found)
    numbers = [one.number for one in listed if one.number is not None]
    records = sum(one.records for one in listed)
    if any(one.whole is not None for one in listed):
        part, whole = (sum(getattr(one, name) or 0 for one in listed) for name in ("part", "whole"))
        return Value(Decimal(100 * part) / whole if whole else None, records, part, whole)
    return Value(sum(numbers, Decimal()) if numbers else None, records)


def _asked(units: Iterable[Unit], as_of: date) -> list[Asked]:
    """Where each of the units lay on the day; one query."""
    listed = list(units)
    places = dict(
        Placement.objects.on(as_of)
        .filter(unit__in=[unit.pk for unit in listed[:MOST_KEYS]])
        .values_list("unit_id", "path")
        if len(listed) <= MOST_KEYS
        else Placement.objects.on(as_of).values_list("unit_id", "path")
    )
    return [Asked(u.pk, places.get(u.pk, u.path), u.is_outlet) for u in listed]


def _together(
    figures: Sequence[Figure], times: tuple[date, date | None], is_narrowed: bool
) -> dict[tuple[Source, When], list[Figure]]:
    """Figures by source and time: those that one query answers.

    A figure that other records keep the sum of is read from these, except where it is narrowed.
    """
    found: dict[tuple[Source, When], list[Figure]] = defaultdict(list)
    for figure in figures:
        read = figure.kept if figure.kept and not is_narrowed else figure
        found[read.source, figure.when(*times)].append(read)
    return found


def _answered(
    figures: Sequence[Figure],
    asked: Sequence[Asked],
    as_of: date,
    since: date | None,
    only: Mapping[str, Any] = ALL,
) -> dict[tuple[str, int], Value]:
    found: dict[tuple[str, int], Value] = {}
    for (source, when), of_it in _together(figures, (as_of, since), bool(only)).items():
        wanted = _Rows(source, when, only)
        rows, rest = _at_once(wanted, of_it, asked)
        for group in _groups(source, rest):
            rows |= {row[_GROUP]: row for row in _grouped(wanted, of_it, group)}
        for one in asked:
            row = rows.get(_key(source, one), {})
            for number, figure in enumerate(of_it):
                found[figure.key, one.unit_id] = _value(figure, row, number)
    return found


def _at_once(
    wanted: _Rows, figures: Sequence[Figure], asked: Sequence[Asked]
) -> tuple[dict[Any, Mapping[str, Any]], Sequence[Asked]]:
    """Rows of units that one query answers for, whatever their levels; and the units left."""
    source, when = wanted.source, wanted.when
    by_key = [one for one in asked if _is_by_unit(source, one)]
    by_path = [one for one in asked if not _is_by_unit(source, one)]
    few = by_key if len(by_key) <= FEW else []
    asking = Asking(
        frozenset(one.unit_id for one in by_key) if not few else frozenset(),
        tuple(one.path for one in by_path),
        source.is_ordered and when.is_long,
    )
    levels = len({len(path) for path in asking.paths}) + bool(asking.keys)
    many = len(asking.keys) + len(asking.paths) > 1
    if not many or (levels < 2 and not asking.by_unit):
        return {}, asked
    rows = wanted.read()
    parts = in_parts(_all_aggregates(figures, when), rows.model)
    if parts is None:
        return {}, asked
    if not asking.keys and not asking.by_unit:
        rows = rows.filter(**_spanning(source, asking.paths))
    rows = rows.filter(_any_of(figures, when))
    return dict(folded(rows, source, parts, asking)), few


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of a source are grouped, and by what beside their place."""

    source: Source
    when: When
    only: Mapping[str, Any]
    by: str = ""

    def read(self) -> QuerySet[Any]:
        rows = self.source.rows(self.when).order_by()
        for number, (name, wanted) in enumerate(self.only.items()):
            rows = rows.alias(**{f"only{number}": self.source.split(name)})
            rows = rows.filter(**{f"only{number}": wanted})
        return rows


def _grouped(
    wanted: _Rows, figures: Sequence[Figure], group: Sequence[Asked]
) -> Iterable[Mapping[str, Any]]:
    source, rows = wanted.source, wanted.read()
    if _is_by_unit(source, group[0]):
        place: Any = F(source.unit)
        if len(group) <= FEW:
            rows = rows.filter(**{f"{source.unit}__in": [one.unit_id for one in group]})
        else:  # a look-up for each costs more than passing the others by
            place = unindexed(source.unit)
    else:
        paths = [one.path for one in group]
        rows = rows.filter(**_spanning(source, paths))
        place = Substr(source.path, 1, len(paths[0]))
    aggregates = _all_aggregates(figures, wanted.when)
    rows = rows.filter(_any_of(figures, wanted.when))
    if len(group) == 1 and not wanted.by:  # nothing to sort by: a third of the time
        return [{_GROUP: _key(source, group[0])} | rows.aggregate(**aggregates)]
    parts = {_GROUP: place} | ({_PART: source.split(wanted.by)} if wanted.by else {})
    found: Iterable[Mapping[str, Any]]
    found = rows.annotate(**parts).values(*parts).annotate(**aggregates)
    return found


def _spanning(source: Source, paths: Sequence[str]) -> dict[str, str]:
    """One range that holds them all; what lies between two of them falls out by its group."""
    return {f"{source.path}__gte": min(paths), f"{source.path}__lt": max(map(end_of, paths))}


def _all_aggregates(figures: Sequence[Figure], when: When) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, figure in enumerate(figures):
        found |= _aggregates(figure, number, when)
    return found


def _any_of(figures: Sequence[Figure], when: When) -> Q:
    """Rows that at least one of the figures is about, so that an index finds them."""
    found = Q()
    for figure in figures:
        condition = figure.condition(when)
        if not condition:
            return Q()
        found |= condition
    return found


def _aggregates(figure: Figure, number: int, when: When) -> dict[str, Any]:
    """What the query computes for one figure: its rows and its value, or the two parts of it."""
    condition = figure.condition(when)
    distinct = figure.counts != "pk"
    found: dict[str, Any] = {f"n{number}": _filtered(figure.records_of, condition)}
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
