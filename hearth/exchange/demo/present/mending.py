"""Findings being put right: opened when a check is released, in every state six weeks on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from django.urls import reverse

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.pictures import picture
from hearth.exchange.demo.present.stage import Stage, Story, merged
from hearth.inspections.models import Inspection
from hearth.platform.workdays import workdays
from hearth.rectification.models import Rectification
from hearth.rectification.services import work
from hearth.rectification.services.escalation import tell_late
from hearth.rectification.services.opening import open_for

_CHANNELS = ("video", "onsite")
_REACH = timedelta(days=50)  # checks of six weeks, and what their review took
_REVIEW = 6  # working days from a check to its release
_EVERYWHERE = timedelta(days=12)  # newer ones of every outlet are opened together
_NIGHTS = 8
_FATES = ("prompt", "late", "again", "accepted", "ignored")
_WEIGHTS = (64, 12, 9, 8, 7)
_FIRST = ("accepted", "again", "prompt", "ignored", "late")  # of the demonstration's own outlet
_STILL_WRONG = (
    "照片只拍到一侧，另一侧仍有杂物，请整改到位",
    "现场复查时问题又出现，请说明怎样防止反弹",
    "只写了“已整改”，没有说明做法，请补充",
)
_CONFIRMED = ("照片与现场一致", "录像抽查两日，未再发现", "到店复查，已整改到位")


def stories(stage: Stage) -> Iterator[Story]:
    """One for each check of the outlets that act, one for all others, one for the nights."""
    units = {player.unit.pk: player for player in stage.cast.heads}
    released = Inspection.objects.filter(
        status="released",
        is_current=True,
        channel__in=_CHANNELS,
        inspected_on__gte=stage.today - _REACH,
        inspected_on__lt=stage.today,
    )
    for inspection in released.filter(unit__in=units).order_by("inspected_on", "uuid"):
        yield _released(stage, inspection, units[inspection.unit_id])
    rest = released.filter(inspected_on__gte=stage.today - _EVERYWHERE).exclude(unit__in=units)
    yield _released_together(stage, list(rest.order_by("inspected_on", "uuid")))
    yield _nights(stage)


def _released(stage: Stage, inspection: Inspection, player: Player) -> Story:
    """A check is released; what its findings become is played with it, act by act."""
    opened = workdays().after(inspection.inspected_on, _REVIEW)
    yield stage.on(opened, 16, 20)
    open_for(actor=stage.cast.reviewer, inspections=[inspection])
    rows = Rectification.objects.filter(inspection=inspection).select_related("criterion__module")
    is_first = player.unit == stage.cast.head(0).unit
    plans = []
    for number, row in enumerate(rows.order_by("criterion__code")):
        chance = stage.chance("mend", inspection.reference, row.criterion.code)
        fate = chance.weighted(_FATES, _WEIGHTS)
        found = _Found(stage, row, player, chance)
        plans.append(found.story(opened, _FIRST[number % len(_FIRST)] if is_first else fate))
    yield from merged(plans)


class _Found:
    """One finding on its way; by chance it is put right at once, late, twice, or not at all."""

    def __init__(self, stage: Stage, row: Rectification, player: Player, chance: Chance) -> None:
        self.stage, self.row, self.player, self.chance = stage, row, player, chance

    def story(self, opened: date, fate: str) -> Story:
        if fate == "ignored":
            return
        yield self._on(self._after(opened, 1), 9)
        self.row = work.accept(actor=self.player.actor, pk=self.row.pk, version=self.row.version)
        if fate == "accepted":
            return
        due = self.row.due_on
        day = self._after(due, 1 + self.chance.below(3)) if fate == "late" else self._within(due)
        yield self._on(day, 15)
        self._fix(1)
        yield self._on(self._after(day, 1 + self.chance.below(2)), 10)
        if fate == "again":
            yield from self._again()
            return
        self._close()

    def _again(self) -> Story:
        """Sent back with a new deadline; most are done within it."""
        moment = self._after(self.row.fixed_on or self.row.due_on, 2)
        self.row = work.reopen(
            actor=self.player.above,
            pk=self.row.pk,
            version=self.row.version,
            reason=self.chance.pick(_STILL_WRONG),
            due_on=self._after(moment, 3),
        )
        if self.chance.random() < 0.4:
            return
        yield self._on(self._after(moment, 2), 15)
        self._fix(2)
        yield self._on(self._after(moment, 4), 10)
        self._close()

    def _fix(self, time: int) -> None:
        text = self.chance.pick(_fixes()[self.row.criterion.module.code[:1]])
        taken = work.Taken(
            self.stage.uuid("fix", self.row.finding_id, time), picture(text["scene"], time)
        )
        self.row = work.fix(
            actor=self.player.actor,
            pk=self.row.pk,
            version=self.row.version,
            note=text["note"],
            photos=[taken] if work.needs_photo(self.row) else (),
        )

    def _close(self) -> None:
        self.row = work.close(
            actor=self.player.above,
            pk=self.row.pk,
            version=self.row.version,
            note=self.chance.pick(_CONFIRMED),
        )

    def _within(self, due: date) -> date:
        """A day of the first three quarters of the time there is."""
        calendar = workdays()
        days = calendar.count(self.row.opened_on, due)
        return calendar.after(self.row.opened_on, 1 + self.chance.below(max(1, days * 3 // 4)))

    @staticmethod
    def _after(day: date, count: int) -> date:
        return workdays().after(day, count)

    def _on(self, day: date, hour: int) -> datetime:
        return self.stage.on(day, hour, self.chance.below(50))


@cache
def _fixes() -> dict[str, list[Row]]:
    """What is written when it is put right, by the first letter of the module."""
    found: dict[str, list[Row]] = {}
    for row in content_rows("fixes"):
        found.setdefault(row["module"], []).append(row)
    return found


def _released_together(stage: Stage, inspections: Sequence[Inspection]) -> Story:
    yield stage.at(-1, 17, 10)
    open_for(actor=stage.cast.reviewer, inspections=inspections)


def _nights(stage: Stage) -> Story:
    """Every night those are told who are late."""
    for number in range(_NIGHTS, 0, -1):
        day = stage.today - timedelta(days=number - 1)
        yield stage.on(day, 3)
        tell_late(day, f"{reverse('rectification:list')}?state=overdue")
