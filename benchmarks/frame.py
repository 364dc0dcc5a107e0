"""What the measurements share: a home of their own, a clock, and lines that can be pasted."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def prepare(home: str = "") -> Path:
    """Set up Django on a home (a new empty one unless given), with its tables."""
    folder = Path(home or os.environ.get("HEARTH_BENCH_HOME") or tempfile.mkdtemp(prefix="hearth-"))
    os.environ["HEARTH_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
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


def peak_mb() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quiet_progress(done: int, total: int, stage: str = "") -> None:
    """A progress report on standard error, one line in place."""
    sys.stderr.write(f"\r{stage} {done}/{total}   ")
    if done >= total:
        sys.stderr.write("\n")
