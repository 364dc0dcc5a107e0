"""Deadlines in working days, lateness, and which step may follow which."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.calendar import Calendar, china
from hearth.rectification.domain.rules import days_late, last_day, may_follow, to_tell

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("opened", "days", "last"),
    [
        (date(2021, 9, 30), 1, date(2021, 10, 8)),  # the national holiday lies between
        (date(2021, 9, 17), 1, date(2021, 9, 18)),  # a Saturday that was worked
        (date(2021, 6, 11), 5, date(2021, 6, 21)),  # the dragon-boat festival
    ],
)
def test_a_deadline_counts_working_days(opened, days, last):
    assert last_day(china(), opened, days) == last


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (date(2021, 9, 29), 0),
        (date(2021, 9, 30), 0),  # the last day itself
        (date(2021, 10, 7), 0),  # nobody works
        (date(2021, 10, 8), 1),
        (date(2021, 10, 9), 2),
    ],
)
def test_lateness_begins_with_the_working_day_after_the_last(today, late):
    assert days_late(china(), date(2021, 9, 30), today) == late


@pytest.mark.parametrize(
    ("late", "patience", "told"), [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (1, 0, 2)]
)
def test_the_branch_is_told_after_the_outlet(late, patience, told):
    assert to_tell(late, patience) == told


@given(DAYS, st.integers(1, 60))
def test_nothing_is_late_on_its_last_day_and_all_is_a_working_day_after(opened, days):
    calendar = china()
    last = last_day(calendar, opened, days)
    assert calendar.is_business_day(last)
    assert calendar.count(opened + timedelta(days=1), last + timedelta(days=1)) == days
    assert days_late(calendar, last, last) == 0
    assert days_late(calendar, last, calendar.after(last, 1)) == 1


@given(DAYS, st.integers(0, 400))
def test_lateness_never_falls_as_days_pass(last, passed):
    calendar = Calendar()
    today = last + timedelta(days=passed)
    assert days_late(calendar, last, today) <= days_late(calendar, last, today + timedelta(days=1))


def test_only_these_steps_follow():
    possible = {
        (state, act)
        for state in ("open", "accepted", "fixed", "closed")
        for act in ("accept", "fix", "close", "reopen")
        if may_follow(state, act)
    }
    assert possible == {
        ("open", "accept"),
        ("open", "fix"),
        ("accepted", "fix"),
        ("fixed", "close"),
        ("fixed", "reopen"),
    }
