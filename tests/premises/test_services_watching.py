"""Whom the night proposes, on readings made so that the answer is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hearth.kernel.calendar import china
from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.platform.models import AuditEvent
from hearth.premises.domain.watch import Measured
from hearth.premises.models import Proposal, Watchlist, WatchlistEntry, WatchRule
from hearth.premises.services.readings import Reading, receive
from hearth.premises.services.watching import BUSINESS_MEAN, look, readings
from tests.factories import make_actor, make_tree, make_unit
from tests.factories_sensors import make_sensor

pytestmark = pytest.mark.django_db
SOURCES = {BUSINESS_MEAN: readings}
AS_OF = date(2021, 2, 24)  # a Wednesday; the Spring Festival was from the 11th to the 17th
# its last ten business days, by hand: the 7th and the 20th are weekend days that were worked
TEN = [date(2021, 2, n) for n in (6 + 1, 8, 9, 10, 18, 19, 20, 22, 23, 24)]


@pytest.fixture
def cold():
    return Watchlist.objects.get(code="cold")


def measure(sensor, by_day, *, every=10, hours=range(9, 17), outside=None):
    """Readings of ``by_day`` (hundredths) in business hours, and ``outside`` them around."""
    rows = []
    for day, centi in by_day.items():
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60 - 480
        for minute in range(0, 1440, every):
            inside = minute // 60 in hours
            if inside or outside is not None:
                value = centi if inside else outside
                rows.append(Reading(sensor.sensor_no, midnight + minute, value))
    receive(actor=operator("mqtt"), readings=rows)


def night(as_of=AS_OF, **sources):
    return look(actor=operator("night"), as_of=as_of, sources=sources or SOURCES)


def proposed(found):
    return {(p.unit.code, p.sort) for p in found.proposed}


def test_the_days_are_those_that_were_worked():
    assert china().last(AS_OF, 10) == TEN


def test_the_night_proposes_exactly_the_outlets_that_are_cold(cold):
    """Twelve outlets with known means; five cold days of ten are needed."""
    branch = make_unit(make_unit(code="P"), code="B")
    expected = set()
    for number in range(12):
        outlet = make_unit(branch, code=f"O{number:02d}")
        sensor = make_sensor(outlet)
        cold_days = number if number <= 10 else 0
        by_day = {day: 1799 if n < cold_days else 1800 for n, day in enumerate(TEN)}
        # cold nights, Sundays and holidays do not count, nor do days before the ten
        by_day |= {date(2021, 2, n): 500 for n in (4, 5, 6, 11, 12, 13, 14, 15, 16, 17, 21)}
        measure(sensor, by_day, outside=400)
        if cold_days >= 5:
            expected.add((outlet.code, "entry"))

    found = night()

    assert proposed(found) == expected
    proposal = Proposal.objects.get(unit__code="O07")
    assert (proposal.as_of, proposal.proposed_by, proposal.status) == (AS_OF, None, "open")
    assert [row["day"] for row in proposal.days] == [day.isoformat() for day in TEN]
    assert [row["meets"] for row in proposal.days] == [True] * 7 + [False] * 3
    assert [row["milli"] for row in proposal.days] == [17_990] * 7 + [18_000] * 3
    assert AuditEvent.objects.filter(action="watchlist.proposed").count() == len(expected)


def test_a_day_with_too_few_readings_is_not_a_cold_day(cold):
    outlet = make_unit(make_unit(make_unit()))
    sensor = make_sensor(outlet)
    measure(sensor, dict.fromkeys(TEN[:4], 1500))
    measure(sensor, dict.fromkeys(TEN[4:], 1500), hours=range(9, 14))  # ten half hours of sixteen

    assert not night().proposed

    measure(sensor, {TEN[9]: 1500}, hours=range(14, 17))
    assert len(night().proposed) == 1


def test_every_reading_of_several_sensors_counts(cold):
    outlet = make_unit(make_unit(make_unit()))
    measure(make_sensor(outlet), dict.fromkeys(TEN, 1700))
    measure(make_sensor(outlet), dict.fromkeys(TEN, 1899))
    measure(make_sensor(outlet, kind="weather", place="城"), dict.fromkeys(TEN, -1500))
    assert len(night().proposed) == 1
    measure(make_sensor(outlet), dict.fromkeys(TEN, 1802))
    assert night().lapsed == 1  # 1700, 1899 and 1802 are 1800.33 in the mean


def test_a_listed_outlet_is_proposed_to_leave_after_ten_warm_days(cold):
    tree = make_tree()
    warm, nearly, new = tree.east_outlets
    for outlet, since in ((warm, TEN[0]), (nearly, TEN[0]), (new, TEN[1])):
        WatchlistEntry.objects.create(
            watchlist=cold, unit=outlet, unit_path=outlet.path, since=since, reason="冷"
        )
        days = dict.fromkeys(TEN, 1900)
        if outlet == nearly:
            days[TEN[5]] = 1799
        measure(make_sensor(outlet), days)

    found = night()

    assert proposed(found) == {("E1", "exit")}
    assert Proposal.objects.get().entry.unit == warm


def test_what_was_measured_before_it_left_does_not_bring_it_back(cold):
    outlet = make_unit(make_unit(make_unit()))
    measure(make_sensor(outlet), dict.fromkeys(TEN, 1500))
    WatchlistEntry.objects.create(
        watchlist=cold,
        unit=outlet,
        unit_path=outlet.path,
        since=date(2021, 1, 4),
        until=TEN[6],
        reason="冷",
    )
    assert not night().proposed

    Proposal.objects.all().delete()
    WatchlistEntry.objects.update(until=TEN[5])
    assert len(night().proposed) == 1


def test_a_proposal_is_made_once_kept_up_to_date_and_lapses(cold):
    outlet = make_unit(make_unit(make_unit()))
    sensor = make_sensor(outlet)
    measure(sensor, dict.fromkeys(TEN[:5], 1500) | dict.fromkeys(TEN[5:], 1900))
    first = night(TEN[8])
    again = night(TEN[9])

    assert len(first.proposed) == 1
    assert not again.proposed
    proposal = Proposal.objects.get()
    assert proposal.as_of == TEN[9]
    assert proposal.days[-1]["day"] == TEN[9].isoformat()

    measure(sensor, {date(2021, 2, 25): 1900})
    assert night(date(2021, 2, 25)).lapsed == 1
    proposal.refresh_from_db()
    assert proposal.status == "lapsed"


def test_silence_ends_no_proposal_but_listing_the_unit_does(cold):
    outlet = make_unit(make_unit(make_unit()))
    measure(make_sensor(outlet), dict.fromkeys(TEN, 1500))
    night()
    assert night(china().after(AS_OF, 9)).lapsed == 0  # the sensor says nothing any more

    WatchlistEntry.objects.create(
        watchlist=cold, unit=outlet, unit_path=outlet.path, since=AS_OF, reason="冷"
    )
    assert night().lapsed == 1


def test_what_a_person_proposed_does_not_lapse(cold):
    outlet = make_unit(make_unit(make_unit()))
    Proposal.objects.create(
        watchlist=cold, unit=outlet, unit_path=outlet.path, sort="entry", as_of=TEN[0], reason="x"
    )
    assert night().lapsed == 0


def test_a_declined_outlet_waits_until_the_rule_sees_other_days(cold):
    outlet = make_unit(make_unit(make_unit()))
    sensor = make_sensor(outlet)
    days = china().business_days(TEN[0], TEN[0] + timedelta(days=40))
    measure(sensor, dict.fromkeys(days, 1500))
    night()
    Proposal.objects.update(status="declined")
    later = china().after(AS_OF, 9)
    assert not night(later).proposed
    assert len(night(china().after(AS_OF, 10)).proposed) == 1


def test_out_of_season_and_before_a_rule_begins_nobody_is_proposed(cold):
    outlet = make_unit(make_unit(make_unit()))
    sensor = make_sensor(outlet)
    april = list(china().business_days(date(2021, 4, 1), date(2021, 5, 1)))
    before = list(china().business_days(date(2020, 10, 1), date(2020, 11, 1)))
    measure(sensor, dict.fromkeys([*april, *before], 1500))

    assert not night(april[-1]).proposed
    assert not night(before[-1]).proposed


def test_a_rule_over_any_figure_asks_its_source():
    make_tree()
    watchlist = Watchlist.objects.create(code="slow", name="慢")
    WatchRule.objects.create(
        watchlist=watchlist,
        sort="entry",
        measure="score.mystery",
        comparison="at_most",
        threshold_milli=80_000,
        days=1,
        of_days=1,
        since=date(2021, 1, 1),
        approved_at=datetime(2021, 1, 1, tzinfo=UTC),
    )

    def figure(rule, units, days):
        assert rule.measure == "score.mystery"
        values = {"E1": 80_000, "E2": 80_001, "W1": 60_000}
        known = [unit for unit in units if unit.code in values]
        return {(unit.pk, day): Measured(values[unit.code]) for unit in known for day in days}

    found = look(actor=operator("night"), as_of=AS_OF, sources={"score.mystery": figure})

    assert proposed(found) == {("E1", "entry"), ("W1", "entry")}
    assert found.skipped == {BUSINESS_MEAN}
    assert "score.mystery" in Proposal.objects.first().reason


def test_the_night_asks_as_much_for_many_outlets_as_for_few(cold, django_assert_max_num_queries):
    branch = make_unit(make_unit())
    for _n in range(30):
        measure(make_sensor(make_unit(branch)), dict.fromkeys(TEN, 1900), every=30)
    assert Unit.objects.outlets().count() == 30
    with django_assert_max_num_queries(25):
        assert not night().proposed


def test_nobody_looks_without_the_permission():
    with pytest.raises(NotAllowed):
        look(actor=make_actor("staff"), as_of=AS_OF, sources=SOURCES)
