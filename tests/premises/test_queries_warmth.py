"""What the pages ask: sums of business hours, a day of all halls, an effect, health."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from hearth.kernel.calendar import china
from hearth.network.actors import operator
from hearth.network.scope import Scope
from hearth.premises.domain.business import Hours
from hearth.premises.domain.health import Limits
from hearth.premises.domain.hours import Sum
from hearth.premises.models import Watchlist, WatchlistEntry
from hearth.premises.queries.health import counts, sensors_with_condition
from hearth.premises.queries.temperatures import business_sums, hourly, weather_sums, zone
from hearth.premises.queries.warmth import city_of, daily, effect_of, halls, norm_on
from hearth.premises.services.readings import Reading, receive
from tests.factories import make_tree, make_unit
from tests.factories_sensors import at, make_sensor, take

pytestmark = pytest.mark.django_db
DAY = date(2021, 1, 12)
NINE = at(2021, 1, 12, 1)  # in China
EVERYWHERE = Scope(("",))


def fill(sensor, by_day, *, every=30):
    rows = []
    for day, centi in by_day.items():
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60 - 480
        rows += [
            Reading(sensor.sensor_no, midnight + minute, centi)
            for minute in range(540, 1020, every)
        ]
    receive(actor=operator("mqtt"), readings=rows)


def test_business_hours_begin_and_end_by_the_half_hour():
    unit = make_unit()
    # 8:59, 9:29, 9:30, 16:29, 16:30
    minutes = [NINE - 1, NINE + 29, NINE + 30, NINE + 449, NINE + 450]
    take(make_sensor(unit), list(zip(minutes, (1, 10, 100, 1000, 2000), strict=True)))

    def sums(opens, closes):
        return business_sums([unit.pk], [DAY], Hours(zone(), opens, closes))[unit.pk, DAY]

    assert sums(time(9), time(16, 30)) == Sum(3, 10 + 100 + 1000, 3)
    assert sums(time(9, 30), time(17)) == Sum(3, 100 + 1000 + 2000, 3)
    assert sums(time(9, 30), time(16, 30)) == Sum(2, 100 + 1000, 2)
    assert sums(time(8, 30), time(9)) == Sum(1, 1, 1)


def test_days_are_those_of_the_network_not_of_utc():
    unit = make_unit()
    take(make_sensor(unit), [(at(2021, 1, 11, 23, 30), 1700), (at(2021, 1, 12, 0), 1800)])
    early = Hours(zone(), time(7), time(9))

    assert business_sums([unit.pk], [DAY], early) == {(unit.pk, DAY): Sum(2, 3500, 2)}


def test_a_day_of_all_halls_has_the_coldest_first_and_the_unmeasured_last():
    tree = make_tree()
    one, two, three = (make_sensor(unit) for unit in tree.east_outlets)
    west = make_sensor(tree.west_outlets[0])
    fill(one, {DAY: 1800})
    fill(two, {DAY: 1650})
    fill(west, {DAY: 1000})

    found = halls(Scope((tree.east.path,)), DAY, norm_on(DAY))

    assert [(hall.code, hall.mean_centi, hall.is_cold) for hall in found] == [
        ("E2", 1650, True),
        ("E1", 1800, False),
        ("E3", None, False),
    ]
    assert three.unit.code == "E3"


def test_the_norm_is_that_of_the_rule_in_force():
    assert norm_on(DAY).centi == 1800
    assert (norm_on(DAY).hours.opens, norm_on(DAY).hours.closes) == (time(9), time(17))
    assert norm_on(date(2019, 1, 1)).centi == 1800


def test_the_weather_of_a_unit_is_that_of_its_city_or_its_branchs():
    tree = make_tree()
    sensor = make_sensor(tree.east, kind="weather", place="东城市")
    take(sensor, [(at(2021, 1, 11, 16), -2000), (at(2021, 1, 12, 4), -1000)])
    outlet = tree.east_outlets[2]
    assert outlet.city == ""
    assert city_of(outlet) == "东城市"
    assert weather_sums(["东城市", ""], [DAY]) == {("东城市", DAY): Sum(2, -3000, 2)}

    shown = daily(outlet, [DAY], norm_on(DAY))
    assert shown.outside[DAY].mean_centi == -1500
    assert not shown.inside


def test_the_hours_of_several_sensors_are_one_line():
    unit = make_unit()
    one, two = make_sensor(unit), make_sensor(unit)
    take(one, [(NINE, 1700), (NINE + 45, 1760)])
    take(two, [(NINE, 1900), (NINE + 60, 2000)])

    first, second = hourly([one.pk, two.pk], DAY, date(2021, 1, 13))

    assert (first.at.hour, first.count, first.lowest, first.highest) == (9, 3, 1700, 1900)
    assert first.mean_centi == pytest.approx((1700 + 1760 + 1900) / 3)
    assert (second.at.hour, second.mean_centi) == (10, 2000)
    assert hourly([one.pk], date(2021, 1, 13), date(2021, 1, 14)) == []


def test_a_measure_is_seen_beside_similar_outlets_and_not_in_the_weather():
    """All halls warm by one degree with the month; the mended one by three more."""
    province = make_unit(code="P")
    branch, far = make_unit(province, code="B"), make_unit(province, code="F")
    done = date(2021, 1, 12)
    calendar = china()
    before = calendar.last(date(2021, 1, 11), 20)
    after = [calendar.after(done, n) for n in range(1, 21)]
    mended = make_unit(branch, kind="综合网点")
    fill(make_sensor(mended), dict.fromkeys(before, 1500) | dict.fromkeys(after, 1900))
    for number in range(4):
        other = make_unit(branch, kind="综合网点")
        days = dict.fromkeys(before, 1800) | dict.fromkeys(after, 1900 + number)
        fill(make_sensor(other), days)
    # none of these is similar: another kind, another branch, and one where something was done
    fill(
        make_sensor(make_unit(branch, kind="轻型网点")),
        dict.fromkeys(before, 100) | dict.fromkeys(after, 2500),
    )
    fill(
        make_sensor(make_unit(far, kind="综合网点")),
        dict.fromkeys(before, 100) | dict.fromkeys(after, 2500),
    )
    treated = make_unit(branch, kind="综合网点")
    fill(make_sensor(treated), dict.fromkeys(before, 100) | dict.fromkeys(after, 2500))
    for unit, day in ((mended, done), (treated, date(2021, 1, 20))):
        WatchlistEntry.objects.create(
            watchlist=Watchlist.objects.get(code="cold"),
            unit=unit,
            unit_path=unit.path,
            since=date(2021, 1, 4),
            reason="冷",
            measure_done_on=day,
        )

    found = effect_of(mended, done)

    assert found.near
    assert found.effect.own.centi == pytest.approx(400)
    assert found.effect.others_centi == pytest.approx(101.5)
    assert found.effect.centi == pytest.approx(298.5)
    assert found.effect.exceeded == 4
    assert found.weather is None


def test_where_the_branch_has_too_few_the_whole_network_is_compared():
    province = make_unit()
    unit = make_unit(make_unit(province), kind="综合网点")
    make_unit(make_unit(province), kind="综合网点")

    found = effect_of(unit, DAY)

    assert not found.near
    assert found.effect is None


def test_sensors_that_need_a_look_are_told_apart():
    unit = make_unit()
    well, silent, stuck, jumping, never = (make_sensor(unit) for _n in range(5))
    now = at(2021, 1, 14)
    take(well, [(now - 61, 1800), (now - 1, 1810)])
    take(silent, [(now - 6 * 60 - 1, 1800)])
    take(stuck, [(minute, 1800) for minute in range(now - 24 * 60 - 1, now, 60)])
    take(jumping, [(now - 61, 1800), (now - 60, 2500), (now - 1, 2500)])
    make_sensor(unit, until=date(2021, 1, 1))

    sensors = sensors_with_condition(EVERYWHERE, date(2021, 1, 14), now, Limits())

    assert {one.pk: one.condition for one in sensors} == {
        well.pk: "well",
        silent.pk: "silent",
        stuck.pk: "stuck",
        jumping.pk: "jumping",
        never.pk: "silent",
    }
    assert counts(sensors) == {"silent": 2, "stuck": 1, "jumping": 1, "well": 1}
    assert not sensors_with_condition(Scope(), date(2021, 1, 14), now, Limits()).exists()
