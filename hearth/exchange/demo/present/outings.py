"""Mobile service: whom it goes to, with what, where it has been, and where it goes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.naming import place_words
from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.pictures import picture
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.network.models import Unit
from hearth.outreach.models import (
    Activity,
    ActivityKind,
    ActivityPhoto,
    ServiceTarget,
    ServiceVehicle,
    TripStop,
)
from hearth.outreach.services import activities, mobile
from hearth.outreach.services.photos import add_photo
from hearth.platform.workdays import workdays

_KINDS = (
    ("remote", "{}村", 60),
    ("company", "{}机械厂", 120),
    ("school", "{}职业学校", 120),
    ("community", "{}社区", 60),
    ("army", "驻{}某部", 90),
)
_AT_FIRST, _AT_OTHERS = 10, 2  # targets of the first branch, and of each other one
_TITLES = {
    "remote": "移动服务进乡村",
    "company": "移动服务进企业",
    "school": "移动服务进校园",
    "community": "移动服务进社区",
    "army": "移动服务进军营",
}
_PEERS = (
    ("示范村镇银行", "东街支行"),
    ("滨海示范银行", "中心广场支行"),
    ("示范农信社", "集市分社"),
)


def ledgers(stage: Stage) -> dict[str, Sequence[Row]]:
    """Rows of the registers that trips and experience visits name, by kind."""
    since = str(stage.today - timedelta(days=300))
    first = stage.cast.branches[0].unit
    return {
        "service_vehicles": [
            {
                "vehicle": f"V-{player.unit.code}",
                "unit": player.unit.code,
                "name": "移动金融服务车" if number < 4 else "便携式移动柜台",
                "kind": "vehicle" if number < 4 else "kit",
                "since": since,
            }
            for number, player in enumerate(stage.cast.branches)
        ],
        "service_targets": [
            row | {"since": since}
            for number, player in enumerate(stage.cast.branches)
            for row in _targets(stage, player, _AT_OTHERS if number else _AT_FIRST)
        ],
        "peer_outlets": [
            {
                "peer": f"P-{number:04d}",
                "unit": first.code,
                "bank": bank,
                "name": name,
                "city": first.city,
                "since": since,
            }
            for number, (bank, name) in enumerate(_PEERS, start=1)
        ],
    }


def _targets(stage: Stage, player: Player, count: int) -> Iterator[Row]:
    """Targets within some twenty kilometres of outlets of a branch."""
    chance = stage.chance("targets", player.unit.code)
    words = chance.shuffled(place_words())
    below = Unit.objects.outlets().under(player.unit.path).open_on(stage.today)
    outlets = list(below.exclude(longitude=None).order_by("path"))
    for number in range(count if outlets else 0):
        outlet = chance.pick(outlets)
        group, name, every = _KINDS[number % len(_KINDS)]
        east, north = (chance.random() - 0.5) * 0.36, (chance.random() - 0.5) * 0.28
        yield {
            "target": f"T-{player.unit.code}-{number + 1:02d}",
            "unit": player.unit.code,
            "name": name.format(words[number]),
            "group": group,
            "city": outlet.city,
            "district": outlet.district,
            "longitude": f"{(outlet.longitude or 0) + east:.5f}",
            "latitude": f"{(outlet.latitude or 0) + north:.5f}",
            "every_days": str(every),
        }


def stories(stage: Stage) -> Iterator[Story]:
    """One for each trip, and one for each visit of the months before."""
    for number, row in enumerate(content_rows("trips")):
        if int(row["branch"]) < len(stage.cast.branches):
            yield _trip(stage, row, number)
    targets = ServiceTarget.objects.standing().select_related("unit").order_by("target")
    for number, target in enumerate(targets):
        if number % 6:
            yield _earlier(stage, target, number)


def _targets_of(player: Player) -> list[ServiceTarget]:
    rows = ServiceTarget.objects.standing().filter(unit=player.unit)
    return list(rows.select_related("unit").order_by("target"))


def _trip(stage: Stage, row: Row, number: int) -> Story:
    player = stage.cast.branches[int(row["branch"])]
    yield stage.at(int(row["planned"]), 11, number)
    targets = _targets_of(player)
    chosen = [targets[(number * 2 + n) % len(targets)] for n in range(int(row["stops"]))]
    day = stage.day(int(row["day"]))
    vehicle = ServiceVehicle.objects.filter(unit=player.unit).first()
    stops = [(target, time(9 + n)) for n, target in enumerate(dict.fromkeys(chosen))]
    trip = mobile.plan_trip(
        actor=player.actor,
        plan=mobile.TripPlan(player.unit, day, row["title"], vehicle, stops),
    )
    if row["ends"] == "cancelled":
        yield stage.at(int(row["day"]), 8)
        mobile.cancel_trip(
            actor=player.actor, trip=trip, version=trip.version, reason="暴雪封路，改期"
        )
    if row["ends"] in ("visited", "one_left_out"):
        for stop in trip.stops.select_related("target__unit", "trip").order_by("position"):
            yield stage.on(day, 9 + stop.position, 30)
            if row["ends"] == "one_left_out" and stop.position == 1:
                mobile.leave_out(actor=player.actor, stop=stop, reason="对方临时停电，约定下周再去")
                continue
            _arrive(stage, player, stop, vehicle)


def _arrive(stage: Stage, player: Player, stop: TripStop, vehicle: ServiceVehicle | None) -> None:
    begins = stage.on(stop.trip.day, 8 + stop.position)
    uuid = (stop.trip.day, stop.target.target)
    activity = _recorded(stage, player, stop.target, begins, vehicle, uuid)
    add_photo(
        actor=player.actor,
        table=ActivityPhoto,
        record=activity,
        uuid=stage.uuid("van", *uuid),
        content=picture("van", stop.position % 3),
    )
    mobile.arrive(actor=player.actor, stop=stop, activity=activity)


def _recorded(
    stage: Stage,
    player: Player,
    target: ServiceTarget,
    begins: datetime,
    vehicle: ServiceVehicle | None,
    named: tuple[date, str],
) -> Activity:
    chance = stage.chance("transactions", *named)
    entry = activities.ActivityEntry(
        kind=ActivityKind.objects.get(code="mobile_service"),
        unit=player.unit,
        started_at=begins,
        ended_at=begins + timedelta(minutes=90),
        title=_TITLES[target.group],
        place=target.name,
        details={"business": 4 + chance.below(40)},
        target=target,
        vehicle=vehicle,
    )
    # two stops of one day look alike and are two
    return activities.record_activity(
        actor=player.actor, uuid=stage.uuid("stop", *named), entry=entry, accept_double=True
    )


def _earlier(stage: Stage, target: ServiceTarget, number: int) -> Story:
    """A visit some weeks or months ago, so that some targets have not been seen for too long."""
    ago = 14 + stage.chance("earlier", target.target).below(90)
    day = stage.day(-ago * 5 // 7)
    yield stage.on(day, 12, number % 60)
    player = next(b for b in stage.cast.branches if b.unit.pk == target.unit_id)
    activity = _recorded(stage, player, target, stage.on(day, 10), None, (day, target.target))
    yield stage.on(workdays().after(day, 2), 10, number % 60)
    activities.confirm(
        actor=stage.cast.manager,
        activity=activity,
        version=activity.version,
        without_proof="按派车单和业务流水核对",
    )
