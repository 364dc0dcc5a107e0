"""Lists of units under management 名单制: what leads onto them and off, and who stands on them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from hearth.ledgers.models import Span, SpanQuerySet
from hearth.network.scope import Scope, end_of


class Watchlist(models.Model):
    """One managed list, such as the cold outlets 低温网点."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name if is_chinese or not self.name_en else self.name_en


class WatchRuleQuerySet(models.QuerySet["WatchRule"]):
    """Named filters over rules."""

    def in_force(self, day: date) -> Self:
        """Approved rules that hold on ``day``."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gt=day),
            approved_at__isnull=False,
            since__lte=day,
        )


class WatchRule(models.Model):
    """When a unit is proposed to enter a list or to leave it; data, from a day to a day.

    A day meets the rule when the measure compares to the threshold as said. A unit is proposed
    when ``days`` of the last ``of_days`` business days meet it. The measure is either the mean of
    the readings in business hours, or any figure by its key, asked as of the end of each day.
    """

    class Sort(models.TextChoices):
        ENTRY = "entry"
        EXIT = "exit"

    class Comparison(models.TextChoices):
        BELOW = "below"
        AT_MOST = "at_most"
        AT_LEAST = "at_least"
        ABOVE = "above"

    watchlist = models.ForeignKey(Watchlist, models.PROTECT, related_name="rules")
    sort = models.CharField(max_length=5, choices=Sort.choices)
    measure = models.CharField(max_length=80)
    comparison = models.CharField(max_length=8, choices=Comparison.choices)
    threshold_milli = models.BigIntegerField()  # thousandths of the measure's unit
    days = models.PositiveSmallIntegerField()
    of_days = models.PositiveSmallIntegerField()
    months = models.JSONField(default=list)  # of the season, 1 to 12; empty: all year
    opens = models.TimeField(null=True)  # business hours, network's zone; of readings only
    closes = models.TimeField(null=True)
    # half hours with a reading, of those open; a day with fewer says nothing
    least_half_hours = models.PositiveSmallIntegerField(default=1)
    since = models.DateField()
    until = models.DateField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = WatchRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="watch_rule_days",
                condition=Q(days__gte=1, days__lte=F("of_days"), of_days__lte=60),
            ),
            models.CheckConstraint(
                name="watch_rule_span",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
            ),
            models.CheckConstraint(
                name="watch_rule_hours",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(closes__gt=F("opens")),
            ),
            models.CheckConstraint(
                name="watch_rule_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
        ]
        indexes = [models.Index(fields=["watchlist", "sort", "since"], name="watch_rule_list")]

    def __str__(self) -> str:
        return f"{self.watchlist_id} {self.sort} {self.measure}"


class WatchlistEntryQuerySet(SpanQuerySet["WatchlistEntry"]):
    """Named filters over stays on lists."""

    def on_list(self, code: str) -> Self:
        """Stays on the list of that code."""
        return self.filter(watchlist__code=code)


class WatchlistEntry(Span):
    """One stay of a unit on a list: ``since`` the day it entered, ``until`` the day it left."""

    class Stage(models.TextChoices):
        LISTED = "listed"
        PLANNED = "planned"
        UNDER_WAY = "under_way"
        OBSERVED = "observed"

    watchlist = models.ForeignKey(Watchlist, models.PROTECT, related_name="entries")
    reason = models.CharField(max_length=400)
    measure = models.CharField(max_length=400, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.LISTED)
    measure_done_on = models.DateField(null=True)  # from when its effect is looked for

    objects = WatchlistEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watchlist", "unit", "since"],
                condition=Q(withdrawn_at__isnull=True),
                name="watchlist_entry_key",
            ),
            models.UniqueConstraint(
                fields=["watchlist", "unit"],
                condition=Q(withdrawn_at__isnull=True, until__isnull=True),
                name="watchlist_entry_once",
            ),
            models.CheckConstraint(
                name="watchlist_entry_span",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]
        indexes = [models.Index(fields=["unit_path", "since"], name="watchlist_entry_path")]

    def __str__(self) -> str:
        return f"{self.watchlist_id} {self.unit_id} {self.since}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Named filters over proposals."""

    def visible_to(self, scope: Scope) -> Self:
        """Proposals about units that lay in ``scope`` on their day."""
        return self.filter(scope.q("unit_path"))

    def under(self, path: str) -> Self:
        """Proposals about units at or below ``path``."""
        return self.filter(unit_path__gte=path, unit_path__lt=end_of(path))

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(status=Proposal.Status.OPEN)


class Proposal(models.Model):
    """That a unit enter a list or leave it; made by a rule at night or by a person.

    Leaving takes two persons: who proposes (or, where a rule did, who agrees first) and another
    who approves.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        DECLINED = "declined"
        LAPSED = "lapsed"  # what led to it holds no more

    watchlist = models.ForeignKey(Watchlist, models.PROTECT, related_name="proposals")
    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=64, db_collation="C")
    sort = models.CharField(max_length=5, choices=WatchRule.Sort.choices)
    rule = models.ForeignKey(WatchRule, models.PROTECT, null=True, related_name="proposals")
    as_of = models.DateField()
    days = models.JSONField(default=list)  # what the rule saw: day, milli, readings, met
    reason = models.CharField(max_length=400)
    measure = models.CharField(max_length=400, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # empty: the rule
    proposed_at = models.DateTimeField(auto_now_add=True)
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    seconded_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)  # the words given with it
    entry = models.ForeignKey(WatchlistEntry, models.PROTECT, null=True, related_name="proposals")
    version = models.PositiveIntegerField(default=1)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watchlist", "unit", "sort"],
                condition=Q(status="open"),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                name="proposal_two_persons",
                condition=~Q(status="approved")
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("seconded_by")))
                | Q(proposed_by__isnull=True, seconded_by__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["watchlist", "status", "as_of"], name="proposal_list"),
            models.Index(fields=["unit_path"], name="proposal_path"),
        ]

    def __str__(self) -> str:
        return f"{self.watchlist_id} {self.unit_id} {self.sort}"
