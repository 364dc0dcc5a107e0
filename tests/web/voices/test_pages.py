"""Pages of what staff say, by client."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hearth.voices.models import Case, Entry, Like
from tests.factories import client_as, make_person, make_tree, make_user
from tests.factories_voices import make_case, make_entry, make_solicitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


def english(who, *roles, unit=None):
    client = client_as(who, *roles, unit=unit)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def asked(tree):
    return make_solicitation(tree.province, title="服务品牌征集", text="请写下您的想法。")


@pytest.fixture
def staff(tree):
    person = make_person(tree.east_outlets[0])
    return english(make_user("staff", unit=tree.east_outlets[0], person=person))


@pytest.fixture
def office(tree):
    return english("programme_manager")


def test_staff_see_what_is_asked_and_hand_in(staff, asked, tree):
    assert "1 solicitation takes entries now." in text(staff.get(at("solicitations")))
    sent = {"kind": "slogan", "text": "有温度", "sent": str(uuid.uuid4())}
    answer = staff.post(at("solicitation", asked.pk), sent, follow=True)
    assert "Handed in. Thank you." in text(answer)
    assert "有温度" in text(answer)
    again = staff.post(at("solicitation", asked.pk), sent | {"sent": str(uuid.uuid4())})
    assert again.status_code == 422
    assert "You handed this in already." in text(again)
    assert staff.post(at("solicitation", asked.pk), {"kind": "x"}).status_code == 422
    elsewhere = make_solicitation(tree.west)
    assert staff.get(at("solicitation", elsewhere.pk)).status_code == 404


def test_who_only_reads_hands_in_nothing(asked):
    auditor = english("auditor")
    assert "Hand in an idea" not in text(auditor.get(at("solicitation", asked.pk)))
    assert auditor.post(at("solicitation", asked.pk), {}).status_code == 403
    assert english("inspector").get(at("solicitations")).status_code == 403


def test_entries_are_shown_by_kind_and_one_is_chosen(office, asked, tree, staff):
    slogan = make_entry(asked, tree.outlets[0], "暖一座城")
    make_entry(asked, tree.outlets[1], "暖厅", kind="name")
    page = office.get(at("solicitation", asked.pk), {"kind": "slogan"})
    assert [entry.text for entry in page.context["page_obj"]] == ["暖一座城"]
    answer = office.post(at("choose", slogan.pk), {"version": 1}, follow=True)
    assert "Chosen." in text(answer)
    assert Entry.objects.get(is_chosen=True) == slogan
    stale = office.post(at("choose", slogan.pk), {"version": 1}, follow=True)
    assert "Someone changed this entry meanwhile." in text(stale)
    assert office.post(at("choose", 99_999), {"version": 1}).status_code == 404
    assert staff.post(at("choose", slogan.pk), {"version": 2}).status_code == 403


def test_the_chosen_one_stands_on_the_list_too(office, asked, tree):
    make_entry(asked, tree.outlets[0], "暖一座城", is_chosen=True)
    make_entry(asked, tree.outlets[0], "未入选")
    page = text(office.get(at("solicitations")))
    assert "暖一座城" in page
    assert "未入选" not in page


def test_entries_are_found_and_counted_by_unit(office, asked, tree):
    make_entry(asked, tree.east_outlets[0], "暖一座城", author=make_person(tree.east_outlets[0]))
    make_entry(asked, tree.east_outlets[1], "暖厅", kind="name")
    make_entry(asked, tree.province, "省行")
    page = office.get(at("solicitation", asked.pk))
    assert "<strong>3</strong> entries: brand names 1, slogans 2." in text(page)
    assert page.context["picture"].count("under=") >= 2
    assert "all others" in page.context["picture"]
    for query, count in (({"q": "暖"}, 2), ({"under": "E"}, 2), ({"under": "nowhere"}, 0)):
        found = office.get(at("solicitation", asked.pk), query, headers={"HX-Request": "true"})
        assert found.context["page_obj"].paginator.count == count
        assert "<html" not in found.content.decode()
    assert "No entry matches" in text(office.get(at("solicitation", asked.pk), {"q": "没有"}))


def test_only_who_runs_it_sees_the_code_and_the_ledger(office, staff, asked, tree):
    other = make_person(tree.west_outlets[0])
    make_entry(asked, tree.west_outlets[0], "别处的", author=other)
    for client, sees in ((office, True), (staff, False)):
        page = text(client.get(at("solicitation", asked.pk)))
        assert ("Code that leads here" in page) is sees
        assert ("Ledger of entries" in page) is sees
        assert ("别处的" in page) is sees


def test_a_solicitation_says_when_it_is_not_open(office, tree):
    today = timezone.localdate()
    over = make_solicitation(
        tree.province, opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=2)
    )
    to_come = make_solicitation(
        tree.province, opens_on=today + timedelta(days=2), closes_on=today + timedelta(days=9)
    )
    assert "Entries were taken from" in text(office.get(at("solicitation", over.pk)))
    assert "Entries will be taken from" in text(office.get(at("solicitation", to_come.pk)))
    late = office.post(
        at("solicitation", over.pk), {"kind": "name", "text": "暖", "sent": str(uuid.uuid4())}
    )
    assert late.status_code == 422
    assert "Entries are taken from" in text(late)


def test_a_case_goes_from_a_draft_into_the_column(staff, office):
    said = {"title": "一杯热水", "pillar": "service", "text": "递一杯热水。", "version": 0}
    answer = staff.post(at("case-new"), said, follow=True)
    assert "Saved as a draft." in text(answer)
    case = Case.objects.get()
    staff.post(at("case-edit", case.pk), said | {"title": "热水", "version": 1})
    staff.post(at("case-act", case.pk), {"version": 2, "submit": "1"})
    assert "热水" in text(office.get(at("desk")))
    assert "case waits for a decision" in text(office.get(reverse("cockpit:home")))
    missing = office.post(at("case-act", case.pk), {"version": 3, "return": "1"})
    assert missing.status_code == 422
    assert "Say what the author should change." in text(missing)
    office.post(at("case-act", case.pk), {"version": 3, "approve": "1"})
    done = office.post(at("case-act", case.pk), {"version": 4, "publish": "1"}, follow=True)
    assert "Published in the column." in text(done)
    assert "热水" in text(staff.get(at("cases")))
    assert "Your case stands in the column: 热水." in text(staff.get(reverse("cockpit:notices")))
    assert "1 case is by you, 1 of them published." in text(staff.get(at("desk")))
    staff.post(at("case-like", case.pk))
    assert "Liked · 1" in text(staff.get(at("case", case.pk)))
    staff.post(at("case-like", case.pk), {"unlike": "1"})
    assert "Like · 0" in text(staff.get(at("case", case.pk)))
    office.post(at("case-act", case.pk), {"version": 5, "withdraw": "1", "note": "不准确"})
    assert "No case is published yet" in text(staff.get(at("cases")))


def test_what_is_refused_says_why(staff, office, tree):
    other = make_user("staff", unit=tree.east_outlets[0])
    theirs = make_case(tree.east_outlets[0], other)
    for name in ("case", "case-edit"):
        assert staff.get(at(name, theirs.pk)).status_code == 404
    handed_in = make_case(tree.east_outlets[0], other, status="submitted")
    assert staff.get(at("case", handed_in.pk)).status_code == 200
    assert staff.get(at("case-edit", handed_in.pk)).status_code == 404
    assert (
        staff.post(at("case-act", handed_in.pk), {"version": 1, "approve": "1"}).status_code == 403
    )
    stale = office.post(at("case-act", handed_in.pk), {"version": 7, "approve": "1"})
    assert stale.status_code == 422
    assert office.post(at("case-act", handed_in.pk), {}).status_code == 422
    assert staff.post(at("case-new"), {"title": "x", "pillar": "x"}).status_code == 422
    assert staff.post(at("case-like", handed_in.pk)).status_code == 404


def test_the_column_is_narrowed(staff, tree):
    author, judge = make_user(), make_user()
    shown = {"status": "published", "published_on": timezone.localdate(), "decided_by": judge}
    make_case(tree.west_outlets[0], author, **shown)
    make_case(tree.west_outlets[0], author, title="灯箱", pillar="environment", **shown)
    found = staff.get(at("cases"), {"pillar": "environment"})
    assert [case.title for case in found.context["page_obj"]] == ["灯箱"]
    assert "No case matches" in text(staff.get(at("cases"), {"q": "没有"}))
    assert staff.get(at("cases"), {"q": "灯箱"}).context["page_obj"].paginator.count == 1
    assert "2 good cases to learn from." in text(staff.get(at("cases")))


def test_the_column_begins_with_the_latest_or_the_most_liked(staff, tree):
    author, judge = make_user(), make_user()
    today = timezone.localdate()
    shown = {"status": "published", "decided_by": judge}
    old = make_case(
        tree.outlets[0], author, title="旧", published_on=today - timedelta(days=90), **shown
    )
    make_case(tree.outlets[0], author, title="新", published_on=today, **shown)
    for user in (author, judge):
        Like.objects.create(case=old, user=user)
    for order, titles in (("", ["新", "旧"]), ("liked", ["旧", "新"])):
        page = staff.get(at("cases"), {"order": order})
        assert [case.title for case in page.context["page_obj"]] == titles
        assert "<strong>1</strong> was published in the last 30 days." in text(page)
    assert [case.liked for case in page.context["page_obj"]] == [2, 0]


def test_lists_cost_the_same_with_many_rows(office, asked, tree):
    def cost(*address):
        with CaptureQueriesContext(connection) as asked_for:
            assert office.get(at(*address)).status_code == 200
        return len(asked_for)

    author, judge = make_user(), make_user()
    shown = {"status": "published", "published_on": timezone.localdate(), "decided_by": judge}

    def more(count):
        for number in range(count):
            make_entry(asked, tree.outlets[0], f"暖{number}")
            make_case(tree.outlets[0], author, **shown)
            make_solicitation(tree.province)

    more(1)
    pages = (("solicitations",), ("solicitation", asked.pk), ("cases",), ("desk",))
    for page in pages:
        cost(*page)
    before = [cost(*page) for page in pages]
    more(15)
    assert [cost(*page) for page in pages] == before


def test_empty_pages_say_what_to_do(staff):
    assert "Nothing was asked yet" in text(staff.get(at("solicitations")))
    assert "You have written no case yet" in text(staff.get(at("desk")))
