"""A file of 100,000 rows for every import kind of formats.md, and the same with fifty faults.

    python -m benchmarks.bench_volume [--rows 100000] [--only attempts,units]

Each kind is imported by ``hearth import`` into a copy of a home with 800 outlets, 20,000 people and
what files name. A line tells the rows, the seconds of wall clock and of processor (Python's start
included), the rows a second, the largest memory, and how many lines of progress were written. Then
the file with faults: exit status 1, every planted cell named, not a row more in any table. Budget:
30 s and 500 MB for 100,000 rows.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.frame import Run, calibrate, hearth, prepare

OUTLETS, PEOPLE, FAULTS = 800, 20_000, 50


def main() -> int:
    """Measure each kind; 1 where a fault was not named or anything was written beside one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="hearth-volume-"))
    try:
        home = work / "home"
        home.mkdir()
        prepare(str(home))
        from hearth.config.cli.frame import os_user
        from hearth.network.actors import operator
        from tests.import_files import FILES, make_world

        operator(os_user())  # whoever imports: not a row that an import wrote
        world = make_world(OUTLETS, PEOPLE)
        _forget_connection()
        calibrate()
        wanted = args.only.split(",") if args.only else [file.kind for file in FILES]
        print(
            f"{'kind':15} {'rows':>7} {'s':>6} {'cpu':>6} {'rows/s':>7} {'MB':>5}  told", flush=True
        )
        files = {file.kind: file for file in FILES}
        fine = [_measured(work, home, world, files[kind], args.rows) for kind in wanted]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0 if all(fine) else 1


def _measured(work: Path, home: Path, world: Any, file: Any, rows: int) -> bool:
    from tests.import_files import write, write_faulty

    folder, copy = work / file.kind, work / "copy"
    folder.mkdir()
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    wrong, planted = write_faulty(file, world, rows, folder, FAULTS)
    before = _rows(copy)
    done = _imported(copy, file.kind, wrong)
    named = sum(any(_says(line, place) for line in done.splitlines()) for place in planted)
    nothing = _rows(copy) == before
    right = write(file, world, rows, folder)
    run = hearth(copy, "import", file.kind, *right)
    count = sum(file.counts(rows))
    print(_line(file, count, run), flush=True)
    print(
        f"{'':15} {named} of {len(planted)} faults named, "
        f"{'nothing written' if nothing else 'SOMETHING WAS WRITTEN'}",
        flush=True,
    )
    return named == len(planted) and nothing


def _line(file: Any, count: int, run: Run) -> str:
    told = sum("%" in line for line in run.said.splitlines())
    figures = f"{count:7,} {run.wall:6.1f} {run.processor:6.1f} {count / run.wall:7,.0f}"
    why = f"  ({file.why})" if file.why else ""
    return f"{file.kind:15} {figures} {run.peak_mb:5.0f}  {told}{why}"


def _says(line: str, place: tuple[str, int, str]) -> bool:
    """Whether a line of the report names the sheet, the row and the column of a fault."""
    sheet, row, column = place
    words = line.split()
    return (
        len(words) > 2
        and words[0] == sheet
        and words[1].strip("ABCDEFGHIJKLMN") == str(row)
        and (words[2].rstrip(":") == column)
    )


def _imported(home: Path, kind: str, files: list[Path]) -> str:
    """What ``hearth import`` says of a file that it must refuse with exit status 1."""
    import os

    done = subprocess.run(
        [str(Path(sys.executable).with_name("hearth")), "import", kind, *map(str, files)],
        env=os.environ | {"HEARTH_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    if done.returncode != 1:
        raise SystemExit(f"{kind}: exit status {done.returncode} instead of 1")
    return done.stderr.decode()


def _rows(home: Path) -> dict[str, int]:
    """Rows of every table of a home; by SQLite, for this process looks at another home."""
    import sqlite3

    with sqlite3.connect(home / "hearth.sqlite3") as line:
        tables = [
            name for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        # S608: names of our own tables
        return {
            name: line.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables
        }


def _forget_connection() -> None:
    """Close the database here, so that all of it lies in the files that are copied."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
