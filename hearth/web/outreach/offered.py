"""How many outlets offer what, asked of the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hearth.figures.engine import joined, split, values
from hearth.network.models import Unit
from hearth.outreach.models import FeatureKind, SpecialityKind

OFFERING, SPECIALISED, STATIONS = "features.outlets", "specialities.outlets", "stations.outlets"
UNPROVEN, OUTLETS = "features.unproven", "outlets"


@dataclass(frozen=True, slots=True)
class Provision:
    """One kind of service and how many outlets offer it."""

    kind: FeatureKind | SpecialityKind
    outlets: int


def features_on(day: date, heads: Sequence[Unit]) -> list[Provision]:
    """Every special service with the outlets that offer it at the end of ``day``."""
    return _by_kind(FeatureKind.objects.all(), OFFERING, heads, day, "feature")


def specialities_on(day: date, heads: Sequence[Unit]) -> list[Provision]:
    """Every speciality with its outlets at the end of ``day``."""
    return _by_kind(SpecialityKind.objects.all(), SPECIALISED, heads, day, "speciality")


def _by_kind(
    kinds: Iterable[Any], key: str, heads: Sequence[Unit], day: date, by: str
) -> list[Provision]:
    found = split((key,), heads, (day, None), by)
    parts = [found[key, head.pk] for head in heads]
    return [
        Provision(kind, int(joined(p[kind.pk] for p in parts if kind.pk in p).number or 0))
        for kind in kinds
    ]


def counted(keys: Sequence[str], day: date, heads: Sequence[Unit]) -> dict[str, int]:
    """Counts at the end of ``day``, of units none of which lies below another."""
    found = values(keys, heads, day)
    return {key: int(joined(found[key, head.pk] for head in heads).number or 0) for key in keys}
