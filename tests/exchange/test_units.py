"""The sheet of units: planted faults, all or nothing, and back out again."""

from __future__ import annotations

import io
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from hearth.exchange.kinds import EXPORTS, KINDS
from hearth.kernel.errors import NotAllowed
from hearth.network.actors import operator
from hearth.network.models import Placement, Unit
from hearth.platform.spreadsheets import UnreadableFile, write_csv, write_xlsx
from tests.factories import make_actor, make_tree

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")

HEAD = "code,name,level,parent,kind,city,longitude,latitude,opened_on,closed_on,valid_from\n"
NETWORK = (
    HEAD
    + "O1,东门支行,outlet,B1,综合网点,东城市,123.4,41.8,2001-05-06,,\n"
    + "R,示范省分行,province,,,,,,,,\n"
    + "B1,东城分行,branch,R,,,,,,,\n"
    + "B2,西城分行,branch,R,,,,,,,\n"
    + "O1,东门支行,outlet,B2,综合网点,东城市,123.4,41.8,2001-05-06,,2021-05-15\n"
)


def sent(text, name="units.csv", encoding="utf-8-sig"):
    return [(name, io.BytesIO(text.encode(encoding)))]


def run(text, *, dry_run=False, actor=None, **kwargs):
    return KINDS["units"].run(actor or operator("test"), sent(text, **kwargs), dry_run=dry_run)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_network_comes_in_with_its_moves(encoding):
    report = run(NETWORK, encoding=encoding)
    assert report.ok, report.to_text()
    assert counts(report) == (5, 4, 0, 0, 0)
    outlet = Unit.objects.get(code="O1")
    assert (outlet.name, outlet.longitude, outlet.opened_on) == (
        "东门支行",
        123.4,
        date(2001, 5, 6),
    )
    assert list(
        outlet.placements.order_by("valid_from").values_list("parent__code", "valid_from")
    ) == [("B1", date(2001, 5, 6)), ("B2", date(2021, 5, 15))]


def test_a_second_time_changes_nothing():
    run(NETWORK)
    before = list(Unit.objects.values()), list(Placement.objects.values())
    assert counts(run(NETWORK)) == (5, 0, 0, 5, 0)
    assert (list(Unit.objects.values()), list(Placement.objects.values())) == before


def test_a_dry_run_counts_and_writes_nothing():
    report = run(NETWORK, dry_run=True)
    assert report.dry_run
    assert counts(report) == (5, 4, 0, 0, 0)
    assert not Unit.objects.exists()


def test_chinese_headings_and_levels_are_understood():
    text = "机构编码,机构名称,层级,上级机构\nR,省行,省分行,\nB,分行,二级分行,R\n"
    report = run(text)
    assert report.ok, report.to_text()
    assert report.created == 2


def test_an_empty_cell_keeps_what_is_known_and_a_missing_column_too():
    run(NETWORK)
    report = run("code,name,level,kind\nO1,东大门支行,outlet,\n")
    assert counts(report) == (1, 0, 1, 0, 0)
    outlet = Unit.objects.get(code="O1")
    assert (outlet.name, outlet.kind, outlet.parent.code) == ("东大门支行", "综合网点", "B2")


def test_rows_word_for_word_the_same_are_skipped_and_counted():
    report = run(NETWORK + "B2,西城分行,branch,R,,,,,,,\n")
    assert counts(report) == (6, 4, 0, 0, 1)


def test_a_fault_that_only_the_network_shows_is_named_with_its_cell():
    report = run(NETWORK + "O2,西门支行,outlet,X9,,,,,,,\n")
    assert [(error.cell, error.column) for error in report.errors] == [("D7", "parent")]
    assert not Unit.objects.exists()


@pytest.mark.parametrize("key", ["units", "people"])
def test_a_kind_names_itself_by_its_sheet(key):
    assert [spec.kind for spec in KINDS[key].specs()] == [KINDS[key].key] == [key]
    assert EXPORTS[key].key == key


def test_every_planted_fault_is_named_with_its_cell():
    text = HEAD + "\n".join(
        [
            "R,示范省分行,province,,,,,,,,",  # row 2, sound
            "B1,东城分行,county,R,,,,,,,",  # level
            "O1,东门支行,outlet,B1,,,,,,,",  # its parent's row is bad: not a fault of its own
            "O2,西门支行,outlet,X9,,,,,,,",  # unknown parent
            "O3,,outlet,R,,,,,,,",  # no name
            "O4,南门支行,outlet,R,,,200,41,,,",  # longitude
            "O5,北门支行,outlet,R,,,123,,,,",  # only half a place
            "O6,中门支行,outlet,R,,,,,2020-02-30,,",  # no such day
            "O7,前门支行,outlet,R,,,,,2020-02-03,2019-01-01,",  # closed before opened
            "O8,后门支行,outlet,O8,,,,,,,",  # under itself
            "S,另一省分行,province,,,,,,,,",  # a second root
        ]
    )
    report = run(text)
    cells = {error.cell: error.reason for error in report.errors}
    assert set(cells) == {"C3", "D5", "B6", "G7", "H8", "I9", "J10", "D11", "D12"}
    assert "X9" in cells["D5"]
    assert not Unit.objects.exists()
    assert counts(report)[1:4] == (0, 0, 0)


def test_a_wrong_check_digit_is_noted_and_taken():
    report = run("code,name,level,parent\n102100099997,总行,province,\n")
    assert report.ok
    assert [(w.cell, "6" in w.reason) for w in report.warnings] == [("A2", True)]
    assert Unit.objects.exists()


def test_an_unknown_column_is_an_error_that_names_it():
    report = run("code,name,level,parnet\nR,省行,province,\n")
    assert [error.column for error in report.errors] == ["parnet"]


def test_a_missing_column_is_told_once_and_not_by_every_row():
    report = run("code,name,parent\nR,省行,\nB,分行,R\n")
    assert [(error.column, error.row) for error in report.errors] == [("level", 1)]


def test_a_file_that_is_no_table_is_refused():
    with pytest.raises(UnreadableFile):
        KINDS["units"].run(operator("test"), [("units.xlsx", io.BytesIO(b"%PDF-1.7"))])


def test_progress_is_told():
    told = []
    KINDS["units"].run(
        operator("test"), sent(NETWORK), progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (5, 5)


def test_who_may_not_edit_the_network_imports_nothing():
    tree = make_tree()
    with pytest.raises(NotAllowed):
        run(NETWORK, actor=make_actor("branch_manager", unit=tree.east))


def test_a_branchs_own_office_imports_only_below_it():
    tree = make_tree()
    actor = make_actor("programme_manager", unit=tree.east)
    report = run("code,name,level,parent\nN1,新支行,outlet,E\nN2,新支行,outlet,W\n", actor=actor)
    assert [error.cell for error in report.errors] == ["A3"]
    assert not Unit.objects.filter(code="N1").exists()


# --- out again ----------------------------------------------------------------------------------


def export(actor, **filters):
    (table,) = EXPORTS["units"].tables(actor, filters)
    return table


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("labels", [True, False])
def test_what_goes_out_comes_in_again_unchanged(kind, labels):
    run(NETWORK)
    file = io.BytesIO()
    if kind == "csv":
        write_csv(file, export(operator("test")), zone=ZONE, labels=labels)
    else:
        write_xlsx(file, [export(operator("test"))], zone=ZONE, labels=labels)
    file.seek(0)
    report = KINDS["units"].run(operator("test"), [(f"units.{kind}", file)])
    assert report.ok, report.to_text()
    assert counts(report) == (4, 0, 0, 4, 0)


def test_an_export_holds_only_what_the_filters_and_the_scope_leave():
    tree = make_tree()
    actor = make_actor("branch_manager", unit=tree.east)
    assert {row[0] for row in export(actor).rows} == {"E", "ES", "E1", "E2", "E3"}
    assert {row[0] for row in export(actor, level="outlet", kind="轻型网点").rows} == {"E2", "E3"}
    assert {row[0] for row in export(actor, branch="W").rows} == set()
    assert {row[0] for row in export(actor, q="dhflc").rows} == {"E3"}


def test_an_export_of_a_moved_outlet_says_since_when_it_lies_there():
    run(NETWORK)
    rows = {row[0]: row for row in export(operator("test")).rows}
    assert rows["O1"][-1] == date(2021, 5, 15)
    assert rows["B1"][-1] is None


def test_all_that_is_wrong_with_a_row_is_told_in_one_run():
    run(NETWORK)
    text = HEAD + "\n".join(
        [
            "B3,南城分行,county,X9,,,,,soon,,",  # an unknown parent beside two bad cells
            ",西门支行,outlet,X9,,,,,,,",  # … and beside no code
            "O3,,outlet,O1,,,,,,,",  # under an outlet, beside no name
            "O4,南门支行,outlet,O1,,,,,2020-02-30,,",  # … and beside no day
            "O5,北门支行,outlet,B1,,,北,,2020-02-03,2019-01-01,",  # closed before it was opened
            "O1,东门支行,outlet,B1,,,,,soon,,2021-05-16",  # sound: it moves back
            "O1,东门支行,outlet,B2,,,,,,,2021-05-01",  # before its last move
            "B1,东城分行,branch,B2,,,200,,,,2022-01-01",  # a branch under a branch
            "O6,中门支行,outlet,O7,,,,北,,,",  # these two lie under each other
            "O7,后门支行,outlet,O6,,,,,,,",
            "O8,前门支行,planet,B3,,,,,,,",  # under a unit of which nobody knows where it lies
            "B4,北城分行,branch,,,,,,,,soon",  # only the root has none above it
        ]
    )
    report = run(text)
    assert sorted((error.row, error.column) for error in report.errors) == [
        (2, "level"),
        (2, "opened_on"),
        (2, "parent"),
        (3, "code"),
        (3, "parent"),
        (4, "name"),
        (4, "parent"),
        (5, "opened_on"),
        (5, "parent"),
        (6, "closed_on"),
        (6, "longitude"),
        (7, "opened_on"),
        (8, "valid_from"),
        (9, "longitude"),
        (9, "parent"),
        (10, "latitude"),
        (10, "parent"),
        (11, "parent"),
        (12, "level"),
        (13, "parent"),
        (13, "valid_from"),
    ], report.to_text()
    assert Unit.objects.count() == 4


def test_a_bad_cell_hides_no_unit_that_lies_outside_the_actors_part():
    tree = make_tree()
    actor = make_actor("programme_manager", unit=tree.east)
    report = run(
        "code,name,level,parent,opened_on\nN2,新支行,outlet,W,soon\nW1,西,outlet,W,soon\n",
        actor=actor,
    )
    assert sorted((error.row, error.column) for error in report.errors) == [
        (2, "code"),
        (2, "opened_on"),
        (3, "code"),
        (3, "opened_on"),
    ]
