"""Cleaning days as spreadsheets, and who is told of them."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearth.platform.models import Notice
from hearth.premises.models import CleaningDay
from hearth.premises.services.cleaning import DayText, call_off, schedule_day
from tests.factories import Tree, client_as, make_actor, make_tree, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_outreach import make_activity
from tests.factories_standards import make_edition
from tests.web.premises.pages import english

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 20)


@pytest.fixture
def tree() -> Tree:
    """Of the east's outlets one reported, one deviated, one is silent."""
    tree, edition = make_tree(), make_edition()
    make_activity(tree.east_outlets[0], "cleaning_day", on=DAY)
    make_inspection(tree.east_outlets[1], edition, mark("A01"), on=str(DAY), channel="video")
    return tree


@pytest.fixture
def day(tree: Tree) -> CleaningDay:
    return CleaningDay.objects.create(
        unit=tree.province, held_on=DAY, report_by=DAY + timedelta(days=1), theme="=门前"
    )


@pytest.fixture
def manager(tree: Tree) -> Client:
    return english("branch_manager", tree.east)


def rows(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_schedule_leaves_with_what_came_of_it(day: CleaningDay, manager: Client) -> None:
    (found,) = rows(manager.get("/cleaning/export/?format=csv"))

    assert (found["Cleaning day on"], found["Outlets"]) == ("2021-05-20", "3")
    assert (found["deviation found"], found["no report"]) == ("1", "1")
    assert not found["Theme"].startswith("=")
    workbook: Any = manager.get("/cleaning/export/")
    assert workbook.headers["Content-Disposition"].endswith('.xlsx"')
    assert workbook.getvalue()
    assert "/cleaning/export/" in manager.get("/cleaning/").content.decode()


def test_a_day_leaves_by_outlet_as_it_is_filtered(day: CleaningDay, manager: Client) -> None:
    every = rows(manager.get(f"/cleaning/{day.pk}/export/?format=csv"))
    assert [one["Code"] for one in every] == ["E2", "E3", "E1"]
    assert every[0]["Video check"] == "2021-05-20"
    assert every[0]["Findings"] == "1"
    assert every[2]["Report with photos"].startswith("2021-05-20")

    silent = rows(manager.get(f"/cleaning/{day.pk}/export/?format=csv&state=silent"))
    assert [one["Code"] for one in silent] == ["E3"]


def test_who_may_not_export_takes_nothing_along(tree: Tree, day: CleaningDay) -> None:
    staff = client_as("staff", unit=tree.east)

    assert staff.get("/cleaning/export/").status_code == 403
    assert staff.get(f"/cleaning/{day.pk}/export/").status_code == 403
    assert f"/cleaning/{day.pk}/export/" not in staff.get(f"/cleaning/{day.pk}/").content.decode()


def test_more_outlets_take_no_more_queries(tree: Tree, day: CleaningDay, manager: Client) -> None:
    address = f"/cleaning/{day.pk}/export/?format=csv"
    rows(manager.get(address))  # what is asked once is asked
    with CaptureQueriesContext(connection) as few:
        rows(manager.get(address))
    for outlet in tree.east_outlets:
        make_activity(outlet, "cleaning_day", on=DAY)

    with CaptureQueriesContext(connection) as many:
        rows(manager.get(address))
    assert len(many) == len(few)


def test_heads_are_told_of_their_day_and_of_its_end(tree: Tree) -> None:
    head = make_user("outlet_head", unit=tree.east_outlets[0])
    make_user("outlet_head", unit=tree.west_outlets[0])
    make_user("staff", unit=tree.east_outlets[0])
    actor, today = make_actor("branch_manager", unit=tree.east), timezone.localdate()

    one = schedule_day(actor=actor, text=DayText(tree.east, today, today, "门前"))

    notice = Notice.objects.get(kind="cleaning_day.scheduled")
    assert (notice.user_id, notice.url) == (head.pk, f"/cleaning/{one.pk}/")
    page = english(head).get("/notices/").content.decode()
    assert f"A cleaning day is on {today}; report it with photos by {today}. 门前" in page
    call_off(actor=actor, day=one, version=1, reason="大雪")
    assert Notice.objects.get(kind="cleaning_day.called_off").user_id == head.pk
