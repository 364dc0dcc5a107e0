"""Every register in and out as a spreadsheet."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest

from hearth.exchange.kinds import EXPORTS, KINDS
from hearth.ledgers.registers import REGISTERS
from hearth.network.actors import operator
from hearth.network.scope import Actor
from hearth.outreach.models import Activity
from hearth.platform.spreadsheets import template, write_csv
from tests.factories import make_tree

pytestmark = pytest.mark.django_db

HEAD = "activity,kind,unit,started_at,ended_at,persons\n"


@pytest.fixture(autouse=True)
def _tree():
    make_tree()


def brought(text: str, actor: Actor | None = None, **options):
    source = ("activities.csv", io.BytesIO(text.encode()))
    return KINDS["activities"].run(actor or operator("x"), [source], **options)


def test_every_kind_of_the_formats_is_there():
    wanted = {
        "units", "people", "standard", "inspections", "adjustments", "external_ranks", "signs",
        "work_orders", "facilities", "readings", "watchlist", "activities", "features",
        "specialities", "stations", "awards", "questions", "sittings", "attempts", "entries",
    }  # fmt: skip
    assert wanted <= set(KINDS)
    assert set(REGISTERS) <= set(EXPORTS)


@pytest.mark.parametrize("kind", sorted(REGISTERS))
def test_every_register_has_its_template(kind):
    assert template(*KINDS[kind].specs())


def test_rows_come_in_and_go_out_the_same():
    text = HEAD + "L1,lecture,E1,2021-05-18 14:00,,\nT1,training,W1,2021-05-19 09:00,,30\n"

    report = brought(text)

    assert report.ok, report.to_text()
    assert (report.created, report.unchanged) == (2, 0)
    assert brought(text).unchanged == 2
    (table,) = EXPORTS["activities"].tables(operator("x"), {})
    out = io.BytesIO()
    from django.utils import timezone

    write_csv(out, table, zone=timezone.get_default_timezone(), labels=False)
    again = KINDS["activities"].run(operator("x"), [("activities.csv", io.BytesIO(out.getvalue()))])
    assert (again.ok, again.unchanged) == (True, 2)


def test_a_row_with_a_cell_that_cannot_be_read_is_held_against_the_network_too():
    report = brought(HEAD + "A1,party,NOPE,gestern,,\nA2,lecture,E1,gestern,,\n")

    assert [(error.row, error.column) for error in report.errors] == [
        (2, "started_at"),
        (3, "started_at"),
        (2, "kind"),
        (2, "unit"),
    ]


def test_progress_is_told_while_reading_checking_and_writing():
    rows = "".join(f"P{n},lecture,E1,2021-05-18 14:00,,\n" for n in range(2_500))
    told: list[tuple[int, int]] = []

    report = brought(HEAD + rows, progress=lambda done, total: told.append((done, total)))

    assert report.created == 2_500
    counts = [done for done, _total in told]
    falls = sum(later < earlier for earlier, later in pairwise(counts))
    assert falls == 2
    assert told[-1] == (2_500, 2_500)


def test_fifty_faults_are_all_reported_and_nothing_is_written():
    rows = []
    for number in range(300):
        unit = "NOPE" if number % 10 == 0 else "E1"  # 30 unknown units
        kind = "training" if number % 20 == 5 else "lecture"  # 15 that do not say how many came
        start = "gestern" if number % 60 == 7 else "2021-05-18 14:00"  # 5 that are no time
        rows.append(f"A{number},{kind},{unit},{start},,\n")

    report = brought(HEAD + "".join(rows))

    assert not report.ok
    assert len(report.errors) == 50
    places = [(error.column, error.row) for error in report.errors]
    assert {column for column, _row in places} == {"unit", "persons", "started_at"}
    assert sum(column == "unit" for column, _row in places) == 30
    assert not Activity.objects.exists()


def test_an_unknown_column_and_a_missing_one_are_named():
    report = brought("activity,kind,unit,colour\nL1,lecture,E1,red\n")

    assert not report.ok
    assert {error.column for error in report.errors} == {"colour", "started_at"}
    assert not Activity.objects.exists()
