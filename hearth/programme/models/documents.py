"""Documents sent down 下发通知, and which units have acknowledged them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.programme.models.plans import Programme


class DocumentQuerySet(models.QuerySet["Document"]):
    """Named filters over documents."""

    def visible_to(self, scope: Scope) -> Self:
        """Documents sent to a unit in ``scope``; an empty scope sees none."""
        sent = Receipt.objects.visible_to(scope).filter(document=OuterRef("pk"))
        return self.filter(Exists(sent))

    def standing(self) -> Self:
        """Documents that were not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def counted(self, scope: Scope) -> Self:
        """With ``sent_n`` and ``acknowledged_n``, of the units in ``scope``."""
        inside = scope.q("receipts__unit__path")
        return self.annotate(
            sent_n=Count("receipts", filter=inside),
            acknowledged_n=Count(
                "receipts", filter=inside & Q(receipts__acknowledged_at__isnull=False)
            ),
        )


class Document(models.Model):
    """A notice to many units, each of which must say that it was received."""

    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="documents")
    number = models.CharField(max_length=60, blank=True)  # 文号
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    acknowledge_by = models.DateField()  # late from the day after
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    sent_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    withdrawal_reason = models.CharField(max_length=400, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-sent_at"], name="document_sent")]

    def __str__(self) -> str:
        return self.title


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Named filters over receipts."""

    def visible_to(self, scope: Scope) -> Self:
        """Receipts of units that lie in ``scope`` now; an empty scope sees none."""
        return self.filter(scope.q("unit__path"))

    def missing(self) -> Self:
        """Units that have not acknowledged a document that stands."""
        return self.filter(acknowledged_at__isnull=True, document__withdrawn_at__isnull=True)

    def overdue(self, today: date) -> Self:
        """Missing ones whose day is over."""
        return self.missing().filter(document__acknowledge_by__lt=today)


class Receipt(models.Model):
    """That one unit was sent a document, and who acknowledged it there and when."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    reminded_on = models.DateField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "acknowledged_at"], name="receipt_unit_at")]
        constraints = [
            models.UniqueConstraint(fields=["document", "unit"], name="receipt_once"),
            models.CheckConstraint(
                name="receipt_at_with_by",
                condition=Q(acknowledged_at__isnull=False) | Q(acknowledged_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.unit_id}"
