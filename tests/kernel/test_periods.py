from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.periods import Period, recency
from hearth.kernel.problems import BadValue

WEEK: Any = "week"  # what the types forbid and data may still hold
SOMETHING_ELSE: Any = "2021"

kinds = st.sampled_from(["year", "half", "quarter", "month"])
days = st.dates(date(1901, 1, 1), date(2998, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021", date(2021, 1, 1), date(2022, 1, 1)),
        ("2021H1", date(2021, 1, 1), date(2021, 7, 1)),
        ("2021H2", date(2021, 7, 1), date(2022, 1, 1)),
        ("2021Q1", date(2021, 1, 1), date(2021, 4, 1)),
        ("2021Q2", date(2021, 4, 1), date(2021, 7, 1)),
        ("2021Q4", date(2021, 10, 1), date(2022, 1, 1)),
        ("2021-06", date(2021, 6, 1), date(2021, 7, 1)),
        ("2021-12", date(2021, 12, 1), date(2022, 1, 1)),
        (" 2024-02 ", date(2024, 2, 1), date(2024, 3, 1)),
        ("2021q2", date(2021, 4, 1), date(2021, 7, 1)),
    ],
)
def test_a_written_period_spans_its_days(text, start, end):
    period = Period.parse(text)

    assert (period.start, period.end) == (start, end)
    assert period.last_day == end - timedelta(days=1)
    assert period.key == str(period) == text.strip().upper()
    assert period.contains(start)
    assert period.contains(period.last_day)
    assert not period.contains(end)
    assert not period.contains(start - timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021Q5",
        "2021Q0",
        "2021H3",
        "2021-13",
        "2021-00",
        "2021-6",
        "21Q2",
        "2021Q2x",
        "Q2",
        "２０２１",
        "2021-Q2",
    ],
)
def test_anything_else_is_malformed(text):
    with pytest.raises(BadValue) as refusal:
        Period.parse(text)

    assert refusal.value.code == "period_malformed"
    assert refusal.value.facts == {"text": text}
    assert str(refusal.value) == f"period_malformed text={text!r}"


def test_years_that_no_calendar_here_reaches_are_refused():
    with pytest.raises(BadValue, match="period_out_of_range"):
        Period.parse("1899")
    with pytest.raises(BadValue, match="period_out_of_range"):
        Period("quarter", 2021, 5)
    with pytest.raises(BadValue, match="period_kind_unknown"):
        Period(WEEK, 2021)
    with pytest.raises(BadValue, match="period_kind_unknown"):
        Period.of(date(2021, 1, 1), WEEK)
    with pytest.raises(BadValue, match="period_out_of_range"):
        Period.parse("1900-01").previous()
    with pytest.raises(BadValue, match="period_out_of_range"):
        Period.parse("2999").next()


@given(days, kinds)
def test_every_day_lies_in_exactly_one_period_of_a_kind(day, kind):
    period = Period.of(day, kind)

    assert period.contains(day)
    assert not period.previous().contains(day)
    assert not period.next().contains(day)
    assert Period.parse(period.key) == period


@given(days, kinds)
def test_periods_of_a_kind_follow_each_other_without_gap(day, kind):
    period = Period.of(day, kind)

    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert period.next().previous() == period
    assert period.previous() < period < period.next()


def test_periods_sort_by_start_and_then_the_shorter_first():
    keys = ["2021-02", "2021", "2021Q2", "2021H1", "2021Q1", "2020-12", "2021-01"]

    in_order = [period.key for period in sorted(map(Period.parse, keys))]

    assert in_order == ["2020-12", "2021-01", "2021Q1", "2021H1", "2021", "2021-02", "2021Q2"]
    assert Period.parse("2021Q2") >= Period.parse("2021Q2")
    with pytest.raises(TypeError):
        _ = Period.parse("2021") < SOMETHING_ELSE


def test_recency_puts_what_ended_last_last_and_the_quarter_after_its_months():
    keys = ["2021Q2", "2021-12", "2021Q4", "2021", "2021-06", "nothing", "2021H1"]

    assert sorted(keys, key=recency) == [
        "nothing", "2021H1", "2021-06", "2021Q2", "2021", "2021-12", "2021Q4"
    ]  # fmt: skip
