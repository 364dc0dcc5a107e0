"""The pages that every register has."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import translation
from django.utils.html import escape

from hearth.ledgers.registers import REGISTERS
from hearth.network.actors import operator
from hearth.network.roles import NETWORK_WIDE, ROLES
from hearth.outreach.models import Station
from hearth.web.ledgers.addresses import page_of
from tests.factories import client_as, make_tree

pytestmark = pytest.mark.django_db
NEW = {"unit": "E1", "since": "2021-04-01", "until": "", "services": "饮水;座椅"}


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def client(tree):
    return english("branch_manager", unit=tree.east)


def english(*who, **kwargs):
    client = client_as(*who, **kwargs)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def station(unit, since=date(2021, 4, 1)):
    return Station.objects.create(unit=unit, unit_path=unit.path, since=since, services=["饮水"])


def test_the_overview_leads_to_every_register_that_one_may_read(client, tree):
    station(tree.east_outlets[0])
    station(tree.west_outlets[0])

    answer = client.get("/ledgers/")

    shown = {one.register.kind: one.count for one in answer.context["found"]}
    assert shown["stations"] == 1
    held = ROLES["branch_manager"].permissions - NETWORK_WIDE
    assert set(shown) == {kind for kind, one in REGISTERS.items() if one.view in held}
    assert english("inspector", unit=tree.east).get("/ledgers/").context["found"] == []


@pytest.mark.parametrize("kind", sorted(REGISTERS))
def test_every_register_has_a_list_a_form_and_an_export(tree, kind):
    client = english("programme_manager", unit=tree.province)

    listed = client.get(f"/ledgers/{kind}/")
    form = client.get(f"/ledgers/{kind}/new/")

    assert listed.status_code == form.status_code == 200
    with translation.override("en"):
        assert escape(str(REGISTERS[kind].title)) in listed.content.decode()
    assert set(form.context["form"].fields) == {one.name for one in REGISTERS[kind].fields}
    for said in ("xlsx", "csv"):
        sent = client.get(f"/ledgers/{kind}/export/?format={said}")
        assert sent.status_code == 200
        assert sent.getvalue()
        for close in sent._resource_closers:  # as a server would, but for the database
            close()


def test_a_list_shows_its_part_of_the_tree_as_filtered(client, tree):
    for outlet in (*tree.east_outlets, *tree.west_outlets):
        station(outlet)

    page = client.get("/ledgers/stations/").content.decode()
    narrowed = client.get("/ledgers/stations/?under=ES", headers={"HX-Request": "true"})

    assert "东门支行" in page
    assert "西门支行" not in page
    assert "东湖分理处" in narrowed.content.decode()
    assert "东门支行" not in narrowed.content.decode()
    assert "<html" not in narrowed.content.decode()
    assert "No record matches" in client.get("/ledgers/stations/?q=月球").content.decode()


@pytest.mark.parametrize("size", [1, 25])
def test_a_list_asks_no_more_for_more_rows(client, tree, size, django_assert_num_queries):
    for number in range(size):
        station(tree.east_outlets[0], date(2021, 1, 1 + number))
    client.get("/ledgers/stations/")

    with django_assert_num_queries(6):
        client.get("/ledgers/stations/")


def test_a_record_is_added_seen_changed_and_taken_back(client):
    added = client.post("/ledgers/stations/new/", NEW)
    record = Station.objects.get()
    at = f"/ledgers/stations/{record.pk}/"
    assert added.url == at

    shown = client.get(at).content.decode()
    assert "东门支行" in shown
    assert "added a record to a ledger" in shown

    changed = client.post(f"{at}edit/", NEW | {"until": "2021-09-01", "version": "1"})
    assert changed.url == at
    record.refresh_from_db()
    assert (record.until, record.version) == (date(2021, 9, 1), 2)

    gone = client.post(f"{at}withdraw/", {"version": "2", "reason": "登记有误"})
    assert gone.url == at
    assert "登记有误" in client.get(at).content.decode()
    assert client.get("/ledgers/stations/").context["page_obj"].paginator.count == 0


def test_a_form_keeps_what_was_typed_and_says_what_to_mend(client):
    answer = client.post("/ledgers/stations/new/", NEW | {"since": "昨天", "unit": "W1"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="昨天"' in page
    assert 'value="W1"' in page
    assert set(answer.context["form"].errors) == {"since"}
    mended = client.post("/ledgers/stations/new/", NEW | {"unit": "W1"})
    assert mended.status_code == 422
    assert set(mended.context["form"].errors) == {"unit"}
    assert not Station.objects.exists()


def test_a_stale_form_shows_that_it_is_stale(client, tree):
    record = station(tree.east_outlets[0])
    Station.objects.filter(pk=record.pk).update(version=2)

    answer = client.post(f"/ledgers/stations/{record.pk}/edit/", NEW | {"version": "1"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "meanwhile" in page
    assert '<input type="hidden" name="version" value="2"' in page  # sent again, it goes over it
    again = client.post(f"/ledgers/stations/{record.pk}/edit/", NEW | {"version": "2"})
    assert again.status_code == 302


def test_another_branch_has_nothing_to_see(client, tree):
    record = station(tree.west_outlets[0])

    for part in ("", "edit/", "withdraw/"):
        assert client.get(f"/ledgers/stations/{record.pk}/{part}").status_code == 404
    assert client.get("/ledgers/wages/").status_code == 404
    reader = english("staff", unit=tree.east)
    assert reader.get("/ledgers/stations/").status_code == 200
    assert reader.get("/ledgers/stations/new/").status_code == 403


def test_the_trail_names_the_ledger(client):
    client.post("/ledgers/stations/new/", NEW)

    manager = english("auditor")
    assert "added a record to a ledger" in manager.get("/audit/").content.decode()
    assert operator("x").can("outreach.edit")


def test_rows_lead_to_the_room_s_own_page_and_to_the_record(client, tree):
    record = station(tree.east_outlets[0])

    page = client.get("/ledgers/stations/").content.decode()
    assert f'href="/outreach/services/stations/{record.pk}/"' in page
    assert f'href="/ledgers/stations/{record.pk}/"' in page
    assert f"/outreach/services/stations/{record.pk}/" in (
        client.get(f"/ledgers/stations/{record.pk}/").content.decode()
    )


@pytest.mark.parametrize("kind", sorted(kind for kind, one in REGISTERS.items() if one.page))
def test_the_page_that_a_register_names_asks_for_the_same_permission(kind):
    register = REGISTERS[kind]
    view = resolve(page_of(register, 1)).func
    assert view.required_permission == register.view
