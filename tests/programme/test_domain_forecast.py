import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.programme.domain.forecast import Forecast, Goal, final, pace, t_95, trend

EVEN = [(10, 100.0), (20, 200.0), (30, 300.0), (40, 400.0)]


def test_the_last_day_decides():
    assert final(90.0, Goal(90.0)).verdict == "reached"
    assert final(89.9, Goal(90.0)).verdict == "missed"
    assert final(3.0, Goal(2.0, is_lower_better=True)).verdict == "missed"


def test_reach_of_an_interval_shrinks_with_what_is_known():
    assert t_95(1) == 12.706
    assert t_95(30) == 2.042
    assert 1.96 < t_95(31) < 2.042
    assert t_95(1_000_000) == pytest.approx(1.96, abs=1e-4)


# --- pace of a count ------------------------------------------------------------------------------


def test_an_even_pace_is_carried_to_the_end():
    found = pace(EVEN, 100, Goal(2_000.0))

    assert found.expected == pytest.approx(1_000)
    assert found.low < 1_000 < found.high
    assert found.verdict == "off_course"


@pytest.mark.parametrize(
    ("goal", "verdict"),
    [
        (400, "reached"),
        (700, "on_course"),
        (990, "likely"),
        (1_010, "unlikely"),
        (1_500, "off_course"),
    ],
)
def test_what_a_pace_means_for_the_goal(goal, verdict):
    assert pace(EVEN, 100, Goal(goal)).verdict == verdict


@pytest.mark.parametrize(
    ("goal", "verdict"),
    [(399, "missed"), (700, "off_course"), (1_010, "likely"), (1_500, "on_course")],
)
def test_where_less_is_better_a_count_can_only_get_worse(goal, verdict):
    assert pace(EVEN, 100, Goal(goal, is_lower_better=True)).verdict == verdict


def test_an_uneven_pace_is_less_certain():
    uneven = [(10, 10.0), (20, 210.0), (30, 220.0), (40, 400.0)]
    even, other = pace(EVEN, 100, Goal(2_000)), pace(uneven, 100, Goal(2_000))

    assert other.expected == even.expected
    assert other.high - other.low > even.high - even.low


@pytest.mark.parametrize(
    ("counted", "reason"),
    [([(13, 50.0)], "too_early"), ([(30, 4.0)], "too_small"), ([(0, 0.0)], "too_early")],
)
def test_a_pace_of_next_to_nothing_says_so(counted, reason):
    assert pace(counted, 100, Goal(1_000)) == Forecast("too_few", "pace", reason=reason)


def test_what_is_reached_is_reached_however_early():
    assert pace([(2, 10.0)], 100, Goal(10)).verdict == "reached"
    assert pace([(0, 10.0)], 100, Goal(10)).expected == 10.0


def test_a_forecast_of_nothing_counted_stays_at_nothing():
    assert pace([(30, 0.0)], 90, Goal(0, is_lower_better=True)).reason == "too_small"


counts = st.lists(st.integers(0, 500), min_size=2, max_size=9)


@given(counts, st.integers(1, 400), st.integers(0, 5_000))
def test_the_interval_holds_the_expectation_and_never_undoes_a_count(steps, rest, goal):
    counted = [(10 * (n + 1), float(sum(steps[: n + 1]))) for n in range(len(steps))]
    found = pace(counted, counted[-1][0] + rest, Goal(goal))
    if found.expected is not None:
        assert counted[-1][1] <= found.low <= found.expected <= found.high


def test_nineteen_of_twenty_intervals_hold_what_comes():
    """A year simulated two thousand times; the clock has nothing to do with it."""
    chance, held, tries = random.Random(7), 0, 2_000
    for _ in range(tries):
        daily = [sum(chance.random() < 0.02 for _ in range(50)) for _ in range(120)]
        counted = [(10 * n, float(sum(daily[: 10 * n]))) for n in range(1, 7)]
        found = pace(counted, 120, Goal(10_000))
        held += found.low <= sum(daily) <= found.high
    assert 0.93 <= held / tries <= 1.0


# --- trend of a level -----------------------------------------------------------------------------


def test_a_straight_line_is_carried_on():
    found = trend([(0, 60.0), (10, 65.0), (20, 70.0), (30, 75.0)], 60, Goal(90.0))

    assert (found.expected, found.low, found.high) == pytest.approx((90.0, 90.0, 90.0))


def test_a_share_does_not_grow_beyond_all():
    seen = [(0, 80.0), (10, 88.0), (20, 93.0), (30, 99.0)]
    found = trend(seen, 90, Goal(95.0), bounds=(0.0, 100.0))

    assert found.high == 100.0
    assert found.expected == 100.0
    assert found.verdict == "on_course"


@pytest.mark.parametrize(
    ("goal", "lower", "verdict"),
    [(60, False, "on_course"), (90, False, "off_course"), (60, True, "off_course")],
)
def test_what_a_trend_means_for_the_goal(goal, lower, verdict):
    seen = [(0, 70.0), (10, 70.4), (20, 69.8), (30, 70.1), (40, 70.0)]
    assert trend(seen, 50, Goal(goal, lower)).verdict == verdict


def test_three_values_are_too_few():
    seen = [(0, 1.0), (1, 2.0), (2, 3.0)]
    assert trend(seen, 9, Goal(5)) == Forecast("too_few", "trend", reason="too_few_values")


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=9),
    st.integers(9, 400),
    st.floats(-1e6, 1e6),
)
def test_a_trend_stays_finite_and_in_order(levels, at, goal):
    found = trend(list(enumerate(levels)), at, Goal(goal))

    assert found.low <= found.expected <= found.high
    assert all(map(math.isfinite, (found.low, found.expected, found.high)))
