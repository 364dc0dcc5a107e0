"""What opens the pages that every register has."""

from __future__ import annotations

from datetime import date

from hearth.ledgers.models import Record
from hearth.outreach.models import Station
from tests.consistency.scope_pages import BOTH, Case, page
from tests.consistency.scope_world import Side

KIND = "stations"


def station(side: Side) -> Record:
    """A station at the outlet of one side."""
    made, _new = Station.objects.get_or_create(
        unit=side.outlet,
        since=date(2021, 4, 1),
        defaults={"unit_path": side.outlet.path, "services": ["饮水"]},
    )
    return made


def _one(*needs: str, methods: tuple[str, ...] = ("get",)) -> Case:
    return Case(
        ("outreach.view", *needs),
        lambda w, _me: (KIND, station(w.east).pk),
        lambda w: (KIND, station(w.west).pk),
        methods=methods,
    )


def _of_kind(*needs: str, methods: tuple[str, ...] = ("get",)) -> Case:
    """A page of a register."""
    return Case(("outreach.view", *needs), lambda _w, _me: (KIND,), methods=methods)


PAGES: dict[str, tuple[Case, ...]] = {
    "ledgers:overview": (page(),),
    "ledgers:list": (_of_kind(),),
    "ledgers:export": (_of_kind("exchange.export"),),
    "ledgers:create": (_of_kind("outreach.edit", methods=BOTH),),
    "ledgers:detail": (_one(),),
    "ledgers:edit": (_one("outreach.edit", methods=BOTH),),
    "ledgers:withdraw": (_one("outreach.edit", methods=BOTH),),
}
