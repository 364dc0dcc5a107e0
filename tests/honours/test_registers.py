"""Awards and results from above as they are entered."""

from datetime import date

import pytest

from hearth.honours.models import Award, ExternalRank
from hearth.honours.registers import AWARDS, EXTERNAL_RANKS
from hearth.network.models import Placement
from tests import factories
from tests.factories_ledgers import enter, reasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return factories.make_tree()


@pytest.fixture
def office(tree):
    return factories.make_actor("programme_manager", unit=tree.province)


def test_an_award_holds_from_its_day_until_it_ends(office, tree):
    outlet = tree.outlets[0]
    days = {"granted_on": date(2019, 12, 20), "until": date(2022, 12, 20)}
    row = {"unit": outlet.code, "award": "star", "level": "5"} | days
    assert enter(office, AWARDS, row).created == 1
    held = [Award.objects.held_on(day).count() for day in (date(2019, 12, 19), *days.values())]
    assert held == [0, 1, 0]
    assert AWARDS.cells(Award.objects.get())[3] == date(2019, 12, 20)


def test_what_is_wrong_with_an_award_is_said(office, tree):
    row = {"award": "top100", "granted_on": date(2020, 1, 1)}
    backwards = {"unit": tree.outlets[0].code, "until": date(2020, 1, 1)}
    assert reasons(enter(office, AWARDS, row | backwards)) == ["until"]
    assert reasons(enter(office, AWARDS, row | {"unit": tree.province.code})) == ["unit"]


def rank(unit, **fields):
    row = {"period": "2021Q1", "unit": unit.code, "channel": "head_office", "rank": 7, "of": 37}
    return row | fields


def test_a_result_counts_from_the_last_day_of_its_period(office, tree):
    enter(
        office, EXTERNAL_RANKS, rank(tree.province, score=9410), rank(tree.province, period="2020")
    )
    ends = ExternalRank.objects.order_by("ends_on").values_list("ends_on", flat=True)
    assert list(ends) == [date(2020, 12, 31), date(2021, 3, 31)]
    assert ExternalRank.objects.ended_by(date(2021, 3, 30)).count() == 1


def test_a_result_lies_where_the_unit_lay_at_the_period_s_end(office, tree):
    outlet = tree.outlets[0]
    Placement.objects.filter(unit=outlet).update(valid_to=date(2021, 4, 1))
    Placement.objects.create(
        unit=outlet,
        parent=tree.province,
        path=tree.province.path + "9999",
        valid_from=date(2021, 4, 1),
    )
    enter(office, EXTERNAL_RANKS, rank(outlet), rank(outlet, period="2021Q2"))
    paths = dict(ExternalRank.objects.values_list("period", "unit_path"))
    assert paths == {"2021Q1": outlet.path, "2021Q2": tree.province.path + "9999"}


def test_nobody_is_ranked_below_the_last(office, tree):
    assert reasons(enter(office, EXTERNAL_RANKS, rank(tree.province, rank=38))) == ["rank"]
