"""A figure of rectification as of an earlier day stays what it was, whatever happens afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hearth.figures.engine import values
from hearth.figures.registry import Value
from hearth.rectification.models import Rectification
from hearth.rectification.services.work import accept, close, fix, reopen
from tests.factories import make_actor, make_tree
from tests.factories_rectification import open_check
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
KEYS = [f"rectification.{name}" for name in ("due", "in_time", "closed", "overdue")]
START = date(2021, 5, 10)
DAYS = 24
ACTS = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1),  # on which day
        st.integers(0, 1),  # which rectification
        st.sampled_from(["accept", "fix", "close", "reopen"]),
    ),
    max_size=12,
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())


def do(act: str, row: Rectification, head, manager, today: date) -> None:
    """One step, where it may follow."""
    said = {"pk": row.pk, "version": row.version}
    may = {"open": {"accept", "fix"}, "accepted": {"fix"}, "fixed": {"close", "reopen"}}
    if act not in may.get(row.state, set()):
        return
    if act == "accept":
        accept(actor=head, **said)
    elif act == "fix":
        fix(actor=head, **said, note="已整改")
    elif act == "close":
        close(actor=manager, **said)
    else:
        reopen(actor=manager, **said, reason="仍不合格", due_on=today + timedelta(days=3))


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
@example(acts=[(0, 0, "fix"), (9, 0, "reopen")])  # sent back with a day before the first deadline
def test_an_earlier_day_stays_what_it_was(acts):
    with transaction.atomic():
        look_again(acts)
        transaction.set_rollback(True)


def look_again(acts) -> None:
    with time_machine.travel(at(START), tick=False):
        tree, edition = make_tree(), make_edition()
        outlet = tree.east_outlets[0]
        head = make_actor("outlet_head", unit=outlet)
        manager = make_actor("branch_manager", unit=tree.east)
        open_check(outlet, edition, "A04", "B05", on=str(START))
        keys = list(Rectification.objects.order_by("pk").values_list("pk", flat=True))
    seen = {}
    for number in range(DAYS):
        today = START + timedelta(days=number)
        with time_machine.travel(at(today), tick=False):
            for day, which, act in acts:
                if day == number:
                    row = Rectification.objects.get(pk=keys[which])
                    do(act, row, head, manager, today)
            seen[today] = asked(outlet, tree, today)
    with time_machine.travel(at(START + timedelta(days=DAYS)), tick=False):
        assert {day: asked(outlet, tree, day) for day in seen} == seen


def asked(outlet, tree, day: date) -> dict[tuple[str, int], Value]:
    return values(KEYS, [outlet, tree.east], day, date(2021, 5, 1))


def test_what_was_late_then_is_late_as_of_then(time_machine):
    """Late on the 1st of June, put right on the 2nd: the 1st still knows of it."""
    time_machine.move_to(at(START))
    tree, edition = make_tree(), make_edition()
    outlet = tree.east_outlets[0]
    open_check(outlet, edition, "A02", on=str(START))
    due = Rectification.objects.get().first_due_on
    late = due + timedelta(days=1)
    time_machine.move_to(at(late + timedelta(days=1)))
    row = Rectification.objects.get()

    fix(actor=make_actor("outlet_head", unit=outlet), pk=row.pk, version=1, note="已整改")

    span = (date(2021, 5, 1),)
    for day, count in ((due, 0), (late, 1), (late + timedelta(days=1), 0)):
        found = values(["rectification.overdue"], [outlet], day, *span)
        assert found["rectification.overdue", outlet.pk].number == count
