"""From composites to ranks, with what may be read into them (docs: scoring.md, SC-09 to SC-11).

What is assumed. The true score of unit i is one draw from a normal distribution around the mean
of all units; the score measured is that true score plus a normal error whose size is the unit's
standard error, independent of the others. Standard errors are taken as known, and so are the mean
and the spread between units, which are estimated from the same scores (DerSimonian and Laird). So
the intervals answer "how far would ranks move if the same units were inspected again as often",
not "who will lead next quarter", and they are a little too narrow where only few units are ranked.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from hearth.kernel.rounding import div_half_up
from hearth.kernel.stats import Z_95, random_effects, ranks, shrink

Group = Literal["above", "middle", "below"]

SEED = 20_210_615
MOST_DRAWS, FEWEST_DRAWS, MOST_CELLS = 10_000, 1_000, 10_000_000
COMMON_PERCENT = 80  # of the larger population, ranked both times, for a movement to mean much
TAIL = 0.025
ROUNDING_VARIANCE = 0.01**2 / 12  # points²: no score is known better than it is written
DECIMALS = 6  # of reported floats, so that the last bit of one processor does not show
_CHUNK_CELLS = 500_000  # drawn at a time: a few megabytes that stay in the cache


class OutletScore(NamedTuple):
    """One outlet that exists at the period's end, as its unit sees it.

    ``score_centi`` is as published, in hundredths; ``standard_error`` in points, None unknown.
    """

    score_centi: int | None
    is_ranked: bool
    standard_error: float | None = None


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit above outlets in one period (SC-09).

    Attributes:
        score_centi: mean of the published scores of its ranked outlets, rounded half up once;
            None when none is ranked.
        outlets: how many exist.
        ranked: how many of them are ranked.
        below_pass: how many ranked ones scored less than the pass line.
        below_share: ``below_pass`` of ``ranked``, 0 to 1; None when none is ranked.
        coverage_share: ``ranked`` of ``outlets``, 0 to 1; None when there are none.
        standard_error: of the mean, in points, from the standard errors of its outlets; an
            unknown one counts like the unit's largest. None when all are unknown.
    """

    score_centi: int | None
    outlets: int
    ranked: int
    below_pass: int
    below_share: Fraction | None
    coverage_share: Fraction | None
    standard_error: float | None


def unit_score(outlets: Iterable[OutletScore], pass_centi: int) -> UnitScore:
    """Score a unit from the outlets that exist below it (SC-09)."""
    all_outlets = list(outlets)
    ranked = [
        (outlet.score_centi, outlet.standard_error)
        for outlet in all_outlets
        if outlet.is_ranked and outlet.score_centi is not None
    ]
    scores = [score for score, _ in ranked]
    below = sum(score < pass_centi for score in scores)
    return UnitScore(
        score_centi=div_half_up(sum(scores), len(scores)) if scores else None,
        outlets=len(all_outlets),
        ranked=len(scores),
        below_pass=below,
        below_share=Fraction(below, len(scores)) if scores else None,
        coverage_share=Fraction(len(scores), len(all_outlets)) if all_outlets else None,
        standard_error=_error_of_mean([error for _, error in ranked]),
    )


def _error_of_mean(errors: Sequence[float | None]) -> float | None:
    known = [error for error in errors if error is not None]
    if not known:
        return None
    worst = max(known)
    squares = math.fsum((worst if error is None else error) ** 2 for error in errors)
    return math.sqrt(squares) / len(errors)


def are_comparable(
    previous: Collection[str], current: Collection[str], common_percent: int = COMMON_PERCENT
) -> bool:
    """Whether two populations are alike enough for their ranks to be compared (SC-10).

    Those ranked both times must make up at least ``common_percent`` of the larger population.
    """
    larger = max(len(previous), len(current))
    common = len(set(previous) & set(current))
    return larger > 0 and common * 100 >= larger * common_percent


def movements(
    previous: Mapping[str, int], current: Mapping[str, int], common_percent: int = COMMON_PERCENT
) -> dict[str, int]:
    """Places gained (positive) or lost by each unit ranked both times (SC-10).

    Args:
        previous: rank by code in the period before.
        current: rank by code now.
        common_percent: see ``are_comparable``.

    Returns:
        Previous rank minus rank, by code; empty when the populations are not comparable.
    """
    if not are_comparable(previous, current, common_percent):
        return {}
    return {code: previous[code] - now for code, now in current.items() if code in previous}


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit that takes part in a ranking.

    Attributes:
        code: unique; also the order in which random numbers are dealt.
        score_centi: hundredths.
        standard_error: points, 0 or more; None when unknown.
    """

    code: str
    score_centi: int
    standard_error: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit's place; floats are points.

    Attributes:
        code: of the unit.
        score_centi: as given.
        rank: 1 is best; equal scores share the better rank (SC-10).
        low_rank: best rank that is still likely (95 %), at most ``rank``.
        high_rank: worst rank that is still likely, at least ``rank``.
        group: ``above`` or ``below`` when the 95 % interval of the true score excludes the mean
            of all units, else ``middle``.
        shrunk: most likely true score: the score drawn towards the mean, the further the less
            certain it is.
        shrunk_low: lower end of its 95 % interval.
        shrunk_high: upper end.
        expected_rank: mean rank over the draws; near the middle when little is known.
    """

    code: str
    score_centi: int
    rank: int
    low_rank: int
    high_rank: int
    group: Group
    shrunk: float
    shrunk_low: float
    shrunk_high: float
    expected_rank: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """All units of one level, best first, and what holds for them together.

    Attributes:
        units: by rank, equal ranks by code.
        mean: centre of the true scores in points; None when nothing is ranked.
        between: variance of true scores between units, points squared.
        rankability: share of the spread that is real, 0 to 1.
        draws: how many rankings were simulated; 0 when no standard error is known at all. Then
            every unit may have any rank and is in the middle.
        seed: of the random numbers.
    """

    units: tuple[Ranked, ...]
    mean: float | None
    between: float
    rankability: float
    draws: int
    seed: int


def rank(entries: Iterable[Entry], seed: int = SEED) -> Ranking:
    """Rank units by score and simulate how far each rank can be trusted (SC-10, SC-11).

    The result depends on the entries and the seed alone, not on their order: units are dealt
    random numbers in the order of their codes, from a generator whose stream is frozen. A unit
    without standard error takes the largest known one. 10,000 draws for up to 1,000 units, fewer
    beyond, never below 1,000.
    """
    units = sorted(entries, key=lambda entry: entry.code)
    places = [int(place) for place in ranks([entry.score_centi for entry in units])]
    known = [entry.standard_error for entry in units if entry.standard_error is not None]
    if not known:
        return _without_errors(units, places, seed)
    worst = max(known)
    errors = [worst if e.standard_error is None else e.standard_error for e in units]
    variances = [max(error * error, ROUNDING_VARIANCE) for error in errors]
    scores = [entry.score_centi / 100 for entry in units]
    model = random_effects(scores, variances)
    posterior = [
        shrink(score, variance, model.mean, model.between)
        for score, variance in zip(scores, variances, strict=True)
    ]
    centres = np.array([centre for centre, _ in posterior])
    spreads = np.sqrt([spread for _, spread in posterior])
    draws = max(FEWEST_DRAWS, min(MOST_DRAWS, MOST_CELLS // len(units)))
    low, high, expected = _simulate(centres, spreads, draws, seed)
    found = [
        Ranked(
            code=entry.code,
            score_centi=entry.score_centi,
            rank=place,
            low_rank=min(place, int(low[index])),
            high_rank=max(place, int(high[index])),
            group=_group(centres[index], spreads[index], model.mean),
            shrunk=_reported(centres[index]),
            shrunk_low=_reported(centres[index] - Z_95 * spreads[index]),
            shrunk_high=_reported(centres[index] + Z_95 * spreads[index]),
            expected_rank=_reported(expected[index]),
        )
        for index, (entry, place) in enumerate(zip(units, places, strict=True))
    ]
    return Ranking(
        units=_by_rank(found),
        mean=_reported(model.mean),
        between=_reported(model.between),
        rankability=_reported(model.rankability),
        draws=draws,
        seed=seed,
    )


def _without_errors(units: Sequence[Entry], places: Sequence[int], seed: int) -> Ranking:
    """Nothing was inspected twice, so that chance and merit cannot be told apart."""
    if not units:
        return Ranking((), None, 0.0, 0.0, 0, seed)
    mean = math.fsum(entry.score_centi for entry in units) / len(units) / 100
    middle = (len(units) + 1) / 2
    found = [
        Ranked(
            code=entry.code,
            score_centi=entry.score_centi,
            rank=place,
            low_rank=1,
            high_rank=len(units),
            group="middle",
            shrunk=_reported(mean),
            shrunk_low=_reported(mean),
            shrunk_high=_reported(mean),
            expected_rank=middle,
        )
        for entry, place in zip(units, places, strict=True)
    ]
    return Ranking(_by_rank(found), _reported(mean), 0.0, 0.0, 0, seed)


def _by_rank(found: Iterable[Ranked]) -> tuple[Ranked, ...]:
    return tuple(sorted(found, key=lambda unit: (unit.rank, unit.code)))


def _reported(value: float) -> float:
    return round(float(value), DECIMALS)


def _group(centre: float, spread: float, mean: float) -> Group:
    reach = Z_95 * spread
    if centre - reach > mean:
        return "above"
    return "below" if centre + reach < mean else "middle"


def _simulate(
    centres: npt.NDArray[np.float64], spreads: npt.NDArray[np.float64], draws: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Best and worst likely rank and mean rank of each unit over simulated rankings.

    Sorting whole numbers is several times as fast as sorting places by floats. So each draw is
    scaled to an integer, worst first to last bit, and carries its unit's place in the low bits.
    """
    count = len(centres)
    bits = count.bit_length()
    # Exact ties, as when no spread between units is left, are broken anew in every draw.
    spread = np.maximum(spreads, 1e-6)
    reach = float(np.max(np.abs(centres)) + 10 * np.max(spread))
    scale = 2.0 ** (61 - bits - math.frexp(reach)[1])
    generator = np.random.RandomState(seed)  # its stream is frozen for ever
    rank_type = np.uint16 if count < 2**16 else np.int32
    drawn_ranks = np.empty((count, draws), dtype=rank_type)
    own_rank = np.arange(1, count + 1, dtype=rank_type)
    rows = max(1, _CHUNK_CELLS // count)
    for start in range(0, draws, rows):
        size = min(rows, draws - start)
        drawn = generator.standard_normal((size, count))
        drawn *= -spread * scale
        drawn -= centres * scale
        keys = drawn.astype(np.int64)
        keys <<= bits
        keys |= np.arange(count)
        keys.sort(axis=1)
        keys &= (1 << bits) - 1
        drawn_ranks[keys, np.arange(start, start + size)[:, None]] = own_rank
    at = [math.floor(TAIL * draws), draws - 1 - math.floor(TAIL * draws)]
    expected = drawn_ranks.mean(axis=1, dtype=np.float64)
    drawn_ranks.partition(at, axis=1)
    return (
        drawn_ranks[:, at[0]].astype(np.int64),
        drawn_ranks[:, at[1]].astype(np.int64),
        expected,
    )
