"""Work orders in every state, with pictures before and after; reports of visitors by QR code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.load import import_ledgers
from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.pictures import picture
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.premises.domain.ramps import Ramp
from hearth.premises.models import AssetLabel, FacilityKind, Sign, WorkOrder
from hearth.premises.services.cleaning import DayText, schedule_day
from hearth.premises.services.facilities import Seen, record_survey
from hearth.premises.services.labels import make_labels
from hearth.premises.services.orders import (
    Done,
    NewSign,
    OrderText,
    finish_order,
    give_back,
    open_order,
    start_order,
    verify_history,
    verify_order,
)
from hearth.premises.services.photos import add_photo
from hearth.premises.services.plans import PlanText, make_plan, open_due_orders
from hearth.premises.services.reports import accept_report, refuse_report
from hearth.premises.services.signs import Described, SignText, describe_signs

AFTER = {
    "sign": ("sign_dark", "sign_lit"),
    "board": ("board_dirty", "board_clean"),
    "ramp": ("ramp_bare", "ramp_railed"),
    "room": ("room_untidy", "room_tidy"),
    "heating": ("heating_old", "heating_new"),
}
"""Scenes before and after the work."""

WARRANTY = timedelta(days=730)
_LAWFUL = 0.75
_CLEANING = ((-25, -5, "柜台、设备与绿植"), (-3, 12, "门前、招牌与自助区"))
"""When each was scheduled and held, in working days from today, and its theme."""
_SILENT, _LATE = 0.03, 0.05
"""Shares of outlets that reported no cleaning day, and of those that held theirs some days late."""
_MAKERS = ("盛辉标识制作厂", "塞北光彩标识", "明远广告器材", "辽光照明工程")
_LAMPS = ("LED 模组灯箱 3000K", "LED 模组灯箱 4000K", "拉布灯箱 LED 灯条", "亚克力吸塑灯箱")
_PLATES = ("不锈钢腐蚀牌", "铝塑板", "钛金字", "亚克力双层牌")
_PLACES = {
    "lightbox": ("正门上方", "正门右侧立杆", "东侧墙面", "西侧墙面"),
    "lintel": ("正门上方",),
    "nameplate": ("正门右侧", "正门左侧"),
}
_KEEPER = "恒亮照明维修部"
_LABELLED = -8  # working days from today: the labels went up before the first report


def stories(stage: Stage) -> Iterator[Story]:
    """One for each order, one for each report."""
    for number, row in enumerate(content_rows("orders")):
        yield _Order(stage, row, number).story()
    yield _history(stage)
    yield _labels(stage)
    yield _signs(stage)
    yield from (_ramp(stage, player) for player in stage.cast.heads)
    yield from (_cleaning(stage, *day) for day in _CLEANING)
    yield from _plans(stage)
    for row in content_rows("reports"):
        yield _reported(stage, row)


def _sign(player: Player, kind: str, stage: Stage) -> Sign | None:
    hanging = Sign.objects.up_on(stage.today).filter(unit=player.unit, kind=kind)
    return hanging.order_by("sign_no").first()


def _history(stage: Stage) -> Story:
    """What the ledgers brought along was verified once."""
    yield stage.at(0, 8)
    verify_history(
        actor=stage.cast.approver,
        until=stage.today,
        note="历史工单随系统上线一次核实，以原纸质工单和结算单为据",
    )


def _ramp(stage: Stage, player: Player) -> Story:
    """The head of an outlet measured its ramp; one in four is too steep or too narrow."""
    chance = stage.chance("ramp", player.unit.code)
    yield stage.at(-15 + chance.below(7), 14)
    rise = 120 + 10 * chance.below(19)  # millimetres
    one_in = 120 + chance.below(30) if chance.random() < _LAWFUL else 80 + chance.below(35)
    ramp = Ramp(rise, rise * one_in // 10, chance.pick([1200, 1250, 1300, 1500]), has_handrail=True)
    kind = FacilityKind.objects.filter(is_ramp=True).order_by("code").first()
    if kind is not None:
        seen = Seen(kind, required=True, present=True, ramp=ramp)
        record_survey(actor=player.actor, unit=player.unit, day=timezone.localdate(), seen=[seen])


def _cleaning(stage: Stage, told: int, held: int, theme: str) -> Story:
    """The office schedules a cleaning day for all; outlets report, a few of them late or not."""
    yield stage.at(told, 10)
    text = DayText(stage.cast.province, stage.day(held), stage.day(held + 2), theme)
    schedule_day(actor=stage.cast.manager, text=text)
    yield stage.at(held + 3, 9)
    reports = list(_reports(stage, held, theme))
    if reports:
        import_ledgers(stage.cast.manager, {"activities": reports})


def _reports(stage: Stage, held: int, theme: str) -> Iterator[Row]:
    """What outlets entered of the day; those whose heads write theirs themselves left out."""
    acting = {
        stage.cast.head(int(row["at"])).unit.pk
        for row in content_rows("activities")
        if row["kind"] == "cleaning_day"
    }
    day = stage.day(held)
    outlets = Unit.objects.outlets().open_on(day).exclude(pk__in=acting).order_by("path")
    for code in outlets.values_list("code", flat=True):
        chance = stage.chance("cleaning", held, code)
        luck = chance.random()
        if luck < _SILENT:
            continue
        done = held if luck >= _SILENT + _LATE else held + 1 + chance.below(3)
        begun = stage.at(done, 16, 5 * chance.below(11))
        yield {
            "activity": f"QJR-{day:%Y%m%d}-{code}",
            "kind": "cleaning_day",
            "unit": code,
            "started_at": begun.isoformat(),
            "ended_at": (begun + timedelta(minutes=45 + 5 * chance.below(9))).isoformat(),
            "title": f"清洁日：{theme}",
            "place": "营业厅及门前",
        }


def _signs(stage: Stage) -> Story:
    """The office entered from the bills who made each sign, where it hangs and when it is lit."""
    yield stage.at(-19, 9)
    hanging = Sign.objects.up_on(stage.today).order_by("sign_no")
    said = [Described(sign, sign.version, _sign_text(stage, sign)) for sign in hanging]
    describe_signs(actor=stage.cast.manager, said=said)


def _sign_text(stage: Stage, sign: Sign) -> SignText:
    chance = stage.chance("sign", sign.sign_no)
    maker, place = chance.pick(_MAKERS), chance.pick(_PLACES.get(sign.kind, ("",)))
    if sign.kind != Sign.Kind.LIGHTBOX:
        return SignText(f"{maker} {chance.pick(_PLATES)}", place)
    lit = time(16 + chance.below(3), chance.pick((0, 30)))  # dusk, by the season of who set it
    return SignText(f"{maker} {chance.pick(_LAMPS)}", place, lit, time(21 + chance.below(2), 30))


@dataclass(frozen=True, slots=True)
class _Upkeep:
    """A plan, the working day whose night opens its first orders, and when the first is done."""

    text: PlanText
    opened: int
    done: int | None

    def story(self, stage: Stage, number: int) -> Story:
        player = stage.cast.branches[0]
        yield stage.at(-18, 10, 7 * number)
        plan = make_plan(actor=player.actor, text=self.text)
        yield stage.at(self.opened, 2, number)
        open_due_orders(actor=operator("night"), today=timezone.localdate())
        order = plan.orders.order_by("pk").first()
        if order is not None and self.done is not None:
            yield stage.at(self.done, 15, number)
            done = Done(timezone.localdate(), 18000 + 500 * number, note="按计划完成，运行正常")
            finish_order(actor=player.actor, order=order, version=order.version, done=done)
        yield stage.at(0, 2, number)
        open_due_orders(actor=operator("night"), today=timezone.localdate())


def _plans(stage: Stage) -> Iterator[Story]:
    """Signs of two outlets, done in time and late; a facility of a branch, which waits."""
    first, second = stage.cast.head(0).unit, stage.cast.head(1).unit
    kit = FacilityKind.objects.get(code="first_aid_kit")
    signs: dict[str, Any] = {"contractor": _KEEPER, "starts_on": stage.day(-17)}
    lintel = PlanText(first, "inspect", 12, sign_kind="lintel", note="每年检查门楣固定件", **signs)
    plate = PlanText(second, "inspect", 6, sign_kind="nameplate", note="换季检查固定件", **signs)
    kits = PlanText(
        stage.cast.branches[0].unit,
        *("inspect", 6, stage.day(-5)),
        facility=kit,
        note="检查急救箱药品和器材效期",
    )
    plans = (_Upkeep(lintel, -17, -9), _Upkeep(plate, -17, None), _Upkeep(kits, -8, -4))
    yield from (plan.story(stage, number) for number, plan in enumerate(plans))


@dataclass(frozen=True, slots=True)
class _Order:
    """One row of ``content/orders.csv``; days are working days from today."""

    stage: Stage
    row: Row
    number: int

    def story(self) -> Story:
        row, player = self.row, self.stage.cast.head(int(self.row["at"]))
        yield self._at("opened", 9)
        order = open_order(actor=player.actor, text=self._text(player))
        self._photo(player, order, "before")
        if row["started"]:
            yield self._at("started", 10)
            order = start_order(
                actor=player.actor,
                order=order,
                version=order.version,
                contractor=row["contractor"],
            )
        if row["done"]:
            yield self._at("done", 16)
            order = finish_order(
                actor=player.actor, order=order, version=order.version, done=self._done(order)
            )
            self._photo(player, order, "after")
        if row["ends"] == "verified":
            yield self._at("done", 17)
            verify_order(actor=player.above, order=order, version=order.version)
        if row["ends"] == "given_back":
            yield self._at("done", 17)
            give_back(actor=player.above, order=order, version=order.version, reason=row["reason"])

    def _at(self, column: str, hour: int) -> datetime:
        return self.stage.at(int(self.row[column]), hour, self.number)

    def _text(self, player: Player) -> OrderText:
        row, stage = self.row, self.stage
        facility = FacilityKind.objects.filter(code=row["asset"]).first()
        sign = None if facility is not None else _sign(player, row["asset"], stage)
        return OrderText(
            unit=player.unit,
            kind=row["kind"],
            opened_on=stage.day(int(row["opened"])),
            sign=sign,
            facility=facility,
            due_on=stage.day(int(row["due"])),
            note=row["note"],
        )

    def _done(self, order: WorkOrder) -> Done:
        row, day = self.row, self.stage.day(int(self.row["done"]))
        return Done(
            done_on=day,
            cost_fen=int(row["yuan"]) * 100 if row["yuan"] else None,
            warranty_until=day + WARRANTY if row["kind"] == "replace" else None,
            note=row["after"],
            new_sign=_successor(order),
        )

    def _photo(self, player: Player, order: WorkOrder, caption: str) -> None:
        before, after = AFTER[self.row["scene"]]
        scene = before if caption == "before" else after
        add_photo(
            actor=player.actor,
            record=order,
            uuid=self.stage.uuid("order", self.number, caption),
            content=picture(scene, self.number % 3),
            caption=caption,
        )


def _successor(order: WorkOrder) -> NewSign | None:
    """The sign that takes the place of the old one: its number with the next digit."""
    if order.kind != WorkOrder.Kind.REPLACE or order.sign is None:
        return None
    stem, mark = order.sign.sign_no[:-1], order.sign.sign_no[-1]
    return NewSign(f"{stem}{int(mark) + 1}", order.sign.kind, make="LED 5000K")


# --- reports by QR code ---------------------------------------------------------------------------


def _labels(stage: Stage) -> Story:
    """Outlets of which visitors report something have put their labels up."""
    yield stage.at(_LABELLED, 9)
    for number in sorted({int(row["at"]) for row in content_rows("reports")}):
        player = stage.cast.head(number)
        make_labels(actor=player.actor, unit=player.unit)


def _reported(stage: Stage, row: Row) -> Story:
    player, number = stage.cast.head(int(row["at"])), int(row["on"])
    yield stage.at(number, int(row["hour"]), 12)
    labels = AssetLabel.objects.in_use().filter(unit=player.unit)
    label = (
        labels.filter(facility__code=row["asset"]).first()
        or labels.filter(sign__kind=row["asset"]).first()
        or labels.order_by("pk").first()
    )
    if label is None:
        return
    order = stage.doings.report_fault(
        label=label,
        problem=row["problem"],
        words=row["words"],
        photo=picture(row["scene"], int(row["at"]) % 3) if row["scene"] else b"",
        address=f"192.0.2.{10 + int(row['at'])}",
    )
    if row["ends"] == "accepted":
        yield stage.at(number + 1, 9, 5)
        accept_report(actor=player.actor, order=order, version=order.version, kind="repair")
    if row["ends"] == "refused":
        yield stage.at(number + 1, 9, 5)
        refuse_report(actor=player.actor, order=order, version=order.version, reason=row["reason"])
