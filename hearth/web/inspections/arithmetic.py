"""The arithmetic of one check, recomputed from its document and laid out for the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hearth.inspections.models import Evidence, Inspection
from hearth.scoring.domain.inspection import Amounts, InspectionScore
from hearth.scoring.evaluation import explain
from hearth.standards.models import Criterion


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One criterion of a submitted check with what it earned and why."""

    criterion: Criterion
    text: str
    verdict: str
    value: str
    note: str
    possible_milli: int
    earned_milli: int
    lost_milli: int
    because: str  # 'own', 'gate:CODE', 'critical_module:CODE' …
    cause: str  # code of the criterion that took it along, if any
    photos: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class MarkedModule:
    """One module of a submitted check."""

    code: str
    title: str
    earned_milli: int
    possible_milli: int
    lost_milli: int
    score_centi: int | None
    faults: int
    lines: tuple[MarkedLine, ...]


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """The arithmetic of a submitted check.

    Attributes:
        modules: in the edition's order.
        raw: the sum, and its quotient before a critical criterion capped or zeroed the whole.
        critical: what a critical criterion did to the score, in words; "" where none failed.
    """

    modules: list[MarkedModule]
    raw: Amounts
    critical: str


def written_out(inspection: Inspection, *, chinese: bool) -> WrittenOut:
    """The score of ``inspection``, recomputed and laid out."""
    score = explain(inspection)
    modules = _marked_modules(inspection, score, chinese=chinese)
    return WrittenOut(modules, score.raw, critical_text(score.critical))


def _marked_modules(
    inspection: Inspection, score: InspectionScore, *, chinese: bool
) -> list[MarkedModule]:
    criteria = {
        c.code: c for c in inspection.edition.criteria.select_related("module").order_by("position")
    }
    marks = {m["criterion"]: m for m in inspection.document.get("marks", [])}
    photos: dict[str, list[Evidence]] = {}
    for photo in inspection.evidence.order_by("pk"):
        photos.setdefault(photo.criterion_code, []).append(photo)
    by_module: dict[str, list[MarkedLine]] = {}
    for line in score.lines:
        row = criteria[line.code]
        mark = marks.get(line.code, {})
        by_module.setdefault(row.module.code, []).append(
            MarkedLine(
                row,
                row.text if chinese or not row.text_en else row.text_en,
                line.verdict,
                str(line.value or ""),
                mark.get("note", ""),
                line.possible_milli,
                line.earned_milli,
                line.lost_milli,
                line.because.split(":")[0],
                line.because.partition(":")[2],
                tuple(photos.get(line.code, ())),
            )
        )
    titles = {c.module.code: c.module for c in criteria.values()}
    return [
        MarkedModule(
            m.code,
            titles[m.code].title
            if chinese or not titles[m.code].title_en
            else titles[m.code].title_en,
            m.earned_milli,
            m.possible_milli,
            m.lost_milli,
            m.score_centi,
            sum(1 for line in by_module.get(m.code, ()) if line.verdict == "not_met"),
            tuple(by_module.get(m.code, ())),
        )
        for m in score.modules
        if m.code in by_module
    ]


def critical_text(critical: str) -> str:
    """What a critical criterion did to the score (SC-04), in words; "" where none failed.

    Args:
        critical: as stored: ``zero_total:CODE``, ``cap:60:CODE`` or ``zero_module:CODE``.
    """
    effect, _colon, code = critical.partition(":")
    if effect == "zero_total":
        return _("%(code)s was not met: the whole check counts 0.") % {"code": code}
    if effect == "zero_module":
        return _("%(code)s was not met: its module counts 0.") % {"code": code}
    if effect == "cap":
        cap, _colon, code = code.partition(":")
        return _("%(code)s was not met: the score is at most %(cap)s.") % {"code": code, "cap": cap}
    return ""
