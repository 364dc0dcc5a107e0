"""The invented staff."""

from __future__ import annotations

from collections import Counter

from hearth.exchange.demo.naming import UNUSUAL_NAMES
from hearth.exchange.demo.staff import COLUMNS, HEAD, TELLER, TRAINEE
from tests.exchange.demo.conftest import TODAY


def test_about_ten_thousand_people_and_the_tested_population(whole):
    people = whole.network.people
    assert 9_500 <= len(people) <= 10_500
    assert sum(row["basic_operations"] == "y" for row in people) == 5227
    assert len({row["staff_no"] for row in people}) == len(people)
    assert all(tuple(row) == COLUMNS for row in people)


def test_every_open_outlet_has_one_head_and_its_counters_staffed(whole):
    gone = {row["code"] for row in whole.network.units if row["closed_on"]}
    outlets = {row["code"] for row in whole.network.units if row["level"] == "outlet"} - gone
    present = [row for row in whole.network.people if not row["left_on"]]
    heads = Counter(row["unit"] for row in present if row["post"] == HEAD)
    counters = Counter(row["unit"] for row in present if row["post"] in (TELLER, TRAINEE))
    assert heads == dict.fromkeys(outlets, 1)
    assert min(counters[code] for code in outlets) >= 4
    assert not gone & {row["unit"] for row in present}


def test_offices_are_staffed_too(whole):
    level = {row["code"]: row["level"] for row in whole.network.units}
    count = Counter(level[row["unit"]] for row in whole.network.people)
    assert count["province"] >= 50
    assert count["branch"] >= 13 * 20
    assert count["subbranch"] >= 27 * 5


def test_unusual_names_are_there(whole):
    names = {row["name"] for row in whole.network.people}
    assert set(UNUSUAL_NAMES) <= names
    assert any(ord(char) > 0xFFFF for name in UNUSUAL_NAMES for char in name)


def test_nobody_is_dated_after_today(whole):
    for row in whole.network.people:
        assert "1980" < row["joined_on"] < str(TODAY)
        assert row["left_on"] == "" or row["joined_on"] < row["left_on"] < str(TODAY)


def test_trainees_are_new_and_not_yet_tested(whole):
    trainees = [row for row in whole.network.people if row["post"] == TRAINEE]
    assert trainees
    assert all(row["basic_operations"] == "n" for row in trainees)
    assert min(row["joined_on"] for row in trainees) > "2025-11-01"
