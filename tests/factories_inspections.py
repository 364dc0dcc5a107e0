"""Checks that tests start from, scored and stored the way the application does it."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from hearth.inspections.documents import InspectionDocument
from hearth.inspections.models import Assignment, Inspection
from hearth.inspections.services.drafts import place_of_day
from hearth.inspections.services.recording import Submission, record
from hearth.network.actors import operator
from hearth.network.models import Unit, User
from hearth.scoring.evaluation import evaluate, rules_for
from hearth.standards.models import Edition
from hearth.standards.queries import criteria_of

ZONE = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(1)


def mark(criterion: str, verdict: str = "not_met", **more: Any) -> Any:
    """One mark; ``more`` are its value and note."""
    return {"criterion": criterion, "verdict": verdict, **more}


def document(*marks: Any, unlisted: str = "met", remarks: str = "") -> InspectionDocument:
    """What an inspector says: these marks, and everything else ``unlisted``."""
    found: InspectionDocument = {"unlisted": unlisted, "marks": list(marks)}
    return found | {"remarks": remarks} if remarks else found  # type: ignore[return-value]


def complete(edition: Edition, unit: Unit, *marks: Any, channel: str = "video") -> Any:
    """A document that judges every criterion asked: these marks, and the others met."""
    given = {m["criterion"] for m in marks}
    asked = [rule.code for rule in rules_for(edition, channel, unit.kind).criteria]
    return document(*marks, *(mark(code, "met") for code in asked if code not in given))


def noon(day: date | str) -> datetime:
    """Twelve o'clock of a day in the network's zone."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(on, time(12), ZONE)


def make_inspection(
    unit: Unit, edition: Edition, *marks: Any, on: date | str = "2021-05-20", **fields: Any
) -> Inspection:
    """A check of ``unit`` stored with its real worth; released unless ``status`` says otherwise.

    ``fields`` are those of ``Submission``; ``by`` is the account that carried it out.
    """
    by: User | None = fields.pop("by", None)
    at = fields.pop("inspected_at", None) or noon(on)
    said = fields.pop("document", None) or document(*marks)
    channel = fields.setdefault("channel", "video")
    fields.setdefault("uuid", uuid.UUID(int=next(_numbers)))
    fields.setdefault("status", Inspection.Status.RELEASED)
    worth = evaluate(rules_for(edition, channel, unit.kind), criteria_of(edition), said)
    return record(
        operator("recording"),
        Submission(
            unit=unit,
            unit_path=place_of_day(unit, at),
            edition=edition,
            inspected_at=at,
            document=said,
            inspector_id=by.pk if by else None,
            **fields,
        ),
        worth,
    )


def make_assignment(unit: Unit, edition: Edition, assignee: User, **fields: Any) -> Assignment:
    """An open assignment of a mystery visit."""
    fields = {"channel": "mystery", "due_on": date(2099, 12, 31)} | fields
    return Assignment.objects.create(unit=unit, edition=edition, assignee=assignee, **fields)


def photo(colour: str = "red", *, exif: dict[int, str] | None = None) -> bytes:
    """A small JPEG, with camera data when given (tag → text)."""
    picture = Image.new("RGB", (40, 30), colour)
    data = Image.Exif()
    for tag, text in (exif or {}).items():
        data[tag] = text
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=data)
    return file.getvalue()
