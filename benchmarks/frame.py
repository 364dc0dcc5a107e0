"""What the measurements share: a home of their own, a clock, and lines that can be pasted."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def prepare(home: str = "") -> Path:
    """Set up Django on a home (a new empty one unless given), with its tables and its key."""
    folder = Path(home or os.environ.get("HEARTH_BENCH_HOME") or tempfile.mkdtemp(prefix="hearth-"))
    os.environ["HEARTH_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from hearth.platform import rekeying

    call_command("migrate", verbosity=0)
    rekeying.prepare()
    return folder


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print what was done, in how many seconds of wall clock and of processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what}: {time.perf_counter() - wall:.2f} s ({time.process_time() - cpu:.2f} s processor)"
    )


def spread(what: str, run: Callable[[], Any], times: int = 20) -> float:
    """Run several times; print median, 95th percentile and worst in milliseconds."""
    taken = []
    for _number in range(times):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    taken.sort()
    p95 = taken[min(len(taken) - 1, int(0.95 * len(taken)))]
    print(f"{what}: median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms")
    return p95


@dataclass(frozen=True, slots=True)
class Run:
    """What one command took: seconds of wall clock and of processor, and its largest memory."""

    wall: float
    processor: float
    peak_mb: float
    said: str

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.processor:.2f} s processor), peak {self.peak_mb:.0f} MB"


# A process inherits the peak of the one that starts it: hence a small one between us and it.
_WATCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_pid, status, used = os.wait4(process.pid, 0)
taken = [time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]
with open(sys.argv[1], "w") as file:
    json.dump(taken, file)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


def hearth(home: Path, *arguments: str | Path) -> Run:
    """Run the command line on ``home`` in a process of its own, Python's start included.

    Raises:
        SystemExit: it refused; what it wrote is shown.
    """
    result = home / "run.json"
    command = [sys.executable, "-I", "-S", "-c", _WATCHER, str(result)]
    command += [str(Path(sys.executable).with_name("hearth")), *map(str, arguments)]
    environment = os.environ | {"HEARTH_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as with `make run`
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode:
        raise SystemExit(f"hearth {' '.join(map(str, arguments[:2]))} refused:\n{said}")
    wall, processor, peak_mb = json.loads(result.read_text())
    return Run(wall, processor, peak_mb, said)


def calibrate() -> float:
    """Seconds of processor for a fixed piece of work, and print them.

    Where other programs share the processors, the same work takes more seconds of them. Figures
    of two runs can be compared by this one.
    """
    begun = time.process_time()
    kept: dict[int, tuple[int, str]] = {}
    for number in range(2_000_000):
        kept[number & 1023] = (number, str(number & 7))
    taken = time.process_time() - begun
    load = os.getloadavg()[0]
    print(f"calibration: {taken:.2f} s processor, load {load:.1f} on {os.cpu_count()} processors")
    return taken


def peak_mb() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quiet_progress(done: int, total: int, stage: str = "") -> None:
    """A progress report on standard error, one line in place."""
    sys.stderr.write(f"\r{stage} {done}/{total}   ")
    if done >= total:
        sys.stderr.write("\n")
