"""Latency of pages on the server, by role, warm and at the first look after a record changed.

    python -m benchmarks.bench_pages [--outlets 797] [--video 86] [--home FOLDER]
        [--roles manager,branch] [--only /inspections/] [--times 12]

Budget (design 7): 797 outlets p95 200 ms; 25,000 outlets (``--outlets 25000 --video 2``) p95
400 ms, lists of 50 at the median 100 ms, an outlet's page 60 ms.

Pages are asked through Django's test client: everything but the network and the web server. A line
tells the median and the 95th percentile of wall clock, the median of this process's processor
(without that of a PostgreSQL server), the first look with nothing remembered, and the queries.
``--home`` keeps the records between runs; on PostgreSQL set ``DATABASE_URL`` as well.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.frame import calibrate, prepare, quiet_progress

ROLES = (
    "manager",
    "branch",
    "outlet",
    "reviewer",
    "inspector",
    "auditor",
    "staff",
    "security",
    "sysadmin",
)
LATE = 1_000_000  # a page beyond the last; the paginator answers with the last
LIST_OF_50 = (
    "/network/",
    "/network/people/",
    "/inspections/",
    "/inspections/review/",
    "/inspections/assignments/",
    "/accounts/users/",
    "/audit/",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one page took for one role, in milliseconds, and its queries."""

    role: str
    address: str
    median: float
    p95: float
    processor: float
    first: float
    first_processor: float
    queries: int

    def __str__(self) -> str:
        return (
            f"{self.median:6.0f} {self.p95:6.0f} {self.processor:6.0f} {self.first:6.0f}"
            f" {self.first_processor:6.0f} {self.queries:4d}  {self.role} {self.address}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--outlets", type=int, default=797)
    parser.add_argument("--video", type=int, default=86)
    parser.add_argument("--home", default="")
    parser.add_argument("--roles", default=",".join(ROLES))
    parser.add_argument("--only", default="")
    parser.add_argument("--times", type=int, default=12)
    args = parser.parse_args()
    home = prepare(args.home)
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.ALLOWED_HOSTS = ["testserver"]
    _load(args, home)
    calibrate()
    print("median    p95    cpu  first    cpu queries (ms)")
    addresses = [one for one in _addresses() if args.only in one]
    found = [
        taken for role in args.roles.split(",") for taken in _measured(role, addresses, args.times)
    ]
    _summary(found)


def _load(args: argparse.Namespace, home: Path) -> None:
    from django.db import connection

    from hearth.exchange.demo.load import DemoSize, is_loaded, load_demo
    from hearth.network.actors import operator

    if not is_loaded():
        size = DemoSize(args.outlets, 1, args.video)
        load_demo(actor=operator("bench"), size=size, report=quiet_progress, today=date.today())  # noqa: DTZ011 - only which quarter is open
        if connection.vendor == "postgresql":  # what autovacuum does by itself a minute later
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
    _publish()
    print(f"home: {home}, {connection.vendor}")


def _publish() -> None:
    """The bulletin of the closed quarter, and a draft that revises it."""
    from django.utils import timezone

    from hearth.bulletins.models import Bulletin
    from hearth.bulletins.services import draft_bulletin, revise
    from hearth.kernel.periods import Period
    from hearth.network.actors import actor_of
    from hearth.network.models import User
    from hearth.scoring.models import Closing
    from hearth.workflows import publication

    if Bulletin.objects.exists():
        return
    manager, approver = (
        actor_of(User.objects.get(username=name), on=timezone.localdate())
        for name in ("manager", "approver")
    )
    made = draft_bulletin(actor=manager, period=Period.parse(Closing.objects.get().period))
    for step, actor in (
        (publication.propose_bulletin, manager),
        (publication.approve_bulletin, approver),
        (publication.publish_bulletin, manager),
    ):
        made = step(actor=actor, bulletin_id=made.pk, version=made.version)
    revise(actor=manager, bulletin_id=made.pk, reason="bench")


def _addresses() -> list[str]:
    """Every kind of page, with the filters that are hard on a database."""
    return [*_of_the_network(), *_of_checks(), *_of_scores(), *_of_standards(), *_of_the_office()]


def _of_the_network() -> list[str]:
    from hearth.network.models import Person, Unit

    outlet = Unit.objects.outlets().order_by("path")[0]
    branch = Unit.objects.filter(level="branch").order_by("path")[0]
    subbranch = Unit.objects.filter(level="subbranch").order_by("path")[0]
    province = Unit.objects.get(level="province")
    person = Person.objects.filter(posts__unit=outlet).order_by("pk")[0]
    return [
        "/",
        "/notices/",
        "/network/",
        f"/network/?page={LATE}",
        "/network/?q=支",
        "/network/?level=outlet&state=open&q=xyz",
        f"/network/?branch={branch.code}&level=outlet",
        "/network/options/?q=支",
        "/network/tree/",
        f"/network/tree/?under={branch.code}&on=2026-10-01",
        *(f"/network/units/{unit.code}/" for unit in (outlet, subbranch, branch, province)),
        f"/network/units/{outlet.code}/edit/",
        f"/network/units/{outlet.code}/move/",
        "/network/map/",
        "/network/map/?outlets=below",
        "/network/map/?show=coverage&channel=video&outlets=unseen&page=99999",
        "/network/people/",
        f"/network/people/?page={LATE}",
        "/network/people/?q=王",
        f"/network/people/?unit={branch.code}&post={person.posts.all()[0].title}&state=present",
        f"/network/people/{person.pk}/",
    ]


def _of_checks() -> list[str]:
    from hearth.inspections.models import Inspection
    from hearth.network.models import Unit
    from hearth.standards.models import Criterion

    branch = Unit.objects.filter(level="branch").order_by("path")[0]
    check = Inspection.objects.under(branch.path).filter(status="released").order_by("-pk")[0]
    waiting = Inspection.objects.filter(status="submitted").order_by("-pk")[0]
    criterion = Criterion.objects.order_by("position")[0]
    return [
        "/inspections/",
        f"/inspections/?page={LATE}",
        "/inspections/?q=支",
        "/inspections/?q=龘",
        "/inspections/?channel=mystery&status=released",
        "/inspections/?status=returned",
        f"/inspections/?criterion={criterion.code}",
        f"/inspections/?criterion={criterion.code}&under={branch.code}&page={LATE}",
        "/inspections/?since=2026-07-01&until=2026-09-30&page=700",
        f"/inspections/?edition={check.edition_id}",
        f"/inspections/{check.uuid}/?all",
        "/inspections/review/",
        f"/inspections/review/?q=支&page={LATE}",
        f"/inspections/review/{waiting.uuid}/",
        "/inspections/mine/",
        "/inspections/start/",
        "/inspections/start/units/?unit=支",
        "/inspections/assignments/",
    ]


def _of_scores() -> list[str]:
    from hearth.kernel.periods import Period
    from hearth.network.models import Unit
    from hearth.scoring.models import Closing, Policy
    from hearth.standards.models import Criterion

    period = Closing.objects.filter(is_current=True).order_by("-period")[0].period
    present = Period.of(date.today(), "quarter").key  # noqa: DTZ011 - which quarter is open
    outlet = Unit.objects.outlets().order_by("path")[0]
    branch = Unit.objects.filter(level="branch").order_by("path")[0]
    subbranch = Unit.objects.filter(level="subbranch").order_by("path")[0]
    province = Unit.objects.get(level="province")
    criterion = Criterion.objects.order_by("position")[0]
    policy = Policy.objects.order_by("pk")[0]
    return [
        "/scoring/",
        f"/scoring/{period}/",
        f"/scoring/{present}/",
        f"/scoring/{period}/close/",
        f"/scoring/{present}/missing/mystery/",
        f"/scoring/{period}/ranking/",
        f"/scoring/{period}/ranking/?level=subbranch",
        f"/scoring/{period}/ranking/?level=outlet",
        f"/scoring/{period}/ranking/?level=outlet&page={LATE}",
        f"/scoring/{period}/ranking/?level=outlet&under={branch.code}",
        *(
            f"/scoring/{period}/result/{unit.code}/"
            for unit in (outlet, subbranch, branch, province)
        ),
        f"/scoring/{period}/faults/",
        f"/scoring/{period}/faults/?channel=mystery",
        f"/scoring/{period}/faults/?under={branch.code}",
        f"/scoring/{period}/faults/?criterion={criterion.pk}",
        f"/scoring/{period}/faults/?criterion={criterion.pk}&page={LATE}",
        f"/scoring/{period}/adjustments/",
        f"/scoring/{period}/what-if/",
        "/scoring/policies/",
        f"/scoring/policies/{policy.pk}/",
        "/scoring/policies/new/",
    ]


def _of_standards() -> list[str]:
    from hearth.standards.models import Criterion, Edition

    edition = Edition.objects.order_by("pk")[0]
    criterion = Criterion.objects.order_by("position")[0]
    return [
        "/standards/",
        f"/standards/{edition.pk}/",
        f"/standards/{edition.pk}/?q=服&severity=red",
        f"/standards/{edition.pk}/compare/",
        f"/standards/criteria/{criterion.pk}/",
        "/standards/language/",
        "/standards/import/",
    ]


def _of_the_office() -> list[str]:
    from hearth.bulletins.models import Bulletin
    from hearth.network.models import User
    from hearth.platform.models import AuditEvent

    event = AuditEvent.objects.order_by("-seq")[0]
    published, draft = Bulletin.objects.order_by("revision").values_list("pk", flat=True)[:2]
    return [
        "/bulletins/",
        f"/bulletins/{published}/",
        f"/bulletins/{published}/?q=支",
        f"/bulletins/{draft}/edit/",
        "/exchange/",
        "/exchange/inspections/",
        "/exchange/units/",
        "/accounts/",
        "/accounts/what-i-may-do/",
        "/accounts/users/",
        "/accounts/users/?q=王",
        f"/accounts/users/{User.objects.get(username='branch').pk}/",
        "/audit/",
        f"/audit/?page={LATE}",
        "/audit/?actor=王",
        "/audit/?action=inspection.released",
        f"/audit/{event.seq}/",
        "/audit/verify/",
        "/audit/system/",
    ]


def _measured(role: str, addresses: list[str], times: int) -> list[Taken]:
    from django.test import Client

    from hearth.network.models import User

    user = User.objects.filter(username=role).first()
    if user is None:
        print(f"nobody is called {role}")
        return []
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = []
    for address in addresses:
        if client.get(address).status_code == 200:
            found.append(_one(client, role, address, times))
            print(found[-1], flush=True)
    return found


def _one(client: Any, role: str, address: str, times: int) -> Taken:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    first, first_processor = _timed(client, address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)
    walls, processors = [], []
    for _number in range(times):
        wall, processor = _timed(client, address)
        walls.append(wall)
        processors.append(processor)
    walls.sort()
    p95 = walls[min(len(walls) - 1, int(0.95 * len(walls)))]
    median, processor = statistics.median(walls), statistics.median(processors)
    return Taken(role, address, median, p95, processor, first, first_processor, queries)


def _timed(client: Any, address: str) -> tuple[float, float]:
    """Milliseconds of wall clock and of processor for one page."""
    wall, processor = time.perf_counter(), time.process_time()
    client.get(address)
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


def _summary(found: list[Taken]) -> None:
    """The slowest of each budget."""
    lists = [one for one in found if one.address.split("?")[0] in LIST_OF_50]
    for what, rows, key in (
        ("p95", found, "p95"),
        ("processor", found, "processor"),
        ("first look", found, "first"),
        ("processor of a first look", found, "first_processor"),
        ("median of a list of 50", lists, "median"),
    ):
        slowest = sorted(rows, key=lambda one: -getattr(one, key))[:3]
        for one in slowest:
            print(f"slowest {what}: {getattr(one, key):.0f} ms  {one.role} {one.address}")


if __name__ == "__main__":
    main()
