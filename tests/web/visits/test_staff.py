"""Pages of home visits for staff: what they show, hide, cost, and refuse."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.network.models import User
from hearth.outreach.models import Activity, Visit, VisitPaper, VisitRules
from hearth.platform.models import AuditEvent
from tests.factories import client_as, make_person, make_tree, make_user
from tests.factories_inspections import photo
from tests.factories_outreach import kind
from tests.factories_visits import (
    ADDRESS,
    NAME,
    PHONE,
    SECRETS,
    drawing,
    make_rules,
    make_team,
    make_visit,
)

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 14, tzinfo=HERE)


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


def client_of(actor):
    client = client_as(User.objects.get(pk=actor.user_id))
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


@pytest.fixture
def head(team):
    return client_of(team.head)


@pytest.fixture
def manager(team):
    return client_of(team.manager)


def to(name, *args):
    return reverse(f"visits:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


# --- reading --------------------------------------------------------------------------------------


def test_the_list_says_what_waits_and_shows_nobody(head, outlet):
    make_visit(outlet)
    make_visit(outlet, "closed")

    answer = head.get(to("list"))
    text = text_of(answer)

    assert "<strong>1</strong> waits for you." in text
    assert "<strong>1</strong> are under way, <strong>1</strong> are closed." in text
    assert "䶮**" in text
    assert not any(secret in text for secret in SECRETS)


def test_a_list_narrowed_to_a_step(head, outlet):
    make_visit(outlet)
    planned = make_visit(outlet, "planned")

    rows = head.get(to("list"), {"stage": "planned"}).context["page_obj"]

    assert list(rows) == [planned]
    assert "No home visit is at this step" in text_of(head.get(to("list"), {"stage": "left"}))


def test_an_empty_list_says_what_to_do(head):
    assert "No home visits yet" in text_of(head.get(to("list")))


@pytest.mark.parametrize("name", ["list", "week"])
def test_a_page_costs_the_same_for_one_row_and_for_twenty_five(head, team, outlet, name):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert head.get(to(name)).status_code == 200
        return len(seen)

    make_visit(outlet, "approved", at=NOW, first=team.first, second=team.second)
    head.get(to(name))
    one = cost()
    for number in range(24):
        make_visit(outlet, "approved", at=NOW + timedelta(minutes=number))

    assert cost() == one


def test_a_page_of_one_visit_costs_no_more_for_many_others(head, outlet):
    visit = make_visit(outlet)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert head.get(to("detail", visit.uuid)).status_code == 200
        return len(seen)

    head.get(to("detail", visit.uuid))
    one = cost()
    for _n in range(24):
        make_visit(outlet)

    assert cost() == one
    assert head.get(to("detail", visit.uuid)).context["same_phone"]


@pytest.mark.parametrize("stage", Visit.Stage.values)
def test_a_visit_shows_its_way_and_nobody_at_every_stage(head, manager, outlet, stage):
    visit = make_visit(outlet, stage)

    for client in (head, manager):
        answer = client.get(to("detail", visit.uuid))
        assert answer.status_code == 200
        assert not any(secret in text_of(answer) for secret in SECRETS)
        assert "139****7356" in text_of(answer)


def test_a_reader_sees_and_does_nothing(tree, team, outlet):
    visit = make_visit(outlet)
    reader = client_as("staff", unit=outlet)

    answer = reader.get(to("detail", visit.uuid))

    assert answer.context["acts"] == []
    assert answer.context["personal_form"] is None
    assert reader.get(to("triage", visit.uuid)).status_code == 403
    assert reader.post(to("personal", visit.uuid), {"reason": "visit"}).status_code == 403
    assert reader.get(to("create")).status_code == 403


def test_a_visit_of_another_branch_does_not_exist(head, tree):
    visit = make_visit(tree.west_outlets[0])

    for name in ("detail", "triage", "plan", "door", "call", "cancel"):
        assert head.get(to(name, visit.uuid)).status_code == 404, name
    assert head.post(to("personal", visit.uuid), {"reason": "visit"}).status_code == 404


def test_a_week_shows_its_days(head, outlet):
    make_visit(outlet, "planned", at=NOW)

    text = text_of(head.get(to("week")))

    assert "<strong>1</strong> appointment this week." in text
    assert "<strong>1</strong> of them is to be approved." in text
    assert "No appointments this week" in text_of(head.get(to("week"), {"of": "2026-06-08"}))
    for odd in ("0001-01-01", "9999-12-31", "not-a-day", "2026-02-30"):
        assert head.get(to("week"), {"of": odd}).status_code == 200


# --- acting ---------------------------------------------------------------------------------------


def form_of(answer):
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def taken_down(head, **more):
    sent = form_of(head.get(to("create"))) | {
        "unit": "E1",
        "channel": "phone",
        "name": NAME,
        "phone": "139 0412 7356",
        "address": ADDRESS,
        "group": "ill",
        "need": "password",
        "consents": "on",
    }
    return sent | more


def test_a_request_is_taken_down_once_however_often_it_is_sent(head):
    sent = taken_down(head)

    answers = [head.post(to("create"), sent) for _n in range(2)]

    visit = Visit.objects.get()
    assert [answer.url for answer in answers] == [to("detail", visit.uuid)] * 2
    assert (visit.name, visit.phone, visit.channel) == (NAME, PHONE, "phone")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"phone": "12"}, "A telephone number, 7 to 12 digits."),
        ({"consents": ""}, "Without this we may not note the request down."),
        ({"name": "王" * 61}, "at most 60"),
        ({"unit": "W1"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_with_a_request_stands_at_its_field(head, more, words):
    answer = head.post(to("create"), taken_down(head, **more))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Visit.objects.exists()


def test_a_whole_visit_through_its_pages(head, manager, team, outlet):
    kind("home_visit")
    head.post(to("create"), taken_down(head))
    key = Visit.objects.get().uuid

    triage = form_of(head.get(to("triage", key))) | {"has_id": "on", "place": "123.43, 41.80"}
    assert head.post(to("triage", key), triage).status_code == 302
    plan = form_of(head.get(to("plan", key))) | {
        "starts_at": "2026-06-01T15:00",
        "first": team.first.pk,
        "second": team.second.pk,
    }
    assert head.post(to("plan", key), plan).status_code == 302
    decide = form_of(manager.get(to("decide", key))) | {"approve": "1"}
    assert manager.post(to("decide", key), decide).status_code == 302

    def step(name, **more):
        page = head.get(to("door", key))
        assert page.status_code == 200
        sent = {"version": page.context["visit"].version, "step": name, **more}
        answer = head.post(to("door", key), sent)
        assert answer.status_code == 302, text_of(answer)

    step("arrive", both_here="1")
    step("id_seen")
    step("intent")
    step("paper", uuid=uuid.uuid4(), photo=SimpleUploadedFile("a.jpg", photo(), "image/jpeg"))
    step("sign", uuid=uuid.uuid4(), drawn=drawing())
    step("leave", outcome="served")
    back = form_of(head.get(to("hand-in", key))) | {"vouchers": "2"}
    assert head.post(to("hand-in", key), back).status_code == 302
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        again = client_of(team.head)
        call = form_of(again.get(to("call", key))) | {"result": "satisfied"}
        for _n in range(2):
            assert again.post(to("call", key), call).status_code == 302

    visit = Visit.objects.get()
    assert (visit.stage, visit.activity.kind.code) == ("closed", "home_visit")
    assert Activity.objects.count() == 1
    assert VisitPaper.objects.count() == 2


def test_a_time_that_is_taken_is_offered_anew_by_a_button(head, team, outlet):
    pair = {"first": team.first, "second": team.second}
    make_visit(outlet, "approved", at=NOW + timedelta(hours=1), **pair)
    visit = make_visit(outlet, "triaged")
    sent = form_of(head.get(to("plan", visit.uuid))) | {
        "starts_at": "2026-06-01T15:00",
        "first": team.first.pk,
        "second": team.second.pk,
    }

    refused = head.post(to("plan", visit.uuid), sent)

    assert refused.status_code == 422
    offered = refused.context["free"].astimezone(HERE).strftime("%Y-%m-%dT%H:%M")
    assert f'value="{offered}"' in text_of(refused)
    assert head.post(to("plan", visit.uuid), sent | {"take_free": offered}).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == datetime.fromisoformat(offered).replace(tzinfo=HERE)


def test_an_appointment_is_sent_back_by_its_button(manager, outlet):
    visit = make_visit(outlet, "planned")
    sent = {"version": 1, "send_back": "1", "reason": "换个时间"}

    assert manager.post(to("decide", visit.uuid), sent).status_code == 302

    visit.refresh_from_db()
    assert visit.stage == "triaged"


def test_a_page_of_an_act_that_is_over_leads_back(head, outlet):
    visit = make_visit(outlet, "closed")

    for name in ("triage", "plan", "door", "hand-in", "call", "cancel"):
        answer = head.get(to(name, visit.uuid))
        assert answer.url == to("detail", visit.uuid), name


def test_a_stale_page_is_refused_in_words(head, outlet):
    visit = make_visit(outlet, "left", version=5)

    answer = head.post(to("hand-in", visit.uuid), {"version": 4, "vouchers": 1})

    assert answer.status_code == 422
    assert "Someone saved this record meanwhile" in text_of(answer)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"version": "x"},
        {"version": 1},
        {"version": 1, "step": "fly"},
        {"version": 1, "step": "sign"},
        {"version": 1, "step": "paper", "uuid": "not-one"},
        {"version": 1, "step": "leave", "outcome": "served"},
        {"version": 99, "step": "id_seen"},
    ],
)
def test_the_door_takes_no_odd_step(head, outlet, sent):
    visit = make_visit(outlet, "on_site", at=NOW)

    assert head.post(to("door", visit.uuid), sent).status_code == 422
    visit.refresh_from_db()
    assert (visit.stage, visit.version) == ("on_site", 1)


def test_a_photo_has_to_be_chosen(head, outlet):
    visit = make_visit(outlet, "on_site", at=NOW)
    sent = {"version": 1, "step": "paper", "uuid": uuid.uuid4()}

    assert "Choose a photo first." in text_of(head.post(to("door", visit.uuid), sent))


# --- personal data --------------------------------------------------------------------------------


def test_personal_data_are_shown_in_the_answer_to_a_reason_and_kept_nowhere(head, outlet):
    visit = make_visit(outlet, "approved", at=NOW)

    answer = head.post(to("personal", visit.uuid), {"reason": "visit"})

    assert answer.status_code == 200
    assert all(secret in text_of(answer) for secret in SECRETS)
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEvent.objects.filter(action="visit.personal_opened").count() == 1
    assert head.get(to("personal", visit.uuid)).status_code == 405


def test_another_reason_takes_words(head, outlet):
    visit = make_visit(outlet)

    answer = head.post(to("personal", visit.uuid), {"reason": "other"})

    assert answer.status_code == 422
    assert not any(secret in text_of(answer) for secret in SECRETS)
    assert not AuditEvent.objects.exists()


def test_signature_and_photos_come_with_the_page_and_from_no_address(head, outlet):
    visit = make_visit(outlet, "on_site", at=NOW, id_seen_at=NOW, intent_at=NOW)
    sent = {"version": 1, "step": "sign", "uuid": uuid.uuid4(), "drawn": drawing()}
    head.post(to("door", visit.uuid), sent)

    text = text_of(head.post(to("personal", visit.uuid), {"reason": "visit", "with_papers": "on"}))

    assert '<img src="data:image/png;base64,' in text


def test_visits_are_found_by_a_number_that_stands_in_no_address(head, tree, outlet):
    one = make_visit(outlet)
    make_visit(tree.west_outlets[0])

    answer = head.post(to("find"), {"text": "139-0412-7356"})

    assert answer.url == to("detail", one.uuid)
    assert PHONE not in answer.url
    other = make_visit(outlet)
    assert set(head.post(to("find"), {"text": PHONE}).context["rows"]) == {one, other}
    assert head.post(to("find"), {"text": other.code}).url == to("detail", other.uuid)
    assert head.post(to("find"), {"text": "👵"}).context["rows"] == []
    events = AuditEvent.objects.filter(action="visit.looked_for")
    assert events.count() == 4
    assert PHONE not in str(list(events.values()))


# --- rules ----------------------------------------------------------------------------------------


def test_rules_are_set_from_a_day_on(tree):
    make_rules()
    client = client_as(make_user("programme_manager", unit=tree.province))
    sent = {
        "valid_from": "2026-07-01",
        "detour_permille": 1300,
        "speed_kmh": 40,
        "margin_minutes": 5,
        "visit_minutes": 45,
        "day_from": "09:00",
        "day_to": "16:00",
        "keep_days": 14,
        "idle_days": 60,
    }

    assert client.get(to("rules")).status_code == 200
    assert client.post(to("rules"), sent | {"day_to": "08:00"}).status_code == 422
    assert client.post(to("rules"), sent | {"keep_days": 0}).status_code == 422
    assert client.post(to("rules"), sent).status_code == 302
    assert client.post(to("rules"), sent).status_code == 422
    assert VisitRules.objects.filter(keep_days=14).count() == 1


def test_two_people_of_one_name_are_told_apart(head, outlet):
    twins = [make_person(outlet, name="张伟") for _n in range(2)]

    text = text_of(head.get(to("plan", make_visit(outlet, "triaged").uuid)))

    assert all(f"张伟 {twin.staff_no}" in text for twin in twins)
