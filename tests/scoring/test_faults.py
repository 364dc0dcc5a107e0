"""Which criteria fail, of how many looks, in which part of the tree."""

from __future__ import annotations

import pytest

from hearth.inspections.models import Inspection
from hearth.kernel.periods import Period
from hearth.network.scope import Scope
from hearth.scoring.faults import common_faults, faults_by_part
from tests.factories import make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2021Q2")
EVERYWHERE = Scope(("",))


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def checks(tree, edition):
    e1, e2, _e3, w1, _w2 = tree.outlets
    make_inspection(e1, edition, mark("A01"), mark("A02", value="2"))
    make_inspection(e1, edition, mark("A01"), on="2021-06-01")
    make_inspection(e2, edition, mark("A02"))
    make_inspection(w1, edition, mark("A01"), mark("B04"))
    make_inspection(w1, edition, channel="onsite")  # does not ask B04
    make_inspection(w1, edition, mark("A01"), status="submitted")
    make_inspection(w1, edition, mark("A01"), is_ranked=False)
    make_inspection(w1, edition, mark("A01"), on="2021-03-31")
    make_inspection(w1, edition, mark("A01"), on="2021-07-01")


def summary(rows):
    return [(r.criterion.code, r.findings, r.outlets, r.checks, r.lost_milli) for r in rows]


def test_the_largest_share_comes_first_with_the_looks_that_asked(checks):
    rows = common_faults(QUARTER, EVERYWHERE)

    assert summary(rows) == [
        ("A01", 3, 2, 5, 6000),
        ("A02", 2, 2, 5, 1500),
        ("B04", 1, 1, 4, 2000),
    ]
    assert rows[0].share == 0.6
    assert rows[2].share == 0.25


def test_it_asks_a_fixed_number_of_queries(checks, django_assert_num_queries):
    with django_assert_num_queries(4):
        common_faults(QUARTER, EVERYWHERE)


def test_a_scope_sees_its_own_part(checks, tree):
    assert summary(common_faults(QUARTER, Scope((tree.west.path,)))) == [
        ("B04", 1, 1, 1, 2000),
        ("A01", 1, 1, 2, 2000),
    ]
    assert common_faults(QUARTER, Scope()) == []


def test_one_channel_and_a_limit(checks):
    assert common_faults(QUARTER, EVERYWHERE, channel="onsite") == []
    assert summary(common_faults(QUARTER, EVERYWHERE, channel="video", limit=1)) == [
        ("A01", 3, 2, 4, 6000)
    ]


def test_the_looks_are_those_at_outlets_that_are_asked(tree, edition):
    """B06 is asked of full outlets only: E1 is one, E2 is none."""
    make_inspection(tree.outlets[0], edition, mark("B06"))
    make_inspection(tree.outlets[1], edition)

    (row,) = common_faults(QUARTER, EVERYWHERE)

    assert (row.criterion.code, row.findings, row.checks) == ("B06", 1, 1)


def test_corrected_and_withdrawn_checks_do_not_count(tree, edition):
    old = make_inspection(tree.outlets[0], edition, mark("A01"))
    make_inspection(tree.outlets[0], edition, mark("A02"), replaces=old)

    assert [r.criterion.code for r in common_faults(QUARTER, EVERYWHERE)] == ["A02"]
    assert Inspection.objects.counted().count() == 1


def test_by_part_of_the_tree(checks, tree, edition):
    codes = {c.code: c.pk for c in edition.criteria.all()}

    found = faults_by_part(
        QUARTER, EVERYWHERE, [codes["A01"], codes["A02"]], depth=len(tree.east.path)
    )

    assert found == {
        (codes["A01"], tree.east.path): 2,
        (codes["A01"], tree.west.path): 1,
        (codes["A02"], tree.east.path): 2,
    }
    assert faults_by_part(QUARTER, EVERYWHERE, [], depth=8) == {}
