"""Spreadsheets out and in: the columns, who may, and what a queued import may do."""

from __future__ import annotations

import csv
import io
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hearth.platform import jobs
from hearth.platform.models import AuditEvent, Job
from hearth.scoring.models import Adjustment
from hearth.standards.models import Edition
from tests.api.conftest import refusal
from tests.factories import make_person
from tests.factories_inspections import make_inspection, mark
from tests.factories_scoring import close, make_policy

ADJUSTMENTS = "unit,period,kind,points,reason,evidence,decided_on\n"
EDITION = (
    "code,title,edition,effective_from,scheme,total_points,pass_points\n"
    "CARE,暖心检查,2022,2022-01-01,share,4,85\n"
)
CRITERIA = (
    "module,module_title,code,text,method,points,severity\n"
    "A,环境,A1,招牌,pass_fail,2,major\n"
    "A,,A2,卫生,pass_fail,2,minor\n"
)


def table(answer):
    """Rows of a CSV answer, by column."""
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheet(text, name="a.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def run(answer):
    """Let the worker take what was queued."""
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert (body["status"], body["report"]) == ("queued", {})
    jobs.run_job.call(Job.objects.get(uuid=body["uuid"]).pk)
    return body["uuid"]


# --- out -----------------------------------------------------------------------------------------


def test_units_leave_as_they_would_come_in(manager, caller_as, tree):
    rows = table(manager.get("exports/units", format="csv", under="E"))
    west = table(caller_as("branch_manager", unit=tree.west).get("exports/units", format="csv"))

    assert [row["code"] for row in rows] == ["E", "ES", "E3", "E1", "E2"]
    assert {row["code"] for row in west} == {"W", "W1", "W2"}


def test_a_workbook_is_the_default(manager, tree):
    answer = manager.get("exports/units")
    content = b"".join(answer.streaming_content)

    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert 'filename="units-' in answer["Content-Disposition"]
    first = next(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert "code" in first


def test_staff_leave_with_masked_telephones_and_a_line_in_the_trail(caller_as, tree):
    make_person(tree.outlets[0], name="王芳", phone="13812345678")

    rows = table(
        caller_as("branch_manager", unit=tree.east).get("exports/people", format="csv", q="王芳")
    )

    assert [row["name"] for row in rows] == ["王芳"]
    assert "13812345678" not in str(rows)
    assert AuditEvent.objects.filter(action__contains="export").count() == 1


def test_checks_leave_as_filtered_without_who_came(manager, tree, edition):
    make_inspection(tree.outlets[0], edition, mark("A02", value="2"), reference="R-1")
    make_inspection(tree.outlets[3], edition)

    (row,) = table(manager.get("exports/inspections", format="csv", under="E"))

    assert (row["reference"], row["unit"], row["score"], row["findings"]) == (
        "R-1",
        "E1",
        "96",
        "1",
    )
    assert not any("inspector" in name for name in row)


def test_a_ranking_leaves_with_the_columns_it_has_elsewhere(manager, tree, edition):
    make_policy()
    for channel in ("video", "mystery"):
        make_inspection(tree.outlets[0], edition, channel=channel)
    close("2021Q2")

    rows = table(manager.get("exports/ranking", format="csv", period="2021Q2"))
    shown = manager.get("periods/2021Q2/ranking").json()["items"]

    assert [row["code"] for row in rows] == [row["code"] for row in shown]
    assert list(rows[0]) == list(shown[0])
    assert (rows[0]["rank"], rows[0]["score"]) == ("1", "100")
    open_one = manager.get("exports/ranking", format="csv", period="2021Q3")
    assert refusal(open_one) == (404, "not_found")


@pytest.mark.parametrize("what", ["units", "people", "inspections", "ranking?period=2021Q2"])
def test_only_who_may_export_exports(caller_as, what):
    assert refusal(caller_as("staff").get(f"exports/{what}")) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("what", "lacking"),
    [("inspections", "inspections.view"), ("people", "people.view"), ("ranking", "scores.view")],
)
def test_to_export_one_must_be_allowed_to_read(caller_as, what, lacking):
    only = {"network.view", "people.view", "inspections.view", "scores.view", "exchange.export"}
    caller = caller_as("programme_manager", only=sorted(only - {lacking}))

    answer = caller.get(f"exports/{what}", period="2021Q2")

    assert refusal(answer) == (403, "not_allowed")
    assert answer.json()["facts"]["permission"] == lacking


# --- in ------------------------------------------------------------------------------------------


def test_an_import_is_queued_run_and_reported(manager, tree):
    text = ADJUSTMENTS + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"

    key = run(manager.upload("imports/adjustments", files=sheet(text)))

    body = manager.get(f"jobs/{key}").json()
    assert (body["kind"], body["status"], body["report"]["created"]) == ("adjustments", "done", 1)
    assert Adjustment.objects.get().unit.code == "E1"


def test_a_bad_cell_is_named_and_nothing_is_written(manager, tree):
    text = (
        ADJUSTMENTS + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\nX9,2021Q2,bonus,1,锦旗,,2021-06-01\n"
    )

    key = run(manager.upload("imports/adjustments", files=sheet(text)))

    report = manager.get(f"jobs/{key}").json()["report"]
    (error,) = report["errors"]
    assert (report["ok"], error["row"], error["column"]) == (False, 3, "unit")
    assert error["reason"] == "There is no such unit. Import units first."  # the caller's language
    assert not Adjustment.objects.exists()


def test_a_dry_run_writes_nothing(manager, tree):
    text = ADJUSTMENTS + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"

    key = run(manager.upload("imports/adjustments", files=sheet(text), dry_run="true"))

    report = manager.get(f"jobs/{key}").json()["report"]
    assert (report["dry_run"], report["created"]) == (True, 1)
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(("publish", "status"), [("true", "published"), ("false", "draft")])
def test_several_files_are_one_import(manager, tree, publish, status):
    parts = [sheet(EDITION, "standard.csv"), sheet(CRITERIA, "criteria.csv")]

    key = run(manager.upload("imports/standard", files=parts, publish=publish))

    assert manager.get(f"jobs/{key}").json()["report"]["created"] == 2
    assert [(e.edition, e.status) for e in Edition.objects.all()] == [("2022", status)]


def test_the_job_of_another_is_not_there(manager, caller_as, tree):
    key = run(manager.upload("imports/units", files=sheet("code,name,level,parent\n")))

    assert refusal(caller_as("programme_manager").get(f"jobs/{key}")) == (404, "not_found")
    assert refusal(manager.get(f"jobs/{uuid.uuid4()}")) == (404, "not_found")


def test_a_token_must_hold_what_the_import_changes(caller_as, tree):
    caller = caller_as("programme_manager", only=["exchange.import", "network.view"])
    text = ADJUSTMENTS + "E1,2021Q2,bonus,1.5,锦旗,,2021-06-01\n"

    answer = caller.upload("imports/adjustments", files=sheet(text))

    assert refusal(answer) == (403, "not_allowed")
    assert answer.json()["facts"]["permission"] == "adjustments.record"
    assert not Job.objects.exists()


def test_only_who_may_import_imports(caller_as):
    caller = caller_as("staff")

    assert refusal(caller.upload("imports/units", files=sheet("code\n"))) == (403, "not_allowed")
    assert refusal(caller.get("imports/units/template")) == (403, "not_allowed")
    assert not Job.objects.exists()


def test_a_file_must_come_and_not_be_too_large(manager, settings):
    assert refusal(manager.upload("imports/units")) == (422, "malformed")
    assert refusal(manager.upload("imports/dreams", files=sheet("x"))) == (422, "malformed")
    many = [sheet("x", f"{number}.csv") for number in range(21)]
    assert refusal(manager.upload("imports/units", files=many)) == (422, "malformed")
    settings.HEARTH_UPLOAD_BYTES = 10
    assert refusal(manager.upload("imports/units", files=sheet("x" * 11))) == (413, "too_large")
    assert not Job.objects.exists()


@pytest.mark.parametrize("kind", ["units", "people", "standard", "inspections", "adjustments"])
def test_every_import_has_its_template(manager, kind):
    answer = manager.get(f"imports/{kind}/template")

    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert f"{kind}.xlsx" in answer["Content-Disposition"]
