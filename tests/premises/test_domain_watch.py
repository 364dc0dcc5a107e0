from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.watch import COMPARISONS, Measured, Terms, faults, judge

FIRST = date(2021, 1, 4)
COLD = Terms("below", 18_000, 2, 3)


def days(*centi):
    """Consecutive days with these means; None was not measured."""
    return [
        (FIRST + timedelta(days=n), None if one is None else Measured(10 * one))
        for n, one in enumerate(centi)
    ]


@pytest.mark.parametrize(
    ("centi", "met", "due"),
    [
        ((1700, 1700, 1900), 2, True),
        ((1700, 1900, 1900), 1, False),
        ((1800, 1800, 1799), 1, False),  # eighteen itself is not below
        ((1700, None, 1700), 2, True),
        ((None, None, 1700), 1, False),  # what was not measured is not cold
        ((1700, 1700, 1900, 1900), 1, False),  # only the last three count
        ((), 0, False),
    ],
)
def test_a_unit_is_due_when_enough_days_meet_the_rule(centi, met, due):
    verdict = judge(COLD, days(*centi))

    assert (verdict.met, verdict.is_due) == (met, due)
    assert len(verdict.days) == min(len(centi), 3)


@pytest.mark.parametrize(
    ("centi", "refuted"),
    [
        ((1700, 1900, 1900), True),
        ((None, 1900, 1900), True),
        ((None, None, 1900), False),  # the two that are missing might have been cold
        ((None, None, None), False),
        ((1700, 1700, 1900), False),
    ],
)
def test_a_rule_is_refuted_by_what_was_measured_only(centi, refuted):
    assert judge(COLD, days(*centi)).is_refuted is refuted


def test_a_mean_a_hair_below_the_threshold_is_below():
    hair = [(FIRST + timedelta(days=n), Measured(480 * 18_000 - 1, 480)) for n in range(3)]

    assert judge(COLD, hair).met == 3
    assert hair[0][1].milli == 18_000  # as it is shown


def test_days_out_of_season_say_nothing():
    winter = Terms("at_least", 18_000, 1, 3, frozenset({12, 1, 2}))
    warm = [(date(2021, 2, 27) + timedelta(days=n), Measured(19_000)) for n in range(3)]

    assert [day.meets for day in judge(winter, warm).days] == [True, True, None]


@given(
    st.lists(st.none() | st.integers(-500, 3000), max_size=20),
    st.sampled_from(sorted(COMPARISONS)),
    st.integers(1, 10),
    st.integers(1, 10),
)
def test_the_count_is_that_of_the_last_days_that_meet(centi, comparison, few, many):
    terms = Terms(comparison, 18_000, min(few, many), max(few, many))
    last = [one for one in centi[-terms.of_days :] if one is not None]
    expected = sum(COMPARISONS[comparison](one, 1800) for one in last)

    verdict = judge(terms, days(*centi))

    assert verdict.met == expected
    assert verdict.is_due is (expected >= terms.days)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (COLD, []),
        (Terms("near", 0, 1, 1), [("comparison", "unknown_comparison")]),
        (Terms("below", 0, 3, 2), [("days", "more_days_than_looked_at")]),
        (Terms("below", 0, 1, 61), [("of_days", "too_many_days")]),
        (Terms("below", 0, 1, 1, frozenset({13})), [("months", "no_such_month")]),
    ],
)
def test_a_rule_that_cannot_be_is_named(terms, found):
    assert faults(terms) == found
