"""三、进步与退步: what changed since the period before, as far as chance allows to say."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.facts import Facts, UnitFacts
from hearth.bulletins.composition.wording import (
    Block,
    Runs,
    Voice,
    column,
    sentence,
    signed_text,
    words_of_groups,
)
from hearth.kernel.rounding import centi_text

MOST_LISTED = 10


def movement(facts: Facts, voice: Voice) -> list[Block]:
    """Branches and outlets that changed clearly, with last period's scores beside this one's."""
    if facts.previous is None:
        said = sentence(
            _("No period before was closed, so there is nothing to compare this one with yet.")
        )
        return [voice.text(said)]
    blocks = [voice.text(_rule(), _comparability(facts))]
    branches = [unit for unit in facts.ranked_branches if unit.change_centi is not None]
    if branches:
        blocks.append(voice.text(*_branches(branches, voice)))
        blocks.append(bars(facts, voice))
    outlets = [unit for unit in facts.ranked_outlets if unit.change_centi is not None]
    if outlets:
        blocks += _outlets(outlets, voice)
    return blocks


def _rule() -> Runs:
    return sentence(
        _(
            "A change counts as clear only where the 95%% intervals of the two scores do not"
            " overlap; smaller ones may be chance."
        )
    )


def _comparability(facts: Facts) -> Runs | None:
    if facts.comparable:
        return None
    return sentence(
        _(
            "The ranked outlets of the two periods differ too much for places to be compared;"
            " only scores are."
        )
    )


def _branches(branches: Sequence[UnitFacts], voice: Voice) -> list[Runs]:
    changes = [unit.change_centi or 0 for unit in branches]
    said = [
        sentence(
            _("Of %(n)s branches %(up)s scored higher than in the period before, %(down)s lower."),
            n=voice.count(len(branches), voice.ranking("branch")),
            up=voice.count(sum(change > 0 for change in changes)),
            down=voice.count(sum(change < 0 for change in changes)),
        )
    ]
    risen = [unit for unit in branches if unit.clear_change == 1]
    fallen = [unit for unit in branches if unit.clear_change == -1]
    if risen:
        said.append(sentence(_("Clear progress: %(names)s."), names=_changed(risen, voice)))
    if fallen:
        said.append(sentence(_("Clear regress: %(names)s."), names=_changed(fallen, voice)))
    if not risen and not fallen:
        said.append(sentence(_("No branch changed clearly.")))
    elif len(risen) + len(fallen) < len(branches):
        said.append(sentence(_("The changes of the others are within the error of the checks.")))
    return said


def _changed(units: Sequence[UnitFacts], voice: Voice) -> Runs:
    return voice.listed(
        [
            sentence(
                _("%(name)s (%(change)s)"),
                name=unit.name,
                change=voice.figure(
                    signed_text(unit.change_centi or 0), voice.result(unit.code), unit.path
                ),
            )
            for unit in units
        ]
    )


def bars(facts: Facts, voice: Voice) -> Block:
    """Scores by branch with the period before."""
    branches = sorted(facts.ranked_branches, key=lambda unit: (unit.rank or 0, unit.code))
    values = [unit.score_centi or 0 for unit in branches]
    values += [u.before.score_centi for u in branches if u.before and u.before.score_centi]
    return {
        "kind": "chart",
        "draw": "bars",
        "caption": _("Scores of the branches and those of the period before"),
        "desc": _("A hollow mark shows the score of the period before."),
        "previous_label": _("the period before"),
        "keys": [["ember", words_of_groups()["below"]]]
        if any(unit.group == "below" for unit in branches)
        else [],
        "start": max(0, min(values) // 500 - 1) * 500,
        "items": [
            {
                "label": unit.name,
                "centi": unit.score_centi,
                "text": centi_text(unit.score_centi or 0),
                "previous": unit.before.score_centi if unit.before else None,
                "note": "" if unit.change_centi is None else signed_text(unit.change_centi),
                "tone": "ember" if unit.group == "below" else "neutral",
                "to": voice.result(unit.code),
                "at": unit.path,
            }
            for unit in branches
        ],
    }


def _outlets(outlets: Sequence[UnitFacts], voice: Voice) -> list[Block]:
    risen = _sorted([unit for unit in outlets if unit.clear_change == 1])
    fallen = _sorted([unit for unit in outlets if unit.clear_change == -1])
    if not risen and not fallen:
        return [voice.text(sentence(_("No outlet changed clearly.")))]
    said = []
    if risen:
        template = ngettext(
            "%(n)s outlet made clear progress.", "%(n)s outlets made clear progress.", len(risen)
        )
        said.append(sentence(template, n=voice.count(len(risen))))
    if fallen:
        template = ngettext(
            "%(n)s outlet fell back clearly.", "%(n)s outlets fell back clearly.", len(fallen)
        )
        said.append(sentence(template, n=voice.count(len(fallen))))
    blocks = [voice.text(*said)]
    if risen:
        blocks.append(_table(_("Outlets with clear progress"), risen, voice))
    if fallen:
        blocks.append(_table(_("Outlets with clear regress"), fallen, voice))
    return blocks


def _sorted(units: list[UnitFacts]) -> list[UnitFacts]:
    """The largest change first."""
    return sorted(units, key=lambda unit: (-abs(unit.change_centi or 0), unit.code))


def _table(caption: str, units: list[UnitFacts], voice: Voice) -> Block:
    columns = [
        column(_("Outlet")),
        column(_("Branch")),
        column(_("Period before"), "right"),
        column(_("This period"), "right"),
        column(_("Change"), "right"),
    ]
    rows = [
        [
            _("%(name)s (veto)") % {"name": unit.name} if unit.is_vetoed else unit.name,
            unit.branch,
            centi_text((unit.before.score_centi if unit.before else None) or 0),
            voice.unit_score(unit),
            signed_text(unit.change_centi or 0),
        ]
        for unit in units[:MOST_LISTED]
    ]
    more = len(units) - len(rows)
    note = _("The largest changes; %(n)s more are not shown.") % {"n": more} if more else ""
    return {"kind": "table", "caption": caption, "columns": columns, "rows": rows, "note": note}
