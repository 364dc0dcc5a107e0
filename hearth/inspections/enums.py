"""Words that inspections share with scores, pages and exchange."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How an outlet was looked at."""

    VIDEO = "video", _("Video")
    MYSTERY = "mystery", _("Mystery shopper")
    ONSITE = "onsite", _("On site")
    SELF = "self", _("Self-check")
    HEAD_OFFICE = "head_office", _("Head-office mystery shopper")
    EXPERIENCE = "experience", _("Experience visit")


AS_CUSTOMER = frozenset({Channel.MYSTERY, Channel.HEAD_OFFICE})
"""Channels by which someone comes as a customer, so that even the hour could tell who it was."""
