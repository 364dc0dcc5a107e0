"""The figures of the main line: outlets, checks, coverage, findings, scores and ranks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import (
    Avg,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.registry import FIGURES, Figure, Question, Source, When, declare
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.periods import Period
from hearth.network.models import Placement, Unit
from hearth.platform.planner import Likely
from hearth.scoring.models import Closing, Result

COVERED = (Channel.VIDEO, Channel.MYSTERY, Channel.ONSITE)
_CHECKED = {
    "video": _("Released video checks"),
    "mystery": _("Released mystery checks"),
    "onsite": _("Released on-site checks"),
}
_SEEN = {
    "video": _("Outlets seen by video"),
    "mystery": _("Outlets seen by mystery shoppers"),
    "onsite": _("Outlets seen on site"),
}


def placed_outlets(when: When) -> QuerySet[Placement]:
    """Places of the outlets that exist at the end of the day."""
    existing = Unit.objects.outlets().open_on(when.as_of)
    return Placement.objects.on(when.as_of).filter(unit__in=existing)


def _checks(when: When) -> QuerySet[Inspection]:
    """Checks that scores are made of; most are, and of a long span most were made in it."""
    days = Q(inspected_on__gte=when.since), Q(inspected_on__lt=when.until)
    rows = Inspection.objects.counted_of_most()
    return rows.filter(*(map(Likely, days) if when.is_long else days))


def _findings(when: When) -> QuerySet[Finding]:
    return Finding.objects.counted().filter(
        inspected_on__gte=when.since, inspected_on__lt=when.until
    )


def _seen(channel: str = "") -> Callable[[When], Q]:
    """Outlets that were checked in the span."""

    def condition(when: When) -> Q:
        looks = _checks(when).order_by()
        if channel:  # of a rare one an outlet's other checks would be passed by in vain
            return Q(unit_id__in=looks.filter(channel=channel).values("unit_id"))
        return Q(Exists(looks.filter(unit_id=OuterRef("unit_id"))))  # the first one says it

    return condition


def last_closing(when: When) -> Closing | None:
    """The closing that holds of the last period that was over by then."""
    ended = [
        (Period.parse(one.period).end, one.pk, one)
        for one in Closing.objects.filter(is_current=True).only("pk", "period")
        if Period.parse(one.period).end <= when.until
    ]
    return max(ended, default=(None, 0, None))[2]


def _results(when: When) -> QuerySet[Result]:
    closing = last_closing(when)
    return Result.objects.filter(closing=closing) if closing else Result.objects.none()


def _ranked_outlets(when: When) -> QuerySet[Result]:
    return _results(when).filter(level="outlet", is_ranked=True)


def _outlets_behind(question: Question) -> QuerySet[Any]:
    """Ranked outlets behind the unit's last result, in the order of their ranks."""
    own = RESULTS.of(question, When.at(question.as_of)).first()
    if own is None:
        return Result.objects.none()
    rows = Result.objects.filter(closing=own.closing_id, level="outlet", is_ranked=True)
    return rows.under(own.path).order_by("rank", "code")


_BY_CODE = ("unit__code",)
OUTLETS = Source(placed_outlets, path="path", permission="network.view", order=_BY_CODE)
_BY_DAY = ("inspected_on", "pk")
CHECKS = Source(_checks, permission="inspections.view", order=_BY_DAY, is_ordered=True)
FINDINGS = Source(_findings, permission="inspections.view", order=_BY_DAY)
RESULTS = Source(_results, path="path", is_own=True, permission="scores.view")
RANKED = Source(_ranked_outlets, path="path", permission="scores.view", order=("rank", "code"))


def _of_result(column: str) -> dict[str, Any]:
    return {"source": RESULTS, "value_of": Max(column), "least": 1, "group": "scores"}


def _findings_counted() -> Figure:
    """All findings; every check keeps how many it made, four times fewer rows than they are."""
    said: dict[str, Any] = {"name": _("Findings"), "measure": "count", "higher_is_better": False}
    made = Sum("findings_count")
    kept = Figure(
        "findings",
        is_span=True,
        is_additive=True,
        source=CHECKS,
        value_of=made,
        records_of=made,
        **said,
    )
    return Figure("findings", is_span=True, is_additive=True, source=FINDINGS, kept=kept, **said)


def _outlets_and_checks() -> None:
    declare(
        Figure(
            "outlets",
            pgettext_lazy("number", "Outlets"),
            "count",
            False,
            True,
            OUTLETS,
            group="network",
        ),
        Figure("inspections", _("Released checks"), "count", True, True, CHECKS),
    )
    for channel in COVERED:
        key = channel.value
        declare(
            Figure(
                f"inspections.{key}", _CHECKED[key], "count", True, True, CHECKS, Q(channel=key)
            ),
            Figure(
                f"coverage.{key}",
                _SEEN[key],
                "share",
                True,
                False,
                OUTLETS,
                part=_seen(key),
                higher_is_better=True,
            ),
        )


def _coverage_and_findings() -> None:
    declare(
        Figure(
            "coverage",
            _("Outlets seen by any channel"),
            "share",
            True,
            False,
            OUTLETS,
            part=_seen(),
            higher_is_better=True,
        ),
        _findings_counted(),
        Figure(
            "findings.red",
            _("Red-line findings"),
            "count",
            True,
            True,
            FINDINGS,
            Q(severity="red"),
            higher_is_better=False,
        ),
        Figure(
            "checks.mean",
            _("Mean check score"),
            "score",
            True,
            False,
            CHECKS,
            value_of=Avg("score_centi"),
            scale=100,
            least=1,
            higher_is_better=True,
        ),
    )


def _results_of_closings() -> None:
    declare(
        Figure(
            "score",
            _("Composite score of the last closed period"),
            "score",
            False,
            False,
            **_of_result("score_centi"),
            scale=100,
            evidence=_outlets_behind,
            higher_is_better=True,
        ),
        Figure(
            "rank",
            _("Rank in the last closed period"),
            "rank",
            False,
            False,
            **_of_result("rank"),
            higher_is_better=False,
        ),
        Figure(
            "rank_change",
            _("Movement in the last closed period"),
            "change",
            False,
            False,
            **_of_result("movement"),
            higher_is_better=True,
        ),
        Figure(
            "below_pass",
            _("Ranked outlets below the pass line"),
            "share",
            False,
            False,
            RANKED,
            part=Q(outlets_below_pass__gt=0),
            group="scores",
            higher_is_better=False,
        ),
    )


_outlets_and_checks()
_coverage_and_findings()
_results_of_closings()
__all__ = ["FIGURES"]
