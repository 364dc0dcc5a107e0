"""What the page frame needs: who is here, what they may open, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hearth.network.scope import Actor
from hearth.platform.models import Notice


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    title: str
    url: str
    icon: str  # file name under static/icons
    is_here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the navigation that belong together; the first group has no title.

    A long menu shows the groups closed but for the one where the reader is.
    """

    title: str
    entries: tuple[Entry, ...]
    is_open: bool = True


MOST_ENTRIES = 16
"""So many fit on a laptop's screen with all groups open."""

Area = tuple[str, str, str, str]
"""Title, URL name, icon, permission."""


def _areas() -> list[tuple[str, list[Area]]]:
    """Titles of groups with their areas, in the order of the sidebar."""
    return [
        ("", _first()),
        (pgettext("menu", "Checks"), _checks()),
        (pgettext("menu", "Scores"), _scores()),
        (pgettext("menu", "Figures"), _figures()),
        (pgettext("menu", "Ledgers"), _ledgers()),
        (pgettext("menu", "Programme"), _programme()),
        (pgettext("menu", "Administration"), _administration()),
    ]


def _first() -> list[Area]:
    """Where everyone begins."""
    return [
        (_("Home"), "cockpit:home", "home", "signed_in"),
        (_("Outlets"), "network:unit-list", "building", "network.view"),
        (_("Map"), "network:map", "map", "network.view"),
    ]


def _checks() -> list[Area]:
    """What is looked at, and by what."""
    return [
        (_("My checks"), "inspections:mine", "clipboard", "inspections.fill"),
        (_("Checks"), "inspections:list", "checks", "inspections.view"),
        (_("Review"), "inspections:review-queue", "eye", "inspections.review"),
        (_("Rectification"), "rectification:list", "tool", "rectification.view"),
        (_("Standards"), "standards:list", "list", "standards.view"),
    ]


def _scores() -> list[Area]:
    """What comes of the checks."""
    return [
        (_("Periods and ranking"), "scoring:period-list", "trophy", "scores.view"),
        (_("Policies"), "scoring:policy-list", "scale", "scores.view"),
        (_("Bulletins"), "bulletins:list", "news", "bulletin.view"),
    ]


def _figures() -> list[Area]:
    """Figures and the reports told from them."""
    return [
        (_("Explore figures"), "figures:explorer", "search", "figures.view"),
        (_("Reports"), "reports:compose", "file-text", "figures.view"),
    ]


def _ledgers() -> list[Area]:
    """The ledgers and the rooms that keep them."""
    return [
        (_("All ledgers"), "ledgers:overview", "table", "figures.view"),
        (_("Home visits"), "visits:list", "home-heart", "outreach.view"),
        (_("Knowledge tests"), "learning:coverage", "school", "learning.view"),
        (_("Cases and ideas"), "voices:cases", "bulb", "voices.view"),
        (_("Honours"), "honours:awards", "award", "honours.view"),
        (_("Activities"), "outreach:overview", "calendar", "outreach.view"),
        (_("Temperatures"), "temperatures:overview", "temperature", "premises.view"),
        (_("Watchlists"), "watchlists:list", "flag", "premises.view"),
        (_("Premises"), "premises:campaign", "tool", "premises.view"),
        (_("Cleaning days"), "cleaning:days", "sparkles", "premises.view"),
        (_("Facilities"), "facilities:overview", "wheelchair", "premises.view"),
        (_("Special services"), "outreach:features", "sparkles", "outreach.view"),
    ]


def _programme() -> list[Area]:
    """The yearly plan and what it asks."""
    return [
        (_("Plan and work list"), "programme:plan", "flag", "programme.view"),
        (_("My tasks"), "programme:mine", "subtask", "programme.view"),
        (_("Documents"), "programme:document-list", "mail-opened", "programme.view"),
        (_("Performance"), "programme:performance", "target", "programme.view"),
    ]


def _administration() -> list[Area]:
    """Imports, accounts, the trail and the system."""
    return [
        (_("Import"), "exchange:import", "upload", "exchange.import"),
        (_("Accounts"), "accounts:user-list", "users", "accounts.manage"),
        (_("Audit trail"), "audit:list", "shield", "audit.view"),
        (_("System"), "audit:health", "server", "system.view"),
    ]


Line = tuple[str, str, str]
"""Title, address and icon of an entry."""


def navigation(actor: Actor, path: str) -> list[Group]:
    """The entries ``actor`` may open; the one that leads to ``path`` is where they are, if any."""
    lines = _lines(actor.permissions, get_language(), get_script_prefix())
    urls = {name: url for found in lines.values() for name, (_t, url, _i) in found}
    here = _entry_of(path, urls)
    is_long = len(urls) > MOST_ENTRIES
    return [
        Group(
            title,
            tuple(Entry(*entry, name == here) for name, entry in found),
            not is_long or not title or here in dict(found),
        )
        for title, found in lines.items()
    ]


@lru_cache(maxsize=256)  # as many sets of roles as a network has, in two languages
def _lines(
    permissions: frozenset[str], language: str | None, prefix: str
) -> dict[str, list[tuple[str, Line]]]:
    """The lines by name in each group that has any; words and addresses hang on the rest."""
    allowed = {
        title: [
            (name, (text, reverse(name), icon))
            for text, name, icon, permission in areas
            if permission == "signed_in" or permission in permissions
        ]
        for title, areas in _areas()
    }
    return {title: found for title, found in allowed.items() if found}


def _entry_of(path: str, urls: dict[str, str]) -> str:
    """Name of the entry with the longest address that ``path`` lies under; "" for none.

    Every path lies under the first page, which therefore only counts as itself.
    """
    home, mine, checks = "cockpit:home", "inspections:mine", "inspections:list"
    if path == urls[home]:
        return home
    places = [(url, name) for name, url in urls.items() if name != home]
    if mine in urls:
        own = ("inspections:start",) if checks in urls else ("inspections:start", checks)
        places += [(reverse(name), mine) for name in own]
        places.append((f"{reverse(checks)}fill/", mine))
    if "accounts:user-list" in urls:
        places.append((f"{reverse('accounts:me')}roles/", "accounts:user-list"))
    return max((place for place in places if path.startswith(place[0])), default=("", ""))[1]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of ``base.html``."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "navigation": navigation(actor, request.path) if actor else [],
        "languages": settings.LANGUAGES,
        "is_chinese": getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("zh"),
        "unread_notices": _unread(actor) if actor else 0,
    }


def _unread(actor: Actor) -> int:
    return Notice.objects.filter(user_id=actor.user_id, read_at__isnull=True).count()
