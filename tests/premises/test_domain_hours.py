from hypothesis import given
from hypothesis import strategies as st

from hearth.premises.domain.hours import Hour, Pulse, Sum, advance

readings = st.lists(st.tuples(st.integers(0, 59), st.integers(-6000, 8000)), max_size=200)


@given(readings)
def test_an_hour_is_the_sums_of_the_first_reading_of_each_minute(came):
    first: dict[int, int] = {}
    hour = Hour()
    for minute, centi in came:
        assert hour.add(minute, centi) is (minute not in first)
        first.setdefault(minute, centi)

    early = [centi for minute, centi in first.items() if minute < 30]
    late = [centi for minute, centi in first.items() if minute >= 30]
    assert (hour.count_first, hour.total_first) == (len(early), sum(early))
    assert (hour.count_second, hour.total_second) == (len(late), sum(late))
    assert [n for n in range(60) if hour.minutes >> n & 1] == sorted(first)
    if first:
        assert (hour.lowest, hour.highest) == (min(first.values()), max(first.values()))


@given(readings)
def test_what_comes_twice_changes_nothing(came):
    once, twice = Hour(), Hour()
    for minute, centi in came:
        once.add(minute, centi)
    for minute, centi in [*came, *came]:
        twice.add(minute, centi)
    assert once == twice


def test_sums_add_up_and_an_empty_one_has_no_mean():
    assert (Sum(2, 3600, 1) + Sum(1, 1500, 1)).mean_centi == 1700
    assert Sum().mean_centi is None


def test_a_pulse_follows_the_newest_reading():
    pulse = advance(None, [(0, 1800), (1, 1800), (2, 1800), (5, 1810)])

    assert pulse == Pulse(minute=5, centi=1810, same_since=5)


def test_a_sensor_that_says_the_same_is_known_since_when():
    assert advance(None, [(n, 1800) for n in range(100)]).same_since == 0


def test_a_late_reading_leaves_the_pulse_alone():
    before = Pulse(100, 1800, 90)

    assert advance(before, [(99, 500), (100, 500)]) == Pulse(100, 1800, 90)


def test_a_leap_is_five_degrees_between_neighbours():
    assert advance(None, [(0, 1800), (1, 2299)]).jumps == 0
    leapt = advance(None, [(0, 1800), (1, 2300), (2, 1700)])
    assert (leapt.jump_minute, leapt.jump_centi, leapt.jumps) == (2, -600, 2)
    assert advance(None, [(0, 1800), (31, 2600)]).jumps == 0
