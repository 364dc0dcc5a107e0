"""The present of the demonstration: every state is there, and the same day gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from hearth.exchange.demo.load import DemoSize
from hearth.exchange.demo.present.stage import merged, play
from hearth.kernel.periods import Period
from hearth.network.actors import operator
from hearth.outreach.models import (
    Activity,
    ExperienceVisit,
    Observation,
    SampleItem,
    ServiceTarget,
    Trip,
    TripStop,
    Visit,
    VisitPaper,
)
from hearth.platform import audit
from hearth.platform.models import AuditEvent, Notice
from hearth.premises.models import (
    CleaningDay,
    OrderPhoto,
    Proposal,
    ReadingHour,
    Sensor,
    SensorState,
    Sign,
    WatchlistEntry,
    WorkOrder,
)
from hearth.premises.queries.warmth import effect_of
from hearth.programme.models import (
    Attendance,
    Document,
    Meeting,
    Programme,
    Receipt,
    Target,
    Task,
    TaskShare,
)
from hearth.programme.queries.targets import outlooks, sheets
from hearth.rectification.models import FixPhoto, Rectification
from hearth.voices.models import Case, Entry, Like, Solicitation
from hearth.workflows.demonstration import load_demonstration
from tests.worlds import once_a_module

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
EVERY = {
    "orders": {"reported", "opened", "underway", "done", "verified", "refused"},
    "visits": set(Visit.Stage.values),
    "activities": {"recorded", "returned", "confirmed"},
    "rectifications": set(Rectification.State.values),
    "shares": {"not_started", "underway", "done", "verified"},
}


def load(today: date = TODAY) -> None:
    size = DemoSize(outlets=13, quarters=1, video=6)
    load_demonstration(actor=operator("demo"), size=size, report=lambda *_: None, today=today)


loaded = once_a_module(load)


def acted() -> Q:
    """Records that somebody of the cast made, not an import."""
    return ~Q(recorded_by__username__startswith="cli:")


def states() -> dict[str, Counter[str]]:
    shares = TaskShare.objects.filter(task__programme__year=TODAY.year)
    return {
        "orders": Counter(
            o.state.value for o in WorkOrder.objects.filter(acted() | Q(recorded_by=None))
        ),
        "visits": Counter(Visit.objects.values_list("stage", flat=True)),
        "activities": Counter(a.state for a in Activity.objects.filter(acted())),
        "rectifications": Counter(Rectification.objects.values_list("state", flat=True)),
        "shares": Counter(shares.values_list("state", flat=True)),
    }


@pytest.mark.parametrize("room", EVERY)
def test_every_state_is_there(loaded: object, room: str) -> None:
    assert set(states()[room]) == EVERY[room]


def test_work_orders_are_late_and_sent_back_and_show_before_and_after(loaded: object) -> None:
    orders = WorkOrder.objects.filter(acted())
    assert orders.unfinished().filter(due_on__lt=TODAY).count() >= 3
    assert orders.exclude(return_reason="").filter(done_on=None).exists()
    assert orders.exclude(new_sign=None).count() == 2
    verified = [order for order in orders if order.state == "verified"]
    assert all(order.verified_by_id != order.done_by_id for order in verified)
    captions = Counter(OrderPhoto.objects.values_list("caption", flat=True))
    assert set(captions) == {"before", "after", "reported"}
    assert captions["before"] >= 24


def test_upkeep_plans_have_orders_done_waiting_and_late(loaded: object) -> None:
    planned = WorkOrder.objects.filter(plan__isnull=False)
    assert planned.filter(done_on__lt=TODAY).exists()
    waiting = planned.filter(done_on__isnull=True)
    assert waiting.filter(due_on__lt=TODAY).exists()
    assert waiting.filter(due_on__gte=TODAY).exists()
    assert all(order.due_on >= order.opened_on for order in planned)


def test_every_sign_that_hangs_has_a_maker_and_light_boxes_their_hours(loaded: object) -> None:
    hanging = Sign.objects.up_on(TODAY)
    assert hanging.count() > 30
    assert not hanging.filter(make="").exists()
    boxes = hanging.filter(kind="lightbox")
    assert boxes.exists()
    assert not boxes.filter(lit_from__isnull=True).exists()
    assert not hanging.exclude(kind="lightbox").filter(lit_from__isnull=False).exists()


def test_a_measure_of_a_cold_outlet_shows_its_effect(loaded: object) -> None:
    stays = WatchlistEntry.objects.on_list("cold").standing()
    observed = stays.filter(stage="observed").select_related("unit")
    assert observed.exists()
    for stay in observed:
        done_on = stay.measure_done_on
        assert done_on is not None
        assert stay.since <= done_on <= (stay.until or TODAY)
    assert not stays.exclude(stage="observed").filter(measure_done_on__isnull=False).exists()
    shown = [effect_of(stay.unit, stay.measure_done_on).effect for stay in observed.held_on(TODAY)]
    changes = [effect.own.centi for effect in shown if effect is not None]
    assert changes
    assert max(changes) > 100


def test_one_cleaning_day_has_been_and_one_comes(loaded: object) -> None:
    held = list(CleaningDay.objects.order_by("held_on").values_list("held_on", flat=True))

    assert any(TODAY - timedelta(days=14) < day < TODAY for day in held)
    assert held[-1] > TODAY


def test_home_visits_are_sealed_and_lie_around_today(loaded: object) -> None:
    assert 28 <= Visit.objects.count() <= 34
    days = [timezone.localdate(v.starts_at) for v in Visit.objects.exclude(starts_at=None)]
    assert min(days) < TODAY < max(days)
    assert days.count(TODAY) >= 2
    assert Visit.objects.filter(channel="public").exists()
    assert VisitPaper.objects.filter(kind="signature").exists()
    assert Visit.objects.exclude(activity=None).exists()
    names = [visit.name for visit in Visit.objects.all()]
    written = " ".join(str(data) for data in AuditEvent.objects.values_list("data", flat=True))
    assert all(names)
    assert not [name for name in names if name in written]


def test_activities_are_doubted_sampled_and_verified(loaded: object) -> None:
    assert AuditEvent.objects.filter(action="record.added", data__despite_double=True).exists()
    assert {"held", "pending"} <= set(SampleItem.objects.values_list("result", flat=True))


def test_mobile_service_has_been_and_goes(loaded: object) -> None:
    assert Trip.objects.standing().filter(day__lt=TODAY).exists()
    assert Trip.objects.standing().filter(day__gt=TODAY).exists()
    assert Trip.objects.exclude(withdrawn_at=None).exists()
    assert TripStop.objects.exclude(activity=None).exists()
    assert TripStop.objects.exclude(left_out="").exists()
    assert not ServiceTarget.objects.filter(longitude=None).exists()


def test_visitors_went_to_an_outlet_of_ours_and_to_a_peer(loaded: object) -> None:
    assert Counter(v.peer_id is None for v in ExperienceVisit.objects.all()) == {True: 1, False: 1}
    ideas = Counter(Observation.objects.filter(kind="idea").values_list("outcome", flat=True))
    assert set(ideas) == {"open", "task", "declined"}


def test_findings_are_overdue_sent_back_and_closed_by_another(loaded: object) -> None:
    rows = Rectification.objects.all()
    assert rows.overdue(TODAY).exists()
    assert rows.filter(reopened__gt=0).exists()
    assert rows.filter(told__gt=0).exists()
    closed = rows.closed()
    assert closed.count() > rows.count() / 3
    assert all(row.closed_by_id != row.fixed_by_id for row in closed)
    assert FixPhoto.objects.exists()


def test_the_plan_of_2021_is_done_and_three_tasks_were_late(loaded: object) -> None:
    plan = Programme.objects.get(year=2021)
    shares = TaskShare.objects.filter(task__programme=plan).select_related("task")
    assert plan.tasks.count() == 48
    assert {share.state for share in shares} == {"verified"}
    late = {
        share.task.code for share in shares if share.done_on and share.done_on > share.task.due_on
    }
    assert len(late) == 3


def test_the_present_plan_has_tasks_behind_ahead_and_overdue(loaded: object) -> None:
    tasks = Task.objects.filter(programme__year=TODAY.year)
    assert tasks.filter(due_on__lt=TODAY).exists()
    assert tasks.filter(due_on__gt=TODAY).exists()
    assert tasks.exclude(depends_on=None).exists()
    assert tasks.filter(is_planned=False).count() == 3
    assert TaskShare.objects.overdue(TODAY).exists()


def test_documents_lack_receipts_and_meetings_have_minutes(loaded: object) -> None:
    assert Document.objects.count() == 3
    assert Receipt.objects.missing().exists()
    assert Receipt.objects.overdue(TODAY).exists()
    kick_off = Meeting.objects.get(kind="kick_off", programme__year=TODAY.year)
    assert kick_off.minutes
    came = Attendance.objects.filter(meeting=kick_off)
    assert came.exclude(signed_at=None).exists()
    assert {"present", "excused", "absent"} <= set(came.values_list("presence", flat=True))
    assert Meeting.objects.filter(held_at__date__gt=TODAY).exists()


def test_targets_are_met_missed_and_on_their_way(loaded: object) -> None:
    verdicts: Counter[str] = Counter()
    for key, day in (("2021Q2", date(2021, 6, 30)), ("2026Q4", TODAY)):
        targets = Target.objects.filter(period=key).select_related("unit")
        for sheet in sheets(targets, Period.parse(key), day)[:5]:
            verdicts.update(outlook.forecast.verdict for outlook in outlooks(sheet))
    assert {"reached", "missed"} <= set(verdicts)
    assert verdicts.keys() & {"on_course", "likely", "unlikely", "off_course"}


def test_cases_are_published_liked_and_wait_and_slogans_come_in(loaded: object) -> None:
    found = Counter(Case.objects.values_list("status", flat=True))
    assert found == {"published": 3, "submitted": 1}
    assert Like.objects.count() >= 9
    asked = Solicitation.objects.open_on(TODAY).get()
    assert asked.entries.count() == 10
    chosen = Entry.objects.filter(is_chosen=True, solicitation__code=f"{TODAY.year}-BRAND")
    assert set(chosen.values_list("kind", flat=True)) == {"name", "slogan"}


def test_the_past_that_the_ledgers_brought_waits_for_nobody(loaded: object) -> None:
    waiting = WorkOrder.objects.standing().filter(verified_at=None, done_by=None)
    assert not waiting.filter(done_on__lt=TODAY).exists()
    assert Activity.objects.unconfirmed().count() < Activity.objects.count() / 10


def test_sensors_speak_but_for_two_and_an_outlet_is_proposed(loaded: object) -> None:
    assert Sensor.objects.indoors().count() >= 13
    states = SensorState.objects.exclude(sensor__kind="weather")
    minute = int(datetime(2026, 11, 23, 3, 0, tzinfo=timezone.get_default_timezone()).timestamp())
    assert states.filter(last_minute__lt=minute // 60).count() == 1
    assert [s for s in states if s.last_minute - s.same_since >= 24 * 60]
    assert states.filter(jumps__gt=0).exists()
    assert ReadingHour.objects.count() > 13 * 16 * 24
    proposal = Proposal.objects.get(status="open", sort="entry")
    assert proposal.rule is not None
    assert proposal.days


def test_the_trail_holds_and_tells_of_the_acts_in_their_order(loaded: object) -> None:
    assert not list(audit.verify(anchors={}))
    order = WorkOrder.objects.exclude(verified_at=None).filter(acted()).first()
    assert order is not None
    events = AuditEvent.objects.filter(
        object_type="premises.workorder", object_id=str(order.pk)
    ).order_by("seq")
    assert [e.action for e in events if e.action.startswith("order.")] == [
        "order.opened", "order.started", "order.finished", "order.verified",
    ]  # fmt: skip
    times = [event.at for event in events]
    assert times == sorted(times)
    assert timezone.localdate(times[0]) == order.opened_on


def test_the_clock_is_the_real_one_again(loaded: object) -> None:
    assert timezone.now() - datetime.now(timezone.get_default_timezone()) < timedelta(seconds=9)
    assert Notice.objects.filter(read_at=None, user__username="outlet").exists()


# The stage


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=timezone.get_default_timezone())


def test_stories_are_played_in_the_order_of_their_moments() -> None:
    seen: list[tuple[str, int, int]] = []

    def story(name: str, *days: int) -> Iterator[datetime]:
        for day in days:
            yield at(day)
            seen.append((name, day, timezone.localdate().day))

    acts = play([story("a", 1, 5, 9), merged([story("b", 3, 7), story("c", 2, 20)])], at(10))

    assert [(name, day) for name, day, _told in seen] == [
        ("a", 1), ("c", 2), ("b", 3), ("a", 5), ("b", 7), ("a", 9),
    ]  # fmt: skip
    assert all(day == told for _name, day, told in seen)
    assert acts == 6
