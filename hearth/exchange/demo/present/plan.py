"""The plans of 2021 and of the present year, and what units reported of their tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.ledgers import PUBLISHED
from hearth.exchange.demo.present.stage import Stage, Story, merged
from hearth.network.scope import Actor
from hearth.platform.workdays import workdays
from hearth.programme.models import Programme, TaskShare
from hearth.programme.services.importing import apply_tasks
from hearth.programme.services.plans import MeasureText, PlanText, save_plan
from hearth.programme.services.reminders import remind_daily
from hearth.programme.services.reporting import Said, report, send_back, verify
from hearth.programme.services.worklist import TaskText, add_task

LATE_IN_2021 = frozenset({"E14", "S24", "B24"})
"""Tasks of 2021 that were done after their day."""

_AIM = "以客户感受为标尺，环境再提升、服务再升温、品牌再擦亮，让每一个网点都成为客户愿意来的地方。"
_GOALS = {
    "environment": "招牌全亮、设施配齐、温度达标、6S 常态。",
    "service": "上门服务全覆盖，岗位人人过关，问题件件销号。",
    "brand": "宣讲有声势，案例有温度，品牌叫得响。",
}
_COLUMNS = frozenset(
    {"code", "title", "measure", "starts_on", "due_on", "evidence", "figure", "depends_on",
     "reporters", "priority", "detail", "post"}
)  # fmt: skip
_BEGUN, _DONE = (
    ("已部署到各网点，按周调度", "正在推进，完成过半", "资料已收集，等待汇总"),
    (
        "已完成，佐证材料随附台账",
        "全部网点完成，经支行抽查",
        "按期完成并通报",
    ),
)
_HELD_UP = "配件到货推迟，预计下周完成"
_INCOMPLETE = "只报了城区网点，乡镇网点的情况请补齐"


def stories(stage: Stage) -> Iterator[Story]:
    """One for each plan; tasks that a branch gave by itself; the reminders of the last nights."""
    yield _plan(stage, PUBLISHED.year)
    if stage.today.year > PUBLISHED.year:
        yield _plan(stage, stage.today.year)
        for number in range(len(_GIVEN)):
            yield _given(stage, number)
        yield _reminders(stage)


def _month_day(year: int, text: str) -> date:
    month, day = text.split("-")
    return date(year, int(month), int(day))


def _plan(stage: Stage, year: int) -> Story:
    """The plan, its work list, and then everything that was reported of it."""
    is_past = year < stage.today.year
    told = [row for row in content_rows("tasks") if row["in"] in ("both", _kind(year))]
    yield stage.on(date(year, 1, 8), 10)
    programme = save_plan(
        actor=stage.cast.manager,
        text=PlanText(
            year=year,
            title=f"{year} 年服务升温工程",
            starts_on=date(year, 1, 8),
            ends_on=date(year, 12, 31),
            aim=_AIM,
            goals=_GOALS,
            measures=[
                MeasureText(row["pillar"], row["code"], row["title"], row["detail"])
                for row in content_rows("measures")
            ],
        ),
    )
    yield stage.on(date(year, 1, 8), 15)
    apply_tasks(
        actor=stage.cast.manager,
        rows=[_task_row(stage, row, year) for row in told],
        columns=_COLUMNS,
    )
    shares = TaskShare.objects.filter(task__programme=programme).select_related("task", "unit")
    works = [
        _Work(stage, share, is_past)
        for share in shares.order_by("task__due_on", "task__code", "unit__path")
    ]
    yield from merged([work.story() for work in works])


def _kind(year: int) -> str:
    return "2021" if year == PUBLISHED.year else "now"


def _task_row(stage: Stage, row: Row, year: int) -> SimpleNamespace:
    return SimpleNamespace(
        year=year,
        code=row["code"],
        title=row["title"],
        detail="",
        measure=row["measure"],
        unit=stage.cast.province.code,
        post="",
        starts_on=_month_day(year, row["starts"]),
        due_on=_month_day(year, row["due"]),
        evidence=row["evidence"],
        priority=row["priority"],
        figure=row["figure"],
        depends_on=[code for code in row["depends"].split(";") if code],
        reporters=["branches"] if row["reporters"] and _asks_branches(row, year) else [],
    )


def _asks_branches(row: Row, year: int) -> bool:
    """Of a year long past the reports of branches are there where they mattered most."""
    return year != PUBLISHED.year or row["priority"] == "high"


@dataclass
class _Work:
    """What one unit reports of one task."""

    stage: Stage
    share: TaskShare
    is_past: bool

    def story(self) -> Story:
        task, actor = self.share.task, self._actor()
        chance = self.stage.chance("task", task.due_on.year, task.code, self.share.unit.code)
        length = workdays().count(task.starts_on, task.due_on)
        done = workdays().after(task.due_on, -1 - chance.below(max(1, min(9, length // 3))))
        fate = "done" if self.is_past else chance.weighted(("done", "late", "poor"), (88, 8, 4))
        is_late = fate == "late" or (self.is_past and task.code in LATE_IN_2021)
        if is_late:
            done = workdays().after(task.due_on, 6 + chance.below(20))
        if done >= self.stage.today:  # what was said before that is forgotten with it
            yield self._on(workdays().after(task.starts_on, 1 + chance.below(4)), chance)
            self._report(actor, "underway", chance.pick(_BEGUN))
            if is_late:
                yield self._on(task.due_on, chance)
                self._report(actor, "underway", _HELD_UP)
        yield self._on(done, chance)
        self._report(actor, "done", chance.pick(_DONE))
        yield self._on(workdays().after(done, 2 + chance.below(4)), chance)
        if fate == "poor":
            self.share = send_back(
                actor=self.stage.cast.manager,
                share_id=self.share.pk,
                version=self.share.version,
                reason=_INCOMPLETE,
            )
            yield self._on(workdays().after(done, 12), chance)
            self._report(actor, "done", chance.pick(_DONE))
            yield self._on(workdays().after(done, 15), chance)
        verify(actor=self.stage.cast.manager, share_id=self.share.pk, version=self.share.version)

    def _actor(self) -> Actor:
        """Who answers for the unit; for the province the second of the programme's managers."""
        branches = {branch.unit.pk: branch.actor for branch in self.stage.cast.branches}
        return branches.get(self.share.unit_id, self.stage.cast.approver)

    def _report(self, actor: Actor, state: str, note: str) -> None:
        self.share = report(
            actor=actor,
            share_id=self.share.pk,
            version=self.share.version,
            said=Said(state, note),
        )

    def _on(self, day: date, chance: Chance) -> datetime:
        return self.stage.on(day, 10 + chance.below(7), chance.below(60))


# --- tasks that a branch gave by itself -----------------------------------------------------------

_GIVEN = (
    ("上门服务台账补录佐证照片", "home_visits.count", -12, -4, "underway"),
    ("门前招牌夜间亮化自查", "signs.repaired", -6, 3, "not_started"),
    ("为社区老年大学办一场防诈骗宣讲", "lectures.sessions", -9, -2, "done"),
)


def _given(stage: Stage, number: int) -> Story:
    """A task of the demonstration's branch for the demonstration's outlet."""
    title, figure, given, due, state = _GIVEN[number]
    player = stage.cast.head(0)
    yield stage.at(given, 11, number)
    programme = Programme.objects.filter(year=stage.today.year).first()
    if programme is None:  # the year has just begun
        return
    task = add_task(
        actor=player.above,
        programme_id=programme.pk,
        text=TaskText(
            title=title,
            unit=player.unit,
            starts_on=stage.day(given),
            due_on=stage.day(due),
            figure=figure,
        ),
    )
    if state == "not_started":
        return
    yield stage.at(given + 2, 11, number)
    share = task.shares.get()
    share = report(
        actor=player.actor,
        share_id=share.pk,
        version=share.version,
        said=Said("underway", "已安排专人，本周内完成"),
    )
    if state == "done":
        yield stage.at(due - 1, 16, number)
        report(
            actor=player.actor,
            share_id=share.pk,
            version=share.version,
            said=Said("done", "已在老年大学宣讲一场，到场四十余人，照片见台账"),
        )


def _reminders(stage: Stage) -> Story:
    """What the nights remind of."""
    for number in (-3, -2, -1, 0):
        day = stage.day(number)
        yield stage.on(day, 3, 30)
        remind_daily(day)
