"""What things are called on pages, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from hearth.kernel import charts
from hearth.standards.models import Edition, Module, Standard


def edition_name(edition: Edition) -> str:
    """What people call an edition: the standard's title, and which one; not its code."""
    return f"{title_of(edition.standard)} · {edition.edition}"


def title_of(named: Standard | Module) -> str:
    """The title of a standard or module; in Chinese where it has no English one."""
    chinese = (get_language() or "").startswith("zh")
    title = named.title if chinese or not named.title_en else named.title_en
    return title or named.code


def area_name(code: str) -> str:
    """Name of a prefecture in the reader's language."""
    one = charts.prefecture(code)
    return one.short if (get_language() or "").startswith("zh") else one.english
