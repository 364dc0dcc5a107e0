"""What a report is told from: the values of its figures on two days, and their targets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.bulletins.domain.report_language import Measure
from hearth.bulletins.domain.report_telling import Aim, Known, Reading
from hearth.figures.engine import values
from hearth.figures.registry import FIGURES, Value
from hearth.kernel.errors import RuleViolation
from hearth.kernel.periods import FIRST_YEAR, Period, months_before
from hearth.network.models import Placement, Unit
from hearth.network.scope import Actor
from hearth.programme.models import Target

EARLIER_BY = (12, 3, 1)
"""Months by which the day compared with lies earlier, the first that is fair."""
BEGINNING = date(FIRST_YEAR + 1, 1, 1)
"""Before every record: a span from here holds all that there ever was."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report speaks.

    Attributes:
        unit: the part of the network.
        path: where it lay at the end of the day.
        as_of: the end of this day.
        earlier: the day compared with, before ``as_of``; None: with none.
        since: first day of spans; None: the year of each day.
    """

    unit: Unit
    path: str
    as_of: date
    earlier: date | None = None
    since: date | None = None

    @classmethod
    def about(
        cls, unit: Unit, as_of: date, earlier: date | None = None, since: date | None = None
    ) -> Asked:
        """A report about ``unit``."""
        place = Placement.objects.on(as_of).filter(unit=unit).first()
        return cls(unit, place.path if place else unit.path, as_of, earlier, since)

    @property
    def start(self) -> date:
        """First day of the spans."""
        return self.since or date(self.as_of.year, 1, 1)

    @property
    def earlier_start(self) -> date | None:
        """First day of the spans that end on the earlier day (RP-06).

        Without ``since`` the year of that day. With it the same first day where the earlier day
        lies in the span; else a span as long as the report's own.
        """
        if self.earlier is None:
            return None
        if self.since is None:
            return date(self.earlier.year, 1, 1)
        if self.earlier >= self.since:
            return self.since
        return self.earlier - (self.as_of - self.since)


def measures() -> Mapping[str, Measure]:
    """Measures of all figures, by key: what a template may name."""
    return {key: figure.measure for key, figure in FIGURES.items()}


def known(
    actor: Actor, asked: Asked, keys: Sequence[str], firsts: Collection[str] = ()
) -> dict[str, Known]:
    """What is known of the figures, with names in the language that is active.

    The engine is asked once for each day, and once more for figures that may be there for the
    first time; one query reads the targets.
    """
    now = _readings(keys, asked.unit, asked.as_of, asked.start)
    then: Mapping[str, Reading] = {}
    ever: Mapping[str, Reading] = {}
    if asked.earlier is not None:
        then = _readings(keys, asked.unit, asked.earlier, asked.earlier_start)
        ever = _readings([*firsts], asked.unit, asked.earlier, BEGINNING)
    aims = _aims(actor, asked, keys)
    return {
        key: Known(
            measure=FIGURES[key].measure,
            name=str(FIGURES[key].name),
            now=now[key],
            then=then.get(key),
            was_there=key not in ever or ever[key].records > 0,
            aim=aims.get(key),
        )
        for key in keys
    }


def _readings(
    keys: Sequence[str], unit: Unit, as_of: date, since: date | None
) -> dict[str, Reading]:
    found = values(keys, [unit], as_of, since) if keys else {}
    return {key: reading_of(found[key, unit.pk]) for key in keys}


def reading_of(value: Value) -> Reading:
    """A value of the registry as templates tell it."""
    return Reading(value.number, value.records, value.part, value.whole)


def _aims(actor: Actor, asked: Asked, keys: Iterable[str]) -> dict[str, Aim]:
    """The targets that hold on the day, where the actor may see targets (RP-07).

    Of several for one figure the one whose period begins with the report's spans, else the one
    of the shortest period.
    """
    rows = Target.objects.visible_to(actor.scope_for("programme.view")).standing()
    around = [
        (period, target)
        for target in rows.filter(unit=asked.unit, figure__in=[*keys])
        if (period := Period.parse(target.period)).start <= asked.as_of < period.end
    ]
    around.sort(key=lambda one: (one[0].start != asked.start, one[0].end - one[0].start))
    found: dict[str, Aim] = {}
    for _period, target in around:
        aim = Aim(Decimal(target.target_milli) / 1000, target.is_lower_better)
        found.setdefault(target.figure, aim)
    return found


def closest_earlier(asked: Asked, keys: Sequence[str]) -> date | None:
    """The day that a report is compared with where nobody chose one; None where none is fair.

    A year, else a quarter, else a month earlier: the first of them at which at least half of the
    figures that have records now had some (RP-06). Against a time from before the records began
    everything would have risen. How many outlets there are says nothing of that and is left aside.
    """
    told = [key for key in keys if FIGURES[key].group != "network"]
    now = _readings(told, asked.unit, asked.as_of, asked.start)
    present = [key for key, one in now.items() if one.records]
    for months in EARLIER_BY if present else ():
        day = months_before(asked.as_of, months)
        if months < 12 and asked.since is None and day.year != asked.as_of.year:
            continue  # spans of a year that has just begun against those of a whole one
        start = replace(asked, earlier=day).earlier_start
        then = _readings(present, asked.unit, day, start)
        if 2 * sum(1 for one in then.values() if one.records) >= len(present):
            return day
    return None


def require_days(asked: Asked) -> None:
    """Let pass days that make sense together (RP-06).

    Raises:
        RuleViolation: ``bad_days``.
    """
    if asked.as_of > timezone.localdate():
        raise RuleViolation("bad_days", _("The day has not come yet. Choose today or earlier."))
    if asked.earlier is not None and asked.earlier >= asked.as_of:
        raise RuleViolation("bad_days", _("The day to compare with has to be an earlier one."))
    if asked.since is not None and asked.since > asked.as_of:
        raise RuleViolation("bad_days", _("The span has to begin before its last day."))
