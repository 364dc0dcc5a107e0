"""Close a quarter: 797 outlets with about 90 checks each, then ten times as many records.

    python -m benchmarks.bench_close [--times 10]

The first quarter is made by the demonstration's generator through the services. For the larger one
its rows are copied in the database with new keys and hashes: closing reads sums, not marks, so
copies cost it what originals would.
"""

from __future__ import annotations

import argparse
from datetime import date

from benchmarks.frame import peak_mb, prepare, quiet_progress, timed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--outlets", type=int, default=797)
    parser.add_argument("--video", type=int, default=86)
    args = parser.parse_args()
    prepare()
    from hearth.exchange.demo.load import DemoSize, load_demo
    from hearth.inspections.models import Finding, Inspection
    from hearth.kernel.periods import Period
    from hearth.network.actors import operator
    from hearth.scoring.services.closing import close_period

    actor, today = operator("bench"), date(2026, 7, 1)
    size = DemoSize(args.outlets, 1, args.video)
    with timed("made"):
        load_demo(actor=actor, size=size, report=quiet_progress, today=today)
    period = Period.parse("2026Q2")
    _reopen(period)
    rows, marks = Inspection.objects.count(), Finding.objects.count()
    print(f"{rows:,} inspections, {marks:,} findings")
    with timed(f"close at {rows:,}"):
        close_period(actor=actor, period=period, today=today)
    with timed("close again, unchanged"):
        close_period(actor=actor, period=period, today=today)
    _multiply(args.times)
    _reopen(period)
    rows = Inspection.objects.count()
    with timed(f"close at {rows:,}"):
        close_period(actor=actor, period=period, today=today)
    print(f"peak memory {peak_mb():.0f} MB")


def _reopen(period: object) -> None:
    """Forget the closing, so that closing computes and stores everything again."""
    from hearth.scoring.models import Closing

    Closing.objects.all().delete()


def _multiply(times: int) -> None:
    from django.db import connection

    from hearth.inspections.models import Inspection

    table = Inspection._meta.db_table
    names = [f.column for f in Inspection._meta.concrete_fields if f.column != "id"]
    random = {
        "uuid": "lower(hex(randomblob(16)))",
        "document_hash": "lower(hex(randomblob(32)))",
        "reference": "''",
        "replaces_id": "NULL",
    }
    chosen = ", ".join(random.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    last = Inspection.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor, timed(f"copied {times - 1} times"):
        for _number in range(times - 1):
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) '
                f'SELECT {chosen} FROM "{table}" WHERE id <= {last}'
            )


if __name__ == "__main__":
    main()
