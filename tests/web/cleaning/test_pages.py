"""Cleaning days on their pages: reports, video checks and what is put right, side by side."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hearth.figures.engine import values
from hearth.inspections.models import Inspection
from hearth.premises.models import CleaningDay
from hearth.rectification.models import Rectification
from hearth.standards.models import Edition
from hearth.workflows.release import release_inspection
from tests.factories import Tree, make_actor, make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_outreach import make_activity
from tests.factories_standards import edition_content, make_edition
from tests.web.premises.pages import english, queries

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 20)
PAGE = "/cleaning/"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def edition(tree: Tree) -> Edition:
    return make_edition()


@pytest.fixture
def manager(tree: Tree) -> Client:
    return english("branch_manager", tree.east)


def make_day(tree: Tree, edition: Edition | None = None, **fields: Any) -> CleaningDay:
    said = {"unit": tree.province, "held_on": DAY, "report_by": DAY + timedelta(days=1)}
    standard = edition.standard if edition else None
    return CleaningDay.objects.create(**(said | {"standard": standard} | fields))


def states(client: Client, day: CleaningDay) -> dict[str, str]:
    page = client.get(f"{PAGE}{day.pk}/")
    assert page.status_code == 200
    return {row.unit.code: row.state for row, _name, _open in page.context["rows"]}


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def test_reports_and_checks_stand_side_by_side(
    tree: Tree, edition: Edition, manager: Client
) -> None:
    day = make_day(tree, edition)
    one, two, three = tree.east_outlets
    make_activity(one, "cleaning_day", on=DAY)
    make_inspection(one, edition, on="2021-05-27")
    make_activity(two, "cleaning_day", on=DAY + timedelta(days=1))
    make_activity(three, "lecture", on=DAY)
    assert states(manager, day) == {"E1": "held", "E2": "reported", "E3": "silent"}
    page = text(manager.get(PAGE))
    assert "1 of 3 outlets have not reported, 0 deviated." in page


@pytest.mark.parametrize(
    "fields",
    [
        {"on": "2021-05-19"},  # before the day
        {"on": "2021-05-28"},  # too late to say anything
        {"channel": "onsite"},
        {"status": Inspection.Status.SUBMITTED},
    ],
)
def test_other_checks_verify_nothing(
    tree: Tree, edition: Edition, manager: Client, fields: dict[str, Any]
) -> None:
    day = make_day(tree, edition)
    make_inspection(tree.east_outlets[0], edition, **({"on": "2021-05-21"} | fields))
    assert states(manager, day)["E1"] == "silent"


def test_a_check_by_another_standard_verifies_only_a_day_without_one(
    tree: Tree, edition: Edition, manager: Client
) -> None:
    other = make_edition(edition_content(standard="6S"))
    make_inspection(tree.east_outlets[0], other, on="2021-05-21")
    assert states(manager, make_day(tree, edition))["E1"] == "silent"
    assert states(manager, make_day(tree, held_on=DAY + timedelta(days=1)))["E1"] == "held"


def test_deviations_become_rectifications(tree: Tree, edition: Edition, manager: Client) -> None:
    day = make_day(tree, edition)
    wrong = mark("A01")
    reviewed = Inspection.Status.REVIEWED
    check = make_inspection(tree.east_outlets[0], edition, wrong, on="2021-05-21", status=reviewed)
    office = make_actor("programme_manager", unit=tree.province)
    release_inspection(actor=office, uuid=check.uuid, version=check.version)
    assert Rectification.objects.filter(inspection=check).count() == 1
    page = manager.get(f"{PAGE}{day.pk}/", {"state": "deviation"})
    ((row, _name, unsettled),) = page.context["rows"]
    assert (row.unit.code, row.check, unsettled) == ("E1", check, 1)
    assert "/rectification/?under=E1" in text(page)


def test_the_6s_score_is_that_of_the_days_standard(tree: Tree, edition: Edition) -> None:
    make_inspection(tree.east_outlets[0], edition, on="2021-05-21")
    asked = (["cleaning.six_s"], [tree.east], date(2021, 5, 31), date(2021, 5, 1))
    assert values(*asked)["cleaning.six_s", tree.east.pk].number is None
    make_day(tree, edition)
    found = values(*asked)["cleaning.six_s", tree.east.pk]
    assert found.number == Decimal(100)
    assert found.records == 1


def test_the_score_is_drawn_by_month(tree: Tree, edition: Edition, manager: Client) -> None:
    make_day(tree, edition)
    today = timezone.localdate()
    make_inspection(tree.east_outlets[0], edition, on=today)
    assert "6S score by month" not in text(manager.get(PAGE))
    make_inspection(tree.east_outlets[0], edition, on=today.replace(day=1) - timedelta(days=3))
    page = text(manager.get(PAGE))
    assert "6S score by month" in page
    assert "/figures/cleaning.six_s/?unit=E" in page


def test_pages_ask_the_same_number_of_queries(
    tree: Tree, edition: Edition, manager: Client
) -> None:
    day = make_day(tree, edition)
    make_activity(tree.east_outlets[0], "cleaning_day", on=DAY)
    make_inspection(tree.east_outlets[0], edition, on="2021-05-21")
    few = [queries(manager, page) for page in (PAGE, f"{PAGE}{day.pk}/")]
    for number in range(1, 9):
        make_day(tree, edition, held_on=DAY - timedelta(days=number))
        for outlet in tree.east_outlets:
            make_activity(outlet, "cleaning_day", on=DAY)
            make_inspection(outlet, edition, on="2021-05-22")
    assert [queries(manager, page) for page in (PAGE, f"{PAGE}{day.pk}/")] == few


# --- the schedule ---------------------------------------------------------------------------------


def test_a_day_is_scheduled_and_called_off(tree: Tree, edition: Edition, manager: Client) -> None:
    assert "No cleaning day yet" in text(manager.get(PAGE))
    today = timezone.localdate()
    said = {"unit": "E", "held_on": today, "report_by": today, "standard": edition.standard.pk}
    page = text(manager.post(f"{PAGE}new/", said, follow=True))
    assert "Scheduled." in page
    assert "/inspections/assignments/" not in page  # a branch assigns nobody
    assert "/outreach/activities/new/cleaning_day/?unit=E1" in page
    refused = manager.post(f"{PAGE}new/", said)
    assert refused.status_code == 422
    assert "has a cleaning day on this day already" in text(refused)
    day = CleaningDay.objects.get()
    address = f"{PAGE}{day.pk}/call-off/"
    assert manager.get(address).status_code == 200
    assert manager.post(address, {"version": 1}).status_code == 422
    assert manager.post(address, {"version": 9, "reason": "大雪"}).status_code == 422
    page = text(manager.post(address, {"version": 1, "reason": "大雪"}, follow=True))
    assert "大雪" in page


def test_the_office_is_led_to_assigning_a_look(tree: Tree, edition: Edition) -> None:
    today = timezone.localdate()
    day = make_day(tree, edition, held_on=today, report_by=today)
    office = english("programme_manager", tree.province)
    page = text(office.get(f"{PAGE}{day.pk}/"))
    last = today + timedelta(days=7)
    address = f"/inspections/assignments/?unit=E1&amp;channel=video&amp;due_on={last}"
    address += f"&amp;standard={edition.standard.code}"
    assert address in page
    form = office.get(address.replace("&amp;", "&")).context["form"]
    assert form.initial["edition"] == edition
    assert form.initial["unit"] == "E1"


def test_days_elsewhere_do_not_exist(tree: Tree, manager: Client) -> None:
    day = make_day(tree, unit=tree.west)
    assert manager.get(f"{PAGE}{day.pk}/").status_code == 404
    above = make_day(tree)
    assert manager.get(f"{PAGE}{above.pk}/").status_code == 200
    assert manager.post(f"{PAGE}{above.pk}/call-off/", {"version": 1}).status_code == 403
