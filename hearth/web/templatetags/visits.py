"""Template words of home visits: ``{% load visits %}``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template

from hearth.outreach.domain.visits import masked_name, masked_phone
from hearth.outreach.models import Visit
from hearth.outreach.services.words import listed
from hearth.web.visits import words

register = template.Library()
register.filter("spaced", words.spaced)
_WORDS: dict[str, dict[str, Any]] = {
    "stage": words.STAGES,
    "tone": words.TONES,
    "channel": words.CHANNELS,
    "group": words.GROUPS,
    "need": words.NEEDS,
    "outcome": words.OUTCOMES,
    "cancelled": words.CANCELLED,
    "call": words.CALLS,
}


@register.filter
def visit_words(value: str, of: str) -> str:
    """What a machine word of a visit means: ``visit.stage|visit_words:"stage"``."""
    return str(_WORDS[of].get(value, ""))


@register.filter
def in_minutes(span: timedelta) -> int:
    """Whole minutes."""
    return span // timedelta(minutes=1)


@register.filter
def who(visit: Visit) -> str:
    """The customer as lists show them; a dash once their data are deleted."""
    return masked_name(visit.name) or "—"


@register.filter
def pair(visit: Visit) -> str:
    """The names of the two who go; empty before an appointment."""
    names = [one.name for one in (visit.first_visitor, visit.second_visitor) if one]
    return listed(names)


@register.filter
def reached_at(visit: Visit) -> str:
    """The telephone as pages show it; a dash once the data are deleted."""
    return masked_phone(visit.phone) or "—"
