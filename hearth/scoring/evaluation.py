"""What an inspection's document is worth: where the rules of scoring meet the records.

The marks are read against the edition by ``scoring.domain``; what ranking needs of it is handed to
``inspections.services.recording``, which stores it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Inspection
from hearth.inspections.services.recording import FindingOutcome, Outcome
from hearth.kernel.rounding import div_half_up
from hearth.scoring.domain.inspection import InspectionScore, read, score, totals_of
from hearth.scoring.domain.marks import Mark, MarkProblem
from hearth.standards.domain.rulebook import Rulebook
from hearth.standards.models import Edition
from hearth.standards.queries import CriterionInfo, rulebook_of


def rules_for(edition: Edition, channel: str, unit_kind: str) -> Rulebook:
    """The rules of ``edition`` that one kind of check at one kind of outlet asks."""
    return rulebook_of(edition).for_check(channel, unit_kind)


def marks_in(document: InspectionDocument) -> list[Mark]:
    """The document's marks as scoring reads them."""
    return [
        Mark(m["criterion"], m["verdict"], m.get("value"), m.get("note", ""))
        for m in document.get("marks", [])
    ]


def evaluate(
    rules: Rulebook, criteria: dict[str, CriterionInfo], document: InspectionDocument
) -> Outcome:
    """What a document is worth, and which findings it holds; see ``evaluate_marks``."""
    return evaluate_marks(rules, criteria, marks_in(document), document.get("unlisted", "met"))


def evaluate_marks(
    rules: Rulebook, criteria: dict[str, CriterionInfo], marks: Sequence[Mark], unlisted: str
) -> Outcome:
    """What marks are worth where all others say ``unlisted``, and which findings they hold.

    A finding's ``lost_milli`` is what the criterion lost by itself; what a gate or a critical
    criterion took along is in the totals and in the written-out arithmetic.

    Raises:
        BadMarks: marks that do not fit the rules.
    """
    reading = read(rules, marks, unlisted)
    totals = totals_of(rules, reading, unlisted)
    sheet = rules.sheet
    failed: dict[str, Mark] = {}
    for mark in marks:
        if mark.verdict == "not_met":
            earlier = failed.get(mark.criterion)
            if earlier:
                mark = mark._replace(note="; ".join(filter(None, [earlier.note, mark.note])))
            failed[mark.criterion] = mark
    findings = []
    for code, mark in failed.items():
        index = sheet.items[code].index
        value = reading.counts.get(index, mark.value)
        findings.append(
            FindingOutcome(
                criteria[code].pk,
                criteria[code].severity,
                "" if value is None else str(value)[:40],
                div_half_up(max(reading.losses[index], 0), sheet.ticks),
                mark.note[:1000],
            )
        )
    return Outcome(
        totals.earned_milli,
        totals.possible_milli,
        totals.lost_milli,
        totals.score_centi,
        {m.code: [m.earned_milli, m.possible_milli, m.score_centi] for m in totals.modules},
        totals.critical,
        tuple(findings),
    )


def explain(inspection: Inspection) -> InspectionScore:
    """The full arithmetic of a stored inspection, recomputed from its document."""
    rules = rules_for(inspection.edition, inspection.channel, inspection.unit_kind)
    document = inspection.document
    return score(rules, marks_in(document), document.get("unlisted", "met"))


def mark_problem_text(problem: MarkProblem) -> str:
    """One problem of one mark in the user's words."""
    facts = problem.facts
    words = {
        "unknown_criterion": _("this standard does not ask this criterion here"),
        "unknown_verdict": _("unknown verdict"),
        "value_not_used": _("a value is given where this verdict takes none"),
        "not_whole": _("“%(value)s” is not a whole number") % {"value": problem.value},
        "not_a_number": _("“%(value)s” is not a number") % {"value": problem.value},
        "repeated": _("judged twice"),
        "unknown_option": _("“%(value)s” is none of the options") % {"value": problem.value},
    }
    if problem.code in words:
        return words[problem.code]
    if problem.code == "occurrences_out_of_range":
        return _("write a number from %(low)s to %(high)s") % facts
    if problem.code == "level_out_of_range":
        return _("the highest level is %(highest)s") % facts
    return _("“%(value)s” lies outside the bands of this criterion") % {"value": problem.value}
