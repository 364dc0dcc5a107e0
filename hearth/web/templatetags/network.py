"""Template words of the network's pages."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import gettext as _

from hearth.network.domain.tree import EARLIEST
from hearth.network.labels import LEVELS

register = template.Library()


@register.filter
def level_name(level: str) -> str:
    """Name of a level of the tree."""
    return str(LEVELS.get(level, level))


@register.filter
def day(value: date | None) -> str:
    """A day as 2021-06-15; since ever and unknown days are a dash."""
    return "—" if value is None or value == EARLIEST else value.isoformat()


@register.filter
def since(value: date | None) -> str:
    """Start of a stay: a day, or that nobody knows of another one before."""
    return _("from the beginning") if value is None or value == EARLIEST else value.isoformat()


@register.filter
def is_gone(closed_on: date | None, today: date) -> bool:
    """Whether a unit with this day of closing is no longer there on ``today``."""
    return closed_on is not None and closed_on <= today
