"""Where units lay on the days of records, for many records at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from hearth.kernel.periods import Period
from hearth.ledgers.lookups import batches
from hearth.network.models import Placement, Unit


class Places:
    """Paths of some units on any day; one query for each nine hundred units."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._now = {unit.pk: unit.path for unit in units}
        self._since: dict[int, list[date]] = defaultdict(list)
        self._paths: dict[int, list[str]] = defaultdict(list)
        for part in batches(sorted(self._now)):
            rows = Placement.objects.filter(unit_id__in=part).order_by("unit_id", "valid_from")
            for unit_id, since, path in rows.values_list("unit_id", "valid_from", "path"):
                self._since[unit_id].append(since)
                self._paths[unit_id].append(path)

    def on(self, unit_id: int, day: date | datetime | str | None) -> str:
        """Path of the unit on ``day``; its present one where the day says nothing.

        An instant counts by its day in the network's zone, a period ('2021Q2') by its last day.
        A day before the first placement takes the first one.
        """
        since = self._since.get(unit_id)
        if not day or not since:
            return self._now[unit_id]
        if isinstance(day, str):
            day = Period.parse(day).last_day
        plain = timezone.localdate(day) if isinstance(day, datetime) else day
        return self._paths[unit_id][max(bisect_right(since, plain) - 1, 0)]
