"""Background work: its progress, its end, and how it is taken up again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hearth.kernel.errors import RuleViolation
from hearth.platform import files, jobs
from hearth.platform.models import Job, JobFile
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Kinds of this module only, so that none stays behind."""
    monkeypatch.setattr(jobs, "_kinds", {})


def run(job):
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_keeps_its_result_and_its_progress():
    @jobs.kind("add")
    def add(job, report):
        report(1, 2, "half")
        report(2, 2, "whole")
        return {"sum": job.params["a"] + job.params["b"]}

    job = run(jobs.enqueue("add", user_id=make_user().pk, a=2, b=3))

    assert (job.status, job.result) == ("done", {"sum": 5})
    assert (job.done, job.total, job.stage) == (2, 2, "whole")
    assert job.is_over
    assert job.started_at <= job.finished_at


def test_a_refusal_ends_the_job_with_its_reason():
    @jobs.kind("no")
    def refuse(job, report):
        raise RuleViolation("not_today", "Come back tomorrow.", day=3)

    job = run(jobs.enqueue("no", user_id=None))

    assert job.status == "refused"
    assert job.result == {"code": "not_today", "message": "Come back tomorrow.", "day": 3}


def test_a_fault_ends_the_job_and_goes_to_the_log(caplog):
    @jobs.kind("broken")
    def broken(job, report):
        raise ZeroDivisionError

    job = run(jobs.enqueue("broken", user_id=None))

    assert job.status == "failed"
    assert "ZeroDivisionError" in caplog.text
    assert job.result == {}


def test_an_unknown_kind_is_not_queued():
    with pytest.raises(KeyError):
        jobs.enqueue("nothing", user_id=None)

    assert not Job.objects.exists()


def test_a_job_exists_exactly_when_its_transaction_does():
    @jobs.kind("later")
    def later(job, report):
        return {}

    def give_up():
        with transaction.atomic():
            jobs.enqueue("later", user_id=None)
            raise RuleViolation("no", "no")

    with pytest.raises(RuleViolation):
        give_up()

    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_job_that_is_over_is_not_done_twice():
    done = []

    @jobs.kind("count")
    def count(job, report):
        done.append(job.pk)
        return {}

    job = run(jobs.enqueue("count", user_id=None))
    run(job)

    assert done == [job.pk]


def test_progress_is_written_at_most_twice_a_second(django_assert_num_queries):
    @jobs.kind("chatty")
    def chatty(job, report):
        with time_machine.travel(timezone.now(), tick=False), django_assert_num_queries(1):
            for step in range(100):
                report(step + 1, 100, "")
        return {}

    assert run(jobs.enqueue("chatty", user_id=None)).done == 100


def test_each_stage_has_a_rate_of_its_own():
    start = timezone.now()

    @jobs.kind("staged")
    def staged(job, report):
        with time_machine.travel(start, tick=False) as clock:
            job.beat_at = job.stage_at = start
            clock.shift(10)
            report(100, 400, "read")
            told.append((job.rate, job.seconds_left))
            clock.shift(10)
            report(50, 400, "read")  # a second pass over the same rows
            told.append((job.rate, job.seconds_left))
        return {}

    told: list[tuple[float, int | None]] = []
    run(jobs.enqueue("staged", user_id=None))

    assert told == [(10.0, 30), (5.0, 70)]


@pytest.mark.parametrize(("done", "total"), [(0, 0), (0, 5)])
def test_a_job_without_progress_has_no_rate(done, total):
    now = timezone.now()
    job = Job(done=done, total=total, stage_at=now, beat_at=now + timedelta(seconds=2))
    assert (job.rate, job.seconds_left) == (0.0, None)
    assert (Job(done=3, total=5).rate, Job(done=3, total=5).seconds_left) == (0.0, None)


@pytest.fixture
def silent_job():
    @jobs.kind("slow")
    def slow(job, report):
        return {}

    job = jobs.enqueue("slow", user_id=None)
    DBTaskResult.objects.all().delete()

    def stop(*, minutes, attempts=1):
        beat = timezone.now() - timedelta(minutes=minutes)
        Job.objects.filter(pk=job.pk).update(status="running", beat_at=beat, attempts=attempts)
        return job

    return stop


def test_a_silent_job_is_queued_again_and_then_done(silent_job):
    job = silent_job(minutes=6)

    assert jobs.revive() == 1
    job.refresh_from_db()
    assert job.status == "queued"
    assert DBTaskResult.objects.count() == 1
    assert run(job).status == "done"
    assert job.attempts == 2


def test_a_job_that_gave_a_sign_of_life_is_left_alone(silent_job):
    job = silent_job(minutes=4)

    assert jobs.revive() == 0
    job.refresh_from_db()
    assert job.status == "running"


def test_a_job_that_died_three_times_is_given_up(silent_job):
    job = silent_job(minutes=6, attempts=3)

    assert jobs.revive() == 0
    job.refresh_from_db()
    assert job.status == "failed"
    assert job.finished_at is not None


def test_reviving_twice_queues_once(silent_job):
    silent_job(minutes=6)

    assert (jobs.revive(), jobs.revive()) == (1, 0)
    assert DBTaskResult.objects.count() == 1


@pytest.fixture
def queued_job():
    """A job that has been queued for a while, with its task."""

    @jobs.kind("slow")
    def slow(job, report):
        return {}

    job = jobs.enqueue("slow", user_id=None)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=6))
    return job


def test_a_job_whose_worker_died_before_it_began_is_queued_again(queued_job):
    task = DBTaskResult.objects.get()
    task.claim("worker")  # what a worker does first
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=6))

    assert (jobs.revive(), jobs.revive()) == (1, 0)
    assert run(queued_job).status == "done"


def test_a_job_that_only_waits_long_or_was_just_taken_is_left_alone(queued_job):
    assert jobs.revive() == 0
    DBTaskResult.objects.get().claim("worker")
    assert jobs.revive() == 0


@pytest.mark.parametrize("attempts", [1, jobs.MOST_ATTEMPTS])
def test_files_stay_for_another_try_and_go_when_there_is_none(
    silent_job, attempts, django_capture_on_commit_callbacks
):
    job = Job.objects.get()
    kept = JobFile(job=job, uuid=uuid.uuid4(), name="people.csv", content_type="text/csv")
    kept.put(b"name,phone\n")
    kept.save()
    silent_job(minutes=6, attempts=attempts)

    with django_capture_on_commit_callbacks(execute=True):
        jobs.revive()

    is_over = attempts == jobs.MOST_ATTEMPTS
    assert JobFile.objects.exists() is not is_over
    assert files.path_of(kept.sha256).exists() is not is_over
