"""Names of this room's words for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

LEVELS: dict[str, Any] = {
    "province": pgettext_lazy("level", "Province"),
    "branch": pgettext_lazy("level", "Branch"),
    "subbranch": pgettext_lazy("level", "Sub-branch"),
    "outlet": pgettext_lazy("level", "Outlet"),
}
"""Name of each level of the tree, the highest first."""
