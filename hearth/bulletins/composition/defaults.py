"""What a draft says before anyone has written a word: titles and the manager's usual demands."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hearth.kernel.periods import Period
from hearth.platform.wording import period_name

SECTIONS = ("opening", "situation", "scores", "movement", "faults", "good", "ledgers", "demands")
"""Parts that have prose of their own, in order; ``opening`` stands before the first heading."""
OPTIONAL = ("ledgers",)
"""Parts that are left out where nothing was recorded and nobody wrote anything."""


def default_title(period: Period) -> str:
    """The title in the form that such a document has: 关于……的通报."""
    return _("Bulletin on service quality at the outlets in %(period)s") % {
        "period": period_name(period)
    }


def section_titles() -> dict[str, str]:
    """Heading of each section; the opening has none."""
    return {
        "situation": _("What was checked"),
        "scores": _("Scores and ranks"),
        "movement": _("Progress and regress"),
        "faults": _("Main faults"),
        "good": _("Good outlets"),
        "ledgers": _("The work of the programme"),
        "demands": _("What is asked now"),
    }


def default_addressees() -> str:
    """To whom it goes unless the bulletin before says otherwise."""
    return _("All branches")


def default_prose(period: Period) -> dict[str, str]:
    """Prose by section; the empty ones are there to be written."""
    opening = _(
        "The results of checking and comparing service quality at the outlets in %(period)s are"
        " made known as follows."
    ) % {"period": period_name(period)}
    demands = [
        _(
            "(1) Put right what was found. Each branch names who answers for each fault and by"
            " when; someone else verifies it before it is closed."
        ),
        _(
            "(2) Look for causes. Where a criterion fails at many outlets, look at training,"
            " rosters and supplies, and not only at the outlet where it was seen."
        ),
        _(
            "(3) Help those who stay behind. The head of the branch takes the outlets that were"
            " below the mean in both periods in hand; they are checked again first."
        ),
        _(
            "(4) Learn from good outlets. Branches arrange visits to them and bring what works into"
            " the daily morning meeting."
        ),
    ]
    return dict.fromkeys(SECTIONS, "") | {"opening": opening, "demands": "\n".join(demands)}
