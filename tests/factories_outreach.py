"""Records of outreach that tests start from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hearth.kernel.errors import RuleViolation
from hearth.ledgers.registers import Register
from hearth.network.models import Unit
from hearth.outreach.models import (
    Activity,
    ActivityKind,
    Feature,
    FeatureKind,
    PeerOutlet,
    SampleRate,
    ServiceTarget,
    ServiceVehicle,
    SignInSheet,
    Speciality,
    SpecialityKind,
    Station,
)
from hearth.outreach.services.activities import ActivityEntry
from tests.factories_inspections import noon

DAY = date(2021, 5, 20)
_numbers = itertools.count(1)
_KINDS: dict[str, dict[str, Any]] = {
    "lecture": {"name": "金融知识宣讲", "name_en": "Financial knowledge lecture"},
    "training": {"name": "培训", "name_en": "Training", "counts_persons": True},
    "mobile_service": {"name": "移动金融服务", "name_en": "Mobile service", "is_mobile": True},
    "staff_experience": {"name": "员工体验", "name_en": "Staff experience"},
    "home_visit": {
        "name": "上门服务",
        "name_en": "Home visit",
        "evidence": "none",
        "extra_fields": [
            {"key": "business", "label": "办理业务", "label_en": "Service", "required": False},
            {"key": "reason", "label": "服务对象", "label_en": "For whom", "required": False},
        ],
    },
}


def kind(code: str = "lecture", **fields: Any) -> ActivityKind:
    """A kind of the seeded catalogue, made anew where a test has emptied the tables."""
    made, _new = ActivityKind.objects.get_or_create(code=code, defaults=_KINDS.get(code, {}))
    if fields:
        ActivityKind.objects.filter(pk=made.pk).update(**fields)
        made.refresh_from_db()
    return made


def feature_kind(code: str = "nursing_room", **fields: Any) -> FeatureKind:
    """A special service of the catalogue."""
    start = {"name": "母婴室", "name_en": "Mother-and-baby room"} | fields
    return FeatureKind.objects.get_or_create(code=code, defaults=start)[0]


def speciality_kind(code: str = "rural") -> SpecialityKind:
    """A speciality of the catalogue."""
    start = {"name": "三农", "name_en": "Rural finance"}
    return SpecialityKind.objects.get_or_create(code=code, defaults=start)[0]


def rate(permille: int = 50) -> SampleRate:
    """The rate in force since ever."""
    found, _new = SampleRate.objects.update_or_create(
        valid_from=date(2000, 1, 1), defaults={"permille": permille}
    )
    return found


def entry(unit: Unit, **fields: Any) -> ActivityEntry:
    """What the entry page hands over: a lecture at noon of 20 May 2021."""
    start = {"kind": kind(), "unit": unit, "started_at": noon(DAY), "title": "守住钱袋子"}
    return ActivityEntry(**start | fields)


def make_activity(unit: Unit, code: str = "lecture", **fields: Any) -> Activity:
    """An activity as it is stored; ``on`` is its day."""
    on = fields.pop("on", DAY)
    number = next(_numbers)
    start: dict[str, Any] = {
        "activity": f"A-{number:05d}",
        "kind": kind(code),
        "unit": unit,
        "unit_path": unit.path,
        "started_at": noon(on),
        "title": f"活动 {number}",
    }
    return Activity.objects.create(**start | fields)


def make_sheet(activity: Activity, *, now: datetime, **fields: Any) -> SignInSheet:
    """An open sheet of an activity."""
    token = f"token{next(_numbers):038d}"
    start = {"token": token, "closes_at": now + timedelta(hours=12)} | fields
    return SignInSheet.objects.create(activity=activity, **start)


def make_feature(unit: Unit, code: str = "nursing_room", **fields: Any) -> Feature:
    """An outlet offers a service since 1 January 2021."""
    start = {"feature": feature_kind(code), "since": date(2021, 1, 1)}
    return Feature.objects.create(unit=unit, unit_path=unit.path, **start | fields)


def make_speciality(unit: Unit, code: str = "rural", **fields: Any) -> Speciality:
    """An outlet specialises since 1 January 2021."""
    start = {"speciality": speciality_kind(code), "since": date(2021, 1, 1)}
    return Speciality.objects.create(unit=unit, unit_path=unit.path, **start | fields)


def make_station(unit: Unit, **fields: Any) -> Station:
    """A station since 1 January 2021."""
    start = {"since": date(2021, 1, 1), "services": ["饮水", "充电"]}
    return Station.objects.create(unit=unit, unit_path=unit.path, **start | fields)


def make_target(unit: Unit, **fields: Any) -> ServiceTarget:
    """A remote place that is to be visited every ninety days."""
    number = next(_numbers)
    start = {
        "target": f"T-{number:04d}",
        "name": f"芦苇村 {number}",
        "group": "remote",
        "township": "芦苇乡",
        "since": date(2021, 1, 1),
    }
    return ServiceTarget.objects.create(unit=unit, unit_path=unit.path, **start | fields)


def make_vehicle(unit: Unit, **fields: Any) -> ServiceVehicle:
    """A service vehicle."""
    number = next(_numbers)
    start = {
        "vehicle": f"V-{number:04d}",
        "name": f"流动服务车 {number}",
        "kind": "vehicle",
        "since": date(2021, 1, 1),
    }
    return ServiceVehicle.objects.create(unit=unit, unit_path=unit.path, **start | fields)


def make_peer(unit: Unit, **fields: Any) -> PeerOutlet:
    """An outlet of another bank."""
    number = next(_numbers)
    start = {
        "peer": f"P-{number:04d}",
        "bank": "他行",
        "name": f"同业网点 {number}",
        "since": date(2021, 1, 1),
    }
    return PeerOutlet.objects.create(unit=unit, unit_path=unit.path, **start | fields)


@contextmanager
def refused(code: str) -> Iterator[Any]:
    """A rule says no with this code; gives what ``pytest.raises`` gives."""
    with pytest.raises(RuleViolation) as refusal:
        yield refusal
    assert refusal.value.code == code


def row_of(register: Register, **values: Any) -> Any:
    """A row of a register's sheet; what is not given is empty."""
    empty = {one.name: one.column.empty for one in register.fields}
    return SimpleNamespace(**empty | values)
