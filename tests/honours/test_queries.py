"""Awards over time, and changes of results from above."""

from datetime import date

import pytest

from hearth.honours.models import Award, AwardScheme, ExternalRank
from hearth.honours.queries import change, ended, ending, held, results_of
from hearth.network.scope import Scope
from tests.factories import make_tree

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 22)


@pytest.fixture
def tree():
    return make_tree()


def award(unit, until, **fields):
    fields = {"award": "star", "since": date(2019, 1, 1)} | fields
    fields["award"] = AwardScheme.objects.get(code=fields["award"])
    return Award.objects.create(unit=unit, unit_path=unit.path, until=until, **fields)


def rank(unit, period, place, score=None, of=37):
    ends = {"2020": date(2020, 12, 31), "2021Q1": date(2021, 3, 31), "2021Q2": date(2021, 6, 30)}
    return ExternalRank.objects.create(
        unit=unit,
        unit_path=unit.path,
        period=period,
        ends_on=ends[period],
        channel="head_office",
        rank=place,
        of=of,
        score_centi=score,
    )


def test_awards_are_held_end_soon_or_have_ended(tree):
    one, two, three, west, _last = tree.outlets
    good = award(one, None)
    soon = award(two, date(2021, 7, 1))
    gone = award(three, date(2021, 6, 22))
    award(west, date(2021, 1, 1))
    scope = Scope((tree.province.path,))
    assert set(held(scope, DAY)) == {good, soon}
    assert list(ending(scope, DAY, 9)) == [soon]
    assert not ending(scope, DAY, 8).exists()
    assert list(ended(scope, DAY, 30)) == [gone]
    assert not held(Scope((tree.west.path,)), DAY).exists()


def test_a_result_is_told_against_any_earlier_one(tree):
    rank(tree.province, "2020", 17, 9150)
    rank(tree.province, "2021Q1", 14)
    rank(tree.province, "2021Q2", 12, 9300, of=36)
    rows = results_of(Scope((tree.province.path,)), "head_office")
    latest = change(rows)
    assert (latest.places, latest.centi, latest.is_comparable) == (2, None, False)
    year = change(rows, "2020")
    assert (year.places, year.centi) == (5, 150)
    assert change(rows, "2019") is None
    assert change(rows[:1]) is None
    assert change([]) is None


def test_what_was_published_of_the_whole_is_for_all_below_and_not_beside(tree):
    whole, east = rank(tree.province, "2020", 17), rank(tree.east, "2020", 3)
    outlet = Scope((tree.west_outlets[0].path,))
    assert results_of(outlet, "head_office") == [whole]
    assert results_of(Scope((tree.east_outlets[0].path,)), "head_office") == [whole, east]
    assert results_of(Scope(), "head_office") == []
    assert results_of(outlet, "video") == []
