"""Keeping child processes alive, and ending them with their parent."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)
GRACE_SECONDS = 20  # what a request or a job under way gets to finish
LOOK_SECONDS = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # a child that lived so long has not failed at starting


@dataclass
class Child:
    """One process to keep.

    ``vital``: without it there is no point in going on. Another one is started again, after a
    pause that doubles while it keeps failing.
    """

    name: str
    command: list[str]
    vital: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    pause: float = field(default=1.0)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl+C reaches the parent alone."""
        # S603: the command is ours, word by word
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603
        self.started = time.monotonic()

    def look(self, now: float) -> bool:
        """Start it again when it has ended; False when it was vital."""
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return True
        status = self.process.poll()
        if status is None:
            return True
        log.error("%s ended with status %s", self.name, status)
        self.process = None
        if now - self.started > STEADY_SECONDS:
            self.pause = 1.0
        self.again_at = now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
        return not self.vital

    def end(self) -> None:
        """Ask it to finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has finished; at the deadline it is killed, and its job revived later."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in time", self.name)
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Runs children until SIGTERM or SIGINT, or until a vital one has ended."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.ending = threading.Event()

    def keep(self, name: str, command: list[str], *, vital: bool) -> None:
        """Add a child; it is started by ``run``."""
        self.children.append(Child(name, command, vital))

    def run(self, announce: Callable[[], bool]) -> bool:
        """Go on until the end; ``announce`` is called until it says that it has spoken.

        Returns:
            True after a signal, False when a vital child ended by itself.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: self.ending.set())
        wanted, spoken = True, False
        for child in self.children:
            child.start()
        while not self.ending.wait(LOOK_SECONDS):
            spoken = spoken or announce()
            if not all([child.look(time.monotonic()) for child in self.children]):
                wanted = False
                break
        for child in self.children:
            child.end()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.wait(deadline)
        return wanted


def watch_parent() -> None:
    """End this process, as by SIGTERM, soon after its parent has died without a word."""
    parent = os.getppid()

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def is_taken(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((_reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


def answers(host: str, port: int) -> bool:
    """Whether a page comes back: the port is open well before the first worker is ready."""
    asked = http.client.HTTPConnection(_reachable(host), port, timeout=5)
    try:
        asked.request("GET", "/health")
        asked.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def _reachable(host: str) -> str:
    """The address to ask for a server that listens on every one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound
