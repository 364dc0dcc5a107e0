"""The shape that all ledger records share: whose, where on that day, by whom, whether it counts.

And the one of what they name by a code: lines of catalogues.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from hearth.network.scope import Scope, end_of

Kept = TypeVar("Kept", bound="Record", covariant=True)


class RecordQuerySet(models.QuerySet[Kept], Generic[Kept]):
    """Named filters over the records of one ledger."""

    def visible_to(self, scope: Scope) -> Self:
        """Records of units that lay in ``scope`` on their day; an empty scope sees none."""
        return self.filter(scope.q("unit_path"))

    def under(self, path: str) -> Self:
        """Records of units that lay at or below ``path`` on their day."""
        return self.filter(unit_path__gte=path, unit_path__lt=end_of(path))

    def standing(self) -> Self:
        """Records that count: not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class SpanQuerySet(RecordQuerySet[Kept], Generic[Kept]):
    """Named filters over records that hold from a day (``since``) to a day (``until``)."""

    def held_on(self, day: date) -> Self:
        """Records that hold at the end of ``day``."""
        return self.standing().filter(
            Q(until__isnull=True) | Q(until__gt=day),
            since__lte=day,
        )


class Record(models.Model):
    """One row of a ledger, about one unit on one day.

    ``unit_path`` is where the unit lay on the record's day, so that a figure of a past quarter
    counts it where it belonged then. Rows are never deleted: a wrong one is withdrawn with a
    reason and no longer counts. ``version`` guards against stale edits.
    """

    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=64, db_collation="C")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    withdrawal_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        """True when it no longer counts."""
        return self.withdrawn_at is not None


class Span(Record):
    """A record that holds from ``since`` (included) to ``until`` (excluded; None: still)."""

    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        abstract = True


class Photo(models.Model):
    """A photo of a record; the file lies under its hash (``platform.files``).

    Each room makes its own table of them, with a foreign key ``record``.
    """

    uuid = models.UUIDField(unique=True)  # made by the client, so that a retry stores it once
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()  # bytes
    content_type = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    metadata = models.JSONField(default=dict)  # of the camera, kept apart from the picture
    caption = models.CharField(max_length=120, blank=True)  # such as 'before' and 'after'
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.sha256[:12]


def standing_key(*fields: str, name: str) -> models.UniqueConstraint:
    """The natural key of a ledger: unique among records that are not withdrawn."""
    options: dict[str, Any] = {"condition": Q(withdrawn_at__isnull=True)}
    return models.UniqueConstraint(fields=fields, name=name, **options)


class CatalogueLine(models.Model):
    """A line of a catalogue: a code, a name in both languages, its place in lists."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the reader's language; without one, in Chinese."""
        chinese = (get_language() or "zh").startswith("zh")
        return self.name if chinese else self.name_en


class OfferedLine(CatalogueLine):
    """A line that can be taken out of use; what was recorded by it stays readable."""

    is_active = models.BooleanField(default=True)  # offered in forms

    class Meta:
        abstract = True
