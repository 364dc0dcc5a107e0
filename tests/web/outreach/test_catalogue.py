"""The catalogues on pages: seen by everyone of the room, changed by who keeps the programme."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hearth.outreach.models import ActivityKind, FeatureKind
from tests.factories import make_tree
from tests.factories_outreach import feature_kind, kind, make_activity, speciality_kind
from tests.web.outreach.pages import english, queries_of, said

pytestmark = pytest.mark.django_db
LINES = reverse("outreach:catalogue")
ADD = reverse("outreach:catalogue-add", args=["activities"])
EMPTY = {f"type_{n}": "text" for n in range(3)}
NEW = {"version": "0", "code": "open_day", "name": "开放日", "name_en": "Open day"}
NEW |= {"is_active": "on", "evidence": "photo", **EMPTY}
OWN = {"label_0": "主题", "label_en_0": "Main topic", "type_0": "choice"}
OWN |= {"choices_0": "甲/First\nb=乙/Second", "required_0": "on"}


@pytest.fixture
def tree():
    for one in (kind(), feature_kind(), speciality_kind()):
        assert one.is_active
    return make_tree()


@pytest.fixture
def office(tree):
    return english("programme_manager", unit=tree.province)


def line(*args):
    return reverse("outreach:catalogue-line", args=args)


def test_a_kind_with_its_own_field_is_made_and_used(tree, office):
    made = office.post(ADD, NEW | OWN, follow=True)
    assert said(made) == ["Saved: Open day."]
    assert "Main topic" in made.content.decode()
    (own,) = ActivityKind.objects.get(code="open_day").extra_fields
    assert (own["key"], own["required"]) == ("main_topic", True)
    assert own["choices"] == [["first", "甲", "First"], ["b", "乙", "Second"]]

    head = english("outlet_head", unit=tree.east_outlets[0])
    form = head.get(reverse("outreach:create", args=["open_day"])).content.decode()
    assert "own_main_topic" in form
    assert "Second" in form


def test_a_kind_is_shown_as_it_is_and_changed(tree, office):
    office.post(ADD, NEW | OWN)
    page = office.get(line("activities", "open_day"))
    start = page.context["form"].initial
    assert start["choices_0"] == "first=甲/First\nb=乙/Second"
    form = {"version": "1", "name": "开放日活动", "name_en": "Open day", "evidence": "none"}
    kept = {name: value for name, value in start.items() if name.endswith("_0")} | EMPTY | OWN
    done = office.post(line("activities", "open_day"), form | kept | {"type_3": "text"})
    assert done.status_code == 302
    changed = ActivityKind.objects.get(code="open_day")
    assert (changed.name, changed.is_active, changed.evidence) == ("开放日活动", False, "none")
    stale = office.post(line("activities", "open_day"), form | kept)
    assert stale.status_code == 422
    head = english("outlet_head", unit=tree.east_outlets[0])
    assert head.get(reverse("outreach:create", args=["open_day"])).status_code == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "Öffnung"}, "code"),
        ({"code": "lecture"}, "code"),
        ({"name_en": ""}, "name_en"),
        ({"label_0": "😀"}, "label_en_0"),
        ({**OWN, "choices_0": "只有中文"}, "choices_0"),
        ({**OWN, "choices_0": ""}, "choices_0"),
        ({**OWN, "label_en_0": "主题"}, "label_en_0"),
    ],
)
def test_a_fault_is_told_where_it_is(office, more, field):
    page = office.post(ADD, NEW | more)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"label_en_0": "主题"}, "label_en_0", "in Latin letters"),
        ({"label_en_0": "2021"}, "label_en_0", "in Latin letters"),
        ({"choices_0": ""}, "choices_0", "Write what there is to choose from."),
        ({"type_0": "text"}, "choices_0", "Only a field to choose from has choices."),
        ({"choices_0": "甲/First\n乙/First"}, "choices_0", "a code of its own"),
        ({"choices_0": "甲/第一"}, "choices_0", "a code of its own"),
        ({"choices_0": "甲" * 61 + "/First"}, "choices_0", "at most 60"),
        ({"label_1": "另", "label_en_1": "Main topic"}, "label_en_1", "same English name"),
        ({"type_1": "integer"}, "label_1", "in both languages"),
        ({"required_1": "on"}, "label_en_1", "in both languages"),
    ],
)
def test_a_fault_of_an_own_field_is_told_at_its_place(office, more, field, words):
    answer = office.post(ADD, NEW | OWN | more)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not ActivityKind.objects.filter(code="open_day").exists()


def test_a_field_whose_names_are_emptied_goes(office):
    office.post(ADD, NEW | OWN)
    start = office.get(line("activities", "open_day")).context["form"].initial
    sent = NEW | OWN | {"version": "1", "key_0": start["key_0"], "type_3": "text"}
    sent |= {"label_0": "", "label_en_0": "", "choices_0": ""}

    assert office.post(line("activities", "open_day"), sent).status_code == 302
    assert ActivityKind.objects.get(code="open_day").extra_fields == []


def test_a_field_in_use_stays(tree, office):
    office.post(ADD, NEW | OWN)
    make_activity(tree.east_outlets[0], "open_day", details={"main_topic": "b"})
    form = {"version": "1", "name": "开放日", "name_en": "Open day", "evidence": "photo"}
    page = office.post(line("activities", "open_day"), form)
    assert page.status_code == 422
    assert "Records say" in page.content.decode()


def test_offers_are_added(office):
    said_of = {"version": "0", "code": "chess", "name": "棋牌角", "name_en": "Chess corner"}
    for table in ("services", "specialities"):
        address = reverse("outreach:catalogue-add", args=[table])
        assert office.get(address).status_code == 200
        assert office.post(address, said_of | {"is_active": "on"}).status_code == 302
        assert office.get(line(table, "chess")).status_code == 200
    assert not FeatureKind.objects.get(code="chess").is_searched


def test_who_sees_and_who_changes(tree, office):
    head = english("outlet_head", unit=tree.east_outlets[0])
    seen = head.get(LINES)
    assert seen.status_code == 200
    assert ADD not in seen.content.decode()
    assert head.get(ADD).status_code == 403
    assert head.post(line("activities", "lecture"), {}).status_code == 403
    assert office.get(line("nothing", "lecture")).status_code == 404
    assert office.get(line("activities", "nothing")).status_code == 404
    assert office.get(reverse("outreach:catalogue-add", args=["nothing"])).status_code == 404
    part = english("programme_manager", unit=tree.east)
    assert part.post(ADD, NEW).status_code == 403


def test_queries_do_not_grow(office):
    once = queries_of(office, LINES)
    for number in range(24):
        kind(f"extra_{number}", name=f"类型{number}", name_en=f"Kind {number}")
    assert queries_of(office, LINES) == once
