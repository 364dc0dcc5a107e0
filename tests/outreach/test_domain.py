"""The rules of outreach that need no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.outreach.domain.kinds import DetailFault, details_faults, read_fields
from hearth.outreach.domain.persons import identity
from hearth.outreach.domain.places import distance_km
from hearth.outreach.domain.sampling import by_stratum, draw, population_hash, sample_size
from hearth.outreach.domain.sessions import Session, entry_faults, folded_title, looks_double

TEN = datetime(2021, 5, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)

FIELDS: list[dict[str, Any]] = [
    {"key": "topic", "label": "主题", "label_en": "Topic", "required": True},
    {"key": "leaflets", "label": "份数", "label_en": "Leaflets", "type": "integer"},
    {"key": "all", "label": "全部", "label_en": "All", "type": "yes_no"},
    {
        "key": "form",
        "label": "形式",
        "label_en": "Form",
        "type": "choice",
        "choices": [["online", "线上", "Online"]],
    },
]


@pytest.mark.parametrize(
    ("details", "faults"),
    [
        ({"topic": "防诈骗"}, []),
        ({}, [("topic", "missing")]),
        ({"topic": ""}, [("topic", "missing")]),
        ({"topic": "长" * 200}, []),
        ({"topic": "长" * 201}, [("topic", "too_long")]),
        ({"topic": 7}, [("topic", "too_long")]),
        ({"topic": "x", "leaflets": 0}, []),
        ({"topic": "x", "leaflets": 1_000_000}, []),
        ({"topic": "x", "leaflets": 1_000_001}, [("leaflets", "not_a_number")]),
        ({"topic": "x", "leaflets": -1}, [("leaflets", "not_a_number")]),
        ({"topic": "x", "leaflets": True}, [("leaflets", "not_a_number")]),
        ({"topic": "x", "all": False}, []),
        ({"topic": "x", "all": "y"}, [("all", "not_yes_no")]),
        ({"topic": "x", "form": "online"}, []),
        ({"topic": "x", "form": "电话"}, [("form", "unknown_choice")]),
        ({"topic": "x", "other": "x"}, [("other", "unknown_field")]),
    ],
)
def test_own_fields_of_a_kind(details, faults):
    found = details_faults(read_fields(FIELDS), details)

    assert found == [DetailFault(key, code) for key, code in faults]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "colour"},
        {"type": "choice"},
        {"type": "text", "choices": [["a", "甲", "A"]]},
    ],
)
def test_a_field_that_makes_no_sense_is_refused(field):
    with pytest.raises(ValueError, match="one"):
        read_fields([{"key": "one", "label": "一", "label_en": "One"} | field])


def test_a_key_has_one_field():
    with pytest.raises(ValueError, match="twice"):
        read_fields([FIELDS[0], FIELDS[0]])


@pytest.mark.parametrize(
    ("counts", "persons", "ended_at", "faults"),
    [
        (False, None, None, []),
        (True, 1, TEN, []),
        (True, 0, None, [("persons", "persons_missing")]),
        (True, None, None, [("persons", "persons_missing")]),
        (False, None, TEN - HOUR, [("ended_at", "ends_before_start")]),
    ],
)
def test_what_is_wrong_with_an_entry(counts, persons, ended_at, faults):
    found = entry_faults(counts_persons=counts, persons=persons, started_at=TEN, ended_at=ended_at)

    assert found == faults


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (Session(TEN, title="守住 钱袋子"), Session(TEN + 5 * HOUR, title="守住钱袋子!"), "title"),
        (Session(TEN, title="A"), Session(TEN + 5 * HOUR, title="B"), ""),
        (Session(TEN), Session(TEN), "time"),
        (Session(TEN, TEN), Session(TEN, TEN), "time"),
        (Session(TEN, TEN + HOUR), Session(TEN + HOUR, TEN + 2 * HOUR), ""),
        (Session(TEN, TEN + 2 * HOUR), Session(TEN + HOUR, TEN + 3 * HOUR), "time"),
        (Session(TEN), Session(TEN + HOUR / 2), "time"),
        (Session(TEN), Session(TEN + HOUR), ""),
        (Session(TEN, title="!!"), Session(TEN + 5 * HOUR, title="??"), ""),
    ],
)
def test_entries_that_look_like_one(one, other, why):
    assert looks_double(one, other) == why
    assert looks_double(other, one) == why


def test_titles_are_compared_without_width_and_signs():
    assert folded_title("Ｆｒａｕｄ：守住　钱袋子！") == "fraud守住钱袋子"


@pytest.mark.parametrize(
    ("nickname", "digits", "known"),
    [
        ("", "", ""),
        ("小明", "", "|小明"),
        ("", "1234", "1234|"),
        (" 小 明 ", "１２３４", "1234|小明"),
        ("MING", "", "|ming"),
    ],
)
def test_who_signs_in(nickname, digits, known):
    assert identity(nickname=nickname, digits=digits) == known


@pytest.mark.parametrize(
    ("nickname", "digits", "code"),
    [
        ("", "123", "digits_malformed"),
        ("", "12345", "digits_malformed"),
        ("", "12a4", "digits_malformed"),
        ("长" * 21, "", "nickname_too_long"),
    ],
)
def test_who_cannot_sign_in(nickname, digits, code):
    with pytest.raises(BadValue) as refused:
        identity(nickname=nickname, digits=digits)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("population", "permille", "size"),
    [(0, 50, 0), (1, 50, 1), (20, 50, 1), (21, 50, 2), (100, 50, 5), (7, 1000, 7), (1000, 1, 1)],
)
def test_size_of_a_sample(population, permille, size):
    assert sample_size(population, permille) == size


IDS = st.lists(st.text("abc0123456789", min_size=1, max_size=8), unique=True, max_size=60)


@given(IDS, IDS, st.integers(1, 1000), st.text(max_size=8), st.randoms())
def test_the_same_draw_gives_the_same_sample_in_any_order(one, two, permille, seed, chance):
    shuffled = list(one)
    chance.shuffle(shuffled)
    drawn = draw({"a": one, "b": two}, permille=permille, seed=seed)

    assert drawn == draw({"b": two, "a": shuffled}, permille=permille, seed=seed)
    assert len(drawn) == sample_size(len(one), permille) + sample_size(len(two), permille)
    assert set(drawn[: sample_size(len(one), permille)]) <= set(one)


def test_another_seed_gives_another_sample():
    ids = [f"A{n}" for n in range(200)]

    assert draw({"": ids}, permille=50, seed="1") != draw({"": ids}, permille=50, seed="2")


def test_a_population_is_named_by_its_ids():
    assert population_hash(["b", "a"]) == population_hash(["a", "b"])
    assert population_hash(["ab"]) != population_hash(["a", "b"])
    assert by_stratum([("x", "1"), ("y", "2"), ("x", "3")]) == {"x": ["1", "3"], "y": ["2"]}


def test_distances():
    shenyang, dalian = (123.4315, 41.8057), (121.6147, 38.9140)

    assert distance_km(shenyang, shenyang) == 0
    assert 353 < distance_km(shenyang, dalian) < 361
    assert distance_km((0, 0), (180, 0)) == pytest.approx(20015.1, abs=0.1)


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_a_way_is_as_long_there_as_back(lon1, lat1, lon2, lat2):
    there = distance_km((lon1, lat1), (lon2, lat2))

    assert 0 <= there <= 20_016
    assert there == pytest.approx(distance_km((lon2, lat2), (lon1, lat1)), abs=1e-6)
