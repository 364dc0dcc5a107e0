"""What the tests of these pages share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import client_as
from tests.factories_inspections import photo


def english(*who: Any, **kwargs: Any) -> Client:
    """A client signed in as the role, which reads English."""
    client = client_as(*who, **kwargs)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def upload(name: str = "a.jpg", content: bytes = b"") -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    return SimpleUploadedFile(name, content or photo(), content_type="image/jpeg")


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes, once it was asked for before."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def said(response: Any) -> list[str]:
    """Messages that the next page shows."""
    return [str(message) for message in response.context["messages"]]
