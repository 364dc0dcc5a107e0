"""Chance that repeats: streams of numbers that follow from words alone.

Only ``Random(int).random()`` is used, whose sequence Python promises to keep, and only sums and
products of what it gives, which every machine rounds alike. A stream is named by what it is for,
so that one more check at one outlet changes nothing anywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")

SEED = "hearth"


class Chance:
    """One stream of chance, named by ``key``: equal keys give equal streams."""

    def __init__(self, *key: object) -> None:
        digest = sha256("\x1f".join(map(str, key)).encode()).digest()
        # S311: figures for a demonstration, no secret hangs on them
        self.random = Random(int.from_bytes(digest[:8], "big")).random  # noqa: S311

    def below(self, count: int) -> int:
        """A whole number from 0 up to ``count``, not included."""
        return int(self.random() * count)

    def pick(self, options: Sequence[T]) -> T:
        """One of ``options``, each as likely as the others."""
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of ``options``, as likely as its weight says; weights need not sum to 1."""
        sums = list(accumulate(weights))
        goal = self.random() * sums[-1]
        return next(option for option, upto in zip(options, sums, strict=True) if goal < upto)

    def bell(self) -> float:
        """A number around 0 with standard deviation 1, never beyond 3 (a sum of nine uniforms)."""
        return (sum(self.random() for _ in range(9)) - 4.5) * 1.1547005

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """``options`` in a random order."""
        keyed = [(self.random(), place) for place in range(len(options))]
        return [options[place] for _, place in sorted(keyed)]


def apportion(total: int, weights: Sequence[float], *, least: int = 0) -> list[int]:
    """``total`` divided by ``weights`` into whole numbers that sum to it (largest remainders).

    Raises:
        ValueError: ``least`` for everyone is more than ``total``.
    """
    rest = total - least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} cannot give {least} to each of {len(weights)}")
    whole = sum(weights)
    exact = [rest * weight / whole for weight in weights]
    given = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda n: (given[n] - exact[n], n))
    for place in by_remainder[: rest - sum(given)]:
        given[place] += 1
    return [least + share for share in given]
