"""Coming in and going out: passwords, lockouts, demonstration accounts, idle time, language."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.network.models import SignIn
from hearth.platform.models import AuditEvent
from tests.factories import PASSWORD, client_as, make_user

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"
ENGLISH = {django_settings.LANGUAGE_COOKIE_NAME: "en"}


@pytest.fixture
def client():
    visitor = Client()
    visitor.cookies.load(ENGLISH)
    return visitor


def post(client, username="li", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def test_the_right_password_opens_the_first_page(client):
    user = make_user("staff", username="li")

    response = post(client)

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("cockpit:home")
    assert client.session["_auth_user_id"] == str(user.pk)
    kept = SignIn.objects.get(user=user)
    assert kept.session_key == client.session.session_key
    assert AuditEvent.objects.get().action == "account.signed_in"


def test_the_session_gets_another_key_at_sign_in(client):
    make_user(username="li")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key

    post(client)

    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_the_wanted_page_opens_and_a_strangers_page_does_not(client):
    make_user(username="li")

    assert (
        post(client, next="/account/what-i-may-do/").headers["Location"]
        == "/account/what-i-may-do/"
    )
    client.logout()
    assert post(client, next="https://evil.example/").headers["Location"] == reverse("cockpit:home")
    client.logout()
    assert post(client, next="//evil.example/").headers["Location"] == reverse("cockpit:home")


def test_a_name_is_found_in_capitals_and_with_blanks(client):
    make_user(username="li")

    assert post(client, username=" LI ").status_code == 302


def test_a_wrong_password_says_how_many_tries_are_left(client):
    make_user(username="li")

    first = post(client, password="wrong")
    second = post(client, password="wrong")

    assert first.status_code == 422
    assert "After 4 more wrong tries" in first.content.decode()
    assert "After 3 more wrong tries" in second.content.decode()
    assert 'value="li"' in second.content.decode()
    assert (
        "wrong" not in second.content.decode().split("<form", 1)[1].split('type="password"')[1][:80]
    )


def test_an_unknown_name_reads_like_a_wrong_password(client):
    make_user(username="li")

    unknown = post(client, username="nobody").content.decode()
    wrong = post(client, password="wrong").content.decode()

    assert "The sign-in name or the password is not right." in unknown
    assert "The sign-in name or the password is not right." in wrong
    assert "After 4 more" in unknown


def test_five_wrong_passwords_lock_and_the_page_says_until_when(client):
    user = make_user(username="li")

    with time_machine.travel("2026-03-02 09:00:00 +0800", tick=False):
        for _try in range(4):
            assert post(client, password="wrong").status_code == 422
        fifth = post(client, password="wrong")
        right = post(client)

    assert (fifth.status_code, right.status_code) == (429, 429)
    assert "until 09:20" in fifth.content.decode()
    assert "until 09:20" in right.content.decode()
    assert not SignIn.objects.exists()
    locked = AuditEvent.objects.filter(action="account.locked_out")
    assert [event.object_id for event in locked] == [str(user.pk)]


def test_trying_on_does_not_prolong_the_lock(client):
    make_user(username="li")
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for _try in range(5):
            post(client, password="wrong")
    with time_machine.travel(start + timedelta(minutes=19), tick=False):
        assert post(client, password="wrong").status_code == 429
    with time_machine.travel(start + timedelta(minutes=20, seconds=1), tick=False):
        assert post(client).status_code == 302


def test_one_locked_account_does_not_lock_another(client):
    make_user(username="li")
    make_user(username="wang")
    for _try in range(5):
        post(client, password="wrong")

    assert post(client, username="wang").status_code == 302


def test_a_closed_account_stays_outside(client):
    make_user(username="li", is_active=False)

    assert post(client).status_code == 422


def test_an_operator_of_the_command_line_stays_outside(client):
    make_user(username="cli:root", is_operator=True, is_active=False)

    assert post(client, username="cli:root").status_code == 422


def test_who_is_signed_in_needs_no_sign_in_page():
    assert client_as("staff").get(SIGN_IN).headers["Location"] == reverse("cockpit:home")


def test_signing_out_ends_the_session_and_says_so(client):
    make_user(username="li")
    post(client)
    key = client.session.session_key

    response = client.post("/account/sign-out/", follow=True)

    assert "You are signed out." in response.content.decode()
    assert not Session.objects.filter(session_key=key).exists()
    assert not SignIn.objects.exists()
    assert client.get("/account/").status_code == 302


def test_signing_out_needs_a_button_not_a_link():
    assert client_as("staff").get("/account/sign-out/").status_code == 405


def test_pages_and_language_switch_are_protected_against_other_sites():
    stranger = Client(enforce_csrf_checks=True)

    answer = stranger.post(SIGN_IN, {"username": "li"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()  # not that one may not do it
    assert stranger.post("/account/sign-in/demonstration/", {"user": 1}).status_code == 403


# --- idle time ------------------------------------------------------------------------------------


def test_a_session_lives_on_while_it_is_used_and_ends_when_it_is_not(client, settings):
    make_user("staff", username="li")
    start = timezone.now()
    idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with time_machine.travel(start, tick=False):
        post(client)
    with time_machine.travel(start + idle - timedelta(minutes=2), tick=False):
        assert client.get("/account/").status_code == 200
    with time_machine.travel(start + 2 * idle - timedelta(minutes=4), tick=False):
        assert client.get("/account/").status_code == 200
    with time_machine.travel(start + 3 * idle, tick=False):
        assert client.get("/account/").status_code == 302


def test_renewing_happens_at_most_once_a_minute(client):
    make_user("staff", username="li")
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        post(client)
        client.get("/account/")
    seen = SignIn.objects.get().seen_at
    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        client.get("/account/")
        assert SignIn.objects.get().seen_at == seen
    with time_machine.travel(start + timedelta(seconds=90), tick=False):
        client.get("/account/")
        assert SignIn.objects.get().seen_at == start + timedelta(seconds=90)


def test_whose_session_ended_is_told_why_once(client, settings):
    make_user("staff", username="li")
    post(client)
    Session.objects.all().delete()

    told = client.get("/account/", follow=True).content.decode()
    again = client.get(SIGN_IN).content.decode()

    assert f"nothing was done for {settings.SESSION_COOKIE_AGE // 60} minutes" in told
    assert "nothing was done" not in again


def test_a_first_visit_is_told_nothing(client):
    assert "nothing was done" not in client.get(SIGN_IN).content.decode()


def test_a_part_of_a_page_whose_session_ended_sends_the_whole_page(client):
    response = client.get(
        SIGN_IN, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/audit/?q=1"}
    )

    assert response.headers["HX-Redirect"] == "/account/sign-in/?next=%2Faudit%2F%3Fq%3D1"


# --- temporary passwords ------------------------------------------------------------------------


def test_a_temporary_password_opens_only_the_page_that_changes_it(client):
    make_user("programme_manager", username="li", must_change_password=True)
    post(client)

    for wanted in ("/account/", "/account/what-i-may-do/", "/audit/", "/no/such/page"):
        assert client.get(wanted).headers["Location"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200
    part = client.get("/account/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/account/password/"


def test_after_the_change_everything_opens_and_the_session_goes_on(client):
    user = make_user("staff", username="li", must_change_password=True)
    post(client)
    before = client.session.session_key

    response = client.post(
        "/account/password/",
        {"current": PASSWORD, "new": "Quiet-lamp-77", "again": "Quiet-lamp-77"},
    )

    assert response.headers["Location"] == reverse("cockpit:home")
    assert client.get("/account/").status_code == 200
    assert client.session.session_key != before
    assert SignIn.objects.get(user=user).session_key == client.session.session_key


# --- demonstration ------------------------------------------------------------------------------


def test_demonstration_accounts_are_offered_by_role(client):
    first = make_user("staff", name="First", is_demo=True)
    make_user("staff", name="Second", is_demo=True)
    make_user("auditor", name="Third", is_demo=True)
    make_user("reviewer", name="Real")
    make_user("inspector", name="Closed", is_demo=True, is_active=False)

    page = client.get(SIGN_IN)
    text = page.content.decode()

    assert [offer.user.name for offer in page.context["offers"]] == [
        "First",
        "Second",
        "Third",
    ]
    assert f'name="user" value="{first.pk}"' in text
    assert "Real" not in text


def test_without_a_demonstration_nothing_is_offered(client):
    make_user("staff")

    assert "Demonstration" not in client.get(SIGN_IN).content.decode()


def test_a_click_signs_in_as_the_demonstration_account(client):
    user = make_user("staff", is_demo=True)

    response = client.post("/account/sign-in/demonstration/", {"user": user.pk})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert SignIn.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("fields", [{}, {"is_demo": True, "is_active": False}])
def test_no_other_account_opens_without_a_password(client, fields):
    user = make_user("staff", **fields)

    response = client.post("/account/sign-in/demonstration/", {"user": user.pk})

    assert response.status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.post("/account/sign-in/demonstration/", {"user": "x"}).status_code == 404


def test_changing_from_one_demonstration_account_to_another_leaves_no_session_behind(client):
    one, two = make_user("staff", is_demo=True), make_user("auditor", is_demo=True)
    client.post("/account/sign-in/demonstration/", {"user": one.pk})

    client.post("/account/sign-in/demonstration/", {"user": two.pk})

    assert [kept.user_id for kept in SignIn.objects.all()] == [two.pk]
    assert client.session["_auth_user_id"] == str(two.pk)


# --- language -----------------------------------------------------------------------------------


def test_the_language_is_kept_in_a_cookie_and_with_the_account():
    user = make_user("staff")
    client = client_as(user)

    response = client.post("/account/language/", {"language": "en", "next": "/account/"})

    user.refresh_from_db()
    assert response.headers["Location"] == "/account/"
    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert user.language == "en"
    assert 'lang="en"' in client.get("/account/").content.decode()


def test_a_visitor_chooses_a_language_too_and_leads_nowhere_else():
    client = Client()

    response = client.post(
        "/account/language/", {"language": "fr", "next": "https://evil.example/"}
    )

    assert response.headers["Location"] == reverse("cockpit:home")
    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"


def test_the_language_of_the_account_comes_with_the_first_sign_in_on_a_device():
    make_user("staff", username="li", language="en")
    client = Client()

    response = post(client)

    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize(
    ("remote", "forwarded", "kept"),
    [
        ("127.0.0.1", "10.9.8.7", "10.9.8.7"),
        ("127.0.0.1", "1.1.1.1, 10.9.8.7", "10.9.8.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("10.0.0.5", "10.9.8.7", "10.0.0.5"),
        ("", "", None),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed_about_addresses(client, remote, forwarded, kept):
    make_user(username="li")

    client.post(
        SIGN_IN,
        {"username": "li", "password": PASSWORD},
        REMOTE_ADDR=remote,
        headers={"X-Forwarded-For": forwarded},
    )

    assert SignIn.objects.get().address == kept
