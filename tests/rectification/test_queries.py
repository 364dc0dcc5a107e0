"""Lists, counts, and the share that was closed in time."""

from datetime import date

import pytest

from hearth.rectification.models import Rectification
from hearth.rectification.queries import (
    Narrowed,
    Standing,
    narrowed,
    repeated,
    standing,
)
from tests.factories import make_actor, make_tree, make_user
from tests.factories_rectification import make_rectification
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

JUNE, JULY, TODAY = date(2021, 6, 1), date(2021, 7, 1), date(2021, 7, 5)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


def closed(on, **more):
    users = make_user(), make_user()
    return {
        "state": "closed",
        "fixed_on": on,
        "fixed_by": users[0],
        "closed_on": on,
        "closed_by": users[1],
    } | more


def due(unit, edition, code, on, **changes):
    return make_rectification(unit, edition, code, first_due_on=on, due_on=on, **changes)


def test_counts_of_what_waits(tree, edition):
    outlet = tree.outlets[0]
    due(outlet, edition, "A01", date(2021, 7, 4))
    due(outlet, edition, "A02", TODAY, state="accepted")
    due(
        outlet, edition, "A03", date(2021, 7, 1), state="fixed", fixed_on=JUNE, fixed_by=make_user()
    )
    due(outlet, edition, "A04", JUNE, **closed(JUNE))
    said = standing(Rectification.objects.all(), TODAY)
    assert said == Standing(at_outlet=2, overdue=1, to_verify=1)
    assert said.unclosed == 3


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, ["A01", "A02", "A03", "B05"]),
        ({"state": "overdue"}, ["A01"]),
        ({"state": "outlet"}, ["A01", "A02", "B05"]),
        ({"state": "verify"}, ["A03"]),
        ({"state": "accepted"}, ["A02"]),
        ({"state": "all"}, ["A01", "B01", "A02", "A03", "B05"]),
        ({"state": "closed"}, ["B01"]),
        ({"state": "in_time"}, []),
        ({"state": "closed_late"}, ["B01"]),
        ({"since": date(2021, 7, 30), "until": date(2021, 7, 30)}, ["A02", "A03", "B05"]),
        ({"state": "withdrawn"}, ["A04"]),
        ({"severity": "red"}, ["B05"]),
        ({"channel": "mystery"}, []),
        ({"under": "W"}, ["B05"]),
        ({"under": "nowhere"}, []),
        ({"q": "a01"}, ["A01"]),
        ({"q": "东门 招牌"}, ["A01"]),
    ],
)
def test_a_list_is_narrowed(tree, edition, chosen, codes):
    outlet = tree.outlets[0]
    day = date(2021, 7, 30)
    due(outlet, edition, "A01", date(2021, 7, 4))
    due(outlet, edition, "A02", day, state="accepted")
    due(outlet, edition, "A03", day, state="fixed", fixed_on=JUNE, fixed_by=make_user())
    gone = due(outlet, edition, "A04", day)
    Rectification.objects.filter(pk=gone.pk).update(withdrawn_at=gone.recorded_at)
    due(tree.west_outlets[0], edition, "B05", day)
    due(outlet, edition, "B01", date(2021, 7, 5), **closed(date(2021, 7, 6)))
    scope = make_actor("programme_manager").scope
    found = narrowed(scope, Narrowed(**chosen), TODAY)
    assert [row.criterion.code for row in found] == codes


def test_the_same_fault_before_is_found(tree, edition):
    first = due(tree.outlets[0], edition, "A01", JUNE, opened_on=date(2021, 5, 1))
    due(tree.outlets[0], edition, "A02", JUNE, opened_on=date(2021, 5, 1))
    due(tree.outlets[1], edition, "A01", JUNE, opened_on=date(2021, 5, 1))
    again = due(tree.outlets[0], edition, "A01", JULY, opened_on=date(2021, 6, 20))
    assert list(repeated(again)) == [first]
    assert not repeated(first).exists()
