"""`hearth serve` as a process of its own, for browser tests, pictures and measurements."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
FIRST_START_SECONDS = 240  # loads the invented bank


class NotServing(Exception):
    """The server ended or never answered; the text ends with what it wrote."""


@contextlib.contextmanager
def serving(
    home: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run ``hearth serve`` on a free port over ``home`` and give its address.

    Args:
        home: HEARTH_HOME; ``serve.log`` in it holds what the server writes.
        arguments: of the command, ``--demo`` for one.
        environment: more settings, ``{"DATABASE_URL": …}`` for one; without it SQLite in ``home``.

    Raises:
        NotServing: it ended, or did not answer in time.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    settings = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    settings |= {"HEARTH_HOME": str(home), "HEARTH_PORT": str(port), **(environment or {})}
    log = home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("hearth"), "serve", *arguments],
            cwd=TOP,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, address, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + FIRST_START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise NotServing(f"no answer at {address}:\n{log.read_text(errors='replace')[-3000:]}")


def free_port() -> int:
    """A port of this machine that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
