"""What cannot be so, in the user's words: what is wrong, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FAULTS: dict[str, Any] = {
    "one_asset": _("An order is about a sign or about a facility, not both. Clear one of them."),
    "foreign_sign": _("This sign belongs to another unit. Look up the number on the sign."),
    "finding_elsewhere": _("The check found this at another outlet. Open the order there."),
    "opened_in_future": _("This day is yet to come. An order is opened on the day it is written."),
    "opened_after_retired": _(
        "This sign was taken down before the order was opened. Name the one that hangs there now."
    ),
    "done_before_opened": _("It cannot be done before it was opened. Correct one of the two days."),
    "done_in_future": _("This day is yet to come. Enter it when the work is done."),
    "done_before_installed": _("The sign was put up only after this day. Correct one of the days."),
    "retired_before_installed": _(
        "It cannot be taken down before it was put up. Correct one of the two days."
    ),
    "installed_in_future": _("This day is yet to come. Enter it when the sign hangs."),
    "checked_in_future": _("This day is yet to come. Enter what was seen on the day it was seen."),
    "not_an_outlet": _("Facilities are kept by outlet; this unit is none. Choose one below it."),
}
"""By the codes of ``domain``, and by those of the registers' own checks."""

RAMP_FAULTS: dict[str, Any] = {
    "steep": _("The ramp is steeper than 1 in 12."),
    "narrow": _("The ramp is narrower than 1.20 m."),
    "no_handrail": _("The ramp has no handrails."),
}
"""By the codes of ``domain.ramps``."""
