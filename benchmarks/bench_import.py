"""Import of checks and units as the command line does it, and the way to a ranking workbook.

    python -m benchmarks.bench_import [--days 30] [--part workbooks|marks|units]

Thirteen branches send a workbook each: 797 outlets, a check a day, 60 criteria all listed, 1.43
million marks in a month. They are imported with every check, the quarter is closed and its ranking
written. Then 100,000 marks and 10,000 units by themselves. Commands run in processes of their own,
so that starting Python is in their seconds and their memory is theirs alone.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.frame import calibrate, hearth, prepare, timed

PARTS = ("workbooks", "marks", "units")
OUTLETS, CRITERIA = 797, 60


def main() -> int:
    """Measure one part, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--part", choices=PARTS)
    args = parser.parse_args()
    if not args.part:
        command = [sys.executable, "-m", "benchmarks.bench_import", "--days", str(args.days)]
        return max(subprocess.call([*command, "--part", part]) for part in PARTS)
    home = Path(tempfile.mkdtemp(prefix="hearth-import-"))
    try:
        prepare(str(home))
        calibrate()
        parts = {"workbooks": _workbooks, "marks": _marks, "units": _units}
        parts[args.part](home, args.days)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _workbooks(home: Path, days: int) -> None:
    from benchmarks.volume import checks_of, make_network, make_standard, write_checks

    branches, criteria = make_network(OUTLETS), make_standard(CRITERIA)
    files, marks = [], 0
    for number, outlets in enumerate(branches):
        files.append(home / f"branch-{number:02d}.xlsx")
        marks += write_checks(files[-1], list(checks_of(outlets, days)), criteria, number)
    _forget_connection()
    run = hearth(home, "import", "inspections", *files)
    print(f"import of {len(files)} workbooks, {marks:,} marks: {run}")
    _close_and_write(home)
    print(f"hearth audit verify: {hearth(home, 'audit', 'verify')}")


def _close_and_write(home: Path) -> None:
    """Close in this process, without the start of Python, then both steps as commands."""
    from django.utils import timezone

    from hearth.kernel.periods import Period
    from hearth.network.actors import operator
    from hearth.platform.spreadsheets import Column, Table, write_xlsx
    from hearth.scoring.models import Closing
    from hearth.scoring.rankings import ranking_of
    from hearth.scoring.services.closing import close_period

    file = home / "ranking.xlsx"
    columns = [
        Column("rank", "Rank", "integer"),
        Column("code", "Code", "code"),
        Column("name", "Name"),
        Column("score_centi", "Score", "centi"),
        Column("low_rank", "Best rank", "integer"),
        Column("high_rank", "Worst rank", "integer"),
    ]
    with timed("close and write the ranking workbook"):
        closing = close_period(actor=operator("bench"), period=Period.parse("2026Q2")).closing
        rows = ranking_of(closing, "outlet").rows
        body = [[getattr(row, column.name) for column in columns] for row in rows]
        zone = timezone.get_default_timezone()
        write_xlsx(file, [Table("ranking", columns, body)], zone=zone)
    print(f"{closing.inspections:,} inspections, {len(rows)} outlets, {closing.result_hash[:16]}")
    Closing.objects.all().delete()
    _forget_connection()
    print(f"hearth close 2026Q2: {hearth(home, 'close', '2026Q2')}")
    wanted = ("--level", "outlet", "--format", "xlsx", "-o", str(file))
    print(f"hearth ranking 2026Q2 as XLSX: {hearth(home, 'ranking', '2026Q2', *wanted)}")


def _marks(home: Path, _days: int) -> None:
    from benchmarks.volume import checks_of, make_network, make_standard, write_checks

    outlets = [code for branch in make_network(100) for code in branch]
    criteria = make_standard(100)
    marks = write_checks(home / "checks.xlsx", list(checks_of(outlets, 10)), criteria, 1)
    _forget_connection()
    run = hearth(home, "import", "inspections", home / "checks.xlsx")
    print(f"import of {marks:,} marks: {run}")


def _units(home: Path, _days: int) -> None:
    from django.utils import timezone

    from hearth.exchange.units import UNITS
    from hearth.platform.spreadsheets import Table, write_xlsx

    names = [column.name for column in UNITS.columns]
    rows = [{"code": "P", "name": "示范省分行", "level": "province"}]
    rows += [
        {"code": f"B{n:02d}", "name": f"第{n}分行", "level": "branch", "parent": "P"}
        for n in range(20)
    ]
    rows += [
        {
            "code": f"O{n:05d}",
            "name": f"第{n}支行",
            "level": "outlet",
            "parent": f"B{n % 20:02d}",
            "kind": "综合网点",
            "city": f"第{n % 20}市",
            "address": f"中山路{n}号",
            "phone": f"024-{n:08d}",
        }
        for n in range(10_000 - len(rows))
    ]
    body = [[row.get(name) for name in names] for row in rows]
    file, zone = home / "units.xlsx", timezone.get_default_timezone()
    write_xlsx(file, [Table("units", UNITS.columns, body)], zone=zone, labels=False, bulk=True)
    _forget_connection()
    print(f"import of {len(rows):,} units: {hearth(home, 'import', 'units', file)}")


def _forget_connection() -> None:
    """So that the other process finds a database that nobody holds open."""
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
