"""五、先进网点: outlets whose score is above the mean beyond chance."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.bulletins.composition.facts import Facts, UnitFacts
from hearth.bulletins.composition.wording import (
    Block,
    Runs,
    Voice,
    column,
    interval_text,
    sentence,
)

MOST_LISTED = 20


def good(facts: Facts, voice: Voice) -> list[Block]:
    """How many there are, where, and the best of them with their intervals."""
    above = [unit for unit in facts.ranked_outlets if unit.group == "above"]
    if not above:
        return [
            voice.text(
                sentence(_("No outlet scores above the mean by more than the error of its checks."))
            )
        ]
    above.sort(key=lambda unit: (unit.rank or 0, unit.code))
    blocks = [voice.text(_count(above, voice), _again(above, facts, voice), _where(above, voice))]
    blocks.append(_table(above, voice))
    return blocks


def _count(above: list[UnitFacts], voice: Voice) -> Runs:
    template = ngettext(
        "%(n)s outlet scores clearly above the mean of all outlets.",
        "%(n)s outlets score clearly above the mean of all outlets.",
        len(above),
    )
    return sentence(template, n=voice.count(len(above), voice.ranking("outlet")))


def _again(above: list[UnitFacts], facts: Facts, voice: Voice) -> Runs | None:
    if not facts.previous:
        return None
    twice = sum(1 for unit in above if unit.before is not None and unit.before.group == "above")
    if not twice:
        return sentence(_("None of them did so in the period before."))
    template = ngettext(
        "%(n)s of them did so in the period before as well.",
        "%(n)s of them did so in the period before as well.",
        twice,
    )
    return sentence(template, n=voice.count(twice))


def _where(above: list[UnitFacts], voice: Voice) -> Runs | None:
    """How many in each branch, in the order of the organisation."""
    in_order = sorted(above, key=lambda unit: unit.path)
    counted = Counter(unit.branch for unit in in_order if unit.branch)
    if len(counted) < 2:
        return None
    names = [_("%(name)s %(n)s") % {"name": branch, "n": n} for branch, n in counted.items()]
    return sentence(_("By branch: %(names)s."), names=voice.listed(names))


def _table(above: list[UnitFacts], voice: Voice) -> Block:
    columns = [
        column(_("Rank"), "right"),
        column(_("Outlet")),
        column(_("Branch")),
        column(_("Score"), "right"),
        column(_("Likely ranks"), "right"),
    ]
    rows = [
        [
            str(unit.rank),
            unit.name,
            unit.branch,
            voice.unit_score(unit),
            interval_text(unit),
        ]
        for unit in above[:MOST_LISTED]
    ]
    caption = (
        _("Outlets clearly above the mean")
        if len(above) <= MOST_LISTED
        else _("The %(n)s highest scores of the outlets clearly above the mean") % {"n": len(rows)}
    )
    note = _(
        "Outlets whose likely ranks overlap differ by chance as well; their order within the table"
        " is no judgement."
    )
    return {"kind": "table", "caption": caption, "columns": columns, "rows": rows, "note": note}
