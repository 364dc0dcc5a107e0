"""What the tests of this area's pages share."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hearth.network.models import Unit, User
from tests.factories import client_as
from tests.factories_inspections import photo


def english(who: User | str, unit: Unit | None = None) -> Client:
    """A client that is signed in and reads English."""
    client = client_as(who, unit=unit)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def queries(client: Client, address: str) -> int:
    """How many queries a page takes."""
    client.get(address)  # what is asked once a minute is asked
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def upload() -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    return SimpleUploadedFile("photo.jpg", photo(), "image/jpeg")
