"""The sheet of the work list: every fault at once, all or nothing, in again as it came out."""

from __future__ import annotations

import io

import pytest

from hearth.exchange.kinds import EXPORTS, KINDS
from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.platform.models import AuditEvent, Notice
from hearth.platform.spreadsheets import write_csv
from hearth.programme.models import Task, TaskShare
from tests.factories import make_actor, make_tree, make_user
from tests.factories_programme import make_plan, make_task, share_of

pytestmark = pytest.mark.django_db
HEAD = "year,code,title,unit,measure,starts_on,due_on,depends_on,reporters,priority\n"
GOOD = (
    HEAD
    + "2021,H-03,更换灯箱,P,M1,2021-03-01,2021-05-31,H-01;H-02,branches,高\n"
    + "2021,H-01,启动会,P,,2021-01-01,2021-01-31,,,\n"
    + "2021,H-02,排查灯箱,E,M1,2021-02-01,2021-02-28,H-01,outlets;W1,normal\n"
)


@pytest.fixture(autouse=True)
def tree():
    return make_tree()


@pytest.fixture(autouse=True)
def programme(tree):
    return make_plan()


def run(text, *, actor=None, dry_run=False):
    sent = [("tasks.csv", io.BytesIO(text.encode()))]
    return KINDS["tasks"].run(actor or operator("x"), sent, dry_run=dry_run)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged)


def faults(report):
    return {(error.row, error.column) for error in report.errors}


def test_rows_become_tasks_with_their_waits_and_reporters():
    report = run(GOOD)

    assert report.ok, report.to_text()
    assert counts(report) == (3, 3, 0, 0)
    tasks = {task.code: task for task in Task.objects.all()}
    assert all(task.is_planned for task in tasks.values())
    waits = {code: {t.code for t in task.depends_on.all()} for code, task in tasks.items()}
    assert waits == {"H-03": {"H-01", "H-02"}, "H-01": set(), "H-02": {"H-01"}}
    reporters = {code: {s.unit.code for s in task.shares.all()} for code, task in tasks.items()}
    assert reporters == {"H-03": {"E", "W"}, "H-01": {"P"}, "H-02": {"E1", "E2", "E3", "W1"}}
    assert tasks["H-03"].priority == "high"
    assert AuditEvent.objects.get(action="task.imported").data["created"] == 3


def test_each_person_is_told_once(tree):
    boss = make_user("branch_manager", unit=tree.east)

    run(GOOD)

    notice = Notice.objects.get(user=boss)
    assert (notice.kind, notice.params) == ("task.many", {"n": 4})  # three outlets have nobody


def test_a_second_time_changes_nothing():
    run(GOOD)
    events = AuditEvent.objects.count()

    assert counts(run(GOOD)) == (3, 0, 0, 3)
    assert AuditEvent.objects.count() == events


def test_a_dry_run_says_what_would_change_and_writes_nothing():
    assert counts(run(GOOD, dry_run=True)) == (3, 3, 0, 0)
    assert not Task.objects.exists()


def test_a_known_code_is_changed_and_what_the_file_does_not_say_stays(tree):
    run(GOOD)

    report = run(
        "year,code,title,unit,starts_on,due_on\n2021,H-02,排查全部灯箱,E,2021-02-01,2021-03-15\n"
    )

    task = Task.objects.get(code="H-02")
    assert counts(report) == (1, 0, 1, 0)
    assert (task.title, task.version, task.measure.code) == ("排查全部灯箱", 2, "M1")
    assert {t.code for t in task.depends_on.all()} == {"H-01"}
    assert task.shares.count() == 4


def test_reporters_come_and_go_unless_they_have_begun(tree):
    run(GOOD)
    task = Task.objects.get(code="H-03")
    TaskShare.objects.filter(pk=share_of(task, tree.west).pk).update(state="underway")

    fewer = HEAD + "2021,H-03,更换灯箱,P,M1,2021-03-01,2021-05-31,H-01,W;E1,高\n"
    assert run(fewer).ok
    assert {s.unit.code for s in task.shares.all()} == {"W", "E1"}
    none = HEAD + "2021,H-03,更换灯箱,P,M1,2021-03-01,2021-05-31,H-01,E1,高\n"
    assert faults(run(none)) == {(2, "reporters")}


def test_every_bad_cell_is_reported_and_nothing_written(programme, tree):
    bad = (
        HEAD
        + "2020,A,去年,P,,2021-01-01,2021-01-31,,,\n"  # no plan
        + "2021,B,单位不对,NONE,,2021-01-01,2021-01-31,,,\n"
        + "2021,C,举措不对,P,M9,2021-01-01,2021-01-31,,,\n"
        + "2021,D,早于开始,P,,2021-02-01,2021-01-31,,,\n"
        + "2021,E,前置不在,P,,2021-01-01,2021-01-31,NOPE,,\n"
        + "2021,F,自己等自己,P,,2021-01-01,2021-01-31,F,,\n"
        + "2021,G,上报机构不对,P,,2021-01-01,2021-01-31,,E;NONE,\n"
        + "2021,H,没有这级,E1,,2021-01-01,2021-01-31,,branches,\n"
        + "2021,I,日期不对,P,,昨天,2021-01-31,,,\n"
        + "2021,J,优先级不对,P,,2021-01-01,2021-01-31,,,急\n"
        + "2021,K,,P,,2021-01-01,2021-01-31,,,\n"
        + "2021,L,好的,P,,2021-01-01,2021-01-31,,,\n"
    )

    report = run(bad)

    assert faults(report) == {
        (2, "year"),
        (3, "unit"),
        (4, "measure"),
        (5, "due_on"),
        (6, "depends_on"),
        (7, "depends_on"),
        (9 - 1, "reporters"),
        (9, "reporters"),
        (10, "starts_on"),
        (11, "priority"),
        (12, "title"),
    }
    assert not Task.objects.exists()


def test_circles_are_found_in_the_file_and_with_what_is_there(programme, tree):
    round_trip = (
        HEAD
        + "2021,A,甲,P,,2021-01-01,2021-01-31,B,,\n"
        + "2021,B,乙,P,,2021-01-01,2021-01-31,C,,\n"
        + "2021,C,丙,P,,2021-01-01,2021-01-31,A,,\n"
    )
    report = run(round_trip)
    assert faults(report) == {(2, "depends_on")}
    assert "A → B → C → A" in report.to_text()

    old = make_task(programme, tree.province, code="OLD")
    old.depends_on.add(make_task(programme, tree.province, code="X"))
    into = HEAD + "2021,X,新,P,,2021-01-01,2021-01-31,OLD,,\n"
    assert faults(run(into)) == {(2, "depends_on")}


def test_what_comes_out_goes_in_again(tree):
    run(GOOD)
    (table,) = EXPORTS["tasks"].tables(operator("x"), {"year": "2021"})
    out = io.BytesIO()
    write_csv(out, table, zone=None, labels=False)

    assert counts(run(out.getvalue().decode("utf-8-sig"))) == (3, 0, 0, 3)


def test_an_export_is_narrowed_as_the_list_is(tree):
    run(GOOD)
    (table,) = EXPORTS["tasks"].tables(operator("x"), {"year": "2021", "unit": "W1"})
    assert [row[1] for row in table.rows] == ["H-02"]
    (table,) = EXPORTS["tasks"].tables(operator("x"), {"year": "1999"})
    assert list(table.rows) == []


def test_only_the_office_imports_the_work_list(tree):
    with pytest.raises(NotAllowed):
        run(GOOD, actor=make_actor("branch_manager", unit=tree.east))


def test_many_rows_take_no_more_queries(django_assert_max_num_queries, tree):
    rows = "".join(
        f"2021,N{n:04d},任务{n},P,M1,2021-03-01,2021-05-31,{f'N{n - 1:04d}' if n else ''},E;W,\n"
        for n in range(300)
    )
    with django_assert_max_num_queries(90):  # 40 rows a statement, and a few for all
        report = run(HEAD + rows)

    assert counts(report) == (300, 300, 0, 0)
    assert TaskShare.objects.count() == 600
