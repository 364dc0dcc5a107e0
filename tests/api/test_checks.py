"""Reading checks: what whom, the arithmetic, and that nobody learns who came."""

from __future__ import annotations

import json
import uuid

import pytest

from hearth.inspections.models import Evidence, Inspection
from hearth.platform import files
from tests.api.conftest import Caller, refusal
from tests.factories import make_user
from tests.factories_inspections import make_inspection, mark, photo


@pytest.fixture
def checks(tree, edition):
    """One released check at E1, one at W1, one submitted at E2."""
    first, second, _third = tree.east_outlets
    return {
        "E1": make_inspection(first, edition, mark("A02", value="2", note="纸屑"), on="2021-05-20"),
        "W1": make_inspection(tree.west_outlets[0], edition, on="2021-05-21", reference="W-1"),
        "E2": make_inspection(second, edition, on="2021-05-22", status="submitted"),
    }


def units(answer):
    return [row["unit"]["code"] for row in answer.json()["items"]]


def test_checks_are_listed_newest_first_as_far_as_the_caller_may_read(
    manager, caller_as, tree, checks
):
    assert units(manager.get("inspections")) == ["E2", "W1", "E1"]
    assert units(caller_as("branch_manager", unit=tree.east).get("inspections")) == ["E1"]
    assert units(caller_as("reviewer", unit=tree.east).get("inspections")) == ["E2", "E1"]
    assert caller_as("inspector").get("inspections").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "东门"}, ["E1"]),
        ({"under": "W"}, ["W1"]),
        ({"under": "NONE"}, []),
        ({"channel": "mystery"}, []),
        ({"status": "submitted"}, ["E2"]),
        ({"since": "2021-05-21", "until": "2021-05-21"}, ["W1"]),
        ({"criterion": "A02"}, ["E1"]),
        ({"reference": "W-1"}, ["W1"]),
    ],
)
def test_checks_are_narrowed(manager, checks, query, found):
    assert units(manager.get("inspections", **query)) == found


def test_a_list_asks_the_database_as_often_for_many_rows(
    manager, tree, edition, django_assert_num_queries
):
    manager.get("me")  # the use of a token is kept once a minute
    for number in range(25):
        make_inspection(tree.east_outlets[number % 2], edition)
        if number in (0, 24):
            with django_assert_num_queries(3):  # token with grants, count, page
                assert manager.get("inspections").status_code == 200


def test_one_check_opens_to_its_arithmetic(manager, checks):
    body = manager.get(f"inspections/{checks['E1'].uuid}").json()

    assert (body["score"], body["earned"], body["possible"], body["lost"]) == (96.0, 24, 25, 1)
    line = next(line for line in body["lines"] if line["criterion"] == "A02")
    assert line == {
        "criterion": "A02",
        "module": "A",
        "verdict": "not_met",
        "value": "2",
        "note": "纸屑",
        "possible": 3.0,
        "earned": 2.0,
        "lost": 1.0,
        "because": "own",
        "cause": "",
        "evidence": [],
    }
    assert len(body["lines"]) == 10
    assert body["found"] == [
        {"criterion": "A02", "severity": "minor", "value": "2", "lost": 1.0, "note": "纸屑"}
    ]
    assert [m["module"] if "module" in m else m["code"] for m in body["modules"]] == ["A", "B"]
    assert body["document_hash"] == checks["E1"].document_hash


def test_a_gate_says_what_it_took_along(manager, tree, edition):
    check = make_inspection(tree.east_outlets[0], edition, mark("B03"))

    lines = manager.get(f"inspections/{check.uuid}").json()["lines"]

    taken = next(line for line in lines if line["criterion"] == "B04")
    assert (taken["because"], taken["cause"], taken["lost"]) == ("gate", "B03", 2.0)


def test_a_check_of_another_branch_or_not_yet_released_is_not_there(caller_as, tree, checks):
    caller = caller_as("branch_manager", unit=tree.east)

    assert caller.get(f"inspections/{checks['E1'].uuid}").status_code == 200
    for hidden in ("W1", "E2"):
        assert refusal(caller.get(f"inspections/{checks[hidden].uuid}")) == (404, "not_found")
    assert refusal(caller.get(f"inspections/{uuid.uuid4()}")) == (404, "not_found")


def test_whoever_carried_a_check_out_reads_it_unless_the_token_is_for_something_else(tree, edition):
    user = make_user("inspector", unit=tree.province)
    check = make_inspection(tree.east_outlets[0], edition, by=user, status="submitted")
    field_app, lists = Caller(user), Caller(user, "network.view")

    assert units(field_app.get("inspections/own")) == ["E1"]
    assert field_app.get(f"inspections/{check.uuid}").json()["own"] is True
    assert lists.get("inspections/own").status_code == 403
    assert refusal(lists.get(f"inspections/{check.uuid}")) == (404, "not_found")


def test_a_correction_shows_what_it_replaces(manager, tree, edition):
    first = make_inspection(tree.east_outlets[0], edition, mark("A01"))
    second = make_inspection(tree.east_outlets[0], edition, replaces=first, reason="看错了")

    body = manager.get(f"inspections/{second.uuid}").json()

    assert (body["revision"], body["replaces"], body["reason"]) == (2, str(first.uuid), "看错了")
    assert manager.get(f"inspections/{first.uuid}").json()["is_current"] is False
    assert manager.get("inspections").json()["count"] == 1


# --- design rule 6.1 -----------------------------------------------------------------------------


@pytest.fixture
def visit(tree, edition):
    """A mystery visit with a photo, by someone whose name, account and camera are known."""
    shopper = make_user("mystery_shopper", unit=tree.province, name="慕容访", username="murong")
    check = make_inspection(
        tree.east_outlets[0], edition, mark("A01"), channel="mystery", by=shopper
    )
    stored = files.store_picture(photo(exif={0x0110: "Phone of Murong"}))
    Evidence.objects.create(
        uuid=uuid.uuid4(),
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        width=stored.width,
        height=stored.height,
        metadata=stored.metadata,
        criterion_code="A01",
        inspection=check,
        uploaded_by=shopper,
    )
    return check


@pytest.mark.parametrize(
    "role", ["programme_manager", "branch_manager", "outlet_head", "reviewer", "auditor", "staff"]
)
def test_no_field_says_who_came_as_a_customer(caller_as, tree, visit, role):
    caller = caller_as(role, unit=tree.east_outlets[0])
    photo_uuid = visit.evidence.get().uuid

    said = [
        caller.get("inspections"),
        caller.get(f"inspections/{visit.uuid}"),
        caller.get(f"evidence/{photo_uuid}"),
        caller.get("exports/inspections", format="csv"),
        caller.get("figures/inspections/trace", as_of="2021-06-30"),
    ]

    person = visit.inspector
    for answer in said:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        shown = content.decode("utf-8", "replace") + json.dumps(dict(answer.headers))
        assert "慕容" not in shown
        assert "murong" not in shown.lower()
        assert person.username not in shown
    keys = set(said[1].json()) | set(said[0].json()["items"][0])
    assert not {key for key in keys if "inspector" in key or "submitted" in key or key == "by"}


def test_the_hour_of_a_customers_visit_is_for_those_who_may_know_the_customer(
    caller_as, tree, edition, visit
):
    video = make_inspection(tree.east_outlets[0], edition)
    head = caller_as("outlet_head", unit=tree.east_outlets[0])
    reviewer = caller_as("reviewer")

    assert head.get(f"inspections/{visit.uuid}").json()["inspected_at"] is None
    assert head.get(f"inspections/{visit.uuid}").json()["inspected_on"] == "2021-05-20"
    assert head.get(f"inspections/{video.uuid}").json()["inspected_at"] == "2021-05-20T04:00:00Z"
    seen = reviewer.get(f"inspections/{visit.uuid}").json()["inspected_at"]
    assert seen == "2021-05-20T04:00:00Z"


def test_a_note_to_the_inspector_is_not_for_the_outlet(caller_as, tree, edition):
    check = make_inspection(tree.east_outlets[0], edition)
    Inspection.objects.filter(pk=check.pk).update(review_note="与李四的记录核对过")

    head = caller_as("outlet_head", unit=tree.east_outlets[0])
    assert head.get(f"inspections/{check.uuid}").json()["review_note"] == ""
    reviewed = caller_as("reviewer").get(f"inspections/{check.uuid}").json()
    assert reviewed["review_note"] == "与李四的记录核对过"


# --- photos --------------------------------------------------------------------------------------


def test_a_photo_goes_to_whoever_reads_its_check(caller_as, tree, visit):
    path = f"evidence/{visit.evidence.get().uuid}"

    answer = caller_as("outlet_head", unit=tree.east_outlets[0]).get(path)

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert refusal(caller_as("branch_manager", unit=tree.west).get(path)) == (404, "not_found")
    assert refusal(caller_as("staff").get(f"evidence/{uuid.uuid4()}")) == (404, "not_found")


def test_a_photo_whose_file_is_gone_is_not_there(caller_as, visit):
    stored = visit.evidence.get()
    files.path_of(stored.sha256).unlink()

    answer = caller_as("programme_manager").get(f"evidence/{stored.uuid}")

    assert refusal(answer) == (404, "not_found")
