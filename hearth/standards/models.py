"""Standards and their editions; a published edition never changes."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class Standard(models.Model):
    """A checklist with a history: its editions.

    ``is_ranked`` False: it looks at something of its own, such as the 6S of a cleaning day; its
    checks are read and put right as all are, and count in no ranking (SC-06).
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    is_ranked = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class EditionQuerySet(models.QuerySet["Edition"]):
    """Named filters over editions."""

    def published(self) -> Self:
        """Editions that checks may use."""
        return self.filter(status=Edition.Status.PUBLISHED)

    def in_force(self, on: date) -> Self:
        """Published editions whose time has come, the newest first."""
        return self.published().filter(effective_from__lte=on).order_by("-effective_from", "-pk")


class Edition(models.Model):
    """One version of a standard: draft, then published (immutable), then retired.

    ``content_hash`` is the SHA-256 of the canonical rules (``standards.queries.rulebook``),
    set at publication; every inspection and result cites it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    class Scheme(models.TextChoices):
        SHARE = "share"
        DEDUCTION = "deduction"

    class NotApplicable(models.TextChoices):
        RESCALE = "rescale"
        FULL_MARKS = "full_marks"

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="editions")
    edition = models.CharField(max_length=40)  # its name, e.g. '2026' or 'trial'
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    effective_from = models.DateField()
    scheme = models.CharField(max_length=10, choices=Scheme.choices, default=Scheme.SHARE)
    base_milli = models.BigIntegerField(null=True)  # deduction scheme only
    total_milli = models.BigIntegerField(null=True)  # stated by the author, checked
    not_applicable = models.CharField(
        max_length=10, choices=NotApplicable.choices, default=NotApplicable.RESCALE
    )
    pass_centi = models.PositiveIntegerField(null=True)  # pass line, 0..10000
    content_hash = models.CharField(max_length=64, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard", "edition"], name="edition_once"),
            models.CheckConstraint(
                name="edition_published_fields",
                condition=Q(status="draft", published_at__isnull=True)
                | ~Q(status="draft") & Q(published_at__isnull=False) & ~Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} {self.edition}"


class Module(models.Model):
    """A chapter of an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="modules")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="module_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Criterion(models.Model):
    """One observable demand and how it is judged (SC-01 to SC-05)."""

    class Method(models.TextChoices):
        PASS_FAIL = "pass_fail"  # noqa: S105 - a way of judging, no password
        DEDUCT = "deduct"
        SCALE = "scale"
        CHOICE = "choice"
        NUMBER = "number"

    class Severity(models.TextChoices):
        RED = "red"
        MAJOR = "major"
        MINOR = "minor"

    class Pillar(models.TextChoices):
        ENVIRONMENT = "environment"
        SERVICE = "service"
        BRAND = "brand"

    class EvidenceKind(models.TextChoices):
        NONE = "none"
        NOTE = "note"
        PHOTO = "photo"
        CLIP = "clip"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="criteria")
    module = models.ForeignKey(Module, models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    text_en = models.CharField(max_length=800, blank=True)
    guidance = models.TextField(blank=True)
    guidance_en = models.TextField(blank=True)
    method = models.CharField(max_length=10, choices=Method.choices)
    points_milli = models.BigIntegerField()
    step_milli = models.BigIntegerField(null=True)  # deduct: lost for each occurrence
    max_lost_milli = models.BigIntegerField(null=True)  # deduct: at most this is lost
    levels = models.PositiveSmallIntegerField(null=True)  # scale: 0..levels
    options = models.CharField(max_length=400, blank=True)  # choice: 'A=2;B=1;C=0'
    bands = models.CharField(max_length=400, blank=True)  # number: '18..=2;16..18=1;..16=0'
    critical = models.CharField(max_length=20, default="none")
    gates = models.JSONField(default=list)  # codes lost with it
    channels = models.JSONField(default=list)  # empty: every channel
    unit_kinds = models.JSONField(default=list)  # empty: every kind
    evidence = models.CharField(
        max_length=10, choices=EvidenceKind.choices, default=EvidenceKind.NONE
    )
    pillar = models.CharField(max_length=12, choices=Pillar.choices, blank=True)
    severity = models.CharField(max_length=6, choices=Severity.choices, default=Severity.MINOR)
    due_days = models.PositiveSmallIntegerField(null=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="criterion_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
