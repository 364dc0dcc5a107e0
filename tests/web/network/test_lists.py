"""Finding units: the list, the tree of a day, suggestions, exports; and staff."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from hearth.network.models import Person
from hearth.network.services import units as services
from hearth.network.services.rows import UnitRow
from hearth.platform.models import AuditEvent
from tests.factories import client_as, make_actor, make_person, make_tree, make_unit, make_user
from tests.factories_network import make_closing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


def english(who, **kwargs):
    client = client_as(who, **kwargs)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def client(tree):
    return english("programme_manager")


def body(response):
    """The file of a download, which is closed as a server would close it."""
    content = response.getvalue()
    for close in response._resource_closers:
        close()
    return content


def codes(response):
    return [unit.code for unit in response.context["page_obj"]]


# --- who may ------------------------------------------------------------------------------------

PAGES = {
    "/network/": "network.view",
    "/network/tree/": "network.view",
    "/network/map/": "network.view",
    "/network/units/E1/": "network.view",
    "/network/options/?q=e": "network.view",
    "/network/export/": "exchange.export",
    "/network/people/": "people.view",
    "/network/people/export/": "exchange.export",
    "/network/new/": "network.edit",
    "/network/units/E1/edit/": "network.edit",
    "/network/units/E1/move/": "network.edit",
    "/network/units/E1/merge/": "network.edit",
    "/network/units/E1/close/": "network.edit",
    "/network/units/E1/reopen/": "network.edit",
}


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_sign_in(tree, path):
    response = Client().get(path)
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("programme_manager", set(PAGES.values())),
        ("branch_manager", {"network.view", "people.view", "exchange.export"}),
        ("inspector", {"network.view"}),
        ("mystery_shopper", set()),
        ("system_admin", set()),
    ],
)
def test_pages_open_by_permission(tree, role, allowed):
    client = client_as(role)
    found = {}
    for path in PAGES:
        response = client.get(path)
        found[path] = response.status_code
        if "export" in path and response.status_code == 200:
            body(response)
    assert found == {path: 200 if needs in allowed else 403 for path, needs in PAGES.items()}


# --- the list -----------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(client, tree):
    def found(**query):
        return codes(client.get("/network/", query))

    assert found() == ["P", "E", "ES", "E3", "E1", "E2", "W", "W1", "W2"]
    assert found(q="dhflc") == ["E3"]
    assert found(q="E1") == ["E1"]
    assert found(q="东湖") == ["ES", "E3"]
    assert found(q="donghu") == ["ES", "E3"]
    assert found(branch="W", level="outlet") == ["W1", "W2"]
    assert found(kind="轻型网点") == ["E3", "E2"]
    assert found(q="nothing like it") == []


def test_closed_units_are_found_by_their_state(client, tree):
    office = make_actor("programme_manager")
    services.close_unit(office, tree.west_outlets[0], date(2021, 6, 1), version=1, reason="x")
    assert codes(client.get("/network/", {"state": "closed"})) == ["W1"]
    assert "W1" not in codes(client.get("/network/", {"state": "open"}))


def test_a_filter_that_makes_no_sense_narrows_nothing(client):
    assert len(codes(client.get("/network/", {"level": "county", "branch": "X9"}))) == 9


def test_a_branch_sees_itself_and_below_only(tree):
    client = client_as("branch_manager", unit=tree.east)
    assert codes(client.get("/network/")) == ["E", "ES", "E3", "E1", "E2"]
    assert client.get("/network/units/W1/").status_code == 404
    assert client.get("/network/tree/?under=W").status_code == 404


def test_htmx_gets_the_list_alone_and_it_is_the_same(client):
    whole = client.get("/network/", {"q": "东湖"})
    part = client.get("/network/", {"q": "东湖"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part.content.decode().strip() in whole.content.decode()


def test_scores_of_the_latest_quarter_stand_beside_the_units(client, tree):
    make_closing("2021Q1", {tree.outlets[0]: 7000})
    make_closing("2021Q2", {tree.outlets[0]: 9437, tree.outlets[1]: None})
    page = client.get("/network/").content.decode()
    assert "94.37" in page
    assert "/scoring/2021Q2/result/E1/" in page
    assert "70.00" not in page


def test_scores_are_not_shown_to_inspectors(tree):
    make_closing("2021Q2", {tree.outlets[0]: 9437})
    assert "94.37" not in client_as("inspector").get("/network/").content.decode()


@pytest.mark.parametrize(
    "path", ["/network/", "/network/tree/", "/network/people/", "/network/map/"]
)
def test_query_counts_do_not_grow_with_the_rows(tree, path, django_assert_num_queries):
    user = make_user("programme_manager")
    make_closing("2021Q2", {tree.outlets[0]: 9437})
    make_person(tree.outlets[0])
    client = client_as(user)
    client.get(path)

    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        cache.clear()  # what the page remembers is asked for again
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    few = count()
    for number in range(25):
        unit = make_unit(tree.east, kind=f"类型{number}", city="沈阳市")
        make_unit(tree.province, level="branch")
        make_person(unit, post=f"岗位{number}")
    assert count() == few


def test_people_of_a_branch_are_those_with_a_post_there(tree):
    here, there, gone = make_person(tree.outlets[0]), make_person(tree.west), make_person(tree.east)
    gone.posts.update(valid_to=date(2021, 1, 1))
    client = english(make_user("branch_manager", unit=tree.east))

    def staff(**query):
        return list(client.get("/network/people/", query).context["page_obj"])

    assert staff() == [here, gone]
    assert staff(unit="E") == staff(state="present") == [here]
    assert there not in staff(unit="W")


def test_periods_are_called_by_their_names(client, tree):
    make_closing("2021Q2", {tree.province: 9000, tree.east: 9100, tree.outlets[0]: 9437})

    for path in ("/network/", "/network/units/P/", "/network/units/E/", "/network/map/"):
        text = client.get(path).content.decode()
        main = re.sub(r"(?s)<svg.*?</svg>", "", text.split("<main", 1)[-1])  # axes have no room
        words = " ".join(re.sub(r"<[^>]+>", " ", main).split())
        assert "Q2 2021" in words, path
        assert "2021Q" not in words, path


def test_pages_hold_fifty(client, tree):
    for _number in range(60):
        make_unit(tree.east)
    first = client.get("/network/", {"level": "outlet"})
    assert len(codes(first)) == 50
    assert len(codes(client.get("/network/", {"level": "outlet", "page": 2}))) == 15
    assert "level=outlet&amp;page=2" in first.content.decode()


@pytest.mark.parametrize("role", ["programme_manager", "staff"])
def test_an_empty_list_says_what_to_do(role):
    user = make_user(role)
    user.grants.update(valid_to="2021-01-01")
    other = make_user(role)
    page = english(other).get("/network/", {"q": "zzzz"}).content.decode()
    assert "Clear the filters" in page


def test_the_export_holds_what_the_list_shows(client, tree):
    response = client.get("/network/export/", {"branch": "W", "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    rows = list(book.active.values)
    assert rows[0][:3] == ("Code", "Name", "Level")
    assert [row[0] for row in rows[1:]] == ["W", "W1", "W2"]
    text = body(client.get("/network/export/", {"level": "branch", "format": "csv"}))
    assert text.decode("utf-8-sig").splitlines()[1].startswith("E,东城分行,")


def test_suggestions_are_open_units_that_match(client, tree):
    office = make_actor("programme_manager")
    services.close_unit(office, tree.west_outlets[0], date(2021, 6, 1), version=1, reason="x")
    text = client.get("/network/options/", {"target": "西"}).content.decode()
    assert 'value="W2"' in text
    assert 'value="W1"' not in text
    assert client.get("/network/options/", {"target": " "}).content.strip() == b""


# --- the tree -----------------------------------------------------------------------------------


def test_the_tree_opens_at_the_top_and_unfolds_below(client, tree):
    page = client.get("/network/tree/")
    assert [node.code for node in page.context["nodes"]] == ["P"]
    assert [node.code for node in page.context["below"]] == ["E", "W"]  # one line says nothing
    assert page.content.decode().count('aria-expanded="true"') == 1
    assert "5 outlets" in page.content.decode()
    part = client.get(
        "/network/tree/", {"under": "E"}, headers={"HX-Request": "true", "HX-Target": "below-2"}
    )
    assert [node.code for node in part.context["nodes"]] == ["ES", "E1", "E2"]
    assert "<html" not in part.content.decode()
    assert "1 outlet<" in part.content.decode()


def test_a_past_day_shows_the_tree_of_that_day(client, tree):
    office = make_actor("programme_manager")
    row = UnitRow("E1", "W", date(2021, 5, 15))
    services.apply_units(office, [row])

    def under(code, on):
        page = client.get("/network/tree/", {"under": code, "on": on})
        return [node.code for node in page.context["nodes"]]

    assert under("E", "2021-05-14") == ["ES", "E1", "E2"]
    assert under("E", "2021-05-15") == ["ES", "E2"]
    assert under("W", "2021-05-15") == ["W1", "W2", "E1"]


def test_a_day_before_anything_was_there_says_so(client):
    asked = {"under": "W1", "on": "1900-01-01"}
    assert "Nothing lay here" in client.get("/network/tree/", asked).content.decode()


def test_a_day_that_is_none_shows_today(client):
    assert client.get("/network/tree/", {"on": "someday"}).context["day"] == date(2021, 7, 1)


# --- staff --------------------------------------------------------------------------------------


def staff_of(response):
    return {person.name for person in response.context["page_obj"]}


@pytest.fixture
def staff(tree):
    make_person(tree.east_outlets[0], name="王芳", post="柜员", phone="13800001234")
    make_person(tree.east_outlets[2], name="李强", post="大堂经理", is_basic_operations=True)
    make_person(tree.west_outlets[0], name="赵敏", post="柜员")
    left = make_person(name="周杰", left_on=date(2021, 1, 1))
    left.posts.create(
        unit=tree.east, title="行长", valid_from=date(2010, 1, 1), valid_to=date(2021, 1, 1)
    )


def test_staff_are_searched_and_filtered(client, staff):
    def found(**query):
        return staff_of(client.get("/network/people/", query))

    assert found() == {"王芳", "李强", "赵敏", "周杰"}
    assert found(q="wf") == {"王芳"}
    assert found(unit="E") == {"王芳", "李强"}
    assert found(unit="E", post="柜员") == {"王芳"}
    assert found(state="left") == {"周杰"}
    assert found(state="present") == {"王芳", "李强", "赵敏"}
    assert found(basic="y") == {"李强"}


def test_a_branch_sees_its_own_staff_past_ones_included(tree, staff):
    client = client_as("branch_manager", unit=tree.east)
    assert staff_of(client.get("/network/people/")) == {"王芳", "李强", "周杰"}
    stranger = Person.objects.get(name="赵敏")
    assert client.get(f"/network/people/{stranger.pk}/").status_code == 404


def test_a_person_page_shows_posts_and_masks_the_number(tree, staff):
    person = Person.objects.get(name="王芳")
    page = client_as("branch_manager", unit=tree.east).get(f"/network/people/{person.pk}/")
    assert "138****1234" in page.content.decode()
    assert "东门支行" in page.content.decode()
    assert not AuditEvent.objects.filter(action="person.read").exists()


def test_who_edits_staff_sees_the_number_and_the_trail_knows(client, staff):
    person = Person.objects.get(name="王芳")
    assert "13800001234" in client.get(f"/network/people/{person.pk}/").content.decode()
    assert AuditEvent.objects.get(action="person.read").object_id == str(person.pk)


def test_taking_the_staff_list_away_is_in_the_trail(client, staff):
    response = client.get("/network/people/export/", {"q": "wf", "format": "csv"})
    lines = body(response).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "138****1234" in lines[1]  # also for those who see each number on its page
    assert AuditEvent.objects.get(action="people.exported").data == {
        "list": "people",
        "rows": 1,
        "format": "csv",
        "filters": {"q": "wf"},
    }


def test_an_export_of_staff_is_masked_for_a_branch(tree, staff):
    client = client_as("branch_manager", unit=tree.east)
    text = body(client.get("/network/people/export/", {"format": "csv"})).decode("utf-8-sig")
    assert "138****1234" in text
    assert "13800001234" not in text
