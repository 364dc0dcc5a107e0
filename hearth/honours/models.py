"""Awards of outlets, and results that someone above the network publishes."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from hearth.inspections.enums import Channel
from hearth.ledgers.models import (
    OfferedLine,
    Record,
    RecordQuerySet,
    Span,
    SpanQuerySet,
    standing_key,
)
from hearth.network.domain.paths import ancestors
from hearth.network.scope import Scope

MOST_YEARS = 20
"""An award with an end is held for at most so long."""


class AwardScheme(OfferedLine):
    """An honour that outlets may be granted, such as 百佳 (the hundred best) or 星级 (stars)."""

    class Level(models.TextChoices):
        NATIONAL = "national", pgettext_lazy("award scheme", "national")
        PROVINCIAL = "provincial", pgettext_lazy("award scheme", "of a province")
        MUNICIPAL = "municipal", pgettext_lazy("award scheme", "of a city")
        OWN = "own", pgettext_lazy("award scheme", "of the bank itself")

    body = models.CharField(max_length=80)  # who grants it
    level = models.CharField(max_length=10, choices=Level.choices)
    years = models.PositiveSmallIntegerField(null=True)  # it is held; empty: for good

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="award_scheme_years",
                condition=Q(years__isnull=True) | Q(years__gte=1, years__lte=MOST_YEARS),
            )
        ]


class Award(Span):
    """An honour that an outlet holds from ``since`` (granted) to ``until``; ``level``: stars."""

    award = models.ForeignKey(AwardScheme, models.PROTECT, related_name="+")
    level = models.CharField(max_length=40, blank=True)

    objects = SpanQuerySet["Award"].as_manager()

    class Meta:
        constraints = [
            standing_key("unit", "award", "since", name="award_once"),
            models.CheckConstraint(
                name="award_span_forward",
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")),
            ),
        ]
        indexes = [models.Index(fields=["award", "since", "unit_path"], name="award_on_path")]

    def __str__(self) -> str:
        return f"{self.award} {self.unit_id} {self.since}"


class ExternalRankQuerySet(RecordQuerySet["ExternalRank"]):
    """Named filters over outside results."""

    def readable_by(self, scope: Scope) -> Self:
        """Results of units in ``scope`` and of those above it, which were published for all."""
        above = {path for granted in scope.paths for path in ancestors(granted)}
        return self.filter(scope.q("unit_path") | Q(unit_path__in=sorted(above)))

    def ended_by(self, day: date) -> Self:
        """Results of periods that had ended by the end of ``day``."""
        return self.standing().filter(ends_on__lte=day)


class ExternalRank(Record):
    """Score and place of a unit in a period as someone above published them (总行神秘人)."""

    period = models.CharField(max_length=10)  # '2021Q1'
    ends_on = models.DateField()  # last day of the period
    channel = models.CharField(max_length=12, choices=Channel.choices)
    score_centi = models.PositiveIntegerField(null=True)
    rank = models.PositiveIntegerField()
    of = models.PositiveIntegerField()  # how many were ranked

    objects = ExternalRankQuerySet.as_manager()

    class Meta:
        constraints = [
            standing_key("period", "unit", "channel", name="external_rank_once"),
            models.CheckConstraint(
                name="external_rank_within", condition=Q(rank__gte=1, rank__lte=models.F("of"))
            ),
        ]
        indexes = [models.Index(fields=["unit", "channel", "ends_on"], name="external_rank_unit")]

    def __str__(self) -> str:
        return f"{self.period} {self.unit_id} {self.channel} {self.rank}/{self.of}"
