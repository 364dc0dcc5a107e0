"""The published quarter: its draft, approval and frozen revisions."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Named filters over bulletins."""

    def published(self) -> Self:
        """Frozen ones that everyone may read."""
        return self.filter(status=Bulletin.Status.PUBLISHED)


class Bulletin(models.Model):
    """One revision of the bulletin of one closed period.

    ``prose`` is what the manager writes around the computed parts; ``computed`` is what the
    system made of the closing and nobody edits. ``content_hash`` freezes both at publication.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"  # waiting for a second person
        APPROVED = "approved"
        PUBLISHED = "published"

    period = models.CharField(max_length=10)
    revision = models.PositiveSmallIntegerField(default=1)
    closing = models.ForeignKey("scoring.Closing", models.PROTECT, related_name="bulletins")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=80, blank=True)
    addressees = models.CharField(max_length=400, blank=True)
    prose = models.JSONField(default=dict)
    computed = models.JSONField(default=dict)
    difference = models.JSONField(default=list)  # to the revision before, stated
    content_hash = models.CharField(max_length=64, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    drafted_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "revision"], name="bulletin_revision_once"),
            models.CheckConstraint(
                name="bulletin_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="bulletin_published_fields",
                condition=~Q(status="published")
                | Q(published_at__isnull=False, approved_by__isnull=False)
                & ~Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} revision {self.revision}"
