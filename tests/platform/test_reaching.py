"""A database server that is away: said at once, by its place, and never with a password."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import translation

from hearth.kernel.errors import RuleViolation
from hearth.platform import health, reaching

SERVER = {"ENGINE": "hearth.platform.postgresql", "NAME": "hall", "USER": "li",
          "PASSWORD": "geheim"}  # fmt: skip


@contextmanager
def listening():
    """A port on which something answers that is no PostgreSQL: it hangs up on everyone."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_a_port_without_a_server_is_named(english):
    port = closed_port()

    found = reaching.away(SERVER | {"HOST": "127.0.0.1", "PORT": str(port)})

    assert found.finding == (
        f"PostgreSQL does not answer at 127.0.0.1:{port}: nothing listens on this port."
    )
    assert "DATABASE_URL" in found.advice


def test_a_server_that_refuses_is_quoted_without_the_password(english):
    with listening() as port:
        found = reaching.away(SERVER | {"HOST": "127.0.0.1", "PORT": str(port)})

    assert f"127.0.0.1:{port} does not let the user li into the database hall" in found.finding
    assert "geheim" not in found.finding + found.advice
    assert "password" in found.advice


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no machine is known"),
        (TimeoutError("timed out"), "no answer within 3 seconds"),
        (OSError(113, "No route to host"), "No route to host"),
    ],
)
def test_what_keeps_us_away_is_told_by_its_kind(english, monkeypatch, error, words):
    def refuses(place, timeout):
        raise error

    monkeypatch.setattr(socket, "create_connection", refuses)

    assert words in reaching.away(SERVER | {"HOST": "db", "PORT": ""}).finding
    assert "db:5432" in reaching.away(SERVER | {"HOST": "db", "PORT": ""}).finding


@pytest.mark.parametrize(
    ("host", "port", "place"),
    [
        ("db.example", "5433", "db.example:5433"),
        ("::1", "", "[::1]:5432"),
        ("", "", "localhost:5432"),
        ("/run/postgresql", "", "/run/postgresql:5432"),
    ],
)
def test_a_place_is_written_as_in_an_address(host, port, place):
    assert reaching.place({"HOST": host, "PORT": port}) == place


@pytest.mark.django_db
def test_the_database_of_these_tests_is_reached():
    reaching.require_database()

    assert reaching.away() is None
    assert reaching.away({"ENGINE": "hearth.platform.sqlite", "NAME": "x"}) is None


def test_who_needs_the_database_is_refused_with_the_reason_and_the_advice(monkeypatch):
    monkeypatch.setattr(reaching, "away", lambda: reaching.Away("gone", "start it"))

    with pytest.raises(RuleViolation) as refusal:
        reaching.require_database()

    assert refusal.value.code == "database_away"
    assert refusal.value.facts["reasons"] == ["gone", "start it"]


def test_the_doctor_does_not_knock_where_nothing_answers(monkeypatch):
    monkeypatch.setattr(health, "away", lambda: reaching.Away("gone", "start it"))
    monkeypatch.setattr(connection, "cursor", lambda: pytest.fail("it asked all the same"))

    check = health.check_database(deep=True)

    assert (check.state, check.finding, check.advice) == ("wrong", "gone", "start it")
