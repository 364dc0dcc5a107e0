"""Imports that run beside the pages: as their user, in their language, with a report."""

from __future__ import annotations

import pytest

from hearth.exchange import jobs as exchange_jobs
from hearth.exchange.jobs import enqueue_import
from hearth.kernel.errors import NotAllowed
from hearth.network.models import Grant
from hearth.platform import files, jobs
from hearth.platform.models import Job
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db

HEAD = "unit,period,kind,points,reason,evidence,decided_on\n"
GOOD = HEAD + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"
BAD = HEAD + "X9,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager")


def queue(actor, text=GOOD, *, kind="adjustments", language="zh-hans", **options):
    return enqueue_import(
        actor=actor,
        kind=kind,
        uploads=[("adjustments.csv", text.encode())],
        options=options,
        language=language,
    )


def done(job):
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def test_the_files_are_kept_before_anything_runs(office):
    job = queue(office)

    (kept,) = job.files.all()
    assert kept.name == "adjustments.csv"
    assert kept.content() == GOOD.encode()
    assert (job.status, job.created_by_id) == ("queued", office.user_id)


def test_they_lie_sealed_and_go_when_the_import_is_over(office, django_capture_on_commit_callbacks):
    job = queue(office)
    (kept,) = job.files.all()
    assert "锦旗".encode() not in files.read(kept.sha256)

    with django_capture_on_commit_callbacks(execute=True):
        assert done(job).status == "done"

    assert not job.files.exists()
    assert not files.path_of(kept.sha256).exists()


def test_an_import_that_an_older_hearth_queued_is_done(office):
    job = queue(office)
    job.files.all().delete()
    job.params["files"] = [["adjustments.csv", files.store(GOOD.encode(), "text/csv").sha256]]
    job.save()

    assert done(job).result["created"] == 1


def test_a_queued_import_ends_with_its_report(office):
    job = done(queue(office))

    assert job.status == "done"
    assert (job.result["ok"], job.result["created"]) == (True, 1)
    assert "新增 1 条" in job.result["summary"]
    assert job.done == job.total > 0


def test_the_report_is_in_the_language_of_the_page(office):
    job = done(queue(office, BAD, language="en"))

    assert job.result["ok"] is False
    (error,) = job.result["errors"]
    assert (error["row"], error["column"]) == (2, "unit")
    assert error["reason"] == "There is no such unit. Import units first."


def test_a_dry_run_stays_one(office):
    job = done(queue(office, dry_run=True))

    assert job.result["dry_run"] is True
    assert done(queue(office)).result["created"] == 1


def test_only_who_may_import_queues(office):
    with pytest.raises(NotAllowed):
        queue(make_actor("branch_manager"))
    with pytest.raises(KeyError):
        queue(office, kind="dreams")
    assert not Job.objects.exists()


def test_a_role_taken_back_meanwhile_stops_it(office, tree):
    job = queue(office)
    Grant.objects.all().delete()

    done(job)

    assert job.status == "refused"
    assert job.result["code"] == "not_allowed"


def test_it_runs_within_the_reach_its_user_has_then(office, tree):
    job = queue(office)
    Grant.objects.update(unit=tree.west)

    done(job)

    assert (job.status, job.result["ok"]) == ("done", False)


def test_what_a_token_queued_runs_within_the_token():
    narrowed = make_actor("adjustments.record")
    job, other = queue(narrowed), queue(narrowed)
    assert set(job.params["narrowed_to"]) == narrowed.narrowed_to == {"adjustments.record"}
    other.params["narrowed_to"] = ["exchange.import"]
    other.save()

    assert (done(other).status, done(job).status) == ("refused", "done")


def test_a_file_that_cannot_be_read_is_refused_in_words(office):
    job = done(queue(office, "PK\x03\x04 broken"))

    assert job.status == "refused"
    assert job.result["message"]


def test_a_file_that_is_gone_ends_the_job_visibly(office):
    job = queue(office)
    files.path_of(job.files.get().sha256).unlink()

    assert done(job).status == "failed"


def test_running_it_twice_changes_nothing(office):
    job = queue(office)
    exchange_jobs.run_import(job, lambda *_progress: None)  # and then its worker died

    done(job)

    assert (job.result["created"], job.result["unchanged"]) == (0, 1)
