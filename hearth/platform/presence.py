"""Who is at work on this HEARTH_HOME: the servers, or someone who must be alone with it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hearth.kernel.errors import RuleViolation


@contextmanager
def running() -> Iterator[None]:
    """Held by a server or a worker for as long as it lives, together with any number of others.

    Raises:
        RuleViolation: ``being_restored``.
    """
    with _lock(fcntl.LOCK_SH) as held:
        if not held:
            raise RuleViolation(
                "being_restored", _("A backup is being restored here. Start again when it is done.")
            )
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Held while the records are replaced as a whole.

    Raises:
        RuleViolation: ``still_running``: a server or worker of this HEARTH_HOME is at work.
    """
    with _lock(fcntl.LOCK_EX) as held:
        if not held:
            raise RuleViolation(
                "still_running",
                _("Hearth is running here. Stop “hearth serve” and “hearth worker” first."),
            )
        yield


@contextmanager
def _lock(kind: int) -> Iterator[bool]:
    """A lock of the operating system, which ends with the process, however that dies."""
    settings.HEARTH_HOME.mkdir(parents=True, exist_ok=True)
    file: IO[bytes]
    with (settings.HEARTH_HOME / "running.lock").open("ab") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
