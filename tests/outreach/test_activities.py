"""Recording and confirming activities."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.ledgers.history import Seen
from hearth.ledgers.services import apply_rows, save_record
from hearth.network.actors import actor_of
from hearth.outreach.models import Activity, ActivityPhoto
from hearth.outreach.registers import ACTIVITIES
from hearth.outreach.services.activities import (
    change_activity,
    confirm,
    confirm_history,
    confirm_many,
    record_activity,
    send_back,
)
from hearth.outreach.services.photos import add_photo, remove_photo
from hearth.outreach.services.sign_ins import close_sheet, open_sheet, sign_in
from hearth.platform.audit import System
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_person, make_tree, make_user
from tests.factories_inspections import noon, photo
from tests.factories_outreach import (
    DAY,
    entry,
    kind,
    make_activity,
    make_target,
    refused,
    row_of,
)

pytestmark = pytest.mark.django_db
EVIDENCE = "现场已核"


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def head(tree):
    return make_actor("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def manager(tree):
    return make_actor("branch_manager", unit=tree.east)


# --- recording ------------------------------------------------------------------------------------


def test_an_activity_is_recorded_where_it_happened(tree, head):
    outlet = tree.east_outlets[0]

    record = record_activity(
        actor=head,
        uuid=uuid.uuid4(),
        entry=entry(outlet, persons=46, details={"leaflets": 30, "topic": "fraud"}),
    )

    assert (record.unit_path, record.persons, record.state) == (outlet.path, 46, "recorded")
    assert record.details == {"leaflets": 30, "topic": "fraud"}
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.object_id) == ("record.added", str(record.pk))


def test_the_same_page_sent_twice_is_one_activity(tree, head):
    one = uuid.uuid4()
    first = record_activity(actor=head, uuid=one, entry=entry(tree.east_outlets[0]))
    again = record_activity(actor=head, uuid=one, entry=entry(tree.east_outlets[0]))

    assert first.pk == again.pk
    assert Activity.objects.count() == 1


def test_only_those_of_the_unit_record(tree, head):
    with pytest.raises(NotAllowed):
        record_activity(actor=head, uuid=uuid.uuid4(), entry=entry(tree.west_outlets[0]))


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"started_at": None}, "started_at"),
        ({"ended_at": noon(DAY) - timedelta(hours=1)}, "ended_at"),
        ({"details": {"colour": "red"}}, "own_colour"),
        ({"details": {"leaflets": "many"}}, "own_leaflets"),
    ],
)
def test_an_entry_with_faults_is_refused_whole(tree, head, fields, column):
    if "started_at" in fields:
        fields = {"started_at": timezone.now() + timedelta(days=1)}

    with refused("entry_refused") as refusal:
        record_activity(actor=head, uuid=uuid.uuid4(), entry=entry(tree.east_outlets[0], **fields))

    assert [name for name, _why in refusal.value.facts["faults"]] == [column]
    assert not Activity.objects.exists()


def test_a_kind_that_counts_people_asks_how_many(tree, head):
    with refused("entry_refused") as refusal:
        record_activity(
            actor=head,
            uuid=uuid.uuid4(),
            entry=entry(tree.east_outlets[0], kind=kind("training")),
        )
    assert refusal.value.facts["faults"][0][0] == "persons"


def test_only_mobile_service_goes_to_a_target(tree, head):
    target = make_target(tree.east)
    with refused("entry_refused"):
        record_activity(
            actor=head, uuid=uuid.uuid4(), entry=entry(tree.east_outlets[0], target=target)
        )
    mobile = entry(tree.east_outlets[0], kind=kind("mobile_service"), target=target)
    assert record_activity(actor=head, uuid=uuid.uuid4(), entry=mobile).target == target


def test_what_looks_like_a_double_asks_first(tree, head):
    outlet = tree.east_outlets[0]
    before = make_activity(outlet, title="守住钱袋子", started_at=noon(DAY) - timedelta(hours=3))
    make_activity(outlet, "home_visit", title="守住钱袋子")
    make_activity(tree.east_outlets[1], title="守住钱袋子")

    with refused("looks_double") as refusal:
        record_activity(actor=head, uuid=uuid.uuid4(), entry=entry(outlet))
    assert refusal.value.facts["doubles"] == [before.pk]

    kept = record_activity(actor=head, uuid=uuid.uuid4(), entry=entry(outlet), accept_double=True)
    assert AuditEvent.objects.latest("seq").data["despite_double"] is True
    assert kept.state == "recorded"


def test_a_change_keeps_the_number_and_asks_for_confirmation_again(tree, head, manager):
    record = record_activity(actor=head, uuid=uuid.uuid4(), entry=entry(tree.east_outlets[0]))
    confirm(actor=manager, activity=record, version=1, without_proof=EVIDENCE)

    changed = change_activity(
        actor=head,
        activity=record,
        version=1,
        entry=entry(tree.east_outlets[0], persons=12),
    )

    assert (changed.activity, changed.version, changed.state) == (record.activity, 2, "recorded")
    assert AuditEvent.objects.latest("seq").data["columns"] == ["persons"]
    with pytest.raises(StaleWrite):
        change_activity(actor=head, activity=record, version=1, entry=entry(tree.east_outlets[0]))


def test_a_form_sent_without_a_change_changes_nothing(tree, head):
    one = entry(tree.east_outlets[0])
    record = record_activity(actor=head, uuid=uuid.uuid4(), entry=one)

    assert change_activity(actor=head, activity=record, version=1, entry=one).version == 1


# --- confirming -----------------------------------------------------------------------------------


def test_the_branch_confirms_with_proof(tree, head, manager):
    record = make_activity(tree.east_outlets[0], recorded_by_id=head.user_id)
    with refused("evidence_missing"):
        confirm(actor=manager, activity=record, version=1)
    add_photo(actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo())

    confirm(actor=manager, activity=record, version=1)

    record.refresh_from_db()
    assert (record.state, record.confirmed_by_id) == ("confirmed", manager.user_id)
    with refused("confirmed"):
        confirm(actor=manager, activity=record, version=1)


def test_the_past_is_confirmed_in_one_act(tree, head, manager):
    outlet, until = tree.east_outlets[0], DAY + timedelta(days=1)
    old = [make_activity(outlet, recorded_by_id=by) for by in (None, head.user_id)]
    left = [
        make_activity(outlet, on=until),
        make_activity(outlet, recorded_by_id=manager.user_id),
        make_activity(outlet, version=2),
        make_activity(outlet, returned_version=1),
        make_activity(tree.west_outlets[0]),
    ]
    with refused("no_reason"):
        confirm_history(actor=manager, until=until, note=" ")
    with pytest.raises(NotAllowed):
        confirm_history(actor=head, until=until, note="原台账")

    assert confirm_history(actor=manager, until=until, note="原台账") == 2

    for record in (*old, *left):
        record.refresh_from_db()
    assert {(r.state, r.confirmed_by_id, r.decision_note) for r in old} == {
        ("confirmed", manager.user_id, "原台账")
    }
    assert {record.state for record in left} == {"recorded", "returned"}
    event = AuditEvent.objects.get(action="activity.history_confirmed")
    assert event.data == {"until": str(until), "count": 2, "note": "原台账", "act": None}


def test_the_past_is_confirmed_as_it_was_shown_and_once(tree, manager):
    make_activity(tree.east_outlets[0])
    past = {"actor": manager, "until": DAY + timedelta(days=1), "note": "原台账"}
    act = uuid.uuid4()
    with pytest.raises(StaleWrite):
        confirm_history(**past, seen=Seen(2, act))
    assert not Activity.objects.confirmed().exists()

    assert [confirm_history(**past, seen=Seen(1, act)) for _press in range(2)] == [1, 1]
    with refused("nothing_waits"):
        confirm_history(**past, seen=Seen(1, uuid.uuid4()))
    assert AuditEvent.objects.filter(action="activity.history_confirmed").count() == 1


def test_who_held_an_activity_of_the_past_does_not_confirm_it(tree):
    held = make_person(tree.east_outlets[0])
    user = make_user("branch_manager", unit=tree.east, person=held)
    make_activity(tree.east_outlets[0], staff=held)
    make_activity(tree.east_outlets[0], staff=make_person(tree.east_outlets[0]))
    actor = actor_of(user, on=DAY)

    assert confirm_history(actor=actor, until=DAY + timedelta(days=1), note="原台账") == 1


def test_a_kind_without_evidence_needs_none(tree, manager):
    record = make_activity(tree.east_outlets[0], "home_visit")

    assert confirm(actor=manager, activity=record, version=1).state == "confirmed"


def test_signatures_are_proof_once_the_count_was_taken(tree, head, manager):
    record = make_activity(
        tree.east_outlets[0], "training", persons=3, kind=kind("training", evidence="sign_in")
    )
    sheet = open_sheet(actor=head, activity=record, version=1)
    sign_in(doer=System(), token=sheet.token, visit="a", digits="1234")
    with refused("evidence_missing"):
        confirm(actor=manager, activity=record, version=1)

    close_sheet(actor=head, activity=record, version=1, others=0)
    record.refresh_from_db()
    assert confirm(actor=manager, activity=record, version=2).state == "confirmed"


def test_nobody_confirms_their_own_work(tree):
    unit = tree.east_outlets[0]
    person = make_person(unit)
    recorder = make_actor("branch_manager", unit=tree.east)
    holder = make_actor("branch_manager", unit=tree.east, person=person)
    changer = make_actor("branch_manager", unit=tree.east)
    record = make_activity(
        unit, "home_visit", recorded_by_id=recorder.user_id, staff=person, title="甲"
    )
    change_activity(
        actor=changer,
        activity=record,
        version=1,
        entry=entry(unit, kind=kind("home_visit"), staff=person, title="乙"),
    )
    record.refresh_from_db()

    for actor in (recorder, holder, changer):
        with refused("own_work"):
            confirm(actor=actor, activity=record, version=2)
        with refused("own_work"):
            send_back(actor=actor, activity=record, version=2, reason="不清楚")


def _renamed(record):
    """The record as a row of the ledger, with another title."""
    return row_of(
        ACTIVITIES,
        activity=record.activity,
        kind="home_visit",
        unit="E1",
        started_at=record.started_at,
        title="改过",
    )


def test_a_change_by_the_ledgers_form_counts_as_work_too(tree):
    changer = make_actor("branch_manager", unit=tree.east)
    record = make_activity(tree.east_outlets[0], "home_visit")
    row = _renamed(record)
    save_record(actor=changer, register=ACTIVITIES, row=row, record=record, version=1)

    with refused("own_work"):
        confirm(actor=changer, activity=record, version=2)


def test_a_change_by_a_file_counts_as_work_too(tree):
    changer = make_actor("branch_manager", unit=tree.east)
    record = make_activity(tree.east_outlets[0], "home_visit")
    row = _renamed(record)
    assert apply_rows(actor=changer, register=ACTIVITIES, rows=[row]).updated == 1

    with refused("own_work"):
        confirm(actor=changer, activity=record, version=2)


def test_who_put_in_how_many_came_does_not_confirm_it(tree, manager):
    record = make_activity(tree.east_outlets[0], "home_visit")
    open_sheet(actor=manager, activity=record, version=1)
    close_sheet(actor=manager, activity=record, version=1, others=5_000)

    with refused("own_work"):
        confirm(actor=manager, activity=record, version=2)
    other = make_actor("branch_manager", unit=tree.east)
    assert confirm(actor=other, activity=record, version=2, without_proof="已核").persons == 5_000


def test_who_may_not_confirm(tree, head, manager):
    record = make_activity(tree.west_outlets[0], "home_visit")
    for actor in (head, manager):
        with pytest.raises(NotAllowed):
            confirm(actor=actor, activity=record, version=1)


def test_stale_and_withdrawn_are_not_confirmed(tree, manager):
    record = make_activity(tree.east_outlets[0], "home_visit")
    with pytest.raises(StaleWrite):
        confirm(actor=manager, activity=record, version=2)
    Activity.objects.update(withdrawn_at=timezone.now())
    with refused("withdrawn"):
        confirm(actor=manager, activity=record, version=1)


def test_several_are_confirmed_each_for_itself(tree, manager):
    good = make_activity(tree.east_outlets[0], "home_visit")
    bare = make_activity(tree.east_outlets[0])

    done, left = confirm_many(actor=manager, versions=[(good, 1), (bare, 1)])

    assert (done, [one.pk for one, _why in left]) == (1, [bare.pk])
    with refused("too_many"):
        confirm_many(actor=manager, versions=[(good, 1)] * 201)


def test_what_is_sent_back_waits_for_its_recorder(tree, manager):
    record = make_activity(tree.east_outlets[0])
    with refused("no_reason"):
        send_back(actor=manager, activity=record, version=1, reason=" ")

    returned = send_back(actor=manager, activity=record, version=1, reason="缺照片")

    assert returned.state == "returned"
    Activity.objects.update(version=2)
    returned.refresh_from_db()
    assert returned.state == "recorded"


def test_only_who_confirmed_takes_that_back(tree, manager):
    record = make_activity(tree.east_outlets[0], "home_visit")
    confirm(actor=manager, activity=record, version=1)
    other = make_actor("branch_manager", unit=tree.east)

    with refused("confirmed"):
        send_back(actor=other, activity=record, version=1, reason="再看")
    assert send_back(actor=manager, activity=record, version=1, reason="再看").state == "returned"


# --- photos ---------------------------------------------------------------------------------------


def test_a_photo_is_stored_once(tree, head):
    record = make_activity(tree.east_outlets[0])
    one = uuid.uuid4()
    for _attempt in range(2):
        add_photo(actor=head, table=ActivityPhoto, record=record, uuid=one, content=photo())

    assert ActivityPhoto.objects.count() == 1
    with refused("not_a_picture"):
        add_photo(actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=b"no")


def test_a_photo_goes_while_nothing_rests_on_it(tree, head, manager):
    record = make_activity(tree.east_outlets[0])
    kept = add_photo(
        actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo()
    )
    wrong = add_photo(
        actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo()
    )
    remove_photo(actor=head, photo=wrong)
    confirm(actor=manager, activity=record, version=1)
    kept.record.refresh_from_db()

    with refused("confirmed"):
        remove_photo(actor=head, photo=kept)
    assert list(record.photos.all()) == [kept]


def test_photos_of_others_stay_others(tree, head):
    record = make_activity(tree.west_outlets[0])
    with pytest.raises(NotAllowed):
        add_photo(
            actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo()
        )


def test_a_record_holds_thirty_photos(tree, head, monkeypatch):
    monkeypatch.setattr("hearth.outreach.services.photos.MOST", 1)
    record = make_activity(tree.east_outlets[0])
    add_photo(actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo())
    with refused("too_many_photos"):
        add_photo(
            actor=head, table=ActivityPhoto, record=record, uuid=uuid.uuid4(), content=photo()
        )


def test_accounts_without_a_person_hold_nothing(tree, manager):
    record = make_activity(tree.east_outlets[0], "home_visit", recorded_by=make_user())

    assert confirm(actor=manager, activity=record, version=1).state == "confirmed"
