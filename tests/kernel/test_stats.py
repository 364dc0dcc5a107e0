"""Known answers come from the literature named beside them."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.kernel.stats import (
    benjamini_hochberg,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    random_effects,
    ranks,
    shrink,
    weighted_mean,
    wilson,
)

scores = st.floats(0, 100)
errors = st.floats(0.01, 20)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("best", [8, 7, 4, 4, 4, 2, 2, 1]),
        ("worst", [8, 7, 6, 6, 6, 3, 3, 1]),
        ("middle", [8, 7, 5, 5, 5, 2.5, 2.5, 1]),
    ],
)
def test_ties_share_a_rank(ties, expected):  # Mogstad et al., csranks: irank
    assert ranks([1, 3, 4, 4, 4, 7, 7, 10], ties) == expected


def test_nothing_has_no_ranks():
    assert ranks([]) == []


@given(st.lists(st.integers(0, 5)))
def test_a_rank_counts_those_above(values):
    best, worst = ranks(values), ranks(values, "worst")

    assert best == [1 + sum(other > value for other in values) for value in values]
    assert worst == [sum(other >= value for other in values) for value in values]
    assert ranks(values, "middle") == [(b + w) / 2 for b, w in zip(best, worst, strict=True)]


def test_weights_must_weigh_something():
    assert weighted_mean([1, 4], [2, 1]) == 2
    with pytest.raises(BadValue, match="no_weight"):
        weighted_mean([1, 2], [0, 0])


def test_eight_schools_leave_no_spread_between():  # Rubin 1981: the edge where all shrink
    found = random_effects(
        [28, 8, -3, 7, -1, 1, 18, 12], [e * e for e in (15, 10, 16, 11, 9, 11, 10, 18)]
    )

    assert found.mean == pytest.approx(7.686, abs=5e-4)
    assert found.q == pytest.approx(4.707, abs=5e-4)
    assert found.between == found.rankability == 0


def test_eighteen_batters_shrink_to_their_mean():  # Efron and Morris 1975
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    averages = [hit / 45 for hit in hits]
    mean = sum(averages) / 18
    variance = mean * (1 - mean) / 45

    found = random_effects(averages, [variance] * 18)

    assert found.mean == pytest.approx(0.26543, abs=5e-6)
    kept = 1 - (18 - 3) / found.q  # theirs; ours is 1 - (18 - 1) / Q, by moments
    assert kept == pytest.approx(0.21165, abs=5e-6)
    assert found.rankability == pytest.approx(1 - 17 / found.q)
    stein = variance * kept / (1 - kept)  # the spread at which our formula keeps as much
    assert shrink(0.400, variance, mean, stein)[0] == pytest.approx(0.2939, abs=5e-5)
    assert shrink(7 / 45, variance, mean, stein)[0] == pytest.approx(0.2422, abs=5e-5)


def test_one_value_alone_is_its_own_mean():
    found = random_effects([90], [4])

    assert (found.mean, found.between, found.q) == (90, 0, 0)


def test_values_without_error_show_their_whole_spread():
    found = random_effects([1, 2, 3], [1e-9] * 3)

    assert found.between == pytest.approx(1)
    assert found.rankability == pytest.approx(1)


def test_effects_need_values_and_errors():
    with pytest.raises(BadValue, match="no_values"):
        random_effects([], [])
    with pytest.raises(BadValue, match="variance_not_positive"):
        random_effects([1, 2], [1, 0])


@given(st.lists(st.tuples(scores, errors), min_size=1, max_size=30), st.randoms())
def test_order_changes_no_bit_of_the_estimate(pairs, chance):
    shuffled = pairs[:]
    chance.shuffle(shuffled)

    one = random_effects([v for v, _ in pairs], [e * e for _, e in pairs])
    other = random_effects([v for v, _ in shuffled], [e * e for _, e in shuffled])

    assert one == other
    lowest, highest = min(v for v, _ in pairs), max(v for v, _ in pairs)
    assert lowest - 1e-9 <= one.mean <= highest + 1e-9
    assert one.between >= 0
    assert 0 <= one.rankability <= 1


@given(scores, errors, scores, st.floats(0, 400))
def test_a_shrunken_value_lies_between_itself_and_the_mean(value, error, mean, between):
    centre, variance = shrink(value, error * error, mean, between)

    assert min(value, mean) - 1e-9 <= centre <= max(value, mean) + 1e-9
    assert 0 <= variance <= min(error * error, between) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1),
        (0, 0, 0, 1),
    ],
)
def test_the_score_interval_of_a_share(successes, trials, low, high):  # Newcombe 1998
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_in_bounds(tried):
    successes, trials = tried
    low, high = wilson(successes, trials)

    assert 0 <= low <= high <= 1
    if trials:
        assert low - 1e-12 <= successes / trials <= high + 1e-12


def test_more_successes_than_trials_are_refused():
    with pytest.raises(BadValue, match="successes_out_of_range"):
        wilson(2, 1)


def test_false_alarms_are_bounded_among_many_tests():  # Benjamini and Hochberg 1995
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip

    assert benjamini_hochberg(p_values) == [True] * 4 + [False] * 11
    assert benjamini_hochberg(p_values[::-1]) == [False] * 11 + [True] * 4
    assert benjamini_hochberg([]) == []
    assert benjamini_hochberg([0.04, 0.045]) == [True, True]


def test_two_raters():
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.40)
    assert cohen_kappa([[7, 0], [0, 0]]) is None
    assert cohen_kappa([[0, 0], [0, 0]]) is None
    assert cohen_kappa([[3, 0], [0, 4]]) == 1


def test_fourteen_raters():  # Fleiss 1971
    rows = (
        "0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/"
        "7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7"
    )
    table = [[int(cell) for cell in row.split()] for row in rows.split("/")]

    assert fleiss_kappa(table) == pytest.approx(0.2099, abs=5e-5)
    assert fleiss_kappa([]) is None
    assert fleiss_kappa([[3, 0], [3, 0]]) is None
    with pytest.raises(BadValue, match="raters_differ"):
        fleiss_kappa([[2, 1], [2, 0]])
    with pytest.raises(BadValue, match="raters_differ"):
        fleiss_kappa([[1, 0], [0, 1]])


RATERS = [  # Krippendorff 2011, four observers and twelve units
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(
    ("scale", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_agreement_with_gaps_on_every_scale(scale, alpha):
    assert krippendorff_alpha(zip(*RATERS, strict=True), scale) == pytest.approx(alpha, abs=5e-4)


def test_agreement_needs_ratings_that_differ():
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([[1], [None, 2]]) is None
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None
    assert krippendorff_alpha([[1, 1], [2, 2]]) == 1


@given(st.lists(st.lists(st.sampled_from([1, 2, 3, None]), min_size=2, max_size=4), max_size=8))
def test_perfect_agreement_is_one_and_none_exceeds_it(units):
    alpha = krippendorff_alpha(units, "ordinal")

    agreed = all(len({r for r in unit if r is not None}) <= 1 for unit in units)
    if alpha is not None:
        assert alpha <= 1
        assert (alpha == 1) is agreed


def test_two_raters_agree_alike_on_nominal_alpha_and_by_hand():
    units = [(0, 0)] * 20 + [(0, 1)] * 5 + [(1, 0)] * 10 + [(1, 1)] * 15
    counts = [sum(r == c for u in units for r in u) for c in (0, 1)]
    unlike = sum(a != b for a, b in product(*[[0] * counts[0], [1] * counts[1]]))

    by_hand = 1 - (100 - 1) * (2 * 15 / 1) / (2 * unlike)

    assert math.isclose(krippendorff_alpha(units), by_hand)
