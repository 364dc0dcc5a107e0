"""Home visits up to the door: asking, looking at it, the appointment, the approval."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.actors import actor_of
from hearth.outreach.models import HomeVisitCapability, Visit
from hearth.outreach.queries.visits import (
    possible_visitors,
    same_phone,
    stage_counts,
    usual_pair,
    visits_of,
    waiting_for,
    week_of,
)
from hearth.outreach.services import visits
from hearth.outreach.services.visits import Appointment, Triage
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_person, make_tree, make_user
from tests.factories_outreach import refused
from tests.factories_visits import NAME, PHONE, SECRETS, asked, make_rules, make_team, make_visit

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 9, tzinfo=HERE)  # a Monday


def at(hour, minute=0, day=1):
    return datetime(2026, 6, day, hour, minute, tzinfo=HERE)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def outlet(tree):
    return tree.east_outlets[0]


@pytest.fixture
def team(tree, outlet):
    return make_team(outlet, tree.east)


def request(team, outlet, **more):
    kind = {"channel": "phone", "uuid": uuid.uuid4()}
    kind |= {k: more.pop(k) for k in ("channel", "uuid", "actor") if k in more}
    return visits.request_visit(**{"actor": team.head} | kind, unit=outlet, request=asked(**more))


def plan(team, visit, start, **more):
    appointment = Appointment(start, 60, team.first, team.second)
    appointment = dataclasses.replace(appointment, **more)
    return visits.plan(actor=team.head, visit=visit, version=visit.version, appointment=appointment)


# --- asking ---------------------------------------------------------------------------------------


def test_a_request_is_kept_and_the_trail_tells_nothing_of_the_person(team, outlet):
    visit = request(team, outlet)

    kept = Visit.objects.get()
    assert (kept.name, kept.phone, kept.stage, kept.unit) == (NAME, PHONE, "requested", outlet)
    assert kept.recorded_by_id == team.head.user_id
    assert len(visit.code) == 12
    event = AuditEvent.objects.get(action="visit.requested")
    assert event.object_id == str(visit.pk)
    assert not any(secret in str(event.__dict__) for secret in SECRETS)


def test_the_same_page_sent_twice_is_one_request(team, outlet):
    key = uuid.uuid4()

    first, second = (request(team, outlet, uuid=key) for _n in range(2))

    assert first == second
    assert Visit.objects.count() == AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "王" * 61}, "name"),
        ({"phone": "12"}, "phone"),
        ({"address": ""}, "address"),
        ({"address": "路" * 201}, "address"),
        ({"circumstances": "x" * 501}, "circumstances"),
        ({"place": "somewhere"}, "place"),
        ({"group": "rich"}, "group"),
        ({"need": "loan"}, "need"),
        ({"consents": False}, "consents"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_of_its_field(team, outlet, wrong, field):
    with pytest.raises(RuleViolation) as said:
        request(team, outlet, **wrong)

    assert [name for name, _words in said.value.facts["faults"]] == [field]
    assert not Visit.objects.exists()


def test_staff_record_requests_of_the_outlet_or_the_telephone_only(team, outlet):
    with refused("channel_unknown"):
        request(team, outlet, channel="public")


def test_only_who_may_record_there_takes_a_request_down(team, tree):
    with pytest.raises(NotAllowed):
        request(team, tree.west_outlets[0])


def test_anyone_asks_on_the_public_page_and_a_retry_asks_once(outlet):
    make_rules()
    key = uuid.uuid4()

    for _n in range(9):
        visit = visits.ask_publicly(uuid=key, unit=outlet, request=asked(), address="1.2.3.4")

    assert (visit.channel, visit.recorded_by_id) == ("public", None)
    assert Visit.objects.count() == 1
    assert AuditEvent.objects.get().actor == "visitor"


def test_the_public_page_takes_five_requests_an_hour_from_one_address(outlet):
    make_rules()
    for _n in range(5):
        visits.ask_publicly(uuid=uuid.uuid4(), unit=outlet, request=asked(), address="1.2.3.4")

    with refused("too_often"):
        visits.ask_publicly(uuid=uuid.uuid4(), unit=outlet, request=asked(), address="1.2.3.4")
    visits.ask_publicly(uuid=uuid.uuid4(), unit=outlet, request=asked(), address="1.2.3.5")

    assert Visit.objects.count() == 6


def test_a_code_is_found_however_it_is_typed_and_guessing_is_limited(outlet):
    visit = make_visit(outlet, code="123456789012")

    assert visits.look_up(code=" 1234 5678-9012 ", address="9.9.9.9") == visit
    for number in range(29):
        with pytest.raises(Visit.DoesNotExist):
            visits.look_up(code=str(number), address="9.9.9.9")
    with refused("too_often"):
        visits.look_up(code="123456789012", address="9.9.9.9")


def test_the_same_number_is_noticed_across_outlets(tree, outlet):
    one, other = make_visit(outlet), make_visit(tree.east_outlets[1])
    make_visit(tree.west_outlets[0])
    make_visit(outlet, phone="13800000000")
    make_visit(outlet, "closed")

    assert list(same_phone(make_actor("branch_manager", unit=tree.east), one)) == [other]
    assert not same_phone(make_actor("outlet_head", unit=outlet), one).exists()


# --- looking at it --------------------------------------------------------------------------------


def triaged(team, visit, outlet, **more):
    found = Triage(outlet, "ill", "password", has_id=True, has_family=False)
    return visits.triage(
        actor=more.pop("actor", team.head),
        visit=visit,
        version=more.pop("version", visit.version),
        found=dataclasses.replace(found, **more),
    )


def test_a_branch_passes_a_request_on_to_an_outlet(team, tree, outlet):
    visit = make_visit(tree.east)

    triaged(team, visit, outlet, actor=team.manager, place="123.43, 41.80")

    kept = Visit.objects.get()
    assert (kept.stage, kept.unit, kept.unit_path) == ("triaged", outlet, outlet.path)
    assert (kept.group, kept.need, kept.has_family) == ("ill", "password", False)
    assert kept.located == (123.43, 41.80)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"has_id": False}, "no_id"), ({"place": "there"}, "place_malformed")],
)
def test_what_cannot_be_done_at_the_door_is_not_planned(team, outlet, more, code):
    visit = make_visit(outlet)

    with refused(code):
        triaged(team, visit, outlet, **more)


def test_a_branch_itself_goes_nowhere(team, tree, outlet):
    with refused("not_an_outlet"):
        triaged(team, make_visit(outlet), tree.east, actor=team.manager)


def test_a_request_is_passed_on_only_within_reach(team, tree, outlet):
    with pytest.raises(NotAllowed):
        triaged(team, make_visit(outlet), tree.west_outlets[0], actor=team.manager)


def test_a_stale_page_changes_nothing(team, outlet):
    visit = make_visit(outlet)
    triaged(team, visit, outlet)

    with pytest.raises(StaleWrite):
        triaged(team, visit, outlet, version=1)


def test_a_visit_of_another_branch_is_out_of_reach(team, tree):
    visit = make_visit(tree.west_outlets[0], "triaged")

    with pytest.raises(NotAllowed):
        plan(team, visit, at(14))


# --- the appointment ------------------------------------------------------------------------------


def test_an_appointment_says_when_they_are_back(team, outlet):
    outlet.longitude, outlet.latitude = 123.40, 41.80
    outlet.save()
    visit = make_visit(outlet, "triaged", place="123.52, 41.80")

    planned = plan(team, visit, at(14), device=" PAD-7 ")

    assert planned.stage == "planned"
    assert planned.ends_at == at(15)
    assert planned.back_by == at(15, 38)
    assert planned.device == "PAD-7"


@pytest.mark.parametrize(
    ("start", "minutes", "code"),
    [
        (at(8), 60, "in_the_past"),
        (at(9), 60, "in_the_past"),
        (at(8, 15, day=2), 60, "outside_hours"),
        (at(16, 30), 60, "outside_hours"),
        (at(23, 30), 60, "outside_hours"),
        (at(14), 10, "length"),
        (at(9, 30), 481, "length"),
    ],
)
def test_a_time_that_cannot_be_is_refused(team, outlet, start, minutes, code):
    with refused(code):
        plan(team, make_visit(outlet, "triaged"), start, minutes=minutes)


def test_two_different_people_go(team, outlet):
    with refused("same_visitor"):
        plan(team, make_visit(outlet, "triaged"), at(14), second=team.first)


def test_not_even_the_database_takes_one_person_twice(team, outlet):
    visit = make_visit(outlet, "planned")

    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(second_visitor=visit.first_visitor)


def test_who_goes_works_at_the_outlet_or_above_it(team, tree, outlet):
    above, beside, at_top = (
        make_person(unit) for unit in (tree.east, tree.east_outlets[1], tree.province)
    )

    there = list(possible_visitors(outlet, NOW.date()))

    assert set(there) == {team.first, team.second, above}
    for other in (beside, at_top, make_person(None)):
        with refused("not_staff"):
            plan(team, make_visit(outlet, "triaged"), at(14), second=other)


def test_nobody_is_at_two_places_and_the_nearest_free_time_is_offered(team, outlet):
    plan(team, make_visit(outlet, "triaged", place="123.40, 41.80"), at(14))
    other = make_visit(outlet, "triaged", place="123.52, 41.80")
    third = make_person(outlet)

    with refused("overlaps") as said:
        plan(team, other, at(15, 30), first=third)  # one of the two is enough

    free = said.value.facts["free"]
    assert free == at(15, 45)  # 15:00, and 38 minutes of way
    assert "李静" in str(said.value)
    assert "2026-06-01 15:45" in str(said.value)
    assert NAME not in str(said.value)
    assert plan(team, other, free, first=third).starts_at == free


def test_others_may_go_at_the_same_time(team, outlet):
    plan(team, make_visit(outlet, "triaged"), at(14))

    free = plan(
        team,
        make_visit(outlet, "triaged"),
        at(14),
        first=make_person(outlet),
        second=make_person(outlet),
    )

    assert free.stage == "planned"


def test_a_full_week_offers_the_next_business_day(team, outlet):
    team_of = {"first": team.first, "second": team.second}
    for day in range(1, 8):
        busy = make_visit(outlet, "approved", at=at(8, 0, day=day), **team_of)
        Visit.objects.filter(pk=busy.pk).update(ends_at=at(18, 0, day=day))

    with refused("overlaps") as said:
        plan(team, make_visit(outlet, "triaged"), at(10))

    assert said.value.facts["free"] == at(8, 30, day=8)


def test_without_any_free_time_that_is_said(team, outlet):
    long = make_visit(outlet, "approved", at=at(8), first=team.first, second=team.second)
    Visit.objects.filter(pk=long.pk).update(ends_at=at(8, day=30))

    with refused("overlaps") as said:
        plan(team, make_visit(outlet, "triaged"), at(10))

    assert said.value.facts["free"] is None


def test_another_appointment_has_to_be_approved_again(team, outlet):
    visit = plan(team, make_visit(outlet, "triaged"), at(14))
    approved = visits.approve(actor=team.manager, visit=visit, version=visit.version)

    moved = plan(team, approved, at(15))

    assert (moved.stage, moved.approved_by_id, moved.approved_at) == ("planned", None, None)


# --- the third person -----------------------------------------------------------------------------


def planned(team, outlet, **fields):
    return plan(team, make_visit(outlet, "triaged", **fields), at(14))


def approve(actor, visit):
    return visits.approve(actor=actor, visit=visit, version=visit.version)


def test_a_third_person_approves(team, outlet):
    approved = approve(team.manager, planned(team, outlet))

    assert (approved.stage, approved.approved_by_id) == ("approved", team.manager.user_id)


def test_who_goes_does_not_approve(team, tree, outlet):
    for person in (team.first, team.second):
        user = make_user("branch_manager", unit=tree.east, person=person)
        visit = planned(team, outlet)
        with refused("goes_oneself"):
            approve(actor_of(user, on=NOW.date()), visit)
        Visit.objects.filter(pk=visit.pk).update(stage="cancelled")


def test_who_took_the_request_does_not_approve(team, outlet):
    visit = planned(team, outlet, recorded_by_id=team.manager.user_id)

    with refused("own_work"):
        approve(team.manager, visit)


def test_who_proposed_the_appointment_does_not_approve(team, outlet):
    visit = planned(team, outlet)
    Visit.objects.filter(pk=visit.pk).update(planned_by_id=team.manager.user_id)

    with refused("own_work"):
        approve(team.manager, visit)


def test_an_outlet_does_not_approve_its_own_visits(team, outlet):
    with pytest.raises(NotAllowed):
        approve(team.head, planned(team, outlet))


def test_another_branch_approves_nothing_here(team, tree, outlet):
    with pytest.raises(NotAllowed):
        approve(make_actor("branch_manager", unit=tree.west), planned(team, outlet))


def test_an_appointment_that_is_over_is_not_approved(team, outlet):
    visit = planned(team, outlet)

    with time_machine.travel(at(14, 1), tick=False), refused("in_the_past"):
        approve(team.manager, visit)


def test_an_appointment_is_sent_back_with_a_reason(team, outlet):
    visit = planned(team, outlet)
    send = {"actor": team.manager, "visit": visit, "version": visit.version}

    with refused("no_reason"):
        visits.send_back(**send, reason=" ")
    with refused("tells_of_someone"):
        visits.send_back(**send, reason=f"先打 {PHONE} 问清楚")
    back = visits.send_back(**send, reason="设备当天送修")

    assert (back.stage, back.sent_back_because) == ("triaged", "设备当天送修")


# --- ending it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage", ["requested", "triaged", "planned", "approved", "on_site", "left", "back"]
)
def test_a_visit_may_be_cancelled_at_each_stage(team, outlet, stage):
    visit = make_visit(outlet, stage)

    ended = visits.cancel(
        actor=team.head, visit=visit, version=1, reason="other", note="家属来电取消"
    )

    assert ended.stage == "cancelled"
    assert ended.purge_on == NOW.date() + timedelta(days=30)
    assert Visit.objects.get().cancel_note == "家属来电取消"
    assert "家属" not in str(AuditEvent.objects.get().data)


@pytest.mark.parametrize(("reason", "note"), [("other", " "), ("because", "x"), ("", "")])
def test_cancelling_takes_a_reason(team, outlet, reason, note):
    with refused("no_reason"):
        visits.cancel(
            actor=team.head, visit=make_visit(outlet), version=1, reason=reason, note=note
        )


@pytest.mark.parametrize("stage", ["closed", "cancelled"])
def test_what_is_over_stays_over(team, outlet, stage):
    with refused("wrong_stage"):
        visits.cancel(actor=team.head, visit=make_visit(outlet, stage), version=1, reason="double")


@pytest.mark.parametrize("stage", ["requested", "approved", "on_site", "closed"])
def test_nothing_is_approved_out_of_turn(team, outlet, stage):
    with refused("wrong_stage"):
        approve(team.manager, make_visit(outlet, stage))


def test_what_nobody_moves_ends_so_that_its_clock_begins(team, outlet):
    forgotten = make_visit(outlet, "triaged", moved_at=NOW - timedelta(days=91))
    make_visit(outlet, "triaged", moved_at=NOW - timedelta(days=89))
    make_visit(outlet, "approved", moved_at=NOW - timedelta(days=91))  # still to come
    make_visit(outlet, "closed", moved_at=NOW - timedelta(days=91))

    assert visits.end_idle(NOW) == 1
    assert visits.end_idle(NOW) == 0

    forgotten.refresh_from_db()
    assert (forgotten.stage, forgotten.cancel_reason) == ("cancelled", "idle")
    assert forgotten.purge_on == NOW.date() + timedelta(days=30)
    assert AuditEvent.objects.get().actor == "system"


def test_people_do_not_give_the_reason_of_the_night(team, outlet):
    with refused("no_reason"):
        visits.cancel(actor=team.head, visit=make_visit(outlet), version=1, reason="idle")


# --- what pages ask -------------------------------------------------------------------------------


def test_each_sees_their_own_part_of_the_tree(team, tree, outlet):
    here, there = make_visit(outlet), make_visit(tree.west_outlets[0])

    assert list(visits_of(team.manager)) == [here]
    assert stage_counts(team.manager) == {"requested": 1}
    assert list(visits_of(make_actor("staff", unit=tree.west))) == [there]
    assert not visits_of(make_actor("system_admin", unit=tree.province)).exists()


def test_what_waits_is_what_one_may_do_now(team, tree, outlet):
    rows = {
        "request": make_visit(outlet),
        "to plan": make_visit(outlet, "triaged"),
        "to approve": make_visit(outlet, "planned"),
        "own": make_visit(outlet, "planned", planned_by_id=team.manager.user_id),
        "today": make_visit(outlet, "approved"),
        "tomorrow": make_visit(outlet, "approved", at=at(10, day=2)),
        "call": make_visit(outlet, "back", at=at(10) - timedelta(days=1)),
        "call tomorrow": make_visit(outlet, "back", at=at(8)),
        "over": make_visit(outlet, "closed"),
        "elsewhere": make_visit(tree.west_outlets[0]),
    }

    def names(actor):
        found = {visit.pk for visit in waiting_for(actor, timezone.now())}
        return {name for name, visit in rows.items() if visit.pk in found}

    assert names(team.head) == {"request", "to plan", "today", "call"}
    assert names(team.manager) == {"request", "to plan", "today", "call", "to approve"}
    assert names(make_actor("staff", unit=outlet)) == set()


def test_who_went_is_not_told_to_call(team, outlet):
    make_visit(outlet, "back", at=at(10) - timedelta(days=1), first=team.first)
    user = make_user("outlet_head", unit=outlet, person=team.first)

    assert not waiting_for(actor_of(user, on=NOW.date()), timezone.now()).exists()


def test_a_week_shows_the_ways_between(team, outlet):
    pair = {"first": team.first, "second": team.second}
    make_visit(outlet, "approved", at=at(9), place="123.40, 41.80", **pair)
    make_visit(
        outlet,
        "approved",
        at=at(11),
        place="123.52, 41.80",
        first=team.second,
        second=team.first,
    )
    make_visit(outlet, "planned", at=at(11))
    make_visit(outlet, "approved", at=at(9, day=8))

    with CaptureQueriesContext(
        connection,
    ) as seen:
        days = week_of(team.head, NOW.date())

    assert [len(day.legs) for day in days] == [3, 0, 0, 0, 0, 0, 0]
    assert {leg.way for leg in days[0].legs} == {None, timedelta(minutes=38)}
    assert len(seen) == 2


def test_the_usual_pair_is_that_of_the_outlet_on_the_day(team, outlet):
    spans = {"unit": outlet, "unit_path": outlet.path, "staff": team.first, "second": team.second}
    HomeVisitCapability.objects.create(
        **spans, device="PAD-1", since="2020-01-01", until="2021-01-01"
    )
    now = HomeVisitCapability.objects.create(**spans, device="PAD-2", since="2022-01-01")

    assert usual_pair(outlet, NOW.date()) == now
    assert usual_pair(outlet, date(2021, 6, 1)) is None
