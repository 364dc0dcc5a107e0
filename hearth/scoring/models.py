"""Policies, adjustments, and closed periods with their results."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hearth.network.scope import Scope, end_of


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Named filters over policies."""

    def in_force(self, on: date) -> Self:
        """Approved policies that hold on ``on``, the latest first."""
        return self.filter(
            Q(effective_to__isnull=True) | Q(effective_to__gt=on),
            status=Policy.Status.APPROVED,
            effective_from__lte=on,
        ).order_by("-effective_from", "-pk")


class Policy(models.Model):
    """How channels become one score (SC-07, SC-08); proposed by one person, approved by another."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        RETIRED = "retired"

    name = models.CharField(max_length=80)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)  # first day it no longer holds
    weights = models.JSONField()  # channel -> whole points; they sum to 100
    minimum_coverage_percent = models.PositiveSmallIntegerField(default=60)
    bonus_cap_centi = models.PositiveIntegerField(default=300)
    veto_cap_centi = models.PositiveIntegerField(default=6000)
    pass_centi = models.PositiveIntegerField(default=8500)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="policy_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="policy_approved_fields",
                condition=~Q(status="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    """Named filters over adjustments."""

    def visible_to(self, scope: Scope) -> Self:
        """Adjustments of outlets that lie in ``scope``."""
        return self.filter(scope.q("unit__path"))

    def counted(self) -> Self:
        """Those that count: approved, and not yet taken back by two."""
        return self.filter(status__in=Adjustment.COUNTED)

    def standing(self) -> Self:
        """Those that count or may come to: neither rejected nor withdrawn."""
        return self.filter(status__in=(*Adjustment.COUNTED, Adjustment.Status.PROPOSED))

    def ever_counted(self) -> Self:
        """Those that count, and those that did until they were withdrawn."""
        once = Q(status=Adjustment.Status.WITHDRAWN) & ~Q(
            decided_at=None, withdrawn_by__isnull=False
        )
        return self.filter(Q(status__in=Adjustment.COUNTED) | once)

    def waiting(self) -> Self:
        """Those that wait for another person: to begin to count, or to count no more."""
        return self.filter(status__in=Adjustment.WAITING)

    def not_asked_by(self, user_id: int) -> Self:
        """Waiting ones without those that ``user_id`` asked for, whom design rule 6.2 bars."""
        mine = Q(status=Adjustment.Status.PROPOSED, recorded_by_id=user_id)
        return self.exclude(mine | Q(status=Adjustment.Status.LEAVING, withdrawn_by_id=user_id))


class Adjustment(models.Model):
    """A dated bonus, deduction or veto for one unit in one period, with its reason (SC-08).

    Two persons (design rule 6.2): one proposes it and another approves; it counts from then on.
    One that counts is taken back by two as well. What the operator of the machine records counts
    at once: ``decided_at`` is set and nobody is named. Where ``decided_at`` is empty although it
    counts, it was recorded before a second person was asked.
    """

    class Kind(models.TextChoices):
        BONUS = "bonus"
        DEDUCTION = "deduction"
        VETO = "veto"

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        LEAVING = "leaving"  # counts; someone proposes that it be withdrawn
        WITHDRAWN = "withdrawn"

    COUNTED = (Status.APPROVED, Status.LEAVING)
    WAITING = (Status.PROPOSED, Status.LEAVING)

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="adjustments")
    period = models.CharField(max_length=10)  # '2021Q2'
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points_centi = models.PositiveIntegerField(default=0)  # 0 for a veto
    reason = models.CharField(max_length=400)
    evidence = models.CharField(max_length=400, blank=True)
    decided_on = models.DateField()  # when the bonus, deduction or veto was decided
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # who approved or rejected the proposal
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)  # why it was rejected
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # who withdraws it, or asks for it while it counts
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)
    withdrawal_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=1)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["period", "unit"], name="adjustment_period_unit"),
            models.Index(fields=["status"], name="adjustment_status"),
        ]
        constraints = [
            models.CheckConstraint(
                name="adjustment_two_persons",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("recorded_by")),
            ),
            models.CheckConstraint(
                name="adjustment_two_withdraw",
                condition=Q(withdrawal_approved_by__isnull=True)
                | ~Q(withdrawal_approved_by=models.F("withdrawn_by")),
            ),
            models.CheckConstraint(
                name="adjustment_rejected_fields",
                condition=~Q(status="rejected")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="adjustment_withdrawn_fields",
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id} {self.period}"


class Closing(models.Model):
    """One closing of one period: the policy used, hashes of what went in and what came out.

    A second closing on the same records gives the same ``result_hash`` and no new row; on
    changed records it makes the next revision and leaves the earlier one as it was (SC-12).
    """

    period = models.CharField(max_length=10)
    revision = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="closings")
    policy_content = models.JSONField()  # exactly what was applied, the default one included
    records_hash = models.CharField(max_length=64)
    policy_hash = models.CharField(max_length=64)
    editions_hash = models.CharField(max_length=64)
    result_hash = models.CharField(max_length=64)
    inspections = models.PositiveIntegerField()
    summary = models.JSONField()  # coverage, means, statistics of each level
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "revision"], name="closing_revision_once"),
            models.UniqueConstraint(
                fields=["period"], condition=Q(is_current=True), name="closing_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} revision {self.revision}"


class ResultQuerySet(models.QuerySet["Result"]):
    """Named filters over results."""

    def visible_to(self, scope: Scope) -> Self:
        """Results of units that lay in ``scope`` at the period's end."""
        return self.filter(scope.q("path"))

    def under(self, path: str) -> Self:
        """Results at or below ``path`` at the period's end."""
        return self.filter(path__gte=path, path__lt=end_of(path))


class Result(models.Model):
    """What one closing found for one unit. Scores in hundredths; written once, never changed."""

    closing = models.ForeignKey(Closing, models.CASCADE, related_name="results")
    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="results")
    level = models.CharField(max_length=10)
    path = models.CharField(max_length=64, db_collation="C")  # at the period's end
    parent_code = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)  # as it was then
    score_centi = models.PositiveIntegerField(null=True)  # None: no score at all
    is_ranked = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True)  # why not ranked: a code
    inspections = models.PositiveIntegerField(default=0)
    outlets = models.PositiveIntegerField(default=0)  # outlets below that exist (1 for an outlet)
    outlets_ranked = models.PositiveIntegerField(default=0)
    outlets_below_pass = models.PositiveIntegerField(default=0)
    channels = models.JSONField(default=dict)  # channel -> {n, score_centi, …}; see queries
    modules = models.JSONField(default=dict)  # module code -> [earned, possible, score]
    trace = models.JSONField(default=dict)  # the arithmetic of the composite, step by step
    standard_error = models.FloatField(null=True)  # points
    shrunk = models.FloatField(null=True)  # points; towards the mean (SC-11)
    shrunk_low = models.FloatField(null=True)
    shrunk_high = models.FloatField(null=True)
    rank = models.PositiveIntegerField(null=True)  # among ranked units of its level
    ranked_of = models.PositiveIntegerField(null=True)
    low_rank = models.PositiveIntegerField(null=True)  # best rank of the interval
    high_rank = models.PositiveIntegerField(null=True)
    group = models.CharField(max_length=6, blank=True)  # above, middle, below
    previous_rank = models.PositiveIntegerField(null=True)
    previous_score_centi = models.PositiveIntegerField(null=True)
    movement = models.IntegerField(null=True)  # previous rank − rank; up is positive

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["closing", "level", "rank"], name="result_closing_level_rank"),
            models.Index(fields=["closing", "path"], name="result_closing_path"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["closing", "unit"], name="result_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.closing_id}"
