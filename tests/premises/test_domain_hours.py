import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.hours import (
    JUMP_CENTI,
    JUMP_MINUTES,
    Hour,
    Pulse,
    Readings,
    Sum,
    advance,
)

centis = st.integers(-6000, 8000)
some = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 200), centis), max_size=200)


def readings(came):
    columns = [np.array([one[n] for one in came], np.int64) for n in range(3)]
    return Readings(*columns)


def of_one(came):
    return readings([(7, minute, centi) for minute, centi in came])


def one_by_one(pulse, came):
    """What ``advance`` does for all at once, in plain words."""
    for minute, centi in came:
        if pulse is None:
            pulse = Pulse(minute, centi, minute)
            continue
        gap, change = minute - pulse.minute, centi - pulse.centi
        if gap <= 0:
            continue
        if gap <= JUMP_MINUTES and abs(change) >= JUMP_CENTI:
            pulse = pulse._replace(jump_minute=minute, jump_centi=change, jumps=pulse.jumps + 1)
        if change:
            pulse = pulse._replace(same_since=minute)
        pulse = pulse._replace(minute=minute, centi=centi)
    return pulse


@given(some)
def test_hours_are_the_sums_of_the_first_reading_of_each_minute(came):
    first: dict[tuple[int, int], int] = {}
    for sensor, minute, centi in came:
        first.setdefault((sensor, minute), centi)

    rows = readings(came)
    hours = rows.hours()

    assert (rows.came, len(rows)) == (len(came), len(first))
    assert list(hours) == rows.hour_keys() == sorted({(s, minute // 60) for s, minute in first})
    for (sensor, number), hour in hours.items():
        said = {m % 60: c for (s, m), c in first.items() if (s, m // 60) == (sensor, number)}
        early = [centi for minute, centi in said.items() if minute < 30]
        late = [centi for minute, centi in said.items() if minute >= 30]
        assert (hour.count_first, hour.total_first) == (len(early), sum(early))
        assert (hour.count_second, hour.total_second) == (len(late), sum(late))
        assert [n for n in range(60) if hour.minutes >> n & 1] == sorted(said)
        assert (hour.lowest, hour.highest) == (min(said.values()), max(said.values()))


@given(some, some)
def test_what_came_before_and_what_comes_now_are_what_comes_together(before, now):
    stored = readings(before).hours()
    rows = readings(now)
    rows.leave_out([stored[key].minutes if key in stored else 0 for key in rows.hour_keys()])

    merged = stored | {key: stored.get(key, Hour()) | hour for key, hour in rows.hours().items()}

    assert merged == readings([*before, *now]).hours()


def test_sums_add_up_and_an_empty_one_has_no_mean():
    assert (Sum(2, 3600, 1) + Sum(1, 1500, 1)).mean_centi == 1700
    assert Sum().mean_centi is None


@given(some, some)
def test_pulses_follow_the_newest_reading(before, now):
    known = advance({}, readings(before))
    first, then = readings(before), readings(now)

    found = known | advance(known, then)

    for sensor in {1, 2, 3}:
        pulse = None
        for rows in (first, then):
            of_it = rows.sensors == sensor
            said = zip(rows.minutes[of_it].tolist(), rows.centis[of_it].tolist(), strict=True)
            pulse = one_by_one(pulse, said)
        assert found.get(sensor) == pulse


def test_a_sensor_that_says_the_same_is_known_since_when():
    assert advance({}, of_one([(n, 1800) for n in range(100)]))[7].same_since == 0


def test_a_late_reading_leaves_the_pulse_alone():
    assert advance({7: Pulse(100, 1800, 90)}, of_one([(99, 500), (100, 500)])) == {}


def test_a_leap_is_five_degrees_between_neighbours():
    assert advance({}, of_one([(0, 1800), (1, 2299)]))[7].jumps == 0
    leapt = advance({}, of_one([(0, 1800), (1, 2300), (2, 1700)]))[7]
    assert (leapt.jump_minute, leapt.jump_centi, leapt.jumps) == (2, -600, 2)
    assert advance({}, of_one([(0, 1800), (31, 2600)]))[7].jumps == 0
