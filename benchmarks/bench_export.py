"""Checks out as spreadsheets: 20,000 checks, each with its 100 answers, as XLSX and as CSV.

    python -m benchmarks.bench_export [--checks 20000] [--criteria 100]

The checks come in by import, as those of a network would; what is measured is reading them from the
database and writing the file, in a process of its own for each form. Budget: 8 s and 4 s, 500 MB.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.frame import calibrate, hearth, peak_mb, prepare, timed

FORMS = ("xlsx", "csv")


def main() -> int:
    """Make the checks, then write each form in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checks", type=int, default=20_000)
    parser.add_argument("--criteria", type=int, default=100)
    parser.add_argument("--form", choices=FORMS)
    parser.add_argument("--home", default="")
    args = parser.parse_args()
    if args.form:
        return _write(args.home, args.form)
    home = Path(tempfile.mkdtemp(prefix="hearth-export-"))
    try:
        _make(home, args.checks, args.criteria)
        command = [sys.executable, "-m", "benchmarks.bench_export", "--home", str(home)]
        return max(subprocess.call([*command, "--form", form]) for form in FORMS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make(home: Path, checks: int, criteria: int) -> None:
    from benchmarks.volume import checks_of, make_network, make_standard, write_checks

    prepare(str(home))
    calibrate()
    outlets = [code for branch in make_network(checks // 40) for code in branch]
    codes = make_standard(criteria)
    from django.db import connections

    files, marks = [], 0
    for start in range(0, len(outlets), 100):  # a workbook takes half a million rows
        files.append(home / f"checks-{start}.xlsx")
        some = outlets[start : start + 100]
        marks += write_checks(files[-1], list(checks_of(some, 40)), codes, start)
    connections.close_all()
    run = hearth(home, "import", "inspections", *files)
    print(f"made {len(outlets) * 40:,} checks, {marks:,} marks: {run}")


def _write(home: str, form: str) -> int:
    prepare(home)
    from django.utils import timezone

    from hearth.exchange.answers import answers_table
    from hearth.inspections.models import Inspection
    from hearth.platform.spreadsheets import write_csv, write_xlsx
    from hearth.standards.models import Edition

    file, zone = Path(home) / f"answers.{form}", timezone.get_default_timezone()
    edition = Edition.objects.select_related("standard").get()
    rows = Inspection.objects.current().order_by("-inspected_on", "-pk")
    with timed(f"export as {form}"):
        table = answers_table(edition, rows, most=100_000)
        if form == "csv":
            count = write_csv(file, table, zone=zone)
        else:
            count = write_xlsx(file, [table], zone=zone, bulk=True)
    size = file.stat().st_size / 1e6
    print(f"{count:,} checks, {len(table.columns)} columns, {size:.1f} MB; peak {peak_mb():.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
