"""What an outlet offers, from when until when: services, specialities, stations, home visits."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from hearth.ledgers.models import Photo, Span, SpanQuerySet, standing_key
from hearth.outreach.models.catalogues import FeatureKind, SpecialityKind


def _forward(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(until__isnull=True) | Q(until__gt=F("since"))
    )


class FeatureQuerySet(SpanQuerySet["Feature"]):
    """Spans of special services."""


class Feature(Span):
    """An outlet offers a special service."""

    feature = models.ForeignKey(FeatureKind, models.PROTECT, related_name="+")

    objects = FeatureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["feature", "since"], name="feature_kind_since"),
            models.Index(fields=["unit", "since"], name="feature_unit_since"),
            models.Index(fields=["unit_path", "since"], name="feature_path_since"),
        ]
        constraints = [
            standing_key("unit", "feature", "since", name="feature_standing_key"),
            _forward("feature_span_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.feature}"


class FeaturePhoto(Photo):
    """Proof of a special service."""

    record = models.ForeignKey(Feature, models.PROTECT, related_name="photos")

    class Meta:
        ordering = ["pk"]


class SpecialityQuerySet(SpanQuerySet["Speciality"]):
    """Spans of specialities."""


class Speciality(Span):
    """An outlet specialises in something."""

    speciality = models.ForeignKey(SpecialityKind, models.PROTECT, related_name="+")

    objects = SpecialityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "since"], name="speciality_unit_since"),
            models.Index(fields=["unit_path", "since"], name="speciality_path_since"),
        ]
        constraints = [
            standing_key("unit", "speciality", "since", name="speciality_standing_key"),
            _forward("speciality_span_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.speciality}"


class StationQuerySet(SpanQuerySet["Station"]):
    """Spans of stations."""


class Station(Span):
    """A station (爱心敬老驿站) at an outlet, for the elderly and for sanitation workers."""

    services: Any = models.JSONField(default=list)  # in words, in the order given

    objects = StationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "since"], name="station_path_since")]
        constraints = [
            standing_key("unit", "since", name="station_standing_key"),
            _forward("station_span_forward"),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class StationPhoto(Photo):
    """A photo of a station."""

    record = models.ForeignKey(Station, models.PROTECT, related_name="photos")

    class Meta:
        ordering = ["pk"]


class CapabilityQuerySet(SpanQuerySet["HomeVisitCapability"]):
    """Spans in which outlets can make home visits."""


class HomeVisitCapability(Span):
    """An outlet can make home visits: it has two people trained for it and a device.

    A fact with dates instead of a tick: when the device goes or one of the two leaves, the span
    ends.
    """

    staff = models.ForeignKey("network.Person", models.PROTECT, related_name="+")
    second = models.ForeignKey("network.Person", models.PROTECT, related_name="+", null=True)
    device = models.CharField(max_length=80)  # its number in the register of equipment

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "since"], name="capability_path_since")]
        constraints = [
            standing_key("unit", "since", name="capability_standing_key"),
            _forward("capability_span_forward"),
        ]

    def __str__(self) -> str:
        return str(self.unit)
