import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.wire import Message, latest_minute, minute_of, read_message

NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
LATEST = latest_minute(NOW)
MORNING = minute_of(datetime(2021, 1, 12, 1, 30, tzinfo=UTC))


def read(payload):
    return read_message(payload if isinstance(payload, bytes) else payload.encode(), LATEST)


@pytest.mark.parametrize(
    "at",
    ['"2021-01-12T09:30:00+08:00"', '"2021-01-12T01:30:59Z"', "1610415000", "1610415059"],
)
def test_a_message_holds_one_reading(at):
    assert read(f'{{"at": {at}, "celsius": 17.4}}') == Message([MORNING], [1740])


@pytest.mark.parametrize(
    ("celsius", "centi"), [("17", 1700), ("17.35", 1735), ("-3.5", -350), ("17.349", 1735)]
)
def test_degrees_become_hundredths(celsius, centi):
    assert read(f'{{"at": 1610415000, "celsius": {celsius}}}') == Message([MORNING], [centi])


@given(st.integers(-6000, 8000))
def test_two_decimals_are_exact(centi):
    assert read(json.dumps({"at": 1610415000, "celsius": centi / 100})) == Message(
        [MORNING], [centi]
    )


def test_a_message_may_hold_many_and_a_bad_one_spoils_no_other():
    said = [
        {"at": 1610415000, "celsius": 17.4},
        {"at": 1610415060},
        {"at": 1610415120, "celsius": 99},
    ]
    assert read(json.dumps(said)) == Message([MORNING], [1740], ["malformed", "out_of_range"])


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "at": st.sampled_from([1610415000, "2021-01-12T01:30:00Z", True, 0, "so", None]),
                "celsius": st.sampled_from([17, 17.25, -60.01, float("nan"), "17", False]),
            }
        )
    )
)
def test_a_list_is_read_as_its_readings_one_by_one(said):
    """The short way of a list in which all is plain, and the long way of any other."""
    alone = [read(json.dumps(one)) for one in said]

    assert read(json.dumps(said)) == Message(
        [minute for one in alone for minute in one.minutes],
        [centi for one in alone for centi in one.centis],
        [fault for one in alone for fault in one.faults],
    )


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"17.4", "malformed"),
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"at": "2021-01-12T09:30:00", "celsius": 17}', "malformed"),  # no offset
        (b'{"at": true, "celsius": 17}', "malformed"),
        (b'{"at": 1610415000, "celsius": "17"}', "malformed"),
        (b'{"at": 1610415000, "celsius": NaN}', "out_of_range"),
        (b'{"at": 1610415000, "celsius": 1e400}', "out_of_range"),
        (b'{"at": 1610415000, "celsius": -60.01}', "out_of_range"),
        (b'{"at": 0, "celsius": 17}', "bad_time"),
        (b'{"at": "2021-03-02T12:01:00Z", "celsius": 17}', "bad_time"),
        (b'{"at": 99999999999999999999, "celsius": 17}', "bad_time"),
    ],
)
def test_what_cannot_be_read_is_said(payload, fault):
    assert read(payload) == Message(faults=[fault])


def test_a_message_of_too_many_readings_is_refused_whole():
    payload = json.dumps([{"at": 1610415000, "celsius": 17}] * 10_001)
    assert read(payload) == Message(faults=["malformed"])


@given(st.binary(max_size=200))
def test_no_message_breaks_the_reader(payload):
    found = read(payload)
    assert len(found.minutes) == len(found.centis)
