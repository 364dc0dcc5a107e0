"""Cleaning days as spreadsheets: the schedule with what came of it, and one day by outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hearth.network.scope import Scope
from hearth.platform.spreadsheets import Column, Table
from hearth.premises.models import CleaningDay
from hearth.web.cleaning.queries import OutletDay, counts, open_rectifications, outlet_days
from hearth.web.cleaning.words import STATE_NAMES

_DAY = Column("held_on", _("Cleaning day on"), "date")
_CODE = Column("unit", pgettext_lazy("unit", "Code"), "code")
_NAME = Column("name", pgettext_lazy("unit", "Name"))
_UNTIL = Column("report_by", _("Outlets report until"), "date")
_THEME = Column("theme", _("Theme"))
_STANDARD = Column("standard", _("Looked at by the standard"), "code")
DAYS = (
    *(_DAY, _CODE, _NAME, _UNTIL, _THEME, _STANDARD),
    Column("outlets", _("Outlets"), "integer"),
    *(Column(state, name, "integer") for state, name in STATE_NAMES.items()),
)
OUTLETS = (
    *(_DAY, _CODE, _NAME),
    Column("state", _("State"), "choice", choices=list(STATE_NAMES.items())),
    Column("reported_at", _("Report with photos"), "instant"),
    Column("checked_on", _("Video check"), "date"),
    Column("findings", _("Findings"), "integer"),
    Column("unsettled", _("Still to be put right"), "integer"),
)
BATCH = 50
"""Days that are worked out at once: each with all its outlets."""


def days_table(days: Sequence[CleaningDay], scope: Scope, today: Any) -> Table:
    """A row a day, with how many outlets stand in each state."""

    def rows() -> Iterator[Sequence[Any]]:
        for start in range(0, len(days), BATCH):
            part = days[start : start + BATCH]
            found = outlet_days(part, scope, today)
            for day in part:
                yield _day_row(day, found[day.pk])

    return Table("cleaning-days", DAYS, rows())


def _day_row(day: CleaningDay, found: Sequence[OutletDay]) -> Sequence[Any]:
    tally = counts(found)
    said = (day.held_on, day.unit.code, day.unit.name, day.report_by, day.theme)
    standard = day.standard.code if day.standard else ""
    return (*said, standard, len(found), *(tally[state] for state in STATE_NAMES))


def outlets_table(day: CleaningDay, found: Sequence[OutletDay]) -> Table:
    """A row an outlet: its state, its report, the check, and what is still to be put right."""
    unsettled = open_rectifications([one.check for one in found if one.check])
    rows = (
        (
            *(day.held_on, one.unit.code, one.unit.name, one.state),
            one.report and one.report.started_at,
            one.check and one.check.inspected_on,
            one.check and one.check.findings_count,
            one.check and unsettled.get(one.check.pk, 0),
        )
        for one in found
    )
    return Table(f"cleaning-{day.held_on:%Y%m%d}", OUTLETS, rows)
