"""二、总体得分与排名: the network, its branches and outlets, and how far ranks can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.facts import Facts, UnitFacts
from hearth.bulletins.composition.wording import (
    Block,
    Runs,
    Voice,
    interval_text,
    sentence,
    words_of_groups,
)
from hearth.bulletins.rendering.formatting import share_text
from hearth.kernel.rounding import centi_text

FEWEST_TO_COMPARE = 2
MOST_TIED = 5  # more names than that say nothing about first place


def scores(facts: Facts, voice: Voice) -> list[Block]:
    """The score of the whole, the pass line, branches by group, and outlets by group."""
    blocks = [voice.text(_network(facts, voice), _pass_line(facts, voice))]
    branches = facts.ranked_branches
    if len(branches) >= FEWEST_TO_COMPARE:
        blocks += _branches(facts, voice, branches)
        blocks.append(caterpillar(facts, voice))
    outlets = _outlets(facts, voice)
    if outlets:
        blocks.append(voice.text(outlets, _twice(facts, voice)))
    return blocks


# --- the whole ------------------------------------------------------------------------------------


def _network(facts: Facts, voice: Voice) -> Runs | None:
    root = facts.root
    if root is None or root.score_centi is None:
        return sentence(_("No outlet is ranked in this period, so the network has no score."))
    parts = {"score": voice.score(root.score_centi, voice.result(root.code))}
    change = root.change_centi
    if change is None or root.before is None or root.before.score_centi is None:
        return sentence(_("The composite score of the whole network is %(score)s."), **parts)
    parts["before"] = voice.score(root.before.score_centi)
    if not change:
        return sentence(
            _("The composite score of the whole network is %(score)s, as in the period before."),
            **parts,
        )
    return sentence(
        _change_words(change, root.clear_change), change=centi_text(abs(change)), **parts
    )


def _change_words(change: int, clear: int | None) -> str:
    """How a change of the network's score is told: as far as chance allows."""
    if change > 0:
        return {
            None: _(
                "The composite score of the whole network is %(score)s, %(change)s points above"
                " the period before (%(before)s)."
            ),
            0: _(
                "The composite score of the whole network is %(score)s, %(change)s points above"
                " the period before (%(before)s), which is within the error of the checks."
            ),
        }.get(
            clear,
            _(
                "The composite score of the whole network is %(score)s, %(change)s points above"
                " the period before (%(before)s), clearly more than the error of the checks."
            ),
        )
    return {
        None: _(
            "The composite score of the whole network is %(score)s, %(change)s points below"
            " the period before (%(before)s)."
        ),
        0: _(
            "The composite score of the whole network is %(score)s, %(change)s points below"
            " the period before (%(before)s), which is within the error of the checks."
        ),
    }.get(
        clear,
        _(
            "The composite score of the whole network is %(score)s, %(change)s points below"
            " the period before (%(before)s), clearly more than the error of the checks."
        ),
    )


def _pass_line(facts: Facts, voice: Voice) -> Runs | None:
    ranked = facts.ranked_outlets
    if not ranked:
        return None
    below = sum(unit.below_pass for unit in ranked)
    line = centi_text(facts.policy.pass_centi)
    if not below:
        found = sentence(_("No ranked outlet lies below the pass line of %(line)s."), line=line)
    else:
        template = ngettext(
            "%(below)s of %(ranked)s ranked outlets (%(share)s) lies below the pass line"
            " of %(line)s.",
            "%(below)s of %(ranked)s ranked outlets (%(share)s) lie below the pass line"
            " of %(line)s.",
            below,
        )
        found = sentence(
            template,
            below=voice.count(below, voice.ranking("outlet")),
            ranked=voice.count(len(ranked), voice.ranking("outlet")),
            share=share_text(below, len(ranked)),
            line=line,
        )
    root = facts.root
    if facts.previous and root is not None and root.before is not None:
        gap = " " if voice.language == "en" else ""
        before = sentence(
            _("In the period before it was %(n)s."), n=voice.count(root.before.below_pass)
        )
        return [*found, {"t": gap}, *before] if gap else [*found, *before]
    return found


# --- branches -------------------------------------------------------------------------------------


def _branches(facts: Facts, voice: Voice, branches: Sequence[UnitFacts]) -> list[Block]:
    groups = {
        group: [unit for unit in branches if unit.group == group]
        for group in ("above", "middle", "below")
    }
    count = voice.count(len(branches), voice.ranking("branch"))
    if len(groups["middle"]) == len(branches):
        said = sentence(
            _(
                "The %(n)s branches cannot be told apart: the score of none differs from the mean"
                " of all branches by more than the error of the checks."
            ),
            n=count,
        )
        return [voice.text(said)]
    said = sentence(
        _(
            "Against the mean of the %(n)s branches (%(mean)s), beyond the error of the checks;"
            " within a group the branches stand in the order of the organisation, not of rank:"
        ),
        n=count,
        mean=centi_text(facts.means_centi.get("branch", 0)),
    )
    words = {
        "above": _("Above the mean (%(n)s): %(names)s."),
        "middle": _("Not distinguishable from the mean (%(n)s): %(names)s."),
        "below": _("Below the mean (%(n)s): %(names)s."),
    }
    blocks = [voice.text(said)]
    for group, units in groups.items():
        if units:
            names = voice.listed([voice.unit(unit) for unit in units])
            blocks.append(voice.text(sentence(words[group], n=str(len(units)), names=names)))
    ends = voice.text(_first(branches, voice), _last(branches, voice))
    return [*blocks, ends] if ends["runs"] else blocks


def _first(branches: Sequence[UnitFacts], voice: Voice) -> Runs | None:
    tied = [unit for unit in branches if unit.low_rank == 1]
    if len(tied) == 1:
        return sentence(
            _("%(name)s stands first, apart from all others."), name=voice.unit(tied[0])
        )
    if not tied or len(tied) > MOST_TIED:
        return None
    return sentence(
        _("First place cannot be decided between %(names)s."),
        names=voice.listed([unit.name for unit in tied]),
    )


def _last(branches: Sequence[UnitFacts], voice: Voice) -> Runs | None:
    tied = [unit for unit in branches if unit.high_rank == len(branches)]
    if len(tied) == 1:
        return sentence(_("%(name)s stands last, apart from all others."), name=voice.unit(tied[0]))
    if not tied or len(tied) > MOST_TIED:
        return None
    return sentence(
        _("Last place cannot be decided between %(names)s."),
        names=voice.listed([unit.name for unit in tied]),
    )


def caterpillar(facts: Facts, voice: Voice) -> Block:
    """The branches with the interval of each: what may be read into a rank."""
    branches = sorted(facts.ranked_branches, key=lambda unit: (unit.rank or 0, unit.code))
    groups = words_of_groups()
    mean = facts.means_centi.get("branch")
    return {
        "kind": "chart",
        "draw": "caterpillar",
        "caption": _("Scores of the branches with their intervals"),
        "desc": _("Each dot is a score, each line the range in which the true score likely lies."),
        "groups": [groups["above"], groups["middle"], groups["below"]],
        "mean": None
        if mean is None
        else {"centi": mean, "label": _("mean %(mean)s") % {"mean": centi_text(mean)}},
        "score_header": _("score"),
        "rank_header": _("rank (interval)"),
        "items": [
            {
                "label": unit.name,
                "centi": unit.score_centi,
                "low": unit.low_centi,
                "high": unit.high_centi,
                "group": unit.group,
                "rank": _rank_text(unit),
                "to": voice.result(unit.code),
                "at": unit.path,
            }
            for unit in branches
        ],
    }


def _rank_text(unit: UnitFacts) -> str:
    likely = interval_text(unit)
    return likely if likely == str(unit.rank) else f"{unit.rank} ({likely})"


# --- outlets --------------------------------------------------------------------------------------


def _outlets(facts: Facts, voice: Voice) -> Runs | None:
    ranked = facts.ranked_outlets
    counted = {
        group: sum(1 for unit in ranked if unit.group == group)
        for group in ("above", "middle", "below")
    }
    if len(ranked) < FEWEST_TO_COMPARE:
        return None
    address = voice.ranking("outlet")
    if counted["middle"] == len(ranked):
        return sentence(
            _(
                "No outlet differs from the mean of all outlets by more than the error of its"
                " checks."
            )
        )
    return sentence(
        _(
            "Outlets clearly above the mean of all ranked ones (%(mean)s): %(above)s; clearly below"
            " it: %(below)s. The other %(middle)s cannot be told apart from it, and their order"
            " says little."
        ),
        above=voice.count(counted["above"], address),
        below=voice.count(counted["below"], address),
        middle=voice.count(counted["middle"], address),
        mean=centi_text(facts.means_centi.get("outlet", 0)),
    )


def _twice(facts: Facts, voice: Voice) -> Runs | None:
    """Outlets below the mean two periods running: the lowest group with support."""
    if not facts.previous:
        return None
    low = [
        unit
        for unit in facts.ranked_outlets
        if unit.group == "below" and unit.before is not None and unit.before.group == "below"
    ]
    if not low:
        return sentence(_("No outlet was below the mean in both periods."))
    template = ngettext(
        "%(n)s outlet was below the mean in both periods.",
        "%(n)s outlets were below the mean in both periods.",
        len(low),
    )
    return sentence(template, n=voice.count(len(low)))
