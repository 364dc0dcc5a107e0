"""Lists of checks and the forms around them: found, empty, refused, and what they cost."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.inspections.models import Assignment, Draft
from tests.factories import client_as, make_tree, make_user
from tests.factories_inspections import make_assignment, make_inspection, mark
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def worker(tree):
    return make_user("inspector", unit=tree.province, name="沈一")


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def shown(client, name, **query):
    return client.get(reverse(f"inspections:{name}"), query)


def codes(answer):
    return [row.unit.code for row in answer.context["page_obj"]]


def cost(client, name):
    cache.clear()  # what the page remembers is asked for again
    with CaptureQueriesContext(connection) as asked:
        assert shown(client, name).status_code == 200
    return len(asked)


@pytest.fixture
def checks(tree, edition, worker):
    e1, e2, _e3, w1, w2 = tree.outlets
    make_inspection(e1, edition, mark("A01"), on="2021-05-01", by=worker)
    make_inspection(e2, edition, on="2021-05-20", channel="onsite", by=worker)
    make_inspection(w1, edition, mark("B03"), on="2021-06-10", status="submitted", by=worker)
    make_inspection(w2, edition, on="2021-06-20", status="reviewed", by=worker)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["W2", "W1", "E2", "E1"]),
        ({"channel": "onsite"}, ["E2"]),
        ({"status": "submitted"}, ["W1"]),
        ({"since": "2021-05-20"}, ["W2", "W1", "E2"]),
        ({"until": "2021-05-20"}, ["E2", "E1"]),
        ({"q": "西门"}, ["W1"]),
        ({"under": "E"}, ["E2", "E1"]),
        ({"under": "nowhere"}, []),
        ({"criterion": "A01"}, ["E1"]),
        ({"since": "soon"}, ["W2", "W1", "E2", "E1"]),
    ],
)
def test_the_list_is_narrowed(checks, query, found):
    assert codes(shown(english("programme_manager"), "list", **query)) == found


@pytest.mark.parametrize("few", [0, 50])
def test_a_search_finds_the_same_in_few_units_and_in_many(checks, monkeypatch, few):
    monkeypatch.setattr("hearth.web.inspections.queries.FEW_UNITS", few)
    client = english("programme_manager")

    assert codes(shown(client, "list", q="东 门")) == ["E1"]
    assert codes(shown(client, "list", q="街")) == ["W2", "E2"]
    assert codes(shown(client, "review-queue", q="西")) == ["W1", "W2"]
    assert codes(shown(client, "list", q="龘")) == []


def test_ones_own_checks_are_read_beside_those_of_the_branch(checks, tree, edition):
    user = make_user("branch_manager", "inspector", unit=tree.east)
    make_inspection(tree.west_outlets[0], edition, on="2021-06-30", by=user, status="submitted")

    assert codes(shown(english(user), "list")) == ["W1", "E2", "E1"]
    assert codes(shown(english("auditor"), "list")) == ["W1", "W2", "W1", "E2", "E1"]


def test_releasing_nothing_says_so_and_comes_back_to_the_list_as_it_was(checks, tree):
    reviewer = english(make_user("reviewer", unit=tree.province))
    back = f"{reverse('inspections:review-queue')}?status=reviewed"

    answer = reviewer.post(reverse("inspections:release-many"), {"back": back}, follow=True)

    assert answer.redirect_chain == [(back, 302)]
    assert "Tick the checks that you release." in answer.content.decode()
    away = reviewer.post(reverse("inspections:release-many"), {"back": "//elsewhere.example/"})
    assert away.url == reverse("inspections:review-queue")


def test_outlets_read_released_checks_without_who_made_them(checks, tree):
    answer = shown(english(make_user("outlet_head", unit=tree.east)), "list")

    assert codes(answer) == ["E2", "E1"]
    assert "沈一" not in answer.content.decode()


def test_an_empty_list_tells_apart_nothing_yet_and_nothing_found(tree):
    client = english("programme_manager")

    assert "No checks yet" in shown(client, "list").content.decode()
    assert "No check matches" in shown(client, "list", channel="video").content.decode()


def test_the_queue_holds_what_others_handed_in(checks, worker):
    answer = shown(english("reviewer"), "review-queue")

    assert codes(answer) == ["W1", "W2"]
    assert "沈一" in answer.content.decode()
    assert codes(shown(english("reviewer"), "review-queue", status="reviewed")) == ["W2"]


def test_a_part_of_the_page_is_sent_to_htmx(checks):
    client = english("reviewer")

    for name in ("list", "review-queue"):
        whole = client.get(reverse(f"inspections:{name}")).content
        part = client.get(reverse(f"inspections:{name}"), headers={"hx-request": "true"}).content
        assert b"<html" in whole
        assert b"<html" not in part


@pytest.mark.parametrize("name", ["list", "review-queue", "assignments", "mine"])
def test_more_rows_cost_no_more_queries(tree, edition, worker, name):
    client = english(make_user("programme_manager", "inspector", unit=tree.province))
    me = int(client.session["_auth_user_id"])

    def more(day):
        for outlet in tree.outlets:
            make_inspection(outlet, edition, on=day, by=worker, status="submitted")
            task = make_assignment(outlet, edition, worker)
            Assignment.objects.filter(pk=task.pk).update(assignee_id=me)

    more("2021-05-10")
    cost(client, name)
    before = cost(client, name)
    more("2021-05-11")

    assert cost(client, name) == before


def test_mine_says_what_waits(tree, edition, worker):
    make_assignment(tree.outlets[0], edition, worker, due_on=date(2021, 1, 1))
    make_inspection(tree.outlets[1], edition, by=worker, status="returned")

    answer = shown(english(worker), "mine")

    assert [task.unit.code for task in answer.context["assignments"]] == ["E1"]
    assert [row.unit.code for row in answer.context["returned"]] == ["E2"]
    assert "overdue" in answer.content.decode()
    assert "Nothing is assigned to you" in shown(english("inspector"), "mine").content.decode()


def test_a_check_that_cannot_begin_keeps_what_was_typed(tree, edition, worker):
    said = {"unit": "X99", "edition": edition.pk, "channel": "onsite"}

    answer = english(worker).post(reverse("inspections:start"), said)

    assert answer.status_code == 422
    assert 'value="X99"' in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_check_begins_and_is_filled_in(tree, edition, worker):
    client = english(worker)

    answer = client.post(
        reverse("inspections:start"), {"unit": "E1", "edition": edition.pk, "channel": "video"}
    )

    draft = Draft.objects.get()
    assert answer.url == reverse("inspections:fill", args=[draft.uuid])
    page = client.get(answer.url)
    assert (page.status_code, page.context["total"], page.context["answered"]) == (200, 10, 0)
    refused = client.post(
        answer.url,
        {"version": draft.version, "verdict-A02": "not_met", "note-A02": "烟头", "submit": "1"},
    )
    assert refused.status_code == 422
    assert "烟头" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.document["marks"][0]["note"] == "烟头"


def test_an_assignment_is_begun_once_and_gone_on_with(tree, edition, worker):
    task = make_assignment(tree.outlets[0], edition, worker, channel="onsite")
    client = client_as(worker)

    first = client.post(reverse("inspections:start"), {"assignment": task.pk})
    again = client.post(reverse("inspections:start"), {"assignment": task.pk})

    draft = Draft.objects.get()
    assert draft.assignment == task
    assert first.url == again.url == reverse("inspections:fill", args=[draft.uuid])


def test_an_assignment_in_the_past_is_refused_with_what_was_typed(tree, edition, worker):
    said = {"unit": "E1", "edition": edition.pk, "channel": "onsite", "assignee": worker.pk}
    client = english("programme_manager")

    answer = client.post(reverse("inspections:assignments"), said | {"due_on": "2021-01-01"})

    assert answer.status_code == 422
    assert 'value="2021-01-01"' in answer.content.decode()
    assert not Assignment.objects.exists()
    client.post(reverse("inspections:assignments"), said | {"due_on": "2099-01-01"})
    assert codes(shown(client, "assignments")) == ["E1"]


def test_a_review_without_its_note_is_refused_and_with_it_done(tree, edition, worker):
    check = make_inspection(tree.outlets[0], edition, by=worker, status="submitted")
    client, address = english("reviewer"), reverse("inspections:review", args=[check.uuid])

    refused = client.post(address, {"version": check.version, "note": "", "return": "1"})
    done = client.post(address, {"version": check.version, "note": "补拍照片", "return": "1"})

    check.refresh_from_db()
    assert (refused.status_code, done.status_code) == (422, 302)
    assert (check.status, check.review_note) == ("returned", "补拍照片")


@pytest.mark.parametrize("name", ["list", "review-queue", "assignments", "mine", "start"])
def test_the_wrong_role_is_told_so(tree, name):
    assert shown(english("system_admin"), name).status_code == 403


def test_every_answer_by_one_standard_leaves_as_a_row_a_check(checks, edition, tree):
    make_inspection(tree.outlets[0], edition, mark("A02", value="3"), reference="three")
    client = english(make_user("programme_manager", unit=tree.province))

    page = shown(client, "list", edition=edition.pk)
    answer = shown(client, "export", edition=edition.pk, answers="1", format="csv")

    assert "Every answer:" in page.content.decode()
    head, *rows = b"".join(answer).decode("utf-8-sig").splitlines()
    assert {"A01", "A02"} <= set(head.split(","))
    assert any("Not met 3" in row for row in rows)
    assert len(rows) == page.context["page_obj"].paginator.count


@pytest.mark.parametrize(
    ("channel", "role", "is_told"),
    [
        ("video", "outlet_head", True),
        ("mystery", "outlet_head", False),
        ("head_office", "staff", False),
        ("mystery", "auditor", False),
        ("mystery", "reviewer", True),
    ],
)
def test_the_hour_of_who_came_as_a_customer_is_kept_from_the_outlet(
    tree, edition, worker, channel, role, is_told
):
    check = make_inspection(tree.east_outlets[0], edition, mark("A01"), channel=channel, by=worker)
    reader = client_as(make_user(role, unit=tree.east_outlets[0]))

    text = reader.get(f"/inspections/{check.uuid}/?all").content.decode()

    assert "2021-05-20" in text
    assert ("12:00" in text) == is_told
    assert (worker.name in text) == (is_told and role == "reviewer")
