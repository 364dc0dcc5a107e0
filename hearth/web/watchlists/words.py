"""What rules and proposals say to a reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from hearth.figures.registry import FIGURES, Value, written
from hearth.kernel.rounding import milli_text
from hearth.premises.models import Proposal, Watchlist, WatchRule
from hearth.premises.services.watching import BUSINESS_MEAN, reason_of
from hearth.web.templatetags.warmth import degrees

COMPARISONS: dict[str, Any] = {
    "below": gettext_lazy("below"),
    "at_most": gettext_lazy("at most"),
    "at_least": gettext_lazy("at least"),
    "above": gettext_lazy("above"),
}
SORTS: dict[str, Any] = {
    "entry": pgettext_lazy("watchlist", "enter"),
    "exit": pgettext_lazy("watchlist", "leave"),
}
STATUS: dict[str, Any] = {
    Proposal.Status.OPEN: pgettext_lazy("proposal", "waits"),
    Proposal.Status.APPROVED: pgettext_lazy("proposal", "approved"),
    Proposal.Status.DECLINED: pgettext_lazy("proposal", "declined"),
    Proposal.Status.LAPSED: pgettext_lazy("proposal", "lapsed"),
}


def list_name(watchlist: Watchlist) -> str:
    """Its name in the reader's language."""
    return watchlist.label


def measure_name(key: str) -> str:
    """What a rule measures."""
    if key == BUSINESS_MEAN:
        return _("mean in business hours, °C")
    return str(FIGURES[key].name) if key in FIGURES else key


def measured(key: str, milli: int | None) -> str:
    """What was measured, with the decimals that its kind is written with; a dash for nothing.

    Degrees have one, as everywhere; a figure has those that it is declared with.
    """
    if milli is None:
        return "—"
    if key in FIGURES:
        return written(FIGURES[key], Value(Decimal(milli) / 1000, 0))
    return degrees(milli / 10)


def threshold_text(rule: WatchRule) -> str:
    """A threshold as what is measured is written, or with the finer decimals that it has."""
    exact, alike = milli_text(rule.threshold_milli), measured(rule.measure, rule.threshold_milli)
    return exact if _decimals(exact) > _decimals(alike.rstrip("%")) else alike


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def rule_words(rule: WatchRule) -> str:
    """A rule as a sentence."""
    facts = {
        "measure": measure_name(rule.measure),
        "comparison": COMPARISONS[rule.comparison],
        "value": threshold_text(rule),
        "days": rule.days,
        "of": rule.of_days,
    }
    sentence = ngettext(
        "%(measure)s %(comparison)s %(value)s on %(days)s of the last %(of)s business day",
        "%(measure)s %(comparison)s %(value)s on %(days)s of the last %(of)s business days",
        rule.of_days,
    )
    return sentence % facts


def rule_details(rule: WatchRule) -> str:
    """In which hours and months a rule looks."""
    parts = []
    if rule.opens and rule.closes:
        hours = {"opens": f"{rule.opens:%H:%M}", "closes": f"{rule.closes:%H:%M}"}
        parts.append(_("from %(opens)s to %(closes)s") % hours)
    if rule.months:
        listed = ", ".join(str(month) for month in rule.months)
        parts.append(_("months %(listed)s") % {"listed": listed})
    return " · ".join(parts)


def proposal_reason(proposal: Proposal) -> str:
    """Why it was proposed: a person's own words, or what its rule saw in the reader's language.

    What is kept with it was written at night, in the language of the network.
    """
    if proposal.rule is None:
        return proposal.reason
    return reason_of(proposal.rule, sum(bool(day["meets"]) for day in proposal.days))
