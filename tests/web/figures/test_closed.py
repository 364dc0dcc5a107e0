"""What was closed in time, asked of the figures."""

from datetime import date

import pytest

from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Unit
from hearth.rectification.models import Rectification
from hearth.web.figures.closed import closed_by_unit, closed_of
from tests.factories import make_tree, make_user
from tests.factories_rectification import make_rectification
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

JUNE, LAST = date(2021, 6, 1), date(2021, 6, 30)
ON = date(2021, 6, 15)


@pytest.fixture
def tree():
    return make_tree()


def closed(on):
    users = make_user(), make_user()
    names = ("fixed_by", "closed_by")
    return {"state": "closed", "fixed_on": on, "closed_on": on} | dict(
        zip(names, users, strict=True)
    )


def due(unit, edition, code, on=ON, **changes):
    return make_rectification(unit, edition, code, first_due_on=on, due_on=on, **changes)


@pytest.fixture
def edition(tree):
    edition = make_edition()
    east, west = tree.east_outlets[0], tree.west_outlets[0]
    due(east, edition, "A01", **closed(ON))
    due(east, edition, "A02", **closed(date(2021, 6, 16)))
    due(east, edition, "A03")
    due(east, edition, "A04", date(2021, 7, 1))  # due after the span
    due(east, edition, "B01", date(2021, 5, 31), **closed(ON))  # before it
    due(west, edition, "A01", state="fixed", fixed_on=ON, fixed_by=make_user())
    due(west, edition, "A02", withdrawn_at=Rectification.objects.first().recorded_at)
    return edition


def test_the_share_closed_in_time_has_its_parts(tree, edition):
    units = list(Unit.objects.filter(code__in=["P", "E", "W", "E2"]).order_by("path"))

    found = {unit.code: one for unit, one in closed_by_unit(units, JUNE, LAST)}

    said = {code: (c.due, c.in_time, c.late, c.overdue) for code, c in found.items()}
    assert said == {"P": (4, 1, 1, 1), "E": (3, 1, 1, 1), "W": (1, 0, 0, 0), "E2": (0, 0, 0, 0)}
    assert closed_of([tree.east, tree.west], JUNE, LAST) == found["P"]
    assert (found["P"].share_in_time, found["P"].closed, found["P"].waiting) == (25, 2, 1)
    assert found["E2"].closed == 0
    assert found["E2"].share_in_time is None


def test_on_an_earlier_day_less_was_closed_and_late(tree, edition):
    found = closed_of([tree.east], JUNE, ON)

    assert (found.due, found.in_time, found.late, found.overdue) == (3, 1, 0, 0)


def test_work_is_counted_where_its_outlet_lies_on_the_day(tree, edition):
    outlet, moved = tree.east_outlets[0], date(2021, 6, 20)
    outlet.placements.update(valid_to=moved)
    path = tree.west.path + outlet.path[-SEGMENT:]
    outlet.placements.create(parent=tree.west, path=path, valid_from=moved)

    assert [closed_of([unit], JUNE, LAST).due for unit in (tree.east, tree.west)] == [0, 4]
    before = date(2021, 6, 19)
    assert [closed_of([unit], JUNE, before).due for unit in (tree.east, tree.west)] == [3, 1]
