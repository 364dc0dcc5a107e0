"""What all forms of the house share: classes, empty choices, days that can be reckoned with."""

from __future__ import annotations

import pytest
from django import forms
from django.urls import reverse

from hearth.network.models import Unit
from hearth.web.forms import HearthForm
from tests.factories import client_as, make_tree


class Sample(HearthForm):
    on = forms.DateField(required=False)
    kinds = forms.MultipleChoiceField(
        choices=[("a", "轻型网点"), ("b", "综合网点")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), required=False)


@pytest.mark.django_db
def test_each_tick_of_several_stands_in_a_line_with_its_words():
    shown = " ".join(str(Sample()["kinds"].as_field_group()).split())
    boxes = (
        '<input type="checkbox" name="kinds" value="{}" class="form-check-input" id="id_kinds_{}">'
    )
    for place, (value, label) in enumerate([("a", "轻型网点"), ("b", "综合网点")]):
        box = boxes.format(value, place)
        assert f'{box}<span class="form-check-label">{label}</span></label>' in shown
    assert '<div id="id_kinds"' not in shown


@pytest.mark.django_db
def test_an_empty_choice_is_a_dash():
    assert "—" in str(Sample()["unit"])
    assert "---" not in str(Sample()["unit"])


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        ("1900-01-01", True),
        ("2199-12-31", True),
        ("1899-12-31", False),
        ("2200-01-01", False),
        ("9999-12-31", False),
        ("0001-01-01", False),
    ],
)
def test_a_day_lies_in_our_times(day, is_taken):
    form = Sample({"on": day})
    form.fields.pop("unit")
    assert form.is_valid() is is_taken


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "2199-12-31", "9999-12-31"])
@pytest.mark.parametrize(
    "name",
    [
        "learning:coverage",
        "honours:awards",
        "facilities:overview",
        "facilities:rows",
        "outreach:features",
        "outreach:stations",
        "outreach:overview",
        "premises:campaign",
        "premises:maintenance",
        "rectification:closure",
        "temperatures:overview",
        "programme:performance",
        "network:unit-tree",
        "figures:explorer",
        "reports:compose",
        "ledgers:list",
    ],
)
def test_a_day_far_off_breaks_no_page(name, day):
    make_tree()
    args = ["signs"] if name == "ledgers:list" else []
    asked = dict.fromkeys(("on", "since", "until", "as_of", "before"), day)
    assert client_as("programme_manager").get(reverse(name, args=args), asked).status_code in (
        200,
        422,
    )
