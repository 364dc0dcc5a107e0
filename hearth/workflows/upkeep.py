"""Keeping the house: what the platform cannot see by itself, and the chores of every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from axes.models import AccessAttempt
from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from hearth.network.actors import operator
from hearth.network.models import User
from hearth.network.services.sign_ins import forget_ended_sign_ins
from hearth.network.services.units import settle
from hearth.outreach.services.visits import end_idle
from hearth.outreach.services.visits_kept import purge_due
from hearth.platform import audit, files, health, limits
from hearth.platform.health import NOTE, OK, WRONG, Check
from hearth.platform.models import Job
from hearth.premises.services.plans import open_due_orders
from hearth.premises.services.readings import seal
from hearth.programme.services.reminders import remind_daily
from hearth.rectification.services.escalation import tell_late
from hearth.workflows.watchlists import look_at_watchlists

KEEP_TASKS = timedelta(days=30)
KEEP_FAILURES = timedelta(days=30)
SHOWN = 3


def health_report(*, deep: bool = False) -> Iterator[Check]:
    """All checks; a deep report also reads the whole database and looks for every file."""
    alive = True
    for check in health.checks(deep=deep):
        alive = alive and not (check.key in {"database", "migrations"} and check.state == WRONG)
        yield check
    if alive:
        yield check_demonstration()
        if deep:
            yield check_evidence()


def check_demonstration() -> Check:
    """Demonstration accounts need no password: fine to try Hearth out, not with real records."""
    name = _("Demonstration")
    count = User.objects.filter(is_demo=True, is_active=True).count()
    if not count:
        return Check("demonstration", OK, name, _("not loaded"))
    return Check(
        "demonstration",
        NOTE,
        name,
        ngettext(
            "%(n)s account opens without a password",
            "%(n)s accounts open without a password",
            count,
        )
        % {"n": count},
        _("Do not keep real records here: start the real system in an empty HEARTH_HOME."),
    )


def check_evidence() -> Check:
    """Every file that a record cites is on the disk: whichever room keeps it."""
    name = _("Evidence files")
    cited = [
        sha
        for model in _citing()
        for sha in model._default_manager.order_by("pk").values_list("sha256", flat=True)
    ]
    missing = [sha for sha in cited if not files.path_of(sha).exists()]
    if missing:
        listed = ", ".join(sha[:12] for sha in missing[:SHOWN])
        return Check(
            "evidence",
            WRONG,
            name,
            ngettext("%(n)s is missing: %(listed)s", "%(n)s are missing: %(listed)s", len(missing))
            % {"n": len(missing), "listed": listed},
            _("Take them from a backup: files/ in the archive holds them under these names."),
        )
    return Check("evidence", OK, name, _("%(n)s, all there") % {"n": len(cited)})


def _citing() -> list[type[Model]]:
    """Tables whose rows name a stored file by its hash, whichever room keeps them."""
    return [
        one
        for one in apps.get_models()
        if any(column.name == "sha256" for column in one._meta.concrete_fields)
    ]


def forget_uploads() -> int:
    """Remove what an older Hearth kept of imports that are over, in the clear and for ever.

    A file that some record cites stays. Returns how many jobs had any.
    """
    over = Job.objects.filter(params__has_key="files", finished_at__isnull=False)
    jobs = list(over)
    named = {sha for job in jobs for _name, sha in job.params["files"]}
    cited = {
        sha
        for model in _citing()
        for sha in model._default_manager.filter(sha256__in=named).values_list("sha256", flat=True)
    }
    waiting = Job.objects.filter(params__has_key="files", finished_at__isnull=True)
    cited |= {sha for job in waiting for _name, sha in job.params["files"]}
    for job in jobs:
        for _name, sha in job.params.pop("files"):
            if sha not in cited:
                files.remove(sha)
        job.save(update_fields=["params"])
    return len(jobs)


def daily_chores() -> dict[str, int]:
    """What is done once a day; every part may run again without harm.

    Anchors the trail outside the database, brings moves dated to this day into force, forgets
    ended sessions, wrong passwords and finished queue entries older than 30 days, the counts of
    what strangers did, and the files that imports of an older Hearth left; proposes by the
    readings and figures of the day before who is to enter or leave a managed list; seals the
    hours of readings that have ended; opens the work orders that plans of upkeep ask for; tells
    who is late with what checks found; reminds of tasks and of documents that nobody
    acknowledged; ends home visits that nobody moves, and deletes the personal data of those whose
    time is over. Returns how many rows each part moved, removed, proposed, opened or told of.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    night = operator("night")
    audit.write_anchor(now)
    with transaction.atomic():
        tasks, _by_model = DBTaskResult.objects.filter(
            status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED],
            finished_at__lt=now - KEEP_TASKS,
        ).delete()
        failures, _by_model = AccessAttempt.objects.filter(
            attempt_time__lt=now - KEEP_FAILURES
        ).delete()
    end_idle(now)
    purged = purge_due(today)  # before what could fail: nobody's data wait for a figure
    uploads = forget_uploads()
    watched = look_at_watchlists(actor=night, as_of=today - timedelta(days=1))
    return {
        "moved": settle(today),
        "watched": len(watched.proposed) + watched.lapsed,
        "sealed": seal(actor=night),
        "upkeep": open_due_orders(actor=night, today=today),
        "late": tell_late(today, f"{reverse('rectification:list')}?state=overdue"),
        "reminded": remind_daily(today),
        "sign_ins": forget_ended_sign_ins(),
        "tasks": tasks,
        "failures": failures,
        "allowances": limits.forget_past(),
        "purged_visits": purged,
        "uploads": uploads,
    }
