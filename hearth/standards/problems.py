"""What keeps an edition from being published, in the user's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hearth.kernel.problems import Problem
from hearth.kernel.rounding import milli_text
from hearth.standards.domain.validation import validate
from hearth.standards.queries import EditionContent, rules_in


@dataclass(frozen=True, slots=True)
class EditionProblem:
    """One thing to mend.

    Attributes:
        code: stable machine word.
        where: code of the criterion or module; empty for the edition as a whole.
        column: the spreadsheet column to mend; empty where none is to blame alone.
        position: 0-based place among the criteria, where one is meant.
        text: what is wrong and how to mend it.
    """

    code: str
    where: str
    column: str
    position: int | None
    text: str


def problems_of(content: EditionContent) -> list[EditionProblem]:
    """Everything wrong with ``content``, in the order of its sheet; empty: it may be published."""
    return [
        EditionProblem(p.code, p.where, _COLUMNS.get(p.field, p.field), p.position, _words(p))
        for p in validate(rules_in(content))
    ]


_COLUMNS = {
    "points_milli": "points",
    "step_milli": "step_points",
    "max_lost_milli": "max_lost",
}


def _words(problem: Problem) -> str:
    facts: dict[str, Any] = dict(problem.facts)
    for key in [key for key in facts if key.endswith("_milli")]:
        facts[key.removesuffix("_milli")] = milli_text(facts[key])
    if "path" in facts:
        facts["path"] = " → ".join(facts["path"])
    worded = _SENTENCES.get(problem.code)
    return worded() % facts if worded else problem.code


_SENTENCES: dict[str, Callable[[], str]] = {
    "scheme_unknown": lambda: _("The scheme must be share or deduction."),
    "not_applicable_unknown": lambda: _("not_applicable must be rescale or full_marks."),
    "base_missing": lambda: _("The deduction scheme needs base_points."),
    "base_not_positive": lambda: _("base_points must be above 0."),
    "pass_out_of_range": lambda: _("The pass line must lie between 0 and 100."),
    "total_mismatch": lambda: _(
        "The points add up to %(sum)s, but total_points says %(stated)s. Mend one of them."
    ),
    "no_criteria": lambda: _("The standard has no criteria."),
    "module_repeated": lambda: _("This module code is used twice."),
    "module_empty": lambda: _("This module has no criteria."),
    "code_missing": lambda: _("The criterion has no code."),
    "code_with_separator": lambda: _("A code must not contain ; or :."),
    "code_repeated": lambda: _("This criterion code is used twice."),
    "module_unknown": lambda: _("The module %(module)s does not exist."),
    "method_unknown": lambda: _("The method %(method)s does not exist."),
    "points_not_positive": lambda: _("points must be above 0."),
    "step_missing": lambda: _("The method deduct needs step_points."),
    "step_not_positive": lambda: _("step_points must be above 0."),
    "max_lost_not_positive": lambda: _("max_lost must be above 0."),
    "max_lost_over_points": lambda: _("max_lost must not exceed points."),
    "levels_missing": lambda: _("The method scale needs levels."),
    "levels_out_of_range": lambda: _("levels must be from %(low)s to %(high)s."),
    "best_not_points": lambda: _(
        "The best answer earns %(best)s, but the criterion is worth %(points)s."
    ),
    "gate_self": lambda: _("A criterion cannot be its own gate."),
    "gate_unknown": lambda: _("The gate names %(gate)s, which does not exist."),
    "gate_cycle": lambda: _("These gates run in a circle: %(path)s."),
    "options_missing": lambda: _("The method choice needs options, like A=2;B=1;C=0."),
    "option_malformed": lambda: _("“%(part)s” is not an option; write it like A=2."),
    "option_repeated": lambda: _("The option %(option)s stands twice."),
    "bands_missing": lambda: _("The method number needs bands, like 18..=2;..18=0."),
    "band_malformed": lambda: _("“%(part)s” is not a band; write it like 16..18=1."),
    "band_empty": lambda: _("The band “%(part)s” holds no number."),
    "bands_overlap": lambda: _("Two bands overlap at %(at)s."),
    "bands_gap": lambda: _("Between %(since)s and %(at)s there is no band."),
    "critical_malformed": lambda: _(
        "“%(text)s” is not known; write none, zero_module, zero_total or cap:60."
    ),
    "cap_out_of_range": lambda: _("A cap must lie between 0 and 100."),
}
