"""The invented bank: complete, in its place, and nobody's real outlet."""

from __future__ import annotations

import math
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from hearth.exchange.demo.chance import Chance, apportion
from hearth.exchange.demo.content import content_rows
from hearth.exchange.demo.naming import outlet_words, place_words
from hearth.exchange.demo.network import COLUMNS, invent_network
from hearth.kernel.charts.geo import point_in_prefecture, prefecture, prefecture_of_city
from tests.exchange.demo.conftest import TODAY

KNOWN = frozenset((Path(__file__).parent / "known_names.txt").read_text("utf-8").split())


def _known(word: str) -> bool:
    """Whether a name, or the word that tells it apart, is that of a real outlet (by its hash)."""
    return sha256(word.encode()).hexdigest()[:16] in KNOWN


def _outlets(demo):
    return [row for row in demo.network.units if row["level"] == "outlet"]


def _is_open(row):
    return not row["closed_on"] or row["closed_on"] > str(TODAY)


def test_797_outlets_are_open_today_in_13_branches(whole):
    assert len({row["code"] for row in _outlets(whole) if _is_open(row)}) == 797
    branches = [row for row in whole.network.units if row["level"] == "branch"]
    assert len(branches) == 13
    assert not any("大连" in row["name"] + row["city"] for row in whole.network.units)
    assert {row["parent"] for row in branches} == {"LS"}


def test_rows_have_the_columns_of_the_format_and_only_text(whole):
    for row in whole.network.units:
        assert tuple(row) == COLUMNS
        assert all(isinstance(cell, str) for cell in row.values())


def test_parents_come_first_and_are_there_when_a_place_begins(whole):
    since: dict[str, str] = {}
    for row in whole.network.units:
        if row["parent"]:
            assert since[row["parent"]] <= row["valid_from"]
        assert row["valid_from"] >= row["opened_on"]
        since.setdefault(row["code"], row["valid_from"])


def test_only_large_branches_have_subbranches(whole):
    subbranches = [row for row in whole.network.units if row["level"] == "subbranch"]
    with_them = {row["parent"] for row in subbranches}
    sizes = Counter(row["code"][:4] for row in _outlets(whole))
    assert len(with_them) == 3
    assert with_them == {code for code, _ in sizes.most_common(3)}
    below = Counter(row["parent"] for row in _outlets(whole))
    assert all(below[row["code"]] >= 3 for row in subbranches)
    assert sum(len(row["parent"]) == 4 for row in _outlets(whole)) > 300


def test_names_and_codes_are_unique(whole):
    first = {row["code"]: row["name"] for row in whole.network.units}
    assert len(set(first.values())) == len(first)
    assert len({row["phone"] for row in _outlets(whole)}) >= 500


def test_no_outlet_bears_a_name_we_know_to_be_real(whole):
    assert len(KNOWN) > 1000
    assert _known("沈阳沈海支行")  # the list works
    assert not [row["name"] for row in whole.network.units if _known(row["name"])]
    assert not [word for word in place_words() if _known(word)]


def test_telephone_numbers_cannot_be_real(whole):
    assert all(re.fullmatch(r"0\d{2,3}-0000\d{4}", row["phone"]) for row in _outlets(whole))
    for row in whole.network.people:
        assert re.fullmatch(r"(1000000\d{4})?", row["phone"])
        assert re.fullmatch(r"(\d+@staff\.example)?", row["email"])


def test_every_outlet_lies_in_its_prefecture(whole):
    for row in _outlets(whole):
        code = point_in_prefecture(float(row["longitude"]), float(row["latitude"]))
        assert code == prefecture_of_city(row["city"]), row


def test_outlets_crowd_around_the_city_yet_reach_the_counties(whole):
    for city in ("沈阳市", "鞍山市", "朝阳市"):
        seat = prefecture(prefecture_of_city(city)).seat
        away = sorted(
            math.hypot((float(r["longitude"]) - seat[0]) * 0.75, float(r["latitude"]) - seat[1])
            for r in _outlets(whole)
            if r["city"] == city
        )
        assert away[len(away) // 3] < 0.15
        assert away[-1] > 0.6


def test_districts_belong_to_their_city_and_have_outlets(whole):
    known = {(row["city"], row["district"]) for row in content_rows("districts")}
    used = {(row["city"], row["district"]) for row in _outlets(whole)}
    assert used <= known
    assert len(used) > 85


def test_some_outlets_open_close_and_move_within_the_quarters(whole):
    first = "2026-04-01"
    rows = _outlets(whole)
    opened = {row["code"] for row in rows if row["opened_on"] >= first}
    closed = {row["code"] for row in rows if row["closed_on"]}
    moves = [row for row in rows if row["valid_from"] != row["opened_on"]]
    assert len(opened) >= 4
    assert len(closed) >= 4
    assert len(moves) >= 4
    before = {row["code"]: row["parent"] for row in reversed(rows) if row not in moves}
    assert all(row["parent"] != before[row["code"]] for row in moves)
    assert any(row["parent"][:4] != before[row["code"]][:4] for row in moves)
    days = [row[column] for row in rows for column in ("opened_on", "closed_on", "valid_from")]
    assert max(days) < str(TODAY)


@pytest.mark.parametrize("outlets", [13, 14, 60, 2000])
def test_size_is_what_was_asked_for(outlets):
    network = invent_network(outlets, today=TODAY)
    found = [row for row in network.units if row["level"] == "outlet" and _is_open(row)]
    assert len({row["code"] for row in found}) == outlets
    assert len({row["name"] for row in network.units}) == len(
        {row["code"] for row in network.units}
    )


def test_a_network_without_an_outlet_for_each_branch_is_refused():
    with pytest.raises(ValueError, match="at least 13"):
        invent_network(12, today=TODAY)


def test_another_seed_gives_another_bank(small):
    other = invent_network(60, today=TODAY, seed="another")
    assert {row["name"] for row in other.units} != {row["name"] for row in small.network.units}


def test_words_do_not_run_out():
    words = outlet_words(Chance("any"), 9000)
    assert len(set(words)) == 9000
    assert not [word for word in words if _known(word)]


def test_apportion_sums_to_the_total():
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(7, [5, 0, 1], least=1) == [4, 1, 2]
    with pytest.raises(ValueError, match="cannot give"):
        apportion(2, [1, 1, 1], least=1)
