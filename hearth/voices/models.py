"""What staff say: names and slogans they hand in, and cases they write for all to learn from."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hearth.ledgers.models import Record, RecordQuerySet, standing_key
from hearth.network.domain.paths import ancestors
from hearth.network.models import Person
from hearth.network.scope import Scope
from hearth.standards.models import Criterion


class SolicitationQuerySet(RecordQuerySet["Solicitation"]):
    """Named filters over solicitations."""

    def visible_to(self, scope: Scope) -> Self:
        """Those asked from inside ``scope``, and those asked of it from above."""
        above = {path for granted in scope.paths for path in ancestors(granted)}
        asked = Q(unit_path__in=sorted(above)) if above else Q(pk__in=[])
        return self.filter(scope.q("unit_path") | asked)

    def open_on(self, day: date) -> Self:
        """Those that take entries on ``day``."""
        return self.standing().filter(opens_on__lte=day, closes_on__gte=day)


class Solicitation(Record):
    """A unit asks all staff below it for names and slogans, from a day to a day (included)."""

    code = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    opens_on = models.DateField()
    closes_on = models.DateField()  # last day

    objects = SolicitationQuerySet.as_manager()

    class Meta:
        constraints = [
            standing_key("code", name="solicitation_once"),
            models.CheckConstraint(
                name="solicitation_span_forward",
                condition=Q(closes_on__gte=models.F("opens_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Entry(Record):
    """One name or slogan handed in; ``unit`` is where its author worked that day."""

    class Kind(models.TextChoices):
        NAME = "name"
        SLOGAN = "slogan"

    solicitation = models.ForeignKey(Solicitation, models.PROTECT, related_name="entries")
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    text = models.CharField(max_length=200)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="entries")
    submitted_at = models.DateTimeField()
    is_chosen = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    objects = RecordQuerySet["Entry"].as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            standing_key("solicitation", "code", name="entry_once"),
            models.UniqueConstraint(
                fields=["solicitation", "kind"],
                condition=Q(is_chosen=True, withdrawn_at__isnull=True),
                name="entry_one_chosen",
            ),
        ]
        indexes = [models.Index(fields=["submitted_at", "kind"], name="entry_at_kind")]

    def __str__(self) -> str:
        return self.text


class CaseQuerySet(RecordQuerySet["Case"]):
    """Named filters over cases."""

    def published(self) -> Self:
        """Those in the column, for everyone to read."""
        return self.standing().filter(status=Case.Status.PUBLISHED)

    def readable_by(self, scope: Scope, user_id: int) -> Self:
        """What is published, one's own, and what was handed in within ``scope``."""
        handed_in = scope.q("unit_path") & ~Q(status=Case.Status.DRAFT)
        column = Q(status=Case.Status.PUBLISHED, withdrawn_at__isnull=True)
        return self.filter(column | Q(recorded_by_id=user_id) | handed_in)


class Case(Record):
    """A good example from one unit: written, submitted, approved by another, published.

    ``recorded_by`` is the account that wrote it. Figures count it from ``published_on``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        APPROVED = "approved"
        PUBLISHED = "published"

    title = models.CharField(max_length=120)
    text = models.TextField()
    pillar = models.CharField(max_length=12, choices=Criterion.Pillar.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    decision_note = models.CharField(max_length=400, blank=True)
    published_on = models.DateField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_two_persons",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("recorded_by")),
            ),
            models.CheckConstraint(
                name="case_published_fields",
                condition=~Q(status="published")
                | Q(published_on__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-published_on"], name="case_column"),
            models.Index(fields=["published_on", "unit_path"], name="case_on_path"),
        ]

    def __str__(self) -> str:
        return self.title


class Like(models.Model):
    """One account likes one case, once."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    liked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.case_id}"
