"""Whether the PostgreSQL server can be reached at all, asked before its pool is opened.

The pool of ``psycopg`` tries for 20 seconds and logs each attempt in English. For a server that
restarts under a running Hearth that is right; whoever types a command wants to know at once.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from hearth.kernel.errors import RuleViolation

SECONDS = 3
DEFAULT_PORT = "5432"


@dataclass(frozen=True, slots=True)
class Away:
    """Why nothing can be asked of the database, and what to do about it."""

    finding: str
    advice: str


def away(database: Mapping[str, Any] | None = None) -> Away | None:
    """What keeps us from the database; None where it answers, and for SQLite, which is a file.

    ``database`` is an entry of ``DATABASES``, by default that of the connection. Takes at most
    twice ``SECONDS``. A password is in no answer.
    """
    told = connection.settings_dict if database is None else database
    if not str(told["ENGINE"]).endswith("postgresql"):
        return None
    return _silent(told) or _refusing(told)


def require_database() -> None:
    """Go on only where the database answers.

    Raises:
        RuleViolation: ``database_away``; its reasons are what is wrong, and what to do.
    """
    found = away()
    if found is not None:
        raise RuleViolation("database_away", found.finding, reasons=[found.finding, found.advice])


def place(database: Mapping[str, Any]) -> str:
    """Where the server listens: host:port, or the folder of its socket."""
    host = str(database.get("HOST") or "")
    port = str(database.get("PORT") or DEFAULT_PORT)
    return f"[{host}]:{port}" if ":" in host else f"{host or 'localhost'}:{port}"


def _silent(database: Mapping[str, Any]) -> Away | None:
    """Nothing listens there. A socket in a folder (a host with a slash, or none) is left to
    ``_refusing``: only the library of PostgreSQL knows its usual folders.
    """
    host = str(database.get("HOST") or "")
    if not host or host.startswith("/"):
        return None
    port = int(database.get("PORT") or DEFAULT_PORT)
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError as error:
        words = {"place": place(database), "why": _why(error)}
        return Away(
            _("PostgreSQL does not answer at %(place)s: %(why)s.") % words,
            _("Start the database, or set DATABASE_URL right, and try again."),
        )
    return None


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return _("no machine is known by this name")
    if isinstance(error, ConnectionRefusedError):
        return _("nothing listens on this port")
    if isinstance(error, TimeoutError):
        return _("no answer within %(n)s seconds") % {"n": SECONDS}
    return error.strerror or str(error)


def _refusing(database: Mapping[str, Any]) -> Away | None:
    """Something answers, and lets us not in: a wrong user, password or name, or it is starting."""
    import psycopg  # late: whoever has SQLite need not load it

    try:
        door = psycopg.connect(
            dbname=database["NAME"],
            user=database.get("USER") or None,
            password=database.get("PASSWORD") or None,
            host=database.get("HOST") or None,
            port=database.get("PORT") or None,
            connect_timeout=SECONDS,
        )
    except psycopg.OperationalError as error:
        words = {
            "place": place(database),
            "name": database["NAME"],
            "user": database.get("USER") or "-",
            "why": str(error).strip().splitlines()[-1],
        }
        return Away(
            _(
                "PostgreSQL at %(place)s does not let the user %(user)s into the database "
                "%(name)s. It says: %(why)s"
            )
            % words,
            _(
                "Check user, password and name of the database in DATABASE_URL; a server that is "
                "just starting needs a moment."
            ),
        )
    with closing(door):
        return None
