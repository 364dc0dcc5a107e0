"""One's own account: sessions, tokens, password, and what one may do."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from hearth.network.models import ApiToken, SignIn, User
from hearth.network.services.sign_ins import record_sign_in
from hearth.network.services.tokens import digest_of
from hearth.web.accounts.devices import device_name
from tests.factories import PASSWORD, client_as, make_person, make_tree, make_user

pytestmark = pytest.mark.django_db


def english(client):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def signed_in(user, **headers):
    client = english(Client())
    client.post(
        "/account/sign-in/", {"username": user.username, "password": PASSWORD}, headers=headers
    )
    return client


def test_my_account_shows_me_my_roles_and_my_sessions():
    tree = make_tree()
    user = make_user(
        "branch_manager", unit=tree.east, person=make_person(tree.east, staff_no="A77")
    )
    client = signed_in(user, **{"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari"})

    page = client.get("/account/").content.decode()

    assert "A77" in page
    assert "Branch manager" in page
    assert "东城分行" in page
    assert "Chrome, Windows" in page
    assert "here</span>" in page


def test_another_session_of_mine_can_be_ended_from_here():
    user = make_user("staff")
    here, there = signed_in(user), signed_in(user)
    other = SignIn.objects.exclude(session_key=here.session.session_key).get()

    response = here.post(f"/account/sessions/{other.pk}/end/")

    assert response.headers["Location"] == "/account/"
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_a_session_of_someone_else_is_not_there():
    other = record_sign_in(user=make_user("staff"), session_key="k")

    assert client_as("staff").post(f"/account/sessions/{other.pk}/end/").status_code == 404


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        ("wrong", "Quiet-lamp-77", "Quiet-lamp-77", "The current password is not right."),
        (PASSWORD, "Quiet-lamp-77", "Quiet-lamp-78", "The two new passwords differ."),
        (PASSWORD, "short", "short", "at least 10"),
        (PASSWORD, PASSWORD, PASSWORD, "Choose a password other than the current one."),
    ],
)
def test_a_bad_change_of_password_says_why(current, new, again, words):
    user = make_user("staff")
    client = english(client_as(user))

    response = client.post("/account/password/", {"current": current, "new": new, "again": again})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_changed_password_ends_every_other_session():
    user = make_user("staff")
    here, there = signed_in(user), signed_in(user)

    here.post(
        "/account/password/",
        {"current": PASSWORD, "new": "Quiet-lamp-77", "again": "Quiet-lamp-77"},
    )

    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert Session.objects.count() == 1


def test_what_i_may_do_names_each_permission_its_role_and_its_unit():
    tree = make_tree()
    manager = make_user("security_admin", name="Feng Xue")
    make_user("security_admin", unit=tree.west, name="Of the west")
    client = english(client_as("inspector", unit=tree.east))

    page = client.get("/account/what-i-may-do/")
    text = re.sub(r"\s+", " ", page.content.decode())

    assert "allow <strong>3</strong> of" in text
    assert "fill in and submit checks" in text
    assert "Inspector · 东城分行" in text
    allowed, others = page.context["allowed"], page.context["others"]
    assert len(allowed) == 3
    assert len(allowed) + len(others) == page.context["total"]
    assert [giver.user_id for giver in page.context["givers"]] == [manager.pk]
    assert "Of the west" not in text


def test_who_holds_no_role_learns_whom_to_ask():
    make_tree()
    make_user("security_admin", name="Feng Xue")

    text = english(client_as(make_user())).get("/account/what-i-may-do/").content.decode()

    assert "You hold no role yet" in text
    assert "Feng Xue" in text


def test_a_token_is_shown_once_and_works():
    user = make_user("programme_manager")
    client = english(client_as(user))

    made = client.post(
        "/account/tokens/new/",
        {"name": "Data platform", "permissions": ["scores.view"], "days": 30},
    )
    key = re.search(r"hearth_[\w-]{43}", made.content.decode()).group()

    token = ApiToken.objects.get(user=user)
    assert token.digest == digest_of(key)
    assert made.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    later = client.get("/account/").content.decode()
    assert "Data platform" in later
    assert key not in later


def test_a_token_offers_only_what_its_owner_may_do():
    client = english(client_as("programme_manager"))

    text = client.get("/account/tokens/new/").content.decode()
    refused = client.post(
        "/account/tokens/new/", {"name": "x", "permissions": ["audit.view"], "days": 30}
    )

    assert 'value="scores.view"' in text
    assert 'value="audit.view"' not in text
    assert refused.status_code == 422
    assert not ApiToken.objects.exists()


def test_tokens_are_for_those_who_may_have_them():
    assert client_as("staff").get("/account/tokens/new/").status_code == 403


def test_a_token_is_revoked_from_my_account():
    user = make_user("programme_manager")
    client = english(client_as(user))
    client.post("/account/tokens/new/", {"name": "x", "permissions": ["scores.view"], "days": 30})
    token = ApiToken.objects.get()

    response = client.post(f"/account/tokens/{token.pk}/revoke/", follow=True)

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "The token is revoked." in response.content.decode()
    assert client_as("staff").post(f"/account/tokens/{token.pk}/revoke/").status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140 MicroMessenger/8", "WeChat, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; UOS) Firefox/128", "Firefox, UOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_is_named_in_a_few_words(user_agent, name):
    assert device_name(user_agent) == name


@pytest.mark.parametrize(
    "path", ["/account/", "/account/password/", "/account/what-i-may-do/", "/account/users/"]
)
def test_strangers_are_sent_to_the_sign_in_page(path):
    response = Client().get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/sign-in/?next=")
