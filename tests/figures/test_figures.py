"""Every declared figure equals what its own rows say, for every unit and day."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from hearth.figures.declared import FIGURES
from hearth.figures.engine import ask, values
from hearth.figures.registry import Figure, Question, Source, Value, When, declare, written
from hearth.figures.tracing import layout_of, trace
from hearth.ledgers.registers import REGISTERS
from hearth.network.actors import operator
from hearth.network.models import Post, Unit
from hearth.network.services.units import close_unit, move_unit
from tests.bulletins.quarters import closed_quarter
from tests.factories_inspections import make_inspection, mark
from tests.worlds import once_a_module

pytestmark = pytest.mark.django_db

LAST_DAY = date(2021, 6, 30)
COUNTS = (
    "outlets",
    "inspections",
    "inspections.video",
    "inspections.mystery",
    "inspections.onsite",
    "findings",
    "findings.red",
)
COVERAGES = ("coverage", "coverage.video", "coverage.mystery", "coverage.onsite")
OF_RESULT = ("score", "rank", "rank_change", "below_pass")


def _after_two_quarters():
    """2021Q1 and Q2 closed; after that one visit and one red line in Q3, both of the east."""
    tree, _closing = closed_quarter(before=True)
    edition = tree.outlets[0].inspections.first().edition
    make_inspection(tree.outlets[0], edition, mark("B05"), on="2021-07-05", channel="mystery")
    make_inspection(tree.outlets[1], edition, on="2021-07-06", channel="onsite", status="reviewed")
    return tree


made = once_a_module(_after_two_quarters)


@pytest.fixture
def tree(made):
    return deepcopy(made)


def about(code, as_of=LAST_DAY, since=None):
    return Question.about(Unit.objects.get(code=code), as_of, since)


def value(key, question):
    ((_figure, found),) = ask([key], question)
    return found


def opened(key, question):
    """The rows behind a figure as dictionaries."""
    columns, rows = trace(FIGURES[key], question)
    return [dict(zip(columns, row, strict=True)) for row in rows]


# --- the registry -------------------------------------------------------------------------------


def test_every_figure_is_here():
    assert {*COUNTS, *COVERAGES, *OF_RESULT, "checks.mean"} <= set(FIGURES)
    assert all(figure.key == key for key, figure in FIGURES.items())
    assert all(str(figure.name) for figure in FIGURES.values())


def test_a_key_is_declared_once():
    known = len(FIGURES)

    with pytest.raises(ValueError, match="outlets"):
        declare(FIGURES["outlets"])
    assert len(FIGURES) == known


def test_asking_answers_in_the_order_of_the_keys(tree):
    asked = ask(["findings", "outlets"], about("P"))

    assert [figure.key for figure, _value in asked] == ["findings", "outlets"]
    assert [found.number for _figure, found in asked] == [11, 5]
    with pytest.raises(KeyError):
        ask(["profit"], about("P"))


def test_a_span_that_nobody_gave_begins_with_the_quarter_or_the_year():
    day = date(2021, 5, 20)

    assert When.at(day) == When(day, date(2021, 4, 1))
    assert When.at(day, begins="year") == When(day, date(2021, 1, 1))
    assert When.at(day, date(2020, 2, 2), "year") == When(day, date(2020, 2, 2))
    assert When.at(day).until == date(2021, 5, 21)


def test_a_unit_is_asked_where_it_lay(tree):
    assert about("E", date(2021, 5, 20)).path == tree.east.path


@pytest.mark.parametrize(
    ("measure", "number", "text"),
    [
        ("count", Decimal(1234), "1234"),
        ("score", Decimal("94.375"), "94.38"),
        ("share", Decimal("33.3333"), "33.3%"),
        ("rank", Decimal(3), "3"),
        ("change", Decimal(4), "+4"),
        ("change", Decimal(-4), "-4"),
        ("change", Decimal(0), "+0"),
        ("score", None, ""),
    ],
)
def test_a_value_is_written_by_its_measure(measure, number, text):
    shown = Figure("x", "X", measure, False, False, Source(lambda when: None))

    assert written(shown, Value(number, 1)) == text


# --- value and rows -------------------------------------------------------------------------------

QUESTIONS = [
    ("P", LAST_DAY, None),
    ("E", LAST_DAY, None),
    ("W", LAST_DAY, None),
    ("ES", LAST_DAY, None),
    ("E1", LAST_DAY, None),
    ("P", date(2021, 3, 31), None),
    ("P", date(2021, 7, 31), None),
    ("E", date(2021, 7, 31), date(2021, 1, 1)),
    ("W", date(2020, 12, 31), None),
]


@pytest.mark.parametrize(("code", "as_of", "since"), QUESTIONS)
@pytest.mark.parametrize("key", COUNTS)
def test_a_count_is_the_number_of_its_rows(tree, key, code, as_of, since):
    question = about(code, as_of, since)

    rows = opened(key, question)

    assert value(key, question) == Value(Decimal(len(rows)), len(rows))
    assert len({tuple(row.values()) for row in rows}) == len(rows) or key.startswith("findings")


@pytest.mark.parametrize(("code", "as_of", "since"), QUESTIONS)
@pytest.mark.parametrize("key", COVERAGES)
def test_a_coverage_is_its_rows_over_the_outlets(tree, key, code, as_of, since):
    question = about(code, as_of, since)

    rows, outlets = opened(key, question), opened("outlets", question)
    seen = [row for row in rows if row["counted"] == "y"]

    found = value(key, question)
    assert (found.part, found.whole, found.records) == (len(seen), len(outlets), len(outlets))
    assert found.number == Decimal(100 * len(seen)) / len(outlets)
    assert [row["code"] for row in rows] == [row["code"] for row in outlets]


@pytest.mark.parametrize(("code", "as_of", "since"), QUESTIONS)
def test_the_mean_is_that_of_its_checks(tree, code, as_of, since):
    question = about(code, as_of, since)

    scores = [Decimal(row["score"]) for row in opened("checks.mean", question)]

    found = value("checks.mean", question)
    assert found.records == len(scores)
    if scores:
        assert found.number == pytest.approx(sum(scores) / len(scores), abs=Decimal("1e-9"))
    else:
        assert found.number is None


@pytest.mark.parametrize(("code", "as_of"), [(c, d) for c, d, s in QUESTIONS if s is None])
def test_rank_and_movement_are_those_of_the_one_row(tree, code, as_of):
    question = about(code, as_of)
    rows = list(FIGURES["rank"].rows(question))
    (shown,) = opened("rank", question) or [None]

    if as_of < date(2021, 3, 31):
        assert rows == []
        assert value("rank", question) == value("rank_change", question) == Value(None, 0)
        return
    (row,) = rows
    assert row.closing.period == ("2021Q1" if as_of.month == 3 else "2021Q2")
    assert value("rank", question).number == row.rank == shown["rank"]
    assert value("rank_change", question).number == row.movement
    assert value("score", question).number == Decimal(row.score_centi) / 100


@pytest.mark.parametrize("code", ["P", "E", "W", "ES", "E1"])
def test_the_pass_line_divides_the_ranked_outlets(tree, code):
    question = about(code)

    shown = opened("below_pass", question)
    rows = [Decimal(row["score"]) for row in shown]
    assert [row["counted"] == "y" for row in shown] == [score < 85 for score in rows]

    found = value("below_pass", question)
    assert (found.whole, found.part) == (len(rows), sum(score < 85 for score in rows))
    assert found.number == Decimal(100 * sum(score < 85 for score in rows)) / len(rows)


@pytest.mark.parametrize("code", ["P", "E", "W", "ES", "E1"])
def test_a_score_is_the_mean_of_the_outlets_behind_it(tree, code):
    question = about(code)

    scores = [Decimal(row["score"]) for row in opened("score", question)]

    mean = sum(scores) / len(scores)
    assert value("score", question).number == pytest.approx(mean, abs=Decimal("0.01"))


@pytest.mark.parametrize("key", sorted(k for k, figure in FIGURES.items() if figure.is_additive))
def test_what_adds_up_adds_up(tree, key):
    whole = value(key, about("P")).number

    assert whole == value(key, about("E")).number + value(key, about("W")).number


def test_many_units_are_asked_as_each_alone(tree):
    units = list(Unit.objects.all())

    found = values(sorted(FIGURES), units, LAST_DAY)

    for unit in units:
        question = Question.about(unit, LAST_DAY)
        assert {key: found[key, unit.pk] for key in FIGURES} == {
            figure.key: alone for figure, alone in ask(FIGURES, question)
        }


def test_more_units_and_figures_of_a_source_ask_no_more(tree, django_assert_num_queries):
    outlets = list(Unit.objects.outlets())
    keys = ["inspections", "inspections.video", "inspections.onsite", "checks.mean"]

    with django_assert_num_queries(2):  # where the units lay, and the checks
        values(keys[:1], outlets[:1], LAST_DAY)
    with django_assert_num_queries(2):
        values(keys, outlets, LAST_DAY)


# --- which records --------------------------------------------------------------------------------


def test_only_released_checks_of_the_span_count(tree):
    july = about("P", date(2021, 7, 31))

    assert [row["channel"] for row in opened("inspections", july)] == ["mystery"]
    assert [row["criterion"] for row in opened("findings.red", july)] == ["B05"]
    assert opened("inspections", about("P", date(2021, 7, 4))) == []
    assert value("inspections", about("P", LAST_DAY, date(2021, 1, 1))).number == 20


def test_a_moved_outlet_is_counted_where_it_lay(tree):
    outlet = tree.outlets[0]
    move_unit(operator("x"), outlet, "W", date(2021, 6, 1), version=outlet.version, reason="x")

    assert value("outlets", about("E", date(2021, 5, 31))).number == 3
    assert value("outlets", about("E")).number == 2
    assert value("outlets", about("W")).number == 3
    assert value("outlets", about("P")).number == 5


def test_a_closed_outlet_is_none_from_that_day_on(tree):
    outlet = tree.outlets[1]
    close_unit(operator("x"), outlet, date(2021, 6, 15), version=outlet.version, reason="x")

    assert value("outlets", about("E", date(2021, 6, 14))).number == 3
    assert value("outlets", about("E", date(2021, 6, 15))).number == 2
    assert value("coverage", about("E")).whole == 2


# --- tracing --------------------------------------------------------------------------------------


def test_rows_are_written_for_people(tree):
    first = opened("findings", about("W"))[0]

    assert first == {
        "inspection": first["inspection"],
        "unit": "W1",
        "name": "西门支行",
        "criterion": "A01",
        "inspected_on": date(2021, 5, 10),
        "lost": "2",
        "note": "门楣缺一个笔画",
    }
    assert opened("outlets", about("E1")) == [{"code": "E1", "name": "东门支行", "opened_on": None}]


@pytest.mark.parametrize("key", sorted(FIGURES))
def test_parts_make_up_the_whole_in_one_order(tree, key):
    question = about("P", LAST_DAY, date(2021, 1, 1))
    columns, whole = trace(FIGURES[key], question)
    whole = list(whole)

    parts = [list(trace(FIGURES[key], question, slice(i, i + 3))[1]) for i in range(0, 21, 3)]

    named = columns[1:] if FIGURES[key].measure == "share" else columns
    assert named == layout_of(FIGURES[key].rows(question).model).columns
    assert [row for part in parts for row in part][: len(whole)] == whole[:21]


@pytest.mark.parametrize("key", ["inspections", "findings", "rank"])
def test_tracing_asks_once(tree, key, django_assert_num_queries):
    question = about("P")
    rows = FIGURES[key].rows(question)
    assert rows.exists()
    costs = 2 if key == "rank" else 1  # which period is the last one

    with django_assert_num_queries(costs):
        list(trace(FIGURES[key], question)[1])


# --- who may open the rows ------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(FIGURES))
def test_rows_open_to_nobody_whom_their_register_would_refuse(key):
    source = FIGURES[key].source
    model = source.rows(When.at(LAST_DAY)).model

    views = {register.view for register in REGISTERS.values() if register.model is model}

    assert views <= {source.permission}
    if model is Post:  # names of staff
        assert source.permission == "people.view"
