"""``hearth serve`` as it runs in production: processes, signals, a first and a second start."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from hearth.config.cli.supervision import Child, Supervisor, is_taken
from tests.serving import free_port

TOP = Path(__file__).resolve().parents[2]
SLOW_START = 120


def python(code):
    return [sys.executable, "-c", code]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true, seconds=SLOW_START):
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError("waited in vain")
        time.sleep(0.1)


# --- the supervisor -------------------------------------------------------------------------------


@pytest.fixture
def supervisor(monkeypatch):
    """A supervisor whose signals are called by hand: tests keep their own."""
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    monkeypatch.setattr("hearth.config.cli.supervision.LOOK_SECONDS", 0.05)
    return Supervisor()


def run(supervisor):
    result = []
    thread = threading.Thread(target=lambda: result.append(supervisor.run(lambda: True)))
    thread.start()
    return thread, result


def test_a_signal_ends_every_child(supervisor):
    for name in ("web", "worker"):
        supervisor.keep(name, python("import time; time.sleep(60)"), vital=True)
    thread, result = run(supervisor)
    wait_until(lambda: all(child.process for child in supervisor.children), 20)
    processes = [child.process for child in supervisor.children]

    supervisor.ending.set()
    thread.join(20)

    assert result == [True]
    assert all(process.poll() is not None for process in processes)


def test_the_end_of_a_vital_child_ends_all(supervisor):
    supervisor.keep("web", python("import sys; sys.exit(3)"), vital=True)
    supervisor.keep("worker", python("import time; time.sleep(60)"), vital=False)
    thread, result = run(supervisor)

    thread.join(30)

    assert result == [False]
    assert supervisor.children[1].process.poll() is not None


def test_another_child_is_started_again(supervisor, tmp_path):
    mark = tmp_path / "starts"
    code = f"open({str(mark)!r}, 'a').write('x')"
    supervisor.keep("worker", python(code), vital=False)
    thread, result = run(supervisor)

    wait_until(lambda: mark.exists() and len(mark.read_text()) >= 2, 30)
    supervisor.ending.set()
    thread.join(20)

    assert result == [True]


def test_the_pause_before_another_start_doubles_and_a_steady_life_resets_it():
    child = Child("worker", ["x"], vital=False)

    ended = subprocess.Popen(python("import sys; sys.exit(1)"))
    ended.wait()
    pauses = []
    for lived in (0.1, 0.1, 0.1, 100.0):
        child.process, child.started = ended, 1000.0 - lived
        assert child.look(1000.0)
        pauses.append(child.again_at - 1000.0)

    assert pauses == [1.0, 2.0, 4.0, 1.0]


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    child = Child("deaf", python(f"{deaf}; time.sleep(60)"), vital=True)
    child.process = subprocess.Popen(child.command, stdout=subprocess.PIPE)
    child.process.stdout.readline()

    child.end()
    child.wait(time.monotonic() + 0.2)

    assert child.process.returncode == -signal.SIGKILL
    child.process.stdout.close()


def test_a_port_is_taken_while_someone_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_taken("127.0.0.1", port)
        assert is_taken("0.0.0.0", port)
    assert not is_taken("127.0.0.1", port)


# --- the whole ------------------------------------------------------------------------------------


class Hearth:
    """``hearth serve`` over a HEARTH_HOME, with what it writes to standard error."""

    def __init__(self, home, *arguments):
        self.port = free_port()
        self.log = home.with_suffix(f".{self.port}.log")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HEARTH_")}
        environment.pop("DATABASE_URL", None)
        environment |= {
            "HEARTH_HOME": str(home),
            "HEARTH_PORT": str(self.port),
            "HEARTH_LANGUAGE": "en",
            "HEARTH_WORKERS": "1",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hearth.config.cli", "serve", *arguments],
                cwd=TOP,
                env=environment,
                stderr=log,
            )

    def told(self):
        return self.log.read_text()

    def ready(self):
        wait_until(lambda: "Hearth answers" in self.told() or self.process.poll() is not None)
        assert "Hearth answers" in self.told(), self.told()
        return self

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()

    def children(self):
        """Every process below this one."""
        found, todo = [], [self.process.pid]
        while todo:
            parent = todo.pop()
            with contextlib.suppress(FileNotFoundError):
                for task in Path(f"/proc/{parent}/task").iterdir():
                    below = [int(pid) for pid in (task / "children").read_text().split()]
                    found += below
                    todo += below
        return found

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def serve(tmp_path):
    """``serve(…)``: a Hearth that is ended with the test, over one HEARTH_HOME a test."""
    started = []

    def start(*arguments):
        started.append(Hearth(tmp_path / "home", *arguments))
        return started[-1]

    yield start
    for hearth in started:
        below = hearth.children()
        hearth.end()
        wait_until(lambda below=below: not any(map(alive, below)), 30)


def test_serve_prepares_answers_works_and_ends(serve, tmp_path):
    """One long test, because every start takes seconds."""
    home = tmp_path / "home"
    first = serve().ready()

    assert first.get("/health") == (200, '{"status": "ok"}')
    status, page = first.get("/account/sign-in/")
    assert status == 200
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert first.get(style)[0] == 200  # collected, hashed and served
    wait_until(lambda: (home / "anchors.log").exists())  # the worker has done the day's chores
    assert "Collecting scripts and styles" in first.told()

    taken = subprocess.run(
        [sys.executable, "-m", "hearth.config.cli", "serve", "--port", str(first.port)],
        cwd=TOP,
        env=os.environ | {"HEARTH_HOME": str(tmp_path / "other"), "HEARTH_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert taken.returncode == 1
    assert "answers on port" in taken.stderr

    below = first.children()
    assert len(below) >= 3  # the web server, its worker, the job worker
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(40) == 0
    assert not any(map(alive, below))
    assert not (home / "hearth.sqlite3-wal").exists()

    second = serve("--no-worker").ready()
    assert "Collecting" not in second.told()
    below = second.children()
    second.process.send_signal(signal.SIGKILL)  # no chance to say anything to its children
    second.process.wait(10)
    wait_until(lambda: not any(map(alive, below)), 40)
