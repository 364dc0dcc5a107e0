"""The figures of findings being put right: what was due, and what of it was closed (RC-02)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hearth.figures.registry import Figure, Source, When, declare
from hearth.figures.stock import PLACE, placed
from hearth.rectification.models import Rectification


def _due(when: When) -> QuerySet[Any]:
    """Those whose first deadline lies in the span, where their outlet lies on the day."""
    due = Rectification.objects.due_within(when.since, when.until)
    return placed(due, when.as_of)


def _closed(when: When) -> Q:
    return Q(state=Rectification.State.CLOSED, closed_on__lt=when.until)


def _in_time(when: When) -> Q:
    return _closed(when) & Q(fixed_on__lte=F("first_due_on"))


def _rectified() -> None:
    due = Source(_due, path=PLACE, permission="rectification.view", order=("first_due_on", "pk"))
    room: dict[str, Any] = {"group": "rectification"}
    declare(
        Figure(
            "rectification.due",
            _("Findings due to be put right"),
            "count",
            True,
            True,
            due,
            **room,
        ),
        Figure(
            "rectification.closed",
            _("Findings due that were signed off"),
            "share",
            True,
            False,
            due,
            part=_closed,
            higher_is_better=True,
            **room,
        ),
        Figure(
            "rectification.in_time",
            _("Findings due that were put right in time"),
            "share",
            True,
            False,
            due,
            part=_in_time,
            higher_is_better=True,
            **room,
        ),
    )


_rectified()
