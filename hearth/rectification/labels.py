"""Names of this room's words for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, Any] = {
    "open": pgettext_lazy("rectification", "To be accepted"),
    "accepted": pgettext_lazy("rectification", "Being put right"),
    "fixed": pgettext_lazy("rectification", "Waiting for verification"),
    "closed": pgettext_lazy("rectification", "Signed off"),
}
SEVERITIES: dict[str, Any] = {"red": _("red line"), "major": _("major"), "minor": _("minor")}
