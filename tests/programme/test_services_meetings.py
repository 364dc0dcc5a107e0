from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Person
from hearth.platform.models import AuditEvent, Notice
from hearth.programme.models import Meeting
from hearth.programme.services.meetings import (
    MeetingText,
    call_off,
    call_people,
    note_presence,
    save_meeting,
    sign_in,
    write_minutes,
)
from tests.factories import make_actor, make_person, make_tree, make_user
from tests.factories_programme import make_meeting, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def programme():
    return make_plan()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


@pytest.fixture
def east(tree):
    return make_actor("branch_manager", unit=tree.east)


def text(unit, **changes):
    said = {"kind": "kick_off", "title": "启动会", "unit": unit, "held_at": timezone.now()}
    return MeetingText(**(said | changes))


def test_a_meeting_is_called_and_changed(office, tree, programme):
    meeting = save_meeting(actor=office, programme_id=programme.pk, text=text(tree.province))
    later = replace(text(tree.province), title="启动会（改期）")

    with pytest.raises(StaleWrite):
        save_meeting(actor=office, programme_id=programme.pk, text=later, meeting_id=meeting.pk)
    saved = save_meeting(
        actor=office, programme_id=programme.pk, text=later, meeting_id=meeting.pk, version=1
    )

    assert (saved.title, saved.version) == ("启动会（改期）", 2)
    assert AuditEvent.objects.filter(action="meeting.called").count() == 1


@pytest.mark.parametrize(("changes", "field"), [({"title": " "}, "title"), ({"kind": "x"}, "kind")])
def test_a_meeting_with_a_fault_is_refused(office, tree, programme, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        save_meeting(actor=office, programme_id=programme.pk, text=text(tree.province, **changes))

    assert refusal.value.facts["faults"][0][0] == field


def test_a_branch_holds_its_own_meetings_only(east, tree, programme):
    assert save_meeting(actor=east, programme_id=programme.pk, text=text(tree.east)).pk
    with pytest.raises(NotAllowed):
        save_meeting(actor=east, programme_id=programme.pk, text=text(tree.west))


def test_people_are_called_once_and_told(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    at_east, nowhere = make_person(tree.east), make_person()
    user = make_user("branch_manager", unit=tree.east, person=at_east)

    assert call_people(actor=office, meeting_id=meeting.pk, people=[at_east, nowhere]) == 2
    assert call_people(actor=office, meeting_id=meeting.pk, people=[at_east]) == 0

    units = {a.person_id: a.unit for a in meeting.attendances.select_related("unit")}
    assert units == {at_east.pk: tree.east, nowhere.pk: tree.province}
    assert list(Notice.objects.values_list("user_id", "kind")) == [(user.pk, "meeting.called")]


def test_a_list_has_an_end(office, tree, programme, monkeypatch):
    monkeypatch.setattr("hearth.programme.services.meetings.MOST_CALLED", 1)
    meeting = make_meeting(programme, tree.province)
    people = [make_person(tree.east), make_person(tree.east)]

    with pytest.raises(RuleViolation) as refusal:
        call_people(actor=office, meeting_id=meeting.pk, people=people)

    assert refusal.value.code == "too_many"


def called(meeting, actor, *people):
    call_people(actor=actor, meeting_id=meeting.pk, people=people)
    return [meeting.attendances.get(person=person) for person in people]


def test_who_came_is_noted(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    one, two = called(meeting, office, make_person(tree.east), make_person(tree.west))

    changed = note_presence(
        actor=office,
        meeting_id=meeting.pk,
        presence={one.pk: "present", two.pk: "expected", 0: "absent"},
    )

    one.refresh_from_db()
    assert changed == 1
    assert (one.presence, one.noted_by_id) == ("present", office.user_id)
    with pytest.raises(RuleViolation):
        note_presence(actor=office, meeting_id=meeting.pk, presence={one.pk: "asleep"})


def test_one_signs_in_on_the_day_and_is_not_noted_away(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    person = make_person(tree.east)
    (line,) = called(meeting, office, person)
    user = make_user("staff", unit=tree.east, person=person)
    me = replace(make_actor("staff", unit=tree.east), user_id=user.pk)

    first = sign_in(actor=me, meeting_id=meeting.pk)
    again = sign_in(actor=me, meeting_id=meeting.pk)
    note_presence(actor=office, meeting_id=meeting.pk, presence={line.pk: "absent"})

    line.refresh_from_db()
    assert line.presence == "present"
    assert first.signed_at == again.signed_at
    assert AuditEvent.objects.filter(action="meeting.signed_in").count() == 1


def test_one_does_not_sign_in_on_another_day_or_uncalled(office, tree, programme):
    meeting = make_meeting(programme, tree.province, held_at=timezone.now() - timedelta(days=2))
    person = make_person(tree.east)
    called(meeting, office, person)
    user = make_user("staff", unit=tree.east, person=person)
    me = replace(make_actor("staff", unit=tree.east), user_id=user.pk)

    with pytest.raises(RuleViolation) as refusal:
        sign_in(actor=me, meeting_id=meeting.pk)
    assert refusal.value.code == "not_today"
    with pytest.raises(RuleViolation) as refusal:
        sign_in(actor=office, meeting_id=meeting.pk)
    assert refusal.value.code == "not_called"


def test_minutes_are_kept_with_their_files(office, tree, programme):
    meeting = make_meeting(programme, tree.province)

    saved = write_minutes(
        actor=office,
        meeting_id=meeting.pk,
        version=1,
        minutes=" 会议要求…… ",
        files=[("a.pdf", b"x")],
    )

    assert (saved.minutes, saved.version) == ("会议要求……", 2)
    assert saved.files.get().name == "a.pdf"
    with pytest.raises(StaleWrite):
        write_minutes(actor=office, meeting_id=meeting.pk, version=1, minutes="x")
    with pytest.raises(RuleViolation) as refusal:
        write_minutes(actor=office, meeting_id=meeting.pk, version=2, minutes="x" * 20_001)
    assert refusal.value.code == "too_long"


def test_only_those_who_hold_a_meeting_keep_it(east, office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    called(meeting, office, make_person(tree.east))

    for act in (
        lambda: write_minutes(actor=east, meeting_id=meeting.pk, version=1, minutes="x"),
        lambda: note_presence(actor=east, meeting_id=meeting.pk, presence={}),
        lambda: call_people(actor=east, meeting_id=meeting.pk, people=Person.objects.none()),
        lambda: call_off(actor=east, meeting_id=meeting.pk, version=1, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_meeting_of_another_branch_does_not_exist(east, tree, programme):
    meeting = make_meeting(programme, tree.west)

    with pytest.raises(Meeting.DoesNotExist):
        write_minutes(actor=east, meeting_id=meeting.pk, version=1, minutes="x")


def test_a_meeting_that_is_called_off_tells_its_people(office, tree, programme):
    meeting = make_meeting(programme, tree.province)
    person = make_person(tree.east)
    user = make_user("staff", unit=tree.east, person=person)
    called(meeting, office, person)

    with pytest.raises(RuleViolation):
        call_off(actor=office, meeting_id=meeting.pk, version=1, reason=" ")
    call_off(actor=office, meeting_id=meeting.pk, version=1, reason="改为书面")

    assert Notice.objects.filter(user=user, kind="meeting.called_off").exists()
    with pytest.raises(RuleViolation) as refusal:
        write_minutes(actor=office, meeting_id=meeting.pk, version=2, minutes="x")
    assert refusal.value.code == "withdrawn"
    me = replace(office, user_id=user.pk)
    with pytest.raises(RuleViolation) as refusal:
        sign_in(actor=me, meeting_id=meeting.pk)
    assert refusal.value.code == "withdrawn"
