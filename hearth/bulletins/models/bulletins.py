"""The published quarter: its draft, approval and frozen revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from hearth.network.scope import Actor


MAKERS = ("bulletin.edit", "bulletin.approve", "bulletin.publish")


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Named filters over bulletins."""

    def published(self) -> Self:
        """Frozen ones that everyone may read."""
        return self.filter(status=Bulletin.Status.PUBLISHED)

    def visible_to(self, actor: Actor) -> Self:
        """Published ones for readers, all for those who make them; others see none.

        A bulletin compares the branches with each other, so whoever may read it reads it whole.
        """
        if any(actor.can(permission) for permission in MAKERS):
            return self.all()
        return self.published() if actor.can("bulletin.view") else self.none()

    def for_list(self) -> Self:
        """Without the contents, which are large; with the names a list shows."""
        people = ("drafted_by", "proposed_by", "approved_by", "published_by")
        return self.defer("computed", "prose", "difference").select_related(*people)


class Bulletin(models.Model):
    """One revision of the bulletin of one closed period.

    ``prose`` is what the manager writes around the computed parts, by language and section;
    ``computed`` is what the system made of the closing and nobody edits (``composition.compose``).
    ``content_hash`` freezes both at publication. ``title`` is Chinese, the official language.
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
    title_en = models.CharField(max_length=300, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=80, blank=True)
    addressees = models.CharField(max_length=400, blank=True)
    prose = models.JSONField(default=dict)
    computed = models.JSONField(default=dict)
    difference = models.JSONField(default=list)  # to the revision before, stated; zh and en
    reason = models.CharField(max_length=400, blank=True)  # why a revision was made
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
    review_note = models.CharField(max_length=400, blank=True)  # why it was sent back
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
                | Q(published_at__isnull=False, approved_by__isnull=False) & ~Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} revision {self.revision}"

    @property
    def is_published(self) -> bool:
        """Frozen: nothing of it changes any more."""
        return self.status == self.Status.PUBLISHED


class Rendition(models.Model):
    """The file of a published bulletin as it was first handed out; the same for everyone after.

    The bytes lie under their hash (``platform.files``). Links inside lead to ``base_url``, so each
    address under which Hearth is reached has a file of its own.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    language = models.CharField(max_length=2)  # zh or en
    base_url = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "kind", "language", "base_url"], name="rendition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} of {self.bulletin_id}"
