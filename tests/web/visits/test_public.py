"""The public page: a daughter asks for a home visit on her telephone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hearth.outreach.models import Visit
from tests.factories import client_as, make_tree
from tests.factories_visits import ADDRESS, ILLNESS, NAME, PHONE, SECRETS, make_rules, make_visit

pytestmark = pytest.mark.django_db
ASK, RECEIVED, STATE = (reverse(f"home-visit:{name}") for name in ("ask", "received", "state"))


@pytest.fixture(autouse=True)
def rules():
    make_rules()


@pytest.fixture
def tree():
    return make_tree()


def text_of(answer):
    return answer.content.decode()


def typed(client, **more):
    key = client.get(ASK).context["form"]["uuid"].value()
    start = {
        "uuid": key,
        "unit": "E",
        "name": NAME,
        "phone": "１３９ 0412 7356",
        "address": ADDRESS,
        "group": "very_old",
        "need": "account",
        "circumstances": ILLNESS,
        "consents": "on",
    }
    return start | more


def test_the_page_is_chinese_for_everyone_and_says_what_it_is_for(tree):
    text = text_of(Client().get(ASK, headers={"accept-language": "en"}))

    assert 'lang="zh-CN"' in text
    assert "仅用于安排本次上门服务" in text
    assert "30 天后删除" in text
    assert "data-hearth-speak" in text


def test_the_page_is_english_for_who_chose_it(tree):
    client = Client()
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})

    text = text_of(client.get(ASK))

    assert "Ask for a home visit" in text
    assert "30 days after the visit is closed" in text


def test_a_request_is_sent_and_the_receipt_shows_a_number_and_nobody(tree):
    client = Client()

    answer = client.post(ASK, typed(client))

    visit = Visit.objects.get()
    assert answer.url == f"{RECEIVED}?code={visit.code}"
    assert (visit.name, visit.phone, visit.unit, visit.channel) == (
        NAME,
        PHONE,
        tree.east,
        "public",
    )
    receipt = text_of(client.get(answer.url))
    assert " ".join(re.findall("....", visit.code)) in receipt
    assert not any(secret in receipt for secret in SECRETS)


def test_sent_twice_it_is_one_request(tree):
    client = Client()
    sent = typed(client)

    urls = {client.post(ASK, sent).url for _n in range(3)}

    assert len(urls) == Visit.objects.count() == 1


@pytest.mark.parametrize(
    "missing", ["name", "phone", "address", "group", "need", "unit", "consents", "uuid"]
)
def test_what_is_missing_is_said_and_what_was_typed_stays(tree, missing):
    client = Client()

    answer = client.post(ASK, typed(client) | {missing: ""})

    assert answer.status_code == 422
    assert not Visit.objects.exists()
    if missing != "name":
        assert NAME in text_of(answer)


@pytest.mark.parametrize("unit", ["P", "E1", "nowhere"])
def test_only_what_is_offered_can_be_chosen(tree, unit):
    client = Client()

    assert client.post(ASK, typed(client, unit=unit)).status_code == 422


def test_a_poster_names_its_outlet(tree):
    client = Client()
    address = f"{ASK}?at=E1"

    assert "东门支行" in text_of(client.get(address))
    client.post(address, typed(client, unit="E1"))

    assert Visit.objects.get().unit == tree.east_outlets[0]


def test_a_poster_of_an_outlet_that_is_no_more_still_leads_to_the_form(tree):
    assert Client().get(f"{ASK}?at=GONE").status_code == 200


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "王\u202e芬", "𠮷" * 60, "👵🏽"])
def test_odd_names_are_kept_as_they_are(tree, name):
    client = Client()

    assert client.post(ASK, typed(client, name=name)).status_code == 302
    assert Visit.objects.get().name == name


def test_markup_that_someone_typed_is_never_markup(tree):
    client = Client()
    name = "<script>alert(1)</script>"

    text = text_of(client.post(ASK, typed(client, name=name, phone="")))

    assert name not in text
    assert "&lt;script&gt;" in text


def test_the_sixth_request_of_an_hour_is_refused_in_words(tree):
    client = Client()
    for _n in range(5):
        assert client.post(ASK, typed(client)).status_code == 302

    answer = client.post(ASK, typed(client))

    assert answer.status_code == 422
    assert Visit.objects.count() == 5


def test_who_asks_from_elsewhere_is_not_held_off_with_them(tree):
    client = Client()  # the proxy in front stands on this machine and says who asks
    for _n in range(5):
        client.post(ASK, typed(client), headers={"x-forwarded-for": "203.0.113.1"})

    answer = client.post(ASK, typed(client), headers={"x-forwarded-for": "203.0.113.2"})
    looked = [
        client.get(f"{STATE}?code=123456789012", headers={"x-forwarded-for": "203.0.113.1"})
        for _n in range(31)
    ]
    other = client.get(f"{STATE}?code=123456789012", headers={"x-forwarded-for": "203.0.113.2"})

    assert answer.status_code == 302
    assert Visit.objects.count() == 6
    said = [one.context["form"].errors for one in (looked[0], looked[-1], other)]
    assert said[2] == said[0] != said[1]


def test_a_form_from_elsewhere_is_refused(tree):
    client = Client(enforce_csrf_checks=True)

    assert client.post(ASK, typed(client)).status_code == 403


def test_staff_who_are_signed_in_see_the_same_page(tree):
    text = text_of(client_as("outlet_head", unit=tree.east).get(ASK))

    assert "sidebar" not in text


# --- how it stands --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", Visit.Stage.values)
def test_a_number_shows_the_state_and_nobody(tree, stage):
    outlet = tree.east_outlets[0]
    visit = make_visit(outlet, stage)

    answer = Client().get(STATE, {"code": visit.code})
    text = text_of(answer)

    assert answer.status_code == 200
    assert outlet.name in text
    assert not any(secret in text for secret in SECRETS)
    assert "䶮" not in text
    names = [p.name for p in (visit.first_visitor, visit.second_visitor) if p]
    assert not any(name in text for name in names)


@pytest.mark.parametrize("code", ["000000000000", "x", "👵", "1" * 30, "'; DROP TABLE"])
def test_a_number_that_nobody_has_is_said(tree, code):
    answer = Client().get(STATE, {"code": code})

    assert answer.status_code == 422
    assert answer.context["visit"] is None


def test_guessing_numbers_ends_soon(tree):
    visit = make_visit(tree.east_outlets[0])
    client = Client()
    for number in range(30):
        client.get(STATE, {"code": f"{number:012d}"})

    answer = client.get(STATE, {"code": visit.code})

    assert answer.status_code == 422
    assert answer.context["visit"] is None


@pytest.mark.parametrize("code", ["", "12", "123456789012x", "１２３４５６７８９０１２"])
def test_a_receipt_of_nothing_leads_to_the_form(code):
    assert Client().get(RECEIVED, {"code": code}).url == ASK


def test_nothing_is_kept_by_the_browser(tree):
    for address in (ASK, STATE, f"{RECEIVED}?code=123456789012"):
        assert "no-store" in Client().get(address).headers["Cache-Control"]
