"""Files kept with a document, a meeting or what a unit reports of a task."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from hearth.network.scope import Scope
from hearth.programme.models.documents import Document
from hearth.programme.models.meetings import Meeting
from hearth.programme.models.tasks import TaskShare


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Named filters over files."""

    def visible_to(self, scope: Scope) -> Self:
        """Files of what lies in ``scope``; an empty scope sees none."""
        documents = Document.objects.visible_to(scope).filter(pk=OuterRef("document"))
        meetings = Meeting.objects.visible_to(scope).filter(pk=OuterRef("meeting"))
        shares = TaskShare.objects.visible_to(scope).filter(pk=OuterRef("share"))
        return self.filter(Exists(documents) | Exists(meetings) | Exists(shares))


class Attachment(models.Model):
    """One file; it lies under its hash (``platform.files``) and belongs to exactly one record."""

    uuid = models.UUIDField(unique=True)
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="files")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="files")
    share = models.ForeignKey(TaskShare, models.CASCADE, null=True, related_name="files")
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()  # bytes
    content_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_of_one_record",
                condition=Q(document__isnull=False, meeting__isnull=True, share__isnull=True)
                | Q(document__isnull=True, meeting__isnull=False, share__isnull=True)
                | Q(document__isnull=True, meeting__isnull=True, share__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
