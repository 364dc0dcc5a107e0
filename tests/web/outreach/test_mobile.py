"""Mobile service and experience visits on pages."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from hearth.outreach.models import ExperienceVisit, Observation, Trip
from tests.factories import make_tree
from tests.factories_network import make_criterion
from tests.factories_outreach import make_activity, make_peer, make_target, make_vehicle
from tests.web.outreach.pages import english, queries_of, said

pytestmark = pytest.mark.django_db
MOBILE, CALENDAR = reverse("outreach:mobile"), reverse("outreach:mobile-calendar")
PLAN, EXPERIENCE = reverse("outreach:trip-create"), reverse("outreach:experience")
REPORT = reverse("outreach:experience-create")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def planned(tree, *targets, **more):
    stops = {f"target_{n}": one.pk for n, one in enumerate(targets, start=1)}
    return {"unit": "E", "day": "2021-06-15", "title": "下乡", "at_1": "09:00"} | stops | more


# --- routes -------------------------------------------------------------------------------------


def test_a_route_is_planned_again(tree, manager):
    one, two = make_target(tree.east), make_target(tree.east_outlets[0])
    manager.post(PLAN, planned(tree, one, two))
    trip = Trip.objects.get()
    address = f"{PLAN}?again={trip.pk}"
    assert address in manager.get(reverse("outreach:trip", args=[trip.pk])).content.decode()
    start = manager.get(address).context["form"].initial
    assert (start["unit"], start["title"], start["at_1"].hour) == ("E", "下乡", 9)
    assert (start["target_1"], start["target_2"]) == (one.pk, two.pk)
    assert start["day"] == date(2021, 6, 15)
    foreign = english("branch_manager", unit=tree.west)
    assert foreign.get(address).status_code == 404


# --- targets --------------------------------------------------------------------------------------


def test_the_longest_silence_stands_first(tree, manager):
    place = {"longitude": 123.4, "latitude": 41.8}
    fresh = make_target(tree.east_outlets[0], name="甲", **place)
    never = make_target(tree.east, name="乙", **place)
    make_target(tree.west)
    make_activity(tree.east_outlets[0], "mobile_service", on=date(2021, 6, 1), target=fresh)

    page = manager.get(MOBILE)

    assert [one.target for one in page.context["page_obj"]] == [never, fresh]
    assert (page.context["gaps"], page.context["targets"], page.context["never"]) == (1, 2, 1)
    assert page.context["picture"] is not None
    assert manager.get(f"{MOBILE}?group=school").context["targets"] == 0
    detail = manager.get(reverse("outreach:target", args=[fresh.pk]))
    assert detail.context["days"] == 14
    assert (
        "Nobody was here yet"
        in manager.get(reverse("outreach:target", args=[never.pk])).content.decode()
    )


def test_what_lies_elsewhere_does_not_exist(tree, manager):
    target = make_target(tree.west)
    trip = Trip.objects.create(
        unit=tree.west, unit_path=tree.west.path, day=date(2021, 6, 15), title="x"
    )
    stop = trip.stops.create(target=target, position=1)

    for name, pk in (
        ("target", target.pk),
        ("trip", trip.pk),
        ("trip-cancel", trip.pk),
        ("trip-edit", trip.pk),
        ("stop", stop.pk),
    ):
        assert manager.get(reverse(f"outreach:{name}", args=[pk])).status_code == 404


# --- trips ----------------------------------------------------------------------------------------


def test_a_trip_from_plan_to_visit(tree, manager):
    one, two = make_target(tree.east), make_target(tree.east)
    bus = make_vehicle(tree.east)
    assert manager.get(f"{PLAN}?target={one.pk}").context["form"].initial["target_1"]

    answer = manager.post(PLAN, planned(tree, one, two, vehicle=bus.pk), follow=True)

    assert said(answer) == ["The trip is planned."]
    trip = Trip.objects.get()
    first, second = trip.stops.all()
    assert "下乡" in manager.get(f"{CALENDAR}?month=2021-06").content.decode()
    visit = make_activity(tree.east_outlets[0], "mobile_service", on=date(2021, 6, 15), target=one)
    address = reverse("outreach:stop", args=[first.pk])
    assert list(manager.get(address).context["near"]) == [visit]
    manager.post(address, {"visit": visit.pk})
    manager.post(reverse("outreach:stop", args=[second.pk]), {"reason": "封路"})

    page = manager.get(reverse("outreach:trip", args=[trip.pk]))
    assert page.context["visited"] == 1
    assert "封路" in page.content.decode()
    late = manager.post(address, {"reason": "x"}, follow=True)
    assert "Somebody was there" in said(late)[0]
    other = reverse("outreach:stop", args=[second.pk])
    assert manager.post(other, {"reason": ""}).status_code == 422
    assert manager.post(other, {"visit": "999"}).status_code == 404


def test_a_plan_that_cannot_be(tree, manager):
    one = make_target(tree.east)

    assert manager.post(PLAN, planned(tree)).status_code == 422
    assert manager.post(PLAN, planned(tree, one, one)).status_code == 422
    assert manager.post(PLAN, planned(tree, one, day="2021-06-01")).status_code == 422
    assert manager.post(PLAN, planned(tree, one, unit="W")).status_code == 422
    assert not Trip.objects.exists()


def test_a_trip_is_taken_back(tree, manager):
    manager.post(PLAN, planned(tree, make_target(tree.east)))
    trip = Trip.objects.get()
    address = reverse("outreach:trip-cancel", args=[trip.pk])
    assert manager.get(address).status_code == 200

    assert manager.post(address, {"version": 9, "reason": "雨"}).status_code == 422
    manager.post(address, {"version": 1, "reason": "雨"})

    trip.refresh_from_db()
    assert trip.is_withdrawn
    assert "雨" in manager.get(reverse("outreach:trip", args=[trip.pk])).content.decode()


@pytest.mark.parametrize("month", ["2021Q2", "soon", "2999-12", "1900-01", "2020-02"])
def test_any_month_that_is_asked_for(tree, manager, month):
    assert manager.get(f"{CALENDAR}?month={month}").status_code == 200


def test_planning_takes_the_permission(tree):
    reader = english("staff", unit=tree.east)

    for address in (PLAN, REPORT):
        assert reader.get(address).status_code == 403
    for address in (MOBILE, CALENDAR, EXPERIENCE):
        assert reader.get(address).status_code == 200


# --- experience visits ----------------------------------------------------------------------------


def reported(**more):
    lines = {f"kind_{n}": kind for n, kind in enumerate(("strength", "idea") + ("idea",) * 4, 1)}
    texts = {"text_1": "有人迎门", "text_2": "设叫号大屏"}
    start = {"unit": "E1", "day": "2021-06-10", "uuid": str(uuid.uuid4()), "target": "E2"}
    return start | lines | texts | more


def test_a_visit_by_a_standard_and_its_idea(tree, manager):
    edition = make_criterion().edition
    module = edition.modules.get()
    address = f"{REPORT}?edition={edition.pk}"
    module.title_en = "Outside"
    module.save()
    form = manager.get(address).content.decode()
    assert f"rate_{module.pk}" in form
    assert "Outside" in form  # the reader's language, where the standard has it

    answer = manager.post(address, reported(**{f"rate_{module.pk}": "4"}), follow=True)

    visit = ExperienceVisit.objects.get()
    assert said(answer) == ["Thank you. Your branch sees what you found."]
    assert (visit.ratings, visit.edition) == ({"A": 4}, edition)
    overview = manager.get(EXPERIENCE).context
    assert (overview["visits"], overview["at_peers"], overview["waiting"]) == (1, 0, 1)
    idea = Observation.objects.get(kind="idea")
    decide = reverse("outreach:idea", args=[idea.pk])
    assert said(manager.post(decide, {}, follow=True)) == ["Choose what becomes of it."]
    assert said(manager.post(decide, {"outcome": "case"}, follow=True)) == ["Decided."]
    again = manager.post(decide, {"outcome": "task"}, follow=True)
    assert "already" in said(again)[0]


def test_a_visit_at_another_bank(tree, manager):
    peer = make_peer(tree.east)

    manager.post(REPORT, reported(target="", peer=peer.pk))

    visit = ExperienceVisit.objects.get()
    assert visit.peer == peer
    page = manager.get(reverse("outreach:experience-visit", args=[visit.pk]))
    assert peer.name in page.content.decode()


def test_a_report_that_cannot_be(tree, manager):
    assert manager.post(REPORT, reported(target="")).status_code == 422
    assert manager.post(REPORT, reported(target="W1")).status_code == 422
    assert manager.post(REPORT, reported(target="E1")).status_code == 422
    assert manager.post(REPORT, reported(text_1="", text_2="")).status_code == 422
    assert not ExperienceVisit.objects.exists()


def test_visits_of_others_do_not_exist(tree, manager):
    manager.post(REPORT, reported())
    visit = ExperienceVisit.objects.get()
    idea = Observation.objects.get(kind="idea")
    elsewhere = english("branch_manager", unit=tree.west)
    head = english("outlet_head", unit=tree.east_outlets[0])

    assert elsewhere.get(reverse("outreach:experience-visit", args=[visit.pk])).status_code == 404
    assert elsewhere.post(reverse("outreach:idea", args=[idea.pk])).status_code == 404
    assert head.post(reverse("outreach:idea", args=[idea.pk])).status_code == 403


def test_empty_pages_say_what_to_do(tree, manager):
    assert "No targets yet" in manager.get(MOBILE).content.decode()
    assert "No visits yet" in manager.get(EXPERIENCE).content.decode()
    assert "No trip is planned" in manager.get(CALENDAR).content.decode()


@pytest.mark.parametrize("address", [MOBILE, CALENDAR, EXPERIENCE])
def test_rows_cost_no_queries(tree, manager, address):
    def more():
        target = make_target(tree.east)
        visit = make_activity(
            tree.east_outlets[0], "mobile_service", on=date(2021, 6, 1), target=target
        )
        trip = Trip.objects.create(
            unit=tree.east, unit_path=tree.east.path, day=date(2021, 6, 15), title="x"
        )
        trip.stops.create(target=target, position=1, activity=visit)
        manager.post(REPORT, reported(target="", peer=make_peer(tree.east).pk))

    more()
    one = queries_of(manager, address)
    for _number in range(24):
        more()

    assert queries_of(manager, address) == one


def test_a_trip_is_changed_on_its_page(tree, manager):
    targets = [make_target(tree.east) for _n in range(3)]
    manager.post(PLAN, planned(tree, *targets[:2], vehicle=make_vehicle(tree.east).pk))
    trip = Trip.objects.get()
    address, back = (
        reverse(f"outreach:trip-{name}", args=[trip.pk]) for name in ("edit", "cancel")
    )
    assert address in manager.get(reverse("outreach:trip", args=[trip.pk])).content.decode()
    start = manager.get(address).context["form"].initial
    assert (start["version"], start["target_2"]) == (1, targets[1].pk)
    assert (start["day"], start["vehicle"]) == (trip.day, trip.vehicle_id)

    sent = planned(tree, targets[2], targets[0], day="2021-06-18", version=1)
    done = manager.post(address, sent, follow=True)

    assert said(done) == ["The trip was changed."]
    trip.refresh_from_db()
    assert (trip.day, trip.vehicle, trip.version) == (date(2021, 6, 18), None, 2)
    assert [one.target for one in trip.stops.all()] == [targets[2], targets[0]]
    stale = manager.post(address, sent | {"title": "另一次"})
    assert stale.status_code == 422
    assert "另一次" in stale.content.decode()
    assert "Open the newer version beside this page" in stale.content.decode()
    manager.post(back, {"version": 2, "reason": "雨"}, follow=True)
    assert said(manager.get(address, follow=True)) == [
        "This trip is over or was taken back. Plan its route again."
    ]


def test_a_long_trip_keeps_all_its_stops_in_the_form(tree, manager):
    targets = [make_target(tree.east) for _n in range(10)]
    trip = Trip.objects.create(
        unit=tree.east, unit_path=tree.east.path, day=date(2021, 6, 16), title="长途"
    )
    for position, one in enumerate(targets, start=1):
        trip.stops.create(target=one, position=position)

    form = manager.get(reverse("outreach:trip-edit", args=[trip.pk])).context["form"]

    assert form.lines == 12
    assert form.initial["target_10"] == targets[9].pk


def test_who_may_only_look_is_not_offered_the_change(tree):
    trip = Trip.objects.create(
        unit=tree.east, unit_path=tree.east.path, day=date(2021, 6, 16), title="x"
    )
    auditor = english("auditor", unit=tree.east)

    assert auditor.get(reverse("outreach:trip-edit", args=[trip.pk])).status_code == 403
