"""Temperature readings in as a spreadsheet: one sheet, ``readings``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.ledgers.lookups import UNIT, batches
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.spreadsheets import (
    Column,
    ImportReport,
    Parsed,
    Progress,
    Row,
    SheetSpec,
    Source,
    load,
    report_of,
)
from hearth.premises.domain.hours import HIGHEST_CENTI, LOWEST_CENTI
from hearth.premises.domain.wire import EARLIEST, latest_minute, minute_of
from hearth.premises.models import Sensor
from hearth.premises.queries.sensors import Directory
from hearth.premises.services.readings import NewSensor, Reading, enter

WEATHER = "weather:"
"""With this before the name of a city a sensor is the weather there."""

READINGS = SheetSpec(
    "readings",
    [
        Column("unit", gettext_lazy("Unit"), "code", required=True, max_length=40),
        Column(
            "sensor",
            gettext_lazy("Sensor no."),
            "code",
            required=True,
            max_length=64,
            note=gettext_lazy(
                "One that is not known yet is added at this unit. weather: before the name of a "
                "city means the weather there."
            ),
        ),
        Column("at", gettext_lazy("At"), "instant", required=True),
        Column(
            "celsius",
            gettext_lazy("°C"),
            "centi",
            required=True,
            minimum=LOWEST_CENTI // 100,
            maximum=HIGHEST_CENTI // 100,
        ),
    ],
    natural_key=("sensor", "at"),
    title=gettext_lazy("Temperature readings"),
    notes=(
        gettext_lazy(
            "One reading a minute of each sensor counts, the first one; what is there already "
            "stays as it is and is counted as unchanged."
        ),
    ),
    example_rows=(
        {"unit": "210100001", "sensor": "T-0001", "at": "2021-01-12 09:30", "celsius": "17.4"},
    ),
)


class ReadingsImport:
    """Adds readings, and the sensors that a file is the first to name."""

    key = "readings"
    title = READINGS.title
    permission = "premises.edit"

    def specs(self) -> Sequence[SheetSpec]:
        """Its one sheet."""
        return (READINGS,)

    def run(
        self,
        actor: Actor,
        sources: Sequence[Source],
        *,
        dry_run: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Read, check and store all readings, or none; there are no options.

        Raises:
            UnreadableFile: the file cannot be read at all.
            NotAllowed: lacks ``premises.edit``.
        """
        actor.require(self.permission)
        zone = timezone.get_default_timezone()
        parsed = load(sources, (READINGS,), zone=zone, progress=progress)["readings"]
        check = _Check(actor, parsed)
        readings = [
            Reading(row.sensor, minute, row.celsius)
            for row in parsed.every_row()
            if (minute := check.minute(row)) is not None
        ]
        report = report_of(self.key, parsed)
        report.dry_run = dry_run
        if not report.ok or not readings:
            return report
        with transaction.atomic():
            taken = enter(actor=actor, readings=readings, new=list(check.new.values()))
            if dry_run:
                transaction.set_rollback(True)
        report.created, report.unchanged = taken.stored, taken.repeated
        return report


class _Check:
    """What no single cell shows: whether units and sensors are there and belong together."""

    def __init__(self, actor: Actor, parsed: Parsed) -> None:
        scope = actor.scope_for(ReadingsImport.permission)
        self.parsed = parsed
        self.units: Mapping[str, Unit] = UNIT.found(self._said("unit"), scope)
        numbers = self._said("sensor")
        self.sensors = Directory(numbers, scope)
        # one that hangs where the actor does not reach: known, though not by its place
        unseen = sorted(number for number in numbers if not self.sensors.knows(number))
        self.taken = {
            number
            for part in batches(unseen)
            for number in Sensor.objects.standing()
            .filter(sensor_no__in=part)
            .values_list("sensor_no", flat=True)
        }
        self.latest = latest_minute(timezone.now())
        self.new: dict[str, NewSensor] = {}

    def _said(self, column: str) -> set[str]:
        """What the rows say in a column of codes, where it can be read."""
        rows = self.parsed.every_row()
        return {getattr(row, column) for row in rows if column not in self.parsed.unread(row)}

    def minute(self, row: Row) -> int | None:
        """Minute of the reading; None where the row cannot be taken, which is then reported."""
        unread = self.parsed.unread(row)
        minute = None if "at" in unread else minute_of(row.at)
        unit = None if "unit" in unread else self.units.get(row.unit)
        before = len(self.parsed.errors)
        if unit is None and "unit" not in unread:
            self.parsed.fault(row, "unit", str(UNIT.missing) % {"value": row.unit})
        if minute is not None and not EARLIEST <= minute <= self.latest:
            reason = _("No reading is from then. Look at the sensor's clock.")
            self.parsed.fault(row, "at", reason)
            minute = None
        if "sensor" not in unread and (fault := self._misplaced(row, unit, minute)):
            self.parsed.fault(row, *fault)
        return None if unread or len(self.parsed.errors) > before else minute

    def _misplaced(self, row: Row, unit: Unit | None, minute: int | None) -> tuple[str, str] | None:
        """Column and reason where the sensor does not hang at the unit in that minute."""
        if not self.sensors.knows(row.sensor):
            return self._first(row, unit, minute)
        if minute is None:
            return None
        hung = self.sensors.at(row.sensor, minute)
        if isinstance(hung, str):
            return "at", _("The sensor was taken down before this day.")
        if unit is not None and hung.unit_id != unit.pk:
            reason = _("On this day the sensor hangs at %(unit)s. Mend the unit or the sensor.")
            return "unit", reason % {"unit": hung.unit_code}
        return None

    def _first(self, row: Row, unit: Unit | None, minute: int | None) -> tuple[str, str] | None:
        """A sensor that is not known yet is added where the file says; else what is wrong."""
        if row.sensor in self.taken:
            return "sensor", _("A unit outside your part has this sensor.")
        if unit is None:
            return None
        known = self.new.get(row.sensor)
        if known is not None and known.unit_id != unit.pk:
            return "unit", _("Further up the file this sensor is at another unit.")
        if minute is not None and (known is None or minute < known.minute):
            city = row.sensor.removeprefix(WEATHER) if row.sensor.startswith(WEATHER) else ""
            kind = Sensor.Kind.WEATHER if city else Sensor.Kind.INDOOR
            self.new[row.sensor] = NewSensor(
                row.sensor, unit.pk, unit.path, kind, city[:80], minute
            )
        return None
