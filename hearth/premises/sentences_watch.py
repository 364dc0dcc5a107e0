"""What cannot be so in a rule of a managed list, and in which words a rule gives its reason."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RULE_FAULTS: dict[str, Any] = {
    "unknown_comparison": _("Choose below, at most, at least or above."),
    "more_days_than_looked_at": _(
        "A rule asks for at least one day, and no more than it looks at."
    ),
    "too_many_days": _("A rule looks at no more than 60 business days."),
    "no_such_month": _("Months are written 1 to 12."),
    "hours_by_the_half": _("Business hours begin and end on the hour or at half past."),
    "closes_before_opens": _("Business hours end after they begin."),
}
"""By the codes of ``domain.watch.faults`` and of the service."""
