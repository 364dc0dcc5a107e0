from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.effect import LEAST_DAYS, Change, Effect, change_of
from hearth.premises.domain.hours import Sum

DAYS = [date(2021, 1, 4) + timedelta(days=n) for n in range(10)]
BEFORE, AFTER = DAYS[:5], DAYS[5:]


def test_every_day_counts_the_same_however_many_readings_it_has():
    by_day = {day: Sum(480, 480 * 1500, 16) for day in BEFORE}
    by_day |= {day: Sum(1, 2000, 1) for day in AFTER[:4]} | {AFTER[4]: Sum(480, 480 * 1000, 16)}

    change = change_of(by_day, BEFORE, AFTER)

    assert change == Change(1500, 1800)
    assert change.centi == 300


@pytest.mark.parametrize("missing", [BEFORE[0], AFTER[0]])
def test_with_too_few_days_nothing_is_said(missing):
    by_day = {day: Sum(1, 1500, 1) for day in DAYS if day != missing}

    assert len(BEFORE) == LEAST_DAYS
    assert change_of(by_day, BEFORE, AFTER) is None


def test_the_effect_is_the_own_change_less_that_of_the_others():
    effect = Effect(Change(1500, 1900), (Change(1800, 1900), Change(1700, 2000), Change(0, 500)))

    assert effect.others_centi == 300
    assert effect.centi == 100
    assert effect.exceeded == 2


def test_without_others_there_is_no_effect_to_tell():
    effect = Effect(Change(1500, 1900), ())

    assert effect.centi is None
    assert effect.exceeded == 0


@given(st.integers(-1000, 1000), st.lists(st.integers(-1000, 1000), min_size=1))
def test_weather_that_warms_all_alike_changes_no_effect(weather, others):
    def effect(more):
        return Effect(Change(0, 300 + more), tuple(Change(0, other + more) for other in others))

    assert effect(weather).centi == pytest.approx(effect(0).centi)
