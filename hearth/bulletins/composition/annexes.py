"""附件: the full ranking of outlets, the branches with their intervals, the faults by branch."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.bulletins.composition.facts import Facts, FaultFacts, UnitFacts
from hearth.bulletins.composition.faults import bare, example_text
from hearth.bulletins.composition.wording import (
    Block,
    Voice,
    column,
    interval_text,
    per_text,
    short_words_of_groups,
    words_of_reasons,
)
from hearth.bulletins.rendering.formatting import movement_text, share_text
from hearth.kernel.rounding import centi_text

CROSSED = 8  # criteria in the table by branch: as many as a portrait page holds


def annexes(facts: Facts, voice: Voice) -> list[dict[str, Any]]:
    """The annexes that this period has something for."""
    found = [
        {
            "key": "outlets",
            "title": _("Composite scores and ranks of all outlets"),
            "blocks": [_ranking()],
        }
    ]
    if facts.branches:
        found.append(
            {
                "key": "branches",
                "title": _("Composite scores of the branches and their likely ranks"),
                "blocks": [_branches(facts, voice)],
            }
        )
    if facts.faults:
        blocks = [_fault_list(facts, voice)]
        if facts.faults[0].parts:
            blocks.append(_crossed(facts))
        found.append({"key": "faults", "title": _("Common faults by branch"), "blocks": blocks})
    return found


# --- outlets --------------------------------------------------------------------------------------


def outlet_rows(facts: Facts) -> list[list[Any]]:
    """The full ranking once, without words: ranked outlets by rank, then the others by code.

    Columns: rank, code, name, branch, score in hundredths, likely ranks, group, places gained,
    checks, reason, path.
    """
    open_or_scored = [u for u in facts.outlets if u.outlets or u.rank is not None]
    ordered = sorted(open_or_scored, key=lambda u: (u.rank is None, u.rank or 0, u.code))
    return [
        [
            unit.rank,
            unit.code,
            unit.name,
            unit.branch,
            unit.score_centi,
            interval_text(unit),
            unit.group,
            unit.movement,
            unit.checks,
            unit.reason,
            unit.path,
        ]
        for unit in ordered
    ]


def _ranking() -> Block:
    """The words around the rows of ``outlet_rows``."""
    return {
        "kind": "ranking",
        "caption": "",
        "head": 2,  # the column that heads a card on a phone
        "columns": [
            column(_("Rank"), "right"),
            column(_("Code")),
            column(_("Outlet")),
            column(_("Branch")),
            column(_("Score"), "right"),
            column(pgettext("column", "Range"), "right"),
            column(pgettext("column", "Group")),
            column(pgettext("column", "Moved"), "right"),
            column(_("Checks"), "right"),
        ],
        "groups": short_words_of_groups(),
        "unranked": {
            "caption": _("Outlets that are not ranked"),
            "columns": [
                column(_("Code")),
                column(_("Outlet")),
                column(_("Branch")),
                column(_("Score"), "right"),
                column(_("Checks"), "right"),
                column(_("Why")),
            ],
            "reasons": words_of_reasons(),
        },
        "note": _(
            "Range: had the same outlets been checked on other days, their ranks would lie there in"
            " 95 of 100 cases. Near: not distinguishable from the mean; such outlets differ from"
            " each other by little more than chance. Moved: places gained since the period before."
        ),
    }


# --- branches -------------------------------------------------------------------------------------


def _branches(facts: Facts, voice: Voice) -> Block:
    ordered = sorted(facts.branches, key=lambda u: (u.rank is None, u.rank or 0, u.code))
    counted: dict[str, list[int]] = {}
    for outlet in facts.ranked_outlets:
        row = counted.setdefault(outlet.branch, [0, 0])
        row[0] += outlet.group == "above"
        row[1] += outlet.group == "below"
    labels = [
        column(_("Rank"), "right"),
        column(_("Branch")),
        column(_("Score"), "right"),
        column(_("Period before"), "right"),
        column(pgettext("column", "Range"), "right"),
        column(pgettext("column", "Group")),
        column(pgettext("column", "Moved"), "right"),
        column(_("Outlets ranked"), "right"),
        column(_("Below the line"), "right"),
        column(_("Above / below the mean"), "right"),
    ]
    return {
        "kind": "table",
        "caption": "",
        "columns": labels,
        "rows": [_branch_row(unit, counted.get(unit.name, [0, 0]), voice) for unit in ordered],
        "note": _(
            "A branch's score is the mean of the scores of its ranked outlets; below the line are"
            " those under the pass line. The last column counts outlets clearly above and clearly"
            " below the mean of all outlets."
        ),
    }


def _branch_row(unit: UnitFacts, groups: list[int], voice: Voice) -> list[Any]:
    before = unit.before.score_centi if unit.before else None
    words = short_words_of_groups() if unit.rank is not None else words_of_reasons()
    return [
        "—" if unit.rank is None else str(unit.rank),
        unit.name,
        voice.unit_score(unit),
        "—" if before is None else centi_text(before),
        interval_text(unit),
        words.get(unit.group if unit.rank is not None else unit.reason, "—"),
        movement_text(unit.movement),
        f"{unit.outlets_ranked}/{unit.outlets}",
        str(unit.below_pass),
        f"{groups[0]} / {groups[1]}",
    ]


# --- faults ---------------------------------------------------------------------------------------


def _fault_list(facts: Facts, voice: Voice) -> Block:
    return {
        "kind": "table",
        "caption": _("Faults by frequency"),
        "columns": [
            column(_("Criterion")),
            column(_("What is asked"), percent=34),
            column(_("Findings"), "right"),
            column(_("Of checks"), "right"),
            column(_("Share"), "right"),
            column(_("Outlets"), "right"),
            column(_("Example"), percent=22),
        ],
        "rows": [_fault_row(fault, voice) for fault in facts.faults],
        "note": "",
    }


def _fault_row(fault: FaultFacts, voice: Voice) -> list[Any]:
    return [
        fault.code,
        bare(voice.either(fault.text, fault.text_en)),
        voice.count(fault.findings, voice.faults(fault.pk)),
        voice.count(fault.checks)["t"],
        share_text(fault.findings, fault.checks),
        voice.count(fault.outlets)["t"],
        example_text(fault.example, voice),
    ]


def _crossed(facts: Facts) -> Block:
    shown = facts.faults[:CROSSED]
    rows = []
    for place, part in enumerate(shown[0].parts):
        cells = [
            per_text(fault.parts[place].findings, fault.parts[place].outlets)
            if fault.parts[place].outlets
            else "—"
            for fault in shown
        ]
        rows.append([part.name, *cells])
    return {
        "kind": "table",
        "caption": _("Findings for each outlet, by branch and criterion"),
        "columns": [column(_("Branch")), *(column(fault.code, "right") for fault in shown)],
        "rows": rows,
        "note": _("Findings of the period divided by the outlets that the branch has."),
    }
