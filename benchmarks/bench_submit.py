"""Submissions over HTTP: how many whole checks a second are accepted, scored and stored.

    python -m benchmarks.bench_submit [--clients 8] [--seconds 20] [--criteria 100] [--sqlite]

A PostgreSQL server of its own (fsync on) and ``hearth serve`` run beside the clients on the same
machine; each client is a process with one connection that hands in one check after another. At the
end the rows are counted and the audit trail is verified, so that "accepted" means kept. Budget: 250
a second, 95th percentile 60 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import random
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.frame import prepare
from tests import postgres
from tests.serving import serving

OUTLETS, BRANCHES = 797, 13
WARM_UP_SECONDS = 3.0
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print; non-zero when something was lost or refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--criteria", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--sqlite", action="store_true", help="SQLite in place of PostgreSQL")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hearth-submit-"))
    try:
        with _database(sqlite=args.sqlite) as environment:
            os.environ |= environment
            prepare(str(home))
            keys, outlets = _records(args.clients, args.criteria)
            environment |= {"HEARTH_WORKERS": str(args.workers)}
            with serving(home, "--no-worker", environment=environment) as address:
                return _measured(address, keys, outlets, args)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _database(*, sqlite: bool) -> Iterator[dict[str, str]]:
    if sqlite:
        yield {}
        return
    with postgres.running(fsync=True) as server:
        print(f"PostgreSQL {server.version}, fsync on")
        yield {"DATABASE_URL": server.url}


# --- what there is before the first check ---------------------------------------------------------


def _records(clients: int, criteria: int) -> tuple[list[str], list[str]]:
    """A network, a published edition, and an inspector with a token for each client."""
    from django.db import connections

    from hearth.network.models import ApiToken, Grant, User
    from hearth.network.services.tokens import digest_of

    root, outlets = _network()
    _edition(criteria)
    keys = []
    for number in range(clients):
        user = User.objects.create(username=f"bench{number}", name=f"Bench {number}")
        Grant.objects.create(user=user, role="inspector", unit=root, valid_from="2000-01-01")
        keys.append(f"hearth_bench{number}")
        ApiToken.objects.create(
            user=user,
            name="bench",
            digest=digest_of(keys[-1]),
            permissions=["inspections.fill", "network.view"],
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
    connections.close_all()
    return keys, outlets


def _network() -> tuple[Any, list[str]]:
    from hearth.network.models import Placement, Unit

    def unit(parent: Any, code: str, level: str, number: int) -> Any:
        path = f"{parent.path if parent else ''}{number:04d}"
        made = Unit.objects.create(
            parent=parent, code=code, name=code, level=level, path=path, search_text=code.lower()
        )
        Placement.objects.create(unit=made, parent=parent, path=path, valid_from="1900-01-01")
        return made

    root = unit(None, "P", "province", 1)
    branches = [unit(root, f"B{n:02d}", "branch", n) for n in range(1, BRANCHES + 1)]
    codes = []
    for number in range(OUTLETS):
        codes.append(f"O{number:04d}")
        unit(branches[number % BRANCHES], codes[-1], "outlet", number // BRANCHES + 1)
    return root, codes


def _edition(criteria: int) -> None:
    from hearth.network.actors import operator
    from hearth.standards.queries import CriterionContent, EditionContent, ModuleContent
    from hearth.standards.services import publish_edition, save_draft_edition

    content = EditionContent(
        standard="BENCH",
        title="Bench",
        edition="1",
        effective_from="2020-01-01",
        modules=tuple(ModuleContent(f"M{n}", f"Module {n}") for n in range(9)),
        criteria=tuple(
            CriterionContent(f"M{n % 9}", f"C{n:03d}", f"Demand {n}", "pass_fail", 1000)
            for n in range(criteria)
        ),
    )
    author = operator("bench")
    edition = save_draft_edition(actor=author, content=content)
    publish_edition(actor=operator("bench2"), edition_id=edition.pk, version=edition.version)


# --- the clients ----------------------------------------------------------------------------------


class Checks:
    """Checks that name every criterion; seven in a hundred are not met, with a note."""

    def __init__(self, seed: int, outlets: list[str], criteria: int) -> None:
        self.chance = random.Random(seed)
        self.outlets = outlets
        self.marks = [self._marks(criteria) for _number in range(40)]

    def _marks(self, criteria: int) -> bytes:
        marks: list[dict[str, str]] = []
        for number in range(criteria):
            mark = {"criterion": f"C{number:03d}", "verdict": "met"}
            if self.chance.random() < 0.07:
                mark |= {"verdict": "not_met", "note": "叫号机旁的地面有水渍，未设提示牌"}
            marks.append(mark)
        return json.dumps(marks, ensure_ascii=False).encode()

    def next(self) -> bytes:
        """The body of a check that nobody has handed in before."""
        at = datetime.now(UTC) - timedelta(minutes=self.chance.randrange(60, 60 * 24 * 60))
        head = {
            "uuid": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "unit": self.chance.choice(self.outlets),
            "standard": "BENCH",
            "edition": "1",
            "channel": "video",
            "inspected_at": at.isoformat(timespec="seconds"),
        }
        return (
            json.dumps(head).encode()[:-1] + b', "marks": ' + self.chance.choice(self.marks) + b"}"
        )


def _client(number: int, task: dict[str, Any], ready: Any, results: Any) -> None:
    """Hand in checks until the time is over; only those after the warm-up are timed."""
    checks = Checks(number, task["outlets"], task["criteria"])
    headers = {
        "Authorization": f"Bearer {task['keys'][number]}",
        "Content-Type": "application/json",
    }
    connection = http.client.HTTPConnection(task["host"], task["port"], timeout=60)
    taken: list[float] = []
    sent = 0
    other: dict[int, str] = {}
    ready.wait()
    start = time.perf_counter() + WARM_UP_SECONDS
    while (begun := time.perf_counter()) < start + task["seconds"]:
        connection.request("POST", "/api/v1/inspections", checks.next(), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            other[answer.status] = content[:300].decode(errors="replace")
            continue
        sent += 1
        if begun > start:
            taken.append(1000 * (time.perf_counter() - begun))
    results.put((sent, taken, other))


def _measured(address: str, keys: list[str], outlets: list[str], args: Any) -> int:
    place = urlsplit(address)
    task = {
        "host": place.hostname,
        "port": place.port,
        "keys": keys,
        "outlets": outlets,
        "criteria": args.criteria,
        "seconds": args.seconds,
    }
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    ready = context.Barrier(args.clients + 1)
    clients = [
        context.Process(target=_client, args=(number, task, ready, results))
        for number in range(args.clients)
    ]
    for client in clients:
        client.start()
    ready.wait(timeout=300)
    time.sleep(WARM_UP_SECONDS)
    before = _processor_seconds()
    time.sleep(args.seconds)
    spent = {name: seconds - before.get(name, 0) for name, seconds in _processor_seconds().items()}
    found = [results.get(timeout=120) for _client in clients]
    for client in clients:
        client.join()
    return _report(found, spent, args)


def _processor_seconds() -> dict[str, float]:
    """Processor time so far of each web process and of all of PostgreSQL's on this machine."""
    spent = {"postgres": 0.0}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            command = stat.with_name("cmdline").read_bytes().replace(b"\0", b" ")
            fields = stat.read_text().rpartition(")")[2].split()
            seconds = (int(fields[11]) + int(fields[12])) / TICKS
            if b"webserver" in command or b"multiprocessing.spawn" in command:
                spent[f"web {stat.parent.name}"] = seconds
            elif command.startswith(b"postgres") or b"/postgres " in command:
                spent["postgres"] += seconds
    return spent


def _report(found: list[Any], spent: dict[str, float], args: Any) -> int:
    taken = sorted(value for _sent, values, _other in found for value in values)
    sent = sum(each[0] for each in found)
    other = {status: text for each in found for status, text in each[2].items()}
    stored, findings, faults = _stored()
    rate = len(taken) / args.seconds
    print(f"{args.clients} clients, {args.criteria} criteria, {args.seconds:.0f} s")
    print(f"accepted and processed: {rate:.0f} a second")
    if taken:
        p50, p95, p99 = (taken[int(share * (len(taken) - 1))] for share in (0.5, 0.95, 0.99))
        print(
            f"milliseconds: median {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, "
            f"mean {statistics.fmean(taken):.1f}, worst {taken[-1]:.1f}"
        )
        for name, seconds in spent.items():
            share = seconds / args.seconds
            if share > 0.01:
                each = 1000 * seconds / len(taken)
                print(f"processor, {name}: {each:.2f} ms a check, {share:.0%} of a core")
    print(f"stored {stored} of {sent}, {findings} findings, audit trail: {faults or 'holds'}")
    for status, text in other.items():
        print(f"answered {status}: {text}")
    return 1 if other or stored != sent or faults else 0


def _stored() -> tuple[int, int, list[Any]]:
    from hearth.inspections.models import Finding, Inspection
    from hearth.platform import audit

    return Inspection.objects.count(), Finding.objects.count(), list(audit.verify())


if __name__ == "__main__":
    raise SystemExit(main())
