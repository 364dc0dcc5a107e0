"""Latency of pages on the server, by role, warm.

    python -m benchmarks.bench_pages [--outlets 797] [--video 86] [--home FOLDER]

Pages are asked through Django's test client: everything but the network and the web server.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.frame import prepare, quiet_progress, spread

ROLES = ("manager", "branch", "outlet", "reviewer", "inspector", "auditor", "staff")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--outlets", type=int, default=797)
    parser.add_argument("--video", type=int, default=86)
    parser.add_argument("--home", default="")
    args = parser.parse_args()
    home = prepare(args.home)
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.ALLOWED_HOSTS = ["testserver"]
    _load(args, home)
    slowest = max(_measure(role) for role in ROLES)
    print(f"slowest p95: {slowest:.0f} ms")


def _load(args: argparse.Namespace, home: Path) -> None:
    from hearth.exchange.demo.load import DemoSize, is_loaded, load_demo
    from hearth.network.actors import operator

    if not is_loaded():
        size = DemoSize(args.outlets, 1, args.video)
        load_demo(actor=operator("bench"), size=size, report=quiet_progress, today=date.today())  # noqa: DTZ011 - only which quarter is open
    print(f"home: {home}")


def _addresses() -> list[str]:
    from hearth.inspections.models import Inspection
    from hearth.network.models import Unit
    from hearth.scoring.models import Closing

    period = Closing.objects.filter(is_current=True).order_by("-period")[0].period
    check = Inspection.objects.filter(status="released").order_by("-pk")[0]
    outlet = Unit.objects.outlets().order_by("path")[0]
    branch = Unit.objects.filter(level="branch").order_by("path")[0]
    return [
        "/",
        "/network/units/",
        f"/network/units/{outlet.code}/",
        f"/network/units/{branch.code}/",
        "/network/map/",
        "/inspections/",
        f"/inspections/{check.uuid}/",
        "/inspections/review/",
        "/inspections/mine/",
        "/standards/",
        f"/standards/{check.edition_id}/",
        "/scoring/",
        f"/scoring/{period}/",
        f"/scoring/{period}/ranking/",
        f"/scoring/{period}/ranking/?level=outlet",
        f"/scoring/{period}/result/{branch.code}/",
        f"/scoring/{period}/faults/",
        "/bulletins/",
        "/audit/",
    ]


def _measure(role: str) -> float:
    from django.test import Client

    from hearth.network.models import User

    client = Client()
    client.force_login(
        User.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    worst = 0.0
    for address in _addresses():
        first: Any = client.get(address)
        if first.status_code == 200:
            p95 = spread(f"{role} {address}", lambda url=address: client.get(url), times=10)
            worst = max(worst, p95)
    return worst


if __name__ == "__main__":
    main()
