"""Home visits that tests start from, and people who make them."""

from __future__ import annotations

import base64
import io
import itertools
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.outreach.models import Visit, VisitRules
from hearth.outreach.services.visits import Request
from tests.factories import make_actor, make_person

# A number that no other test writes: the search of the disk reads a log that all of them share.
NAME, PHONE = "䶮淑芬👵🏽", "13904127356"
ADDRESS, ILLNESS = "东城市湖滨路18号2单元301", "中风后卧床，能说话"
SECRETS = (NAME, PHONE, ADDRESS, ILLNESS)
_numbers = itertools.count(1)


def make_rules(**fields: Any) -> VisitRules:
    """The rules since ever, made anew where a test has emptied the tables."""
    start: dict[str, Any] = {
        "detour_permille": 1400,
        "speed_kmh": 30,
        "margin_minutes": 10,
        "visit_minutes": 60,
        "day_from": time(8, 30),
        "day_to": time(17),
        "keep_days": 30,
        "idle_days": 90,
    }
    return VisitRules.objects.update_or_create(
        valid_from=date(2000, 1, 1), defaults=start | fields
    )[0]


def asked(**fields: Any) -> Request:
    """What someone asks for."""
    start: dict[str, Any] = {
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "group": "very_old",
        "need": "social_security",
        "consents": True,
        "circumstances": ILLNESS,
    }
    return Request(**start | fields)


@dataclass(frozen=True)
class Team:
    """Those whom a visit of one outlet takes."""

    first: Person
    second: Person
    head: Actor  # of the outlet; goes nowhere
    manager: Actor  # of the branch; approves


def make_team(outlet: Unit, branch: Unit) -> Team:
    """Two who go, the head who keeps the record, and the manager above."""
    make_rules()
    return Team(
        make_person(outlet, name="王伟"),
        make_person(outlet, name="李静"),
        make_actor("outlet_head", unit=outlet),
        make_actor("branch_manager", unit=branch),
    )


def make_visit(unit: Unit, stage: str = "requested", **fields: Any) -> Visit:
    """A visit as it is stored at a stage; ``at`` is when it begins, two hours from now."""
    make_rules()
    number = next(_numbers)
    at: datetime = fields.pop("at", timezone.now() + timedelta(hours=2))
    order = list(Visit.Stage.values)
    reached = order.index(stage) if stage != "cancelled" else 0
    start: dict[str, Any] = {
        "uuid": uuid.uuid4(),
        "code": f"{number:012d}",
        "unit": unit,
        "unit_path": unit.path,
        "stage": stage,
        "channel": "phone",
        "group": "very_old",
        "need": "social_security",
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "circumstances": ILLNESS,
        "consent_days": 30,
    }
    if reached >= 1:
        start |= {"has_id": True, "has_family": True, "triaged_at": timezone.now()}
    pair = [fields.pop(name, None) for name in ("first", "second")]
    if reached >= 2:
        start |= {
            "starts_at": at,
            "ends_at": at + timedelta(hours=1),
            "back_by": at + timedelta(hours=2),
            "first_visitor": pair[0] or make_person(unit),
            "second_visitor": pair[1] or make_person(unit),
        }
    later = {"arrived_at": 4, "left_at": 5, "back_at": 6, "closed_at": 7}
    start |= {name: at for name, since in later.items() if reached >= since}
    if reached >= 5:
        start |= {"id_seen_at": at, "intent_at": at, "signed_at": at, "outcome": "served"}
    if reached >= 6:
        start["vouchers"] = 2
    return Visit.objects.create(**start | fields)


def drawing(ink: int = 6, size: tuple[int, int] = (600, 240)) -> str:
    """What a canvas gives: strokes on nothing, as a data URL; ``ink`` is how thick, 0 for none."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if ink:
        pen = ImageDraw.Draw(picture)
        pen.line([(40, 180), (200, 60), (260, 190), (420, 70)], fill=(20, 20, 60, 255), width=ink)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
