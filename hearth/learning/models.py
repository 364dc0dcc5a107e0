"""The question bank, and who sat which test with what result.

A paper is here the name under which a sitting sat it. Papers drawn from the bank, and answers to
single questions, come as tables of their own beside these.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from hearth.ledgers.models import Record, RecordQuerySet, standing_key
from hearth.network.models import Person


class Question(Record):
    """One question of the bank, of the network as a whole.

    ``options`` and ``answer`` are lists: ``["A=…", "B=…"]`` and the letters that are right; for
    ``true_false`` the answer is ``["true"]`` or ``["false"]``, for ``blank`` every text that is
    accepted.
    """

    class Kind(models.TextChoices):
        SINGLE = "single"
        MULTIPLE = "multiple"
        TRUE_FALSE = "true_false"
        BLANK = "blank"

    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    stem = models.TextField()
    options = models.JSONField(default=list, blank=True)
    answer = models.JSONField(default=list)
    points_milli = models.PositiveIntegerField()
    topic = models.CharField(max_length=80, blank=True)
    explanation = models.TextField(blank=True)

    objects = RecordQuerySet["Question"].as_manager()

    class Meta:
        constraints = [standing_key("code", name="question_once")]
        indexes = [models.Index(fields=["topic", "code"], name="question_topic")]

    def __str__(self) -> str:
        return f"{self.code} {self.stem[:60]}"


class Sitting(Record):
    """One batch in which people of a branch sat a paper on a day."""

    code = models.CharField(max_length=64)
    paper = models.CharField(max_length=120)
    held_on = models.DateField()

    objects = RecordQuerySet["Sitting"].as_manager()

    class Meta:
        constraints = [standing_key("code", name="sitting_once")]
        indexes = [models.Index(fields=["held_on", "unit_path"], name="sitting_on_path")]

    def __str__(self) -> str:
        return f"{self.code} {self.paper}"


class AttemptQuerySet(RecordQuerySet["Attempt"]):
    """Named filters over attempts."""

    def standing(self) -> Self:
        """Attempts that count: neither they nor their sitting are withdrawn."""
        return super().standing().filter(sitting__withdrawn_at__isnull=True)

    def held_by(self, day: date) -> Self:
        """Those that count and were sat by the end of ``day``."""
        return self.standing().filter(held_on__lte=day)


class Attempt(Record):
    """What one person reached at one sitting.

    ``unit`` is where the person's post was on the day of the sitting, so that the result belongs
    to that unit for ever; ``held_on`` repeats the sitting's day.
    """

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="attempts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attempts")
    held_on = models.DateField()
    score_centi = models.PositiveIntegerField()
    out_of_centi = models.PositiveIntegerField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AttemptQuerySet.as_manager()

    @property
    def percent(self) -> float:
        """What was reached, in percent of the points to be had."""
        return 100 * self.score_centi / self.out_of_centi

    class Meta:
        constraints = [
            standing_key("sitting", "person", name="attempt_once"),
            models.CheckConstraint(
                name="attempt_score_within",
                condition=Q(out_of_centi__gt=0, score_centi__lte=models.F("out_of_centi")),
            ),
        ]
        indexes = [
            models.Index(fields=["held_on", "unit_path"], name="attempt_on_path"),
            models.Index(fields=["person", "held_on"], name="attempt_person_on"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.sitting_id}"
