"""What other weights would do, from the same records and without storing anything."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.inspections.models import Inspection
from hearth.kernel.periods import Period
from hearth.scoring.domain.composite import ChannelSum, ScoringPolicy
from hearth.scoring.experiments import channel_sums, experiment
from hearth.scoring.models import Closing, Result
from hearth.scoring.queries import policy_from_content, read_period
from tests.factories import make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close, make_adjustment, make_policy, make_proposal, results
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2021Q2")
VIDEO, MYSTERY = ScoringPolicy({"video": 100}), ScoringPolicy({"mystery": 100})


@pytest.fixture
def tree():
    """E1 and E2 shine on video, W1 and W2 with shoppers; E3 is seen by video only."""
    tree = make_tree()
    edition = make_edition()
    e1, e2, e3, w1, w2 = tree.outlets
    bad = [mark("A01"), mark("B03")]
    good: list[Any] = []
    for outlet, video, mystery in (
        (e1, good, bad),
        (e2, good, bad),
        (w1, bad, good),
        (w2, bad, good),
    ):
        make_inspection(outlet, edition, *video, on="2021-04-10")
        make_inspection(outlet, edition, *video, on="2021-05-10")
        make_inspection(outlet, edition, *mystery, on="2021-05-20", channel="mystery")
    make_inspection(e3, edition, mark("A01"), on="2021-06-30")
    make_inspection(e3, edition, mark("A01"), on="2021-07-01")
    return tree


def test_sums_are_those_that_closing_reads(tree):
    make_inspection(tree.outlets[0], Inspection.objects.first().edition, status="reviewed")

    assert channel_sums(QUARTER) == read_period(QUARTER).sums
    assert channel_sums(QUARTER)[tree.outlets[2].pk] == {"video": ChannelSum.of([9167])}


def test_it_stores_nothing_and_asks_little(tree, django_assert_num_queries):
    with django_assert_num_queries(3):
        experiment(QUARTER, VIDEO, MYSTERY)

    assert not Closing.objects.exists()
    assert not Result.objects.exists()


def test_outlets_and_branches_change_places(tree):
    found = experiment(QUARTER, VIDEO, MYSTERY)

    changes = {c.code: c for c in found.outlets.changes}
    assert (changes["E1"].old.rank, changes["E1"].new.rank, changes["E1"].movement) == (1, 3, -2)
    assert changes["W1"].movement == 3
    assert changes["E3"].new.reason == "channels_without_weight"
    assert found.outlets.lost_rank == 1
    assert found.names["E1"] == "东门支行"
    assert [(b.code, b.old_rank, b.new_rank, b.movement) for b in found.branches] == [
        ("W", 2, 1, 1),
        ("E", 1, 2, -1),
    ]


def test_the_present_policy_gives_the_present_ranks(tree):
    make_policy()
    make_adjustment(tree.outlets[0], "deduction", 300)
    make_proposal(tree.outlets[1], "veto")  # moves nobody in either
    closing = close("2021Q2")
    policy = policy_from_content(closing.policy_content)

    found = experiment(QUARTER, policy, policy)

    stored = results(closing)
    for change in found.outlets.changes:
        assert change.new.rank == stored[change.code].rank
        assert change.new.score_centi == stored[change.code].score_centi
    for branch in found.branches:
        assert branch.new_rank == stored[branch.code].rank
        assert branch.new_centi == stored[branch.code].score_centi
    assert found.outlets.moved == 0


def test_the_default_policy_can_be_read_back(tree):
    closing = close("2021Q2")

    policy = policy_from_content(closing.policy_content)

    assert sum(policy.weights.values()) == 100
    assert experiment(QUARTER, policy, policy).outlets.moved == 0


def test_an_empty_period(tree):
    found = experiment(Period.parse("1999Q1"), VIDEO, MYSTERY)

    assert {change.new.rank for change in found.outlets.changes} == {None}
    assert {branch.new_rank for branch in found.branches} == {None}
