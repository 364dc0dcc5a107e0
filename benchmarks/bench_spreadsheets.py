"""Times the spreadsheet kit: seconds, processor seconds and peak memory of each step.

    .venv/bin/python benchmarks/bench_spreadsheets.py [--rows 100000] [--folder DIR]

Twenty columns of every type, with repeated and with unique values, as real sheets have them. Each
step runs in a process of its own, so that its peak memory is its own; starting Python and Django is
left out of the seconds and contained in the memory. Budget: 500 MB for 100,000 rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
ZONE = ZoneInfo("Asia/Shanghai")
TYPES = ("code", "text", "choice", "text", "integer", "milli", "date", "boolean", "code", "instant")
STEPS = ("write csv", "write xlsx", "read csv", "read xlsx", "report xlsx (5,000 rows)")


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Half of the columns repeat over 797 outlets, half differ in every row."""
    start = dt.datetime(2021, 4, 1, tzinfo=dt.UTC)
    day = dt.date(2021, 6, 15)
    for number in range(count):
        outlet = number % 797
        yield (
            f"LN{outlet:04d}",
            f"辽宁省分行第{outlet}支行",
            "not_met",
            f"大厅照明不足，第 {number} 次检查",
            number % 100,
            (number % 9000) * 5,
            day,
            number % 3 == 0,
            f"C{number:07d}",
            start + dt.timedelta(minutes=number),
        ) * 2


def run(step: str, folder: Path, count: int) -> int:
    """Carry out one step; the files of earlier steps lie in ``folder``."""
    from hearth.platform.spreadsheets import Column, SheetSpec, Table, load, write_csv, write_xlsx

    verdicts = (("met", "符合"), ("not_met", "不符合"))
    columns = [
        Column(f"c{n}", f"Column {n}", kind, choices=verdicts if kind == "choice" else ())
        for n, kind in enumerate(TYPES * 2)
    ]

    def read(name: str) -> int:
        parsed = load([folder / name], [SheetSpec("bench", columns)], zone=ZONE)["bench"]
        if parsed.errors or parsed.rows[-1].c8 != f"C{count - 1:07d}":
            raise SystemExit(f"{name} was not read as it was written: {parsed.errors}")
        return len(parsed.rows)

    table = Table("bench", columns, rows(min(count, 5_000) if step.startswith("report") else count))
    steps: dict[str, Callable[[], int]] = {
        "write csv": lambda: write_csv(folder / "bench.csv", table, zone=ZONE),
        "write xlsx": lambda: write_xlsx(folder / "bench.xlsx", [table], zone=ZONE, bulk=True),
        "read csv": lambda: read("bench.csv"),
        "read xlsx": lambda: read("bench.xlsx"),
    }
    return steps.get(step, lambda: write_xlsx(folder / "report.xlsx", [table], zone=ZONE))()


def measured(step: str, folder: Path, count: int) -> None:
    """In the process of one step: run it and print what it took, as JSON."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.config.settings")
    os.environ.setdefault("HEARTH_HOME", str(folder))
    import django

    django.setup()
    started, used = time.perf_counter(), time.process_time()
    done = run(step, folder, count)
    print(
        json.dumps(
            {
                "rows": done,
                "seconds": time.perf_counter() - started,
                "processor": time.process_time() - used,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        measured(chosen.step, chosen.folder, chosen.rows)
        return
    print(f"$ python benchmarks/bench_spreadsheets.py --rows {chosen.rows}")
    print(f"{chosen.rows:,} rows x {2 * len(TYPES)} columns, {os.cpu_count()} processors")
    print(f"{'step':<26}{'rows':>9}{'seconds':>9}{'processor':>11}{'MB':>6}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for step in STEPS:
            command = [sys.executable, __file__, "--step", step]
            command += ["--folder", str(folder), "--rows", str(chosen.rows)]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            took = json.loads(out.splitlines()[-1])
            print(
                f"{step:<26}{took['rows']:>9,}{took['seconds']:>9.1f}{took['processor']:>11.1f}"
                f"{took['memory']:>6.0f}"
            )


if __name__ == "__main__":
    main()
