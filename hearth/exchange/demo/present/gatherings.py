"""Documents sent down with receipts that are missing, and meetings with minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.network.models import Person, Unit
from hearth.platform.workdays import workdays
from hearth.programme.enums import MeetingKind, Presence
from hearth.programme.models import Programme
from hearth.programme.services.documents import (
    DocumentText,
    acknowledge,
    remind,
    send_document,
)
from hearth.programme.services.meetings import (
    MeetingText,
    call_people,
    note_presence,
    save_meeting,
    sign_in,
    write_minutes,
)

_AGENDA = "一、宣读活动方案\n二、各分行表态\n三、部署第一阶段工作"
_MINUTES = (
    "会议宣读了年度活动方案，明确三大支柱、十一项举措和责任分工。\n"
    "一、各分行一周内制定实施细则，报省行备案。\n"
    "二、招牌建档和设施普查同步启动，底数在三月底前摸清。\n"
    "三、上门服务实行双人上门、第三人审批，首批名单随会下发。\n"
    "四、省行每月通报一次进度，逾期事项点名到行。"
)
_PROGRESS_MINUTES = (
    "会议通报了本季进度：招牌和设施按期推进，上门服务台账质量需提高。\n"
    "一、逾期任务两周内清零，由各分行服务管理员报完成情况。\n"
    "二、整改以录像抽查方式复核，只写“已整改”的一律退回。\n"
    "三、低温名单内网点入冬前完成改造，完不成的落实应急取暖。"
)
_PRESENCE = (Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT)


def stories(stage: Stage) -> Iterator[Story]:
    """One for each document and each meeting."""
    for number, row in enumerate(content_rows("documents")):
        yield _document(stage, row, number)
    year = stage.today.year
    yield _meeting(stage, 2021, date(2021, 2, 22), MeetingKind.KICK_OFF, _MINUTES)
    if year > 2021:
        opening = workdays().after(date(year, 2, 20), 0)
        yield _meeting(stage, year, opening, MeetingKind.KICK_OFF, _MINUTES)
        yield _meeting(stage, year, stage.day(-12), MeetingKind.PROGRESS, _PROGRESS_MINUTES)
        yield _meeting(stage, year, stage.day(5), MeetingKind.REVIEW, "")


# --- documents ------------------------------------------------------------------------------------


def _document(stage: Stage, row: Row, number: int) -> Story:
    year = stage.today.year
    if row["sent"].startswith("-"):
        sent = stage.day(int(row["sent"]))
    else:
        sent = date.fromisoformat(f"{year}-{row['sent']}")
    yield stage.on(sent, 10, number)
    players = list(stage.cast.branches)
    if row["to"] == "all":
        players += stage.cast.heads
    document = send_document(
        actor=stage.cast.manager,
        text=DocumentText(
            title=row["title"],
            acknowledge_by=workdays().after(sent, int(row["by"])),
            units=[player.unit for player in players],
            number=row["number"].format(year=year),
            body=row["body"],
            programme=Programme.objects.filter(year=year).first(),
        ),
    )
    late = _silent(stage, players, int(row["missing"] or 0), number)
    chance = stage.chance("receipts", number)
    for place, player in enumerate(players):
        if player not in late:
            yield stage.on(sent, 11 + place * 6 // len(players), chance.below(60))
            acknowledge(actor=player.actor, document_id=document.pk)
    if row["missing"]:
        yield stage.on(workdays().after(sent, 1), 9)
        remind(actor=stage.cast.manager, document_id=document.pk)


def _silent(stage: Stage, players: Sequence[Player], share: int, number: int) -> list[Player]:
    """One in ``share`` that say nothing; of the last document the first outlet is one of them."""
    if not share:
        return []
    order = stage.chance("silent", number).shuffled(players)
    silent = order[: len(players) // share]
    first = stage.cast.head(0)
    return [*silent, first] if number and first not in silent else silent


# --- meetings -------------------------------------------------------------------------------------


def _meeting(stage: Stage, year: int, day: date, kind: MeetingKind, minutes: str) -> Story:
    """Called a week before; those with an account sign in; minutes on the next day."""
    manager = stage.cast.manager
    called = workdays().after(day, -6)
    yield stage.on(called, 14, 30)
    programme = Programme.objects.filter(year=year).first()
    if programme is None:  # the year has just begun
        return
    meeting = save_meeting(
        actor=manager,
        programme_id=programme.pk,
        text=MeetingText(
            kind=kind,
            title=_title(year, kind),
            unit=stage.cast.province,
            held_at=stage.on(day, 14),
            place="省行一楼会议室，各分行视频分会场",
            agenda=_AGENDA if kind == MeetingKind.KICK_OFF else "一、通报进度\n二、问题与措施",
        ),
    )
    call_people(actor=manager, meeting_id=meeting.pk, people=_people(stage))
    players = [*stage.cast.branches, *stage.cast.heads[:4]]
    for number, player in enumerate(players):
        if number % 6 != 5:
            yield stage.on(day, 13, 40 + number)
            sign_in(actor=player.actor, meeting_id=meeting.pk)
    yield stage.on(day, 17)
    rest = meeting.attendances.filter(signed_at=None).order_by("person__staff_no")
    chance = stage.chance("presence", day)
    presence = {one.pk: chance.weighted(_PRESENCE, (70, 20, 10)).value for one in rest}
    note_presence(actor=manager, meeting_id=meeting.pk, presence=presence)
    yield stage.on(workdays().after(day, 1), 11)
    meeting.refresh_from_db()
    write_minutes(actor=manager, meeting_id=meeting.pk, version=meeting.version, minutes=minutes)


def _title(year: int, kind: MeetingKind) -> str:
    return {
        MeetingKind.KICK_OFF: f"{year} 年服务升温工程启动会",
        MeetingKind.PROGRESS: "本季度进度调度会",
        MeetingKind.REVIEW: "年度工作复盘会",
    }[kind]


def _people(stage: Stage) -> list[Person]:
    """Those of the cast, and the leaders of the branches."""
    players = [*stage.cast.branches, *stage.cast.heads[:4]]
    own = Person.objects.filter(user__pk__in=[player.actor.user_id for player in players])
    branches: list[Unit] = [player.unit for player in stage.cast.branches]
    leaders = Person.objects.filter(
        posts__unit__in=branches, posts__title="分行领导", posts__valid_to=None, left_on=None
    )
    return [*own.order_by("staff_no"), *leaders.order_by("staff_no").distinct()]
