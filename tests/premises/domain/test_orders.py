"""What one work order may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.orders import OrderFacts, faults
from hearth.premises.sentences import FAULTS

DAY = date(2021, 5, 10)
SOUND = OrderFacts(
    "repair",
    unit=1,
    opened_on=DAY,
    today=date(2021, 6, 1),
    done_on=date(2021, 5, 12),
    sign_unit=1,
    installed_on=date(2018, 1, 1),
)


def test_a_sound_order_has_no_fault() -> None:
    assert list(faults(SOUND)) == []


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"names_facility": True}, "facility", "one_asset"),
        ({"sign_unit": 2}, "sign_no", "foreign_sign"),
        ({"opened_on": date(2021, 6, 2), "done_on": None}, "opened_on", "opened_in_future"),
        ({"retired_on": date(2021, 5, 9)}, "sign_no", "opened_after_retired"),
        ({"done_on": date(2021, 5, 9)}, "done_on", "done_before_opened"),
        ({"done_on": date(2021, 6, 2)}, "done_on", "done_in_future"),
        ({"installed_on": date(2021, 5, 13)}, "done_on", "done_before_installed"),
    ],
)
def test_each_fault_alone(change: dict[str, object], column: str, code: str) -> None:
    assert list(faults(replace(SOUND, **change))) == [(column, code)]  # type: ignore[arg-type]


def test_a_replacement_retires_its_sign_on_the_day_it_is_done() -> None:
    assert list(faults(replace(SOUND, kind="replace", retired_on=SOUND.done_on))) == []


days = st.dates(date(2020, 1, 1), date(2022, 1, 1))


@given(opened=days, done=st.none() | days, installed=st.none() | days, lasts=st.integers(0, 900))
def test_every_fault_has_its_sentence_and_sound_orders_are_in_order(
    opened: date, done: date | None, installed: date | None, lasts: int
) -> None:
    retired = installed + timedelta(days=lasts) if installed else None
    order = OrderFacts("clean", 1, opened, date(2021, 6, 1), done, 1, False, installed, retired)
    found = list(faults(order))
    assert {code for _column, code in found} <= set(FAULTS)
    if not found and done is not None:
        assert opened <= done <= order.today
        assert installed is None or installed <= done
