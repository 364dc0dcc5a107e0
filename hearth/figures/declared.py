"""The figures of the main line: outlets, checks, coverage, findings, scores and ranks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Avg, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.figures.registry import FIGURES, Figure, Question, Value, declare
from hearth.inspections.enums import Channel
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.periods import Period
from hearth.network.models import Placement, Unit
from hearth.scoring.models import Closing, Result

COVERED = (Channel.VIDEO, Channel.MYSTERY, Channel.ONSITE)


def outlets(question: Question) -> QuerySet[Unit]:
    """Outlets that exist at the end of the day, where they lay then."""
    placed = Placement.objects.on(question.as_of).under(question.path)
    existing = Unit.objects.outlets().open_on(question.as_of)
    return existing.filter(pk__in=placed.values("unit_id")).order_by("code")


def _checks(channel: str = "") -> Callable[[Question], QuerySet[Inspection]]:
    def rows(question: Question) -> QuerySet[Inspection]:
        found = (
            Inspection.objects.counted()
            .under(question.path)
            .filter(inspected_on__gte=question.since, inspected_on__lt=question.until)
        )
        found = found.filter(channel=channel) if channel else found
        return found.order_by("inspected_on", "pk")

    return rows


def _findings(severity: str = "") -> Callable[[Question], QuerySet[Finding]]:
    def rows(question: Question) -> QuerySet[Finding]:
        found = (
            Finding.objects.counted()
            .under(question.path)
            .filter(inspected_on__gte=question.since, inspected_on__lt=question.until)
        )
        found = found.filter(severity=severity) if severity else found
        return found.order_by("inspected_on", "pk")

    return rows


def _seen(channel: str = "") -> Callable[[Question], QuerySet[Unit]]:
    def rows(question: Question) -> QuerySet[Unit]:
        looked = _checks(channel)(question).order_by().values("unit_id")
        return outlets(question).filter(pk__in=looked)

    return rows


def _result(question: Question) -> QuerySet[Result]:
    """The unit's result in the last period closed by then: one row, or none."""
    ended = [
        key
        for key in Closing.objects.filter(is_current=True).values_list("period", flat=True)
        if Period.parse(key).end <= question.until
    ]
    latest = max(ended, key=lambda key: Period.parse(key).end, default="")
    return Result.objects.filter(
        closing__period=latest, closing__is_current=True, unit=question.unit
    )


def _count(rows: Callable[[Question], QuerySet[Any]]) -> Callable[[Question], Value]:
    def value(question: Question) -> Value:
        n = rows(question).count()
        return Value(Decimal(n), n)

    return value


def _share_seen(channel: str = "") -> Callable[[Question], Value]:
    def value(question: Question) -> Value:
        part, whole = _seen(channel)(question).count(), outlets(question).count()
        number = Decimal(100 * part) / whole if whole else None
        return Value(number, part, part, whole)

    return value


def _mean_check(question: Question) -> Value:
    rows = _checks()(question)
    n = rows.count()
    mean = rows.order_by().aggregate(mean=Avg("score_centi"))["mean"]
    return Value(None if mean is None else Decimal(str(mean)) / 100, n)


def _of_result(column: str, scale: int = 1) -> Callable[[Question], Value]:
    def value(question: Question) -> Value:
        result = _result(question).first()
        found = getattr(result, column) if result is not None else None
        records = 0 if result is None else result.inspections
        return Value(None if found is None else Decimal(found) / scale, records)

    return value


def _below_pass(question: Question) -> Value:
    result = _result(question).first()
    if result is None or not result.outlets_ranked:
        return Value(None, 0)
    part, whole = result.outlets_below_pass, result.outlets_ranked
    return Value(Decimal(100 * part) / whole, whole, part, whole)


def _outlet_results(question: Question) -> QuerySet[Result]:
    """Ranked outlets behind the unit's last result."""
    own = _result(question).first()
    if own is None:
        return Result.objects.none()
    rows = Result.objects.filter(closing=own.closing, level="outlet", is_ranked=True)
    return rows.under(own.path).order_by("rank", "code")


def _declare_all() -> None:
    declare(
        Figure(
            "outlets",
            pgettext_lazy("number", "Outlets"),
            "count",
            False,
            True,
            outlets,
            _count(outlets),
        ),
        Figure(
            "inspections", _("Released checks"), "count", True, True, _checks(), _count(_checks())
        ),
    )
    for channel in COVERED:
        rows, seen = _checks(channel), _seen(channel)
        declare(
            Figure(
                f"inspections.{channel.value}",
                {
                    "video": _("Released video checks"),
                    "mystery": _("Released mystery checks"),
                    "onsite": _("Released on-site checks"),
                }[channel.value],
                "count",
                True,
                True,
                rows,
                _count(rows),
            ),
            Figure(
                f"coverage.{channel.value}",
                {
                    "video": _("Outlets seen by video"),
                    "mystery": _("Outlets seen by mystery shoppers"),
                    "onsite": _("Outlets seen on site"),
                }[channel.value],
                "share",
                True,
                False,
                seen,
                _share_seen(channel),
            ),
        )
    declare(
        Figure(
            "coverage",
            _("Outlets seen by any channel"),
            "share",
            True,
            False,
            _seen(),
            _share_seen(),
        ),
        Figure("findings", _("Findings"), "count", True, True, _findings(), _count(_findings())),
        Figure(
            "findings.red",
            _("Red-line findings"),
            "count",
            True,
            True,
            _findings("red"),
            _count(_findings("red")),
        ),
        Figure("checks.mean", _("Mean check score"), "score", True, False, _checks(), _mean_check),
        Figure(
            "score",
            _("Composite score of the last closed period"),
            "score",
            False,
            False,
            _outlet_results,
            _of_result("score_centi", 100),
        ),
        Figure(
            "rank",
            _("Rank in the last closed period"),
            "rank",
            False,
            False,
            _result,
            _of_result("rank"),
        ),
        Figure(
            "rank_change",
            _("Movement in the last closed period"),
            "change",
            False,
            False,
            _result,
            _of_result("movement"),
        ),
        Figure(
            "below_pass",
            _("Ranked outlets below the pass line"),
            "share",
            False,
            False,
            _outlet_results,
            _below_pass,
        ),
    )


_declare_all()
__all__ = ["FIGURES"]
