"""How figures are spoken of: their groups, their values, how each came about."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.figures.registry import COUNTED, Figure, Value, When, written
from hearth.figures.tracing import YES
from hearth.platform.spreadsheets import Column
from hearth.web.ledgers.forms import typed, yes_no

GROUPS = {
    "network": pgettext_lazy("figures", "Network"),
    "inspections": pgettext_lazy("figures", "Checks"),
    "rectification": pgettext_lazy("figures", "Rectification"),
    "scores": pgettext_lazy("figures", "Scores"),
    "premises": pgettext_lazy("figures", "Premises"),
    "outreach": pgettext_lazy("figures", "Outreach"),
    "learning": pgettext_lazy("figures", "Learning"),
    "voices": pgettext_lazy("figures", "Voices"),
    "honours": pgettext_lazy("figures", "Honours"),
}
SMALL = 30
"""Below this denominator one record moves a share by more than three points, and the 95 % interval
is some thirty points wide at the middle: too coarse to tell two units apart, so it is greyed."""

_HOW = {
    "count": gettext_lazy("Counted from the records below."),
    "persons": gettext_lazy("Persons, added up over the records below."),
    "share": gettext_lazy(
        "The records below are the denominator; the last column says which of them are in the"
        " numerator."
    ),
    "score": gettext_lazy("Points, computed from the records below."),
    "rank": gettext_lazy("A place in a ranking; 1 is the best."),
    "days": gettext_lazy("The mean over the records below, in days from opening to done."),
    "money": gettext_lazy("In yuan, added up over the records below."),
    "change": gettext_lazy("Places gained since the period before; below 0 are places lost."),
}


def group_name(group: str) -> str:
    """Name of a group of figures; of one that has none here, its identifier."""
    return str(GROUPS.get(group, group))


def how(figure: Figure) -> str:
    """How the value comes from the records."""
    return str(_HOW[figure.measure])


def shown(figure: Figure, value: Value) -> str:
    """The value as a page writes it; a dash where there is none."""
    if value.number is not None and figure.measure == "days":
        return _("%(n)s days") % {"n": written(figure, value)}
    if value.number is not None and figure.measure == "money":
        return f"¥{value.number:,.0f}"
    return written(figure, value) or "—"


def is_coarse(value: Value) -> bool:
    """Whether a share has so few records that it is to be read with care."""
    return value.whole is not None and 0 < value.whole < SMALL


def interval_text(value: Value) -> str:
    """The range in which the true share likely lies; empty for anything else."""
    if value.interval is None:
        return ""
    low, high = value.interval
    return f"{low:.1f}–{high:.1f}%"


BESIDE = {
    12: gettext_lazy("a year earlier"),
    3: gettext_lazy("a quarter earlier"),
    1: gettext_lazy("a month earlier"),
}
"""Times that may be put beside, by how many months they lie earlier."""


def beside_text(months: int) -> str:
    """The time beside in words."""
    return str(BESIDE[months])


def change_text(figure: Figure, now: Value, before: Value) -> str:
    """How much more or less than before: points of a share, places of a rank; empty where unknown.

    A place gained is a lower rank; it is written as the ranks differ, as any other number.
    """
    if now.number is None or before.number is None:
        return ""
    gap = now.number - before.number
    if figure.measure == "score":
        return f"{gap:+.2f}"
    return f"{gap:+.1f}" if figure.measure == "share" else f"{gap:+.0f}"


def time_text(figure: Figure, when: When) -> str:
    """The time in words: a span, or the end of a day."""
    facts = {"since": when.since.isoformat(), "as_of": when.as_of.isoformat()}
    if figure.is_span:
        return _("from %(since)s to %(as_of)s") % facts
    return _("at the end of %(as_of)s") % facts


def cell_text(column: Column, value: object) -> str:
    """A cell of the rows in the reader's words; points as they were rounded."""
    if column.name == COUNTED:
        return yes_no(value == YES)
    if isinstance(value, str) and column.type != "choice":
        return value
    return typed(column, value, labels=True)
