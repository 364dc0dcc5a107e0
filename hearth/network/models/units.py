"""The dated organisation tree."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from hearth.network.scope import Scope, end_of


class UnitQuerySet(models.QuerySet["Unit"]):
    """Named filters over units; each returns a queryset."""

    def visible_to(self, scope: Scope) -> Self:
        """Units that lie in ``scope`` now; an empty scope sees none."""
        return self.filter(scope.q("path"))

    def under(self, path: str) -> Self:
        """The unit at ``path`` and everything below it now."""
        return self.filter(path__gte=path, path__lt=end_of(path))

    def outlets(self) -> Self:
        """Only outlets, the leaves where customers come."""
        return self.filter(level=Unit.Level.OUTLET)

    def open_on(self, day: date) -> Self:
        """Units that exist on ``day``: opened by then and not yet closed."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        )

    def matching(self, text: str) -> Self:
        """Units whose name, code or pinyin initials contain every word of ``text``."""
        found = self
        for word in text.lower().split():
            found = found.filter(search_text__contains=word)
        return found


class Unit(models.Model):
    """One node of the organisation tree: the province, a branch, a sub-branch or an outlet.

    ``parent`` and ``path`` say where it lies now; ``Placement`` rows say where it lay on any
    day. A closed or merged unit keeps its last place, so that past quarters show it.
    """

    class Level(models.TextChoices):
        PROVINCE = "province"
        BRANCH = "branch"
        SUBBRANCH = "subbranch"
        OUTLET = "outlet"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=64, unique=True, db_collation="C")
    children_given = models.PositiveIntegerField(default=0)  # segments given out below, ever
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True)  # WGS 84 degrees
    latitude = models.FloatField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)  # first day on which it is no longer there
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    search_text = models.CharField(max_length=400)
    version = models.PositiveIntegerField(default=1)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["level", "path"], name="unit_level_path"),
            models.Index(fields=["parent", "name"], name="unit_parent_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="unit_coordinates_in_pairs",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
            ),
            models.CheckConstraint(
                name="unit_closed_after_opened",
                condition=Q(opened_on__isnull=True)
                | Q(closed_on__isnull=True)
                | Q(closed_on__gte=models.F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_outlet(self) -> bool:
        """True for a leaf where customers come."""
        return self.level == Unit.Level.OUTLET


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Named filters over placements."""

    def on(self, day: date) -> Self:
        """The tree as it stood at the end of ``day``: one row a unit that existed then."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
            valid_from__lte=day,
        )

    def under(self, path: str) -> Self:
        """Rows at ``path`` or below it."""
        return self.filter(path__gte=path, path__lt=end_of(path))


class Placement(models.Model):
    """Where one unit lay in the tree from a day (included) to a day (excluded)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=64, db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "valid_from"], name="placement_path_from"),
            models.Index(fields=["unit", "valid_from"], name="placement_unit_from"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="placement_one_a_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="placement_one_open"
            ),
            models.CheckConstraint(
                name="placement_span_forward",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.path} {self.valid_from}–{self.valid_to or ''}"
