"""Targets: set, changed, scored on a sheet, carried on to the end of the period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.kernel.periods import Period
from hearth.platform.models import AuditEvent
from hearth.programme.domain.scoring import Scale, Step
from hearth.programme.models import Programme, Target
from hearth.programme.queries.targets import (
    as_of_in,
    missing_rule,
    outlooks,
    periods_with_targets,
    sheets,
    targets_of,
)
from hearth.programme.services.targets import (
    TargetText,
    change_target,
    set_targets,
    withdraw_target,
)
from hearth.programme.wording import arithmetic, scale_text, total_arithmetic
from tests.factories import make_actor, make_tree
from tests.factories_inspections import make_inspection
from tests.factories_programme import make_plan, make_target
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
Q2 = Period.parse("2021Q2")
END = Q2.last_day


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


TEXT = TargetText("outlets", "2021Q2", Scale("linear", 10_000, 0))


# --- setting --------------------------------------------------------------------------------------


def test_every_unit_gets_the_target(office, tree):
    made = set_targets(actor=office, text=TEXT, units=[tree.east, tree.west, tree.east])

    assert {t.unit.code for t in made} == {"E", "W"}
    assert AuditEvent.objects.get(action="target.set").data["units"] == 2


def test_a_target_that_stands_is_replaced_only_when_asked(office, tree):
    set_targets(actor=office, text=TEXT, units=[tree.east])
    other = replace(TEXT, scale=Scale("pass_fail", 5_000))

    with pytest.raises(RuleViolation) as refusal:
        set_targets(actor=office, text=other, units=[tree.east, tree.west])
    assert refusal.value.facts["faults"][0][0] == "replace"
    set_targets(actor=office, text=other, units=[tree.east, tree.west], replace=True)

    rows = Target.objects.order_by("unit__path").values_list(
        "rule", "target_milli", "floor_milli", "version"
    )
    assert list(rows) == [("pass_fail", 5_000, None, 2), ("pass_fail", 5_000, None, 1)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"figure": "nothing"}, "figure"),
        ({"period": "2021Q5"}, "period"),
        ({"weight_centi": 0}, "weight"),
        ({"scale": Scale("linear", 10_000, 20_000)}, "floor"),
        ({"scale": Scale("linear", 10**16, 0)}, "target"),
        ({"scale": Scale("stepped", 1)}, "steps"),
    ],
)
def test_a_target_with_a_fault_is_refused(office, tree, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        set_targets(actor=office, text=replace(TEXT, **changes), units=[tree.east])

    assert field in [f for f, _sentence in refusal.value.facts["faults"]]


def test_no_unit_is_a_fault(office):
    with pytest.raises(RuleViolation):
        set_targets(actor=office, text=TEXT, units=[])


def test_only_the_office_sets_targets(tree):
    branch = make_actor("branch_manager", unit=tree.east)
    target = make_target(tree.east)

    with pytest.raises(NotAllowed):
        set_targets(actor=branch, text=TEXT, units=[tree.east])
    with pytest.raises(NotAllowed):
        change_target(actor=branch, target_id=target.pk, version=1, text=TEXT)
    with pytest.raises(NotAllowed):
        withdraw_target(actor=branch, target_id=target.pk, version=1, reason="x")


def test_a_target_is_changed_and_withdrawn(office, tree):
    target = make_target(tree.east)
    make_target(tree.east, figure="inspections")

    with pytest.raises(StaleWrite):
        change_target(actor=office, target_id=target.pk, version=4, text=TEXT)
    clash = replace(TEXT, figure="inspections")
    with pytest.raises(RuleViolation):  # the unit has one for that figure
        change_target(actor=office, target_id=target.pk, version=1, text=clash)
    steps = (Step(5_000, 10_000), Step(2_000, 3_000))
    stepped = replace(TEXT, scale=Scale("stepped", 5_000, steps=steps), weight_centi=250)
    saved = change_target(actor=office, target_id=target.pk, version=1, text=stepped)
    assert saved.steps == [[5_000, 10_000], [2_000, 3_000]]
    withdraw_target(actor=office, target_id=target.pk, version=2, reason="口径调整")

    with pytest.raises(RuleViolation):
        change_target(actor=office, target_id=target.pk, version=3, text=TEXT)
    assert [t.figure for t in targets_of(office, "2021Q2")] == ["inspections"]


# --- the sheet ------------------------------------------------------------------------------------


def test_a_sheet_scores_each_target_and_writes_it_out(office, tree):
    make_target(tree.east, target_milli=4_000)  # three outlets of four
    make_target(tree.east, figure="inspections", rule="pass_fail", target_milli=1_000)

    (sheet,) = sheets(targets_of(office, "2021Q2"), Q2, END)

    lines = {line.target.figure: line for line in sheet.lines}
    assert (lines["outlets"].value_milli, lines["outlets"].points_centi) == (3_000, 7_500)
    assert (lines["inspections"].value_milli, lines["inspections"].points_centi) == (0, 0)
    assert sheet.total.centi == 3_750
    one = lines["outlets"]
    said = arithmetic(one.figure, one.scale, one.value_milli, one.points_centi)
    assert said == "100 × (3 − 0) ÷ (4 − 0) = 75"
    assert "75 ÷ 2 = 37.50" in total_arithmetic(sheet.total, "left_out")


def test_the_same_records_targets_and_day_give_the_same_sheet(office, tree):
    make_target(tree.east, target_milli=4_000)
    once = sheets(targets_of(office, "2021Q2"), Q2, END)

    assert sheets(targets_of(office, "2021Q2"), Q2, END) == once


@pytest.mark.parametrize(("rule", "centi"), [("left_out", 7_500), ("zero", 3_750)])
def test_a_missing_value_does_what_the_plan_says(office, tree, rule, centi):
    make_plan(missing=rule)
    make_target(tree.east, target_milli=4_000)
    make_target(tree.east, figure="checks.mean", target_milli=90_000, floor_milli=80_000)

    (sheet,) = sheets(targets_of(office, "2021Q2"), Q2, END)

    assert missing_rule(Q2) == rule
    assert (sheet.total.centi, sheet.total.missing) == (centi, 1)
    assert "1" in total_arithmetic(sheet.total, rule)


def test_a_figure_that_is_no_more_has_no_value(office, tree):
    make_target(tree.east, figure="gone")

    (sheet,) = sheets(targets_of(office, "2021Q2"), Q2, END)

    assert sheet.total.centi is None
    assert sheet.lines[0].figure is None


def test_units_share_a_place_and_those_without_a_total_come_last(office, tree):
    for unit, target in ((tree.east, 3_000), (tree.west, 2_000), (tree.province, 10_000)):
        make_target(unit, target_milli=target)
    make_target(tree.east_outlets[0], figure="checks.mean")

    found = sheets(targets_of(office, "2021Q2"), Q2, END)

    assert [(s.unit.code, s.rank) for s in found] == [("E", 1), ("W", 1), ("P", 3), ("E1", None)]


def test_a_unit_that_is_compared_with_none_has_no_place(office, tree):
    """A branch sees itself alone: first of one would read as first of all."""
    make_target(tree.east, target_milli=3_000)
    make_target(tree.west, figure="checks.mean")

    found = sheets(targets_of(office, "2021Q2"), Q2, END)

    assert [(s.unit.code, s.rank) for s in found] == [("E", None), ("W", None)]


def test_more_units_and_figures_ask_no_more(office, tree):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            sheets(targets_of(office, "2021Q2"), Q2, END)
        return len(queries)

    make_target(tree.east)
    few = asked()
    make_target(tree.west)
    make_target(tree.west, period="2021Q1")

    assert asked() == few


def test_a_sheet_speaks_of_a_day_within_its_period():
    assert as_of_in(Q2, date(2021, 5, 3)) == date(2021, 5, 3)
    assert as_of_in(Q2, date(2026, 1, 1)) == date(2021, 6, 30)
    assert as_of_in(Q2, date(2020, 1, 1)) == date(2021, 4, 1)


def test_periods_are_listed_the_latest_first(office, tree):
    for period in ("2021-06", "2020", "2021Q2"):
        make_target(tree.east, period=period)

    assert periods_with_targets(office) == ["2021-06", "2021Q2", "2020"]


# --- forecast -------------------------------------------------------------------------------------


def verdicts(office, on):
    (sheet,) = sheets(targets_of(office, "2021Q2"), Q2, on)
    return {
        one.line.target.figure: (one.forecast.verdict, one.forecast.reason)
        for one in outlooks(sheet)
    }


def test_a_count_is_carried_on_at_its_pace(office, tree):
    edition = make_edition()
    for number in range(12):
        day = date(2021, 4, 2 + 2 * number)
        make_inspection(tree.east_outlets[0], edition, on=day.isoformat())
    make_target(tree.east, figure="inspections", target_milli=15_000)
    make_target(tree.east, figure="findings", target_milli=1_000)
    make_target(tree.east, figure="coverage", target_milli=90_000)
    make_target(tree.east, figure="score", target_milli=90_000)
    make_target(tree.east, figure="outlets", target_milli=3_000)

    found = verdicts(office, date(2021, 4, 26))

    assert found["inspections"] == ("on_course", "")
    assert found["findings"] == ("too_few", "too_small")
    assert found["coverage"][0] in {"off_course", "unlikely"}
    assert found["score"] == ("too_few", "no_value")
    assert found["outlets"] == ("on_course", "")


def test_when_the_period_is_over_it_is_reached_or_missed(office, tree):
    make_target(tree.east, target_milli=3_000)
    make_target(tree.east, figure="inspections", target_milli=1_000)

    assert verdicts(office, END) == {
        "outlets": ("reached", ""),
        "inspections": ("missed", ""),
    }


def test_a_stepped_target_aims_at_its_best_step(office, tree):
    steps = [[3_000, 10_000], [1_000, 2_000]]
    make_target(tree.east, rule="stepped", target_milli=1_000, steps=steps)

    assert verdicts(office, END)["outlets"][0] == "reached"


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "value", "points", "said"),
    [
        (Scale("linear", 90_000, 60_000), 75_000, 5_000, "100 × (75 − 60) ÷ (90 − 60) = 50"),
        (Scale("linear", 2_000, -1_000), 2_000, 10_000, "100 × (2 − (-1)) ÷ (2 − (-1)) = 100"),
        (Scale("pass_fail", 90_000), 89_000, 0, "89 < 90 → 0"),
        (Scale("pass_fail", 90_000), 90_000, 10_000, "90 ≥ 90 → 100"),
        (Scale("pass_fail", 2_000, is_lower_better=True), 3_000, 0, "3 > 2 → 0"),
        (Scale("pass_fail", 2_000, is_lower_better=True), 1_000, 10_000, "1 ≤ 2 → 100"),
    ],
)
def test_arithmetic_is_written_out(scale, value, points, said):
    assert arithmetic(None, scale, value, points) == said


def test_a_scale_is_said_in_one_line():
    steps = (Step(70_000, 3_000), Step(90_000, 10_000))
    assert "≥ 90 → 100, ≥ 70 → 30" in scale_text(None, Scale("stepped", 90_000, steps=steps))
    assert "≤ 5" in scale_text(None, Scale("pass_fail", 5_000, is_lower_better=True))


def test_programmes_choose_their_rule_for_missing_values():
    make_plan(2020, missing="zero")

    assert missing_rule(Period.parse("2020Q1")) == "zero"
    assert missing_rule(Q2) == "left_out"
    assert Programme.objects.count() == 1
