"""Who may open the pages of cleaning days."""

from __future__ import annotations

from datetime import date

from hearth.premises.models import CleaningDay
from tests.consistency.scope_pages import BOTH, Args, Case, page, placed
from tests.consistency.scope_world import Side

VIEW, EDIT = "premises.view", "premises.edit"


def a_day(side: Side) -> Args:
    """A cleaning day of one branch, made anew for each test."""
    known = getattr(side, "cleaning_day", None)
    if known is None or not CleaningDay.objects.filter(pk=known.pk).exists():
        side.cleaning_day = CleaningDay.objects.create(  # type: ignore[attr-defined]
            unit=side.outlet, held_on=date(2021, 5, 20), report_by=date(2021, 5, 21)
        )
    return (side.cleaning_day.pk,)  # type: ignore[attr-defined]


PAGES: dict[str, tuple[Case, ...]] = {
    "cleaning:days": (page(VIEW),),
    "cleaning:days-export": (page("exchange.export", VIEW),),
    "cleaning:day-export": (placed(a_day, "exchange.export", VIEW),),
    "cleaning:schedule": (page(EDIT, methods=BOTH),),
    "cleaning:day": (placed(a_day, VIEW),),
    "cleaning:call-off": (placed(a_day, EDIT, methods=BOTH),),
}
