"""Views of the explorer that are kept, shared and removed."""

from __future__ import annotations

import pytest
from django.conf import settings

from hearth.platform.models import AuditEvent
from hearth.programme.models import SavedView
from tests.factories import client_as, make_tree

pytestmark = pytest.mark.django_db
PAGE, SAVE = "/figures/", "/figures/views/save/"
QUERY = "unit=E&figure=outlets&figure=coverage&level=outlet&page=3"


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def client(tree):
    return english(client_as("branch_manager", unit=tree.east))


def english(client):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def offered(client):
    """Addresses by name, own and shared."""
    context = client.get(PAGE).context
    own, shared = context["own_views"], context["shared_views"]
    return ({v.name: a for v, a, _own in own}, {v.name: a for v, a, _own in shared})


def test_a_view_is_kept_with_all_that_is_asked(client):
    answer = client.post(SAVE, {"name": " 季度  看板 ", "query": QUERY})

    address = f"{PAGE}?unit=E&figure=outlets&figure=coverage&level=outlet"
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert offered(client) == ({"季度 看板": address}, {})
    assert "季度 看板" in client.get(PAGE).content.decode()
    assert AuditEvent.objects.latest("seq").action == "view.saved"


def test_the_same_name_is_kept_anew(client):
    client.post(SAVE, {"name": "a", "query": "figure=outlets"})
    client.post(SAVE, {"name": "a", "query": "figure=coverage"})

    view = SavedView.objects.get()
    assert (view.query, view.version) == ("figure=coverage", 2)


def test_a_shared_view_is_offered_below_without_what_is_not_reached(client, tree):
    client.post(SAVE, {"name": "all", "query": QUERY, "is_shared": "on"})
    head = english(client_as("outlet_head", unit=tree.east_outlets[0]))
    west = english(client_as("branch_manager", unit=tree.west))
    above = english(client_as("programme_manager", unit=tree.province))

    assert offered(head) == (
        {},
        {"all": f"{PAGE}?figure=outlets&figure=coverage&level=outlet"},
    )
    assert head.get(offered(head)[1]["all"]).status_code == 200
    assert offered(west) == offered(above) == ({}, {})
    assert SavedView.objects.get().is_shared


def test_who_gives_no_tasks_shares_nothing(tree):
    staff = english(client_as("staff", unit=tree.east_outlets[0]))
    assert "is_shared" not in staff.get(PAGE).context["save_form"].fields

    answer = staff.post(SAVE, {"name": "x", "query": "", "is_shared": "on"})

    assert answer.status_code == 302
    assert not SavedView.objects.exists()
    staff.post(SAVE, {"name": "x", "query": ""})
    assert SavedView.objects.count() == 1


def test_a_view_needs_a_name_and_a_unit_in_reach(client):
    client.post(SAVE, {"name": "  ", "query": QUERY})
    assert not SavedView.objects.exists()
    assert client.post(SAVE, {"name": "x", "query": "unit=W"}).status_code == 404


def test_nobody_keeps_more_than_can_be_chosen_from(client, monkeypatch):
    monkeypatch.setattr("hearth.programme.services.views.MOST", 2)
    for name in "abc":
        client.post(SAVE, {"name": name, "query": ""})
    assert set(offered(client)[0]) == {"a", "b"}


def test_a_view_is_removed_by_its_owner_only(client, tree):
    client.post(SAVE, {"name": "a", "query": "", "is_shared": "on"})
    view = SavedView.objects.get()
    head = english(client_as("outlet_head", unit=tree.east_outlets[0]))
    address = f"/figures/views/{view.pk}/remove/"

    assert head.post(address, {"version": 1}).status_code == 404
    assert client.post(address, {"version": 7}).status_code == 422
    assert client.post(address, {"version": 1}).status_code == 302
    assert offered(client) == offered(head) == ({}, {})
    client.post(SAVE, {"name": "a", "query": ""})
    assert SavedView.objects.standing().count() == 1
