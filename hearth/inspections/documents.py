"""The inspection as a document: its shape, its canonical form and its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypedDict


class MarkDocument(TypedDict, total=False):
    """One judged criterion; only those that differ from ``unlisted`` need be listed."""

    criterion: str
    verdict: str  # met, not_met, not_applicable, not_observable
    value: str  # occurrences, level, option or number, by the criterion's method
    note: str
    evidence: list[str]  # uuids of photos


class InspectionDocument(TypedDict, total=False):
    """All that the inspector says about one look at one outlet."""

    unlisted: str  # verdict of criteria not listed: met or not_observable
    marks: list[MarkDocument]
    remarks: str


def canonical(document: Any) -> str:
    """The one text form of a JSON value: sorted keys, no blanks, Unicode as it is."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def document_hash(document: InspectionDocument, **context: str) -> str:
    """SHA-256 of the document together with what it is about (unit, edition, channel, time)."""
    return hashlib.sha256(canonical({"about": context, "document": document}).encode()).hexdigest()


def tidy(document: InspectionDocument) -> InspectionDocument:
    """The document without what says nothing: empty notes, empty values, marks met in full.

    A mark that is plainly met without note or evidence adds nothing where unlisted means met.
    """
    unlisted = document.get("unlisted", "met")
    marks: list[MarkDocument] = []
    for mark in document.get("marks", []):
        kept: Any = {k: v for k, v in mark.items() if v not in ("", None, [])}
        if kept.get("verdict") == unlisted == "met" and set(kept) <= {"criterion", "verdict"}:
            continue
        marks.append(kept)
    tidied: InspectionDocument = {"unlisted": unlisted, "marks": marks}
    if document.get("remarks"):
        tidied["remarks"] = document["remarks"]
    return tidied
