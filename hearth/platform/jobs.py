"""Background work: one named function a kind, progress in the database, safe to run again.

The queue is django-tasks (the API of Django 6); a ``Job`` row beside it carries what a person
wants to see. A job is enqueued inside the caller's transaction, so it exists exactly when the
write does. A worker that dies leaves its job ``running``; ``revive`` puts it back after a
silence, so a kind must be idempotent.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from hearth.kernel.errors import Refusal
from hearth.platform import files
from hearth.platform.models import Job, JobFile

log = logging.getLogger(__name__)
SILENCE = timedelta(minutes=5)
ANY_TYPE = "application/octet-stream"
MOST_ATTEMPTS = 3

Report = Callable[[int, int, str], None]
Kind = Callable[[Job, Report], dict[str, Any]]
_kinds: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register the function that does jobs of kind ``name``.

    It gets the job and ``report(done, total, stage)``, returns a JSON-able result, and says no
    by raising a ``Refusal``.
    """

    def register(function: Kind) -> Kind:
        _kinds[name] = function
        return function

    return register


def enqueue(
    name: str,
    *,
    user_id: int | None,
    uploads: Sequence[tuple[str, bytes]] = (),
    **params: Any,
) -> Job:
    """Queue a job of a registered kind; call it inside the transaction it belongs to.

    ``uploads`` are names and contents of the files it works on. They are kept sealed, and
    removed when the job is over.
    """
    if name not in _kinds:
        raise KeyError(name)
    with transaction.atomic():
        job = Job.objects.create(uuid=uuid.uuid4(), kind=name, params=params, created_by_id=user_id)
        for label, content in uploads:
            kept = JobFile(job=job, uuid=uuid.uuid4(), name=label[-255:], content_type=ANY_TYPE)
            kept.put(content)
            kept.save()
        run_job.enqueue(job.pk)
    return job


@task()
def run_job(job_id: int) -> None:
    """Run one job to its end; called by the worker."""
    job = Job.objects.get(pk=job_id)
    if job.is_over:
        return
    job.status, job.attempts = Job.Status.RUNNING, job.attempts + 1
    job.started_at = job.stage_at = job.beat_at = timezone.now()
    job.save(update_fields=["status", "attempts", "started_at", "stage_at", "beat_at"])
    try:
        result, status = _kinds[job.kind](job, _reporter(job)), Job.Status.DONE
    except Refusal as refusal:
        result = {"code": refusal.code, "message": str(refusal), **refusal.facts}
        status = Job.Status.REFUSED
    except Exception:  # any fault must end the job visibly; the trace goes to the log
        log.exception("job %s %s failed", job.kind, job.uuid)
        result, status = {}, Job.Status.FAILED
    job.result, job.status, job.finished_at = result, status, timezone.now()
    with transaction.atomic():
        job.save(update_fields=["result", "status", "finished_at", "done", "total", "stage"])
        _forget_files(job)


def _forget_files(job: Job) -> None:
    """Its files go with its end: the rows now, the contents once that is sure."""
    hashes = list(job.files.values_list("sha256", flat=True))
    job.files.all().delete()
    transaction.on_commit(lambda: _remove(hashes))


def _remove(hashes: Iterable[str]) -> None:
    for sha256 in hashes:
        files.remove(sha256)


def _reporter(job: Job) -> Report:
    def report(done: int, total: int, stage: str = "") -> None:
        now = timezone.now()
        if stage != job.stage or done < job.done:  # a new piece of work, with a rate of its own
            job.stage_at = job.beat_at or now
        job.done, job.total, job.stage = done, total, stage
        if job.beat_at is None or done >= total or now - job.beat_at > timedelta(seconds=0.5):
            job.beat_at = now
            Job.objects.filter(pk=job.pk).update(
                done=done, total=total, stage=stage, stage_at=job.stage_at, beat_at=now
            )

    return report


def revive() -> int:
    """Queue again every job whose worker died; give up after three tries.

    That is a running job that has been silent too long, or one still queued whose task was taken
    by a worker that died before it could say so.
    """
    before = timezone.now() - SILENCE
    silent = Job.objects.filter(status=Job.Status.RUNNING, beat_at__lt=before)
    keys = [*silent.values_list("pk", flat=True), *_lost(before)]
    return sum(_queue_again(key, before) for key in keys)


def _lost(before: datetime) -> set[int]:
    """Keys of jobs queued before then that no task waits for, nor was taken for since."""
    queued = Job.objects.filter(status=Job.Status.QUEUED, created_at__lt=before)
    keys = set(queued.values_list("pk", flat=True))
    if not keys:
        return keys
    waiting = Q(status=TaskResultStatus.READY)
    taken = Q(status=TaskResultStatus.RUNNING, started_at__gte=before)
    tasks = DBTaskResult.objects.filter(waiting | taken, task_path=run_job.module_path)
    return keys - {task["args"][0] for task in tasks.values_list("args_kwargs", flat=True)}


@transaction.atomic
def _queue_again(key: int, before: datetime) -> bool:
    """Look once more, alone with the job, and queue it unless it has had its tries."""
    job = Job.objects.select_for_update().get(pk=key)
    is_silent = (
        job.status == Job.Status.RUNNING and job.beat_at is not None and job.beat_at < before
    )
    if not is_silent and key not in _lost(before):
        return False
    if job.attempts >= MOST_ATTEMPTS:
        job.status, job.finished_at = Job.Status.FAILED, timezone.now()
        job.save(update_fields=["status", "finished_at"])
        _forget_files(job)
        return False
    job.status = Job.Status.QUEUED
    job.save(update_fields=["status"])
    run_job.enqueue(job.pk)
    return True
