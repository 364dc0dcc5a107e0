"""Names of this room's words for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

TARGET_GROUPS: dict[str, Any] = {
    "army": pgettext_lazy("target group", "Army units"),
    "company": pgettext_lazy("target group", "Companies"),
    "school": pgettext_lazy("target group", "Schools"),
    "community": pgettext_lazy("target group", "Communities"),
    "remote": pgettext_lazy("target group", "Remote places"),
}
VEHICLE_KINDS: dict[str, Any] = {
    "vehicle": pgettext_lazy("vehicle", "Vehicle"),
    "kit": pgettext_lazy("vehicle", "Portable kit"),
}
STATES: dict[str, Any] = {
    "recorded": pgettext_lazy("activity", "to be confirmed"),
    "confirmed": pgettext_lazy("activity", "confirmed"),
    "returned": pgettext_lazy("activity", "sent back"),
    "withdrawn": pgettext_lazy("activity", "taken back"),
}
RESULTS: dict[str, Any] = {
    "pending": pgettext_lazy("sample", "not verified yet"),
    "held": pgettext_lazy("sample", "took place as recorded"),
    "differs": pgettext_lazy("sample", "took place, record differs"),
    "not_held": pgettext_lazy("sample", "did not take place"),
    "unproven": pgettext_lazy("sample", "cannot be proven"),
}
OBSERVATIONS: dict[str, Any] = {
    "strength": pgettext_lazy("observation", "Strength"),
    "weakness": pgettext_lazy("observation", "Weakness"),
    "idea": pgettext_lazy("observation", "Idea"),
}
OUTCOMES: dict[str, Any] = {
    "open": pgettext_lazy("idea", "open"),
    "case": pgettext_lazy("idea", "becomes a case"),
    "task": pgettext_lazy("idea", "becomes a task"),
    "declined": pgettext_lazy("idea", "not taken up"),
}
