"""One of many: a list where there are few, a text with suggestions where there are many."""

from __future__ import annotations

import pytest
from django import forms
from django.urls import reverse

from hearth.network.models import Unit
from hearth.web import picking
from hearth.web.outreach.forms import TARGETS
from tests.factories import make_tree, make_user
from tests.factories_outreach import kind, make_target, make_vehicle
from tests.web.outreach.pages import english, queries_of

pytestmark = pytest.mark.django_db
PLAN = reverse("outreach:trip-create")
OUTLETS = picking.Source("network:unit-options")


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def many(monkeypatch):
    """Already two are too many for a list."""
    monkeypatch.setattr(picking, "AT_MOST", 1)


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def field(rows):
    return picking.PickField(rows, OUTLETS, label="Outlet")


def test_few_stay_a_list_and_many_are_typed(tree, monkeypatch):
    rows = Unit.objects.outlets()
    listed = forms.ModelChoiceField(Unit.objects.none(), label="Outlet", required=False)

    assert picking.picked(listed, rows, OUTLETS) is listed
    monkeypatch.setattr(picking, "AT_MOST", rows.count() - 1)
    typed = picking.picked(listed, rows, OUTLETS)

    assert isinstance(typed, picking.PickField)
    assert (typed.label, typed.required) == ("Outlet", False)


def test_a_code_or_a_whole_name_finds_the_record(tree):
    outlet = tree.east_outlets[0]
    typed = field(Unit.objects.outlets())

    assert typed.clean(outlet.code) == typed.clean(f" {outlet.name} ") == outlet
    assert typed.prepare_value(outlet) == typed.prepare_value(outlet.pk) == outlet.code
    assert typed.prepare_value("x") == "x"


@pytest.mark.parametrize(
    ("typed", "code"), [("没有", "unknown"), ("", "required"), ("W1", "unknown")]
)
def test_what_cannot_be_chosen_is_refused(tree, typed, code):
    with pytest.raises(forms.ValidationError) as refusal:
        field(Unit.objects.outlets().under(tree.east.path)).clean(typed)

    assert refusal.value.code == code


def test_namesakes_are_told_apart_by_their_codes(tree):
    Unit.objects.outlets().update(name="新城支行")

    with pytest.raises(forms.ValidationError) as refusal:
        field(Unit.objects.outlets().order_by("code")).clean("新城支行")

    assert refusal.value.code == "several"
    assert refusal.value.params["codes"] == "E1, E2, E3 …"


def test_a_trip_is_planned_by_typing(tree, manager, many):
    one, two = make_target(tree.east, name="机械厂"), make_target(tree.east, name="中心小学")
    make_target(tree.west, name="别处")
    page = manager.get(f"{PLAN}?target={one.pk}").content.decode()
    assert f'value="{one.target}"' in page
    assert f'hx-get="{reverse("outreach:pick", args=["target"])}"' in page
    assert "中心小学" not in page

    sent = {"unit": "E", "title": "下乡", "day": "2199-01-01"}
    done = manager.post(PLAN, sent | {"target_1": "中心小学", "target_2": one.target}, follow=True)
    refused = manager.post(PLAN, sent | {"target_1": "别处"})

    assert [stop.target for stop in done.context["stops"]] == [two, one]
    assert refused.status_code == 422
    assert "Nothing that you may choose is called “别处”" in refused.content.decode()
    assert 'value="别处"' in refused.content.decode()


def test_a_trip_is_changed_by_typing_and_begins_with_its_stops(tree, manager, many):
    one, two = make_target(tree.east), make_target(tree.east)
    sent = {"unit": "E", "title": "下乡", "day": "2199-01-01"}
    made = manager.post(PLAN, sent | {"target_1": one.target, "target_2": two.target})
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])

    page = manager.get(reverse("outreach:trip-edit", args=[pk]))

    form = page.context["form"]
    assert [form[f"target_{n}"].value() for n in (1, 2, 3)] == [one.target, two.target, ""]


def test_suggestions_lie_in_the_part_of_whoever_types(tree, manager):
    target = make_target(tree.east, name="东河机械厂", township="河湾镇")
    make_target(tree.west, name="西河机械厂")
    vehicle = make_vehicle(tree.east, name="流动服务车")

    def options(what, text):
        address = reverse("outreach:pick", args=[what])
        return manager.get(address, {"target_3": text}).content.decode()

    assert f'<option value="{target.target}">' in options("target", "机械 河湾")
    assert "西河" not in options("target", "机械")
    assert f'<option value="{vehicle.vehicle}">' in options("vehicle", "服务车")
    assert "<option" not in options("target", "") + options("peer", "不存在")
    assert manager.get(reverse("outreach:pick", args=["secrets"])).status_code == 404


def test_suggestions_cost_the_same_for_one_and_for_many(tree, manager):
    make_target(tree.east, name="机械厂")
    address = reverse("outreach:pick", args=["target"]) + "?q=机械"
    once = queries_of(manager, address)
    for _n in range(24):
        make_target(tree.east, name="机械厂")

    assert queries_of(manager, address) == once


def test_the_record_of_a_visit_and_a_request_take_what_is_typed(tree, manager, many):
    kind("mobile_service")
    targets = [make_target(tree.east) for _n in range(2)]
    entry = manager.get(reverse("outreach:create", args=["mobile_service"])).content.decode()
    asked = manager.get(reverse("visits:create")).content.decode()

    assert f">{targets[0].name}" not in entry
    assert 'id="id_target-options"' in entry
    assert 'list="id_unit-options"' in asked
    assert f'hx-get="{reverse("network:unit-options")}"' in asked


def test_inspectors_are_suggested_to_who_gives_checks(tree, many):
    for name in ("甲检查", "乙检查"):
        make_user("inspector", unit=tree.province, name=name)
    planner = english("programme_manager", unit=tree.province)

    page = planner.get(reverse("inspections:assignments")).content.decode()
    found = planner.get(reverse("inspections:inspector-options"), {"assignee": "甲"})

    assert 'id="id_assignee-options"' in page
    assert found.content.decode().count("<option") == 1
    assert TARGETS.code == "target"
