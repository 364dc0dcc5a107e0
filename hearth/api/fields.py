"""Types of what comes in: bounded, without NUL, dates and instants as ISO 8601 text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

NO_NUL = r"^[^\x00]*$"  # PostgreSQL stores no NUL in a text
PERIOD = r"^(19|2[0-9])[0-9]{2}(Q[1-4]|H[12]|-(0[1-9]|1[0-2]))?$"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
FIRST_YEAR, LAST_YEAR = 1900, 2999


def text(most: int, *, least: int = 0) -> Any:
    """A text of bounded length that any database can keep."""
    return StringConstraints(min_length=least, max_length=most, pattern=NO_NUL)


def _day(value: Any) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise ValueError("write a date of 1900 to 2999 as 2021-06-15")


def _instant(value: Any) -> Any:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        at = datetime.fromisoformat(value.upper().replace(",", "."))
        if FIRST_YEAR < at.year < LAST_YEAR:
            return at if at.tzinfo else timezone.make_aware(at)
    raise ValueError("write an instant of 1901 to 2998 as 2021-06-15T14:30:00+08:00")


Code = Annotated[str, text(40, least=1)]
OptionalCode = Annotated[str, text(40)]
Search = Annotated[str, text(80)]
PeriodKey = Annotated[str, StringConstraints(pattern=PERIOD, max_length=7)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
RowId = Annotated[int, Field(ge=1, le=2**53 - 1)]  # what a JavaScript number still holds exactly
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
# The words of the models, once more: a schema needs them written out. A test compares the two.
UnitLevel = Literal["province", "branch", "subbranch", "outlet"]
RankingLevel = Literal["outlet", "subbranch", "branch"]
ChannelKey = Literal["video", "mystery", "onsite", "self", "head_office", "experience"]
Verdict = Literal["met", "not_met", "not_applicable", "not_observable"]
Severity = Literal["red", "major", "minor"]
InspectionStatus = Literal["submitted", "reviewed", "released", "returned", "withdrawn"]
EditionStatus = Literal["draft", "published", "retired"]
Scheme = Literal["share", "deduction"]
NotApplicable = Literal["rescale", "full_marks"]
Method = Literal["pass_fail", "deduct", "scale", "choice", "number"]
EvidenceKind = Literal["none", "note", "photo", "clip"]
JobStatus = Literal["queued", "running", "done", "refused", "failed"]


def points(milli: int) -> float:
    """Points of thousandths, as the shortest number that means them."""
    return milli / 1000


def score(centi: int | None) -> float | None:
    """A score of hundredths; None where there is none."""
    return None if centi is None else centi / 100
