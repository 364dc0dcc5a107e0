"""The ledgers of this room take what the exchange formats say, and refuse the rest."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.ledgers.services import apply_rows
from hearth.outreach.models import (
    Activity,
    ActivityKind,
    Feature,
    FeatureKind,
    HomeVisitCapability,
    PeerOutlet,
    ServiceTarget,
    Station,
)
from hearth.outreach.registers import (
    ACTIVITIES,
    CAPABILITIES,
    FEATURES,
    PEERS,
    SPECIALITIES,
    STATIONS,
    TARGETS,
    VEHICLES,
)
from tests.factories import make_actor, make_person, make_tree
from tests.factories_inspections import noon
from tests.factories_outreach import (
    DAY,
    feature_kind,
    kind,
    make_activity,
    row_of,
    speciality_kind,
)

pytestmark = pytest.mark.django_db
SINCE = date(2021, 3, 1)


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def manager(tree):
    return make_actor("branch_manager", unit=tree.east)


def columns(register):
    return [one.name + ("*" if one.column.required else "") for one in register.fields]


def test_columns_are_those_of_the_exchange_formats():
    assert columns(ACTIVITIES) == [
        "activity*",
        "kind*",
        "unit*",
        "started_at*",
        "ended_at",
        "title",
        "audience",
        "persons",
        "place",
        "staff",
        "note",
    ]
    assert columns(FEATURES) == ["unit*", "feature*", "since*", "until"]
    assert columns(SPECIALITIES) == ["unit*", "speciality*", "since*", "until"]
    assert columns(STATIONS) == ["unit*", "since*", "until", "services"]


def test_an_empty_system_knows_its_catalogues():
    codes = set(ActivityKind.objects.values_list("code", flat=True))
    if not codes:
        pytest.skip("a test with real transactions emptied the tables before")
    assert codes >= {
        "home_visit",
        "lecture",
        "customer_event",
        "mobile_service",
        "customer_experience",
        "staff_experience",
        "training",
        "morning_meeting",
        "cleaning_day",
    }
    assert FeatureKind.objects.count() >= 20


def test_activities_come_in(tree, manager):
    kind("training")
    person = make_person(tree.east_outlets[0])
    rows = [
        row_of(
            ACTIVITIES,
            activity="T-1",
            kind="training",
            unit="E1",
            started_at=noon(DAY),
            persons=30,
            staff=person.staff_no,
        )
    ]

    outcome = apply_rows(actor=manager, register=ACTIVITIES, rows=rows)

    assert (outcome.created, outcome.problems) == (1, [])
    stored = Activity.objects.get()
    assert (stored.persons, stored.staff, stored.state) == (30, person, "recorded")
    again = apply_rows(actor=manager, register=ACTIVITIES, rows=rows)
    assert (again.created, again.unchanged) == (0, 1)


def test_a_change_by_import_undoes_the_confirmation(tree, manager):
    record = make_activity(tree.east_outlets[0], confirmed_version=1)
    row = row_of(
        ACTIVITIES,
        activity=record.activity,
        kind="lecture",
        unit="E1",
        started_at=record.started_at,
        title=record.title,
    )
    assert apply_rows(actor=manager, register=ACTIVITIES, rows=[row]).unchanged == 1
    record.refresh_from_db()
    assert record.state == "confirmed"

    row.title = "新题"
    assert apply_rows(actor=manager, register=ACTIVITIES, rows=[row]).updated == 1
    record.refresh_from_db()
    assert record.state == "recorded"


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"kind": "training"}, "persons"),
        ({"kind": "dance"}, "kind"),
        ({"unit": "W1"}, "unit"),
        ({"staff": "S-none"}, "staff"),
        ({"ended_at": noon(date(2021, 5, 19))}, "ended_at"),
    ],
)
def test_bad_activities_are_refused(tree, manager, fields, column):
    kind("training")
    kind("lecture")
    start = {"activity": "A", "kind": "lecture", "unit": "E1", "started_at": noon(DAY)}
    rows = [row_of(ACTIVITIES, **start | fields)]

    outcome = apply_rows(actor=manager, register=ACTIVITIES, rows=rows)

    assert [problem.column for problem in outcome.problems] == [column]
    assert not Activity.objects.exists()


def test_offers_belong_to_outlets_and_end_after_they_begin(tree, manager):
    feature_kind()
    good = row_of(FEATURES, unit="E1", feature="nursing_room", since=SINCE)
    wrong = row_of(FEATURES, unit="E", feature="nursing_room", since=SINCE, until=SINCE)

    outcome = apply_rows(actor=manager, register=FEATURES, rows=[good, wrong])

    assert [problem.column for problem in outcome.problems] == ["until", "unit"]
    assert apply_rows(actor=manager, register=FEATURES, rows=[good]).created == 1
    assert str(Feature.objects.get()) == "东门支行 · 母婴室"


def test_the_other_ledgers_come_in(tree, manager):
    speciality_kind()
    person = make_person(tree.east_outlets[0])
    for register, fields in (
        (SPECIALITIES, {"unit": "E1", "speciality": "rural"}),
        (STATIONS, {"unit": "E1", "services": ("饮水", "充电")}),
        (CAPABILITIES, {"unit": "E1", "staff": person.staff_no, "device": "PAD-1"}),
        (TARGETS, {"unit": "E", "target": "T", "name": "村", "group": "remote", "every_days": 60}),
        (VEHICLES, {"unit": "E", "vehicle": "V", "name": "车", "kind": "vehicle"}),
        (PEERS, {"unit": "E", "peer": "P", "bank": "他行", "name": "同业"}),
    ):
        row = row_of(register, since=SINCE, **fields)
        outcome = apply_rows(actor=manager, register=register, rows=[row])
        assert (outcome.created, outcome.problems) == (1, []), register.kind
        (record,) = register.model.objects.visible_to(manager.scope)
        assert register.label(record)
        assert register.cells(record)[0]

    assert Station.objects.get().services == ["饮水", "充电"]
    assert HomeVisitCapability.objects.held_on(SINCE).get().staff == person
    assert ServiceTarget.objects.get().every_days == 60
    assert str(PeerOutlet.objects.get()) == "他行 同业"


def test_a_target_has_both_coordinates_or_none(tree, manager):
    row = row_of(
        TARGETS,
        unit="E",
        target="T",
        name="村",
        group="remote",
        since=SINCE,
        longitude=121.0,
        every_days=90,
    )

    outcome = apply_rows(actor=manager, register=TARGETS, rows=[row])

    assert [problem.column for problem in outcome.problems] == ["longitude"]
