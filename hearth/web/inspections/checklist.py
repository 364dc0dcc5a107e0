"""A draft as the page shows it: modules with their criteria and what was judged so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Evidence
from hearth.standards.domain.syntax import parse_options
from hearth.standards.models import Criterion, Edition


@dataclass(slots=True)
class Line:
    """One criterion on the page."""

    criterion: Criterion
    text: str
    guidance: str
    verdict: str = ""
    value: str = ""
    note: str = ""
    photos: list[Evidence] = field(default_factory=list)
    problem: str = ""

    @property
    def options(self) -> list[str]:
        """Names of the options of a ``choice`` criterion."""
        return [label for label, _points in parse_options(self.criterion.options)]

    @property
    def levels(self) -> range:
        """Levels of a ``scale`` criterion below the full one."""
        return range(self.criterion.levels or 0)


@dataclass(slots=True)
class Chapter:
    """One module on the page."""

    code: str
    title: str
    lines: list[Line]

    @property
    def answered(self) -> int:
        """How many criteria have a verdict."""
        return sum(1 for line in self.lines if line.verdict)

    @property
    def faults(self) -> int:
        """How many are not met."""
        return sum(1 for line in self.lines if line.verdict == "not_met")


def applicable_criteria(edition: Edition, channel: str, unit_kind: str) -> list[Criterion]:
    """Criteria of the edition that this channel can see at this kind of outlet, in order."""
    rows = edition.criteria.select_related("module").order_by("position")
    return [
        row
        for row in rows
        if (not row.channels or channel in row.channels)
        and (not row.unit_kinds or unit_kind in row.unit_kinds)
    ]


def chapters(
    criteria: Iterable[Criterion],
    document: InspectionDocument,
    photos: Iterable[Evidence],
    *,
    chinese: bool,
    problems: dict[str, str] | None = None,
) -> list[Chapter]:
    """The checklist grouped by module, each criterion with what ``document`` says of it."""
    marks: dict[str, Any] = {m["criterion"]: m for m in document.get("marks", [])}
    by_code: dict[str, list[Evidence]] = {}
    for photo in photos:
        by_code.setdefault(photo.criterion_code, []).append(photo)
    found: dict[str, Chapter] = {}
    for row in criteria:
        module = row.module
        title = module.title if chinese or not module.title_en else module.title_en
        chapter = found.setdefault(module.code, Chapter(module.code, title, []))
        mark = marks.get(row.code, {})
        chapter.lines.append(
            Line(
                row,
                row.text if chinese or not row.text_en else row.text_en,
                row.guidance if chinese or not row.guidance_en else row.guidance_en,
                mark.get("verdict", ""),
                str(mark.get("value", "")),
                mark.get("note", ""),
                by_code.get(row.code, []),
                (problems or {}).get(row.code, ""),
            )
        )
    return list(found.values())
