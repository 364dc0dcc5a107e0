"""Rankings as pages, files, the API and the command line show them (formats: Coming out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db.models import Avg, F

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.scoring.domain.ranking import Entry, Ranked, movements, rank
from hearth.scoring.models import Closing, Result, ResultQuerySet

LEVELS = ("outlet", "subbranch", "branch")
HIGHEST_CENTI = 10_000


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One unit in a ranking.

    Attributes:
        rank: among ``of`` units; None when not ranked (``reason`` says why).
        score_centi: hundredths; None when there is no score.
        low_rank: best rank of the 95 % interval.
        high_rank: worst rank of it.
        group: above, middle or below the mean; empty when not ranked.
        movement: places gained since the period before; None when that cannot be compared.
        reason: code of why it is not ranked.
        low_centi: lower end of the interval of the true score, hundredths.
        high_centi: upper end of it.
    """

    rank: int | None
    code: str
    name: str
    parent: str
    score_centi: int | None
    inspections: int
    low_rank: int | None
    high_rank: int | None
    group: str
    previous_rank: int | None
    movement: int | None
    reason: str
    unit_id: int
    previous_score_centi: int | None
    low_centi: int | None
    high_centi: int | None
    outlets: int
    outlets_ranked: int
    outlets_below_pass: int


@dataclass(frozen=True, slots=True)
class RankingTable:
    """A ranking of one level, of the whole network or of one part of it.

    Attributes:
        rows: ranked ones first, by rank and code.
        ranked_mean_centi: mean that places and groups refer to, where a scope hides rows of them;
            None: that of ``rows``.
    """

    closing: Closing
    level: str
    under: Unit | None
    rows: tuple[RankingRow, ...]
    ranked_mean_centi: int | None = None

    @property
    def ranked(self) -> tuple[RankingRow, ...]:
        """Only those that have a rank."""
        return tuple(row for row in self.rows if row.rank is not None)

    @property
    def mean_centi(self) -> int | None:
        """Plain mean of the scores ranked together, hundredths."""
        if self.ranked_mean_centi is not None:
            return self.ranked_mean_centi
        scores = [row.score_centi or 0 for row in self.ranked]
        return round(sum(scores) / len(scores)) if scores else None


def ranking_of(
    closing: Closing, level: str, *, under: Unit | None = None, scope: Scope | None = None
) -> RankingTable:
    """The ranking of ``level`` in ``closing``; two queries, four when ``under`` is given.

    ``under`` ranks anew among the units below it, with intervals of its own; ``scope`` only hides
    rows and leaves the places, the groups and the mean as they are in the whole.
    """
    results = results_of(closing, level, scope)
    if under is not None:
        results = results.under(_path_in(closing, under)).exclude(unit=under)
    found = list(results)
    rows = [row_of(result) for result in found]
    if under is not None:
        errors = {result.code: result.standard_error for result in found}
        rows = _ranked_anew(rows, errors, _before(closing, level, under))
    rows.sort(key=lambda r: (r.rank is None, r.rank or 0, r.code))
    mean = _mean_of_all(closing, level) if under is None and scope is not None else None
    return RankingTable(closing, level, under, tuple(rows), mean)


def _mean_of_all(closing: Closing, level: str) -> int | None:
    """Mean of every ranked score of the level, as the bulletin prints it for everybody."""
    ranked = Result.objects.filter(closing=closing, level=level, rank__isnull=False)
    mean = ranked.aggregate(mean=Avg("score_centi"))["mean"]
    return None if mean is None else round(mean)


def results_of(closing: Closing, level: str, scope: Scope | None = None) -> ResultQuerySet:
    """Results of ``level`` in the order of the ranking: ranked ones first, by rank and code."""
    results = Result.objects.filter(closing=closing, level=level)
    if scope is not None:
        results = results.visible_to(scope)
    by_rank = (F("rank").asc(nulls_last=True), "code")
    return results.defer("trace", "modules", "channels").order_by(*by_rank)


def _path_in(closing: Closing, unit: Unit) -> str:
    """Where ``unit`` lay at the end of the closing's period; where it lies now if unknown then."""
    found = Result.objects.filter(closing=closing, unit=unit).values_list("path", flat=True).first()
    return found or unit.path


def row_of(result: Result) -> RankingRow:
    """A result as a row of the ranking of its level."""
    return RankingRow(
        rank=result.rank,
        code=result.code,
        name=result.name,
        parent=result.parent_code,
        score_centi=result.score_centi,
        inspections=result.inspections,
        low_rank=result.low_rank,
        high_rank=result.high_rank,
        group=result.group,
        previous_rank=result.previous_rank,
        movement=result.movement,
        reason=result.reason,
        unit_id=result.unit_id,
        previous_score_centi=result.previous_score_centi,
        low_centi=on_scale(result.shrunk_low),
        high_centi=on_scale(result.shrunk_high),
        outlets=result.outlets,
        outlets_ranked=result.outlets_ranked,
        outlets_below_pass=result.outlets_below_pass,
    )


def on_scale(points: float | None) -> int | None:
    """Hundredths of an estimate, kept on the scale: no true score lies above 100."""
    return None if points is None else min(max(round(points * 100), 0), HIGHEST_CENTI)


def _before(closing: Closing, level: str, under: Unit) -> dict[str, int]:
    """Ranks of the period before among the units that lay below ``under`` then."""
    if closing.previous is None:
        return {}
    results = Result.objects.filter(closing=closing.previous, level=level, is_ranked=True)
    found = results.under(_path_in(closing.previous, under)).exclude(unit=under)
    scored = found.values_list("code", "score_centi", "standard_error")
    ranking = rank(Entry(code, score or 0, error) for code, score, error in scored)
    return {unit.code: unit.rank for unit in ranking.units}


def _ranked_anew(
    rows: Sequence[RankingRow], errors: dict[str, float | None], before: dict[str, int]
) -> list[RankingRow]:
    ranking = rank(
        Entry(row.code, row.score_centi or 0, errors.get(row.code))
        for row in rows
        if row.rank is not None
    )
    now = {unit.code: unit for unit in ranking.units}
    moved = movements(before, {code: unit.rank for code, unit in now.items()})
    return [_placed(row, now.get(row.code), before, moved) for row in rows]


def _placed(
    row: RankingRow, unit: Ranked | None, before: dict[str, int], moved: dict[str, int]
) -> RankingRow:
    values = {f.name: getattr(row, f.name) for f in fields(RankingRow)}
    values |= {"previous_rank": before.get(row.code), "movement": moved.get(row.code)}
    if unit is not None:
        names = ("rank", "low_rank", "high_rank", "group")
        values |= {name: getattr(unit, name) for name in names}
        values |= {
            "low_centi": on_scale(unit.shrunk_low),
            "high_centi": on_scale(unit.shrunk_high),
        }
    return RankingRow(**values)
