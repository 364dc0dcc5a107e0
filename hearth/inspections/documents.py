"""The inspection as a document: its shape, its canonical form and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, TypedDict

from hearth.standards.domain.rulebook import whole


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
        if len(mark) == 2 and mark.get("verdict") == unlisted == "met":  # most of them, quickly
            continue
        kept: Any = {k: v for k, v in mark.items() if v not in ("", None, [])}
        if kept.get("verdict") == unlisted == "met" and set(kept) <= {"criterion", "verdict"}:
            continue
        marks.append(kept)
    tidied: InspectionDocument = {"unlisted": unlisted, "marks": marks}
    if document.get("remarks"):
        tidied["remarks"] = document["remarks"]
    return tidied


def joined(marks: Sequence[MarkDocument]) -> MarkDocument:
    """Repeated marks of one criterion as one: occurrences added up, notes one after the other.

    Only a fault that is counted may be listed more than once (SC-01); each without a value is one.
    """
    first: Any = dict(marks[0])
    if len(marks) > 1:
        first["value"] = str(sum(whole(str(mark.get("value") or 1)) for mark in marks))
        first["note"] = "; ".join(filter(None, (mark.get("note") for mark in marks)))
    return first  # type: ignore[no-any-return]  # the copy of a mark is a mark
