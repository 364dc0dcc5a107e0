"""Template words for temperatures."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

from hearth.kernel.rounding import centi_text, div_half_up

register = template.Library()


@register.filter
def celsius(centi: float | None) -> str:
    """Hundredths of a degree to a tenth, '17.4 °C'; nothing is a dash."""
    return "—" if centi is None else f"{degrees(centi)} °C"


@register.filter
def warmer(centi: float | None) -> str:
    """A difference with its sign, '+1.3 °C'; nothing is a dash."""
    if centi is None:
        return "—"
    text = degrees(centi)
    return f"{text} °C" if text.startswith("-") or text == "0.0" else f"+{text} °C"


@register.filter
def at_minute(minute: int) -> datetime:
    """The instant of a minute that is counted from 1970 in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)


def degrees(centi: float) -> str:
    """Hundredths of a degree to a tenth, rounded half up: 1735 is '17.4'."""
    tenths = div_half_up(round(centi * 1000), 10_000)
    return centi_text(tenths * 10)[:-1]
