from __future__ import annotations

import datetime as dt
import gc
import io

import pytest

from hearth.platform.spreadsheets import (
    CellError,
    Column,
    Problems,
    SheetSpec,
    UnreadableFile,
    load,
    report_of,
)
from hearth.platform.spreadsheets.report import SHOWN_ERRORS
from hearth.platform.spreadsheets.sheet import as_written
from tests.platform.spreadsheets.xlsx_files import (
    HEAD,
    ZONE,
    csv,
    parsed,
    parsed_csv,
    reasons,
    text,
    workbook,
)

CODE = Column("code", "Code", "code", required=True)
NAME = Column("name", "Name")
COUNT = Column("persons", "Persons", "integer", minimum=0)


def test_rows_come_out_typed_with_their_row_numbers():
    found = parsed_csv([CODE, NAME, COUNT], "name,code,persons", "甲,1,3", "", "乙,2,")

    assert [tuple(row) for row in found.rows] == [("1", "甲", 3, 2), ("2", "乙", None, 4)]
    assert (found.rows[1].code, found.rows[1].row_number) == ("2", 4)
    assert found.rows[0]._asdict() == {"code": "1", "name": "甲", "persons": 3, "row_number": 2}
    assert (found.read, found.skipped, len(found.errors)) == (2, 0, 0)


def test_a_column_that_the_file_lacks_is_told_apart_from_an_empty_one():
    found = parsed_csv([CODE, NAME, COUNT], "code,name", "1,")

    assert found.rows[0].persons is None
    assert found.columns == {"code", "name"}


def test_every_one_of_fifty_planted_faults_is_reported():
    columns = [
        Column("code", "Code", "code", required=True, max_length=6),
        Column("level", "Level", "choice", choices=[("outlet", "网点"), ("branch", "分行")]),
        Column("points", "Points", "milli", minimum=0, maximum=100),
        Column("on", "On", "date"),
        Column("at", "At", "instant"),
        Column("ranked", "Ranked", "boolean"),
        Column("persons", "Persons", "integer"),
        Column("longitude", "Longitude", "longitude"),
        Column("period", "Period", "period"),
        Column("note", "Note", max_length=5),
    ]
    good = [
        "c",
        "outlet",
        "1.5",
        "2021-06-15",
        "2021-06-15T10:00",
        "y",
        "3",
        "123.4",
        "2021Q2",
        "ok",
    ]
    bad = {
        "code": ["", "1234567", "#REF!", "a\x01", "1.2E+11"],
        "level": ["支行", "1", "outlets", "#N/A", "ou tlet"],
        "points": ["-1", "100.001", "1.2345", "x", "1e2"],
        "on": ["2021-02-30", "15/6/2021", "2021", "1800-01-01", "2021-06-15 10:00"],
        "at": ["2021-06-15T24:01", "10:00", "2021-06-31T10:00", "now", "2021-06-15T10"],
        "ranked": ["x", "2", "对", "yy", "-"],
        "persons": ["1.5", "many", "9999999999", "1,2", "--1"],
        "longitude": ["181", "-180.5", "E123", "123°", "#DIV/0!"],
        "period": ["2021Q5", "2021-00", "Q2", "2021H0", "21"],
        "note": ["123456", "长长长长长长", "a\x02", "\ufffd", "#NAME?"],
    }
    lines, planted = [",".join(column.name for column in columns)], set()
    for place, column in enumerate(columns):
        for value in bad[column.name]:
            row = [*good]
            row[0] = f"k{len(lines)}"
            row[place] = f'"{value}"'
            lines.append(",".join(row))
            planted.add((len(lines), column.name, "ABCDEFGHIJ"[place] + str(len(lines))))
        lines.append(",".join([f"g{place}", *good[1:]]))

    found = parsed_csv(columns, *lines)

    assert len(planted) == 50
    assert {(error.row, error.column, error.cell) for error in found.errors} == planted
    assert all(error.reason and error.sheet == "s.csv" for error in found.errors)
    assert len(found.rows) == 10


def test_several_faults_in_one_row_are_all_reported():
    found = parsed_csv([CODE, NAME, COUNT], "code,name,persons", ",甲,x")

    assert reasons(found) == [
        (2, "code", "", "This cell is required."),
        (2, "persons", "x", "This is not a number."),
    ]


def test_errors_are_told_row_by_row_from_left_to_right():
    found = parsed_csv([CODE, NAME, COUNT], "persons,code", "x,1", "1,", "y,", "z,3")

    assert [error.cell for error in found.errors] == ["A2", "B3", "A4", "B4", "A5"]


def test_a_thousand_errors_are_shown_and_the_others_counted():
    found = parsed_csv([CODE, COUNT], "code,persons", *(f"{i},bad" for i in range(2_345)))

    assert len(found.errors) == 2_345
    assert len(list(found.errors)) == SHOWN_ERRORS
    assert found.errors.more == 1_345
    assert found.rows == []


def test_wrong_headings_and_wrong_cells_are_reported_together():
    found = parsed_csv([CODE, NAME, COUNT], "nmae,persons", "甲,x")

    assert [(error.row, error.column) for error in found.errors] == [
        (1, "nmae"),
        (1, "code"),
        (2, "persons"),
    ]
    assert "“Name” (name)" in found.errors[0].reason
    assert "“Code” (code) is missing" in found.errors[1].reason


def test_a_column_without_a_heading_is_reported_once_if_it_holds_anything():
    found = parsed_csv([CODE, NAME], "code,,name", "1,,a", "2,x,b", "3,y,c")

    assert reasons(found) == [(3, "B", "x", "Column B has no heading. Name it or clear it.")]


def test_cells_beyond_the_headings_are_reported_and_missing_ones_are_empty():
    found = parsed_csv([CODE, NAME], "code,name", "1", "2,b,,", "3,c,more")

    assert [tuple(row) for row in found.rows] == [("1", "", 2), ("2", "b", 3), ("3", "c", 4)]
    assert [(error.row, error.cell) for error in found.errors] == [(4, "C4")]


def test_rows_of_blanks_only_do_not_count():
    found = parsed_csv([CODE, NAME], "", " , ", "code,name", "　, ", "1,a", ",")

    assert (found.read, len(found.rows), len(found.errors)) == (1, 1, 0)
    assert found.rows[0].row_number == 5


# --- natural keys -------------------------------------------------------------------------------


def test_a_key_repeated_with_equal_content_is_skipped_and_counted():
    found = parsed_csv([CODE, NAME], "code,name", "1,a", "1, a ", "１,a", key=["code"])

    assert (len(found.rows), found.read, found.skipped, len(found.errors)) == (1, 3, 2, 0)


def test_a_key_repeated_with_other_content_is_an_error_that_names_the_earlier_row():
    found = parsed_csv([CODE, NAME], "code,name", "1,a", "1,b", key=["code"])

    [error] = found.errors
    assert (error.row, error.column, error.value, error.cell) == (3, "code", "1", "A3")
    assert error.reason == "Row 2 holds the same code with other content. Keep one of them."


def test_a_key_repeated_with_other_content_is_an_update_where_the_spec_allows_it():
    spec = SheetSpec("s", [CODE, NAME], ["code"], repeats="update")

    found = parsed(csv("code,name", "1,a", "1,b", "1,b", "1,a"), spec, "s.csv")

    assert [row.name for row in found.rows] == ["a", "b", "a"]
    assert (found.skipped, len(found.errors)) == (1, 0)


def test_without_a_key_every_row_stands_for_itself():
    found = parsed_csv([CODE, NAME], "code,name", "1,a", "1,a")

    assert (len(found.rows), found.skipped) == (2, 0)


def test_a_key_may_be_of_several_columns():
    found = parsed_csv(
        [CODE, NAME, COUNT], "code,name,persons", "1,a,1", "1,b,2", key=["code", "name"]
    )

    assert len(found.rows) == 2


def test_a_unique_column_refuses_a_value_twice_but_not_two_empty_cells():
    phone = Column("phone", "Phone", unique=True)

    found = parsed_csv([CODE, phone], "code,phone", "1,138", "2,", "3,", "4,138")

    assert reasons(found) == [
        (5, "phone", "138", "The same value stands in row 2. It must be unique.")
    ]


# --- what rooms add -----------------------------------------------------------------------------


def test_a_room_reports_a_fault_at_the_cell_of_a_row():
    found = parsed_csv([CODE, NAME, Column("ways", "Ways", "list")], "name,code,ways", "甲,9,a;b")

    found.fault(found.rows[0], "code", "No such unit.")
    found.warn(found.rows[0], "ways", "Look at this.")
    found.fault(2, "", "The whole row.")

    assert list(found.errors) == [
        CellError("s.csv", 2, "code", "9", "No such unit.", "B2"),
        CellError("s.csv", 2, "", "", "The whole row.", ""),
    ]
    assert found.warnings[0] == CellError("s.csv", 2, "ways", "a;b", "Look at this.", "C2")


def test_progress_is_told_block_by_block_and_at_the_end():
    told: list[tuple[int, int]] = []
    spec = SheetSpec("s", [CODE])
    sheet_lines = csv("code", *map(str, range(4_500)))

    load(
        [("s.csv", io.BytesIO(sheet_lines))],
        [spec],
        zone=ZONE,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(2001, 4501), (4001, 4501), (4501, 4501), (4501, 4501)]


def test_the_report_of_an_import_adds_up_its_sheets():
    first = parsed_csv([CODE], "code", "1", "1", key=["code"])
    second = parsed_csv([CODE, COUNT], "code,persons", "1,x")

    report = report_of("inspections", first, second)

    assert (report.read, report.skipped, len(report.errors), report.ok) == (3, 1, 1, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": [Column("a", "A"), Column("a", "B")]},
        {"columns": [Column("class", "A")]},
        {"columns": [Column("row_number", "A")]},
        {"columns": [Column("a", "A")], "natural_key": ["b"]},
    ],
)
def test_a_spec_that_cannot_work_is_refused_when_it_is_declared(wrong):
    with pytest.raises(ValueError, match="sheet s"):
        SheetSpec("s", **wrong)


def test_column_names_that_tuples_use_themselves_are_fine():
    found = parsed_csv(
        [Column("count", "Count", "integer"), Column("index", "Index")], "count,index", "1,a"
    )

    assert found.rows[0]._asdict() == {"count": 1, "index": "a", "row_number": 2}
    assert getattr(found.rows[0], "count") == 1  # noqa: B009 - the type checker thinks of tuple.count


def test_problems_take_over_what_others_counted():
    many, few = Problems(), Problems([CellError("s", 1, "a", "", "r")])
    for number in range(1_500):
        many.add(CellError("s", number, "a", "", "r"))

    few.extend(many)

    assert (len(few), len(list(few)), few.more) == (1_501, 1_000, 501)
    assert few[0].row == 1


def test_true_and_one_are_told_apart_in_one_column():
    rows = HEAD + (
        f'<row r="2">{text("A2", "a")}<c r="B2"><v>1</v></c></row>'
        f'<row r="3">{text("A3", "b")}<c r="B3" t="b"><v>1</v></c></row>'
    )

    assert [row.note for row in parsed(workbook(rows)).rows] == ["1", "TRUE"]


def test_the_collector_of_garbage_runs_again_after_a_sheet_even_if_reading_fails():
    parsed_csv([CODE], "code", "1")
    assert gc.isenabled()
    with pytest.raises(UnreadableFile):
        parsed_csv([CODE], "code", '"open')
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("centi", 10100, "101"),
        ("centi", 9437, "94.37"),
        ("centi", -5, "-0.05"),
        ("milli", 2500, "2.5"),
        ("milli", 100_000, "100"),
        ("instant", dt.datetime(2021, 4, 12, 0, 0, tzinfo=dt.UTC), "2021-04-12 08:00"),
        ("boolean", True, "y"),
        ("list", ("A", "B"), "A;B"),
        ("integer", None, None),
        ("code", "X1", "X1"),
    ],
)
def test_a_value_is_reported_as_somebody_would_write_it(kind, value, text):
    assert as_written(kind, value) == text


# --- beside a bad cell --------------------------------------------------------------------------


def test_a_row_beside_a_bad_cell_repeats_a_key_as_far_as_it_can_be_read():
    found = parsed_csv(
        [CODE, NAME, COUNT],
        "code,name,persons",
        "1,a,3",
        "1,a,many",  # it may become the same
        "1,b,many",  # it cannot
        "2,a,many",
        "2,b,3",  # nor can this
        "2,a,4",  # this may
        "2,a,5",  # which then stands
        ",a,many",  # rows without a key repeat nothing
        ",b,many",
        key=["code"],
    )

    repeats = [(e.row, e.column) for e in found.errors if "Keep one of them" in e.reason]
    assert repeats == [(4, "code"), (6, "code"), (8, "code")]
    assert [row.row_number for row in found.rows] == [2, 7]
    assert [row.row_number for row in found.every_row()] == list(range(2, 11))
    unread = {row.row_number: set(found.unread(row)) for row in found.every_row()}
    assert unread == {
        2: set(),
        3: {"persons"},
        4: {"code", "persons"},
        5: {"persons"},
        6: {"code"},
        7: set(),
        8: {"code"},
        9: {"code", "persons"},
        10: {"code", "persons"},
    }


def test_a_required_column_that_is_not_there_is_unread_in_every_row():
    found = parsed_csv([CODE, NAME], "name", "a")

    assert [found.unread(row) for row in found.rows] == [{"code"}]


def test_a_value_that_must_be_unique_is_held_against_rows_with_a_bad_cell():
    number = Column("number", "Number", "code", unique=True)
    found = parsed_csv([CODE, number, COUNT], "code,number,persons", "1,7,many", "2,7,3")

    assert [(error.row, error.column) for error in found.errors] == [(2, "persons"), (3, "number")]
