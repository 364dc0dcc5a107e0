"""The API described: complete, in the reader's language, and as a page."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from hearth.api.description import operations
from hearth.network.roles import PERMISSIONS
from tests.factories import client_as

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def described(language):
    return Client().get("/api/v1/openapi.json", headers={"accept-language": language}).json()


def words(value):
    """Every summary and description, wherever it stands."""
    if isinstance(value, dict):
        own = [value[k] for k in ("summary", "description") if isinstance(value.get(k), str)]
        return [*own, *(text for inner in value.values() for text in words(inner))]
    return [text for inner in value for text in words(inner)] if isinstance(value, list) else []


def test_anyone_reads_the_description():
    found = described("en")

    assert (found["openapi"], found["info"]["title"]) == ("3.1.0", "Hearth")
    assert set(found["components"]["securitySchemes"]) == {"TokenAuth", "SessionAuth"}


@pytest.mark.parametrize(("language", "chinese"), [("en", False), ("zh-CN", True)])
def test_it_is_written_in_one_language(language, chinese):
    texts = [text for text in words(described(language)) if text]

    assert len(texts) > 200
    assert {text for text in texts if bool(CHINESE.search(text)) != chinese} == set()


def test_every_call_says_what_it_is_and_how_it_refuses():
    calls = list(operations(described("en")))

    names = [call["operationId"] for _path, _method, call in calls]
    assert len(names) == len(set(names)) >= 34
    for path, _method, call in calls:
        assert call["summary"], path
        assert call["tags"], path
        assert call["x-permission"] in {*PERMISSIONS, "signed_in"}, path
        assert {"401", "403", "422"} <= set(call["responses"]), path
        assert "500" not in call["responses"], path


def test_every_form_that_is_named_is_there():
    found = described("en")

    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(found)))
    assert named == set(found["components"]["schemas"])


@pytest.mark.parametrize(("language", "heading"), [("en", "First call"), ("zh-CN", "首次调用")])
def test_the_page_shows_every_call_and_its_links_lead_somewhere(language, heading, settings):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = {"en": "en", "zh-CN": "zh-hans"}[language]
    page = client.get("/api/v1/docs").content.decode()

    assert heading in page
    for path, _method, call in operations(described(language)):
        assert f"<code>{path}</code>" in page
        assert f'id="call-{call["operationId"]}"' in page
    targets = set(re.findall(r'href="#(form-\w+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="(form-\w+)"', page))
    assert "http://testserver/api/v1/me" in page
    assert "<script>" not in page


def test_who_is_signed_in_reads_it_under_the_menu():
    account = f'href="{reverse("accounts:me")}"'

    assert account in client_as("inspector").get("/api/v1/docs").content.decode()
    assert account not in Client().get("/api/v1/docs").content.decode()


def test_the_beginning_leads_to_the_page():
    assert Client().get("/api/v1/")["Location"] == "/api/v1/docs"
    for address in ("docs", "openapi.json"):
        assert Client().post(f"/api/v1/{address}").status_code == 405
