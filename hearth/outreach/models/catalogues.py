"""What is known by a code: kinds of activity, special services, specialities, sampling rates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from hearth.ledgers.models import OfferedLine


class ActivityKind(OfferedLine):
    """A kind of activity: what is counted, what else it says, what proves it."""

    class Evidence(models.TextChoices):
        NONE = "none"
        PHOTO = "photo"
        SIGN_IN = "sign_in"  # signatures by QR code, or a photo of the list of signatures

    counts_persons = models.BooleanField(default=False)  # then every record must say how many
    is_mobile = models.BooleanField(default=False)  # goes to a target with a vehicle or kit
    extra_fields: Any = models.JSONField(default=list)  # read by ``domain.kinds``
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.PHOTO)

    class Meta:
        ordering = ["position", "code"]


class FeatureKind(OfferedLine):
    """A special service that outlets may offer, such as a mother-and-baby room."""

    is_searched = models.BooleanField(default=True)  # whether the public finder offers it

    class Meta:
        ordering = ["position", "code"]


class SpecialityKind(OfferedLine):
    """What an outlet may specialise in, such as inclusive finance."""

    class Meta:
        ordering = ["position", "code"]


class SampleRate(models.Model):
    """Share of activities drawn for verification, in force from a day until the next one."""

    permille = models.PositiveSmallIntegerField()  # thousandths: 50 is 5 %
    valid_from = models.DateField(unique=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outreach_rate_is_a_share", condition=Q(permille__gte=1, permille__lte=1000)
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent}% from {self.valid_from}"

    @property
    def percent(self) -> str:
        """The share in percent, without needless zeros."""
        return percent_text(self.permille)


def percent_text(permille: int) -> str:
    """Thousandths as percent: 50 is '5', 55 is '5.5'."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)
