"""Handing checks in: whole, or as a draft that grows."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone

from hearth.inspections.models import Draft, Evidence, Finding, Inspection
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from tests.api.conftest import Caller, refusal
from tests.factories import make_tree, make_user
from tests.factories_inspections import make_assignment, mark, photo
from tests.factories_standards import edition_content, make_edition


def handed(unit="E1", *marks, **fields):
    """A check of yesterday as another system hands it in."""
    return {
        "uuid": str(uuid.uuid4()),
        "unit": unit,
        "standard": "SERVICE",
        "edition": "2021",
        "channel": "video",
        "inspected_at": (timezone.now() - timedelta(days=1)).isoformat(),
        "marks": list(marks),
    } | fields


# --- whole ---------------------------------------------------------------------------------------


def test_a_check_is_scored_and_stored(inspector, edition):
    body = handed("E1", mark("A02", value=3, note="纸屑"), remarks="雨天", reference="V-7")

    answer = inspector.post("inspections", body)

    assert answer.status_code == 201
    assert answer.json() | {"document_hash": "", "modules": []} == {
        "uuid": body["uuid"],
        "status": "submitted",
        "score": 94.0,
        "earned": 23.5,
        "possible": 25.0,
        "lost": 1.5,
        "critical": "",
        "findings": 1,
        "modules": [],
        "document_hash": "",
    }
    stored = Inspection.objects.get()
    assert (stored.reference, stored.inspector_id) == ("V-7", inspector.user.pk)
    assert stored.document["marks"][0]["value"] == "3"
    assert Finding.objects.get().lost_milli == 1500
    assert not list(audit.verify())


def test_the_same_check_again_gives_the_same_answer_and_changes_nothing(inspector, edition):
    body = handed("E1", mark("A01"))

    first, second = (inspector.post("inspections", body) for _number in range(2))

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert Inspection.objects.count() == 1
    assert AuditEvent.objects.filter(action="inspection.submitted").count() == 1


def test_other_content_under_the_same_uuid_is_refused(inspector, caller_as, edition):
    body = handed("E1", mark("A01"))
    inspector.post("inspections", body)

    assert refusal(inspector.post("inspections", body | {"marks": []})) == (409, "uuid_reused")
    other = caller_as("inspector")
    assert refusal(other.post("inspections", body)) == (409, "uuid_taken")
    again = handed("E2", reference="R")
    assert inspector.post("inspections", again).status_code == 201
    assert refusal(inspector.post("inspections", handed(reference="R"))) == (409, "reference_taken")


def test_a_unit_out_of_reach_is_not_there(caller_as, tree, edition):
    caller = caller_as("inspector", unit=tree.west)

    assert refusal(caller.post("inspections", handed("E1"))) == (404, "not_found")
    assert refusal(caller.post("inspections", handed("NONE"))) == (404, "not_found")
    assert refusal(caller.post("inspections", handed("W1", edition="no"))) == (404, "not_found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": "E"}, "not_an_outlet"),
        ({"edition": "next"}, "edition_not_published"),
        ({"inspected_at": "2998-01-01T00:00:00Z"}, "in_the_future"),
        ({"inspected_at": "2019-01-01T00:00:00"}, "too_old"),
        ({"marks": [mark("Z9")]}, "marks_wrong"),
        ({"marks": [mark("B02", "met", value="warm")]}, "marks_wrong"),
    ],
)
def test_the_rules_of_the_pages_hold(inspector, edition, changes, code):
    make_edition(edition_content(edition="next", effective_from="2030-01-01"), publish=False)

    assert refusal(inspector.post("inspections", handed() | changes)) == (409, code)
    assert not Inspection.objects.exists()


def test_wrong_marks_are_named(inspector, edition):
    answer = inspector.post("inspections", handed("E1", mark("Z9"), mark("A03", value="9")))

    assert set(answer.json()["facts"]["problems"]) == {"Z9", "A03"}


def test_nobody_hands_in_a_check_of_their_own_unit(tree, edition):
    caller = Caller(make_user("inspector", "outlet_head", unit=tree.east_outlets[0]))

    assert refusal(caller.post("inspections", handed("E1"))) == (409, "own_unit")


def test_whoever_carries_out_no_checks_hands_none_in(manager, edition):
    assert refusal(manager.post("inspections", handed())) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"uuid": "x"}, "body.body.uuid"),
        ({"unit": ""}, "body.body.unit"),
        ({"unit": "x" * 41}, "body.body.unit"),
        ({"unit": "E\x001"}, "body.body.unit"),
        ({"channel": "dream"}, "body.body.channel"),
        ({"inspected_at": "2021-06-15"}, "body.body.inspected_at"),
        ({"inspected_at": 1622505600}, "body.body.inspected_at"),
        ({"inspected_at": "0001-01-01T00:00:00+14:00"}, "body.body.inspected_at"),
        ({"inspected_at": "2021-13-45T99:00:00Z"}, "body.body.inspected_at"),
        ({"marks": [{"criterion": "A01"}]}, "body.body.marks.0.verdict"),
        ({"marks": [{"criterion": "A01", "verdict": "maybe"}]}, "body.body.marks.0.verdict"),
        ({"marks": [mark("A01", note="x" * 1001)]}, "body.body.marks.0.note"),
        ({"marks": [mark("A01", colour="red")]}, "body.body.marks.0.colour"),
        ({"marks": [mark("A01")] * 2001}, "body.body.marks"),
        ({"mark": []}, "body.body.mark"),
        ({"remarks": None}, "body.body.remarks"),
    ],
)
def test_what_is_not_of_the_declared_form_is_refused_with_its_place(
    inspector, edition, changes, where
):
    answer = inspector.post("inspections", handed() | changes)

    assert refusal(answer) == (422, "malformed")
    assert {problem["where"] for problem in answer.json()["facts"]["problems"]} == {where}


def test_an_instant_without_an_offset_is_in_the_networks_zone(inspector, edition):
    yesterday = timezone.localtime() - timedelta(days=1)
    plain = handed("E1", inspected_at=yesterday.strftime("%Y-%m-%d 09:30"))

    assert inspector.post("inspections", plain).status_code == 201

    stored = timezone.localtime(Inspection.objects.get().inspected_at)
    assert (stored.date(), stored.hour, stored.minute) == (yesterday.date(), 9, 30)


def test_a_check_costs_few_statements(inspector, edition, django_assert_max_num_queries):
    inspector.post("inspections", handed("E1"))  # the rules are read once

    # token, grants, look-up, check, findings, three of the trail, and the savepoint's two
    with django_assert_max_num_queries(10):
        assert inspector.post("inspections", handed("E2", mark("A01"))).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_same_check_at_the_same_moment_is_stored_once():
    tree = make_tree()
    make_edition()
    caller = Caller(make_user("inspector", unit=tree.province))
    body = handed("E1", mark("A01"), mark("A02"))
    together, answers = threading.Barrier(6), []

    def send():
        together.wait()
        answers.append(caller.post("inspections", body))
        connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }
    assert (Inspection.objects.count(), Finding.objects.count()) == (1, 2)
    assert AuditEvent.objects.filter(action="inspection.submitted").count() == 1
    assert not list(audit.verify())


# --- a draft that grows --------------------------------------------------------------------------


def begin(caller, **fields):
    body = handed("E1") | fields
    for name in ("inspected_at", "marks"):
        body.pop(name)
    return body, caller.post("drafts", body)


def judged(*marks):
    """Every criterion of a video check at a full outlet judged: these marks, the others met."""
    given = {m["criterion"] for m in marks}
    codes = ["A01", "A02", "A03", "A04", "B01", "B02", "B03", "B04", "B05", "B06"]
    return [*marks, *(mark(code, "met") for code in codes if code not in given)]


def send_photo(caller, draft, uuid_, content=None, criterion="A01"):
    file = SimpleUploadedFile("x.jpg", content or photo(), "image/jpeg")
    return caller.upload(f"drafts/{draft}/evidence/{uuid_}", criterion=criterion, file=file)


def test_a_draft_is_begun_saved_shown_and_submitted(inspector, edition):
    body, begun = begin(inspector)
    path = f"drafts/{body['uuid']}"
    assert (begun.status_code, begun.json()["version"]) == (201, 1)

    shown = uuid.uuid4()
    added = send_photo(inspector, body["uuid"], shown)
    assert (added.status_code, added.json()["criterion"]) == (201, "A01")
    marks = judged(mark("A01", note="灯箱不亮"))
    saved = inspector.put(path, {"version": 1, "marks": marks, "remarks": "雨天"})
    assert saved.json()["version"] == 2
    read = inspector.get(path).json()
    assert (read["remarks"], read["marks"][0]["evidence"]) == ("雨天", [str(shown)])
    assert inspector.get("drafts").json()["count"] == 1

    first = inspector.post(f"{path}/submit", {"version": 2})
    second = inspector.post(f"{path}/submit", {"version": 2})

    assert (first.status_code, first.json()["score"]) == (201, 92.0)
    assert second.content == first.content
    stored = Inspection.objects.get()
    assert stored.document["marks"][0]["evidence"] == [str(shown)]
    assert Evidence.objects.get().inspection == stored
    assert not Draft.objects.exists()
    assert inspector.get(f"inspections/{body['uuid']}").json()["evidence"][0]["uuid"] == str(shown)


def test_beginning_again_gives_the_same_draft(inspector, caller_as, edition):
    body, begun = begin(inspector)

    assert inspector.post("drafts", body).content == begun.content
    other = caller_as("inspector")
    assert refusal(other.post("drafts", body)) == (404, "not_found")
    assert refusal(other.get(f"drafts/{body['uuid']}")) == (404, "not_found")
    assert Draft.objects.count() == 1


def test_a_stale_draft_is_refused_with_the_newer_version(inspector, edition):
    body, _begun = begin(inspector)
    path = f"drafts/{body['uuid']}"
    inspector.put(path, {"version": 1, "marks": []})

    answer = inspector.put(path, {"version": 1, "marks": []})

    assert refusal(answer) == (409, "stale_draft")
    assert answer.json()["facts"] == {"version": 2}
    assert refusal(inspector.post(f"{path}/submit", {"version": 1})) == (409, "stale_draft")


def test_a_draft_is_submitted_complete_or_not_at_all(inspector, edition):
    body, _begun = begin(inspector)
    path = f"drafts/{body['uuid']}"
    inspector.put(path, {"version": 1, "marks": [mark("A01"), mark("A02")]})

    answer = inspector.post(f"{path}/submit", {"version": 2})

    assert refusal(answer) == (409, "not_complete")
    problems = answer.json()["facts"]["problems"]
    assert set(problems) == {f"A0{n}" for n in range(1, 5)} | {f"B0{n}" for n in range(1, 7)}


def test_a_shopper_checks_what_is_assigned_and_nothing_else(caller_as, tree, edition):
    shopper = caller_as("mystery_shopper")
    outlet = tree.east_outlets[0]
    assigned = make_assignment(outlet, edition, shopper.user)
    other = make_assignment(outlet, edition, make_user("mystery_shopper"))

    listed = shopper.get("assignments").json()

    assert [(row["id"], row["unit"]["code"]) for row in listed["items"]] == [(assigned.pk, "E1")]
    _body, refused = begin(shopper, channel="mystery")
    assert refusal(refused) == (404, "not_found")
    _body, refused = begin(shopper, channel="mystery", assignment=other.pk)
    assert refusal(refused) == (404, "not_found")
    _body, refused = begin(shopper, unit="W1", channel="mystery", assignment=assigned.pk)
    assert refusal(refused) == (404, "not_found")
    _body, begun = begin(shopper, channel="mystery", assignment=assigned.pk)
    assert (begun.status_code, begun.json()["assignment"]) == (201, assigned.pk)


def test_a_draft_is_given_up_with_a_reason(inspector, edition):
    body, _begun = begin(inspector)

    assert inspector.delete(f"drafts/{body['uuid']}", reason="走错网点").status_code == 204
    assert AuditEvent.objects.get(action="draft.discarded").data["reason"] == "走错网点"
    assert refusal(inspector.delete(f"drafts/{body['uuid']}")) == (404, "not_found")


def test_a_photo_is_kept_once_and_taken_off_again(inspector, caller_as, edition):
    body, _begun = begin(inspector)
    shown = uuid.uuid4()
    first = send_photo(inspector, body["uuid"], shown)

    assert send_photo(inspector, body["uuid"], shown).content == first.content
    fetched = inspector.get(f"evidence/{shown}")
    assert b"".join(fetched.streaming_content).startswith(b"\xff\xd8")
    assert refusal(caller_as("programme_manager").get(f"evidence/{shown}")) == (404, "not_found")
    path = f"drafts/{body['uuid']}/evidence/{shown}"
    assert inspector.delete(path).status_code == 204
    assert refusal(inspector.delete(path)) == (404, "not_found")
    assert not Evidence.objects.exists()


def test_what_is_no_photo_is_refused(inspector, edition, monkeypatch):
    body, _begun = begin(inspector)

    def sent(**fields):
        return refusal(send_photo(inspector, body["uuid"], uuid.uuid4(), **fields))

    assert sent(content=b"GIF89a") == (409, "not_a_picture")
    assert sent(criterion="Z9") == (409, "unknown_criterion")
    assert sent(criterion="") == (422, "malformed")
    monkeypatch.setattr("hearth.api.drafts.MOST_PHOTO_BYTES", 10)
    assert sent() == (413, "too_large")
    empty = inspector.upload(f"drafts/{body['uuid']}/evidence/{uuid.uuid4()}", criterion="A01")
    assert refusal(empty) == (422, "malformed")
