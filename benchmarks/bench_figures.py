"""The figures of the cockpit, and the explorer on three years of records.

    python -m benchmarks.bench_figures [--outlets 797] [--video 86] [--home FOLDER] [--times 9]

A line tells median and 95th percentile of wall clock, the processor of one run, and the queries.
The explorer is looked at with nothing remembered, and once more at the end.

Budget (issue 3): every figure of a province of 797 outlets in at most 200 ms and 15 queries; the
explorer on three years in at most 1 s.

Records are those of the demonstration: the programme's year 2021, the present year, and one closed
quarter and the open one of checks (86 video checks an outlet and quarter, as the programme made:
72,000). What happened in them is then copied to earlier days until checks and ledgers reach back
three years. Copies of checks carry no document, which figures never read. ``--home`` keeps the
records between runs.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from benchmarks.frame import calibrate, prepare, quiet_progress, spread, timed

QUARTERS = 12
QUARTER = 91  # days by which a copy lies earlier
APART = 10_000_000  # of the keys of one copy from the next
YEARS = 3


def main() -> None:
    """Load once, measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--outlets", type=int, default=797)
    parser.add_argument("--video", type=int, default=86)
    parser.add_argument("--home", default="")
    parser.add_argument("--times", type=int, default=9)
    args = parser.parse_args()
    home = prepare(args.home)
    from django.conf import settings
    from django.db import connection

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.ALLOWED_HOSTS = ["testserver"]
    _load(args)
    print(f"home: {home}, {connection.vendor}; {_volume()}")
    warnings.simplefilter("ignore")  # of the static files that nobody asks for
    calibrate()
    _cockpit(args.times)
    _explorer(args.times)
    calibrate()


# --- records --------------------------------------------------------------------------------------


def _load(args: argparse.Namespace) -> None:
    from django.db import connection

    from hearth.exchange.demo.load import DemoSize, is_loaded, load_demo
    from hearth.network.actors import operator

    if is_loaded():
        return
    with timed("demonstration"):
        size = DemoSize(args.outlets, 1, args.video)
        load_demo(actor=operator("bench"), size=size, report=quiet_progress)
    with timed("copies"):
        _copy_checks()
        _copy_ledgers()
    if connection.vendor == "postgresql":  # which does so by itself; SQLite has no statistics
        with timed("statistics"), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _copy_checks() -> None:
    """The closed quarter once more for each of the quarters before it, with its findings."""
    from hearth.inspections.models import Finding, Inspection
    from hearth.kernel.periods import Period
    from hearth.scoring.models import Closing

    closed = Period.parse(Closing.objects.get().period)
    within = f"inspected_on >= '{closed.start}' AND inspected_on < '{closed.end}'"
    for number in range(1, QUARTERS - 1):
        days, keys = number * QUARTER, number * APART
        shared = {"id": f"id + {keys}", "inspected_on": _earlier_day("inspected_on", days)}
        _copy(
            Inspection,
            within,
            shared
            | {
                "uuid": _fresh_uuid(),
                "inspected_at": _earlier("inspected_at", days),
                "reference": "''",
                "document": "'{}'",
                "replaces_id": "NULL",
                "assignment_id": "NULL",
            },
        )
        _copy(Finding, within, shared | {"inspection_id": f"inspection_id + {keys}"})


def _copy_ledgers() -> None:
    """What was done this year once more for each of the years before it."""
    from django.utils import timezone

    from hearth.learning.models import Attempt, Sitting
    from hearth.outreach.models import Activity
    from hearth.premises.models import WorkOrder

    first = date(timezone.localdate().year, 1, 1)
    for number in range(1, YEARS):
        days, keys = 364 * number, APART * number
        key, mark = {"id": f"id + {keys}"}, f"'-{number}'"
        _copy(
            Activity,
            f"started_at >= '{first}'",
            key
            | {
                "activity": f"activity || {mark}",
                "started_at": _earlier("started_at", days),
                "ended_at": "NULL",
            },
        )
        dated = {
            name: _earlier_day(name, days)
            for name in ("opened_on", "due_on", "underway_on", "done_on")
        }
        _copy(
            WorkOrder,
            f"opened_on >= '{first}' AND new_sign_id IS NULL",
            key | {"order_no": f"order_no || {mark}"} | dated,
        )
        held = {"held_on": _earlier_day("held_on", days)}
        of_year = f"held_on >= '{first}'"
        _copy(Sitting, of_year, key | {"code": f"code || {mark}"} | held)
        _copy(Attempt, of_year, key | {"sitting_id": f"sitting_id + {keys}"} | held)


def _copy(model: Any, where: str, changed: Mapping[str, str]) -> None:
    """Rows of a table once more, with some columns said in SQL."""
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields]
    said = [changed.get(name, name) for name in columns]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(said)} FROM {table} WHERE {where} AND id < {APART}"
        )


def _is_postgres() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def _earlier_day(column: str, days: int) -> str:
    return f"{column} - {days}" if _is_postgres() else f"date({column}, '-{days} days')"


def _earlier(column: str, days: int) -> str:
    if _is_postgres():
        return f"{column} - interval '{days} days'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days')"


def _fresh_uuid() -> str:
    return "gen_random_uuid()" if _is_postgres() else "lower(hex(randomblob(16)))"


def _volume() -> str:
    from hearth.inspections.models import Finding, Inspection
    from hearth.learning.models import Attempt
    from hearth.network.models import Unit
    from hearth.outreach.models import Activity

    named: dict[str, Any] = {
        "outlets": Unit.objects.outlets(),
        "checks": Inspection.objects,
        "findings": Finding.objects,
        "activities": Activity.objects,
        "attempts": Attempt.objects,
    }
    return ", ".join(f"{rows.count():,} {name}" for name, rows in named.items())


# --- measuring ------------------------------------------------------------------------------------


def _measured(what: str, run: Callable[[], Any], times: int) -> None:
    """Median, 95th percentile, processor and queries."""
    from django.db import connection

    seen: list[str] = []

    def noted(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more)

    run()
    with connection.execute_wrapper(noted):
        run()
    began = time.process_time()
    run()
    processor = 1000 * (time.process_time() - began)
    spread(f"{what}, {len(seen)} queries, {processor:.0f} ms processor", run, times)


def _cockpit(times: int) -> None:
    """Figures of the province: the eight of Home's card, and all of the registry at once."""
    from django.utils import timezone

    from hearth.figures.declared import FIGURES
    from hearth.figures.engine import values
    from hearth.network.actors import operator
    from hearth.network.models import Unit
    from hearth.web.figures.card import KEYS, card_of

    province, today = Unit.objects.get(level="province"), timezone.localdate()
    year, quarter = date(today.year, 1, 1), None
    _measured(
        f"all {len(FIGURES)} figures of the province, each over its own span",
        lambda: values(FIGURES, [province], today, quarter),
        times,
    )
    _measured(
        f"the {len(KEYS)} of the card, this year",
        lambda: values(KEYS, [province], today, year),
        times,
    )
    _measured("the card, remembered", lambda: card_of(operator("bench"), province, today, 1), times)


def _explorer(times: int) -> None:
    """Pages of the explorer as a programme manager asks them."""
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.test import Client
    from django.utils import timezone

    client = Client()
    client.force_login(get_user_model().objects.get(username="manager"))
    today = timezone.localdate()
    since = today - timedelta(days=365 * YEARS)
    ledgers = "&figure=".join(
        ("lectures.sessions", "training.persons", "signs.repaired", "tests.people", "findings.red")
    )
    for what, query in {
        "first look": "",
        "three years, branches": f"since={since}",
        "three years, outlets": f"since={since}&level=outlet",
        "twelve quarters": "series=quarter&last=12",
        "twelve quarters of the ledgers": f"series=quarter&last=12&figure={ledgers}",
        "three years of the ledgers, outlets": f"since={since}&level=outlet&figure={ledgers}",
    }.items():

        def look(query: str = query, forgets: bool = True) -> None:
            if forgets:
                cache.clear()
            answer = client.get(f"/figures/?{query}")
            assert answer.status_code == 200

        _measured(f"explorer, {what}", look, times)
    _measured("explorer, outlets again", lambda: look(forgets=False), times)


if __name__ == "__main__":
    main()
