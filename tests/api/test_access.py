"""Who gets in, as whom, and how everyone else is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hearth.network.actors import actor_of
from hearth.network.models import ApiToken
from hearth.network.services.tokens import revoke_token
from tests.api.conftest import API, Caller, codes, make_key, refusal
from tests.factories import client_as, make_user


def with_key(key):
    return Client(headers={"authorization": key, "accept-language": "en"}).get(API + "me")


def test_a_token_says_what_it_may_do_and_until_when(tree):
    caller = Caller(make_user("branch_manager", unit=tree.east), "network.view", "audit.view")

    body = caller.get("me").json()

    assert body["permissions"] == ["network.view"]  # no more than its owner holds
    assert body["roles"] == [{"role": "branch_manager", "unit": "东城分行"}]
    assert body["expires_at"].startswith(str(ApiToken.objects.get().expires_at.year))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "hearth_x"])
def test_without_a_valid_token_nobody_gets_in(tree, header):
    answer = with_key(header)

    assert refusal(answer) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends(tree):
    key = make_key(make_user("inspector"), days=1)

    assert with_key(f"Bearer {key}").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1), tick=False):
        assert with_key(f"Bearer {key}").status_code == 401


def test_a_token_taken_back_is_worth_nothing_at_once(tree):
    user = make_user("inspector")
    key = make_key(user)
    assert with_key(f"Bearer {key}").status_code == 200

    actor = actor_of(user, on=timezone.localdate())
    revoke_token(actor=actor, token_id=ApiToken.objects.get().pk)

    assert with_key(f"Bearer {key}").status_code == 401


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"must_change_password": True}, {"is_operator": True}]
)
def test_a_token_of_someone_who_cannot_sign_in_is_worth_nothing(tree, change):
    user = make_user("inspector")
    key = make_key(user)
    for name, value in change.items():
        setattr(user, name, value)
    user.save()

    assert with_key(f"Bearer {key}").status_code == 401


def test_a_token_does_only_what_it_was_made_for(caller_as):
    caller = caller_as("programme_manager", only=("standards.view",))

    assert caller.get("editions").status_code == 200
    answer = caller.get("units")
    assert refusal(answer) == (403, "not_allowed")
    assert answer.json()["facts"] == {"permission": "network.view"}


def test_a_role_taken_away_narrows_its_tokens_at_once(tree):
    caller = Caller(make_user("branch_manager", unit=tree.east))
    assert codes(caller.get("units")) == ["E", "ES", "E3", "E1", "E2"]

    caller.user.grants.update(valid_to=timezone.localdate())

    assert caller.get("units").status_code == 403


def test_a_token_sees_the_part_of_the_tree_its_owner_sees(tree):
    caller = Caller(make_user("outlet_head", unit=tree.west_outlets[0]))

    assert codes(caller.get("units")) == ["W1"]


def test_a_session_reads_without_and_writes_only_with_the_csrf_token(tree):
    client = client_as("inspector", unit=tree.province)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    body = json.dumps({"uuid": "not one"})

    assert strict.get(API + "me").json()["expires_at"] is None
    refused = strict.post(API + "inspections", body, content_type="application/json")
    assert refusal(refused) == (403, "csrf_failed")
    strict.get("/account/")  # any page hands out the token
    token = strict.cookies["csrftoken"].value
    headers = {"x-csrftoken": token}
    passed = strict.post(
        API + "inspections", body, content_type="application/json", headers=headers
    )
    assert refusal(passed) == (422, "malformed")


def test_a_wrong_token_is_not_made_good_by_a_session(tree):
    client = client_as("inspector", unit=tree.province)

    answer = client.get(API + "me", headers={"authorization": "Bearer nonsense"})

    assert answer.status_code == 401


def test_refusals_are_worded_in_the_language_asked_for(tree):
    client = Client()

    english = client.get(API + "me", headers={"accept-language": "en"}).json()["message"]
    chinese = client.get(API + "me", headers={"accept-language": "zh-CN,zh;q=0.9"}).json()

    assert english == "Send a valid access token, or sign in."
    assert chinese["message"] == "请提供有效的访问令牌，或先登录。"
    assert client.get(API + "me").json() == chinese  # the language of the pages


def test_the_use_of_a_token_is_kept_to_the_minute(tree):
    with time_machine.travel("2026-01-05 10:00 +0800", tick=False) as clock:
        caller = Caller(make_user("inspector"))
        caller.get("me")
        first = ApiToken.objects.get().used_at
        clock.shift(30)
        caller.get("me")
        assert ApiToken.objects.get().used_at == first
        clock.shift(31)
        caller.get("me")
        assert ApiToken.objects.get().used_at > first


@pytest.mark.parametrize("path", ["nothing", "units/", "inspections/not-a-uuid", "editions/x"])
def test_an_address_that_is_none_is_refused_in_the_form_of_the_api(inspector, path):
    assert refusal(inspector.get(path)) == (404, "not_found")


def test_a_body_that_is_no_json_is_unreadable(inspector):
    for body in ("{", "NaN", '{"uuid": Infinity}', "[" * 100_000):
        assert refusal(inspector.post("inspections", body)) == (400, "unreadable")


def test_a_body_that_is_too_large_is_refused_unread(inspector, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert refusal(inspector.post("inspections", {"remarks": "x" * 2000})) == (413, "too_large")


def test_a_fault_of_ours_is_told_with_its_number(inspector, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("hearth.api.units.filtered_units", broken)

    answer = inspector.get("units")

    assert refusal(answer) == (500, "fault")
    assert answer.json()["facts"]["request"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in answer.content.decode()
