"""What the tests of this folder ask of Hearth's records; run in a child of the launcher.

Everything is returned as plain data without keys and clocks, so that two homes can be compared.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from hearth.exchange.jobs import enqueue_import
from hearth.inspections.models import Finding, Inspection
from hearth.network.actors import actor_of
from hearth.network.models import ApiToken, User
from hearth.network.services.tokens import digest_of
from hearth.platform import audit, jobs, secrets
from hearth.platform.models import AuditEvent, Job
from hearth.premises.models import ReadingHour
from hearth.scoring.models import Closing, Result
from tests.factories import make_tree, make_user
from tests.factories_standards import make_edition

KEY = "hearth_reliability"
_RESULT = tuple(f.attname for f in Result._meta.concrete_fields if f.name not in ("id", "closing"))


def make() -> None:
    """An empty database with a small network, a published edition and two accounts."""
    call_command("migrate", verbosity=0)
    secrets.add_key("of the test")
    tree = make_tree()
    make_edition()
    make_user("programme_manager", unit=tree.province, username="manager")
    inspector = make_user("inspector", unit=tree.province, username="inspector")
    ApiToken.objects.create(
        user=inspector,
        name="test",
        digest=digest_of(KEY),
        permissions=["inspections.fill", "network.view"],
        expires_at=timezone.now() + timedelta(days=1),
    )


def state() -> dict[str, Any]:
    """Checks with their findings, the events of the trail by action, and whether it holds."""
    checks = Inspection.objects.order_by("uuid").values_list(
        "uuid", "reference", "document_hash", "score_centi", "status", "revision", "findings_count"
    )
    findings = Finding.objects.order_by("inspection__uuid", "criterion__code").values_list(
        "inspection__uuid", "criterion__code", "lost_milli", "note", "is_counted"
    )
    actions = Counter(AuditEvent.objects.values_list("action", flat=True))
    return {
        "inspections": len(checks),
        "findings": len(findings),
        "digest": _digest([*checks, *findings]),
        "events": dict(sorted(actions.items())),
        "faults": [str(fault) for fault in audit.verify()],
    }


def findings_by_uuid() -> dict[str, int]:
    """How many findings each stored check has."""
    found = Counter(str(key) for key in Finding.objects.values_list("inspection__uuid", flat=True))
    return {
        str(uuid): found[str(uuid)] for uuid in Inspection.objects.values_list("uuid", flat=True)
    }


def closings() -> list[dict[str, Any]]:
    """Every closing with a digest of all that it stored of its units."""
    found = []
    for closing in Closing.objects.order_by("period", "revision"):
        results = closing.results.order_by("level", "code").values_list(*_RESULT)
        found.append(
            {
                "period": closing.period,
                "revision": closing.revision,
                "is_current": closing.is_current,
                "result_hash": closing.result_hash,
                "results": len(results),
                "digest": _digest(list(results)),
            }
        )
    return found


def _digest(rows: list[Any]) -> str:
    return hashlib.sha256(json.dumps(rows, default=str, sort_keys=True).encode()).hexdigest()


# --- jobs -----------------------------------------------------------------------------------------


def enqueue(names: list[str]) -> None:
    """Queue an import of files as the page does."""
    actor = actor_of(User.objects.get(username="manager"), on=timezone.localdate())
    uploads = []
    for name in names:
        with open(name, "rb") as file:
            uploads.append((name.rpartition("/")[2], file.read()))
    enqueue_import(actor=actor, kind="inspections", uploads=uploads, options={}, language="en")


def work() -> None:
    """What a worker does between its start and an empty queue."""
    importlib.import_module(settings.ROOT_URLCONF)
    jobs.revive()
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()


def fall_silent() -> None:
    """Let ten minutes pass for every job that is not over."""
    earlier = timezone.now() - timedelta(minutes=10)
    waiting = Job.objects.exclude(status__in=["done", "refused", "failed"])
    waiting.filter(beat_at__isnull=False).update(beat_at=earlier)
    waiting.update(created_at=earlier)
    DBTaskResult.objects.filter(started_at__isnull=False).update(started_at=earlier)


def taken_up() -> dict[str, Any]:
    """What a worker makes of a job that the one before has left, and the records after it."""
    fall_silent()
    work()
    return {"jobs": job_states(), "state": state()}


def job_states() -> list[dict[str, Any]]:
    """Every job as its owner sees it."""
    return [
        {"status": job.status, "ok": job.result.get("ok"), "attempts": job.attempts}
        for job in Job.objects.order_by("pk")
    ]


def readings() -> list[int]:
    """How many temperature readings are stored, and their sum in hundredths of a degree."""
    sums = ReadingHour.objects.aggregate(
        n=Sum(F("count_first") + F("count_second")), t=Sum(F("total_first") + F("total_second"))
    )
    return [sums["n"] or 0, sums["t"] or 0]
