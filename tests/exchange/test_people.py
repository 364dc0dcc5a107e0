"""The sheet of staff: planted faults, all or nothing, and out again with masked numbers."""

from __future__ import annotations

import io
from datetime import date

import pytest
import time_machine

from hearth.exchange.kinds import EXPORTS, KINDS
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.actors import operator
from hearth.network.models import Person, Post
from tests.factories import make_actor, make_person, make_tree

pytestmark = pytest.mark.django_db

HEAD = "staff_no,name,unit,post,basic_operations,email,phone,joined_on,left_on\n"
STAFF = (
    HEAD
    + "1001,王芳,E1,柜员,是,wf@example.org,13800001234,2015-03-01,\n"
    + "1002,李强,W1,大堂经理,n,,,2016-07-01,2021-06-01\n"
)


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


def run(actor, text, **kwargs):
    return KINDS["people"].run(actor, [("people.csv", io.BytesIO(text.encode()))], **kwargs)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped)


def test_staff_come_in_with_their_posts(office):
    report = run(office, STAFF)
    assert report.ok, report.to_text()
    assert counts(report) == (2, 2, 0, 0, 0)
    one = Person.objects.get(staff_no="1001")
    assert (one.is_basic_operations, one.phone) == (True, "13800001234")
    assert counts(run(office, STAFF)) == (2, 0, 0, 2, 0)


def test_the_option_on_dates_a_change_of_post(office):
    run(office, STAFF)
    text = HEAD + "1001,王芳,W1,柜员,,,,,\n"
    run(office, text, options={"on": "2021-05-15"})
    posts = Post.objects.filter(person__staff_no="1001").order_by("valid_from")
    assert list(posts.values_list("unit__code", "valid_from")) == [
        ("E1", date(2015, 3, 1)),
        ("W1", date(2021, 5, 15)),
    ]
    assert Person.objects.get(staff_no="1001").is_basic_operations  # an empty cell says nothing
    assert counts(run(office, text)) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("day", ["yesterday", "2021-02-30"])
def test_an_option_that_is_no_day_is_refused(office, day):
    with pytest.raises(RuleViolation) as refusal:
        run(office, STAFF, options={"on": day})
    assert refusal.value.code == "option_malformed"


def test_every_planted_fault_is_named_with_its_cell(office):
    text = HEAD + "\n".join(
        [
            "1001,王芳,E1,柜员,y,,,,",  # row 2, sound
            "1002,李强,X9,柜员,,,,,",  # unknown unit
            "1003,,E1,柜员,,,,,",  # no name
            "1004,赵敏,E1,,,,,,",  # no post
            "1005,孙伟,E1,柜员,maybe,,,,",  # neither yes nor no
            "1006,周杰,E1,柜员,,,,2021-01-01,2020-01-01",  # left before joining
            "1001,王方,E1,柜员,y,,,,",  # the same number with another name
        ]
    )
    report = run(office, text)
    assert {error.cell for error in report.errors} == {"C3", "B4", "D5", "E6", "I7", "A8"}
    assert not Person.objects.exists()


def test_a_fault_that_only_the_network_shows_is_named_with_its_cell(office):
    report = run(office, HEAD + "1001,王芳,E1,柜员,y,,,,\n1002,李强,X9,柜员,,,,,\n")
    assert [(error.cell, error.column) for error in report.errors] == [("C3", "unit")]
    assert not Person.objects.exists()


def test_a_missing_column_is_told_once(office):
    report = run(office, "staff_no,name,unit\n1001,王芳,E1\n1002,李强,W1\n")
    assert [(error.column, error.row) for error in report.errors] == [("post", 1)]


def test_the_day_of_a_change_may_be_a_date(office):
    run(office, STAFF)
    run(office, HEAD + "1001,王芳,W1,柜员,,,,,\n", options={"on": date(2021, 5, 15)})
    assert Post.objects.filter(valid_from=date(2021, 5, 15)).count() == 1


def test_a_dry_run_writes_nothing(office):
    report = run(office, STAFF, dry_run=True)
    assert (report.created, Person.objects.count()) == (2, 0)


def test_who_may_not_edit_staff_imports_none(tree):
    with pytest.raises(NotAllowed):
        run(make_actor("branch_manager", unit=tree.east), STAFF)


# --- out again ----------------------------------------------------------------------------------


def rows(actor, **filters):
    (table,) = EXPORTS["people"].tables(actor, filters)
    return {row[0]: row for row in table.rows}


def test_numbers_and_addresses_are_masked_whoever_takes_them(tree, office):
    run(office, HEAD + "1001,王芳,E1,柜员,y,wang.fang@bank.example,13800001234,,\n")
    for actor in (office, operator("x"), make_actor("branch_manager", unit=tree.east)):
        assert rows(actor)["1001"][5:7] == ("w***@bank.example", "138****1234")


def test_what_left_masked_comes_in_again_and_changes_nothing(office):
    run(office, HEAD + "1001,王芳,E1,柜员,y,wang.fang@bank.example,13800001234,,\n")
    masked = HEAD + "1001,王芳,E1,主管,y,w***@bank.example,138****1234,,\n"

    report = run(office, masked)

    person = Person.objects.get()
    assert (report.ok, report.updated) == (True, 1)
    assert (person.phone, person.email) == ("13800001234", "wang.fang@bank.example")
    assert run(office, masked).unchanged == 1


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("1001,王芳,E1,柜员,y,,139****1234,,", "G2"),
        ("1001,王芳,E1,柜员,y,x***@bank.example,,,", "F2"),
        ("1009,新人,E1,柜员,y,,138****1234,,", "G2"),
    ],
)
def test_a_mask_that_is_not_of_what_is_known_is_refused(office, row, cell):
    run(office, HEAD + "1001,王芳,E1,柜员,y,wang.fang@bank.example,13800001234,,\n")

    report = run(office, HEAD + row + "\n")

    assert [error.cell for error in report.errors] == [cell]
    assert Person.objects.get().phone == "13800001234"


def test_an_export_holds_only_what_the_filters_and_the_scope_leave(tree, office):
    run(office, STAFF)
    make_person(tree.east_outlets[2], staff_no="1003", post="网点负责人")
    make_person(staff_no="1004")
    assert set(rows(office)) == {"1001", "1002", "1003"}
    assert set(rows(office, state="present")) == {"1001", "1003"}
    assert set(rows(office, state="left")) == {"1002"}
    assert set(rows(office, unit="E", post="网点负责人")) == {"1003"}
    assert set(rows(office, unit="X9")) == set()
    assert set(rows(office, basic="y")) == {"1001"}
    assert set(rows(office, q="lq")) == {"1002"}
    assert set(rows(make_actor("outlet_head", unit=tree.west_outlets[0]))) == {"1002"}


def test_all_that_is_wrong_with_a_row_is_told_in_one_run(office, tree):
    run(office, STAFF)
    unit = tree.west_outlets[0]
    unit.closed_on = date(2020, 1, 1)
    unit.save()
    text = HEAD + "\n".join(
        [
            "1002,李强,X9,柜员,maybe,,,soon,",  # an unknown unit beside two bad cells
            "1003,,X9,柜员,,,,2021-01-01,2020-01-01",  # … and no name, and the days contradict
            "1004,赵敏,X9,,,,,2021-02-30,2020-01-01",  # without the one day the other says nothing
            "1005,孙伟,W1,柜员,maybe,,,2021-01-01,",  # the outlet is closed by then
            "1006,周杰,W1,柜员,,,,soon,",  # nobody knows by when
            "1001,王方,X9,柜员,maybe,,,,",  # its key stands below with another name
            "1001,王芳,E1,柜员,y,,,2015-03-01,",
        ]
    )
    report = run(office, text)
    assert sorted((error.row, error.column) for error in report.errors) == [
        (2, "basic_operations"),
        (2, "joined_on"),
        (2, "unit"),
        (3, "left_on"),
        (3, "name"),
        (3, "unit"),
        (4, "joined_on"),
        (4, "post"),
        (4, "unit"),
        (5, "basic_operations"),
        (5, "unit"),
        (6, "joined_on"),
        (7, "basic_operations"),
        (7, "unit"),
        (8, "staff_no"),
    ]
    assert Person.objects.count() == 2
