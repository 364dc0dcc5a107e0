"""What every test stands on: a database, a folder of its own, and a machine without a network.

pytest                      SQLite
pytest --db=postgres        PostgreSQL: HEARTH_TEST_POSTGRES if set, else a server of our own
pytest -m e2e tests/e2e     in a browser
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest

from tests import broker, postgres

DATABASES = ("sqlite", "postgres")
TESTS = Path(__file__).parent
COMMITTING = {"transactional_db", "live_server"}
DATABASE_FIXTURES = {"db", *COMMITTING}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_leaving = contextlib.ExitStack()
atexit.register(_leaving.close)  # also where pytest gives up before it has begun


def _chosen_database() -> str:
    """The value of --db, read before pytest reads it: the settings are needed at import time."""
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    reader.add_argument("--db", default=os.environ.get("HEARTH_TEST_DB", DATABASES[0]))
    return str(reader.parse_known_args(sys.argv[1:])[0].db)


def _prepare_environment() -> str:
    """Choose the database and the folder of this process, and forget what the developer has set.

    The first process starts the PostgreSQL server; the workers of xdist inherit its address. Each
    process has a folder of its own, all below that of the first.
    """
    database = _chosen_database()
    for name in [n for n in os.environ if n.startswith("HEARTH_") and "_TEST_" not in n]:
        del os.environ[name]
    if not WORKER:
        base = Path(tempfile.mkdtemp(prefix="hearth-tests-"))
        _leaving.callback(shutil.rmtree, base, ignore_errors=True)
        os.environ["HEARTH_TEST_BASE"] = str(base)
        os.environ["HEARTH_TEST_DB"] = database
    home = Path(os.environ["HEARTH_TEST_BASE"]) / (WORKER or "main")
    (home / "static").mkdir(parents=True)
    os.environ["HEARTH_HOME"] = str(home)
    os.environ["HEARTH_SECRET_KEY"] = "only-for-tests-" + "0" * 40
    os.environ["HEARTH_DATA_KEY"] = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE="
    os.environ["DATABASE_URL"] = _database_url(database, home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hearth.config.settings"
    return database


def _database_url(database: str, home: Path) -> str:
    if database == "sqlite":
        return f"sqlite:///{home / 'hearth.sqlite3'}"
    if database != "postgres":
        raise pytest.UsageError(f"--db={database}: choose one of {', '.join(DATABASES)}")
    if "HEARTH_TEST_POSTGRES" not in os.environ:
        server = _leaving.enter_context(postgres.running())
        os.environ["HEARTH_TEST_POSTGRES"] = server.url
        _leaving.callback(os.environ.pop, "HEARTH_TEST_POSTGRES", None)
    return os.environ["HEARTH_TEST_POSTGRES"]


def _adapt_settings() -> None:
    """What differs from production, each with its reason."""
    from django.conf import settings

    from tests.template_variables import Undefined

    # Argon2 is slow on purpose; the first hasher makes new passwords, the others still verify.
    fast = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [fast, *settings.PASSWORD_HASHERS]
    # Plain names: hashed ones would need all files collected before the first page.
    storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": storage}}
    # A variable that the view does not give is a mistake, not an empty string.
    # A file, as in production: two connections to one in memory do not lock each other out.
    if DATABASE == "sqlite":
        home = os.environ["HEARTH_HOME"]
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{home}/test.sqlite3"
    options: Any = settings.TEMPLATES[0]["OPTIONS"]
    options["string_if_invalid"] = Undefined()


# A busy machine is not a counter-example.
hypothesis.settings.register_profile("hearth", deadline=None)
hypothesis.settings.load_profile("hearth")

DATABASE = _prepare_environment()
django.setup()
_adapt_settings()
# Not inherited: pytest-django would read a worker's settings before this file has run there.
del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=DATABASES,
        default=DATABASE,
        help="database of the run (default: HEARTH_TEST_DB, else sqlite)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--db") != DATABASE:
        raise pytest.UsageError("--db came too late; set HEARTH_TEST_DB instead")


def pytest_unconfigure() -> None:
    _leaving.close()


def pytest_report_header() -> str:
    return f"database: {DATABASE}"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run cannot show, or shows no better than the other; it is counted.

    That is what needs PostgreSQL or a broker where there is none, and on PostgreSQL what touches
    no database: it has run with SQLite.
    """
    missing = [] if DATABASE == "postgres" else ["postgres"]
    missing += [] if broker.find() else ["broker"]
    left_out = [
        item
        for item in items
        if any(map(item.get_closest_marker, missing))
        or (DATABASE == "postgres" and not _touches_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    _share_out(items)


LARGE = 300
"""From so many tests on a module is begun first, so that no worker waits for the other's last."""


def _share_out(items: list[pytest.Item]) -> None:
    """Give a module whole to one worker, so that what its tests share is made once.

    Tests that commit come last and one by one: they leave the database without what the
    migrations put into it.
    """
    sizes = Counter(item.path for item in items)
    for item in items:
        if not _commits(item):
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(TESTS))))
    items.sort(key=lambda item: (_commits(item), sizes[item.path] < LARGE))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = getattr(item, "fixturenames", ())
    return bool(marker and marker.kwargs.get("transaction")) or not COMMITTING.isdisjoint(asked)


OTHER_PROCESSES = ("config", "e2e", "reliability")
"""Folders of tests that start Hearth as processes of their own, with the database of the run."""


def _touches_database(item: pytest.Item) -> bool:
    if item.path.relative_to(TESTS).parts[0] in OTHER_PROCESSES:
        return True
    asked = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(
        asked
    )


# --- no network ---------------------------------------------------------------------------------


class NetworkForbidden(Exception):
    """A test, or the code under it, reached for another machine."""


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name in (None, "", "localhost", "::1", "0.0.0.0") or str(name).startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Hearth sends nothing off the machine (design 6.11): every attempt is an error here."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise NetworkForbidden(f"connect to {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host):
            raise NetworkForbidden(f"look up {host}")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


# --- what tests ask for -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def hearth_home() -> Path:
    """The HEARTH_HOME of this test process."""
    return Path(os.environ["HEARTH_HOME"])


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """Every test begins in the language of the settings, whatever the one before switched to."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()
