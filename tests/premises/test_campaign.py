"""Polish the sign: what counts as cleaned, repaired and replaced."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from hearth.premises.models import WorkOrder
from hearth.premises.queries.campaign import (
    Span,
    Tally,
    by_area,
    by_unit,
    signs_by_work,
    tallies,
    total,
    units_in_area,
)
from tests.factories import Tree, make_actor, make_tree
from tests.factories_premises import make_order, make_sign

pytestmark = pytest.mark.django_db
SPAN = Span(date(2021, 1, 1), date(2021, 6, 15))


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def numbers(work: str, span: Span = SPAN) -> set[str]:
    return {sign.sign_no for sign in signs_by_work(work, span)}


def done(sign, kind: str, on: date = date(2021, 5, 12), **more) -> WorkOrder:
    said = {"opened_on": date(2020, 12, 1), "done_on": on} | more
    return make_order(sign.unit, sign=sign, kind=kind, **said)


def test_each_sign_is_where_it_belongs(tree: Tree) -> None:
    outlet = tree.east_outlets[0]
    names = ("clean", "before", "after", "refused", "open", "new", "old", "mended", "bare")
    signs = {name: make_sign(outlet, sign_no=name) for name in names if name not in {"new", "old"}}
    signs["new"] = make_sign(outlet, sign_no="new", installed_on=date(2021, 6, 15))
    signs["old"] = make_sign(outlet, sign_no="old", retired_on=date(2021, 6, 15))
    done(signs["clean"], "clean", SPAN.since)
    done(signs["before"], "clean", date(2020, 12, 31))
    done(signs["after"], "clean", date(2021, 6, 16))
    done(signs["refused"], "clean", refused_at=timezone.now())
    make_order(outlet, sign=signs["open"], kind="clean")
    done(signs["old"], "replace", SPAN.day, new_sign=signs["new"])
    done(signs["old"], "clean")
    done(signs["mended"], "repair")
    done(signs["mended"], "repair", date(2021, 6, 1))
    withdrawn = done(signs["bare"], "clean")
    WorkOrder.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    assert numbers("") == set(names) - {"old"}
    assert numbers("cleaned") == {"clean", "new"}
    assert numbers("uncleaned") == set(names) - {"old", "clean", "new"}
    assert numbers("repaired") == {"mended"}
    assert numbers("replaced") == {"old"}
    later = Span(SPAN.since, date(2021, 6, 16))
    assert numbers("cleaned", later) == {"clean", "new", "after"}


def test_counts_by_unit_and_area_are_the_signs_behind_them(tree: Tree) -> None:
    east, west = tree.east_outlets[2], tree.west_outlets[0]
    type(east).objects.filter(pk=east.pk).update(city="沈阳市")
    for number in range(3):
        sign = make_sign(east)
        if number:
            done(sign, "clean")
    done(make_sign(west, retired_on=date(2021, 5, 12)), "replace")
    scope = make_actor("programme_manager").scope
    found = tallies(scope, SPAN)
    assert total(found) == Tally(3, 2, 0, 1)
    assert by_area(found) == {"210100": Tally(3, 2, 0, 0)}
    branches = dict(by_unit(found, [tree.east, tree.west]))
    assert branches == {tree.east: Tally(3, 2, 0, 0), tree.west: Tally(0, 0, 0, 1)}
    assert branches[tree.east].uncleaned == 1
    assert branches[tree.west].share is None
    assert total(tallies(scope, SPAN, tree.east.path)).signs == 3
    assert units_in_area(scope, "210100") == [east.pk]


def test_nobody_counts_what_they_do_not_see(tree: Tree) -> None:
    make_sign(tree.west_outlets[0])
    assert tallies(make_actor("branch_manager", unit=tree.east).scope, SPAN) == []


def test_counting_takes_three_queries(tree: Tree, django_assert_num_queries) -> None:
    for outlet in tree.outlets:
        done(make_sign(outlet), "clean")
    scope = make_actor("programme_manager").scope
    with django_assert_num_queries(3):
        tallies(scope, SPAN)
