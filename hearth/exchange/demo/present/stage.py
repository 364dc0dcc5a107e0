"""Acts of the past weeks, each at its moment and in the order of time.

A story is a generator: it yields the moment of its next act and carries it out when it is resumed.
All stories are played together in the order of their moments, so that what one does the others
find done, and the trail tells of it in this order. Each act asks Django what time it is, as
everywhere, and is told the moment of its story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from heapq import heapify, heappop, heappush
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from hearth.exchange.demo.chance import Chance
from hearth.exchange.demo.present.cast import Cast
from hearth.outreach.models import Visit
from hearth.platform.workdays import workdays
from hearth.premises.models import WorkOrder

Story = Iterator[datetime]

CURTAIN = time(10)
"""Until this time of today things have happened."""


@dataclass(frozen=True, slots=True)
class Doings:
    """What takes several rooms at once, handed in by the room above."""

    report_fault: Callable[..., WorkOrder]
    call_after_visit: Callable[..., Visit]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where stories are played.

    Attributes:
        today: the day on which all of it is looked at.
        seed: of all chance.
        cast: who acts.
        doings: acts over several rooms.
    """

    today: date
    seed: str
    cast: Cast
    doings: Doings

    @property
    def curtain(self) -> datetime:
        """The moment after which nothing has happened yet."""
        return self.on(self.today, CURTAIN.hour)

    def chance(self, *key: object) -> Chance:
        """A stream of chance for what ``key`` names."""
        return Chance(self.seed, "present", *key)

    def uuid(self, *key: object) -> UUID:
        """The same for the same key, whenever it is loaded."""
        named = "/".join(map(str, (self.seed, self.today, *key)))
        return uuid5(NAMESPACE_URL, f"hearth:demo:{named}")

    def day(self, working_days: int) -> date:
        """Today for 0; else so many working days after it, or before it when negative."""
        return workdays().after(self.today, working_days) if working_days else self.today

    def at(self, working_days: int, hour: int, minute: int = 0) -> datetime:
        """A time of such a day."""
        return self.on(self.day(working_days), hour, minute)

    @staticmethod
    def on(day: date, hour: int, minute: int = 0) -> datetime:
        """A time of a day in the network's zone."""
        return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


def play(stories: Iterable[Story], until: datetime) -> int:
    """Play all stories in the order of their moments up to ``until``; how many acts there were.

    A moment that is over when a story names it is taken as now.
    """
    waiting = [
        (moment, number, story)
        for number, story in enumerate(stories)
        if (moment := next(story, None)) is not None
    ]
    heapify(waiting)
    acts = 0
    with _clock():
        while waiting and waiting[0][0] <= until:
            moment, number, story = heappop(waiting)
            _moment.set(moment)
            following = next(story, None)
            acts += 1
            if following is not None:
                heappush(waiting, (max(moment, following), number, story))
    return acts


def merged(stories: Sequence[Story]) -> Story:
    """Several stories as one, in the order of their moments."""
    waiting = [(moment, n) for n, one in enumerate(stories) if (moment := next(one, None))]
    heapify(waiting)
    while waiting:
        moment, n = heappop(waiting)
        yield moment
        following = next(stories[n], None)
        if following is not None:
            heappush(waiting, (max(moment, following), n))


# --- the clock ------------------------------------------------------------------------------------

_moment: ContextVar[datetime | None] = ContextVar("moment of the demonstration", default=None)


class _AnyDatetime(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class _Told(datetime, metaclass=_AnyDatetime):
    """A ``datetime`` whose present is the moment of the story; elsewhere it is the real one."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        told = _moment.get()
        return datetime.now(tz) if told is None else told.astimezone(tz)


@contextmanager
def _clock() -> Iterator[None]:
    """Let ``django.utils.timezone.now`` tell the moment of the story, in this thread alone.

    Columns whose default is ``timezone.now`` hold the function itself, so it stays, and the class
    that it asks is exchanged.
    """
    module: Any = timezone
    real, before = module.datetime, _moment.set(None)
    module.datetime = _Told
    try:
        yield
    finally:
        module.datetime = real
        _moment.reset(before)
