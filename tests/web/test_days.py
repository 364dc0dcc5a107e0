"""A slip of the year in an address or a form is told, and breaks no page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hearth.web.outreach.more_forms import DayChoice
from tests.factories import client_as, make_tree

pytestmark = pytest.mark.django_db
PAGES = (
    ("temperatures:overview", "on"),
    ("facilities:overview", "on"),
    ("honours:awards", "on"),
    ("premises:campaign", "on"),
    ("premises:maintenance", "on"),
    ("outreach:features", "on"),
    ("learning:coverage", "on"),
    ("outreach:rows", "until"),
    ("figures:explorer", "as_of"),
    ("reports:compose", "as_of"),
)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_out_of_reach_breaks_no_page(day):
    office = client_as("programme_manager", unit=make_tree().province)
    said = {name: office.get(f"{reverse(name)}?{field}={day}").status_code for name, field in PAGES}
    assert set(said.values()) <= {200, 422}, said


@pytest.mark.parametrize(
    ("day", "fits"),
    [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)],
)
def test_the_field_says_which_days_there_are(day, fits):
    assert DayChoice({"on": day}).is_valid() is fits
