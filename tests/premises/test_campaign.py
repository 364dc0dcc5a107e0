"""Polish the sign: what counts as cleaned, repaired and replaced."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from hearth.premises.models import WorkOrder
from hearth.premises.queries.campaign import Span, signs_by_work, units_in_area
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
    assert numbers("cleaned") == {"clean"}
    assert numbers("uncleaned") == set(names) - {"old", "clean"}
    assert numbers("repaired") == {"mended"}
    assert numbers("replaced") == {"old"}
    later = Span(SPAN.since, date(2021, 6, 16))
    assert numbers("cleaned", later) == {"clean", "after"}


def test_units_with_signs_are_found_by_their_prefecture(tree: Tree) -> None:
    east = tree.east_outlets[2]
    type(east).objects.filter(pk=east.pk).update(city="沈阳市")
    scope = make_actor("programme_manager").scope
    assert units_in_area(scope, "210100") == [east.pk]
