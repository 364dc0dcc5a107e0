"""What a measured ramp is in words, for staff and for everyone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hearth.premises.domain.ramps import LAWFUL, UNMEASURED, Ramp, faults, verdict
from hearth.premises.sentences import RAMP_FAULTS


def ramp_words(ramp: Ramp) -> list[str]:
    """What is wrong with it, else that it is as the norm asks, or not measured."""
    found = [str(RAMP_FAULTS[code]) for code in faults(ramp)]
    if found:
        return found
    if verdict(ramp) == UNMEASURED:
        return [_("The ramp is not measured yet.")]
    return [_("The ramp is as the norm asks.")]


def ramp_facts(ramp: Ramp) -> str:
    """Its slope and width as measured; empty where neither is known."""
    parts = []
    if ramp.one_in is not None:
        parts.append(_("1 in %(n)s") % {"n": f"{ramp.one_in:.1f}"})
    if ramp.width_mm is not None:
        parts.append(_("%(m)s m wide") % {"m": f"{ramp.width_mm / 1000:.2f}"})
    if ramp.has_handrail is not None:
        parts.append(_("with handrails") if ramp.has_handrail else _("without handrails"))
    return " · ".join(parts)


def ramp_for_everyone(ramp: Ramp) -> str:
    """What somebody in a wheelchair needs to know."""
    if faults(ramp):
        return _("There is a ramp, but it is not easy to use. Please call; someone will help you.")
    if verdict(ramp) == LAWFUL:
        return _("A gentle ramp leads to the door.")
    return _("A ramp leads to the door.")
