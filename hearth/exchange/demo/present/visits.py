"""Home visits at every stage, asked for by people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hearth.exchange.demo.content import Row, content_rows
from hearth.exchange.demo.naming import person_name, street
from hearth.exchange.demo.present.cast import Player
from hearth.exchange.demo.present.pictures import picture, signature
from hearth.exchange.demo.present.stage import Stage, Story
from hearth.exchange.demo.staff import LOBBY, TELLER
from hearth.network.models import Person, Post
from hearth.outreach.models import Visit
from hearth.outreach.services import visits as planning
from hearth.outreach.services import visits_at_door as door

_DEVICE = "移动展业平板"
_NOTHING_TO_DO = ("requested", "cancelled")


def stories(stage: Stage) -> Iterator[Story]:
    """One for each request."""
    for number, row in enumerate(content_rows("home_visits")):
        yield _Asked(stage, row, number).story()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One row of ``content/home_visits.csv``; days are working days from today."""

    stage: Stage
    row: Row
    number: int

    @property
    def player(self) -> Player:
        return self.stage.cast.head(int(self.row["at"]))

    def story(self) -> Story:
        row, asked, ends = self.row, int(self.row["asked"]), self.row["ends"]
        yield self.stage.at(asked, 10, self.number)
        visit = self._ask()
        if ends == "cancelled":
            yield self.stage.at(asked + 1, 9, 30)
            planning.cancel(
                actor=self.player.actor, visit=visit, version=visit.version, reason=row["call"]
            )
        if ends in _NOTHING_TO_DO:
            return
        yield self.stage.at(asked + 1, 9, 30)
        visit = self._triage(visit)
        if ends == "triaged":
            return
        yield self.stage.at(asked + 1, 9, 50)
        visit = self._plan(visit)
        if ends == "planned":
            return
        yield self.stage.at(asked + 1, 15, self.number)
        if ends == "sent_back":
            planning.send_back(
                actor=self.player.above, visit=visit, version=visit.version, reason=row["words"]
            )
            return
        visit = planning.approve(actor=self.player.above, visit=visit, version=visit.version)
        if ends != "approved":
            yield from self._go(visit)

    def _ask(self) -> Visit:
        row, player = self.row, self.player
        chance = self.stage.chance("visit", self.number)
        request = planning.Request(
            name=person_name(chance),
            phone=f"1000001{self.number:02d}{chance.below(100):02d}",
            address=f"{player.unit.city}{player.unit.district}{street(chance)}",
            group=row["group"],
            need=row["need"],
            consents=True,
            circumstances=row["circumstances"],
            place=self._near(),
        )
        uuid = self.stage.uuid("visit", self.number)
        if row["channel"] == "public":
            return planning.ask_publicly(
                uuid=uuid,
                unit=player.unit,
                request=request,
                address=f"198.51.100.{self.number + 1}",
            )
        return planning.request_visit(
            actor=player.actor,
            uuid=uuid,
            unit=player.unit,
            channel=row["channel"],
            request=request,
        )

    def _near(self) -> str:
        """A place within some two kilometres of the outlet; nothing where that lies nowhere."""
        unit, chance = self.player.unit, self.stage.chance("near", self.number)
        if unit.longitude is None or unit.latitude is None:
            return ""
        east, north = (chance.random() - 0.5) * 0.04, (chance.random() - 0.5) * 0.03
        return f"{unit.longitude + east:.5f}, {unit.latitude + north:.5f}"

    def _triage(self, visit: Visit) -> Visit:
        found = planning.Triage(
            unit=self.player.unit,
            group=self.row["group"],
            need=self.row["need"],
            has_id=True,
            has_family=self.number % 3 != 0,
        )
        return planning.triage(
            actor=self.player.actor, visit=visit, version=visit.version, found=found
        )

    def _plan(self, visit: Visit) -> Visit:
        first, second = self._pair()
        appointment = planning.Appointment(
            starts_at=self._begins(),
            minutes=int(self.row["minutes"]),
            first=first,
            second=second,
            device=_DEVICE,
        )
        return planning.plan(
            actor=self.player.actor, visit=visit, version=visit.version, appointment=appointment
        )

    def _begins(self) -> datetime:
        return self.stage.at(int(self.row["visit"]), int(self.row["hour"]), 30)

    def _pair(self) -> tuple[Person, Person]:
        """Two tellers or lobby managers of the outlet; the demonstration's own goes first."""
        held = Post.objects.held_on(self.stage.today).filter(unit=self.player.unit)
        posts = held.filter(title__in=(TELLER, LOBBY)).select_related("person")
        people = sorted(
            (post.person for post in posts),
            key=lambda person: (person.pk != self._own(), person.staff_no),
        )
        return people[0], people[1 + self.number % (len(people) - 1)]

    def _own(self) -> int | None:
        held = Person.objects.filter(user__pk=self.stage.cast.staff.user_id)
        return held.values_list("pk", flat=True).first()

    def _go(self, visit: Visit) -> Story:
        actor, row, begins = self.player.actor, self.row, self._begins()
        yield begins
        visit = door.arrive(actor=actor, visit=visit, version=visit.version, both_here=True)
        if row["outcome"] != Visit.Outcome.STOPPED:
            for minutes, step in ((3, "id_seen"), (8, "intent")):
                yield begins + timedelta(minutes=minutes)
                visit = door.record_step(actor=actor, visit=visit, version=visit.version, step=step)
            if row["ends"] == "on_site":
                return
            yield begins + timedelta(minutes=15)
            visit = self._sign(visit)
        yield begins + timedelta(minutes=int(row["minutes"]))
        visit = door.leave(actor=actor, visit=visit, version=visit.version, outcome=row["outcome"])
        if row["ends"] == "left":
            return
        due = visit.back_by or visit.left_at or begins
        yield due + timedelta(minutes=18 if self.number % 6 == 5 else -2)  # some are late
        visit = door.hand_in(
            actor=actor, visit=visit, version=visit.version, vouchers=int(row["vouchers"])
        )
        if row["call"]:
            yield self.stage.at(int(row["visit"]) + 1, 9, 20)
            self.stage.doings.call_after_visit(
                actor=actor,
                visit=visit,
                version=visit.version,
                call=door.Call(
                    self.stage.uuid("call", self.number), row["call"], note=row["words"]
                ),
            )

    def _sign(self, visit: Visit) -> Visit:
        """The signature, and a photo of the papers."""
        actor = self.player.actor
        visit = door.sign(
            actor=actor,
            visit=visit,
            version=visit.version,
            uuid=self.stage.uuid("signature", self.number),
            drawn=signature(self.number % 4),
        )
        door.add_paper(
            actor=actor,
            visit=visit,
            uuid=self.stage.uuid("papers", self.number),
            content=picture("papers", self.number % 3),
        )
        visit.refresh_from_db()
        return visit
