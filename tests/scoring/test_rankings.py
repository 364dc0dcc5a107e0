"""Rankings as pages and files show them: of the whole, of a part, within a scope."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.network.actors import operator
from hearth.network.scope import Scope
from hearth.network.services.units import move_unit
from hearth.scoring.rankings import ranking_of
from tests.factories import make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def closed(tree):
    """E1 > W1 > E2 > W2; E3 was not seen. In the quarter before: E2 > E1 > W2 > W1."""
    edition = make_edition()
    e1, e2, _e3, w1, w2 = tree.outlets
    losing = [[], [mark("A01")], [mark("A01"), mark("B03")], [mark("B05"), mark("A04")]]
    for month, order in (("02", (e2, e1, w2, w1)), ("05", (e1, w1, e2, w2))):
        for outlet, marks in zip(order, losing, strict=True):
            for day in (10, 20):
                make_inspection(outlet, edition, *marks, on=f"2021-{month}-{day}")
    close("2021Q1")
    return close("2021Q2")


def codes(table):
    return [row.code for row in table.rows]


def test_ranked_ones_come_first_then_those_without_a_rank(closed):
    table = ranking_of(closed, "outlet")

    assert codes(table) == ["E1", "W1", "E2", "W2", "E3"]
    assert [row.rank for row in table.rows] == [1, 2, 3, 4, None]
    assert [row.code for row in table.ranked] == ["E1", "W1", "E2", "W2"]
    assert table.rows[-1].reason == "no_inspections"
    assert [row.movement for row in table.ranked] == [1, 2, -2, -1]
    assert table.rows[0].parent == "E"


def test_a_ranking_takes_a_fixed_number_of_queries(closed, tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        ranking_of(closed, "outlet")
    with django_assert_num_queries(4):
        ranking_of(closed, "outlet", under=tree.east)


def test_within_a_part_ranks_are_given_anew(closed, tree):
    table = ranking_of(closed, "outlet", under=tree.west)

    assert [(row.code, row.rank, row.previous_rank) for row in table.rows] == [
        ("W1", 1, 2),
        ("W2", 2, 1),
    ]
    assert [row.movement for row in table.rows] == [1, -1]
    assert all(1 <= row.low_rank <= row.rank <= row.high_rank <= 2 for row in table.rows)
    assert ranking_of(closed, "outlet").rows[1].rank == 2  # the stored rank is as it was


def test_the_unit_itself_is_not_among_those_under_it(closed, tree):
    assert codes(ranking_of(closed, "subbranch", under=tree.east_subbranch)) == []
    assert codes(ranking_of(closed, "branch", under=tree.province)) == ["E", "W"]


def test_a_scope_hides_rows_and_leaves_places_as_they_are(closed, tree):
    table = ranking_of(closed, "outlet", scope=Scope((tree.west.path,)))

    assert [(row.code, row.rank) for row in table.rows] == [("W1", 2), ("W2", 4)]
    assert codes(ranking_of(closed, "outlet", scope=Scope())) == []


def test_a_scope_leaves_the_mean_that_the_groups_refer_to(closed, tree):
    """Else outlets stood "above the mean" with intervals across the line of the branch's own."""
    whole = ranking_of(closed, "outlet")
    west = ranking_of(closed, "outlet", scope=Scope((tree.west.path,)))
    own = ranking_of(closed, "outlet", under=tree.west, scope=Scope((tree.west.path,)))

    assert west.mean_centi == whole.mean_centi
    assert own.mean_centi not in (None, whole.mean_centi)


def test_one_unit_below_can_still_be_ranked(closed, tree):
    table = ranking_of(closed, "outlet", under=tree.east_subbranch)

    assert [(row.code, row.rank) for row in table.rows] == [("E3", None)]


def test_a_part_is_what_lay_there_at_the_end_of_the_period(closed, tree):
    outlet = tree.east_outlets[0]
    move_unit(operator("x"), outlet, "W", date(2021, 7, 15), version=outlet.version, reason="x")

    assert "E1" in codes(ranking_of(closed, "outlet", under=tree.east))
    assert "E1" not in codes(ranking_of(closed, "outlet", under=tree.west))


def test_the_mean_is_that_of_the_ranked(closed):
    table = ranking_of(closed, "outlet")
    scores = [row.score_centi for row in table.ranked]

    assert table.mean_centi == round(sum(scores) / 4)
    assert ranking_of(closed, "subbranch").mean_centi is None


def test_equal_scores_share_the_better_rank(tree):
    edition = make_edition()
    for outlet, marks in zip(tree.outlets, ([], [mark("A01")], [], [mark("B03")]), strict=False):
        make_inspection(outlet, edition, *marks)
    closing = close("2021Q2")

    whole = [(r.code, r.rank) for r in ranking_of(closing, "outlet").ranked]
    anew = [(r.code, r.rank) for r in ranking_of(closing, "outlet", under=tree.province).ranked]

    assert whole == anew == [("E1", 1), ("E3", 1), ("E2", 3), ("W1", 4)]


def test_a_level_without_units_is_empty(closed):
    assert ranking_of(closed, "subbranch").ranked == ()
