"""Runs parts of Hearth in forked children, and kills one at the step or moment it is told.

Started once by ``place.py``; reads a task as a line of JSON and answers with one. A fork spares
every child the seconds that Python and Django take to start; the kill is a real SIGKILL, so that
nothing is tidied up. Steps are the statements sent to the database and both sides of a commit.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

AFTER_COMMIT = "after COMMIT"


class Fuse:
    """Counts the steps of this process and ends it before one of them.

    Attributes:
        steps: what was done, in order.
        burns_at: number of the step, from 1, that is not reached any more; 0: none.
        burns_on: the first step that holds this text is not reached; empty: none.
    """

    def __init__(self, burns_at: int, burns_on: str) -> None:
        self.steps: list[str] = []
        self.burns_at = burns_at
        self.burns_on = burns_on

    def step(self, what: str) -> None:
        self.steps.append(what)
        hit = self.burns_on and self.burns_on in what
        if hit or len(self.steps) == self.burns_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self) -> None:
        """Let every statement and every commit of this process pass by the fuse."""
        from django.db.backends.base.base import BaseDatabaseWrapper
        from django.db.backends.utils import CursorWrapper

        from hearth.platform import bulk

        execute, execute_many = CursorWrapper.execute, CursorWrapper.executemany
        commit, copy = BaseDatabaseWrapper.commit, bulk._copy

        def counted(cursor: Any, sql: Any, params: Any = None) -> Any:
            self.step(str(sql))
            return execute(cursor, sql, params)

        def counted_many(cursor: Any, sql: Any, params: Any) -> Any:
            self.step(str(sql))
            return execute_many(cursor, sql, params)

        def counted_commit(connection: Any) -> None:
            self.step("COMMIT")
            commit(connection)
            self.step(AFTER_COMMIT)

        def counted_copy(cursor: Any, sql: str, rows: Any) -> None:
            self.step(sql.replace("COPY", "INSERT INTO", 1))  # what it stands for elsewhere
            copy(cursor, sql, rows)

        bulk._copy = counted_copy
        CursorWrapper.execute = counted  # type: ignore[method-assign]
        CursorWrapper.executemany = counted_many  # type: ignore[method-assign]
        BaseDatabaseWrapper.commit = counted_commit  # type: ignore[method-assign]


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Do one task in a child: a command line (``argv``) or a function (``call``, ``args``)."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as answer, tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            status = 70
            try:
                status = _in_child(task, Path(answer.name))
            except SystemExit as leaving:
                status = leaving.code if isinstance(leaving.code, int) else 1
            except BaseException:  # it must not return into the loop of its parent
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        if task.get("kill_after") is not None:
            time.sleep(task["kill_after"])
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        text = answer.read() or b"{}"
        return {
            "status": status,
            "said": said.read().decode(errors="replace"),
            "seconds": time.monotonic() - began,
            **json.loads(text),
        }


def _in_child(task: dict[str, Any], answer: Path) -> int:
    fuse = Fuse(task.get("kill_at", 0), task.get("kill_on", ""))
    fuse.lay()
    if "argv" in task:
        from hearth.config.cli import main

        status, result = main(task["argv"]), None
    else:
        module, _colon, name = task["call"].partition(":")
        result = getattr(importlib.import_module(module), name)(*task["args"])
        status = 0
    answer.write_text(json.dumps({"steps": fuse.steps, "result": result}))
    return status


def serve() -> None:
    """Answer tasks until there are no more."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "hearth.config.settings"
    django.setup()
    from django.conf import settings

    from hearth.config.cli import frame

    frame.parser()  # loads every topic, so that no child has to
    importlib.import_module(settings.ROOT_URLCONF)
    _say({})
    for line in sys.stdin:
        _say(run(json.loads(line)))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
