"""Meetings: called, listed, signed in to, minuted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hearth.programme.models import Meeting
from tests.factories import make_person, make_tree, make_user
from tests.factories_programme import make_meeting, make_plan
from tests.web.programme.pages import body, english, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def programme(tree):
    return make_plan()


@pytest.fixture
def office(tree):
    return english("programme_manager", unit=tree.province)


def at(name, meeting):
    return reverse(f"programme:{name}", args=[meeting.pk])


def said(**changes):
    return {
        "kind": "kick_off",
        "title": "启动会",
        "unit": "P",
        "on": "2021-03-01",
        "at": "09:30",
        "place": "三楼会议室",
    } | changes


def test_a_walk_from_calling_to_the_minutes(office, tree, programme):
    listed = reverse("programme:meeting-list", args=[2021])
    assert "No meeting yet" in body(office.get(listed))
    answer = office.post(reverse("programme:meeting-create", args=[2021]), said())
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.held_at).strftime("%Y-%m-%d %H:%M") == "2021-03-01 09:30"
    assert answer.url == at("meeting", meeting)
    heads = [make_person(unit, post="服务管理岗") for unit in (tree.east, tree.west)]
    other = make_person(tree.east, post="柜员")

    form = {"post": "服务管理岗", "below": "P", "staff_nos": other.staff_no}
    told = office.post(at("meeting-people", meeting), form, follow=True)
    assert "3 people were put on the list." in body(told)
    lines = {one.person: one for one in meeting.attendances.all()}
    noted = {f"p{lines[heads[0]].pk}": "present", f"p{lines[other].pk}": "excused", "px": "absent"}
    office.post(at("meeting-presence", meeting), noted)
    page = body(office.get(at("meeting", meeting)))
    assert "<strong>1</strong> of 3 people came, 1 excused." in page
    assert "1</strong> meeting has no minutes yet" in body(office.get(listed))
    written = {
        "version": 1,
        "minutes": "会议强调……",
        "files": SimpleUploadedFile("纪要.pdf", b"%PDF"),
    }
    assert office.post(at("minutes", meeting), written).status_code == 302
    assert office.post(at("minutes", meeting), {"version": 1, "minutes": "x"}).status_code == 422
    page = body(office.get(at("meeting", meeting)))
    assert "会议强调……" in page
    assert "纪要.pdf" in page


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, "Nobody is meant by this"),
        ({"staff_nos": "NONE"}, "no member of staff NONE"),
        ({"post": "柜员"}, "Say at or below which unit"),
        ({"post": "柜员", "below": "NONE"}, "no unit with the code NONE"),
    ],
)
def test_people_that_cannot_be_called_are_said(office, tree, programme, form, reason):
    meeting = make_meeting(programme, tree.province)
    answer = office.post(at("meeting-people", meeting), form)

    assert answer.status_code == 422
    assert reason in body(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"unit": "NONE"}, "unit"), ({"title": ""}, "title"), ({"at": "x"}, "at")],
)
def test_a_fault_stands_beside_its_field(office, programme, changes, field):
    answer = office.post(reverse("programme:meeting-create", args=[2021]), said(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_who_is_called_signs_in_on_the_day(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    person = make_person(tree.east)
    me = english(make_user("staff", unit=tree.east, person=person))
    assert me.get(at("meeting", meeting)).status_code == 404
    office.post(at("meeting-people", meeting), {"staff_nos": person.staff_no})

    assert "I am here" in body(me.get(at("meeting", meeting)))
    assert me.post(at("meeting-sign-in", meeting)).status_code == 302
    page = body(me.get(at("meeting", meeting)))
    assert "I am here" not in page
    assert "<strong>1</strong> of 1 person came" in page
    assert me.get(at("meeting-edit", meeting)).status_code == 403


def test_a_branch_reads_only_its_own_people(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    here, there = make_person(tree.east, name="东城员工"), make_person(tree.west, name="西城员工")
    numbers = f"{here.staff_no} {there.staff_no}"
    office.post(at("meeting-people", meeting), {"staff_nos": numbers})

    page = body(english("branch_manager", unit=tree.east).get(at("meeting", meeting)))

    assert "东城员工" in page
    assert "西城员工" not in page


def test_a_meeting_is_changed_and_called_off(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    initial = office.get(at("meeting-edit", meeting)).context["form"].initial
    form = said(title="改名", version=initial["version"])

    assert office.post(at("meeting-edit", meeting), form).status_code == 302
    assert office.post(at("meeting-edit", meeting), form).status_code == 422
    gone = at("meeting-withdraw", meeting)
    assert office.post(gone, {"version": 2, "reason": ""}).status_code == 422
    assert "改为书面" in body(office.post(gone, {"version": 2, "reason": "改为书面"}, follow=True))


def test_more_meetings_and_people_take_no_more_queries(office, tree, programme):
    def fill(meeting, n):
        numbers = " ".join(make_person(tree.east).staff_no for _ in range(n))
        office.post(at("meeting-people", meeting), {"staff_nos": numbers})

    listed = reverse("programme:meeting-list", args=[2021])
    soon = timezone.now() + timedelta(days=3)
    one, other = (make_meeting(programme, tree.province, held_at=soon) for _ in range(2))
    fill(one, 1)
    few = queries(office, listed), queries(office, at("meeting", one))
    fill(other, 20)
    for _ in range(20):
        make_meeting(programme, tree.east)

    assert (queries(office, listed), queries(office, at("meeting", other))) == few
