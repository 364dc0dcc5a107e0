"""The accounts of others: found, made, changed, closed; roles given and taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearth.network.models import Grant, SignIn, User
from hearth.network.services.sign_ins import record_sign_in
from hearth.platform.models import AuditEvent
from tests.factories import client_as, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return make_user("security_admin", name="Feng Xue")


@pytest.fixture
def client(manager):
    client = client_as(manager)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


ACCOUNT = {"username": "li.hong", "name": "李红", "language": "zh-hans"}


@pytest.mark.parametrize("role", ["staff", "programme_manager", "auditor", "system_admin"])
def test_accounts_are_for_those_who_manage_them(tree, role):
    client = client_as(role)
    other = make_user()

    for path in ("", "new/", f"{other.pk}/", f"{other.pk}/edit/", f"{other.pk}/roles/new/"):
        assert client.get(f"/account/users/{path}").status_code == 403


def test_the_list_is_searched_and_filtered(client, tree):
    make_user("outlet_head", unit=tree.east_outlets[0], name="刘芳", username="liu.fang")
    make_user("inspector", unit=tree.west, name="赵敏", person=make_person(tree.west, name="赵敏"))
    make_user(name="Old", is_active=False)
    make_user(name="New", must_change_password=True)

    def found(**query):
        page = client.get("/account/users/", query).context["page_obj"]
        return {account.name for account in page}

    assert found(q="liu.f") == {"刘芳"}
    assert found(q="zm") == {"赵敏"}
    assert found(role="inspector") == {"赵敏"}
    assert found(unit="E") == {"刘芳"}
    assert found(unit="no-such-unit") == set()
    assert found(state="closed") == {"Old"}
    assert found(state="no_role") == {"Old", "New"}
    assert found(state="temporary") == {"New"}
    assert found() == {"刘芳", "赵敏", "Old", "New", "Feng Xue"}
    assert "No account matches" in client.get("/account/users/", {"q": "xyz"}).content.decode()


def test_the_swapped_part_is_what_the_whole_page_shows(client, tree):
    make_user("staff", unit=tree.east, name="刘芳")

    part = client.get("/account/users/", headers={"HX-Request": "true"}).content.decode()
    whole = client.get("/account/users/").content.decode()

    assert "<html" not in part
    assert part.strip() in whole


def test_the_query_count_does_not_grow_with_the_list(client, tree):
    client.get("/account/users/")  # renews the session, which the next one within a minute does not

    def queries_after(more):
        for number in range(more):
            make_user("staff", unit=tree.outlets[number % 5])
        with CaptureQueriesContext(connection) as queries:
            client.get("/account/users/")
        return len(queries)

    # session, user, grants; count, page, its grants; unread notices
    assert queries_after(1) == queries_after(24) <= 8


def test_a_new_account_comes_with_a_password_shown_once(client):
    made = client.post("/account/users/new/", ACCOUNT)

    user = User.objects.get(username="li.hong")
    text = made.content.decode()
    password = re.findall(r'class="secret">([^<]+)<', text)[1]
    assert user.check_password(password)
    assert f"/account/users/{user.pk}/roles/new/" in text
    assert password not in client.get(f"/account/users/{user.pk}/").content.decode()
    assert "no-store" in made.headers["Cache-Control"]


def test_a_refused_account_keeps_what_was_typed(client):
    make_user(username="li.hong")

    refused = client.post("/account/users/new/", ACCOUNT)

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "This sign-in name is taken." in text
    assert 'value="李红"' in text


def test_an_account_is_edited_and_a_stale_edit_is_refused(client):
    user = make_user(username="li.hong", name="李虹")
    form = {**ACCOUNT, "version": user.version}

    saved = client.post(f"/account/users/{user.pk}/edit/", form)
    stale = client.post(f"/account/users/{user.pk}/edit/", form)

    user.refresh_from_db()
    assert saved.headers["Location"] == f"/account/users/{user.pk}/"
    assert user.name == "李红"
    assert stale.status_code == 422
    assert "Somebody saved a newer version meanwhile." in stale.content.decode()
    assert stale.context["form"]["version"].value() == str(user.version)


def test_the_page_of_an_account_shows_roles_sessions_and_what_happened(client, tree):
    client.post("/account/users/new/", ACCOUNT)
    user = User.objects.get(username="li.hong")
    client.post(
        f"/account/users/{user.pk}/roles/new/",
        {"role": "outlet_head", "unit": tree.east_outlets[0].pk, "start": timezone.localdate()},
    )
    record_sign_in(user=user, session_key="k", device="curl/8", address="10.1.2.3")

    text = client.get(f"/account/users/{user.pk}/").content.decode()

    for words in ("Outlet head", "东门支行", "10.1.2.3", "made an account", "gave a role"):
        assert words in text


def test_looking_at_an_account_is_on_the_trail(client, manager):
    user = make_user("staff")

    client.get(f"/account/users/{user.pk}/")
    client.get(f"/account/users/{manager.pk}/")

    read = AuditEvent.objects.filter(action="account.read")
    assert [event.object_id for event in read] == [str(user.pk)]


def test_a_temporary_password_is_given_from_the_page(client):
    user = make_user("staff")

    made = client.post(f"/account/users/{user.pk}/password/")

    password = re.findall(r'class="secret">([^<]+)<', made.content.decode())[1]
    user.refresh_from_db()
    assert user.check_password(password)
    assert client.get(f"/account/users/{user.pk}/password/").status_code == 405


def test_an_account_is_closed_and_opened_with_a_reason(client):
    user = make_user("staff")
    record_sign_in(user=user, session_key="k")

    without = client.post(f"/account/users/{user.pk}/close/", {"version": 1, "reason": ""})
    closed = client.post(f"/account/users/{user.pk}/close/", {"version": 1, "reason": "left"})
    user.refresh_from_db()

    assert without.status_code == 422
    assert closed.headers["Location"] == f"/account/users/{user.pk}/"
    assert not user.is_active
    assert not SignIn.objects.exists()
    client.post(f"/account/users/{user.pk}/open/", {"version": user.version, "reason": "back"})
    user.refresh_from_db()
    assert user.is_active


def test_ones_own_account_cannot_be_closed_and_offers_no_such_button(client, manager):
    refused = client.post(f"/account/users/{manager.pk}/close/", {"version": 1, "reason": "x"})
    text = client.get(f"/account/users/{manager.pk}/").content.decode()

    assert refused.status_code == 422
    assert "Another account manager" in refused.content.decode()
    assert f"/account/users/{manager.pk}/close/" not in text
    assert f"/account/users/{manager.pk}/roles/new/" not in text


def test_all_sessions_of_an_account_are_ended_at_once(client):
    user = make_user("staff")
    for key in ("a", "b"):
        record_sign_in(user=user, session_key=key)

    response = client.post(f"/account/users/{user.pk}/sign-out/", follow=True)

    assert "2 sessions have ended." in response.content.decode()
    assert not SignIn.objects.filter(user=user).exists()


# --- roles --------------------------------------------------------------------------------------


def test_a_role_is_given_to_its_last_day_included(client, tree):
    user = make_user()
    today = timezone.localdate()

    client.post(
        f"/account/users/{user.pk}/roles/new/",
        {
            "role": "branch_manager",
            "unit": tree.east.pk,
            "start": today,
            "last": today + timedelta(days=30),
        },
    )

    grant = Grant.objects.get(user=user)
    assert grant.valid_to == today + timedelta(days=31)
    assert Grant.objects.held_on(today + timedelta(days=30)).filter(pk=grant.pk).exists()


def test_a_refused_role_keeps_what_was_chosen(client, tree):
    user = make_user("auditor")

    refused = client.post(
        f"/account/users/{user.pk}/roles/new/",
        {"role": "system_admin", "unit": tree.east.pk, "start": timezone.localdate()},
    )

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "never one person" in text
    assert re.search(r'value="system_admin" required checked', text)
    assert re.search(rf'value="{tree.east.pk}" required checked', text)


def test_units_are_found_by_pinyin_initials_and_only_ones_own(tree):
    manager = make_user("security_admin", unit=tree.east)
    client = client_as(manager)
    user = make_user()

    def found(**query):
        answer = client.get(f"/account/users/{user.pk}/roles/units/", query)
        return [unit.code for unit in answer.context["units"]]

    assert found(unit_q="dm") == ["E1"]
    assert found(unit_q="") == ["E"]
    assert found(unit_q="西门") == []
    assert found(unit_q="dm", unit=tree.east.pk) == ["E", "E1"]


def test_a_unit_must_be_chosen_and_be_ones_own(tree):
    client = client_as(make_user("security_admin", unit=tree.east))
    user = make_user()
    form = {"role": "staff", "start": timezone.localdate()}

    missing = client.post(f"/account/users/{user.pk}/roles/new/", form)
    outside = client.post(f"/account/users/{user.pk}/roles/new/", {**form, "unit": tree.west.pk})

    assert missing.status_code == 422
    assert outside.status_code == 404
    assert not Grant.objects.filter(user=user).exists()


def test_a_role_is_taken_back_with_a_reason(client, tree):
    user = make_user("staff", unit=tree.east)
    grant = user.grants.get()

    page = client.get(f"/account/roles/{grant.pk}/end/").content.decode()
    client.post(f"/account/roles/{grant.pk}/end/", {"reason": "moved"})

    assert "东城分行" in page
    assert not Grant.objects.held_on(timezone.localdate()).filter(user=user).exists()


def test_accounts_and_roles_out_of_reach_are_not_there(tree):
    client = client_as(make_user("security_admin", unit=tree.east))
    beside = make_user("staff", unit=tree.west)
    grant = beside.grants.get()

    for path in (
        f"users/{beside.pk}/",
        f"users/{beside.pk}/edit/",
        f"users/{beside.pk}/close/",
        f"users/{beside.pk}/roles/new/",
        f"roles/{grant.pk}/end/",
    ):
        assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/users/{beside.pk}/password/").status_code == 404
    assert client.post(f"/account/users/{beside.pk}/sign-out/").status_code == 404
