"""Months of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.ages import age, months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
        (date(2021, 6, 15), 12, date(2022, 6, 15)),
        (date(2021, 6, 15), 0, date(2021, 6, 15)),
    ],
)
def test_some_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("since", "on", "found"),
    [
        (date(2018, 5, 1), date(2021, 5, 1), (3, 0)),
        (date(2018, 5, 2), date(2021, 5, 1), (2, 11)),
        (date(2021, 5, 2), date(2021, 5, 1), (0, 0)),
        (date(2021, 1, 31), date(2021, 2, 28), (0, 1)),
    ],
)
def test_age_in_years_and_months(since: date, on: date, found: tuple[int, int]) -> None:
    assert age(since, on) == found


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 40_000))
def test_the_age_is_the_most_full_months(since: date, days: int) -> None:
    on = since + timedelta(days=days)
    years, months = age(since, on)
    whole = years * 12 + months
    assert months_later(since, whole) <= on < months_later(since, whole + 1)
