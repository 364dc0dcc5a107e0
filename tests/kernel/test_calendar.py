from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.calendar import Calendar, Said, china
from hearth.kernel.problems import BadValue

PUBLISHED = range(2020, 2027)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2021, 6, 11), True),  # a Friday
        (date(2021, 6, 12), False),  # Saturday of the Dragon Boat Festival
        (date(2021, 6, 14), False),  # its Monday
        (date(2021, 6, 15), True),
        (date(2021, 2, 7), True),  # a Sunday worked for the Spring Festival
        (date(2021, 2, 20), True),  # a Saturday worked for it
        (date(2020, 1, 31), False),  # the festival was made longer by a second notice
        (date(2020, 2, 3), True),
        (date(2022, 12, 31), False),  # set by the notice of the next year
        (date(2026, 1, 4), True),
        (date(2026, 11, 28), False),  # a plain Saturday
    ],
)
def test_days_are_worked_as_the_notices_say(day, worked):
    assert china().is_business_day(day) is worked


@pytest.mark.parametrize(
    ("year", "count"),
    # as payroll tables of these years give them: Monday to Friday, less holidays on weekdays,
    # plus weekend days worked
    [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_a_year_has_its_business_days(year, count):
    assert china().count(date(year, 1, 1), date(year + 1, 1, 1)) == count


def test_every_make_up_day_lies_on_a_weekend_and_no_day_is_said_twice():
    for day, said in china().exceptions.items():
        assert said.sort == "off" or day.weekday() >= 5, day
    assert [year for year in range(2015, 2031) if china().covers(year)] == list(PUBLISHED)


@pytest.mark.parametrize("year", PUBLISHED)
def test_statutory_days_are_free_in_every_year(year):
    free = [date(year, 1, 1), date(year, 5, 1), *(date(year, 10, n) for n in (1, 2, 3))]
    assert not any(china().is_business_day(day) for day in free)
    assert all(china().holiday(day) for day in free)


def test_a_deadline_counts_working_days():
    friday = date(2021, 6, 11)

    assert china().after(friday, 1) == date(2021, 6, 15)
    assert china().after(friday, 0) == friday
    assert china().after(date(2021, 6, 12), 0) == date(2021, 6, 15)
    assert china().after(date(2021, 6, 15), -1) == friday
    assert china().last(date(2021, 6, 15), 3) == [date(2021, 6, 10), friday, date(2021, 6, 15)]


@given(day=days, count=st.integers(1, 60))
def test_counting_goes_back_by_the_way_it_came(day, count):
    calendar = china()
    there = calendar.after(day, count)

    assert calendar.is_business_day(there)
    assert calendar.count(day + timedelta(1), there + timedelta(1)) == count
    assert calendar.last(there, count) == list(
        calendar.business_days(day + timedelta(1), there + timedelta(1))
    )
    assert calendar.after(there + timedelta(1), -count) == calendar.after(day, 1)


def test_a_year_without_a_notice_goes_by_the_week():
    assert china().is_business_day(date(2031, 1, 1))
    assert china().holiday(date(2031, 1, 1)) == ""


def test_later_words_win():
    lines = ["first,last,kind,name", "2031-01-01,2031-01-03,off,元旦"]
    joined = china().joined(Calendar.read(lines))

    assert joined.holiday(date(2031, 1, 1)) == "元旦"
    assert joined.exceptions[date(2031, 1, 3)] == Said("off", "元旦")
    assert joined.covers(2031)
    assert joined.covers(2021)


@pytest.mark.parametrize(
    "row",
    [
        "2031-01-01,2031-01-03,of,元旦",
        "2031-01-01,2031-01-03,off,",
        "2031-01-03,2031-01-01,off,元旦",
        "2031-01-01,2031-03-01,off,元旦",
        "2031-01-01,soon,off,元旦",
        "2031-01-01",
    ],
)
def test_a_bad_row_is_named(row):
    with pytest.raises(BadValue) as refused:
        Calendar.read(["first,last,kind,name", row])
    assert refused.value.facts == {"line": 2}
