"""Units of several levels answered at once, and sums kept beside the records, equal the records."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db.models import Avg, Count, F, FloatField, Max, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.figures import engine
from hearth.figures.declared import FIGURES
from hearth.figures.engine import split, values
from hearth.figures.folding import in_parts
from hearth.figures.registry import Question
from hearth.inspections.models import Finding, Inspection
from hearth.inspections.services.review import release, release_many, withdraw
from hearth.network.actors import operator
from hearth.network.models import Unit
from hearth.network.services.units import move_unit
from tests.bulletins.quarters import closed_quarter
from tests.factories import make_actor, make_tree
from tests.factories_inspections import make_inspection, mark
from tests.factories_outreach import make_activity
from tests.factories_standards import make_edition

DAY = date(2021, 9, 30)
LONG, SHORT = date(2021, 1, 1), date(2021, 7, 1)
ADDING_UP = ("inspections", "inspections.video", "checks.mean", "findings", "findings.red")
KEYS = (*ADDING_UP, "coverage", "activities.persons", "below_pass", "features.outlets", "rank")


@pytest.fixture
def tree():
    """Two quarters, an outlet that moved to the other branch between checks, and activities."""
    tree, _closing = closed_quarter(before=True)
    edition, outlet = tree.outlets[0].inspections.first().edition, tree.outlets[0]
    move_unit(operator("x"), outlet, "W", date(2021, 7, 1), version=outlet.version, reason="x")
    make_inspection(outlet, edition, mark("B05"), mark("A01"), on="2021-07-05", channel="mystery")
    make_activity(outlet, persons=7, on=date(2021, 8, 1))
    make_activity(tree.west_outlets[0], persons=5, on=date(2021, 3, 1))
    return tree


def _one_by_one(units, since):
    found: dict = {}
    for unit in units:
        found |= values(KEYS, [unit], DAY, since)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("since", [LONG, SHORT])
@pytest.mark.parametrize("few", [0, 100])
def test_units_of_all_levels_are_what_each_is_alone(tree, monkeypatch, since, few):
    alone = _one_by_one(Unit.objects.all(), since)
    monkeypatch.setattr(engine, "FEW", few)

    assert values(KEYS, Unit.objects.all(), DAY, since) == alone
    assert any(value.records > 1 for value in alone.values())


@pytest.mark.django_db
@pytest.mark.parametrize("levels", [("E", "ES"), ("E", "ES", "W"), ("ES", "W"), ("P", "ES")])
def test_parts_of_the_tree_are_whole(tree, levels):
    """Beside a unit its first unit below: what comes after that one still belongs to the upper."""
    units = Unit.objects.filter(code__in=levels)
    assert len(units) == len(levels)

    for since in (LONG, SHORT):
        assert values(KEYS, units, DAY, since) == _one_by_one(units, since)


@pytest.mark.django_db
def test_an_outlet_that_moved_counts_where_it_lay_and_as_itself(tree, monkeypatch):
    monkeypatch.setattr(engine, "FEW", 0)
    outlet, west = tree.outlets[0], Unit.objects.get(code="W")

    found = values(["inspections"], [tree.province, west, tree.east, outlet], DAY, LONG)

    moved_to, moved = found["inspections", west.pk], found["inspections", outlet.pk]
    assert moved_to.number + found["inspections", tree.east.pk].number == 21
    assert found["inspections", tree.province.pk].number == 21
    assert [moved.number, moved_to.number] == [5, 9]


@pytest.mark.django_db
def test_one_query_answers_for_all_levels(tree, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(engine, "FEW", 0)
    units = list(Unit.objects.all())

    for since in (LONG, SHORT):
        with django_assert_num_queries(2):  # where the units lay, and the checks
            values(["inspections", "checks.mean", "findings"], units, DAY, since)


@pytest.mark.django_db
def test_units_without_a_record_have_none(monkeypatch):
    monkeypatch.setattr(engine, "FEW", 0)
    make_tree()
    units = list(Unit.objects.all())

    found = values(ADDING_UP, units, DAY, LONG)

    assert {found["checks.mean", unit.pk].number for unit in units} == {None}
    assert {found["findings", unit.pk].number for unit in units} == {0}


@pytest.mark.parametrize(
    ("aggregate", "adds_up"),
    [
        (Count("pk"), True),
        (Count("unit_id", distinct=True), False),
        (Max("score_centi"), True),
        (Sum("findings_count"), True),
        (Sum("findings_count", distinct=True), False),
        (Sum(F("findings_count") * 1.5, output_field=FloatField()), False),
        (Avg("score_centi"), True),
        (Avg(F("score_centi") / 3.0, output_field=FloatField()), False),
    ],
)
def test_what_follows_from_parts(aggregate, adds_up):
    assert (in_parts({"v": aggregate}, Inspection) is not None) is adds_up


# --- the sum of findings that every check keeps ---------------------------------------------------

ACTS = ("released", "reviewed", "beside", "no score", "release", "release many", "correct", "undo")


def _act(name, outlet, edition, reviewer):
    """One thing that people do with checks; nothing where there is no check to do it with."""
    marks = (mark("A01"), mark("B05")) if outlet.code.startswith("E") else (mark("A01"),)
    waiting = Inspection.objects.filter(status="reviewed", is_current=True).order_by("pk")
    standing = Inspection.objects.filter(status="released", is_current=True).order_by("pk")
    if name in {"released", "reviewed"}:
        return make_inspection(outlet, edition, *marks, uuid=uuid.uuid4(), status=name)
    if name == "beside":
        return make_inspection(outlet, edition, *marks, uuid=uuid.uuid4(), is_ranked=False)
    if name == "no score":
        made = make_inspection(outlet, edition, *marks, uuid=uuid.uuid4(), status="reviewed")
        return Inspection.objects.filter(pk=made.pk).update(score_centi=None)
    if name == "release many":
        chosen = [(one.uuid, one.version) for one in waiting]
        return release_many(actor=reviewer, chosen=chosen)
    one = (waiting if name == "release" else standing).first()
    if one is None:
        return None
    if name == "release":
        return release(actor=reviewer, uuid=one.uuid, version=one.version)
    if name == "undo":
        return withdraw(actor=reviewer, uuid=one.uuid, version=one.version, reason="重复")
    changed = {"uuid": uuid.uuid4(), "replaces": one, "reason": "看错了"}
    return make_inspection(one.unit, edition, mark("A02"), **changed)


@pytest.fixture
def network(db):
    """The tree, an edition, and who reviews."""
    return make_tree(), make_edition(), make_actor("reviewer")


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4)), min_size=4, max_size=12))
def test_the_findings_kept_are_the_findings_there_are(network, acts):
    tree, edition, reviewer = network
    units, times = [tree.province, tree.east, *tree.outlets], (DAY, LONG)

    for name, outlet in acts:
        _act(name, tree.outlets[outlet], edition, reviewer)

    kept = values(["findings"], units, *times)
    assert {unit.pk: kept["findings", unit.pk].number for unit in units} == {
        unit.pk: FIGURES["findings"].rows(Question.about(unit, *times)).count() for unit in units
    }
    assert all(found.records == found.number for found in kept.values())
    parts = split(["findings"], [tree.province], times, "unit")["findings", tree.province.pk]
    assert sum(found.records for found in parts.values()) == Finding.objects.counted().count()
