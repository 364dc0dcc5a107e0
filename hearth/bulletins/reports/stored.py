"""Reading a kept report, and what freezes it."""

from __future__ import annotations

from typing import Any

from hearth.bulletins.composition.wording import Language
from hearth.bulletins.models import Report
from hearth.bulletins.stored import digest


def content_of(report: Report) -> dict[str, Any]:
    """All that a reader of the report is told, as plain data."""
    return {
        "unit": [report.unit.code, report.unit_path],
        "as_of": report.as_of.isoformat(),
        "earlier": report.earlier.isoformat() if report.earlier else None,
        "since": report.since.isoformat() if report.since else None,
        "titles": [report.title, report.title_en],
        "computed": report.computed,
    }


def fingerprint(report: Report) -> str:
    """SHA-256 of the content in its one canonical form."""
    return digest(content_of(report))


def is_intact(report: Report) -> bool:
    """Whether a kept report is what was kept."""
    return fingerprint(report) == report.content_hash


def title_of(report: Report, language: Language) -> str:
    """Its title."""
    return report.title if language == "zh" else report.title_en
