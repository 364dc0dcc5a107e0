"""The campaign's numbers are the figures', by unit and by prefecture."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.figures.engine import ask
from hearth.figures.registry import Question
from hearth.premises.queries.campaign import Span
from hearth.web.premises.tallies import KEYS, Tally, by_area, tallies
from tests.factories import Tree, make_tree
from tests.factories_premises import make_order, make_sign

pytestmark = pytest.mark.django_db
SPAN = Span(date(2021, 1, 1), date(2021, 6, 15))


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def done(sign, kind: str) -> None:
    day = date(2021, 5, 12)
    make_order(sign.unit, sign=sign, kind=kind, opened_on=date(2020, 12, 1), done_on=day)


def test_counts_by_unit_and_area_are_the_figures(tree: Tree) -> None:
    east, west = tree.east_outlets[2], tree.west_outlets[0]
    type(east).objects.filter(pk=east.pk).update(city="沈阳市")
    for number in range(3):
        sign = make_sign(east)
        if number:
            done(sign, "clean")
    make_sign(east, installed_on=SPAN.day)  # new, and not cleaned for that
    gone = make_sign(west, retired_on=date(2021, 5, 12))
    done(gone, "replace")
    done(gone, "repair")
    top = tree.province
    found = tallies([top, tree.east, tree.west], SPAN)
    assert found[top.pk] == Tally(2, 4, 1, 1)
    assert found[tree.east.pk] == Tally(2, 4, 0, 0)
    assert found[tree.west.pk] == Tally(0, 0, 1, 1)
    assert (found[tree.east.pk].uncleaned, found[tree.east.pk].share) == (2, 0.5)
    assert found[tree.west.pk].share is None
    assert by_area(top, SPAN) == {"210100": Tally(2, 4, 0, 0)}
    asked = ask(KEYS, Question.about(top, SPAN.day, SPAN.since))
    cleaned, repaired, replaced = (value for _figure, value in asked)
    assert (cleaned.part, cleaned.whole) == (2, 4)
    assert [repaired.number, replaced.number] == [1, 1]


def test_counting_takes_as_many_queries_for_many_outlets(
    tree: Tree, django_assert_num_queries
) -> None:
    for outlet in tree.outlets:
        done(make_sign(outlet), "clean")
    with django_assert_num_queries(3):  # places, and two sources for all levels
        tallies([tree.province, tree.east, tree.west], SPAN)
    with django_assert_num_queries(4):  # places, two sources, and where the units lie
        by_area(tree.province, SPAN)
