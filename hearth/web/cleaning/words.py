"""What the states of an outlet's cleaning day are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

STATE_NAMES: dict[str, Any] = {
    "deviation": pgettext_lazy("cleaning day", "deviation found"),
    "silent": pgettext_lazy("cleaning day", "no report"),
    "expected": pgettext_lazy("cleaning day", "report to come"),
    "reported": pgettext_lazy("cleaning day", "reported, not looked at"),
    "held": pgettext_lazy("cleaning day", "held, verified by video"),
}
