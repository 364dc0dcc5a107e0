"""Template words of the premises' pages."""

from __future__ import annotations

from django import template

from hearth.kernel.rounding import centi_text
from hearth.web.premises.pictures import share_text

register = template.Library()
register.filter("share", share_text)


@register.filter
def yuan(fen: int | None) -> str:
    """Money in fen as people read it: 128000 is '¥1,280.00'; nothing is a dash."""
    if fen is None:
        return "—"
    whole, cents = centi_text(abs(fen)).split(".")
    return f"{'-' if fen < 0 else ''}¥{int(whole):,}.{cents}"


@register.filter
def minus(whole: int, part: int) -> int:
    """What of a whole is not in the part."""
    return whole - part
