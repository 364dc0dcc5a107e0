"""Callers of the API: other systems with their tokens."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hearth.network.models import ApiToken, User
from hearth.network.roles import PERMISSIONS
from hearth.network.services.tokens import digest_of
from tests.factories import make_tree, make_user
from tests.factories_standards import make_edition

API = "/api/v1/"
_numbers = itertools.count(1)


def make_key(user: User, *permissions: str, days: int = 30) -> str:
    """A token of ``user`` with these permissions, or with all that there are."""
    key = f"hearth_test{next(_numbers)}"
    ApiToken.objects.create(
        user=user,
        name="test",
        digest=digest_of(key),
        permissions=sorted(permissions or PERMISSIONS),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return key


class Caller:
    """Calls the API with one token, in English, and speaks JSON."""

    def __init__(self, user: User, *permissions: str) -> None:
        self.user = user
        self.key = make_key(user, *permissions)
        headers = {"authorization": f"Bearer {self.key}", "accept-language": "en"}
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(API + path, body, content_type="application/json")

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(API + path, body, content_type="application/json")

    def delete(self, path: str, **query: Any) -> Any:
        return self.client.delete(API + path, query_params=query)

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(API + path, fields)


@pytest.fixture
def tree(db):
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def caller_as(tree):
    """``caller_as("inspector", unit=…, only=("network.view",))``: a new user with a token."""

    def make(*roles, unit=None, only=(), **fields):
        return Caller(make_user(*roles, unit=unit or tree.province, **fields), *only)

    return make


@pytest.fixture
def manager(caller_as):
    return caller_as("programme_manager")


@pytest.fixture
def inspector(caller_as):
    return caller_as("inspector")


def codes(answer: Any) -> list[str]:
    """Codes of the units on a page of an answer."""
    return [row["code"] for row in answer.json()["items"]]


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, which always has the same form."""
    body = answer.json()
    assert set(body) == {"code", "message", "facts"}
    return answer.status_code, body["code"]
