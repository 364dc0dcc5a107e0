"""The machine's own Mosquitto, as a broker that can be stopped and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.serving import free_port

START_SECONDS = 30
CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
user {user}
persistence true
persistence_location {folder}/
autosave_interval 60
max_queued_messages 0
log_dest file {folder}/mosquitto.log
"""


class NoBroker(Exception):
    """The machine has no Mosquitto, or it does not start."""


def find() -> str:
    """Path of the program: HEARTH_TEST_MOSQUITTO, or that of the system; empty without one."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return os.environ.get("HEARTH_TEST_MOSQUITTO") or shutil.which("mosquitto", path=places) or ""


class Broker:
    """One broker with a folder for what it keeps; the port stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        user = "root" if os.getuid() == 0 else os.environ.get("USER", "nobody")
        text = CONFIGURATION.format(port=self.port, folder=folder, user=user)
        (folder / "mosquitto.conf").write_text(text)

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it lets one in."""
        program = find()
        if not program:
            raise NoBroker("install mosquitto: scripts/broker_ready")
        self.process = subprocess.Popen(
            [program, "-c", str(self.folder / "mosquitto.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise NoBroker((self.folder / "mosquitto.log").read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """End it as its service does: it writes what it has accepted, and leaves."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(START_SECONDS)
            self.process = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def __enter__(self) -> Broker:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
