"""Temperature readings that other systems send, many at a time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from hearth.api.access import ApiRequest, requires
from hearth.api.errors import answers
from hearth.api.fields import Instant, text
from hearth.premises.domain.wire import Unread, checked, latest_minute, minute_of
from hearth.premises.services.readings import Reading, submit

router = Router(tags=[gettext_noop("Thermometers")])
MOST_READINGS = 10_000

Reason = Literal["unknown_sensor", "retired", "out_of_range", "bad_time"]


class ReadingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sensor: Annotated[str, text(64, least=1)]
    at: Instant
    celsius: float = Field(
        ge=-1000, le=1000, description=gettext_noop("Rounded to the hundredth of a degree.")
    )


class ReadingsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=MOST_READINGS)]


class RefusedReading(BaseModel):
    position: int = Field(description=gettext_noop("Among those sent, from 0."))
    reason: Reason


class TakenOut(BaseModel):
    stored: int
    repeated: int = Field(description=gettext_noop("Their minute was there already."))
    refused: list[RefusedReading]


@router.post(
    "/readings",
    response=answers(TakenOut, 400, 413),
    summary=gettext_noop("Send temperature readings"),
    description=gettext_noop(
        "One reading a minute of each sensor counts, the first one, so the same call may be "
        "repeated. What is good is stored, the rest is named with its reason."
    ),
)
@requires("premises.measure")
def send_readings(request: ApiRequest, body: ReadingsIn) -> Any:
    latest = latest_minute(timezone.now())
    good: list[Reading] = []
    places: list[int] = []
    refused: list[tuple[int, str]] = []
    for position, one in enumerate(body.readings):
        try:
            minute, centi = checked(minute_of(one.at), round(one.celsius * 100), latest)
        except Unread as unread:
            refused.append((position, unread.fault))
        else:
            good.append(Reading(one.sensor, minute, centi))
            places.append(position)
    taken = submit(actor=request.actor, readings=good)
    refused += [(places[position], reason) for position, reason in taken.refused]
    return TakenOut(
        stored=taken.stored,
        repeated=taken.repeated,
        refused=[RefusedReading(position=p, reason=r) for p, r in sorted(refused)],
    )
