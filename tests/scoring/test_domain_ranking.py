import math
import random
from fractions import Fraction
from statistics import NormalDist
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.scoring.domain import ranking
from hearth.scoring.domain.ranking import (
    Entry,
    OutletScore,
    are_comparable,
    movements,
    rank,
    unit_score,
)


def units(count, seed=1, spread=3.0, error=1.0):
    """Units whose true scores differ, measured with errors; deterministic."""
    chance = random.Random(seed)
    return [
        Entry(
            f"U{place:05}",
            round(100 * (90 + chance.gauss(0, spread) + chance.gauss(0, error))),
            error,
        )
        for place in range(count)
    ]


# --- units above outlets (SC-09) -----------------------------------------------------------------


def test_a_unit_scores_the_mean_of_its_ranked_outlets():
    found = unit_score(
        [
            OutletScore(9000, True, 3.0),
            OutletScore(8001, True, 4.0),
            OutletScore(7000, False, 1.0),
            OutletScore(None, False),
        ],
        pass_centi=8500,
    )

    assert found.score_centi == 8501  # 8500.5
    assert (found.outlets, found.ranked, found.below_pass) == (4, 2, 1)
    assert (found.below_share, found.coverage_share) == (Fraction(1, 2), Fraction(1, 2))
    assert found.standard_error == pytest.approx(2.5)


def test_the_pass_line_itself_passes():
    assert unit_score([OutletScore(8500, True)], 8500).below_pass == 0


def test_an_unknown_error_counts_like_the_largest():
    known = [OutletScore(9000, True, 1.0), OutletScore(9000, True, 3.0)]

    found = unit_score([*known, OutletScore(9000, True)], 8500)

    assert found.standard_error == pytest.approx(math.sqrt(1 + 9 + 9) / 3)
    assert unit_score([OutletScore(9000, True)], 8500).standard_error is None


def test_a_unit_without_ranked_outlets_has_no_score():
    found = unit_score([OutletScore(9000, False)], 8500)

    assert found.score_centi is None
    assert found.below_share is None
    assert found.coverage_share == 0
    assert unit_score([], 8500).coverage_share is None


# --- movements (SC-10) ---------------------------------------------------------------------------


def test_movement_is_up_when_positive():
    previous, current = {"A": 5, "B": 1, "C": 2, "D": 3, "E": 4}, {"A": 1, "B": 2, "C": 2, "D": 4}

    assert movements(previous, current) == {"A": 4, "B": -1, "C": 0, "D": -1}


def test_unlike_populations_are_not_compared():
    few, many = {"A": 1, "B": 2}, {code: place for place, code in enumerate("ABCDEFGHIJ", 1)}

    assert movements(few, many) == {}
    assert movements(few, many, common_percent=20) == {"A": 0, "B": 0}
    assert not are_comparable({}, {})
    assert are_comparable("ABCDE", "ABCDX", 80)
    assert not are_comparable("ABCDE", "ABCDX", 81)


# --- ranks and intervals (SC-10, SC-11) ----------------------------------------------------------


def test_ties_share_the_better_rank():
    entries = [Entry("D", 8000), Entry("B", 9000), Entry("A", 9000), Entry("C", 9500)]

    found = rank(entries)

    assert [(u.code, u.rank) for u in found.units] == [("C", 1), ("A", 2), ("B", 2), ("D", 4)]


def test_nobody_is_ranked_among_nobody():
    found = rank([])

    assert (found.units, found.mean, found.draws) == ((), None, 0)


@pytest.mark.parametrize("error", [None, 0.0, 5.0])
def test_one_unit_alone_is_first_and_in_the_middle(error):
    (found,) = rank([Entry("A", 9000, error)]).units

    assert (found.rank, found.low_rank, found.high_rank, found.group) == (1, 1, 1, "middle")
    assert (found.shrunk, found.expected_rank) == (90.0, 1.0)


def test_without_any_known_error_no_rank_can_be_told_from_another():
    found = rank([Entry(code, 9000 - 100 * place) for place, code in enumerate("ABC")])

    assert [u.rank for u in found.units] == [1, 2, 3]
    assert {(u.low_rank, u.high_rank, u.group, u.expected_rank) for u in found.units} == {
        (1, 3, "middle", 2.0)
    }
    assert (found.mean, found.rankability, found.draws) == (89.0, 0.0, 0)


def test_an_unknown_error_is_taken_for_the_largest():
    entries = units(20)
    known = [
        *entries[:-1],
        Entry(entries[-1].code, entries[-1].score_centi, 2.0),
        Entry("Z", 9000, 2.0),
    ]
    unknown = [
        *entries[:-1],
        Entry(entries[-1].code, entries[-1].score_centi),
        Entry("Z", 9000, 2.0),
    ]

    assert rank(known) == rank(unknown)


def test_scores_that_are_certain_have_certain_ranks():
    found = rank([Entry(f"U{n}", 9000 - 10 * n, 0.0) for n in range(30)])

    assert all(u.low_rank == u.rank == u.high_rank for u in found.units)
    assert [u.group for u in found.units] == ["above"] * 15 + ["below"] * 15
    assert found.rankability > 0.99


def test_equal_scores_are_told_apart_by_nobody():
    found = rank([Entry(f"U{n:02}", 9000, 1.5) for n in range(40)])

    assert {(u.rank, u.group, u.shrunk) for u in found.units} == {(1, "middle", 90.0)}
    assert all(u.high_rank >= 37 for u in found.units)
    assert found.between == found.rankability == 0


def test_chance_alone_puts_nobody_above_or_below():
    found = rank(units(200, spread=0.0, error=3.0))

    assert sum(u.group != "middle" for u in found.units) <= 2


def test_a_unit_that_truly_stands_out_is_found():
    entries = [*units(100, spread=1.0), Entry("BAD", 7500, 1.0), Entry("GOOD", 9990, 1.0)]

    group = {u.code: u.group for u in rank(entries).units}

    assert (group["BAD"], group["GOOD"]) == ("below", "above")


def test_more_inspections_give_narrower_intervals():
    def width(error):
        found = rank(units(100, spread=3.0, error=error))
        return sum(u.high_rank - u.low_rank for u in found.units)

    assert width(0.5) < width(1.0) < width(2.0) < width(4.0)


def test_true_ranks_lie_in_their_intervals_as_often_as_promised():
    chance = random.Random(7)
    held = total = 0
    for _ in range(30):
        truth = [90 + chance.gauss(0, 3) for _ in range(60)]
        entries = [
            Entry(f"U{n:02}", round(100 * (t + chance.gauss(0, 2))), 2.0)
            for n, t in enumerate(truth)
        ]
        true_rank = {f"U{n:02}": 1 + sum(other > t for other in truth) for n, t in enumerate(truth)}
        for unit in rank(entries).units:
            held += unit.low_rank <= true_rank[unit.code] <= unit.high_rank
            total += 1

    assert 0.93 <= held / total <= 0.99


def test_expected_ranks_agree_with_their_formula():
    entries = units(13, spread=1.0)
    found = rank(entries)
    normal = NormalDist()
    spread = {
        u.code: (u.shrunk_high - u.shrunk_low) / 2 / normal.inv_cdf(0.975) for u in found.units
    }

    for unit in found.units:
        exact = 1 + math.fsum(
            normal.cdf(
                (other.shrunk - unit.shrunk) / math.hypot(spread[other.code], spread[unit.code])
            )
            for other in found.units
            if other is not unit
        )
        assert unit.expected_rank == pytest.approx(exact, abs=0.08)
    ranks_sum = math.fsum(u.expected_rank for u in found.units)
    assert ranks_sum == pytest.approx(13 * 14 / 2, abs=1e-4)


def test_a_frozen_seed_gives_the_same_ranking_for_ever():
    found = rank(units(13))

    best = found.units[:4]
    assert [(u.code[-2:], u.low_rank, u.high_rank) for u in best] == [
        ("00", 1, 3),
        ("10", 1, 5),
        ("08", 1, 6),
        ("11", 2, 8),
    ]
    assert best[0].expected_rank == 1.3044
    assert rank(units(13), seed=1).units[0].expected_rank != 1.3044


def test_the_size_of_a_chunk_changes_nothing(monkeypatch):
    whole = rank(units(50))
    monkeypatch.setattr(ranking, "_CHUNK_CELLS", 333)

    assert rank(units(50)) == whole


entries = st.lists(
    st.builds(
        Entry,
        st.text("ABCDEFG", min_size=1, max_size=3),
        st.integers(0, 10_300),
        st.one_of(st.none(), st.floats(0, 30)),
    ),
    unique_by=lambda entry: entry.code,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(entries, st.randoms())
def test_ranks_hold_whatever_the_scores(drawn, chance):
    shuffled = drawn[:]
    chance.shuffle(shuffled)

    found = rank(drawn)

    assert found == rank(shuffled)
    assert len(found.units) == len(drawn)
    for unit in found.units:
        above = sum(other.score_centi > unit.score_centi for other in drawn)
        assert unit.rank == 1 + above
        assert 1 <= unit.low_rank <= unit.rank <= unit.high_rank <= len(drawn)
        assert 1 <= unit.expected_rank <= len(drawn)
        assert unit.shrunk_low <= unit.shrunk <= unit.shrunk_high
        assert unit.group in {"above", "middle", "below"}


@pytest.mark.parametrize(
    ("count", "draws"), [(2, 10_000), (1000, 10_000), (4000, 2500), (20_000, 1000)]
)
def test_draws_shrink_with_the_population(monkeypatch, count, draws):
    asked = []

    def simulate(centres, spreads, draws, seed):
        asked.append(draws)
        ones = np.ones(len(centres))
        return ones, ones, ones

    monkeypatch.setattr(ranking, "_simulate", simulate)

    assert rank(units(count)).draws == draws
    assert asked == [draws]


def test_populations_beyond_65_535_keep_their_ranks():
    count = 2**16 + 10
    low, high, expected = ranking._simulate(np.arange(count, 0, -1.0), np.zeros(count), 4, 1)

    assert low.tolist() == high.tolist() == list(range(1, count + 1))
    assert expected[-1] == count


def test_a_province_is_ranked_while_one_waits():
    entries = units(797)
    rank(entries)  # warm

    started = process_time()
    rank(entries)

    assert process_time() - started < 2.0  # measured: 0.4 s; the rest is for a busy machine
