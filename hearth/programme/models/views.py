"""Views of the explorer that somebody kept: what was asked, under a name."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hearth.network.models import Unit
from hearth.network.scope import Actor


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Named filters over saved views."""

    def standing(self) -> Self:
        """Views that were not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, actor: Actor, paths: tuple[str, ...]) -> Self:
        """The actor's own, and those shared by a unit at or above one of ``paths``."""
        above = {path[:end] for path in paths for end in range(1, len(path) + 1)}
        shared = Q(is_shared=True, unit__path__in=above)
        return self.filter(shared | Q(owner_id=actor.user_id))


class SavedView(models.Model):
    """What somebody asks of the explorer again and again.

    ``query`` is the address after its question mark, so that a link carries all of it. A shared
    one is offered to everybody at or below ``unit``. Nothing in it opens more than the reader may
    see: the explorer asks for the reader's rights, not for the owner's.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1500)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(withdrawn_at__isnull=True),
                name="saved_view_once_a_name",
            )
        ]
        indexes = [models.Index(fields=["is_shared", "unit"], name="saved_view_shared_by")]

    def __str__(self) -> str:
        return self.name
