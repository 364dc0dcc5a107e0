"""Which sensor a number meant on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from hearth.ledgers.lookups import batches
from hearth.network.scope import Scope
from hearth.premises.models import Sensor

Lost = Literal["unknown_sensor", "retired"]


class Hung(NamedTuple):
    """A sensor at one place: from ``since`` to ``until`` (None: still)."""

    pk: int
    unit_id: int
    unit_code: str
    unit_path: str
    since: date
    until: date | None


_HUNG = ("pk", "unit_id", "unit__code", "unit_path", "since", "until")


class Directory:
    """Sensors by number, as they hang on any day; a query for each nine hundred numbers."""

    def __init__(self, numbers: Iterable[str], scope: Scope) -> None:
        """Read the sensors in ``scope`` that bear these numbers."""
        self._hung: dict[str, list[Hung]] = defaultdict(list)
        self._zone: ZoneInfo = timezone.get_default_timezone()
        standing = Sensor.objects.visible_to(scope).standing()
        for part in batches(sorted(set(numbers))):
            rows = standing.filter(sensor_no__in=part).order_by("sensor_no", "since")
            for number, *hung in rows.values_list("sensor_no", *_HUNG):
                self._hung[number].append(Hung(*hung))

    def knows(self, number: str) -> bool:
        """Whether there is any such sensor."""
        return number in self._hung

    def places(self, number: str) -> list[Hung]:
        """Where it hung, the first place first."""
        return self._hung.get(number, [])

    def lasting(self, number: str) -> int | None:
        """Key of the only sensor that ever bore a number and still does; None: ask for the day."""
        places = self._hung.get(number, [])
        return places[0].pk if len(places) == 1 and places[0].until is None else None

    def at(self, number: str, minute: int) -> Hung | Lost:
        """The sensor that bore a number in a minute (from 1970, UTC).

        Before its first day the number means its first place: what was measured while it was being
        put up is not lost.
        """
        places = self._hung.get(number)
        if not places:
            return "unknown_sensor"
        if len(places) == 1 and places[0].until is None:
            return places[0]
        day = datetime.fromtimestamp(minute * 60, UTC).astimezone(self._zone).date()
        held = [one for one in places if one.since <= day] or places[:1]
        newest = held[-1]
        return "retired" if newest.until is not None and day >= newest.until else newest
