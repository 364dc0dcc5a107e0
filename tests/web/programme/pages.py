"""How these pages are asked: in English, and counting what they ask of the database."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import client_as


def english(who, **more):
    client = client_as(who, **more)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def body(answer):
    return answer.content.decode()


def queries(client, address):
    """How many a page takes, once the session is renewed."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
