"""Activities of the last days, confirmed, waiting and sent back; the sample; experience visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.present.pictures import picture
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.kernel.periods import Period
from hearth.network.scope import Actor
from hearth.outreach.models import (
    Activity,
    ActivityKind,
    ActivityPhoto,
    Observation,
    PeerOutlet,
    SampleItem,
)
from hearth.outreach.services import activities, experience, sampling
from hearth.outreach.services.photos import add_photo
from hearth.standards.models import Edition, Module

_SCENES = {"cleaning_day": "room_tidy", "mobile_service": "van"}
_MOST_VERIFIED = 24
_HISTORY = -3  # working days from today
_FOUND = (
    ("held", "调阅当日录像和签到表，与台账一致"),
    ("held", "电话回访两位参加者，情况属实"),
    ("held", "查看现场照片和宣传资料领用记录，情况属实"),
    ("differs", "实际时间为下午，台账记为上午，已请网点更正"),
    ("held", "到社区核实，活动室登记有记录"),
    ("unproven", "没有照片和签到，经办人已调离，无法证实"),
)


def stories(stage: Stage) -> Iterator[Story]:
    """One for each activity and experience visit, one for the sample."""
    for number, row in enumerate(content_rows("activities")):
        yield _activity(stage, row, number)
    yield _history(stage)
    yield _sample(stage)
    for visit, rows in groupby(content_rows("experience"), key=lambda row: row["visit"]):
        yield _experience(stage, visit, list(rows))


def _activity(stage: Stage, row: Row, number: int) -> Story:
    player = stage.cast.head(int(row["at"]))
    begins = stage.at(int(row["day"]), int(row["hour"]), 5 if row["ends"] == "double" else 0)
    yield begins + timedelta(minutes=int(row["minutes"]) + 10 + number)
    entry = activities.ActivityEntry(
        kind=ActivityKind.objects.get(code=row["kind"]),
        unit=player.unit,
        started_at=begins,
        ended_at=begins + timedelta(minutes=int(row["minutes"])),
        title=row["title"],
        audience=row["audience"],
        persons=int(row["persons"]) if row["persons"] else None,
        place=row["place"],
    )
    activity = activities.record_activity(
        actor=player.actor,
        uuid=stage.uuid("activity", number),
        entry=entry,
        accept_double=row["ends"] == "double",
    )
    if row["ends"] != "returned":
        add_photo(
            actor=player.actor,
            table=ActivityPhoto,
            record=activity,
            uuid=stage.uuid("activity photo", number),
            content=picture(_SCENES.get(row["kind"], "people"), number % 3),
        )
    if row["ends"] == "confirmed":
        yield stage.at(int(row["day"]) + 1, 9, number)
        activities.confirm(actor=player.above, activity=activity, version=activity.version)
    if row["ends"] == "returned":
        yield stage.at(int(row["day"]) + 1, 9, number)
        activities.send_back(
            actor=player.above, activity=activity, version=activity.version, reason=row["words"]
        )


def _history(stage: Stage) -> Story:
    """What the ledgers brought along was confirmed once; the last days are still to be."""
    yield stage.at(_HISTORY + 1, 7)
    activities.confirm_history(
        actor=stage.cast.approver,
        until=stage.day(_HISTORY),
        note="历史台账随系统上线一次确认，以原纸质台账和抽查结果为据",
    )


def _sample(stage: Stage) -> Story:
    """The sample of the quarter that was over by then, somewhat more than half of it verified."""
    drawn = stage.at(-9, 9, 40)
    period = Period.of(drawn.date(), "quarter").previous()
    yield drawn
    if not Activity.objects.standing().between(period.start, period.end).exists():
        return
    sample = sampling.draw_sample(actor=stage.cast.manager, unit=stage.cast.province, period=period)
    items = list(sample.items.select_related("activity").order_by("pk"))
    for number, item in enumerate(items[: min(_MOST_VERIFIED, len(items) * 3 // 5)]):
        yield stage.at(-8 + number // 4, 14, 7 * (number % 4))
        result, note = _FOUND[number % len(_FOUND)]
        sampling.verify(
            actor=_verifier(stage, item),
            item=item,
            version=item.version,
            result=result,
            note=note,
        )


def _verifier(stage: Stage, item: SampleItem) -> Actor:
    """Who looks after the branch where it took place; another where they recorded it."""
    activity = item.activity
    for branch in stage.cast.branches:
        if activity.unit_path.startswith(branch.unit.path):
            if activity.recorded_by_id != branch.actor.user_id:
                return branch.actor
            break
    return stage.cast.approver


def _experience(stage: Stage, visit: str, rows: list[Row]) -> Story:
    first, player = rows[0], stage.cast.head(int(rows[0]["at"]))
    day = int(first["day"])
    yield stage.at(day, 16, 30)
    edition = Edition.objects.filter(status="published").order_by("-pk").first()
    modules = Module.objects.filter(edition=edition).order_by("position")
    chance = stage.chance("experience", visit)
    report = experience.VisitReport(
        unit=player.unit,
        day=stage.day(day),
        visited=stage.cast.head(0).unit if first["place"] == "own" else None,
        peer=PeerOutlet.objects.order_by("pk").first() if first["place"] == "peer" else None,
        edition=edition,
        ratings={module.code: 2 + chance.below(4) for module in modules[:6]},
        observations=[(row["kind"], row["text"]) for row in rows],
    )
    reported = experience.report_visit(
        actor=player.actor, uuid=stage.uuid("experience", visit), report=report
    )
    for row in rows:
        if row["outcome"]:
            yield stage.at(day + 2, 11)
            idea = Observation.objects.get(visit=reported, text=row["text"])
            experience.decide_idea(
                actor=player.above, observation=idea, outcome=row["outcome"], note=row["note"]
            )
