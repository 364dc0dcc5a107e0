"""Imports as pages: which kinds one sees, sending files, watching the job, and its report."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hearth.exchange.jobs import enqueue_import
from hearth.exchange.kinds import KINDS
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.platform import jobs
from hearth.platform.models import Job
from hearth.scoring.models import Adjustment
from tests.factories import client_as, make_tree, make_user

pytestmark = pytest.mark.django_db

HEAD = "unit,period,kind,points,reason,evidence,decided_on\n"
GOOD = HEAD + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"
BAD = HEAD + "X9,2021Q2,bonus,1.5,锦旗,,2021-06-01\nE1,2021Q2,gift,1,锦旗,,2021-06-01\n"


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_user("programme_manager", unit=tree.province)


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def page(name, *args):
    return reverse(f"exchange:{name}", args=args)


def upload(text=GOOD, name="adjustments.csv"):
    return SimpleUploadedFile(name, text.encode())


def queued(user, text=GOOD):
    return enqueue_import(
        actor=actor_of(user, on=timezone.localdate()),
        kind="adjustments",
        uploads=[("adjustments.csv", text.encode())],
        options={},
        language="en",
    )


def done(user, text=GOOD):
    job = queued(user, text)
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def body(answer):
    """The file of a download, which is closed as a server would close it."""
    content = answer.getvalue()
    for close in answer._resource_closers:
        close()
    return content


# --- who may ------------------------------------------------------------------------------------


def test_the_office_sees_every_kind_and_others_none(office):
    shown = client_as(office).get(page("import"))

    assert [kind.key for kind in shown.context["kinds"]] == list(KINDS)
    for role in ("staff", "inspector", "reviewer", "security_admin"):
        assert client_as(role).get(page("import")).status_code == 403
        assert client_as(role).get(page("import-kind", "units")).status_code == 403


@pytest.mark.parametrize("role", ["outlet_head", "branch_manager"])
def test_outlets_are_offered_their_ledgers_and_no_checks(role):
    client = client_as(role)

    offered = {kind.key for kind in client.get(page("import")).context["kinds"]}

    assert "activities" in offered
    assert "inspections" not in offered
    assert client.get(page("import-kind", "inspections")).status_code == 404


def test_a_kind_that_is_none_is_not_found(office):
    client = client_as(office)

    assert client.get(page("import-kind", "dragons")).status_code == 404
    assert client.get(page("template", "dragons")).status_code == 404


def test_a_template_is_for_those_who_may_import_its_kind(office):
    assert client_as("staff").get(page("template", "units")).status_code == 404
    for kind in KINDS:
        answer = client_as(office).get(page("template", kind))
        sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
        assert {spec.kind for spec in KINDS[kind].specs()} <= set(sheets)


def test_the_jobs_of_others_do_not_exist(office):
    job = done(office, BAD)
    other = client_as(make_user("programme_manager"))

    for name in ("job", "errors"):
        own = client_as(office).get(page(name, job.uuid))
        assert (own.status_code, bool(body(own))) == (200, True)
        assert other.get(page(name, job.uuid)).status_code == 404
        assert other.get(page(name, uuid.uuid4())).status_code == 404


# --- sending ------------------------------------------------------------------------------------


def test_files_become_a_job_of_the_one_who_sent_them(office):
    client = english(office)

    answer = client.post(page("import-kind", "adjustments"), {"uploads": upload(), "dry_run": "on"})

    job = Job.objects.get(kind="import")
    assert answer.url == page("job", job.uuid)
    assert (job.created_by_id, job.params["kind"]) == (office.pk, "adjustments")
    assert (job.params["language"], job.params["options"]) == ("en", {"dry_run": True})


def test_checks_come_in_as_released_or_for_review(office):
    client = english(office)

    client.post(
        page("import-kind", "inspections"), {"uploads": upload("x\n", "a.csv"), "as": "submitted"}
    )

    assert Job.objects.get(kind="import").params["options"] == {
        "dry_run": False,
        "as": "submitted",
        "rectify": False,
    }


@pytest.mark.parametrize("said", [{"dry_run": "on"}, {"uploads": "no file"}])
def test_without_a_file_the_form_says_so(office, said):
    answer = english(office).post(page("import-kind", "units"), said)

    assert answer.status_code == 422
    assert answer.context["form"].errors["uploads"]
    assert not Job.objects.filter(kind="import").exists()


def test_a_file_that_is_too_large_is_refused(office, settings):
    settings.HEARTH_UPLOAD_BYTES = 10

    answer = english(office).post(page("import-kind", "adjustments"), {"uploads": upload()})

    assert answer.status_code == 422
    assert "adjustments.csv" in str(answer.context["form"].errors["uploads"])


# --- watching -----------------------------------------------------------------------------------


def test_a_job_is_watched_until_it_is_over(office):
    job, client = queued(office), english(office)
    asked = {"HX-Request": "true"}

    waiting = client.get(page("job", job.uuid), headers=asked)
    jobs.run_job.call(job.pk)
    over = client.get(page("job", job.uuid), headers=asked)

    assert b"<html" not in waiting.content
    assert "HX-Refresh" not in waiting.headers
    assert over.headers["HX-Refresh"] == "true"
    assert b"<html" in client.get(page("job", job.uuid)).content
    assert Adjustment.objects.count() == 1


def test_a_running_job_says_count_rate_and_what_is_left(office):
    job, client = queued(office), english(office)
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        status="running", done=1_000, total=31_000, stage_at=now, beat_at=now + timedelta(seconds=2)
    )

    text = client.get(page("job", job.uuid)).content.decode()

    assert "1000 of 31000 rows" in text
    assert "500 a second, 1:00 left" in text


def test_every_bad_cell_is_shown_and_can_be_taken_along(office):
    job, client = done(office, BAD), english(office)

    shown = client.get(page("job", job.uuid))
    book = openpyxl.load_workbook(io.BytesIO(body(client.get(page("errors", job.uuid)))))
    text = body(client.get(page("errors", job.uuid), {"format": "csv"})).decode("utf-8-sig")

    assert len(shown.context["report"]["errors"]) == 2
    assert "X9" in shown.content.decode()
    rows = list(book.active.values)
    assert len(rows) == 1 + len(job.result["errors"]) == 3
    assert "X9" in text
    assert Adjustment.objects.count() == 0


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["import", "job"])
def test_more_rows_cost_no_more_queries(office, name):
    client = client_as(office)

    def cost(*args):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(name, *args)).status_code == 200
        return len(asked)

    one = done(office, HEAD + "X9,2021Q2,bonus,1,锦旗,,2021-06-01\n")
    args = (one.uuid,) if name == "job" else ()
    cost(*args)
    before = cost(*args)
    many = done(office, HEAD + "X9,2021Q2,bonus,1,锦旗,,2021-06-01\n" * 25)
    for _number in range(8):
        queued(office)
    args = (many.uuid,) if name == "job" else ()

    assert User.objects.filter(pk=office.pk).exists()
    assert cost(*args) == before
