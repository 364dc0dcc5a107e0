"""What one outlet's cleaning day came to, from its report and from who looked by video."""

from __future__ import annotations

from datetime import date, timedelta

LOOK_WITHIN = timedelta(days=7)
"""A video check verifies a cleaning day on the day itself and this long after it."""

HELD, DEVIATION = "held", "deviation"
REPORTED, SILENT, EXPECTED = "reported", "silent", "expected"
STATES = (DEVIATION, SILENT, EXPECTED, REPORTED, HELD)
"""In the order in which they need a hand."""


def last_look(held_on: date) -> date:
    """The last day on which a check still says something about the cleaning day."""
    return held_on + LOOK_WITHIN


def state_of(*, has_reported: bool, findings: int | None, report_by: date, today: date) -> str:
    """Where an outlet stands.

    Args:
        has_reported: whether it recorded its cleaning day with photos.
        findings: how many the newest check found; None: nobody has looked.
        report_by: the last day for its report.
        today: the day that is asked about.
    """
    if findings is not None:
        return DEVIATION if findings else HELD
    if has_reported:
        return REPORTED
    return SILENT if today > report_by else EXPECTED
