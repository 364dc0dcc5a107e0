"""Everything that happens in the demonstration's present, played once after its ledgers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from hearth.exchange.demo.load import import_ledgers
from hearth.exchange.demo.present import (
    activities,
    gatherings,
    goals,
    mending,
    outings,
    plan,
    premises,
    visits,
    voices,
    warmth,
)
from hearth.exchange.demo.present.cast import gather
from hearth.exchange.demo.present.stage import Doings, Stage, play
from hearth.ledgers.lookups import batches
from hearth.platform.models import Notice
from hearth.platform.notices import mark_read

ROOMS = (premises, visits, activities, outings, mending, plan, gatherings, goals, voices, warmth)
_UNREAD = -4  # working days from today


def play_present(*, today: date, seed: str, doings: Doings) -> int:
    """Let the demonstration's people do their work of the last weeks; how many acts there were.

    Everything follows from the seed and the day, but for what services draw by chance of their
    own: numbers of orders, codes of visits, addresses of labels, and the sample of activities.

    Args:
        today: the day on which the demonstration is looked at.
        seed: of all chance.
        doings: acts that take several rooms.

    Raises:
        RuleViolation: a rule refuses an act, which is a fault of the content.
    """
    stage = Stage(today, seed, gather(today), doings)
    import_ledgers(stage.cast.manager, outings.ledgers(stage) | voices.ledgers(stage))
    acts = play((story for room in ROOMS for story in room.stories(stage)), stage.curtain)
    _read_older(stage)
    return acts


def _read_older(stage: Stage) -> None:
    """Everyone has seen what they were told of more than some days ago."""
    older = Notice.objects.filter(read_at=None, created_at__lt=stage.at(_UNREAD, 0))
    told: dict[int, list[int]] = defaultdict(list)
    for user_id, pk in older.order_by("pk").values_list("user_id", "pk"):
        told[user_id].append(pk)
    for user_id, keys in told.items():
        for part in batches(keys):
            mark_read(user_id=user_id, notice_ids=part)
