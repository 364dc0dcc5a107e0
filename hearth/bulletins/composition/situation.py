"""一、检查基本情况: what was checked, by whom, under which rules."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.facts import ChannelFacts, Facts
from hearth.bulletins.composition.wording import (
    Block,
    Part,
    Runs,
    Voice,
    column,
    sentence,
    words_of_reasons,
)
from hearth.bulletins.rendering.formatting import share_text
from hearth.kernel.rounding import centi_text


def situation(facts: Facts, voice: Voice) -> list[Block]:
    """Checks, coverage, channels, rules, and who is ranked."""
    blocks = [voice.text(_checks(facts, voice), _coverage(facts, voice))]
    if facts.channels:
        blocks.append(_channel_table(facts, voice))
    blocks.append(voice.text(_standards(facts, voice), _policy(facts, voice)))
    blocks.append(voice.text(_ranked(facts, voice), _adjustments(facts, voice)))
    return blocks


def _checks(facts: Facts, voice: Voice) -> Runs:
    number = facts.tally.checks
    parts: dict[str, Part] = {
        "start": voice.day(facts.period.start),
        "end": voice.last_day(),
        "checks": voice.count(number, voice.checks()),
    }
    if facts.tally_before is None:
        template = ngettext(
            "From %(start)s to %(end)s, %(checks)s check counted towards the scores.",
            "From %(start)s to %(end)s, %(checks)s checks counted towards the scores.",
            number,
        )
        return sentence(template, **parts)
    template = ngettext(
        "From %(start)s to %(end)s, %(checks)s check counted towards the scores"
        " (%(before)s in the period before).",
        "From %(start)s to %(end)s, %(checks)s checks counted towards the scores"
        " (%(before)s in the period before).",
        number,
    )
    return sentence(template, before=voice.count(facts.tally_before.checks), **parts)


def _coverage(facts: Facts, voice: Voice) -> Runs | None:
    outlets, unseen = facts.open_outlets, facts.unseen
    if not outlets:
        return None
    whole = voice.count(outlets, voice.ranking("outlet"))
    if not unseen:
        return sentence(
            _("Each of the %(outlets)s outlets open at its end was checked at least once."),
            outlets=whole,
        )
    return sentence(
        _(
            "Of the %(outlets)s outlets open at its end %(seen)s were checked at least once"
            " (%(share)s); not checked: %(unseen)s."
        ),
        outlets=whole,
        seen=voice.count(outlets - unseen),
        share=share_text(outlets - unseen, outlets),
        unseen=voice.count(unseen, voice.ranking("outlet")),
    )


def _channel_table(facts: Facts, voice: Voice) -> Block:
    columns = [
        column(_("Channel")),
        column(_("Checks"), "right"),
        column(_("Outlets seen"), "right"),
        column(_("Coverage rate"), "right"),
        column(_("Mean score"), "right"),
    ]
    if facts.previous:
        columns.append(column(_("Period before"), "right"))
    rows = [_channel_row(facts, voice, channel) for channel in facts.channels]
    return {
        "kind": "table",
        "caption": _("Checks by channel"),
        "columns": columns,
        "rows": rows,
        "note": "",
    }


def _channel_row(facts: Facts, voice: Voice, channel: ChannelFacts) -> list[object]:
    cells: list[object] = [
        channel.label[voice.language],
        voice.count(channel.checks, voice.checks(channel.key)),
        voice.count(channel.seen),
        share_text(channel.seen, facts.open_outlets),
        "—" if channel.score_centi is None else centi_text(channel.score_centi),
    ]
    if facts.previous:
        before = channel.before_centi
        cells.append("—" if before is None else centi_text(before))
    return cells


def _standards(facts: Facts, voice: Voice) -> Runs | None:
    if not facts.editions:
        return None
    named = [
        _('"%(title)s" (edition %(edition)s)')
        % {"title": voice.either(e.title, e.title_en), "edition": e.edition}
        for e in facts.editions
    ]
    return sentence(_("The checks followed %(standards)s."), standards=voice.listed(named))


def _policy(facts: Facts, voice: Voice) -> Runs:
    policy = facts.policy
    if not policy.name:
        return sentence(
            _("No policy was approved for the period: the channels observed weigh the same.")
        )
    labels = {c.key: c.label[voice.language] for c in facts.channels}
    gap = " " if voice.language == "en" else ""
    weights = [f"{labels.get(key, key)}{gap}{weight}%" for key, weight in policy.weights]
    return sentence(
        _('Scores were composed under the policy "%(policy)s": %(weights)s.'),
        policy=policy.name,
        weights=voice.listed(weights),
    )


def _ranked(facts: Facts, voice: Voice) -> Runs:
    ranked, outlets = len(facts.ranked_outlets), facts.open_outlets
    shown = voice.count(ranked, voice.ranking("outlet"))
    if ranked == outlets:
        return sentence(_("All %(ranked)s outlets are ranked."), ranked=shown)
    words = words_of_reasons()
    counted: dict[str, int] = {}
    for unit in facts.outlets:
        if unit.rank is None and unit.outlets:
            counted[unit.reason] = counted.get(unit.reason, 0) + 1
    reasons = [
        _("%(reason)s: %(n)s") % {"reason": words.get(reason, reason), "n": n}
        for reason, n in sorted(counted.items())
    ]
    return sentence(
        _("Outlets ranked: %(ranked)s; not ranked: %(unranked)s (%(reasons)s)."),
        ranked=shown,
        unranked=voice.count(outlets - ranked, voice.ranking("outlet")),
        reasons=voice.listed(reasons),
    )


def _adjustments(facts: Facts, voice: Voice) -> Runs:
    words = {
        "bonus": _("bonuses %(n)s"),
        "deduction": _("deductions %(n)s"),
        "veto": _("vetoes %(n)s"),
    }
    given = [
        sentence(words[kind], n=voice.count(facts.adjustments[kind], voice.adjustments()))
        for kind in words
        if facts.adjustments.get(kind)
    ]
    if not given:
        return sentence(_("No bonus, deduction or veto was recorded."))
    return sentence(
        _("Adjustments with evidence were recorded: %(kinds)s."), kinds=voice.listed(given)
    )
