"""What things are called on pages, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from hearth.kernel import charts
from hearth.standards.models import Edition


def edition_name(edition: Edition) -> str:
    """What people call an edition: the standard's title, and which one; not its code."""
    standard = edition.standard
    chinese = (get_language() or "").startswith("zh")
    title = standard.title if chinese or not standard.title_en else standard.title_en
    return f"{title} · {edition.edition}"


def area_name(code: str) -> str:
    """Name of a prefecture in the reader's language."""
    one = charts.prefecture(code)
    return one.short if (get_language() or "").startswith("zh") else one.english
