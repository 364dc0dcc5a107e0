"""Staff by rows: who is new, who changed post and when, and every refusal."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from hearth.kernel.errors import NotAllowed, RuleViolation, StaleWrite
from hearth.network.models import Person, Post, Unit
from hearth.network.services import people as services
from hearth.network.services.rows import PersonRow, RowsRefused
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from hearth.platform.sealed import Sealed
from tests.factories import make_actor, make_person, make_tree

pytestmark = pytest.mark.django_db

TODAY = date(2021, 7, 1)
LEFT = date(2021, 6, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-01T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def office(tree):
    return make_actor("programme_manager", unit=tree.province)


def row(staff_no="S1", unit="E1", post="柜员", **sets):
    return PersonRow(staff_no, unit, post, {"name": "王芳"} | sets)


def posts(staff_no="S1"):
    found = Post.objects.filter(person__staff_no=staff_no).order_by("valid_from")
    return list(found.values_list("unit__code", "title", "valid_from", "valid_to"))


def only_problem(actor, rows):
    _applied, problems = services.check_people(actor, rows)
    assert len(problems) == 1, problems
    return problems[0]


def test_new_people_begin_when_they_joined(office):
    applied = services.apply_people(
        office,
        [
            row("S1", joined_on=date(2015, 3, 1), is_basic_operations=True),
            row("S2", "W1", "大堂经理"),
        ],
    )
    assert (applied.created, applied.updated, applied.moved) == (2, 0, 0)
    assert posts("S1") == [("E1", "柜员", date(2015, 3, 1), None)]
    assert posts("S2") == [("W1", "大堂经理", date(1900, 1, 1), None)]
    one = Person.objects.get(staff_no="S1")
    assert one.is_basic_operations
    assert Person.objects.matching("wf s1").get() == one


def test_someone_who_left_long_ago_comes_in_with_an_ended_post(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1), left_on=LEFT)])
    assert posts() == [("E1", "柜员", date(2015, 3, 1), LEFT)]


@pytest.mark.parametrize(("unit", "post"), [("W1", "柜员"), ("E1", "网点负责人")])
def test_a_new_unit_or_post_ends_the_former_on_that_day(office, unit, post):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1))])
    applied = services.apply_people(office, [row(unit=unit, post=post)])
    assert (applied.updated, applied.moved) == (1, 1)
    assert posts() == [("E1", "柜员", date(2015, 3, 1), TODAY), (unit, post, TODAY, None)]


def test_the_day_of_the_change_may_be_given(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1))])
    services.apply_people(office, [row(unit="W1")], on=date(2021, 5, 15))
    assert posts()[1] == ("W1", "柜员", date(2021, 5, 15), None)


def test_a_change_on_the_very_day_is_a_correction(office):
    services.apply_people(office, [row(joined_on=TODAY)])
    services.apply_people(office, [row(unit="W1")])
    assert posts() == [("W1", "柜员", TODAY, None)]


def test_the_same_rows_again_change_nothing(office):
    rows = [row(joined_on=date(2015, 3, 1), phone="13800001234"), row("S2", left_on=LEFT)]
    services.apply_people(office, rows)
    before = list(Person.objects.values()), list(Post.objects.values())
    applied = services.apply_people(office, [*rows, rows[0]])
    assert (applied.created, applied.updated, applied.moved, applied.unchanged) == (0, 0, 0, 3)
    assert (list(Person.objects.values()), list(Post.objects.values())) == before


def test_columns_change_and_the_trail_names_them_without_their_content(office):
    services.apply_people(office, [row(phone="13800001234")])
    services.apply_people(office, [row(name="王方", phone="13900001234")])
    one = Person.objects.get()
    assert (one.name, one.phone, one.version) == ("王方", "13900001234", 2)
    assert one.search_text.startswith("王方 s1 wf")
    event = AuditEvent.objects.get(action="person.edited")
    assert event.data["columns"] == ["name", "phone"]
    assert "13900001234" not in str(event.data)
    assert not list(audit.verify())


def test_leaving_ends_the_post_and_a_later_joining_takes_back(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1))])
    services.apply_people(office, [row(left_on=LEFT)])
    assert posts() == [("E1", "柜员", date(2015, 3, 1), LEFT)]
    services.apply_people(office, [row(unit="W1", joined_on=TODAY)])
    assert posts()[1] == ("W1", "柜员", TODAY, None)
    assert Person.objects.get().left_on is None


def test_a_corrected_day_of_leaving_moves_the_end_of_the_post(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1), left_on=LEFT)])
    services.apply_people(office, [row(left_on=date(2021, 6, 15))])
    assert posts() == [("E1", "柜员", date(2015, 3, 1), date(2021, 6, 15))]


def test_someone_whose_outlet_closed_gets_a_post_again(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1))])
    Post.objects.update(valid_to=LEFT)
    services.apply_people(office, [row(unit="W1")])
    assert posts()[1] == ("W1", "柜员", TODAY, None)


def test_someone_without_any_post_begins_today(office, tree):
    make_person(staff_no="S1", name="王芳")
    services.apply_people(office, [row()])
    assert posts() == [("E1", "柜员", TODAY, None)]


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ([row(unit="X9")], "unit_unknown", "unit"),
        ([row(unit="")], "required", "unit"),
        ([row(post="")], "required", "post"),
        ([row(name="")], "required", "name"),
        ([row("")], "required", "staff_no"),
        ([row(post="长" * 61)], "too_long", "post"),
        ([row(phone="1" * 41)], "too_long", "phone"),
        ([row(), row(unit="W1")], "stands_twice", "staff_no"),
        ([row(unit="W2")], "unit_closed", "unit"),
        ([row(joined_on=TODAY, left_on=LEFT)], "left_before_joined", "left_on"),
    ],
)
def test_each_rule_refuses_with_its_code_and_column(office, rows, code, column):
    Unit.objects.filter(code="W2").update(closed_on=date(1900, 1, 1))
    problem = only_problem(office, rows)
    assert (problem.code, problem.field) == (code, column)
    assert problem.position == len(rows) - 1


def test_a_post_does_not_end_before_it_began(office):
    services.apply_people(office, [row()])
    services.apply_people(office, [row(unit="W1")])
    assert only_problem(office, [row(unit="W1", left_on=LEFT)]).code == "left_before_post"


def test_who_left_is_not_moved(office):
    services.apply_people(office, [row(joined_on=date(2015, 3, 1), left_on=LEFT)])
    assert only_problem(office, [row(unit="W1")]).code == "left_already"


def test_a_post_in_the_future_is_not_overtaken(office):
    services.apply_people(office, [row(joined_on=date(2021, 9, 1))])
    assert only_problem(office, [row(unit="W1")]).code == "post_in_future"


def test_all_or_nothing(office):
    with pytest.raises(RowsRefused) as refusal:
        services.apply_people(office, [row("S1"), row("S2", "X9")])
    assert [p.where for p in refusal.value.problems] == ["S2"]
    assert not Person.objects.exists()


def test_only_inside_the_part_of_the_tree_where_the_actor_may_edit(tree, office):
    services.apply_people(office, [row("S9", "W1")])
    actor = make_actor("programme_manager", unit=tree.east)
    assert only_problem(actor, [row("S1", "W1")]).field == "unit"
    assert only_problem(actor, [row("S9", "E1")]).field == "staff_no"


def test_without_the_permission_nothing_is_looked_at(tree):
    with pytest.raises(NotAllowed):
        services.apply_people(make_actor("branch_manager", unit=tree.east), [row()])


# --- one person ---------------------------------------------------------------------------------


def test_one_person_is_added_and_changed(office):
    person = services.save_person(office, row(phone="1"), on=TODAY)
    assert posts() == [("E1", "柜员", date(1900, 1, 1), None)]
    changed = row(unit="W1", phone="")
    services.save_person(office, changed, on=date(2021, 5, 15), version=1)
    person.refresh_from_db()
    assert (person.phone, person.version) == ("", 2)
    assert posts()[1] == ("W1", "柜员", date(2021, 5, 15), None)


def test_a_wrong_day_of_leaving_is_taken_back(office):
    services.save_person(office, row(left_on=LEFT), on=TODAY)
    services.save_person(office, row(left_on=None), on=TODAY, version=1)
    assert posts() == [("E1", "柜员", date(1900, 1, 1), None)]


def test_a_staff_number_is_given_once(office):
    services.save_person(office, row(), on=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        services.save_person(office, row(), on=TODAY)
    assert refusal.value.code == "staff_no_taken"


def test_an_old_version_is_refused(office):
    services.save_person(office, row(), on=TODAY)
    services.save_person(office, row(phone="1"), on=TODAY, version=1)
    with pytest.raises(StaleWrite) as refusal:
        services.save_person(office, row(phone="2"), on=TODAY, version=1)
    assert refusal.value.facts["version"] == 2


def test_all_faults_of_one_person_are_told(office):
    with pytest.raises(RuleViolation) as refusal:
        services.save_person(office, row(unit="X9", post=""), on=TODAY)
    assert [column for column, _text in refusal.value.facts["faults"]] == ["post", "unit"]
    assert not Person.objects.exists()


def test_a_telephone_number_stands_nowhere_in_plain(office):
    services.apply_people(office, [row(phone="13800001234"), row("S2")])

    (stored,) = Person.objects.exclude(phone="").values_list("phone", flat=True)
    assert isinstance(stored, Sealed)
    assert "13800001234" not in str(stored)
    assert Person.objects.get(staff_no=row().staff_no).phone == "13800001234"
    assert services.apply_people(office, [row(phone="13800001234")]).unchanged == 1


@pytest.mark.parametrize("number", ["", "13800001234"])
def test_numbers_that_were_there_before_are_sealed(number):
    person = make_person(staff_no="S9")
    migration = import_module("hearth.network.migrations.0002_sealed_phones")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE network_person SET phone = %s", [number])

    migration.seal(apps, SimpleNamespace(connection=connection))
    person.refresh_from_db()
    assert person.phone == number

    migration.open_again(apps, SimpleNamespace(connection=connection))
    assert str(Person.objects.values_list("phone", flat=True).get()) == number
