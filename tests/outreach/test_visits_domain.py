"""Rules of home visits without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.outreach.domain.visits import (
    STAGES,
    Stay,
    Travel,
    clashes,
    clean_phone,
    clean_place,
    masked_name,
    masked_phone,
    may,
    nearest_free,
    tells_of,
)

TRAVEL = Travel(detour_permille=1400, speed_kmh=30, margin_minutes=10)
NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)
HERE, THERE = (123.40, 41.80), (123.52, 41.80)  # 9.95 km apart
HOUR = timedelta(hours=1)


def stay(start, minutes=60, place=HERE):
    return Stay(start, start + timedelta(minutes=minutes), place)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王**"),
        ("欧阳娜娜", "欧**"),
        ("李白", "李**"),
        ("王", "*"),
        ("", ""),
        ("  ", ""),
        ("𠮷野", "𠮷**"),
        ("👵🏽阿婆", "👵**"),
        ("Anna Smith", "A**"),
    ],
)
def test_a_name_is_shown_by_its_beginning(name, shown):
    assert masked_name(name) == shown


@given(st.text(min_size=2, max_size=60))
def test_a_masked_name_never_shows_more_than_one_character(name):
    shown = masked_name(name)

    assert len(shown.rstrip("*")) <= 1
    assert shown.rstrip("*") in name


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("02423456789", "024****6789"),
        ("23456789", "****89"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_ends(phone, shown):
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("13812341234", "13812341234"),
        (" 138 1234-1234 ", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("+86 138 1234 1234", "13812341234"),
        ("0086-138-1234-1234", "13812341234"),
        ("(024) 2345 6789", "02423456789"),
        ("2345678", "2345678"),
    ],
)
def test_a_number_is_understood_as_people_write_it(text, digits):
    assert clean_phone(text) == digits


@pytest.mark.parametrize(
    "text", ["", "123456", "1381234123a", "1" * 13, "一三八", "١٢٣٤٥٦٧٨", "👵"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadValue, match="phone_malformed"):
        clean_phone(text)


def test_a_place_is_read_as_a_map_shows_it():
    assert clean_place("123.4315, 41.8057") == (123.4315, 41.8057)
    assert clean_place("123.4315，41.8057") == (123.4315, 41.8057)
    assert clean_place("  ") is None


@pytest.mark.parametrize("text", ["41.8", "a, b", "200, 40", "120, 95", "1, 2, 3", "nan, 2"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(BadValue, match="place_malformed"):
        clean_place(text)


@pytest.mark.parametrize(
    ("act", "stages"),
    [
        ("triage", {"requested", "triaged"}),
        ("plan", {"triaged", "planned", "approved"}),
        ("approve", {"planned"}),
        ("arrive", {"approved"}),
        ("leave", {"on_site"}),
        ("hand_in", {"left"}),
        ("call", {"back"}),
        ("cancel", set(STAGES) - {"closed"}),
    ],
)
def test_each_act_has_its_stages(act, stages):
    assert {stage for stage in (*STAGES, "cancelled") if may(act, stage)} == stages


# --- the way --------------------------------------------------------------------------------------


def test_the_way_takes_its_time():
    """9.95 km straight are 13.93 km of road, 27.9 minutes at 30 km/h, and ten for the stairs."""
    assert TRAVEL.between(HERE, THERE) == timedelta(minutes=38)
    assert TRAVEL.between(HERE, HERE) == timedelta(minutes=10)
    assert TRAVEL.between(None, THERE) == timedelta(minutes=10)


@pytest.mark.parametrize(("gap", "fits"), [(37, False), (38, True), (60, True), (-70, False)])
def test_a_visit_after_another_needs_the_way_between(gap, fits):
    before = stay(NINE, place=HERE)
    wanted = stay(before.ends + timedelta(minutes=gap), place=THERE)

    assert (clashes(wanted, [before], TRAVEL) == []) is fits


def test_a_visit_before_another_needs_the_way_as_well():
    after = stay(NINE + 2 * HOUR, place=THERE)

    assert clashes(stay(NINE + timedelta(minutes=22)), [after], TRAVEL) == []
    assert clashes(stay(NINE + timedelta(minutes=23)), [after], TRAVEL) == [after]


def test_the_nearest_free_time_leaves_room_for_both_ways():
    held = [stay(NINE, place=THERE), stay(NINE + 4 * HOUR, place=THERE)]
    window = (NINE, NINE + 8 * HOUR)

    free = nearest_free(stay(NINE + timedelta(minutes=30)), held, TRAVEL, [window])

    assert free == NINE + timedelta(minutes=105)  # from minute 98 on; a quarter of an hour
    held.append(stay(NINE + timedelta(minutes=150), 30))
    later = nearest_free(stay(NINE + timedelta(minutes=30)), held, TRAVEL, [window])
    assert later == NINE + timedelta(minutes=345)


def test_without_a_free_time_there_is_none():
    held = [stay(NINE, 480)]

    assert nearest_free(stay(NINE), held, TRAVEL, [(NINE, NINE + 8 * HOUR)]) is None
    assert nearest_free(stay(NINE), [], TRAVEL, []) is None


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=6),
    st.integers(0, 40),
)
def test_no_nearer_quarter_of_an_hour_is_free(held, wanted_at):
    quarter = timedelta(minutes=15)
    busy = [Stay(NINE + a * quarter, NINE + (a + n) * quarter, THERE) for a, n in held]
    wanted = stay(NINE + wanted_at * quarter)
    window = (NINE, NINE + 48 * quarter)

    free = nearest_free(wanted, busy, TRAVEL, [window])

    for number in range(45):
        start = NINE + number * quarter
        if start + HOUR <= window[1] and not clashes(stay(start), busy, TRAVEL):
            assert free is not None
            assert abs(free - wanted.starts) <= abs(start - wanted.starts)


@pytest.mark.parametrize(
    "text",
    [
        "王小明要求核对",
        "王 小 明 要求核对",
        "打 13904127356 联系",
        "打 138-0000-1111 联系",
        "手机１３８００００１１１１",
        "座机 024-2345 6789",
        "证件 21010219500101123X",
        "卡号 6217 0000 1234 5678 901",
        "电话 7356412",
    ],
)
def test_words_that_say_who_someone_is_are_told(text):
    assert tells_of(text, name="王小明", phone="7356412")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "投诉单 20261126001",
        "2026-11-26 09:30 的投诉",
        "3 楼 2 号",
        "客户王女士要求改期",
        "工号 100234",
    ],
)
def test_other_words_are_not(text):
    assert not tells_of(text, name="王小明", phone="7356412")


@given(st.text(max_size=60))
@example(text="3 楼 2")  # the digits before a number do not hide it
@example(text="¼")
def test_any_words_can_be_asked_about(text):
    assert tells_of(f"{text} 13904127356", name="", phone="")
