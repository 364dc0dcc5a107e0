"""Home visits from the door on, what is kept of them, and for how long."""

from __future__ import annotations

import base64
import io
import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from PIL import ExifTags, Image

from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.network.actors import actor_of
from hearth.outreach.models import Activity, Visit, VisitCall, VisitPaper, VisitRules
from hearth.outreach.queries.visits import rules_on
from hearth.outreach.services import visits_at_door as door
from hearth.outreach.services import visits_kept as kept
from hearth.outreach.services.visits import (
    Appointment,
    Triage,
    approve,
    plan,
    request_visit,
    triage,
)
from hearth.outreach.services.visits_at_door import Call
from hearth.platform import files
from hearth.platform.models import AuditEvent
from hearth.platform.sealed import Sealed
from hearth.workflows.upkeep import daily_chores
from hearth.workflows.visits import call_after_visit
from tests import at_rest
from tests.factories import make_actor, make_tree, make_user
from tests.factories_inspections import photo
from tests.factories_outreach import kind, refused
from tests.factories_visits import (
    ADDRESS,
    ILLNESS,
    NAME,
    PHONE,
    SECRETS,
    asked,
    drawing,
    make_rules,
    make_team,
    make_visit,
)

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 14, tzinfo=HERE)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.HEARTH_FILES = tmp_path / "files"
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


def visit_at(team, outlet, stage, **fields):
    pair = {"first": team.first, "second": team.second, "approved_by_id": team.manager.user_id}
    return make_visit(outlet, stage, at=NOW, **pair | fields)


def inside(team, outlet, *steps):
    """A visit at the door, with these steps done."""
    done = {f"{step}_at": NOW for step in steps}
    return visit_at(team, outlet, "on_site", **done)


def do(act, actor, visit, **more):
    return act(actor=actor, visit=visit, version=visit.version, **more)


# --- at the door ----------------------------------------------------------------------------------


def test_two_arrive(team, outlet):
    here = do(door.arrive, team.head, visit_at(team, outlet, "approved"), both_here=True)

    assert (here.stage, here.arrived_at) == ("on_site", NOW)


def test_one_alone_does_not_go_in(team, outlet):
    with refused("one_is_missing"):
        do(door.arrive, team.head, visit_at(team, outlet, "approved"), both_here=False)


def test_nobody_arrives_on_another_day(team, outlet):
    visit = visit_at(team, outlet, "approved")

    with time_machine.travel(TOMORROW, tick=False), refused("not_today"):
        do(door.arrive, team.head, visit, both_here=True)


def test_who_approved_records_nothing_at_the_door(team, outlet):
    visit = inside(team, outlet, "id_seen", "intent")

    acts = [
        lambda: do(door.record_step, team.manager, visit, step="id_seen"),
        lambda: do(door.sign, team.manager, visit, uuid=uuid.uuid4(), drawn=drawing()),
        lambda: door.add_paper(actor=team.manager, visit=visit, uuid=uuid.uuid4(), content=photo()),
        lambda: do(door.leave, team.manager, visit, outcome="stopped"),
        lambda: do(door.arrive, team.manager, visit_at(team, outlet, "approved"), both_here=True),
    ]
    for act in acts:
        with refused("own_approval"):
            act()


def test_the_steps_have_their_order(team, outlet):
    visit = inside(team, outlet)

    with refused("step_too_early"):
        do(door.record_step, team.head, visit, step="intent")
    with refused("step_too_early"):
        do(door.sign, team.head, visit, uuid=uuid.uuid4(), drawn=drawing())
    with refused("step_unknown"):
        do(door.record_step, team.head, visit, step="face_seen")
    visit = do(door.record_step, team.head, visit, step="id_seen")
    visit = do(door.record_step, team.head, visit, step="intent")
    visit = do(door.sign, team.head, visit, uuid=uuid.uuid4(), drawn=drawing())
    visit = do(door.leave, team.head, visit, outcome="served")

    assert (visit.stage, visit.left_at) == ("left", NOW)


@pytest.mark.parametrize("done", [(), ("id_seen",), ("id_seen", "intent")])
def test_nothing_is_done_without_document_wish_and_signature(team, outlet, done):
    visit = inside(team, outlet, *done)

    for outcome in ("served", "partly"):
        with refused("step_missing"):
            do(door.leave, team.head, visit, outcome=outcome)
    assert do(door.leave, team.head, visit, outcome="stopped").stage == "left"


def test_leaving_takes_a_known_outcome(team, outlet):
    with refused("outcome_unknown"):
        do(door.leave, team.head, inside(team, outlet), outcome="well")


@pytest.mark.parametrize(
    "stage", ["requested", "planned", "approved", "left", "closed", "cancelled"]
)
def test_nothing_is_recorded_out_of_turn(team, outlet, stage):
    visit = visit_at(team, outlet, stage)

    with refused("wrong_stage"):
        do(door.record_step, team.head, visit, step="id_seen")
    with refused("wrong_stage"):
        door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo())


def test_a_stale_page_records_nothing(team, outlet):
    visit = inside(team, outlet)
    do(door.record_step, team.head, visit, step="id_seen")

    with pytest.raises(StaleWrite):
        door.record_step(actor=team.head, visit=visit, version=1, step="id_seen")


def test_another_outlet_records_nothing(team, tree, outlet):
    other = make_actor("outlet_head", unit=tree.east_outlets[1])

    with pytest.raises(NotAllowed):
        do(door.record_step, other, inside(team, outlet), step="id_seen")


# --- signature and papers -------------------------------------------------------------------------


def sign(team, visit, drawn, key=None):
    return do(door.sign, team.head, visit, uuid=key or uuid.uuid4(), drawn=drawn)


def test_a_signature_is_black_on_white_and_sealed_on_the_disk(team, outlet):
    visit = sign(team, inside(team, outlet, "id_seen", "intent"), drawing())

    paper = VisitPaper.objects.get()
    content = paper.content()
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "1", (600, 240))
    assert files.read(paper.sha256) != content
    assert b"PNG\r\n" not in files.read(paper.sha256)
    assert visit.signed_at == NOW


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        "data:image/png;base64,",
        "data:image/png;base64,////",
        "data:image/png;base64," + base64.b64encode(photo()).decode(),
        "data:image/svg+xml;base64,PHN2Zz4=",
        drawing(ink=0),
        "data:image/png;base64," + "A" * 300_001,
    ],
)
def test_what_is_no_signature_is_refused(team, outlet, drawn):
    visit = inside(team, outlet, "id_seen", "intent")

    with refused("not_a_signature"):
        sign(team, visit, drawn)
    assert not VisitPaper.objects.exists()


def test_a_picture_of_many_pixels_is_no_signature(team, outlet):
    with refused("not_a_signature"):
        sign(team, inside(team, outlet, "id_seen", "intent"), drawing(9, (3300, 900)))


def test_a_signature_sent_twice_is_kept_once_and_a_new_one_replaces_it(
    team, outlet, django_capture_on_commit_callbacks
):
    key, visit = uuid.uuid4(), inside(team, outlet, "id_seen", "intent")
    first = sign(team, visit, drawing(), key)
    sign(team, visit, drawing(), key)
    old = VisitPaper.objects.get().sha256

    with django_capture_on_commit_callbacks(execute=True):
        sign(team, first, drawing(9))

    assert VisitPaper.objects.get().sha256 != old
    assert not files.path_of(old).exists()


def test_a_photo_is_encoded_anew_and_sealed(team, outlet):
    shot = photo(exif={ExifTags.Base.Model: "Phone of Wang"})
    key, visit = uuid.uuid4(), inside(team, outlet)

    for _n in range(2):
        paper = door.add_paper(actor=team.head, visit=visit, uuid=key, content=shot)

    assert VisitPaper.objects.count() == 1
    assert b"Phone of Wang" not in paper.content()
    assert paper.content().startswith(b"\xff\xd8")
    assert b"JFIF" not in files.read(paper.sha256)


def test_large_photos_are_made_smaller(team, outlet):
    large = io.BytesIO()
    Image.new("RGB", (4000, 3000), "white").save(large, "JPEG")

    paper = door.add_paper(
        actor=team.head, visit=inside(team, outlet), uuid=uuid.uuid4(), content=large.getvalue()
    )

    with Image.open(io.BytesIO(paper.content())) as picture:
        assert picture.size == (1600, 1200)


def test_six_photos_are_enough(team, outlet):
    visit = inside(team, outlet)
    for _n in range(6):
        door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo())

    with refused("too_many_photos"):
        door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo())


def test_what_is_no_photo_is_refused(team, outlet):
    with refused("not_a_picture"):
        door.add_paper(
            actor=team.head, visit=inside(team, outlet), uuid=uuid.uuid4(), content=b"%PDF-1.7"
        )


def test_a_photo_of_the_signed_form_stands_for_the_signature(team, outlet):
    visit = inside(team, outlet, "id_seen", "intent")
    door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo(), signed=True)
    visit.refresh_from_db()

    assert do(door.leave, team.head, visit, outcome="served").stage == "left"


def test_a_form_signed_before_they_were_asked_is_refused(team, outlet):
    with refused("step_too_early"):
        door.add_paper(
            actor=team.head,
            visit=inside(team, outlet, "id_seen"),
            uuid=uuid.uuid4(),
            content=photo(),
            signed=True,
        )


# --- the way back and the call --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "vouchers", "fits"),
    [("served", 0, False), ("served", 1, True), ("stopped", 0, True), ("served", 201, False),
     ("served", -1, False)],
)  # fmt: skip
def test_vouchers_are_handed_in(team, outlet, outcome, vouchers, fits):
    visit = visit_at(team, outlet, "left", outcome=outcome)

    if fits:
        assert do(door.hand_in, team.head, visit, vouchers=vouchers).stage == "back"
    else:
        with refused("vouchers_out_of_range"):
            do(door.hand_in, team.head, visit, vouchers=vouchers)


def test_coming_back_late_is_noticed(team, outlet):
    visit = visit_at(team, outlet, "left")

    with time_machine.travel(NOW + timedelta(hours=2, minutes=1), tick=False):
        late = do(door.hand_in, team.head, visit, vouchers=1)

    assert late.is_late
    assert AuditEvent.objects.get(action="visit.handed_in").data["late"] is True


def call(actor, visit, result="satisfied", **more):
    told = Call(more.pop("uuid", uuid.uuid4()), result, **more)
    return do(call_after_visit, actor, visit, call=told)


def test_a_call_of_the_next_day_closes_the_visit_and_counts_it_once(team, outlet):
    kind("home_visit")
    visit, key = visit_at(team, outlet, "back"), uuid.uuid4()

    with time_machine.travel(TOMORROW, tick=False):
        closed = call(team.head, visit, uuid=key, note="很满意")
        again = call(team.head, visit, uuid=key)

    assert closed == again
    assert (closed.stage, closed.purge_on) == ("closed", date(2026, 7, 2))
    activity = Activity.objects.get()
    assert Visit.objects.get().activity == activity
    assert (activity.kind.code, activity.unit, activity.started_at) == ("home_visit", outlet, NOW)
    assert activity.details == {"business": "social_security", "reason": "very_old"}
    assert activity.staff == team.first
    assert not any(secret in str(activity.__dict__) for secret in SECRETS)
    assert VisitCall.objects.get().note == "很满意"


def test_two_visits_of_one_day_are_two_records(team, outlet):
    kind("home_visit")
    with time_machine.travel(TOMORROW, tick=False):
        for _n in range(2):
            call(team.head, visit_at(team, outlet, "back"))

    assert Activity.objects.count() == 2


def test_a_visit_at_which_nothing_was_done_does_not_count(team, outlet):
    with time_machine.travel(TOMORROW, tick=False):
        closed = call(team.head, visit_at(team, outlet, "back", outcome="stopped"))

    assert (closed.stage, closed.activity_id) == ("closed", None)


def test_nobody_calls_on_the_same_day(team, outlet):
    with refused("too_early"):
        call(team.head, visit_at(team, outlet, "back"))


def test_who_went_does_not_call(team, outlet):
    user = make_user("outlet_head", unit=outlet, person=team.second)

    with time_machine.travel(TOMORROW, tick=False), refused("goes_oneself"):
        call(actor_of(user, on=TOMORROW.date()), visit_at(team, outlet, "back"))


def test_the_third_try_closes_a_visit(team, outlet):
    kind("home_visit")
    visit = visit_at(team, outlet, "back")

    with time_machine.travel(TOMORROW, tick=False):
        stages = []
        for _n in range(3):
            visit = call(team.head, visit, "not_reached")
            stages.append(visit.stage)

    assert stages == ["back", "back", "closed"]


def test_a_call_takes_a_known_result(team, outlet):
    with time_machine.travel(TOMORROW, tick=False), refused("result_unknown"):
        call(team.head, visit_at(team, outlet, "back"), "fine")


def test_facts_are_those_of_a_closed_visit_only(team, outlet):
    with refused("wrong_stage"):
        door.facts_of(visit_at(team, outlet, "back"))


# --- opened with a reason -------------------------------------------------------------------------


def test_personal_data_are_opened_with_a_reason_that_the_trail_keeps(team, outlet):
    visit = visit_at(team, outlet, "on_site", id_seen_at=NOW, intent_at=NOW)
    sign(team, visit, drawing())

    opened = kept.open_personal(actor=team.head, visit=visit, reason="visit", with_papers=True)

    assert (opened.name, opened.phone, opened.address) == (NAME, PHONE, ADDRESS)
    assert opened.circumstances == ILLNESS
    assert opened.papers[0].data_url.startswith("data:image/png;base64,")
    event = AuditEvent.objects.get(action="visit.personal_opened")
    assert (event.actor, event.data["reason"]) == (team.head.identity, "visit")
    assert not any(secret in str(event.__dict__) for secret in SECRETS)
    assert not any(secret in repr(opened) for secret in SECRETS)


@pytest.mark.parametrize(("reason", "words"), [("", ""), ("curious", "x"), ("other", "  ")])
def test_without_a_reason_nothing_is_opened(team, outlet, reason, words):
    with refused("no_reason"):
        kept.open_personal(actor=team.head, visit=make_visit(outlet), reason=reason, words=words)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("words", [NAME, f"回电 {PHONE}", "证件号 21010219500101123X"])
def test_the_reason_in_the_trail_says_nothing_of_the_customer(team, outlet, words):
    with refused("tells_of_someone"):
        kept.open_personal(actor=team.head, visit=make_visit(outlet), reason="other", words=words)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", ["staff", "reviewer", "auditor", "inspector"])
def test_who_may_not_open_them_does_not(tree, outlet, role):
    visit = make_visit(outlet)

    with pytest.raises(NotAllowed):
        kept.open_personal(actor=make_actor(role, unit=tree.province), visit=visit, reason="visit")


def test_another_branch_opens_nothing_here(tree, outlet):
    with pytest.raises(NotAllowed):
        kept.open_personal(
            actor=make_actor("branch_manager", unit=tree.west),
            visit=make_visit(outlet),
            reason="visit",
        )


# --- the clock ------------------------------------------------------------------------------------


def test_personal_data_go_when_their_time_is_over(team, outlet, django_capture_on_commit_callbacks):
    visit = visit_at(team, outlet, "on_site", id_seen_at=NOW, intent_at=NOW)
    sign(team, visit, drawing())
    door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo())
    Visit.objects.filter(pk=visit.pk).update(
        stage="closed", purge_on=NOW.date(), group="very_old", outcome="served"
    )
    VisitCall.objects.create(uuid=uuid.uuid4(), visit=visit, result="satisfied", note="女儿接的")
    hashes = list(VisitPaper.objects.values_list("sha256", flat=True))

    assert kept.purge_due(NOW.date() - timedelta(days=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert kept.purge_due(NOW.date()) == 1
    assert kept.purge_due(NOW.date()) == 0

    gone = Visit.objects.get()
    assert {getattr(gone, name) for name in (*kept.PERSONAL, "phone_index")} == {""}
    assert VisitCall.objects.get().note == ""
    assert not VisitPaper.objects.exists()
    assert not any(files.path_of(sha).exists() for sha in hashes)
    assert (gone.stage, gone.group, gone.outcome, gone.unit) == (
        "closed", "very_old", "served", outlet
    )  # fmt: skip
    event = AuditEvent.objects.get(action="visit.purged")
    assert (event.actor, event.object_id) == ("system", str(visit.pk))
    with refused("purged"):
        kept.open_personal(actor=team.head, visit=gone, reason="complaint")


def test_the_night_purges(outlet, settings, tmp_path):
    settings.HEARTH_HOME = tmp_path
    make_visit(outlet, "cancelled", purge_on=NOW.date())

    assert daily_chores()["purged_visits"] == 1
    assert Visit.objects.get().name == ""


def test_what_was_agreed_is_never_exceeded(team, outlet):
    """A longer rule does not lengthen what people agreed to; a shorter one counts."""
    one, other = (visit_at(team, outlet, "back", outcome="stopped") for _n in range(2))
    with time_machine.travel(TOMORROW, tick=False):
        make_rules(keep_days=400)
        first = call(team.head, one)
        make_rules(keep_days=7)
        second = call(team.head, other)

    assert (first.purge_on, second.purge_on) == (date(2026, 7, 2), date(2026, 6, 9))


# --- the rules ------------------------------------------------------------------------------------


def rules_entry(**more):
    start = {
        "valid_from": NOW.date(),
        "detour_permille": 1300,
        "speed_kmh": 40,
        "margin_minutes": 5,
        "visit_minutes": 45,
        "day_from": time(9),
        "day_to": time(16),
        "keep_days": 14,
        "idle_days": 60,
    }
    return kept.RulesEntry(**start | more)


def test_rules_hold_from_their_day_on(tree):
    make_rules()
    manager = make_actor("programme_manager", unit=tree.province)

    kept.set_rules(actor=manager, entry=rules_entry())

    assert rules_on(NOW.date()).keep_days == 14
    assert rules_on(NOW.date() - timedelta(days=1)).keep_days == 30
    with refused("rules_taken"):
        kept.set_rules(actor=manager, entry=rules_entry())
    with refused("rules_in_the_past"):
        kept.set_rules(actor=manager, entry=rules_entry(valid_from=NOW.date() - timedelta(days=1)))


def test_a_branch_sets_no_rules(tree):
    with pytest.raises(NotAllowed):
        kept.set_rules(actor=make_actor("programme_manager", unit=tree.east), entry=rules_entry())
    assert not VisitRules.objects.filter(keep_days=14).exists()


# --- at rest --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_disk_holds_nothing_of_the_person(team, outlet):
    """A whole visit, through the services; then the raw files of the database and beside it."""
    kind("home_visit")
    visit = request_visit(
        actor=team.head, uuid=uuid.uuid4(), unit=outlet, channel="outlet", request=asked()
    )
    found = Triage(outlet, "very_old", "password", True, True, place="123.456789, 41.987654")
    visit = do(triage, team.head, visit, found=found)
    start = NOW + timedelta(hours=1)
    visit = do(plan, team.head, visit, appointment=Appointment(start, 60, team.first, team.second))
    visit = do(approve, team.manager, visit)
    visit = do(door.arrive, team.head, visit, both_here=True)
    visit = do(door.record_step, team.head, visit, step="id_seen")
    visit = do(door.record_step, team.head, visit, step="intent")
    visit = sign(team, visit, drawing())
    door.add_paper(actor=team.head, visit=visit, uuid=uuid.uuid4(), content=photo())
    visit.refresh_from_db()
    visit = do(door.leave, team.head, visit, outcome="served")
    visit = do(door.hand_in, team.head, visit, vouchers=1)
    with time_machine.travel(TOMORROW, tick=False):
        visit = call(team.head, visit, note="邻居张桂兰接的电话")
    marker = f"control-{uuid.uuid4().hex}"
    with transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(device=marker)

    texts = [*SECRETS, "123.456789", "邻居张桂兰接的电话", "JFIF\0\1", "PNG\r\n\x1a\n", marker]

    assert at_rest.search(texts) == {marker}
    assert all(isinstance(v, Sealed) for v in Visit.objects.values_list("name", "phone").get())
    trail = str(list(AuditEvent.objects.values()))
    assert not any(secret in trail for secret in SECRETS)
