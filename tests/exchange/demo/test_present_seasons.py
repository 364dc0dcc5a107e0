"""The present of the demonstration on days on which less is going on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from hearth.exchange.demo.load import DemoSize
from hearth.network.actors import operator
from hearth.outreach.models import Activity, Trip, Visit
from hearth.premises.models import Proposal, ReadingHour, WorkOrder
from hearth.programme.models import Attendance, Programme, Receipt, Target, TaskShare
from hearth.rectification.models import Rectification
from hearth.workflows.demonstration import load_demonstration

pytestmark = pytest.mark.django_db
SUMMER = date(2026, 7, 15)


def load(today: date) -> None:
    size = DemoSize(outlets=13, quarters=1, video=2)
    load_demonstration(actor=operator("demo"), size=size, report=lambda *_: None, today=today)


# Equal records. What services draw by chance of their own is left out, and keys are not compared.

_TABLES = {
    WorkOrder: ("unit__code", "kind", "opened_on", "done_on", "verified_at", "recorded_at", "note"),
    Visit: ("uuid", "unit__code", "stage", "name", "phone", "starts_at", "moved_at"),
    Activity: ("activity", "unit__code", "started_at", "title", "recorded_at"),
    Trip: ("unit__code", "day", "title", "recorded_at"),
    Rectification: ("unit__code", "criterion__code", "state", "due_on", "fixed_on", "closed_on"),
    TaskShare: ("task__code", "unit__code", "state", "done_on", "verified_at", "note"),
    Receipt: ("document__title", "unit__code", "acknowledged_at"),
    Attendance: ("meeting__title", "person__staff_no", "presence", "signed_at"),
    Target: ("unit__code", "figure", "period", "target_milli"),
    ReadingHour: ("sensor__sensor_no", "hour", "total_first", "total_second"),
}


def told() -> dict[str, list[str]]:
    found = {}
    for table, columns in _TABLES.items():
        rows: Any = table._default_manager
        if table in (WorkOrder, Activity):
            rows = rows.exclude(recorded_by__username__startswith="cli:")
        found[table.__name__] = sorted(map(repr, rows.values_list(*columns)))
    return found


def test_a_summer_is_the_same_again_and_a_person_proposes_the_cold_outlet() -> None:
    with transaction.atomic():
        load(SUMMER)
        first = told()
        transaction.set_rollback(True)

    load(SUMMER)

    assert told() == first
    assert all(first.values())
    proposal = Proposal.objects.get(status="open", sort="entry")
    assert proposal.rule is None
    assert proposal.proposed_by is not None
    assert Target.objects.filter(period="2026Q3").exists()


def test_in_the_first_days_of_a_year_there_is_no_plan_yet() -> None:
    load(date(2027, 1, 3))

    assert not Programme.objects.filter(year=2027).exists()
    assert Visit.objects.filter(stage="on_site").exists()  # though it is a Sunday
