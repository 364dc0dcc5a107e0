"""Recording, reading and confirming activities on pages."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.outreach.models import Activity, ActivityPhoto
from hearth.outreach.services.sign_ins import sign_in
from hearth.platform.audit import System
from tests.factories import make_person, make_tree, make_user
from tests.factories_inspections import photo
from tests.factories_outreach import DAY, kind, make_activity, make_sheet, make_target
from tests.web.outreach.pages import english, queries_of, said, upload

pytestmark = pytest.mark.django_db
OVERVIEW, ROWS = reverse("outreach:overview"), reverse("outreach:rows")
LECTURE = reverse("outreach:create", args=["lecture"])


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    made = make_tree()
    kind("lecture")
    kind("training")
    return made


@pytest.fixture
def user(tree):
    return make_user("outlet_head", unit=tree.east_outlets[0])


@pytest.fixture
def head(user):
    return english(user)


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def sent(**more):
    start = {"unit": "E1", "day": "2021-05-20", "begins": "14:00", "title": "守住钱袋子"}
    return start | {"uuid": str(uuid.uuid4())} | more


# --- who may --------------------------------------------------------------------------------------


def test_pages_are_for_those_who_hold_the_permission(tree):
    shopper = english("mystery_shopper", unit=tree.east)
    staff = english("staff", unit=tree.east)
    record = make_activity(tree.east_outlets[0])
    own = reverse("outreach:activity", args=[record.pk])
    for address in (OVERVIEW, ROWS, own):
        assert shopper.get(address).status_code == 403
        assert staff.get(address).status_code == 200
    for name in ("choose", "confirm-many"):
        assert staff.get(reverse(f"outreach:{name}")).status_code == 403
    assert staff.get(LECTURE).status_code == 403


def test_what_lies_elsewhere_does_not_exist(tree, head, manager):
    record = make_activity(tree.west_outlets[0])
    for name in ("activity", "edit", "sheet"):
        assert head.get(reverse(f"outreach:{name}", args=[record.pk])).status_code == 404
    assert manager.post(reverse("outreach:decide", args=[record.pk])).status_code == 404
    assert head.get(f"{OVERVIEW}?under=W").status_code == 404
    assert head.get(f"{ROWS}?under=W1").status_code == 404


# --- recording ------------------------------------------------------------------------------------


def test_an_activity_is_recorded_with_its_photo(tree, head):
    choice = head.get(reverse("outreach:choose"))
    assert "Financial knowledge lecture" in choice.content.decode()
    page = head.get(LECTURE)
    assert page.context["form"].initial["day"] == date(2021, 6, 15)

    answer = head.post(LECTURE, sent(persons="46", photos=[upload()]), follow=True)

    record = Activity.objects.get()
    assert said(answer) == ["Recorded. The branch confirms it."]
    assert (record.persons, record.unit.code, record.photos.count()) == (46, "E1", 1)
    assert timezone.localtime(record.started_at).hour == 14
    assert 'data-hearth-kept="activity-lecture-' in answer.content.decode()
    shot = ActivityPhoto.objects.get()
    image = head.get(reverse("outreach:photo", args=["activity", shot.uuid]))
    assert image.headers["Content-Type"] == "image/jpeg"
    image.close()


def test_the_same_form_sent_twice_is_one_activity_with_one_photo(tree, head):
    content = photo()
    for _attempt in range(2):
        shot = upload(content=content)
        head.post(LECTURE, sent(uuid="00000000-0000-4000-8000-000000000001", photos=[shot]))

    assert Activity.objects.count() == 1
    assert ActivityPhoto.objects.count() == 1


def test_a_photo_that_cannot_be_read_leaves_the_record(tree, head):
    answer = head.post(LECTURE, sent(photos=[upload("b.jpg", b"no picture")]), follow=True)

    assert Activity.objects.count() == 1
    assert any("b.jpg was not kept" in text for text in said(answer))


@pytest.mark.parametrize(
    ("address", "more", "field"),
    [
        (LECTURE, {"unit": "W1"}, "unit"),
        (LECTURE, {"day": ""}, "day"),
        (LECTURE, {"day": "2021-07-15"}, None),
        (LECTURE, {"staff": "S-none"}, "staff"),
        (LECTURE, {"own_leaflets": "-3"}, "own_leaflets"),
        (reverse("outreach:create", args=["training"]), {}, "persons"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(tree, head, address, more, field):
    kind("lecture", extra_fields=_LEAFLETS)
    answer = head.post(address, sent(**more))

    assert answer.status_code == 422
    assert (field or "__all__") in answer.context["form"].errors
    assert not Activity.objects.exists()


_LEAFLETS = [{"key": "leaflets", "label": "份数", "label_en": "Leaflets", "type": "integer"}]


def test_a_kinds_own_fields_are_kept_and_shown(tree, head):
    fields = [
        *_LEAFLETS,
        {"key": "all", "label": "全部", "label_en": "Everything", "type": "yes_no"},
        {
            "key": "topic",
            "label": "主题",
            "label_en": "Topic",
            "type": "choice",
            "choices": [["fraud", "防诈骗", "Against fraud"]],
        },
        {"key": "guest", "label": "嘉宾", "label_en": "Guest"},
    ]
    kind("lecture", extra_fields=fields)

    head.post(LECTURE, sent(own_leaflets="30", own_all="y", own_topic="fraud", own_guest=""))

    record = Activity.objects.get()
    assert record.details == {"leaflets": 30, "all": True, "topic": "fraud"}
    page = head.get(reverse("outreach:activity", args=[record.pk])).content.decode()
    for text in ("Leaflets", "Everything", "Against fraud"):
        assert text in page
    form = head.get(reverse("outreach:edit", args=[record.pk])).context["form"]
    assert form.initial["own_all"] == "y"


def test_what_looks_like_a_double_is_shown_and_may_be_kept(tree, head):
    before = make_activity(tree.east_outlets[0], title="守住钱袋子")

    asked = head.post(LECTURE, sent())
    assert asked.status_code == 422
    assert asked.context["doubles"] == [before]
    assert reverse("outreach:activity", args=[before.pk]) in asked.content.decode()

    head.post(LECTURE, sent(accept_double="on"))
    assert Activity.objects.count() == 2


def test_the_last_one_is_repeated_for_today(tree, head, user):
    person = make_person(tree.east_outlets[0])
    make_activity(
        tree.east_outlets[0],
        title="防诈骗",
        persons=9,
        staff=person,
        recorded_by=user,
        place="社区",
    )

    listed = head.get(reverse("outreach:choose"))
    assert [one.title for one in listed.context["latest"]] == ["防诈骗"]
    start = head.get(f"{LECTURE}?repeat=1").context["form"].initial

    assert start["title"] == "防诈骗"
    assert start["staff"] == person.staff_no
    assert start["day"] == date(2021, 6, 15)
    assert "persons" not in start


def test_one_that_goes_past_midnight_ends_on_the_next_day(tree, head):
    head.post(LECTURE, sent(begins="22:00", ends="01:00"))

    record = Activity.objects.get()
    assert record.ended_at - record.started_at == timedelta(hours=3)


def test_mobile_service_names_its_target(tree, head):
    kind("mobile_service")
    target = make_target(tree.east_outlets[0])
    address = reverse("outreach:create", args=["mobile_service"])
    page = head.get(f"{address}?target={target.pk}")
    assert page.context["form"].initial["target"] == target.pk

    head.post(address, sent(target=target.pk))

    assert Activity.objects.get().target == target


def test_an_activity_is_changed(tree, head):
    record = make_activity(tree.east_outlets[0], title="旧")
    address = reverse("outreach:edit", args=[record.pk])
    assert head.get(address).context["form"].initial["title"] == "旧"

    stale = head.post(address, sent(version="9"))
    assert stale.status_code == 422
    assert "Open the newer version beside this page" in stale.content.decode()
    again = stale.context["form"]["version"].value()  # looked at, and sent once more
    head.post(address, sent(version=again, title="新"))

    record.refresh_from_db()
    assert (record.title, record.version) == ("新", 2)


def test_many_units_are_typed_instead_of_chosen(tree, head, monkeypatch):
    monkeypatch.setattr("hearth.web.outreach.forms.AT_MOST", 0)

    page = head.get(LECTURE).content.decode()

    assert 'list="unit-options"' in page


# --- confirming -----------------------------------------------------------------------------------


def test_the_branch_confirms_those_it_ticks(tree, manager):
    good = make_activity(tree.east_outlets[0], "home_visit")
    bare = make_activity(tree.east_outlets[1])
    make_activity(tree.west_outlets[0], "home_visit")
    address = reverse("outreach:confirm-many")
    page = manager.get(address)
    assert [one.pk for one in page.context["page_obj"]] == [good.pk, bare.pk]

    answer = manager.post(
        address, {"record": [f"{good.pk}:1", f"{bare.pk}:1", "x", "0:1"]}, follow=True
    )

    good.refresh_from_db()
    assert good.state == "confirmed"
    assert said(answer)[0] == "1 activity confirmed."
    assert "evidence" in said(answer)[1]
    assert said(manager.post(address, {}, follow=True)) == ["Tick what you confirm."]


def test_one_is_confirmed_or_sent_back(tree, manager):
    record = make_activity(tree.east_outlets[0])
    address = reverse("outreach:decide", args=[record.pk])

    bare = manager.post(address, {"version": 1, "confirm": 1})
    assert bare.status_code == 422
    assert "without_proof" in bare.context["decision"].errors
    assert manager.post(address, {"confirm": 1}).status_code == 422
    manager.post(address, {"version": 1, "return": 1, "reason": "缺照片"})
    record.refresh_from_db()
    assert record.state == "returned"
    assert "缺照片" in manager.get(reverse("outreach:activity", args=[record.pk])).content.decode()

    manager.post(address, {"version": 1, "confirm": 1, "without_proof": "现场看过"})
    record.refresh_from_db()
    assert record.state == "confirmed"


def test_an_outlet_does_not_decide(tree, head):
    record = make_activity(tree.east_outlets[0])

    assert head.post(reverse("outreach:decide", args=[record.pk])).status_code == 403


def test_who_recorded_it_is_told_to_ask_a_colleague(tree):
    user = make_user("branch_manager", unit=tree.east)
    record = make_activity(tree.east_outlets[0], recorded_by=user)

    page = english(user).get(reverse("outreach:activity", args=[record.pk]))

    assert page.context["is_own"] is True
    assert "Ask a colleague" in page.content.decode()


# --- photos ---------------------------------------------------------------------------------------


def test_photos_are_added_and_taken_away(tree, head):
    record = make_activity(tree.east_outlets[0])
    address = reverse("outreach:photo-add", args=["activity", record.pk])

    added = head.post(address, {"photos": [upload("a.jpg"), upload("b.jpg", b"no")]}, follow=True)
    assert "b.jpg was not kept" in said(added)[0]
    shot = record.photos.get()
    assert said(head.post(address, {}, follow=True)) == [
        "Choose at least one photo of at most 25 MB."
    ]
    removed = reverse("outreach:photo-remove", args=["activity", shot.uuid])
    assert said(head.post(removed, follow=True)) == ["The photo was taken away."]
    assert not record.photos.exists()
    assert head.post(removed).status_code == 404


def test_photos_follow_the_scope_of_their_record(tree, head):
    record = make_activity(tree.west_outlets[0])
    english("outlet_head", unit=tree.west).post(
        reverse("outreach:photo-add", args=["activity", record.pk]), {"photos": [upload()]}
    )
    shot = record.photos.get()

    for name in ("photo", "photo-remove"):
        method = head.get if name == "photo" else head.post
        assert method(reverse(f"outreach:{name}", args=["activity", shot.uuid])).status_code == 404
    assert head.post(reverse("outreach:photo-add", args=["dance", record.pk])).status_code == 404
    staff = english("staff", unit=tree.west)
    address = reverse("outreach:photo-add", args=["activity", record.pk])
    assert staff.post(address, {"photos": [upload()]}).status_code == 403
    removed = reverse("outreach:photo-remove", args=["activity", shot.uuid])
    assert staff.post(removed).status_code == 403


# --- signing in -----------------------------------------------------------------------------------


def test_a_sheet_is_opened_shown_and_closed(tree, head):
    record = make_activity(tree.east_outlets[0])
    address = reverse("outreach:sheet", args=[record.pk])
    assert "Open the sign-in" in head.get(address).content.decode()

    head.post(address, {"version": 1})
    record.refresh_from_db()
    page = head.get(address).content.decode()
    assert record.sheet.token in page
    assert "<svg" in page
    visitor = Client()
    visitor.post(reverse("outreach:here", args=[record.sheet.token]), {"visit": "x"})
    closing = reverse("outreach:sheet-close", args=[record.pk])
    assert said(head.post(closing, {"version": 1, "others": ""}, follow=True)) == [
        "Say how many came without a telephone, or 0."
    ]
    answer = head.post(closing, {"version": 1, "others": "4"}, follow=True)
    assert said(answer) == ["5 persons were counted."]
    again = head.post(closing, {"version": 2, "others": "4"}, follow=True)
    assert said(again) == ["The count was taken over already."]
    assert head.post(address, {"version": 9}).status_code == 422


def test_who_only_reads_opens_no_sheet(tree):
    record = make_activity(tree.east_outlets[0])
    reader = english("staff", unit=tree.east)

    assert reader.get(reverse("outreach:sheet", args=[record.pk])).status_code == 403
    assert reader.post(reverse("outreach:sheet-close", args=[record.pk])).status_code == 403


# --- the overview ---------------------------------------------------------------------------------


def test_the_overview_counts_beside_the_year_before(tree, manager):
    make_activity(tree.east_outlets[0], persons=10)
    make_activity(tree.east_outlets[1], "training", persons=5)
    make_activity(tree.east_outlets[0], on=date(2020, 5, 20), persons=3)
    make_activity(tree.east_outlets[0], on=date(2021, 2, 20))
    make_activity(tree.west_outlets[0])
    make_activity(tree.east_outlets[0], withdrawn_at=timezone.now())

    page = manager.get(OVERVIEW)

    assert page.context["looked"].period.key == "2021Q2"
    now, before = page.context["found"].now, page.context["found"].before
    assert (now.sessions, now.persons) == (2, 15)
    assert (before.sessions, before.persons) == (1, 3)
    assert page.context["found"].waiting == 4
    lines = {line.key: line for _kind, line in page.context["found"].kinds}
    assert (lines["lecture"].now.sessions, lines["lecture"].change) == (1, 0)
    assert [(one.key, one.now.sessions) for one in page.context["found"].places] == [
        ("ES", 0),
        ("E1", 1),
        ("E2", 1),
    ]
    previous = manager.get(f"{OVERVIEW}?against=previous")
    assert previous.context["found"].before.sessions == 1
    year = manager.get(f"{OVERVIEW}?period=2021&kind=lecture&under=E1")
    assert year.context["found"].now.sessions == 2


def test_every_figure_of_the_overview_opens_to_its_rows(tree, manager):
    make_activity(tree.east_outlets[0], persons=10)
    make_activity(tree.east_outlets[0], on=date(2021, 6, 30))
    make_activity(tree.east_outlets[1], "training", persons=5)

    page = manager.get(OVERVIEW)

    query = page.context["rows_query"]
    for kind_, line in page.context["found"].kinds:
        rows = manager.get(f"{ROWS}?{query}&kind={kind_.code}").context["page_obj"]
        assert rows.paginator.count == line.now.sessions
    for line in page.context["found"].places:
        rows = manager.get(f"{ROWS}?{query}&under={line.key}").context["page_obj"]
        assert rows.paginator.count == line.now.sessions
    assert (
        manager.get(f"{ROWS}?since=2021-05-20&until=2021-05-20").context["page_obj"].paginator.count
        == 2
    )


@pytest.mark.parametrize("query", ["period=soon", "kind=dance", "against=never", "period=2999"])
def test_an_address_that_cannot_be_read_shows_what_it_can(tree, manager, query):
    make_activity(tree.east_outlets[0])

    assert manager.get(f"{OVERVIEW}?{query}").status_code == 200


def test_an_empty_overview_says_what_to_do(tree, manager):
    assert "Record the first one" in manager.get(OVERVIEW).content.decode()
    assert "No activities yet" in manager.get(ROWS).content.decode()
    assert "No activity matches" in manager.get(f"{ROWS}?q=x").content.decode()
    assert "Nothing waits" in manager.get(reverse("outreach:confirm-many")).content.decode()


def test_the_overview_tells_how_many_signed_in(tree, manager):
    sheet = make_sheet(make_activity(tree.east_outlets[0]), now=timezone.now())
    sign_in(doer=System(), token=sheet.token, visit="a")

    assert "Signed in by code" in manager.get(OVERVIEW).content.decode()


def test_the_list_is_narrowed_by_state_and_words(tree, manager):
    waiting = make_activity(tree.east_outlets[0], title="甲", place="广场")
    returned = make_activity(tree.east_outlets[0], title="乙", returned_version=1)
    confirmed = make_activity(tree.east_outlets[0], title="丙", confirmed_version=1)

    def found(query):
        return [one.pk for one in manager.get(f"{ROWS}?{query}").context["page_obj"]]

    assert found("state=waiting") == [waiting.pk]
    assert found("state=returned") == [returned.pk]
    assert found("state=confirmed") == [confirmed.pk]
    assert found("q=广场") == [waiting.pk]
    assert found("q=东门") == [confirmed.pk, returned.pk, waiting.pk]
    assert found("until=9999-12-31&since=2021-05-20") == found("")


@pytest.mark.parametrize(
    "address", [OVERVIEW, ROWS, reverse("outreach:confirm-many"), reverse("outreach:choose")]
)
def test_rows_cost_no_queries(tree, address):
    user = make_user("branch_manager", unit=tree.east)
    client = english(user)
    make_activity(tree.east_outlets[0], persons=1)
    one = queries_of(client, address)
    for number in range(24):
        make_activity(
            tree.east_outlets[number % 3],
            persons=1,
            on=DAY + timedelta(days=number),
            recorded_by=user,
        )

    assert queries_of(client, address) == one
