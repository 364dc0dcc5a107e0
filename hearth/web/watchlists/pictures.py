"""The pictures of this area, from what was read already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.premises.models import Proposal, WatchlistEntry
from hearth.premises.registers_watch import STAGE_NAMES
from hearth.web.watchlists.words import measured, threshold_text

_TONES = (charts.Tone.EMBER, charts.Tone.SERVICE, charts.Tone.BRAND, charts.Tone.GOOD)


def stage_strip(by_stage: Mapping[str, int]) -> charts.Svg:
    """How far the units of a list have come."""
    parts = tuple(
        charts.Part(by_stage.get(stage.value, 0), str(STAGE_NAMES[stage]), tone, f"?stage={stage}")
        for stage, tone in zip(WatchlistEntry.Stage, _TONES, strict=True)
    )
    chart = charts.Coverage(
        title=_("Units by stage"), text="", total=sum(by_stage.values()), parts=parts
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width))


@dataclass(frozen=True, slots=True)
class Day:
    """One business day as the rule saw it; ``meets`` is None where it says nothing."""

    day: date
    text: str
    count: int
    meets: bool | None


def days_of(proposal: Proposal) -> list[Day]:
    """The days that a rule looked at; none for a proposal of a person."""
    return [
        Day(
            date.fromisoformat(one["day"]),
            measured(proposal.rule.measure if proposal.rule else "", one["milli"]),
            one["count"],
            one["meets"],
        )
        for one in proposal.days
    ]


def evidence(proposal: Proposal) -> charts.Svg | None:
    """What the rule saw, day by day, with its threshold; None for a proposal of a person."""
    rule = proposal.rule
    if not proposal.days or rule is None:
        return None
    moments = tuple(
        charts.Moment(
            None if one["milli"] is None else one["milli"] / 1000,
            "" if one["milli"] is None else measured(rule.measure, one["milli"]),
        )
        for one in proposal.days
    )
    chart = charts.Lines(
        title=_("What the rule saw"),
        times=tuple(one["day"][5:] for one in proposal.days),
        series=(charts.Series(_("Measured"), moments, charts.Tone.EMBER),),
        desc=_("A gap is a day on which too little was measured."),
        reference=charts.Reference(
            rule.threshold_milli / 1000, _("threshold %(value)s") % {"value": threshold_text(rule)}
        ),
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))
