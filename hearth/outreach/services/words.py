"""Sentences of refusals that several services say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

EDIT, CONFIRM = "outreach.edit", "outreach.confirm"

ENTRY: dict[str, Any] = {
    "persons_missing": _("Say how many people came; this kind of activity counts them."),
    "ends_before_start": _("It ends before it began."),
}
DETAILS: dict[str, Any] = {
    "missing": _("Fill this in; this kind of activity needs it."),
    "too_long": _("At most 200 characters."),
    "not_a_number": _("A whole number from 0 to 1,000,000."),
    "unknown_choice": _("Choose one from the list."),
    "unknown_field": _("This kind of activity has no such field."),
    "not_yes_no": _("Yes or no."),
}
STALE = _("Someone saved this record meanwhile. Reload the page, look, and send again.")
PLACE_MALFORMED = _("Longitude and latitude as a map shows them, such as 123.4315, 41.8057.")


def listed(names: Sequence[str]) -> str:
    """One or two names as the reader's language sets them apart; nothing for none."""
    if len(names) < 2:
        return "".join(names)
    return pgettext("two names", "%(first)s, %(second)s") % {"first": names[0], "second": names[1]}
