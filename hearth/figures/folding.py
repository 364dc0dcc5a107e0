"""Units of several levels answered by one query: rows by unit and place, put together here.

What is counted of a province is what is counted of its parts. So the rows are grouped once, by the
lowest places asked for, and those of each unit are added up from few numbers; asking each level by
itself reads the same rows as often as there are levels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Max, Model, QuerySet, Sum
from django.db.models.functions import Substr

from hearth.figures.registry import Source
from hearth.platform.planner import unindexed

_UNIT, _PLACE = "asked_unit", "asked_place"
_OF = "_of"  # of how many a mean is, beside its sum


@dataclass(frozen=True, slots=True)
class Parts:
    """Aggregates of parts from which those of the whole follow exactly.

    Attributes:
        aggregates: counts, sums and largest values, by name.
        means: names of sums that are divided by the count beside them, once at the end.
    """

    aggregates: Mapping[str, Any]
    means: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asking:
    """Which units are answered for, and how their rows are told apart.

    Attributes:
        keys: of units that are asked by key.
        paths: of units that are asked by place.
        by_unit: the rows come grouped by unit and whole place, in the order of an index.
    """

    keys: frozenset[int]
    paths: tuple[str, ...]
    by_unit: bool

    def places(self, source: Source) -> dict[str, Any]:
        """The expressions to group by: as coarse as the units asked for allow."""
        if self.by_unit:
            return {_UNIT: F(source.unit), _PLACE: F(source.path)}
        found: dict[str, Any] = {}
        if self.keys:  # the order of an index by unit would make SQLite read its rows one by one
            found[_UNIT] = unindexed(source.unit)
        if self.paths:
            found[_PLACE] = Substr(source.path, 1, max(map(len, self.paths)))
        return found


def in_parts(aggregates: Mapping[str, Any], model: type[Model]) -> Parts | None:
    """The aggregates as parts add up to them; None where one does not follow from its parts.

    Different people of two outlets may be the same; fractions come out otherwise when they are
    added in another order. A mean of whole numbers is their sum, divided once.
    """
    found: dict[str, Any] = {}
    means = set()
    for name, one in aggregates.items():
        if one.distinct:
            return None
        if isinstance(one, Count | Max):
            found[name] = one
        elif isinstance(one, Sum | Avg) and _is_whole(one.source_expressions[0], model):
            (what,) = one.source_expressions[:1]
            found[name] = Sum(what, filter=one.filter)
            if isinstance(one, Avg):
                found[name + _OF] = Count(what, filter=one.filter)
                means.add(name)
        else:
            return None
    return Parts(found, frozenset(means))


def _is_whole(what: Any, model: type[Model]) -> bool:
    """Whether it is a column of whole numbers of the rows themselves."""
    columns = {one.name: one for one in model._meta.concrete_fields}
    return isinstance(what, F) and isinstance(columns.get(getattr(what, "name", "")), IntegerField)


def folded(
    rows: QuerySet[Any], source: Source, parts: Parts, asking: Asking
) -> dict[int | str, dict[str, Any]]:
    """The aggregates of every unit that has rows, by its key or path; one query."""
    places = asking.places(source)
    names = list(parts.aggregates)
    grouped = rows.annotate(**places).values(*places).annotate(**parts.aggregates)
    read = grouped.values_list(*places, *names)
    found = {}
    for whose, of_it in _sorted_in(read, list(places), asking).items():
        columns = list(zip(*of_it, strict=True))[len(places) :]
        row = [one for (one,) in columns] if len(of_it) == 1 else _added(parts, columns)
        found[whose] = _divided(parts, dict(zip(names, row, strict=True)))
    return found


def _sorted_in(
    rows: Iterable[Sequence[Any]], places: Sequence[str], asking: Asking
) -> dict[int | str, list[Sequence[Any]]]:
    """Groups of rows by the units that they belong to."""
    found: dict[int | str, list[Sequence[Any]]] = defaultdict(list)
    above: dict[str, list[str]] = {}
    unit = places.index(_UNIT) if asking.keys else None
    place = places.index(_PLACE) if asking.paths else None
    for row in rows:
        if unit is not None and row[unit] in asking.keys:
            found[row[unit]].append(row)
        if place is None:
            continue
        lies = row[place]
        if lies not in above:
            above[lies] = [path for path in asking.paths if lies.startswith(path)]
        for path in above[lies]:
            found[path].append(row)
    return found


def _added(parts: Parts, columns: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """Every aggregate of the whole from those of its parts."""
    for aggregate, column in zip(parts.aggregates.values(), columns, strict=True):
        known = [value for value in column if value is not None]
        largest = isinstance(aggregate, Max)
        yield (max if largest else sum)(known) if known else None


def _divided(parts: Parts, row: dict[str, Any]) -> dict[str, Any]:
    for name in parts.means:
        count = row[name + _OF]
        row[name] = row[name] / count if count else None
    return row
