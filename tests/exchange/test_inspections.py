"""Inspections in as two sheets: every fault named, all or nothing, twice the same."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from hearth.exchange.inspections import read_and_score
from hearth.exchange.kinds import KINDS
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.network.services.units import move_unit
from hearth.platform.models import AuditEvent
from hearth.platform.spreadsheets import UnreadableFile
from hearth.rectification.models import Rectification
from hearth.standards.models import Standard
from tests.factories import make_actor, make_tree, make_user
from tests.factories_standards import edition_content, make_edition

pytestmark = pytest.mark.django_db

HEADS = "inspection,channel,unit,standard,edition,inspected_at,inspector,ranked,unlisted\n"
MARKS = "inspection,criterion,verdict,value,note\n"
GOOD_HEADS = (
    "I1,video,E1,SERVICE,2021,2021-05-20T10:00,wang,,\n"
    "I2,mystery,E2,SERVICE,2021,2021-05-21 09:30,李检查,n,\n"
    "I3,onsite,W1,SERVICE,2021,2021-05-22T23:30:00Z,,y,not_observable\n"
)
GOOD_MARKS = (
    "I1,A01,not_met,,灯箱不亮\n"
    "I1,A02,not_met,2,垃圾\n"
    "I1,A02,not_met,,烟头\n"
    "I1,B01,not_met,C,\n"
    "I1,A03,met,,\n"
    "I3,B02,not_met,17.5,\n"
    "I3,A01,met,,\n"
)


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


@pytest.fixture(autouse=True)
def edition(tree):
    return make_edition()


def sent(heads=GOOD_HEADS, marks=GOOD_MARKS):
    return [
        ("inspections.csv", io.BytesIO((HEADS + heads).encode())),
        ("marks.csv", io.BytesIO((MARKS + marks).encode())),
    ]


def run(heads=GOOD_HEADS, marks=GOOD_MARKS, *, actor=None, dry_run=False, **options):
    return KINDS["inspections"].run(
        actor or operator("x"), sent(heads, marks), dry_run=dry_run, options=options
    )


def counts(report):
    return (report.created, report.updated, report.unchanged, report.skipped)


def places(report):
    return {(e.sheet.removesuffix(".csv"), e.row, e.column) for e in report.errors}


def stored(reference):
    return Inspection.objects.get(reference=reference, is_current=True)


# --- what comes in -------------------------------------------------------------------------------


def test_a_standard_of_its_own_counts_in_no_ranking_whatever_the_file_says():
    Standard.objects.filter(code="SERVICE").update(is_ranked=False)
    assert run().ok
    assert not Inspection.objects.filter(is_ranked=True).exists()

    Standard.objects.filter(code="SERVICE").update(is_ranked=True)
    ranked = Inspection.objects.get(reference="I1", is_current=True)
    Inspection.objects.filter(pk=ranked.pk).update(is_ranked=True)
    Standard.objects.filter(code="SERVICE").update(is_ranked=False)
    assert counts(run()) == (0, 0, 3, 0)  # what is there stays as it counted


def test_a_row_that_says_it_counts_by_a_standard_that_does_not_is_noted_with_its_cell():
    assert not run().warnings

    Standard.objects.filter(code="SERVICE").update(is_ranked=False)
    translation.activate("en")
    report = run(
        "I4,video,E1,SERVICE,2021,2021-05-20 10:00,,y,\n"
        "I5,video,E1,SERVICE,2021,2021-05-20 10:00,,,\n"
        "I6,video,E1,SERVICE,2021,2021-05-20 10:00,,n,\n",
        "",
    )

    assert report.ok
    [note] = report.warnings
    assert (note.row, note.cell, note.column, note.value) == (2, "H2", "ranked", "y")
    assert "page of the standard" in note.reason
    assert [stored(name).is_ranked for name in ("I4", "I5", "I6")] == [False] * 3


def test_rows_become_released_checks():
    wang = make_user("inspector", username="wang")

    report = run()

    assert report.ok, report.to_text()
    assert (report.read, *counts(report)) == (10, 3, 0, 0, 0)
    first, second, third = stored("I1"), stored("I2"), stored("I3")
    assert (first.status, first.is_ranked, first.score_centi) == ("released", True, 7800)
    assert (first.inspector_id, first.inspector_name) == (wang.pk, "")
    assert first.inspected_at == datetime(2021, 5, 20, 2, tzinfo=UTC)
    assert (second.inspector_id, second.inspector_name) == (None, "李检查")
    assert (second.is_ranked, second.score_centi) == (False, 10_000)
    assert third.inspected_on == date(2021, 5, 23)  # 07:30 in the network's zone
    assert (third.possible_milli, third.earned_milli) == (4000, 3000)  # A01 and B02 alone
    assert first.unit_path == Unit.objects.get(code="E1").path
    found = Finding.objects.filter(inspection=first).select_related("criterion")
    assert {f.criterion.code: (f.value, f.note) for f in found} == {
        "A01": ("", "灯箱不亮"),
        "A02": ("3", "垃圾; 烟头"),
        "B01": ("C", ""),
    }
    assert Inspection.objects.counted().count() == 2
    assert AuditEvent.objects.get(action="inspections.imported").data["count"] == 3


def test_the_same_file_again_changes_nothing():
    run()
    before = list(Inspection.objects.order_by("pk").values())
    events = AuditEvent.objects.count()

    report = run()

    assert counts(report) == (0, 0, 3, 0)
    assert list(Inspection.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_an_account_made_later_for_an_inspector_changes_nothing():
    run()
    make_user("inspector", username="李检查")

    assert counts(run()) == (0, 0, 3, 0)


OTHER = {
    "marks": (GOOD_HEADS, GOOD_MARKS.replace("I1,B01,not_met,C,\n", "")),
    "note": (GOOD_HEADS, GOOD_MARKS.replace("灯箱不亮", "灯箱不全亮")),
    "channel": (GOOD_HEADS.replace("I1,video", "I1,mystery"), GOOD_MARKS),
    "time": (GOOD_HEADS.replace("10:00", "10:01"), GOOD_MARKS),
    "unit": (GOOD_HEADS.replace("E1", "W2"), GOOD_MARKS),
    "ranked": (GOOD_HEADS.replace("wang,,", "wang,n,"), GOOD_MARKS),
    "inspector": (GOOD_HEADS.replace("wang", "zhao"), GOOD_MARKS),
}


@pytest.mark.parametrize("what", OTHER)
def test_other_content_under_a_known_id_is_its_next_revision(what):
    run()
    old = stored("I1")

    report = run(*OTHER[what])

    assert counts(report) == (0, 1, 2, 0), report.to_text()
    new = stored("I1")
    old.refresh_from_db()
    assert (new.revision, new.replaces_id, bool(new.reason)) == (2, old.pk, True)
    assert (old.is_current, old.revision) == (False, 1)
    assert not Finding.objects.counted().filter(inspection=old).exists()
    assert Finding.objects.counted().filter(inspection=new).count() == (
        0 if what == "ranked" else new.findings_count
    )
    assert counts(run(*OTHER[what])) == (0, 0, 3, 0)
    assert counts(run()) == (0, 1, 2, 0)
    assert stored("I1").revision == 3


def test_what_was_withdrawn_stays_withdrawn_until_it_says_something_else():
    run()
    Inspection.objects.filter(reference="I1").update(status="withdrawn")

    assert counts(run()) == (0, 0, 3, 0)
    assert stored("I1").status == "withdrawn"
    assert counts(run(*OTHER["marks"])) == (0, 1, 2, 0)
    assert stored("I1").status == "released"


def test_they_may_come_in_for_review():
    report = run(**{"as": "submitted"})

    assert report.ok
    assert set(Inspection.objects.values_list("status", flat=True)) == {"submitted"}
    assert not Finding.objects.counted().exists()


@pytest.mark.parametrize(
    ("options", "opened"),
    [({}, 0), ({"rectify": True}, 4), ({"rectify": True, "as": "submitted"}, 0)],
)
def test_their_findings_are_put_right_only_when_asked_for_and_released(options, opened):
    run(**options)
    assert Rectification.objects.count() == opened
    run(**options)
    assert Rectification.objects.count() == opened


def test_they_come_in_as_nothing_else():
    with pytest.raises(RuleViolation):
        run(**{"as": "withdrawn"})
    assert not Inspection.objects.exists()


def test_a_dry_run_counts_and_writes_nothing():
    report = run(dry_run=True)

    assert report.dry_run
    assert counts(report) == (3, 0, 0, 0)
    assert not Inspection.objects.exists()
    run()
    assert counts(run(*OTHER["marks"], dry_run=True)) == (0, 1, 2, 0)
    assert stored("I1").revision == 1


def test_rows_that_repeat_are_skipped():
    assert counts(run(GOOD_HEADS + GOOD_HEADS.splitlines()[0] + "\n")) == (3, 0, 0, 1)


def test_a_check_lies_where_the_outlet_lay_that_day(tree):
    outlet = tree.east_outlets[0]
    old = outlet.path
    move_unit(operator("x"), outlet, "W", date(2021, 5, 21), version=outlet.version, reason="x")

    run(GOOD_HEADS + "I4,video,E1,SERVICE,2021,2021-05-21T00:00,,,\n")

    assert stored("I1").unit_path == old
    assert stored("I4").unit_path.startswith(tree.west.path)


def test_only_who_may_import_imports_and_only_within_reach(tree):
    with pytest.raises(NotAllowed):
        run(actor=make_actor("reviewer"))
    east = make_actor("programme_manager", unit=tree.east)

    report = run(actor=east)

    assert places(report) == {("inspections", 4, "unit")}
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("role", ["outlet_head", "branch_manager"])
def test_outlets_import_their_ledgers_and_no_checks_of_themselves(tree, role):
    unit = {"outlet_head": tree.east_outlets[0], "branch_manager": tree.east}[role]
    actor = make_actor(role, unit=unit)

    assert actor.can("exchange.import")
    with pytest.raises(NotAllowed):
        run(actor=actor)
    assert not Inspection.objects.exists()


def test_nobody_imports_checks_of_their_own_unit(tree):
    head = make_actor("outlet_head", unit=tree.east_outlets[0])
    office = make_actor("programme_manager", unit=tree.province)

    report = run(actor=replace(office, grants=(*office.grants, *head.grants)))

    assert {(e.column, e.value) for e in report.errors} == {("unit", "E1")}
    assert not Inspection.objects.exists()


def test_an_id_of_another_branch_is_not_taken_over(tree):
    run()
    east = make_actor("programme_manager", unit=tree.east)

    report = run("I3,onsite,E1,SERVICE,2021,2021-05-22T10:00,,,\n", "", actor=east)

    assert [(e.column, e.value) for e in report.errors] == [("inspection", "I3")]
    assert stored("I3").unit.code == "W1"
    assert Inspection.objects.count() == 3


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",video,E1,SERVICE,2021,2021-05-20,,,", "inspection"),
        ("X" * 81 + ",video,E1,SERVICE,2021,2021-05-20,,,", "inspection"),
        ("I1,video,E2,SERVICE,2021,2021-05-20,,,", "inspection"),
        ("I9,radio,E1,SERVICE,2021,2021-05-20,,,", "channel"),
        ("I9,,E1,SERVICE,2021,2021-05-20,,,", "channel"),
        ("I9,video,E9,SERVICE,2021,2021-05-20,,,", "unit"),
        ("I9,video,E,SERVICE,2021,2021-05-20,,,", "unit"),
        ("I9,video,,SERVICE,2021,2021-05-20,,,", "unit"),
        ("I9,video,E1,OTHER,2021,2021-05-20,,,", "edition"),
        ("I9,video,E1,SERVICE,1999,2021-05-20,,,", "edition"),
        ("I9,video,E1,SERVICE,draft,2021-05-20,,,", "edition"),
        ("I9,video,E1,SERVICE,2021,2021-02-30,,,", "inspected_at"),
        ("I9,video,E1,SERVICE,2021,,,,", "inspected_at"),
        ("I9,video,E1,SERVICE,2021,2099-01-01,,,", "inspected_at"),
        ("I9,video,E1,SERVICE,2021,2021-05-20," + "长" * 81 + ",,", "inspector"),
        ("I9,video,E1,SERVICE,2021,2021-05-20,,maybe,", "ranked"),
        ("I9,video,E1,SERVICE,2021,2021-05-20,,,not_met", "unlisted"),
    ],
)
def test_each_bad_cell_of_a_head_is_named(row, column):
    make_edition(edition_content(edition="draft"), publish=False)

    report = run(GOOD_HEADS + row + "\n")

    assert places(report) == {("inspections", 5, column)}, report.to_text()
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",A01,met,,", "inspection"),
        ("I9,A01,met,,", "inspection"),
        ("I2,,met,,", "criterion"),
        ("I2,Z01,not_met,,", "criterion"),
        ("I3,B04,not_met,,", "criterion"),  # not asked on site
        ("I2,B06,not_met,,", "criterion"),  # not asked of this kind of outlet
        ("I1,A01,not_met,,", "criterion"),  # judged already
        ("I2,A01,,,", "verdict"),
        ("I2,A01,perhaps,,", "verdict"),
        ("I2,A01,not_met,1,", "value"),
        ("I2,A01,not_applicable,1,", "value"),
        ("I2,A02,not_met,1.5,", "value"),
        ("I2,A02,not_met,0,", "value"),
        ("I2,A03,not_met,4,", "value"),
        ("I2,B01,not_met,D,", "value"),
        ("I2,B02,not_met,warm,", "value"),
        ("I2,A02,not_met," + "9" * 41 + ",", "value"),
        ("I2,A01,not_met,," + "长" * 1001, "note"),
    ],
)
def test_each_bad_cell_of_a_mark_is_named(row, column):
    report = run(GOOD_HEADS, GOOD_MARKS + row + "\n")

    assert places(report) == {("marks", 9, column)}, report.to_text()
    assert all(error.reason for error in report.errors)
    assert not Inspection.objects.exists()


BAD_HEADS = [
    ("H{n},radio,E1,SERVICE,2021,2021-05-20,,,", "channel"),
    ("H{n},video,X{n},SERVICE,2021,2021-05-20,,,", "unit"),
    ("H{n},video,E1,SERVICE,X{n},2021-05-20,,,", "edition"),
    ("H{n},video,E1,SERVICE,2021,2021-13-{n},,,", "inspected_at"),
    ("H{n},video,E1,SERVICE,2021,2098-05-20,,,", "inspected_at"),
]
BAD_MARKS = [
    ("Q{n},A01,not_met,,", "inspection"),
    ("G{n},Z{n},not_met,,", "criterion"),
    ("G{n},A01,maybe{n},,", "verdict"),
    ("G{n},A03,not_met,9{n},", "value"),
    ("G{n},B02,not_met,w{n},", "value"),
]


def test_fifty_faults_in_both_sheets_are_reported_at_once():
    heads, marks, expected = "", "", set()
    for n in range(25):
        heads += f"G{n},video,E1,SERVICE,2021,2021-05-20,,,\n"
    for n in range(25):
        row, column = BAD_HEADS[n % 5]
        heads += row.format(n=n) + "\n"
        expected.add(("inspections", 27 + n, column))
        marks += f"H{n},A01,not_met,,\n"  # sound; the inspection above is to be mended
    for n in range(25):
        row, column = BAD_MARKS[n % 5]
        marks += row.format(n=n) + "\n"
        expected.add(("marks", 27 + n, column))

    report = run(heads, marks)

    assert places(report) == expected
    assert len(report.errors) == 50
    assert not Inspection.objects.exists()
    assert not AuditEvent.objects.filter(action="inspections.imported").exists()


def test_a_missing_column_is_named_without_blaming_every_mark():
    heads = "channel,unit,standard,edition,inspected_at\nvideo,E1,SERVICE,2021,2021-05-20\n"
    sources = [
        ("inspections.csv", io.BytesIO(heads.encode())),
        ("marks.csv", io.BytesIO((MARKS + GOOD_MARKS).encode())),
    ]

    report = KINDS["inspections"].run(operator("x"), sources)

    assert [e.column for e in report.errors] == ["inspection"]


def test_one_sheet_is_not_enough():
    with pytest.raises(UnreadableFile):
        KINDS["inspections"].run(operator("x"), sent()[:1])


def test_scoring_alone_stores_nothing():
    pairs, report = read_and_score(operator("x"), sent())

    assert report.ok
    assert [(s.reference, o.score_centi) for s, o in pairs] == [
        ("I1", 7800),
        ("I2", 10_000),
        ("I3", 7500),
    ]
    assert not Inspection.objects.exists()


def test_all_that_is_wrong_with_a_row_is_told_in_one_run():
    heads = (
        "I1,smoke,X9,SERVICE,1999,noon,,,\n"  # beside two bad cells: unit and edition
        "I2,video,E,SERVICE,2021,2999-01-01 10:00,,maybe,\n"  # no outlet, and not yet
        "I3,video,E1,SERVICE,2021,noon,,,\n"  # its marks can be judged all the same
        "I3,video,X9,SERVICE,2021,2021-05-20 10:00,,,\n"  # the same id, and an unknown unit
    )
    marks = (
        "I1,NONE,not_met,,\n"  # nobody knows by which edition
        "I3,NONE,not_met,,\n"
        "I3,A01,perhaps,,\n"
        "I3,NOWHERE,perhaps,,\n"
        "I9,A01,perhaps,,\n"
    )
    report = run(heads, marks)

    assert places(report) == {
        ("inspections", 2, "channel"),
        ("inspections", 2, "unit"),
        ("inspections", 2, "edition"),
        ("inspections", 2, "inspected_at"),
        ("inspections", 3, "unit"),
        ("inspections", 3, "inspected_at"),
        ("inspections", 3, "ranked"),
        ("inspections", 4, "inspected_at"),
        ("inspections", 5, "inspection"),
        ("inspections", 5, "unit"),
        ("marks", 3, "criterion"),
        ("marks", 4, "verdict"),
        ("marks", 5, "criterion"),
        ("marks", 5, "verdict"),
        ("marks", 6, "inspection"),
        ("marks", 6, "verdict"),
    }
    assert len(report.errors) == len(places(report))
    assert not Inspection.objects.exists()
