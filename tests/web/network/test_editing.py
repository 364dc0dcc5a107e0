"""Changing the tree by pages: asked first, done on confirmation, refused in words."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.conf import settings

from hearth.network.models import Grant, Person, Unit
from hearth.network.services import units as services
from tests.factories import EARLIEST, client_as, make_actor, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def client(tree):
    client = client_as("programme_manager")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


NEW = {"code": "N1", "name": "南门支行", "level": "outlet", "parent": "E"}


def text_of(response, status):
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


# --- add and edit -------------------------------------------------------------------------------


def test_a_unit_is_added_below_another(client, tree):
    assert 'value="E"' in text_of(client.get("/network/new/", {"parent": "E"}), 200)
    response = client.post("/network/new/", NEW | {"opened_on": "2021-03-01"})
    assert response.url == "/network/units/N1/"
    unit = Unit.objects.get(code="N1")
    assert (unit.parent.code, unit.opened_on) == ("E", date(2021, 3, 1))
    assert "was added" in text_of(client.get(response.url), 200)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": "E1"}, "code", "There is a unit with the code E1 already"),
        ({"code": "N 1"}, "code", "A code has no blanks"),
        ({"parent": "X9"}, "parent", "There is no unit with the code X9"),
        ({"parent": "E1"}, "parent", "cannot lie under one of level Outlet"),
        ({"parent": ""}, "parent", "There is a root already"),
        ({"longitude": "123"}, "latitude", "together"),
        ({"longitude": "300", "latitude": "1"}, "longitude", "180"),
    ],
)
def test_what_cannot_be_added_keeps_what_was_typed(client, changes, field, words):
    response = client.post("/network/new/", NEW | changes)
    text = text_of(response, 422)
    assert words in text
    assert set(response.context["form"].errors) == {field}
    assert "南门支行" in text


def test_a_unit_is_edited(client, tree):
    form = client.get("/network/units/E1/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"phone": "024-1"}
    assert client.post("/network/units/E1/edit/", data).status_code == 302
    one = Unit.objects.get(code="E1")
    assert (one.phone, one.kind, one.version) == ("024-1", "综合网点", 2)


def test_an_edit_on_an_old_version_is_refused(client, tree):
    office = make_actor("programme_manager")
    services.edit_unit(office, tree.outlets[0], version=1, sets={"phone": "1"})
    data = {"name": "东门支行", "level": "outlet", "version": "1"}
    text = text_of(client.post("/network/units/E1/edit/", data), 422)
    assert "Somebody saved a newer version meanwhile" in text
    assert Unit.objects.get(code="E1").phone == "1"


# --- move, merge, close -------------------------------------------------------------------------

CHANGE = {"on": "2021-05-15", "reason": "区划调整", "version": "1"}


def test_a_move_is_shown_first_and_done_when_confirmed(client, tree):
    data = CHANGE | {"target": "W"}
    text = text_of(client.post("/network/units/ES/move/", data), 200)
    assert "2 units come to another place" in text
    assert "东湖支行 → 西城分行" in text
    assert Unit.objects.get(code="ES").parent.code == "E"
    response = client.post("/network/units/ES/move/", data | {"confirmed": "y"})
    assert response.url == "/network/units/ES/"
    assert Unit.objects.get(code="ES").parent.code == "W"


def test_a_merger_is_shown_first_and_done_when_confirmed(client, tree):
    make_person(tree.east, post="行长")
    data = CHANGE | {"target": "W"}
    text = text_of(client.post("/network/units/E/merge/", data), 200)
    assert "The post of 1 person goes over." in text
    assert "东湖支行, 东门支行, 东街支行" in text
    client.post("/network/units/E/merge/", data | {"confirmed": "y"})
    assert Unit.objects.get(code="E").merged_into.code == "W"


def test_a_closing_is_shown_first_done_and_taken_back(client, tree):
    make_person(tree.outlets[0])
    text = text_of(client.post("/network/units/E1/close/", CHANGE), 200)
    assert "The post of 1 person ends." in text
    client.post("/network/units/E1/close/", CHANGE | {"confirmed": "y"})
    assert Unit.objects.get(code="E1").closed_on == date(2021, 5, 15)
    client.post("/network/units/E1/reopen/", {"reason": "误操作", "version": "2"})
    assert Unit.objects.get(code="E1").closed_on is None


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "y"}])
@pytest.mark.parametrize(
    ("path", "changes", "field", "words"),
    [
        ("E1/move", {"target": "X9"}, "target", "There is no unit with the code X9"),
        ("E1/move", {"target": "E2"}, "target", "cannot lie under one of level"),
        ("E1/move", {"target": "E"}, "target", "already"),
        ("E1/move", {"target": ""}, "target", "required"),
        ("E1/move", {"target": "W", "reason": ""}, "reason", "required"),
        ("E1/move", {"target": "W", "on": "1900-01-01"}, "on", "later move must be dated"),
        ("E1/merge", {"target": "E1"}, "target", "into itself"),
        ("E1/merge", {"target": "E"}, "target", "cannot be merged into"),
        ("E/close", {}, "on", "still lie under it"),
        ("P/move", {"target": "E"}, "target", "The root stays"),
    ],
)
def test_what_the_rules_forbid_is_said_at_its_field(
    client, tree, path, changes, field, words, confirmed
):
    data = CHANGE | changes | confirmed
    response = client.post(f"/network/units/{path}/", data)
    assert words in text_of(response, 422)
    assert set(response.context["form"].errors) == {field}
    assert not Unit.objects.filter(version__gt=1).exists()


def test_a_change_on_an_old_version_is_refused(client, tree):
    data = CHANGE | {"target": "W", "version": "0", "confirmed": "y"}
    assert "meanwhile" in text_of(client.post("/network/units/E1/move/", data), 422)


def test_a_merged_unit_is_not_taken_back(client, tree):
    data = CHANGE | {"target": "W2", "confirmed": "y"}
    client.post("/network/units/W1/merge/", data)
    response = client.post("/network/units/W1/reopen/", {"reason": "x", "version": "2"})
    assert "merged into another unit" in text_of(response, 422)


@pytest.mark.parametrize("act", ["edit", "move", "merge", "close", "reopen"])
def test_inside_the_scope_but_not_allowed_is_403_and_outside_is_404(tree, act):
    own = client_as("programme_manager", unit=tree.east)
    assert own.get(f"/network/units/W1/{act}/").status_code == 404
    assert own.get(f"/network/units/E1/{act}/").status_code == 200
    reader = client_as("branch_manager", unit=tree.east)
    assert reader.post(f"/network/units/E1/{act}/", CHANGE).status_code == 403


def test_someone_who_edits_one_branch_and_sees_another_may_not_edit_that(tree):

    user = make_user("programme_manager", unit=tree.east)
    Grant.objects.create(user=user, role="staff", unit=tree.west, valid_from=EARLIEST)
    client = client_as(user)
    assert client.get("/network/units/W1/").status_code == 200
    assert client.get("/network/units/W1/edit/").status_code == 403


# --- staff --------------------------------------------------------------------------------------

PERSON = {"staff_no": "1001", "name": "王芳", "unit": "E1", "post": "柜员"}


def test_a_member_of_staff_is_added_and_changed(client, tree):
    assert client.get("/network/people/new/").status_code == 200
    response = client.post("/network/people/new/", PERSON | {"basic": "on", "phone": "13800001234"})
    person = Person.objects.get()
    assert response.url == f"/network/people/{person.pk}/"
    form = client.get(f"/network/people/{person.pk}/edit/").context["form"]
    assert (form["unit"].value(), form["post"].value(), form["basic"].value()) == (
        "E1",
        "柜员",
        True,
    )
    changed = PERSON | {"unit": "W1", "on": "2021-05-15", "version": "1"}
    assert client.post(f"/network/people/{person.pk}/edit/", changed).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.is_basic_operations) == ("", False)
    assert [post.unit.code for post in person.posts.order_by("valid_from")] == ["E1", "W1"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"unit": "X9"}, {"unit"}),
        ({"name": ""}, {"name"}),
        ({"email": "nobody"}, {"email"}),
        ({"joined_on": "2021-05-01", "left_on": "2021-04-01"}, {"left_on"}),
    ],
)
def test_a_person_that_cannot_be_added_keeps_what_was_typed(client, tree, changes, fields):
    response = client.post("/network/people/new/", PERSON | changes)
    assert 'value="1001"' in text_of(response, 422)
    assert set(response.context["form"].errors) == fields
    assert not Person.objects.exists()


def test_staff_is_edited_only_where_the_actor_may(tree):
    make_person(tree.west_outlets[0])
    theirs = make_person(tree.east_outlets[0])
    stranger = Person.objects.exclude(pk=theirs.pk).get()
    own = client_as("programme_manager", unit=tree.east)
    assert own.get(f"/network/people/{theirs.pk}/edit/").status_code == 200
    assert own.get(f"/network/people/{stranger.pk}/edit/").status_code == 404
    reader = client_as("branch_manager", unit=tree.east)
    assert reader.get(f"/network/people/{theirs.pk}/edit/").status_code == 403
    assert reader.get("/network/people/new/").status_code == 403


def test_an_edit_of_a_person_on_an_old_version_is_refused(client, tree):
    person = make_person(tree.east_outlets[0], staff_no="1001", version=3)
    data = PERSON | {"on": "2021-07-01", "version": "2"}
    assert "meanwhile" in text_of(client.post(f"/network/people/{person.pk}/edit/", data), 422)
