"""Drawing a sample that anyone can draw again: by the hash of a seed and each id."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence


def sample_size(population: int, permille: int) -> int:
    """How many of a stratum are drawn: the share rounded up, so that no stratum goes unseen."""
    return -(-population * permille // 1000)


def draw(strata: Mapping[str, Iterable[str]], *, permille: int, seed: str) -> list[str]:
    """The ids drawn, stratum by stratum in the order of their names.

    Within a stratum ids are ordered by SHA-256 of seed and id, and the first ones are taken; so
    the same population, rate and seed give the same sample on any machine.
    """
    drawn: list[str] = []
    for name in sorted(strata):
        ids = sorted(set(strata[name]), key=lambda one: (_rank(seed, one), one))
        drawn += ids[: sample_size(len(ids), permille)]
    return drawn


def population_hash(ids: Iterable[str]) -> str:
    """SHA-256 of the ids in order, one a line."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def by_stratum(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Ids by stratum, from pairs of stratum and id."""
    strata: dict[str, list[str]] = defaultdict(list)
    for stratum, one in rows:
        strata[stratum].append(one)
    return dict(strata)


def _rank(seed: str, one: str) -> str:
    return hashlib.sha256(f"{seed}\n{one}".encode()).hexdigest()
