"""The sheet of adjustments: planted faults, all or nothing, twice the same."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils import translation

from hearth.exchange.kinds import KINDS
from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent
from hearth.scoring.models import Adjustment
from hearth.scoring.services.adjustments import withdraw_adjustment
from hearth.scoring.services.adjustments_decided import decide_adjustment
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db
HEAD = "unit,period,kind,points,reason,evidence,decided_on\n"
GOOD = (
    HEAD
    + "E1,2021Q2,bonus,1.5,锦旗,通报6号,2021-06-01\n"
    + "E2,2021q2,deduction,2,投诉属实,,2021-06-02\n"
    + "W1,2021Q2,veto,,重大案件,,2021-06-03\n"
)


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


def run(text, *, actor=None, dry_run=False):
    sent = [("adjustments.csv", io.BytesIO(text.encode()))]
    return KINDS["adjustments"].run(actor or operator("x"), sent, dry_run=dry_run)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped)


def test_rows_become_adjustments():
    report = run(GOOD)

    assert report.ok, report.to_text()
    assert counts(report) == (3, 3, 0, 0, 0)
    rows = Adjustment.objects.order_by("unit__code")
    assert [(r.unit.code, r.period, r.kind, r.points_centi) for r in rows] == [
        ("E1", "2021Q2", "bonus", 150),
        ("E2", "2021Q2", "deduction", 200),
        ("W1", "2021Q2", "veto", 0),
    ]
    assert (rows[0].reason, rows[0].evidence, rows[0].decided_on) == (
        "锦旗",
        "通报6号",
        date(2021, 6, 1),
    )


def test_what_the_operator_imports_counts_and_what_a_person_imports_waits():
    """``hearth close`` after ``hearth import adjustments`` counts them: scripts rely on it."""
    office = make_actor("programme_manager")
    with translation.override("en"):
        report = run(GOOD, actor=office)

    assert Adjustment.objects.waiting().count() == 3
    assert not Adjustment.objects.counted().exists()
    assert [warning.reason for warning in report.warnings] == [
        "3 adjustments are proposed. They count once another person has approved them."
    ]

    again = run(GOOD)  # the same file, by the operator

    assert counts(again) == (3, 0, 3, 0, 0)
    assert not list(again.warnings)
    assert Adjustment.objects.counted().count() == Adjustment.objects.count() == 3
    told = AuditEvent.objects.filter(action="adjustment.approved")
    assert [event.data["at_once"] for event in told] == [True] * 3
    assert counts(run(GOOD)) == (3, 0, 0, 3, 0)
    assert counts(run(GOOD, actor=office)) == (3, 0, 0, 3, 0)


def test_what_was_rejected_may_come_again():
    first, second = make_actor("programme_manager"), make_actor("programme_manager")
    run(GOOD, actor=first)
    row = Adjustment.objects.get(unit__code="E1")
    decide_adjustment(actor=second, adjustment_id=row.pk, version=1, approve=False, note="x")

    assert counts(run(GOOD, actor=first)) == (3, 1, 0, 2, 0)


def test_a_dry_run_of_the_operator_tells_what_it_would_approve():
    run(GOOD, actor=make_actor("programme_manager"))

    assert counts(run(GOOD, dry_run=True)) == (3, 0, 3, 0, 0)
    assert not Adjustment.objects.counted().exists()


def test_a_second_time_adds_nothing():
    run(GOOD)

    assert counts(run(GOOD)) == (3, 0, 0, 3, 0)
    assert Adjustment.objects.count() == 3


def test_what_was_withdrawn_may_come_again():
    run(GOOD)
    row = Adjustment.objects.get(unit__code="E1")
    withdraw_adjustment(actor=operator("x"), adjustment_id=row.pk, reason="x")

    assert counts(run(GOOD)) == (3, 1, 0, 2, 0)


def test_a_repeated_row_is_skipped_and_counted():
    assert counts(run(GOOD + "E1,2021Q2,bonus,1.50,锦旗,通报6号,2021-06-01\n")) == (4, 3, 0, 0, 1)


def test_a_dry_run_writes_nothing():
    report = run(GOOD, dry_run=True)

    assert report.dry_run
    assert counts(report) == (3, 3, 0, 0, 0)
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("X9,2021Q2,bonus,1,a,,2021-06-01", "unit"),
        ("E,2021Q2,bonus,1,a,,2021-06-01", "unit"),
        (",2021Q2,bonus,1,a,,2021-06-01", "unit"),
        ("E1,2021Q5,bonus,1,a,,2021-06-01", "period"),
        ("E1,2021Q2,gift,1,a,,2021-06-01", "kind"),
        ("E1,2021Q2,bonus,,a,,2021-06-01", "points"),
        ("E1,2021Q2,bonus,0,a,,2021-06-01", "points"),
        ("E1,2021Q2,bonus,101,a,,2021-06-01", "points"),
        ("E1,2021Q2,bonus,1.005,a,,2021-06-01", "points"),
        ("E1,2021Q2,veto,1,a,,2021-06-01", "points"),
        ("E1,2021Q2,bonus,1,,,2021-06-01", "reason"),
        ("E1,2021Q2,bonus,1," + "长" * 401 + ",,2021-06-01", "reason"),
        ("E1,2021Q2,bonus,1,a,,soon", "decided_on"),
    ],
)
def test_each_bad_cell_is_named_and_nothing_is_written(row, column):
    report = run(GOOD + row + "\n")

    assert [(e.row, e.column) for e in report.errors] == [(5, column)]
    assert report.errors[0].reason
    assert not Adjustment.objects.exists()


def test_the_same_decision_with_other_points_is_an_error():
    report = run(GOOD + "E1,2021Q2,bonus,2,锦旗,通报6号,2021-06-01\n")

    assert not report.ok
    assert not Adjustment.objects.exists()


def test_only_within_reach(tree):
    east = make_actor("programme_manager", unit=tree.east)

    report = run(GOOD, actor=east)

    assert [(e.row, e.column) for e in report.errors] == [(4, "unit")]
    with pytest.raises(NotAllowed):
        run(GOOD, actor=make_actor("branch_manager"))


def test_a_row_with_a_cell_that_cannot_be_read_is_held_against_the_network_too():
    rows = [
        "NOPE,2021Q5,bonus,1,锦旗,,2021-06-01",  # an unknown unit beside no period
        "E,2021Q2,veto,1,重大案件,,2021-02-30",  # no outlet and points of a veto beside no day
        "NOPE,2021Q2,gift,,锦旗,,2021-06-01",  # without a kind nobody knows about the points
        "E1,2021Q2,bonus,,锦旗,,soon",
    ]
    report = run(HEAD + "\n".join(rows))

    assert sorted((error.row, error.column) for error in report.errors) == [
        (2, "period"),
        (2, "unit"),
        (3, "decided_on"),
        (3, "points"),
        (3, "unit"),
        (4, "kind"),
        (4, "unit"),
        (5, "decided_on"),
        (5, "points"),
    ]
    assert not Adjustment.objects.exists()


def test_a_missing_column_is_told_once_and_hides_nothing_else():
    report = run("unit,period,points,reason,decided_on\nNOPE,2021Q2,1,锦旗,2021-06-01\n")
    assert [(e.row, e.column) for e in report.errors] == [(1, "kind"), (2, "unit")]
