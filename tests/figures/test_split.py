"""Figures broken down and narrowed, and parts put together."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.figures.engine import joined, split, values
from hearth.figures.registry import Value
from tests.factories import make_tree
from tests.factories_outreach import DAY, make_activity

YEAR = (date(2021, 12, 31), date(2021, 1, 1))
KEYS = ("activities.sessions", "activities.persons")


@pytest.fixture
def tree():
    return make_tree()


@pytest.mark.django_db
def test_the_parts_of_a_figure_are_its_rows_by_kind_day_and_unit(tree):
    east, west = tree.east_outlets[0], tree.west_outlets[0]
    make_activity(east, persons=10)
    make_activity(east, "training", persons=5, on=date(2021, 6, 1))
    make_activity(west, persons=2)

    kinds = split(KEYS, [tree.province, tree.east, east], YEAR, "kind")
    days = split(KEYS, [tree.province], YEAR, "day", {"kind": "lecture"})
    units = split(KEYS, [tree.province], YEAR, "unit")

    for unit, lectures in ((tree.province, 2), (tree.east, 1), (east, 1)):
        found = kinds["activities.sessions", unit.pk]
        assert {kind: value.number for kind, value in found.items()} == {
            "lecture": lectures,
            "training": 1,
        }
    persons = days["activities.persons", tree.province.pk]
    assert {day: value.number for day, value in persons.items()} == {DAY: 12}
    sessions = units["activities.sessions", tree.province.pk]
    assert {pk: value.number for pk, value in sessions.items()} == {east.pk: 2, west.pk: 1}


@pytest.mark.django_db
def test_a_figure_is_narrowed_to_a_part(tree):
    make_activity(tree.east_outlets[0], persons=10)
    make_activity(tree.east_outlets[0], "training", persons=5)

    found = values(KEYS, [tree.east], *YEAR, {"kind": "training"})

    assert [found[key, tree.east.pk].number for key in KEYS] == [1, 5]


@pytest.mark.django_db
def test_what_a_source_is_not_split_by_is_refused(tree):
    with pytest.raises(KeyError):
        split(KEYS, [tree.east], YEAR, "colour")
    with pytest.raises(KeyError):
        values(KEYS, [tree.east], *YEAR, {"colour": "red"})


PAIRS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6)


@given(PAIRS)
def test_shares_join_by_their_parts(pairs):
    found = joined(Value(None, whole, min(part, whole), whole) for part, whole in pairs)

    whole = sum(whole for _part, whole in pairs)
    if not pairs:
        assert found == Value(None, 0)
    else:
        part = sum(min(pair) for pair in pairs)
        assert (found.part, found.whole, found.records) == (part, whole, whole)
        assert found.number == (Decimal(100 * part) / whole if whole else None)


def test_counts_join_and_nothing_stays_nothing():
    assert joined([Value(Decimal(2), 2), Value(None, 0), Value(Decimal(3), 3)]) == Value(
        Decimal(5), 5
    )
    assert joined([Value(None, 0)]) == Value(None, 0)
