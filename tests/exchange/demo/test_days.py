"""Quarters and working days of the demonstration."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.exchange.demo.days import demo_quarters, is_working_day, months_of, slices, working_days


@pytest.mark.parametrize(
    ("today", "quarters"),
    [
        (date(2026, 11, 23), ("2026Q2", "2026Q3", "2026Q4")),
        (date(2026, 1, 1), ("2025Q3", "2025Q4", "2026Q1")),
        (date(2026, 3, 31), ("2025Q3", "2025Q4", "2026Q1")),
    ],
)
def test_two_closed_quarters_and_the_open_one(today, quarters):
    assert demo_quarters(today) == quarters


def test_more_quarters_may_be_asked_for():
    assert demo_quarters(date(2026, 2, 1), closed=4)[0] == "2025Q1"


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 10, 1),  # national day, a Thursday
        date(2026, 5, 1),
        date(2026, 1, 1),
        date(2026, 2, 16),  # new year's eve
        date(2026, 2, 23),  # seventh day of the new year
        date(2026, 11, 21),  # a Saturday
    ],
)
def test_holidays_are_no_working_days(day):
    assert not is_working_day(day)


def test_other_weekdays_are():
    assert is_working_day(date(2026, 2, 24))
    assert is_working_day(date(2026, 10, 8))
    assert len(working_days("2026Q3")) == 66


def test_months_of_a_quarter():
    assert months_of("2026Q4") == ("2026-10", "2026-11", "2026-12")


def test_slices_cover_every_day_once_or_repeat_when_there_are_too_few():
    days = working_days("2026Q3")
    assert [day for run in slices(days, 6) for day in run] == list(days)
    assert slices(days, 0) == []
    assert all(len(run) == 1 for run in slices(days, 90))
