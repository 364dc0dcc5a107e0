"""Periods: what is closed, the rankings, and how a unit's result came about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BaseModel, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import (
    ChannelKey,
    Code,
    OptionalCode,
    PeriodKey,
    RankingLevel,
    UnitLevel,
    points,
    score,
)
from hearth.api.paging import Page, Paging, paged
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.scoring.models import Closing, Result
from hearth.scoring.queries import coverage, current_closing, periods_with_records
from hearth.scoring.rankings import RankingRow, RankingTable, ranking_of

router = Router(tags=[gettext_noop("Periods and ranking")])
MOST_REVISIONS = 32767
Group = Literal["above", "middle", "below", ""]


class ClosingOut(BaseModel):
    revision: int
    is_current: bool
    closed_at: datetime
    inspections: int
    outlets: int
    outlets_ranked: int
    outlets_below_pass: int
    policy: dict[str, Any] = Field(description=gettext_noop("Exactly what was applied."))
    records_hash: str = Field(description=gettext_noop("SHA-256 of what went in."))
    policy_hash: str
    editions_hash: str
    result_hash: str = Field(
        description=gettext_noop("SHA-256 of what came out; equal in, equal out.")
    )


class PeriodRow(BaseModel):
    period: str
    start: date
    last_day: date
    is_over: bool
    closing: ClosingOut | None = Field(
        description=gettext_noop("The one that holds; null while open.")
    )


class PeriodPage(Page[PeriodRow]):
    pass


class PeriodOut(PeriodRow):
    closings: list[ClosingOut] = Field(
        description=gettext_noop("Every revision, the newest first.")
    )


class ChannelCovered(BaseModel):
    channel: ChannelKey
    weight: str = Field(description=gettext_noop("Of 100; empty when the channel carries none."))
    seen: int
    outlets: int


class CoverageOut(BaseModel):
    outlets: int = Field(
        description=gettext_noop("That exist at the period's end, in what you see.")
    )
    unseen: int = Field(description=gettext_noop("Without any released check."))
    waiting: int = Field(
        description=gettext_noop("Checks submitted or reviewed, not yet released.")
    )
    returned: int
    channels: list[ChannelCovered]


class Ranked(BaseModel):
    """One row; the columns are those of every other form in which a ranking leaves."""

    rank: int | None = Field(description=gettext_noop("Null when not ranked; reason says why."))
    code: str
    name: str
    parent: str
    score: float | None
    inspections: int
    low_rank: int | None = Field(description=gettext_noop("Best rank of the 95 % interval."))
    high_rank: int | None = Field(description=gettext_noop("Worst rank of it."))
    group: Group = Field(
        description=gettext_noop("Above, not distinguishable from, or below the mean.")
    )
    previous_rank: int | None
    movement: int | None = Field(description=gettext_noop("Places gained since the period before."))
    reason: str = Field(description=gettext_noop("Why not ranked: a code."))


class RankingPage(Page[Ranked]):
    pass


class ResultQuery(BaseModel):
    revision: int | None = Field(
        None,
        ge=1,
        le=MOST_REVISIONS,
        description=gettext_noop("An earlier closing; default: the current one."),
    )


class RankingQuery(ResultQuery):
    level: RankingLevel = "outlet"
    under: OptionalCode = Field(
        "", description=gettext_noop("Code of a unit: rank anew among the units below it.")
    )


class ChannelResult(BaseModel):
    channel: ChannelKey
    inspections: int
    score: float | None
    weight: str


class ModuleResult(BaseModel):
    module: str
    earned: float
    possible: float
    score: float | None


class ResultOut(Ranked):
    period: str
    revision: int
    level: UnitLevel
    of: int | None = Field(description=gettext_noop("How many units were ranked on this level."))
    previous_score: float | None
    low_score: float | None = Field(
        description=gettext_noop("Lower end of the interval of the true score.")
    )
    high_score: float | None
    outlets: int
    outlets_ranked: int
    outlets_below_pass: int
    channels: list[ChannelResult]
    modules: list[ModuleResult]
    trace: dict[str, Any] = Field(
        description=gettext_noop("The arithmetic of the composite, step by step.")
    )


@router.get(
    "/periods",
    response=answers(PeriodPage),
    summary=gettext_noop("List periods"),
    description=gettext_noop("Quarters from the first check to the present one, newest first."),
)
@requires("scores.view")
def list_periods(request: ApiRequest, paging: Query[Paging]) -> Any:
    closings = {c.period: c for c in Closing.objects.filter(is_current=True)}
    return paged(
        PeriodPage,
        periods_with_records(),
        paging,
        lambda period: PeriodRow(**_row(period, closings.get(period.key))),
    )


@router.get(
    "/periods/{period}",
    response=answers(PeriodOut, 404),
    summary=gettext_noop("Read one period"),
    description=gettext_noop("2021Q2, 2021-06, 2021H1 or 2021, with every closing of it."),
)
@requires("scores.view")
def read_period(request: ApiRequest, period: PeriodKey) -> Any:
    wanted = Period.parse(period)
    closings = list(Closing.objects.filter(period=wanted.key).order_by("-revision"))
    current = next((closing for closing in closings if closing.is_current), None)
    return PeriodOut(**_row(wanted, current), closings=[_closing(found) for found in closings])


@router.get(
    "/periods/{period}/coverage",
    response=answers(CoverageOut, 404),
    summary=gettext_noop("See what a period has covered"),
)
@requires("scores.view")
def read_coverage(request: ApiRequest, period: PeriodKey) -> Any:
    found = coverage(Period.parse(period), request.actor.scope_for("scores.view"))
    return CoverageOut(
        outlets=found.outlets,
        unseen=found.unseen,
        waiting=found.waiting,
        returned=found.returned,
        channels=[
            ChannelCovered(channel=c.channel, weight=c.weight, seen=c.seen, outlets=c.outlets)
            for c in found.channels
        ],
    )


@router.get(
    "/periods/{period}/ranking",
    response=answers(RankingPage, 404),
    summary=gettext_noop("Read a ranking"),
    description=gettext_noop(
        "Of a closed period; ranked units first. Each rank carries the interval in which it lies: "
        "ranks whose intervals overlap are not told apart by the data."
    ),
)
@requires("scores.view")
def read_ranking(
    request: ApiRequest, period: PeriodKey, wanted: Query[RankingQuery], paging: Query[Paging]
) -> Any:
    return paged(RankingPage, ranking_table(request, period, wanted).rows, paging, _ranked)


@router.get(
    "/periods/{period}/results/{code}",
    response=answers(ResultOut, 404),
    summary=gettext_noop("Read a unit's result and how it came about"),
)
@requires("scores.view")
def read_result(
    request: ApiRequest, period: PeriodKey, code: Code, wanted: Query[ResultQuery]
) -> Any:
    closing = _closing_of(Period.parse(period), wanted.revision)
    rows = Result.objects.visible_to(request.actor.scope_for("scores.view"))
    return _result(closing, rows.get(closing=closing, code=code))


def ranking_table(request: ApiRequest, period: str, wanted: RankingQuery) -> RankingTable:
    """The ranking asked for, with the rows that the actor reaches.

    Raises:
        Http404: the period is not closed, or has no such revision.
        Unit.DoesNotExist: ``under`` lies outside what the actor reaches.
    """
    closing = _closing_of(Period.parse(period), wanted.revision)
    scope = request.actor.scope_for("scores.view")
    under = Unit.objects.visible_to(scope).get(code=wanted.under) if wanted.under else None
    return ranking_of(closing, wanted.level, under=under, scope=scope)


def _closing_of(period: Period, revision: int | None) -> Closing:
    if revision is None:
        found = current_closing(period)
    else:
        found = Closing.objects.filter(period=period.key, revision=revision).first()
    if found is None:
        raise Http404
    return found


def _row(period: Period, closing: Closing | None) -> dict[str, Any]:
    return {
        "period": period.key,
        "start": period.start,
        "last_day": period.last_day,
        "is_over": period.end <= timezone.localdate(),
        "closing": _closing(closing) if closing else None,
    }


def _closing(closing: Closing) -> ClosingOut:
    return ClosingOut(
        revision=closing.revision,
        is_current=closing.is_current,
        closed_at=closing.closed_at,
        inspections=closing.inspections,
        outlets=closing.summary["outlets"],
        outlets_ranked=closing.summary["outlets_ranked"],
        outlets_below_pass=closing.summary["outlets_below_pass"],
        policy=closing.policy_content,
        records_hash=closing.records_hash,
        policy_hash=closing.policy_hash,
        editions_hash=closing.editions_hash,
        result_hash=closing.result_hash,
    )


def _ranked(row: RankingRow) -> Ranked:
    plain = {name: getattr(row, name) for name in Ranked.model_fields if name != "score"}
    return Ranked(**plain, score=score(row.score_centi))


def _result(closing: Closing, found: Result) -> ResultOut:
    weights = closing.policy_content["weights"]
    same = set(ResultOut.model_fields) & {field.name for field in Result._meta.concrete_fields}
    plain = {name: getattr(found, name) for name in same - {"channels", "modules"}}
    return ResultOut(
        **plain,
        parent=found.parent_code,
        score=score(found.score_centi),
        period=closing.period,
        revision=closing.revision,
        of=found.ranked_of,
        previous_score=score(found.previous_score_centi),
        low_score=_rounded(found.shrunk_low),
        high_score=_rounded(found.shrunk_high),
        channels=[
            ChannelResult(
                channel=key,
                inspections=part["n"],
                score=score(part["score_centi"]),
                weight=str(weights.get(key, 0)),
            )
            for key, part in sorted(found.channels.items())
        ],
        modules=[
            ModuleResult(
                module=code, earned=points(earned), possible=points(possible), score=score(centi)
            )
            for code, (earned, possible, centi) in sorted(found.modules.items())
        ],
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
