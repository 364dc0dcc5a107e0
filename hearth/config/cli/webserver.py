"""The web server as a process of its own: ``python -m hearth.config.cli.webserver HOST PORT N``.

Started by ``hearth serve``. It reads no database before its workers do, so it starts quickly and
holds little memory.
"""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hearth.config.cli.supervision import watch_parent

THREADS = 4  # a worker; measured: more do not help pages that compute


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM; requests under way are finished."""
    watch_parent()
    Granian(
        "hearth.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":  # workers are spawned and import this file again
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
