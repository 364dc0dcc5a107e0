import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.wire import Unread, latest_minute, minute_of, read_message

NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
LATEST = latest_minute(NOW)
MORNING = minute_of(datetime(2021, 1, 12, 1, 30, tzinfo=UTC))


def read(payload):
    return list(read_message(payload if isinstance(payload, bytes) else payload.encode(), LATEST))


@pytest.mark.parametrize(
    "at",
    ['"2021-01-12T09:30:00+08:00"', '"2021-01-12T01:30:59Z"', "1610415000", "1610415059"],
)
def test_a_message_holds_one_reading(at):
    assert read(f'{{"at": {at}, "celsius": 17.4}}') == [(MORNING, 1740)]


@pytest.mark.parametrize(
    ("celsius", "centi"), [("17", 1700), ("17.35", 1735), ("-3.5", -350), ("17.349", 1735)]
)
def test_degrees_become_hundredths(celsius, centi):
    assert read(f'{{"at": 1610415000, "celsius": {celsius}}}') == [(MORNING, centi)]


@given(st.integers(-6000, 8000))
def test_two_decimals_are_exact(centi):
    assert read(json.dumps({"at": 1610415000, "celsius": centi / 100})) == [(MORNING, centi)]


def test_a_message_may_hold_many_and_a_bad_one_spoils_no_other():
    said = [
        {"at": 1610415000, "celsius": 17.4},
        {"at": 1610415060},
        {"at": 1610415120, "celsius": 99},
    ]
    first, second, third = read(json.dumps(said))

    assert first == (MORNING, 1740)
    assert isinstance(second, Unread)
    assert second.fault == "malformed"
    assert third.fault == "out_of_range"


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
    (one,) = read(payload)
    assert isinstance(one, Unread)
    assert one.fault == fault


def test_a_message_of_too_many_readings_is_refused_whole():
    (one,) = read(json.dumps([{"at": 1610415000, "celsius": 17}] * 10_001))
    assert one.fault == "malformed"


@given(st.binary(max_size=200))
def test_no_message_breaks_the_reader(payload):
    for one in read(payload):
        assert isinstance(one, Unread | tuple)
