"""One period computed from its records: pure arithmetic over rows that were read beforehand.

``scoring.queries.read_period`` reads; ``compute`` works; ``services.closing`` stores. Same records,
same policy, same editions: the same bytes, whatever the database or the order of rows (SC-12).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hearth.kernel.rounding import div_half_up
from hearth.scoring.domain.composite import (
    Adjustment,
    ChannelSum,
    Composite,
    ScoringPolicy,
    composite,
    pooled_variances,
)
from hearth.scoring.domain.ranking import (
    Entry,
    OutletScore,
    Ranking,
    movements,
    rank,
    unit_score,
)

LEVELS = ("outlet", "subbranch", "branch", "province")
SEGMENT = 4
ERROR_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class PlacedUnit:
    """A unit as it stood at the end of the period's last day."""

    pk: int
    code: str
    name: str
    level: str
    path: str
    parent_code: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class PeriodRecords:
    """Everything that one period is computed from."""

    units: tuple[PlacedUnit, ...]
    sums: Mapping[int, Mapping[str, ChannelSum]]  # unit pk -> channel -> sums
    modules: Mapping[int, Mapping[str, tuple[int, int]]]  # unit pk -> module -> earned, possible
    adjustments: Mapping[int, tuple[Adjustment, ...]]
    inspections: int
    records_hash: str
    editions_hash: str
    previous: Mapping[
        str, tuple[int | None, int | None]
    ]  # code -> rank, score of the period before
    previous_levels: Mapping[str, str]  # code -> level, of the same units


@dataclass(slots=True)
class UnitResult:
    """What the period found for one unit; columns of ``scoring.models.Result``."""

    unit_id: int
    level: str
    path: str
    parent_code: str
    code: str
    name: str
    score_centi: int | None = None
    is_ranked: bool = False
    reason: str = ""
    inspections: int = 0
    outlets: int = 0
    outlets_ranked: int = 0
    outlets_below_pass: int = 0
    channels: dict[str, Any] = field(default_factory=dict)
    modules: dict[str, Any] = field(default_factory=dict)
    trace: dict[str, Any] = field(default_factory=dict)
    standard_error: float | None = None
    shrunk: float | None = None
    shrunk_low: float | None = None
    shrunk_high: float | None = None
    rank: int | None = None
    ranked_of: int | None = None
    low_rank: int | None = None
    high_rank: int | None = None
    group: str = ""
    previous_rank: int | None = None
    previous_score_centi: int | None = None
    movement: int | None = None


RESULT_COLUMNS = tuple(column.name for column in fields(UnitResult))


@dataclass(frozen=True, slots=True)
class Computation:
    """A computed period: results by level and code, and what holds for all."""

    results: tuple[UnitResult, ...]
    summary: dict[str, Any]
    result_hash: str


def compute(records: PeriodRecords, policy: ScoringPolicy) -> Computation:
    """Scores, ranks with intervals, and movements of every unit (SC-06 to SC-11)."""
    outlets = [unit for unit in records.units if unit.level == "outlet"]
    variances = pooled_variances(records.sums.get(unit.pk, {}) for unit in outlets)
    results: list[UnitResult] = []
    scores: dict[str, OutletScore] = {}
    for unit in outlets:
        found = composite(
            records.sums.get(unit.pk, {}),
            policy,
            records.adjustments.get(unit.pk, ()),
            variances,
            is_open=unit.is_open,
        )
        if unit.is_open or found.inspections:
            results.append(_outlet_result(unit, found, records.modules.get(unit.pk, {}), policy))
        if unit.is_open:
            scores[unit.path] = OutletScore(
                found.score_centi, found.is_ranked, found.standard_error
            )
    results += _upper_results(records, scores, results, policy)
    rankings = {level: _rank_level(level, results) for level in LEVELS}
    _move(results, records)
    results.sort(key=lambda row: (LEVELS.index(row.level), row.code))
    summary = _summary(records, results, rankings, variances)
    return Computation(tuple(results), summary, _hash(results, summary))


def _rounded(error: float | None) -> float | None:
    return None if error is None else round(error, ERROR_DECIMALS)


def _outlet_result(
    unit: PlacedUnit,
    found: Composite,
    modules: Mapping[str, tuple[int, int]],
    policy: ScoringPolicy,
) -> UnitResult:
    score = found.score_centi
    return UnitResult(
        unit.pk,
        unit.level,
        unit.path,
        unit.parent_code,
        unit.code,
        unit.name,
        score_centi=score,
        is_ranked=found.is_ranked and score is not None,
        reason=found.reason,
        inspections=found.inspections,
        outlets=1 if unit.is_open else 0,
        outlets_ranked=1 if found.is_ranked else 0,
        outlets_below_pass=int(found.is_ranked and score is not None and score < policy.pass_centi),
        channels={
            part.channel: {"n": part.sums.n, "score_centi": part.sums.score_centi}
            for part in found.parts
        },
        modules=_module_scores(modules),
        trace=found.trace(),
        standard_error=_rounded(found.standard_error),
    )


def _module_scores(modules: Mapping[str, tuple[int, int]]) -> dict[str, list[int | None]]:
    return {
        code: [earned, possible, div_half_up(10_000 * earned, possible) if possible else None]
        for code, (earned, possible) in sorted(modules.items())
    }


def _upper_results(
    records: PeriodRecords,
    scores: Mapping[str, OutletScore],
    outlets: Iterable[UnitResult],
    policy: ScoringPolicy,
) -> list[UnitResult]:
    """Results of units above outlets; each outlet is counted once into every ancestor."""
    below: dict[str, list[OutletScore]] = defaultdict(list)
    for path, score in scores.items():
        for ancestor in _above(path):
            below[ancestor].append(score)
    sums: dict[str, _Sums] = defaultdict(_Sums)
    for row in outlets:
        for ancestor in _above(row.path):
            sums[ancestor].add(row)
    found = []
    for unit in records.units:
        if unit.level == "outlet" or not (unit.is_open or sums[unit.path].inspections):
            continue
        mean = unit_score(below[unit.path], policy.pass_centi)
        total = sums[unit.path]
        ranked = unit.is_open and mean.score_centi is not None
        found.append(
            UnitResult(
                unit.pk,
                unit.level,
                unit.path,
                unit.parent_code,
                unit.code,
                unit.name,
                score_centi=mean.score_centi,
                is_ranked=ranked,
                reason="" if ranked else ("no_ranked_outlets" if unit.is_open else "closed"),
                inspections=total.inspections,
                outlets=mean.outlets,
                outlets_ranked=mean.ranked,
                outlets_below_pass=mean.below_pass,
                channels=total.channel_scores(),
                modules=_module_scores(total.modules),
                trace={
                    "outlets": mean.outlets,
                    "ranked": mean.ranked,
                    "sum_centi": total.sum_centi,
                    "below_pass": mean.below_pass,
                },
                standard_error=_rounded(mean.standard_error),
            )
        )
    return found


def _above(path: str) -> list[str]:
    return [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]


@dataclass(slots=True)
class _Sums:
    """What the outlets below one unit add up to."""

    inspections: int = 0
    sum_centi: int = 0
    modules: dict[str, tuple[int, int]] = field(default_factory=dict)
    channels: dict[str, list[int]] = field(default_factory=dict)  # n, outlets, sum of their scores

    def add(self, row: UnitResult) -> None:
        self.inspections += row.inspections
        if row.is_ranked and row.score_centi is not None:
            self.sum_centi += row.score_centi
        for code, (earned, possible, _score) in row.modules.items():
            before = self.modules.get(code, (0, 0))
            self.modules[code] = (before[0] + earned, before[1] + possible)
        for channel, part in row.channels.items():
            known = self.channels.setdefault(channel, [0, 0, 0])
            known[0] += part["n"]
            known[1] += 1
            known[2] += part["score_centi"]

    def channel_scores(self) -> dict[str, dict[str, int]]:
        """Mean of the outlets' channel scores, with how many outlets and inspections."""
        return {
            channel: {"n": n, "outlets": outlets, "score_centi": div_half_up(total, outlets)}
            for channel, (n, outlets, total) in sorted(self.channels.items())
        }


def _rank_level(level: str, results: Iterable[UnitResult]) -> Ranking:
    rows = {row.code: row for row in results if row.level == level and row.is_ranked}
    ranking = rank(
        Entry(row.code, row.score_centi or 0, row.standard_error) for row in rows.values()
    )
    for unit in ranking.units:
        row = rows[unit.code]
        row.rank, row.ranked_of = unit.rank, len(rows)
        row.low_rank, row.high_rank, row.group = unit.low_rank, unit.high_rank, unit.group
        row.shrunk = unit.shrunk
        row.shrunk_low, row.shrunk_high = unit.shrunk_low, unit.shrunk_high
    return ranking


def _move(results: Iterable[UnitResult], records: PeriodRecords) -> None:
    by_level: dict[str, dict[str, UnitResult]] = defaultdict(dict)
    for row in results:
        by_level[row.level][row.code] = row
    for level, rows in by_level.items():
        before = {
            code: rank
            for code, (rank, _score) in records.previous.items()
            if rank is not None and records.previous_levels.get(code) == level
        }
        now = {code: row.rank for code, row in rows.items() if row.rank is not None}
        moved = movements(before, now)
        for code, row in rows.items():
            if records.previous_levels.get(code) == level:
                row.previous_rank, row.previous_score_centi = records.previous[code]
            row.movement = moved.get(code)


def _summary(
    records: PeriodRecords,
    results: Iterable[UnitResult],
    rankings: Mapping[str, Ranking],
    variances: Mapping[str, Any],
) -> dict[str, Any]:
    rows = list(results)
    outlets = [row for row in rows if row.level == "outlet"]
    reasons: dict[str, int] = defaultdict(int)
    seen: dict[str, int] = defaultdict(int)
    for row in outlets:
        if row.reason:
            reasons[row.reason] += 1
        for channel in row.channels:
            seen[channel] += 1
    return {
        "inspections": records.inspections,
        "outlets": sum(row.outlets for row in outlets),
        "outlets_ranked": sum(row.outlets_ranked for row in outlets),
        "outlets_below_pass": sum(row.outlets_below_pass for row in outlets),
        "reasons": dict(sorted(reasons.items())),
        "outlets_seen": dict(sorted(seen.items())),
        "inspection_sd": {
            channel: None if value is None else round(float(value) ** 0.5 / 100, ERROR_DECIMALS)
            for channel, value in sorted(variances.items())
        },
        "levels": {
            level: {
                "ranked": len(ranking.units),
                "mean": ranking.mean,
                "between": ranking.between,
                "rankability": ranking.rankability,
                "draws": ranking.draws,
                "seed": ranking.seed,
            }
            for level, ranking in rankings.items()
        },
    }


def _hash(results: Iterable[UnitResult], summary: dict[str, Any]) -> str:
    """SHA-256 of the canonical results, database keys left out."""
    digest = hashlib.sha256(_canonical(summary))
    names = [name for name in RESULT_COLUMNS if name != "unit_id"]
    for row in results:
        digest.update(_canonical({name: getattr(row, name) for name in names}))
    return digest.hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
