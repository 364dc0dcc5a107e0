"""From the inspections of an outlet in a period to one score (docs: scoring.md, SC-06 to SC-08).

Everything is exact until the composite is rounded half up to 0.01, once. Only standard errors
are floats, because they are square roots.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Self

from hearth.kernel.problems import BadValue, Problem
from hearth.kernel.rounding import centi_text, div_half_up

Reason = Literal[
    "",
    "closed",
    "no_inspections",
    "channels_without_weight",
    "coverage_below_minimum",
]

FULL_WEIGHT = 100
HIGHEST_CENTI = 10_000
FEWEST_REPLICATES = 10


class ChannelSum(NamedTuple):
    """The released, ranked inspections of one outlet in one channel and period (SC-06).

    Attributes:
        n: how many; at least 1.
        total: sum of their scores in hundredths.
        squares: sum of the squares of the same; with the others it gives their variance.
    """

    n: int
    total: int
    squares: int

    @classmethod
    def of(cls, scores_centi: Iterable[int]) -> Self:
        """Sum up single scores."""
        scores = list(scores_centi)
        return cls(len(scores), sum(scores), sum(score * score for score in scores))

    @property
    def mean(self) -> Fraction:
        """The channel score in hundredths, exactly."""
        return Fraction(self.total, self.n)

    @property
    def score_centi(self) -> int:
        """The channel score rounded half up, for display."""
        return div_half_up(self.total, self.n)


def pooled_variances(
    outlets: Iterable[Mapping[str, ChannelSum]],
) -> dict[str, Fraction | None]:
    """How much single inspections of one outlet differ, by channel, in hundredths squared.

    The spread of repeated inspections around their outlet's mean, pooled over all outlets. A
    channel with fewer than ten inspections beyond the first at their outlet (a quarterly one has
    none) borrows the variance pooled over all channels. None: nothing was inspected twice in
    any channel, so that nothing is known.
    """
    spread: dict[str, _Spread] = {}
    for channels in outlets:
        for channel, sums in channels.items():
            spread.setdefault(channel, _Spread()).add(sums)
    everything = _Spread.joined(spread.values())
    return {
        channel: own.variance if own.freedom >= FEWEST_REPLICATES else everything.variance
        for channel, own in sorted(spread.items())
    }


@dataclass(slots=True)
class _Spread:
    """Squares within outlets; totals are kept by n, so that few fractions have to be added."""

    freedom: int = 0
    squares: int = 0
    totals_squared: dict[int, int] = field(default_factory=dict)

    def add(self, sums: ChannelSum) -> None:
        if sums.n > 1:
            self.freedom += sums.n - 1
            self.squares += sums.squares
            known = self.totals_squared.get(sums.n, 0)
            self.totals_squared[sums.n] = known + sums.total * sums.total

    @classmethod
    def joined(cls, parts: Iterable[_Spread]) -> _Spread:
        whole = cls()
        for part in parts:
            whole.freedom += part.freedom
            whole.squares += part.squares
            for n, squared in part.totals_squared.items():
                whole.totals_squared[n] = whole.totals_squared.get(n, 0) + squared
        return whole

    @property
    def variance(self) -> Fraction | None:
        if not self.freedom:
            return None
        parts = (Fraction(squared, n) for n, squared in self.totals_squared.items())
        explained = sum(parts, Fraction(0))
        return (self.squares - explained) / self.freedom


@dataclass(frozen=True, slots=True)
class ScoringPolicy:
    """How channels become one score (SC-07, SC-08).

    Attributes:
        weights: weight of each channel, summing to 100; whole numbers, or exact fractions where
            ``equal_weights`` made them.
        minimum_coverage_percent: below this share of the weight observed, no rank.
        bonus_cap_centi: most that bonuses add together, in hundredths.
        veto_cap_centi: most that an outlet with a veto may score, in hundredths.
        pass_centi: pass line in hundredths.
    """

    weights: Mapping[str, int | Fraction]
    minimum_coverage_percent: int = 60
    bonus_cap_centi: int = 300
    veto_cap_centi: int = 6_000
    pass_centi: int = 8_500


def equal_weights(channels: Iterable[str]) -> dict[str, Fraction]:
    """The default while no policy is approved: every channel observed weighs the same.

    ``channels`` are those with a released inspection anywhere in the period; none, no weights.
    """
    names = sorted(set(channels))
    return {name: Fraction(FULL_WEIGHT, len(names)) for name in names}


def check_policy(policy: ScoringPolicy) -> list[Problem]:
    """Why a policy must be refused; empty when it may be used (SC-07).

    Codes: ``weights_missing``, ``weight_out_of_range`` (``where``: channel, outside 0 to 100),
    ``weights_sum`` (``sum``), ``percent_out_of_range``, ``points_out_of_range`` (``field``).
    """
    problems = []
    if not policy.weights:
        problems.append(Problem("weights_missing", field="weights"))
    for channel, weight in sorted(policy.weights.items()):
        if not 0 <= weight <= FULL_WEIGHT:
            facts = {"weight": str(weight)}
            problems.append(Problem("weight_out_of_range", channel, facts, "weights"))
    total = sum(policy.weights.values())
    if policy.weights and total != FULL_WEIGHT:
        problems.append(Problem("weights_sum", "", {"sum": str(total)}, "weights"))
    if not 0 <= policy.minimum_coverage_percent <= 100:
        problems.append(Problem("percent_out_of_range", field="minimum_coverage_percent"))
    for name in ("bonus_cap_centi", "veto_cap_centi", "pass_centi"):
        if not 0 <= getattr(policy, name) <= HIGHEST_CENTI:
            problems.append(Problem("points_out_of_range", field=name))
    return problems


class Adjustment(NamedTuple):
    """One decided bonus, deduction or veto (SC-08).

    Attributes:
        kind: 'bonus', 'deduction' or 'veto'.
        points_centi: hundredths, not negative; a veto has none.
        reference: where its record is found, for the trace.
    """

    kind: str
    points_centi: int = 0
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPart:
    """What one observed channel brings to the composite; weight 0 brings nothing."""

    channel: str
    sums: ChannelSum
    weight: int | Fraction


@dataclass(frozen=True, slots=True)
class Composite:
    """One outlet's score in one period, with all that led to it.

    Attributes:
        score_centi: hundredths, 0 to 10000, rounded half up once; None when no channel with
            weight was observed. An outlet below the minimum coverage has a score but no rank.
        reason: why it is not ranked; '' when it is.
        parts: observed channels by name.
        weight_observed: sum of their weights, of 100.
        weighted: the weighted mean in hundredths, exact and before adjustments.
        bonus_centi: what bonuses add, after their cap.
        bonus_uncapped_centi: what they would have added.
        deduction_centi: what deductions take.
        veto_cap_centi: the limit, where there is a veto; else None.
        adjustments: as decided, in the order given.
        standard_error: of the weighted mean, in points: how far it may be off because outlets
            are looked at now and then only; None when unknown.
    """

    score_centi: int | None
    reason: Reason
    parts: tuple[ChannelPart, ...]
    weight_observed: int | Fraction
    weighted: Fraction | None
    bonus_centi: int
    bonus_uncapped_centi: int
    deduction_centi: int
    veto_cap_centi: int | None
    adjustments: tuple[Adjustment, ...]
    standard_error: float | None

    @property
    def is_ranked(self) -> bool:
        """True when nothing stands against a rank."""
        return not self.reason

    @property
    def inspections(self) -> int:
        """How many released inspections were observed, of channels without weight too."""
        return sum(part.sums.n for part in self.parts)

    def trace(self) -> dict[str, Any]:
        """Every step as plain data, numbers exact or as text to 0.01, for storing and showing."""
        return {
            "channels": [
                {
                    "channel": part.channel,
                    "inspections": part.sums.n,
                    "total_centi": part.sums.total,
                    "score": centi_text(part.sums.score_centi),
                    "weight": str(part.weight),
                }
                for part in self.parts
            ],
            "weight_observed": str(self.weight_observed),
            "weighted": None if self.weighted is None else centi_text(_half_up(self.weighted)),
            "weighted_exact_centi": None if self.weighted is None else str(self.weighted),
            "bonus": centi_text(self.bonus_centi),
            "bonus_uncapped": centi_text(self.bonus_uncapped_centi),
            "deduction": centi_text(self.deduction_centi),
            "veto_cap": None if self.veto_cap_centi is None else centi_text(self.veto_cap_centi),
            "adjustments": [list(adjustment) for adjustment in self.adjustments],
            "score": None if self.score_centi is None else centi_text(self.score_centi),
            "reason": self.reason,
        }


def composite(
    channels: Mapping[str, ChannelSum],
    policy: ScoringPolicy,
    adjustments: Sequence[Adjustment] = (),
    variances: Mapping[str, Fraction | None] | None = None,
    *,
    is_open: bool = True,
) -> Composite:
    """Score one outlet for one period.

    Args:
        channels: what was observed, by channel; channels without inspections are left out.
        policy: one that ``check_policy`` accepts.
        adjustments: decided ones of the period that were not withdrawn.
        variances: of single inspections by channel (``pooled_variances``); without them the
            standard error is unknown.
        is_open: False for an outlet that no longer exists at the period's end: it keeps its
            score and is not ranked.

    Raises:
        BadValue: ``adjustment_unknown`` (``kind``) or ``points_negative``.
    """
    parts = tuple(
        ChannelPart(channel, sums, policy.weights.get(channel, 0))
        for channel, sums in sorted(channels.items())
        if sums.n
    )
    observed = sum((part.weight for part in parts), 0)
    weighted = (
        sum((part.weight * part.sums.mean for part in parts), Fraction(0)) / observed
        if observed
        else None
    )
    bonus, deduction, has_veto = _sum_adjustments(adjustments)
    granted = min(bonus, policy.bonus_cap_centi)
    score = None
    if weighted is not None:
        score = min(max(_half_up(weighted - deduction + granted), 0), HIGHEST_CENTI)
        score = min(score, policy.veto_cap_centi) if has_veto else score
    return Composite(
        score_centi=score,
        reason=_reason(parts, observed, policy, is_open=is_open),
        parts=parts,
        weight_observed=observed,
        weighted=weighted,
        bonus_centi=granted,
        bonus_uncapped_centi=bonus,
        deduction_centi=deduction,
        veto_cap_centi=policy.veto_cap_centi if has_veto else None,
        adjustments=tuple(adjustments),
        standard_error=_standard_error(parts, observed, variances or {}),
    )


def _half_up(value: Fraction | int) -> int:
    return div_half_up(value.numerator, value.denominator)


def _sum_adjustments(adjustments: Iterable[Adjustment]) -> tuple[int, int, bool]:
    sums = {"bonus": 0, "deduction": 0, "veto": 0}
    has_veto = False
    for adjustment in adjustments:
        if adjustment.kind not in sums:
            raise BadValue("adjustment_unknown", kind=adjustment.kind)
        if adjustment.points_centi < 0:
            raise BadValue("points_negative", points_centi=adjustment.points_centi)
        sums[adjustment.kind] += adjustment.points_centi
        has_veto = has_veto or adjustment.kind == "veto"
    return sums["bonus"], sums["deduction"], has_veto


def _reason(
    parts: Sequence[ChannelPart],
    observed: int | Fraction,
    policy: ScoringPolicy,
    *,
    is_open: bool,
) -> Reason:
    if not is_open:
        return "closed"
    if not parts:
        return "no_inspections"
    if not observed:
        return "channels_without_weight"
    if observed * 100 < policy.minimum_coverage_percent * FULL_WEIGHT:
        return "coverage_below_minimum"
    return ""


def _standard_error(
    parts: Sequence[ChannelPart],
    observed: int | Fraction,
    variances: Mapping[str, Fraction | None],
) -> float | None:
    """Square root of sum w² s² / n over sum w, in points."""
    squares = []
    for part in parts:
        if not part.weight:
            continue
        variance = variances.get(part.channel)
        if variance is None:
            return None
        squares.append(float(part.weight) ** 2 * float(variance) / part.sums.n)
    return math.sqrt(math.fsum(squares)) / float(observed) / 100 if observed else None
