"""Pages of findings being put right, by client: found, empty, refused, and what they cost."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hearth.inspections.models import Inspection
from hearth.rectification.models import Deadline, FixPhoto, Rectification
from tests.factories import client_as, make_tree, make_user
from tests.factories_inspections import photo
from tests.factories_rectification import make_rectification, open_check
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def row(tree, edition):
    return make_rectification(tree.east_outlets[0], edition, "A01")


def english(who, *roles, unit=None):
    client = client_as(who, *roles, unit=unit)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def head(tree):
    return english("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def at(name, *args):
    return reverse(f"rectification:{name}", args=args)


def text(answer):
    return " ".join(answer.content.decode().split())


def sent(row, **fields):
    return {"version": row.version, "note": "Mended.", "sent": str(uuid.uuid4())} | fields


def picture(name="a.jpg", colour="red"):
    return SimpleUploadedFile(name, photo(colour), "image/jpeg")


# --- the list ---


def test_the_first_line_says_what_waits(head, tree, edition, row):
    make_rectification(tree.east_outlets[0], edition, "A02", due_on=date(2021, 6, 1))
    make_rectification(tree.east_outlets[1], edition, "A02")
    said = text(head.get(at("list")))
    assert "2 findings wait for the outlets, 1 of them overdue." in said
    assert said.count("<tr>") == 3
    assert "East" not in said


def test_an_empty_list_says_when_something_appears(head):
    said = text(head.get(at("list")))
    assert "No finding waits for an outlet." in said
    assert "Nothing to put right" in said
    assert "No finding matches" in text(head.get(at("list"), {"state": "overdue"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["A02", "A01", "B05"]),
        ({"state": "overdue"}, ["A02"]),
        ({"state": "nonsense"}, ["A02", "A01", "B05"]),
        ({"severity": "red"}, ["B05"]),
        ({"under": "W"}, ["B05"]),
        ({"since": "2021-06-01", "until": "2021-06-30"}, ["A02"]),
        ({"since": "soon"}, ["A02", "A01", "B05"]),
    ],
)
def test_the_list_is_narrowed_and_leaves_as_it_is(tree, edition, row, query, found):
    day = date(2021, 6, 1)
    make_rectification(tree.outlets[0], edition, "A02", due_on=day, first_due_on=day)
    far = timezone.localdate() + timedelta(days=300)
    make_rectification(tree.west_outlets[0], edition, "B05", due_on=far)
    office = english("programme_manager")
    answer = office.get(at("list"), query)
    assert [one.criterion.code for one in answer.context["page_obj"]] == found
    lines = office.get(at("export"), query | {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert [line.split(",")[2] for line in lines.splitlines()[1:]] == found


def test_the_list_costs_the_same_with_many_rows(head, tree, edition):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert head.get(at("list")).status_code == 200
        return len(asked)

    make_rectification(tree.east_outlets[0], edition, "A01")
    cost()  # the first page of a session costs more
    one = cost()
    for _n in range(6):
        open_check(tree.east_outlets[0], edition, "A01", "A02", "A03", "A04")
    assert cost() == one


def test_ticked_ones_are_accepted(head, row, tree, edition):
    west = make_rectification(tree.west_outlets[0], edition)
    chosen = [f"{row.pk}:1", f"{west.pk}:1"]
    back = f"{at('list')}?state=outlet"
    answer = head.post(at("accept-many"), {"chosen": chosen, "back": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "1 finding accepted." in text(answer)
    assert "not there for you" in text(answer)
    states = dict(Rectification.objects.values_list("pk", "state"))
    assert states == {row.pk: "accepted", west.pk: "open"}


def test_accepting_nothing_says_so(head, row):
    assert "Tick the findings that you accept." in text(head.post(at("accept-many"), follow=True))
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("back", ["", "https://elsewhere.example/", "//elsewhere.example/"])
def test_nobody_is_led_elsewhere(head, row, back):
    answer = head.post(at("accept-many"), {"chosen": [f"{row.pk}:1"], "back": back})
    assert answer.url == at("list")


# --- one of them ---


def test_its_page_tells_what_is_next_for_each(head, manager, row, tree):
    assert "Report it as put right" in text(head.get(at("detail", row.pk)))
    staff = english("staff", unit=tree.east_outlets[0])
    assert "Report it as put right" not in text(staff.get(at("detail", row.pk)))
    west = english("branch_manager", unit=tree.west)
    assert west.get(at("detail", row.pk)).status_code == 404
    assert english("inspector").get(at("detail", row.pk)).status_code == 403
    assert "Yes, sign it off" not in text(manager.get(at("detail", row.pk)))


def test_it_is_accepted_fixed_and_signed_off(head, manager, row):
    head.post(at("accept", row.pk), {"version": 1})
    row.refresh_from_db()
    assert "At least one: the standard asks" in text(head.get(at("fix", row.pk)))
    answer = head.post(
        at("fix", row.pk), sent(row, photos=[picture(), picture("b.jpg", "blue")]), follow=True
    )
    assert "Another person will verify it." in text(answer)
    shots = FixPhoto.objects.filter(record=row)
    assert shots.count() == 2
    shown = head.get(at("photo", shots[0].uuid))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.getvalue()
    row.refresh_from_db()
    page = text(manager.get(at("detail", row.pk)))
    assert "Yes, sign it off" in page
    assert str(shots[0].uuid) in page
    answer = manager.post(at("verify", row.pk), {"version": row.version, "close": "1"}, follow=True)
    assert "Signed off on" in text(answer)
    row.refresh_from_db()
    assert row.state == "closed"


def test_it_is_sent_back_with_a_reason_and_a_day(head, manager, row):
    head.post(at("fix", row.pk), sent(row, photos=[picture()]))
    act = {"version": 2, "reopen": "1"}
    answer = manager.post(at("verify", row.pk), act)
    assert answer.status_code == 422
    assert "Say what is still wrong." in text(answer)
    day = timezone.localdate() + timedelta(days=3)
    again = act | {"note": "Still dark.", "due_on": day.isoformat()}
    answer = manager.post(at("verify", row.pk), again, follow=True)
    assert "sent back once" in text(answer)
    assert "Still dark." in text(answer)
    assert "Photos of earlier rounds" in text(answer)


def test_what_cannot_be_reported_says_why(head, row):
    answer = head.post(at("fix", row.pk), sent(row))
    assert answer.status_code == 422
    assert "Add a photo that shows that it is put right." in text(answer)
    assert head.post(at("fix", row.pk), sent(row, note="")).status_code == 422
    broken = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert "not a photo we can read" in text(head.post(at("fix", row.pk), sent(row, photos=broken)))
    stale = head.post(at("fix", row.pk), sent(row, version=7, photos=picture()))
    assert "Someone acted on this rectification meanwhile." in text(stale)
    assert not FixPhoto.objects.exists()


def test_who_fixed_it_is_told_that_another_verifies(manager, row):
    manager.post(at("fix", row.pk), sent(row, photos=[picture()]))
    assert "another person verifies it" in text(manager.get(at("detail", row.pk)))
    answer = manager.post(at("verify", row.pk), {"version": 2, "close": "1"})
    assert answer.status_code == 422
    assert "Another person verifies than put it right." in text(answer)


def test_accepting_what_changed_meanwhile_says_so(head, row):
    answer = head.post(at("accept", row.pk), {"version": 9}, follow=True)
    assert "Someone acted on this rectification meanwhile." in text(answer)


def test_a_photo_that_is_gone_from_the_disk_is_not_found(head, row, tree):
    head.post(at("fix", row.pk), sent(row, photos=[picture()]))
    shot = FixPhoto.objects.get()
    FixPhoto.objects.update(sha256="0" * 64)
    assert head.get(at("photo", shot.uuid)).status_code == 404
    assert english("outlet_head", unit=tree.west).get(at("photo", shot.uuid)).status_code == 404


def test_a_withdrawn_one_says_so(head, row):
    Rectification.objects.update(withdrawn_at=timezone.now(), withdrawal_reason="The wrong outlet.")
    page = text(head.get(at("detail", row.pk)))
    assert "nothing is left to do" in page
    assert "The wrong outlet." in page


# --- closed in time ---


def closed(tree, edition, unit, code, on=date(2021, 6, 1), first=date(2021, 6, 10)):
    make_rectification(
        unit,
        edition,
        code,
        state="closed",
        fixed_on=on,
        fixed_by=make_user(),
        closed_on=on,
        closed_by=make_user(),
        first_due_on=first,
        due_on=first,
    )


SPAN = {"since": "2021-06-01", "until": "2021-06-30"}


def test_the_share_is_told_with_its_parts_for_each_branch(tree, edition):
    closed(tree, edition, tree.east_outlets[0], "A01")
    closed(tree, edition, tree.east_outlets[1], "A02", on=date(2021, 6, 11))
    make_rectification(
        tree.west_outlets[0], edition, "A01", first_due_on="2021-06-30", due_on="2021-06-30"
    )
    office = english("programme_manager")
    page = text(office.get(at("closure"), SPAN))
    assert "33.3% were closed in time: 1 of 3 findings." in page
    assert "<strong>2</strong> are closed by now, 1 of them after the deadline" in page
    assert "<svg" in page
    below = text(office.get(at("closure"), SPAN | {"under": "E"}))
    assert "50.0% were closed in time: 1 of 2 findings." in below
    rows = office.get(at("list"), SPAN | {"under": "E", "state": "in_time"})
    assert rows.context["page_obj"].paginator.count == 1
    assert office.get(at("closure"), {"under": "nowhere"}).status_code == 404


def test_an_outlet_sees_its_own_share_and_an_empty_span_says_so(head, tree, edition):
    closed(tree, edition, tree.east_outlets[0], "A01")
    closed(tree, edition, tree.west_outlets[0], "A01")
    assert "100.0% were closed in time: 1 of 1 findings." in text(head.get(at("closure"), SPAN))
    wrong = {"since": "soon", "until": ""}
    assert "No finding was due in these days." in text(head.get(at("closure"), wrong))
    assert head.get(at("closure"), SPAN | {"under": "W"}).status_code == 404


# --- deadlines ---


def test_deadlines_are_proposed_by_one_and_approved_by_another(manager, tree):
    page = text(manager.get(at("deadlines")))
    assert "within 1, a major one within 5, a minor one within 10 working days" in page
    assert "Propose other deadlines" not in page
    assert manager.post(at("deadlines"), {}).status_code == 403
    office, other = english("programme_manager"), english("programme_manager")
    today = timezone.localdate().isoformat()
    days = {"red_days": 2, "major_days": 4, "minor_days": 8, "escalate_days": 2}
    wrong = office.post(at("deadlines"), days | {"effective_from": "2021-01-01"})
    assert wrong.status_code == 422
    assert "Begin today or later." in text(wrong)
    assert office.post(at("deadlines"), days | {"red_days": 0}).status_code == 422
    assert office.post(at("deadlines"), days | {"effective_from": today}).status_code == 302
    rule = Deadline.objects.latest("pk")
    own = office.post(at("deadline-approve", rule.pk), follow=True)
    assert "Another person approves than proposed." in text(own)
    done = other.post(at("deadline-approve", rule.pk), follow=True)
    assert "within 2, a major one within 4, a minor one within 8 working days" in text(done)
    assert other.post(at("deadline-approve", 99_999)).status_code == 404


# --- from the review ---


def test_withdrawing_a_check_takes_its_findings_along(row, tree):
    office = english("programme_manager")
    check = Inspection.objects.get()
    office.post(
        reverse("inspections:review", args=[check.uuid]),
        {"version": 1, "note": "wrong outlet", "withdraw": "1"},
    )
    row.refresh_from_db()
    assert row.is_withdrawn
