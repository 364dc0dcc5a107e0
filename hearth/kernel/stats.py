"""Statistics that rankings, coverage and double scoring rest on; plain Python, no randomness.

Sums of floats use ``math.fsum``, which rounds once: the order of the input changes nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist, median
from typing import Literal

from hearth.kernel.problems import BadValue

Z_95 = NormalDist().inv_cdf(0.975)

Ties = Literal["best", "worst", "middle"]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]


def ranks(values: Sequence[float], ties: Ties = "best") -> list[float]:
    """Rank of each value, 1 for the highest (SC-10).

    Equal values share a rank: the ``best`` of their places (1, 2, 2, 4), the ``worst``
    (1, 3, 3, 4) or the ``middle`` (1, 2.5, 2.5, 4).
    """
    order = sorted(range(len(values)), key=values.__getitem__, reverse=True)
    found = [0.0] * len(values)
    above = 0
    for _, group in groupby(order, key=values.__getitem__):
        tied = list(group)
        best, worst = above + 1, above + len(tied)
        rank = {"best": best, "worst": worst, "middle": (best + worst) / 2}[ties]
        for index in tied:
            found[index] = rank
        above = worst
    return found


def weighted_mean(values: Iterable[float], weights: Iterable[float]) -> float:
    """Mean by non-negative weights.

    Raises:
        BadValue: ``no_weight`` when they sum to 0.
    """
    pairs = list(zip(values, weights, strict=True))
    total = math.fsum(weight for _, weight in pairs)
    if total <= 0:
        raise BadValue("no_weight")
    return math.fsum(value * weight for value, weight in pairs) / total


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """What several uncertain values say about where their true values lie.

    Attributes:
        mean: centre of the true values.
        between: variance of the true values around it (tau squared); 0 when sampling error
            alone explains the spread.
        q: Cochran's Q, the spread measured in sampling errors.
        rankability: share of the spread that is real, 0 to 1 (tau squared against the median
            sampling variance).
    """

    mean: float
    between: float
    q: float
    rankability: float


def random_effects(values: Sequence[float], variances: Sequence[float]) -> RandomEffects:
    """DerSimonian and Laird's estimate from values with known sampling variances.

    Args:
        values: at least one.
        variances: one each, above 0.

    Raises:
        BadValue: ``no_values`` or ``variance_not_positive``.
    """
    if not values:
        raise BadValue("no_values")
    if min(variances) <= 0:
        raise BadValue("variance_not_positive")
    weights = [1 / variance for variance in variances]
    total = math.fsum(weights)
    fixed = weighted_mean(values, weights)
    q = math.fsum(w * (value - fixed) ** 2 for value, w in zip(values, weights, strict=True))
    excess = q - (len(values) - 1)
    spread = total - math.fsum(w * w for w in weights) / total
    between = excess / spread if excess > 0 and spread > 0 else 0.0
    mean = weighted_mean(values, [1 / (between + variance) for variance in variances])
    return RandomEffects(mean, between, q, between / (between + median(variances)))


def shrink(value: float, variance: float, mean: float, between: float) -> tuple[float, float]:
    """Posterior mean and variance of a true value under empirical Bayes.

    The less certain the value, the further it is drawn towards ``mean``; with ``between`` 0 it
    is the mean, and nothing tells it apart.
    """
    kept = between / (between + variance)
    return mean + kept * (value - mean), kept * variance


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval for a share; (0, 1) when nothing was tried.

    Raises:
        BadValue: ``successes_out_of_range`` unless 0 <= successes <= trials.
    """
    if not 0 <= successes <= trials:
        raise BadValue("successes_out_of_range", successes=successes, trials=trials)
    if not trials:
        return 0.0, 1.0
    share, squared = successes / trials, z * z
    centre = share + squared / (2 * trials)
    reach = z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
    scale = 1 + squared / trials
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == trials else (centre + reach) / scale
    return low, high


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.05) -> list[bool]:
    """Which of many tests to believe, so that at most ``q`` of those believed are false alarms."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    believed = 0
    for place, index in enumerate(order, start=1):
        if p_values[index] * len(order) <= q * place:
            believed = place
    chosen = set(order[:believed])
    return [index in chosen for index in range(len(order))]


def cohen_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """Agreement of two raters beyond chance; ``table[i][j]`` counts first i, second j.

    None when nothing was rated, or when both raters gave one and the same verdict throughout.
    """
    rows: list[int] = [sum(row) for row in table]
    columns: list[int] = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    by_chance = sum(row * column for row, column in zip(rows, columns, strict=True))
    if by_chance == total * total:
        return None
    agreed = sum(table[index][index] for index in range(len(table)))
    return (agreed * total - by_chance) / (total * total - by_chance)


def fleiss_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """Agreement of equally many raters beyond chance; ``table[subject][category]`` counts them.

    None when nothing was rated, or when every rating is the same.

    Raises:
        BadValue: ``raters_differ`` unless every subject has the same number, two or more.
    """
    raters = {sum(row) for row in table}
    if not raters:
        return None
    if len(raters) > 1 or min(raters) < 2:
        raise BadValue("raters_differ")
    each, subjects = raters.pop(), len(table)
    shares = [sum(column) / (subjects * each) for column in zip(*table, strict=True)]
    by_chance = math.fsum(share * share for share in shares)
    if by_chance >= 1:
        return None
    pairs = subjects * each * (each - 1)
    agreed = sum(count * (count - 1) for row in table for count in row) / pairs
    return (agreed - by_chance) / (1 - by_chance)


def krippendorff_alpha(
    units: Iterable[Sequence[float | None]], scale: Scale = "nominal"
) -> float | None:
    """Agreement of any number of raters, with gaps; 1 is perfect, 0 what chance gives.

    Args:
        units: the ratings that each thing rated received; None where a rater gave none.
            A ratio scale takes no negative values.
        scale: how far apart two ratings are.

    Returns:
        None when no two ratings can be compared, or when all ratings are the same.
    """
    rated = [[rating for rating in unit if rating is not None] for unit in units]
    rated = [unit for unit in rated if len(unit) > 1]
    margins = Counter(rating for unit in rated for rating in unit)
    distance = _distance(scale, margins)
    total = sum(margins.values())
    expected = _disagreement(margins, distance)
    if not expected:
        return None
    observed = math.fsum(_disagreement(Counter(unit), distance) / (len(unit) - 1) for unit in rated)
    return 1 - (total - 1) * observed / expected


def _disagreement(counts: Counter[float], distance: Callable[[float, float], float]) -> float:
    """Distance summed over the ordered pairs of ratings."""
    return math.fsum(
        counts[one] * counts[other] * distance(one, other)
        for one in counts
        for other in counts
        if one != other
    )


def _distance(scale: Scale, margins: Counter[float]) -> Callable[[float, float], float]:
    if scale == "ordinal":
        below: dict[float, float] = {}
        passed = 0
        for rating in sorted(margins):
            below[rating] = passed + margins[rating] / 2
            passed += margins[rating]
        return lambda one, other: (below[one] - below[other]) ** 2
    distances: dict[Scale, Callable[[float, float], float]] = {
        "nominal": lambda one, other: 1.0,
        "interval": lambda one, other: (one - other) ** 2,
        "ratio": lambda one, other: ((one - other) / (one + other)) ** 2,
    }
    return distances[scale]
