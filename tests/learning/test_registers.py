"""Questions, sittings and results as they are entered."""

from datetime import date

import pytest

from hearth.learning.models import Attempt, Question, Sitting
from hearth.learning.registers import ATTEMPTS, QUESTIONS, SITTINGS
from hearth.ledgers.services import apply_rows
from hearth.network.models import Placement, Post
from tests import factories
from tests.factories_ledgers import enter, make_row, reasons

pytestmark = pytest.mark.django_db

APRIL = date(2021, 4, 12)


@pytest.fixture
def tree():
    return factories.make_tree()


@pytest.fixture
def office(tree):
    return factories.make_actor("programme_manager", unit=tree.province)


def sitting(office, branch, code="S1", on=APRIL):
    enter(office, SITTINGS, {"sitting": code, "branch": branch.code, "paper": "P", "held_on": on})
    return Sitting.objects.get(code=code)


def test_a_question_belongs_to_the_network_and_is_kept_in_one_form(office, tree):
    row = {
        "question": "Q1",
        "kind": "multiple",
        "stem": "哪些对?",
        "options": ("a=一", "b=二"),
        "answer": ("BA",),
        "points": 2000,
    }
    assert enter(office, QUESTIONS, row).created == 1
    kept = Question.objects.get()
    assert (kept.unit, kept.options, kept.answer) == (tree.province, ["A=一", "B=二"], ["A", "B"])
    assert enter(office, QUESTIONS, row).unchanged == 1


def test_a_question_with_an_unknown_answer_is_refused(office):
    row = {"question": "Q1", "kind": "single", "stem": "?", "options": ("A=1", "B=2"), "points": 1}
    assert reasons(enter(office, QUESTIONS, row | {"answer": ("C",)})) == ["answer"]
    assert not Question.objects.exists()


def test_a_result_belongs_to_where_the_person_worked_that_day(office, tree):
    outlet, other = tree.outlets[:2]
    person = factories.make_person(unit=outlet)
    Post.objects.filter(person=person).update(valid_to=date(2021, 5, 1))
    Post.objects.create(person=person, unit=other, title="柜员", valid_from=date(2021, 5, 1))
    batch = sitting(office, tree.province)
    row = {"sitting": "S1", "staff_no": person.staff_no, "score": 9200, "out_of": 10000}
    assert enter(office, ATTEMPTS, row).created == 1
    kept = Attempt.objects.get()
    assert (kept.unit, kept.unit_path, kept.held_on) == (outlet, outlet.path, APRIL)
    assert kept.sitting == batch


def test_a_result_lies_where_the_unit_lay_that_day(office, tree):
    outlet = tree.outlets[0]
    person = factories.make_person(unit=outlet)
    Placement.objects.filter(unit=outlet).update(valid_to=date(2021, 6, 1))
    Placement.objects.create(
        unit=outlet,
        parent=tree.province,
        path=tree.province.path + "9999",
        valid_from=date(2021, 6, 1),
    )
    sitting(office, tree.province)
    enter(
        office,
        ATTEMPTS,
        {"sitting": "S1", "staff_no": person.staff_no, "score": 1, "out_of": 100},
    )
    assert Attempt.objects.get().unit_path == outlet.path


def test_what_is_wrong_with_a_result_is_said(office, tree):
    person = factories.make_person(unit=tree.outlets[0])
    homeless = factories.make_person()
    homeless.posts.all().delete()
    sitting(office, tree.province)
    outcome = enter(
        office,
        ATTEMPTS,
        {"sitting": "S1", "staff_no": person.staff_no, "score": 101, "out_of": 100},
        {"sitting": "S9", "staff_no": person.staff_no, "score": 1, "out_of": 100},
        {"sitting": "S1", "staff_no": homeless.staff_no, "score": 1, "out_of": 100},
    )
    assert reasons(outcome) == ["score", "sitting", "staff_no"]
    assert not Attempt.objects.exists()


def test_results_of_a_withdrawn_sitting_do_not_count(office, tree):
    person = factories.make_person(unit=tree.outlets[0])
    batch = sitting(office, tree.province)
    enter(
        office,
        ATTEMPTS,
        {"sitting": "S1", "staff_no": person.staff_no, "score": 1, "out_of": 100},
    )
    assert Attempt.objects.held_by(APRIL).count() == 1
    batch.withdrawn_at = batch.recorded_at
    batch.save()
    assert Attempt.objects.held_by(APRIL).count() == 0


def test_many_results_cost_no_more_queries_than_one(
    office, tree, django_assert_max_num_queries, django_assert_num_queries
):
    outlet = tree.outlets[0]
    people = [factories.make_person(unit=outlet) for _n in range(26)]
    sitting(office, tree.province)

    def rows(some):
        return [
            make_row(ATTEMPTS, sitting="S1", staff_no=p.staff_no, score=90, out_of=100)
            for p in some
        ]

    with django_assert_max_num_queries(30) as one:
        apply_rows(actor=office, register=ATTEMPTS, rows=rows(people[:1]), dry_run=True)
    with django_assert_num_queries(len(one.captured_queries)):
        apply_rows(actor=office, register=ATTEMPTS, rows=rows(people[1:]), dry_run=True)
