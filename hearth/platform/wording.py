"""What several rooms call by the same words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.kernel.periods import Period


def period_name(period: Period) -> str:
    """The period as a sentence says it: 2021年第二季度, the second quarter of 2021."""
    by_number = {
        "quarter": (
            _("the first quarter of %(year)s"),
            _("the second quarter of %(year)s"),
            _("the third quarter of %(year)s"),
            _("the fourth quarter of %(year)s"),
        ),
        "half": (_("the first half of %(year)s"), _("the second half of %(year)s")),
        "year": (_("the year %(year)s"),),
    }
    if period.kind == "month":
        return _month(period)
    return by_number[period.kind][period.number - 1] % {"year": period.year}


def period_title(period: Period) -> str:
    """The period as a heading says it: 2021年第二季度, Q2 2021."""
    by_number = {
        "quarter": (_("Q1 %(year)s"), _("Q2 %(year)s"), _("Q3 %(year)s"), _("Q4 %(year)s")),
        "half": (_("H1 %(year)s"), _("H2 %(year)s")),
        "year": (pgettext("a year in a heading", "%(year)s"),),
    }
    if period.kind == "month":
        return _month(period)
    return by_number[period.kind][period.number - 1] % {"year": period.year}


def _month(period: Period) -> str:
    said = {"month": period.number, "year": period.year}
    return pgettext("a month of a year", "%(month)s/%(year)s") % said
