"""A HEARTH_HOME with its database, the launcher beside it, and servers that can be shot."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.serving import free_port

TOP = Path(__file__).resolve().parents[2]
START_SECONDS = 180
END_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one task.

    Attributes:
        status: exit status; minus the number of the signal that ended it.
        said: its output.
        seconds: how long it took.
        steps: statements and commits, where it came to its end.
        result: what the function returned.
    """

    status: int
    said: str
    seconds: float
    steps: list[str] = field(default_factory=list)
    result: Any = None

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Place:
    """One HEARTH_HOME, on SQLite or, with ``server``, in a database of that PostgreSQL server."""

    def __init__(self, home: Path, server: str = "") -> None:
        self.home = home
        self.server = server
        self.name = f"crash_{os.getpid()}_{home.name}".replace("-", "_").lower()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("HEARTH_")}
        self.environment.pop("DATABASE_URL", None)
        self.environment |= {"HEARTH_HOME": str(home), "HEARTH_LANGUAGE": "en"}
        if server:
            self._sql(f'CREATE DATABASE "{self.name}"')
            self.environment["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{self.name}"
        home.mkdir(parents=True, exist_ok=True)
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.launcher"],
            cwd=TOP,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.launcher.stdout.readline()

    def close(self) -> None:
        """End the launcher and drop the databases."""
        self.launcher.stdin.close()
        self.launcher.wait(END_SECONDS)
        self.launcher.stdout.close()
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                names = connection.execute(
                    "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.name]
                )
                for (name,) in names.fetchall():
                    connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    # --- tasks ---

    def hearth(self, *argv: Any, **kill: Any) -> Answer:
        """Run the command line; ``kill_at``, ``kill_on`` or ``kill_after`` end it too early."""
        return self._ask({"argv": [str(word) for word in argv], **kill})

    def call(self, name: str, *args: Any) -> Any:
        """The result of a function of ``records``; it has to come to its end."""
        answer = self.attempt(name, *args)
        assert answer.status == 0, answer.said
        return answer.result

    def attempt(self, name: str, *args: Any, **kill: Any) -> Answer:
        """Run a function of ``records`` that may be killed."""
        return self._ask({"call": f"tests.reliability.records:{name}", "args": args, **kill})

    def _ask(self, task: dict[str, Any]) -> Answer:
        self.launcher.stdin.write(json.dumps(task) + "\n")
        self.launcher.stdin.flush()
        return Answer(**json.loads(self.launcher.stdout.readline()))

    # --- the database as it was ---

    def keep(self, label: str) -> None:
        """Remember the records and files of now under a name; nobody may be connected."""
        self._copy_files(self.home / "files", self.home / f"{label}.files")
        self._copy_anchors(self._anchors, self.home / f"{label}.anchors")
        if self.server:
            copy = f"{self.name}_{label}"
            self._sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            self._sql(f'CREATE DATABASE "{copy}" TEMPLATE "{self.name}"')
            return
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._file, self.home / f"{label}.kept")

    def back_to(self, label: str) -> None:
        """Bring back the records and files that ``keep`` has remembered."""
        self._copy_files(self.home / f"{label}.files", self.home / "files")
        self._copy_anchors(self.home / f"{label}.anchors", self._anchors)
        if self.server:
            self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            self._sql(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_{label}"')
            return
        for file in self.home.glob("hearth.sqlite3*"):
            file.unlink()
        shutil.copyfile(self.home / f"{label}.kept", self._file)

    @staticmethod
    def _copy_files(source: Path, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        if source.exists():
            shutil.copytree(source, target)

    @staticmethod
    def _copy_anchors(source: Path, target: Path) -> None:
        """The heads of the trail noted so far belong to its records: a server notes one a day."""
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, target)

    @property
    def _anchors(self) -> Path:
        return self.home / "anchors.log"

    @property
    def _file(self) -> Path:
        return self.home / "hearth.sqlite3"

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


class Served:
    """``hearth serve`` with all the processes below it."""

    def __init__(self, place: Place) -> None:
        self.port = free_port()
        self.log = place.home / f"serve.{self.port}.log"
        settings = {"HEARTH_PORT": str(self.port), "HEARTH_WORKERS": "2"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hearth.config.cli", "serve"],
                cwd=TOP,
                env=place.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_healthy()

    def _wait_until_healthy(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.post("/health", b"", method="GET")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace"))

    def post(
        self, path: str, body: bytes, *, method: str = "POST", key: str = ""
    ) -> tuple[int, bytes]:
        """Status and content of one answer."""
        place = urlsplit(f"http://127.0.0.1:{self.port}{path}")
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=END_SECONDS)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
            connection.request(method, place.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def kill(self) -> None:
        """End every process at once, none of them with a word."""
        processes = [self.process.pid, *self._below()]
        for pid in processes:  # stopped first, so that none notices the end of another
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        for pid in dict.fromkeys([*processes, *self._below()]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(END_SECONDS)
        until = time.monotonic() + END_SECONDS
        while any(map(_lives, processes)) and time.monotonic() < until:
            time.sleep(0.02)

    def _below(self) -> list[int]:
        found, waiting = [], [self.process.pid]
        while waiting:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{waiting.pop()}/task").iterdir():
                    below = [int(pid) for pid in (task / "children").read_text().split()]
                    found += below
                    waiting += below
        return found


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextlib.contextmanager
def served(place: Place) -> Iterator[Served]:
    """A server that is gone when the test is over, whatever happens."""
    server = Served(place)
    try:
        yield server
    finally:
        server.kill()
