"""The campaign's numbers, asked of the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hearth.figures.engine import joined, split, values
from hearth.figures.registry import Value
from hearth.network.models import Unit
from hearth.premises.queries.campaign import Span, area_of

CLEANED, REPAIRED, REPLACED = "signs.cleaned_share", "signs.repaired", "signs.replaced"
KEYS = (CLEANED, REPAIRED, REPLACED)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done in some part of the network.

    Attributes:
        cleaned: signs that hang at the end of the span and were cleaned in it.
        signs: all that hang.
        repaired: repairs done.
        replaced: replacements done.
    """

    cleaned: int
    signs: int
    repaired: int
    replaced: int

    @property
    def uncleaned(self) -> int:
        """Signs that hang and were not cleaned."""
        return self.signs - self.cleaned

    @property
    def share(self) -> float | None:
        """Cleaned of all, 0 to 1; None without signs."""
        return self.cleaned / self.signs if self.signs else None


def _tally(found: Mapping[str, Value]) -> Tally:
    share = found[CLEANED]
    works = (int(found[key].number or 0) for key in (REPAIRED, REPLACED))
    return Tally(share.part or 0, share.whole or 0, *works)


def tallies(units: Sequence[Unit], span: Span) -> dict[int, Tally]:
    """What was done at and below each unit, by its key; one query a source and level."""
    found = values(KEYS, units, span.day, span.since)
    return {unit.pk: _tally({key: found[key, unit.pk] for key in KEYS}) for unit in units}


def by_area(unit: Unit, span: Span) -> dict[str, Tally]:
    """The same by prefecture in which the signs' units lie, in the order of their codes.

    What lies in none is left out. One query a source, and one for the places.
    """
    found = split(KEYS, [unit], (span.day, span.since), "unit")
    ids = {pk for key in KEYS for pk in found[key, unit.pk]}
    areas: dict[str, list[int]] = defaultdict(list)
    for pk, area in _areas(ids):
        areas[area].append(pk)
    return {
        area: _tally(
            {
                key: joined(found[key, unit.pk][pk] for pk in inside if pk in found[key, unit.pk])
                for key in KEYS
            }
        )
        for area, inside in sorted(areas.items())
        if area
    }


def _areas(ids: set[int]) -> Iterable[tuple[int, str]]:
    """Units with the prefecture in which each lies."""
    rows = Unit.objects.values_list("pk", "city", "longitude", "latitude")
    return [(pk, area_of(*place)) for pk, *place in rows if pk in ids]
