"""Pages of knowledge tests, by client."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.learning.models import Sitting
from hearth.learning.registers import ATTEMPTS, SITTINGS
from hearth.network.actors import operator
from hearth.network.models import Post
from tests.factories import client_as, make_person, make_tree
from tests.factories_ledgers import enter

pytestmark = pytest.mark.django_db

APRIL = date(2021, 4, 12)
DAYS = {"since": "2021-01-01", "on": "2021-06-22"}


@pytest.fixture
def tree():
    return make_tree()


def english(*roles, unit=None):
    client = client_as(*roles, unit=unit)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def text(answer):
    return " ".join(answer.content.decode().split())


def staff(unit, count, **fields):
    fields = {"is_basic_operations": True} | fields
    return [make_person(unit, **fields) for _n in range(count)]


def sat(tree, people, code="S1", on=APRIL, branch=None, score=9000):
    row = {"sitting": code, "branch": (branch or tree.east).code, "paper": "P", "held_on": on}
    enter(operator("x"), SITTINGS, row)
    rows = [
        {"sitting": code, "staff_no": one.staff_no, "score": score, "out_of": 10_000}
        for one in people
    ]
    assert enter(operator("x"), ATTEMPTS, *rows).created == len(rows)
    return Sitting.objects.get(code=code)


@pytest.fixture
def world(tree):
    """Four to cover in the east, three of them covered; two in the west, none of them."""
    east = staff(tree.east_outlets[0], 3) + staff(tree.east_outlets[1], 1)
    staff(tree.west_outlets[0], 2)
    staff(tree.east_outlets[0], 1, is_basic_operations=False)
    staff(tree.east_outlets[0], 1, left_on=date(2021, 5, 1))
    sat(tree, east[:3])
    return east


def test_the_share_is_told_with_who_is_missing(tree, world):
    page = text(english("programme_manager").get(at("coverage"), DAYS))
    assert "3 of 6 basic operations staff have sat a test: 50.0%." in page
    assert "<strong>3</strong> people have not yet." in page
    assert "<svg" in page
    below = text(english("programme_manager").get(at("coverage"), DAYS | {"under": "E"}))
    assert "3 of 4 basic operations staff have sat a test: 75.0%." in below


def test_before_the_test_nobody_and_another_year_nobody_is_covered(tree, world):
    office = english("programme_manager")
    early = text(office.get(at("coverage"), DAYS | {"on": "2021-04-11"}))
    assert "0 of 7 basic operations staff have sat a test: 0.0%." in early
    later = office.get(at("coverage"), {"since": "2022-01-01", "on": "2022-01-02"})
    assert "0 of 6 basic operations staff" in text(later)
    assert "0 of 6" in text(office.get(at("coverage"), {"since": "soon", "on": ""}))


def test_a_branch_sees_itself_and_an_outlet_too(tree, world):
    east = english("branch_manager", unit=tree.east)
    assert "3 of 4 basic operations staff" in text(east.get(at("coverage"), DAYS))
    head = english("outlet_head", unit=tree.east_outlets[0])
    assert "All 3 basic operations staff have sat a test." in text(head.get(at("coverage"), DAYS))
    assert head.get(at("coverage"), DAYS | {"under": "W"}).status_code == 404
    assert english("inspector").get(at("coverage")).status_code == 403


def test_without_staff_it_says_what_to_do(tree):
    page = text(english("programme_manager").get(at("coverage"), DAYS))
    assert "No basic operations staff are on record" in page
    assert "Mark who belongs to basic operations" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 6), ({"state": "missing"}, 3), ({"state": "covered"}, 3), ({"under": "W"}, 2)],
)
def test_people_are_listed_by_name_and_leave_as_a_sheet(tree, world, query, count):
    office = english("programme_manager")
    page = office.get(at("people"), DAYS | query)
    assert page.context["page_obj"].paginator.count == count
    lines = office.get(at("people-export"), DAYS | query | {"format": "csv"})
    assert len(lines.getvalue().decode().splitlines()) == count + 1


def test_a_name_finds_its_person_and_nobody_says_so(tree, world):
    office = english("programme_manager")
    found = office.get(at("people"), DAYS | {"q": world[0].staff_no})
    assert [post.person for post, _attempt, _may_open in found.context["rows"]] == [world[0]]
    assert "Nobody matches" in text(office.get(at("people"), DAYS | {"q": "zzz"}))


def test_lists_cost_the_same_with_many_rows(tree, world):
    office = english("programme_manager")

    def cost(name):
        with CaptureQueriesContext(connection) as asked:
            assert office.get(at(name), DAYS).status_code == 200
        return len(asked)

    names = ("coverage", "people", "sittings")
    for name in names:
        cost(name)
    before = [cost(name) for name in names]
    more = staff(tree.east_outlets[2], 20)
    for number in range(6):
        sat(tree, more[number : number + 3], code=f"M{number}")
    assert [cost(name) for name in names] == before


def test_a_sitting_shows_results_by_unit_and_names_only_to_who_sees_staff(tree, world):
    one = Sitting.objects.get()
    page = text(english("branch_manager", unit=tree.east).get(at("sitting", one.pk)))
    assert "<strong>3</strong> people sat it and reached <strong>90.0%</strong>" in page
    assert world[0].name in page
    plain = text(english("staff", unit=tree.east).get(at("sitting", one.pk)))
    assert "<strong>3</strong> people" in plain
    assert world[0].name not in plain
    assert english("branch_manager", unit=tree.west).get(at("sitting", one.pk)).status_code == 404


def test_a_sitting_is_a_link_only_where_it_can_be_read(tree, world):
    address = at("sitting", Sitting.objects.get().pk)
    office = english("programme_manager").get(at("people"), DAYS)
    assert address in office.content.decode()
    unit = Post.objects.get(person=world[0]).unit
    head = english("outlet_head", unit=unit)
    page = head.get(at("people"), DAYS).content.decode()
    assert "2021-04-12" in page
    assert address not in page
    assert head.get(address).status_code == 404


def test_sittings_are_listed_with_what_they_came_to(tree, world):
    sat(tree, [], code="S2", on=date(2021, 5, 3), branch=tree.west)
    page = text(english("programme_manager").get(at("sittings")))
    assert "2 sittings were held." in page
    assert "90.0%" in page
    empty = Sitting.objects.get(code="S2")
    assert "No result is entered yet." in text(
        english("programme_manager").get(at("sitting", empty.pk))
    )


def test_without_sittings_it_says_what_to_do(tree):
    assert "No sitting yet" in text(english("programme_manager").get(at("sittings")))
