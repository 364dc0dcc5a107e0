"""The document of a check as it comes in and as it is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, cast

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr
from typing_extensions import TypedDict

from hearth.api.fields import Code, Verdict, text
from hearth.inspections.documents import InspectionDocument

MOST_MARKS = 2000
LONGEST_NOTE = 1000
LARGEST = 10**9

Note = Annotated[str, text(LONGEST_NOTE)]
Value = (
    Annotated[StrictStr, text(40)]
    | Annotated[StrictInt, Field(ge=-LARGEST, le=LARGEST)]
    | Annotated[StrictFloat, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
)


class MarkIn(TypedDict):
    """A plain dictionary and no model: a hundred of them are read in 0.1 ms."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    criterion: Code
    verdict: Verdict
    value: NotRequired[Value]
    note: NotRequired[Note]


class DocumentIn(BaseModel):
    """What was seen."""

    model_config = ConfigDict(extra="forbid")

    unlisted: Literal["met", "not_observable"] = Field(
        "met", description=gettext_noop("Verdict of every criterion that marks does not list.")
    )
    marks: Annotated[
        list[MarkIn],
        Field(max_length=MOST_MARKS, description=gettext_noop("Order means nothing.")),
    ]
    remarks: Annotated[str, text(LONGEST_NOTE)] = ""


class MarkOut(BaseModel):
    criterion: str
    verdict: str
    value: str
    note: str
    evidence: list[str] = Field(description=gettext_noop("UUIDs of photos."))


def marks_out(document: InspectionDocument) -> list[MarkOut]:
    """The marks of a draft as they were saved."""
    return [
        MarkOut(
            criterion=mark["criterion"],
            verdict=mark["verdict"],
            value=str(mark.get("value") or ""),
            note=mark.get("note", ""),
            evidence=mark.get("evidence", []),
        )
        for mark in document.get("marks", [])
    ]


def document_of(
    given: DocumentIn, photos: dict[str, list[str]] | None = None
) -> InspectionDocument:
    """The document as it is stored; ``photos`` are what the server keeps for each criterion."""
    marks: list[Any] = []
    for mark in given.marks:
        kept: dict[str, Any] = dict(mark)
        if "value" in kept:
            kept["value"] = str(kept["value"])
        if photos and kept["criterion"] in photos:
            kept["evidence"] = photos[kept["criterion"]]
        marks.append(kept)
    return cast(
        InspectionDocument,
        {"unlisted": given.unlisted, "marks": marks, "remarks": given.remarks},
    )
