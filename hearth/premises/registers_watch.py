"""Registers of sensors and of the units that stand on a managed list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hearth.ledgers.lookups import UNIT, CodeLookup
from hearth.ledgers.registers import Fault, Field, Register, declare
from hearth.platform.spreadsheets import Column
from hearth.premises.models import Sensor, Watchlist, WatchlistEntry

KIND_NAMES = {
    Sensor.Kind.INDOOR: pgettext_lazy("sensor", "Indoors"),
    Sensor.Kind.WEATHER: pgettext_lazy("sensor", "Weather of a city"),
}
STAGE_NAMES = {
    WatchlistEntry.Stage.LISTED: pgettext_lazy("watchlist", "Listed"),
    WatchlistEntry.Stage.PLANNED: pgettext_lazy("watchlist", "Measure planned"),
    WatchlistEntry.Stage.UNDER_WAY: pgettext_lazy("watchlist", "Measure under way"),
    WatchlistEntry.Stage.OBSERVED: pgettext_lazy("watchlist", "Done, being observed"),
}


def _sensor_faults(row: Any, _found: Mapping[str, Any]) -> Iterator[Fault]:
    if row.retired_on is not None and row.retired_on <= row.installed_on:
        yield "retired_on", _("It is taken down after the day it was put up. Mend one of the two.")
    if row.kind == Sensor.Kind.WEATHER and not row.place:
        yield "place", _("Name the city as units name theirs, so that its outlets find it.")


def _entry_faults(row: Any, _found: Mapping[str, Any]) -> Iterator[Fault]:
    if row.left_on is not None and row.left_on < row.entered_on:
        yield "left_on", _("A unit leaves a list on or after the day it entered.")


SENSORS = Register(
    kind="sensors",
    title=gettext_lazy("Sensors"),
    model=Sensor,
    fields=(
        Field(
            Column(
                "sensor",
                gettext_lazy("Sensor no."),
                "code",
                required=True,
                max_length=64,
                note=gettext_lazy("As the sensor sends it: the last part of its MQTT topic."),
            ),
            attribute="sensor_no",
        ),
        Field(
            Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
            lookup=UNIT,
        ),
        Field(
            Column(
                "kind",
                gettext_lazy("Kind"),
                "choice",
                choices=list(KIND_NAMES.items()),
                default=Sensor.Kind.INDOOR,
            ),
            filters=True,
        ),
        Field(
            Column(
                "place",
                pgettext_lazy("sensor", "Place"),
                max_length=80,
                note=gettext_lazy("Where it hangs; of the weather the city."),
            )
        ),
        Field(
            Column("installed_on", gettext_lazy("Put up on"), "date", required=True),
            attribute="since",
        ),
        Field(Column("retired_on", gettext_lazy("Taken down on"), "date"), attribute="until"),
    ),
    natural_key=("sensor", "installed_on"),
    day="installed_on",
    view="premises.view",
    edit="premises.edit",
    check=_sensor_faults,
    notes=(
        gettext_lazy(
            "A sensor that moves is taken down here and gets a further row at its new place, "
            "from a later day on."
        ),
    ),
    example={"sensor": "T-0001", "unit": "210100001", "installed_on": "2020-11-01"},
    label=lambda sensor: str(sensor.sensor_no),
    list_order=("sensor_no", "-since"),
)

WATCHLIST = Register(
    kind="watchlist",
    title=gettext_lazy("Watchlists"),
    model=WatchlistEntry,
    fields=(
        Field(
            Column(
                "list",
                gettext_lazy("List"),
                "code",
                required=True,
                max_length=40,
                note=gettext_lazy("Code of the list, such as cold."),
            ),
            attribute="watchlist",
            lookup=CodeLookup(Watchlist),
            filters=True,
        ),
        Field(
            Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
            lookup=UNIT,
        ),
        Field(
            Column("entered_on", gettext_lazy("Entered on"), "date", required=True),
            attribute="since",
        ),
        Field(Column("reason", gettext_lazy("Reason"), required=True, max_length=400)),
        Field(Column("measure", gettext_lazy("Measure"), max_length=400)),
        Field(
            Column(
                "stage",
                gettext_lazy("Stage"),
                "choice",
                choices=list(STAGE_NAMES.items()),
                default=WatchlistEntry.Stage.LISTED,
            ),
            filters=True,
        ),
        Field(Column("left_on", gettext_lazy("Left on"), "date"), attribute="until"),
    ),
    natural_key=("list", "unit", "entered_on"),
    day="entered_on",
    view="premises.view",
    edit="premises.approve",
    updates=False,
    withdraws=False,
    check=_entry_faults,
    notes=(
        gettext_lazy(
            "A file adds stays on a list. Who stands on it now leaves by a proposal that a second "
            "person approves; measure and stage are kept on the list's page."
        ),
    ),
    example={"list": "cold", "unit": "210100001", "entered_on": "2021-01-11"},
    label=lambda entry: f"{entry.watchlist} · {entry.unit}",
    list_order=("-since", "-pk"),
    page="watchlists:entry",
)

declare(SENSORS, WATCHLIST)
