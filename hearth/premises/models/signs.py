"""Signs of an outlet (擦亮招牌), their photos, and the labels by which anyone reports a fault."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hearth.ledgers.models import Photo, Record, RecordQuerySet, standing_key
from hearth.network.scope import Scope, end_of


class SignQuerySet(RecordQuerySet["Sign"]):
    """Named filters over signs.

    A sign stays with its outlet: it counts where the outlet lies now, not where that lay on the
    day when the sign was put up.
    """

    def visible_to(self, scope: Scope) -> Self:
        """Signs of units that lie in ``scope`` now; an empty scope sees none."""
        return self.filter(scope.q("unit__path"))

    def under(self, path: str) -> Self:
        """Signs of units that lie at or below ``path`` now."""
        return self.filter(unit__path__gte=path, unit__path__lt=end_of(path))

    def up_on(self, day: date) -> Self:
        """Signs that hang at the end of ``day``; one without a day of installation hung always."""
        return self.standing().filter(
            Q(installed_on__isnull=True) | Q(installed_on__lte=day),
            Q(retired_on__isnull=True) | Q(retired_on__gt=day),
        )


class Sign(Record):
    """One light box, lintel or plate; its age follows from ``installed_on``."""

    class Kind(models.TextChoices):
        LIGHTBOX = "lightbox", _("Light box")
        LINTEL = "lintel", _("Lintel")
        NAMEPLATE = "nameplate", _("Name plate")
        DOORPLATE = "doorplate", _("Door plate")
        OTHER = "other", _("Other sign")

    sign_no = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    installed_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)  # first day on which it no longer hangs
    make = models.CharField(max_length=80, blank=True)  # maker and model
    place = models.CharField(max_length=80, blank=True)  # 正门上方, 东侧墙面 …
    lit_from = models.TimeField(null=True)  # of a day; both or none
    lit_until = models.TimeField(null=True)  # may lie after midnight

    objects = SignQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "kind"], name="sign_path_kind"),
            models.Index(fields=["unit", "retired_on"], name="sign_unit"),
        ]
        constraints = [
            standing_key("sign_no", name="sign_key"),
            models.CheckConstraint(
                name="sign_retired_after_installed",
                condition=Q(installed_on__isnull=True)
                | Q(retired_on__isnull=True)
                | Q(retired_on__gte=models.F("installed_on")),
            ),
            models.CheckConstraint(
                name="sign_lit_hours_in_pairs",
                condition=Q(lit_from__isnull=True, lit_until__isnull=True)
                | Q(lit_from__isnull=False, lit_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.sign_no


class SignPhoto(Photo):
    """How a sign looks."""

    record = models.ForeignKey(Sign, models.CASCADE, related_name="photos")


def label_token() -> str:
    """What stands in the address of a label: 120 bits of chance, not to be guessed."""
    return secrets.token_urlsafe(15)


class AssetLabelQuerySet(models.QuerySet["AssetLabel"]):
    """Named filters over labels."""

    def visible_to(self, scope: Scope) -> Self:
        """Labels at units that lie in ``scope`` now."""
        return self.filter(scope.q("unit__path"))

    def in_use(self) -> Self:
        """Labels that open the form; one that was replaced does not."""
        return self.filter(ended_at__isnull=True)


class AssetLabel(models.Model):
    """The QR code on one sign, or on one facility of an outlet.

    The token is stored and not computed from the secret key, so that labels on walls outlive a
    change of the key, and one that was abused is replaced alone.
    """

    token = models.CharField(max_length=32, unique=True, default=label_token)
    unit = models.ForeignKey("network.Unit", models.PROTECT, related_name="+")
    sign = models.ForeignKey(Sign, models.PROTECT, null=True, related_name="labels")
    facility = models.ForeignKey(
        "premises.FacilityKind", models.PROTECT, null=True, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = AssetLabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="label_of_one_asset",
                condition=Q(sign__isnull=False, facility__isnull=True)
                | Q(sign__isnull=True, facility__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["sign"], condition=Q(ended_at__isnull=True), name="label_once_a_sign"
            ),
            models.UniqueConstraint(
                fields=["unit", "facility"],
                condition=Q(ended_at__isnull=True, facility__isnull=False),
                name="label_once_a_facility",
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.pk}"
