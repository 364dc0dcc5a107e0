"""Experience visits (我作客户我体验): staff as customers, at our outlets and at other banks'."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from hearth.ledgers.models import Record, RecordQuerySet, Span, SpanQuerySet, standing_key


class PeerQuerySet(SpanQuerySet["PeerOutlet"]):
    """Outlets of other banks."""


class PeerOutlet(Span):
    """An outlet of another bank, outside our tree; ``unit`` is the branch in whose area it lies."""

    peer = models.CharField(max_length=40)  # outside id
    bank = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)

    objects = PeerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "bank"], name="peer_path_bank")]
        constraints = [standing_key("peer", name="peer_standing_key")]

    def __str__(self) -> str:
        return f"{self.bank} {self.name}"


class ExperienceVisitQuerySet(RecordQuerySet["ExperienceVisit"]):
    """Experience visits."""


class ExperienceVisit(Record):
    """One visit as a customer: ``unit`` is the visitor's, the place ours or a peer's.

    ``ratings`` holds 1 (poor) to 5 (excellent) by module code of ``edition``.
    """

    uuid = models.UUIDField(unique=True)  # made by the client, so that a retry stores it once
    activity = models.ForeignKey(
        "outreach.Activity", models.PROTECT, related_name="visits", null=True
    )
    visited = models.ForeignKey("network.Unit", models.PROTECT, related_name="+", null=True)
    peer = models.ForeignKey(PeerOutlet, models.PROTECT, related_name="visits", null=True)
    visited_on = models.DateField()
    edition = models.ForeignKey("standards.Edition", models.PROTECT, related_name="+", null=True)
    ratings: Any = models.JSONField(default=dict)

    objects = ExperienceVisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "visited_on"], name="experience_path_day")]
        constraints = [
            models.CheckConstraint(
                name="experience_one_place",
                condition=Q(visited__isnull=False, peer__isnull=True)
                | Q(visited__isnull=True, peer__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.visited_on} {self.visited or self.peer}"


class Observation(models.Model):
    """What a visitor noticed: a strength, a weakness, or an idea for us."""

    class Kind(models.TextChoices):
        STRENGTH = "strength"
        WEAKNESS = "weakness"
        IDEA = "idea"

    class Outcome(models.TextChoices):
        OPEN = "open"
        CASE = "case"  # to be written up as a case
        TASK = "task"  # to be done
        DECLINED = "declined"

    visit = models.ForeignKey(ExperienceVisit, models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=500)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_note = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="only_ideas_are_taken_up", condition=Q(kind="idea") | Q(outcome="open")
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
