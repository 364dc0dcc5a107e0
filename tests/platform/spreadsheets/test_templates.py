from __future__ import annotations

import datetime as dt
import io
from typing import get_args

import openpyxl
import pytest
import time_machine
from django.utils import translation

from hearth.platform.spreadsheets import Column, ColumnType, SheetSpec, load, template
from hearth.platform.spreadsheets.templates import kind_of
from tests.platform.spreadsheets.test_columns import bilingual
from tests.platform.spreadsheets.xlsx_files import ZONE

LEVELS = (("branch", bilingual("branch", "二级分行")), ("outlet", bilingual("outlet", "网点")))
KINDS = [(f"kind{number}", f"{number}号类型,长名称") for number in range(60)]
UNITS = SheetSpec(
    "units",
    [
        Column(
            "code",
            bilingual("Code", "机构编码"),
            "code",
            required=True,
            note="12 digits",
            example="001",
        ),
        Column("name", bilingual("Name", "机构名称"), required=True, max_length=120),
        Column("level", bilingual("Level", "层级"), "choice", choices=LEVELS),
        Column("kind", "类型", "choice", choices=KINDS),
        Column("persons", "人数", "integer", minimum=0, maximum=99),
        Column("opened_on", "开业日期", "date"),
        Column("ranked", "参加排名", "boolean"),
        Column("longitude", "经度", "longitude"),
        Column("points", "分值", "milli"),
        Column("period", "期", "period"),
    ],
    title=bilingual("Units", "机构"),
    notes=["Parents come first."],
    example_rows=[{"code": "=001", "name": "沈阳分行"}],
)
MARKS = SheetSpec("marks", [Column("note", "备注")])


@pytest.fixture
def book():
    with translation.override("zh-hans"):
        return openpyxl.load_workbook(io.BytesIO(template(UNITS, MARKS)))


def rules(sheet):
    return {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}


def test_a_sheet_for_each_spec_then_notes_then_hidden_lists(book):
    assert book.sheetnames[:2] == ["units", "marks"]
    assert len(book.sheetnames) == 4
    assert book["_lists"].sheet_state == "veryHidden"
    assert book.active.title == "units"


def test_headings_are_labels_with_a_star_and_a_note_with_the_identifier(book):
    sheet = book["units"]

    assert [cell.value for cell in sheet[1]][:3] == ["机构编码 *", "机构名称 *", "层级"]
    assert sheet["A1"].comment.text.startswith("code\n")
    assert "12 digits" in sheet["A1"].comment.text
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"


def test_codes_and_periods_are_texts_so_that_excel_leaves_them_alone(book):
    sheet = book["units"]

    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["J"].number_format == "@"
    assert sheet.column_dimensions["F"].number_format == "yyyy-mm-dd"


def test_choices_are_drop_downs_in_the_users_language_and_long_lists_stand_elsewhere(book):
    found = rules(book["units"])

    assert found["C2:C1048576"].formula1 == '"二级分行,网点"'
    assert found["D2:D1048576"].formula1 == "'_lists'!$A$1:$A$60"
    assert book["_lists"]["A60"].value == "59号类型,长名称"
    assert found["G2:G1048576"].formula1 == '"是,否"'


def test_numbers_and_dates_are_checked_while_they_are_typed(book):
    found = rules(book["units"])

    assert (found["E2:E1048576"].type, found["E2:E1048576"].formula2) == ("whole", "99")
    assert found["F2:F1048576"].type == "date"
    assert (found["H2:H1048576"].formula1, found["H2:H1048576"].formula2) == ("-180", "180")
    assert found["I2:I1048576"].type == "decimal"
    assert all(rule.errorStyle == "warning" for rule in found.values())


def test_notes_tell_every_column_and_hold_the_examples(book):
    texts = [
        str(cell.value)
        for row in book[book.sheetnames[2]].iter_rows()
        for cell in row
        if cell.value
    ]

    assert {"机构", "Parents come first.", "code", "marks", "=001", "沈阳分行"} <= set(texts) | {
        text.rpartition("：")[2].rpartition(" ")[2] for text in texts
    }
    assert all(
        cell.data_type != "f" for row in book[book.sheetnames[2]].iter_rows() for cell in row
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_template_is_itself_an_import_without_rows(language):
    with translation.override(language):
        content = template(UNITS, MARKS)

    found = load([("t.xlsx", io.BytesIO(content))], [UNITS, MARKS], zone=ZONE)

    assert not found["units"].errors
    assert found["units"].columns == {column.name for column in UNITS.columns}
    assert found["marks"].rows == []


def test_a_filled_template_is_read_in_any_language():
    with translation.override("zh-hans"):
        book = openpyxl.load_workbook(io.BytesIO(template(UNITS)))
    row = [
        "001",
        "沈阳分行",
        "二级分行",
        "3号类型,长名称",
        7,
        dt.date(2021, 6, 15),
        "是",
        123.4,
        2.5,
        "2021Q2",
    ]
    book["units"].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)

    [found] = load([("t.xlsx", buffer)], [UNITS], zone=ZONE)["units"].rows

    assert (found.code, found.level, found.kind, found.ranked) == ("001", "branch", "kind3", True)
    assert (found.opened_on, found.points) == (dt.date(2021, 6, 15), 2500)


def test_equal_specs_give_equal_bytes():
    first = template(UNITS, MARKS)
    with time_machine.travel(dt.datetime(2033, 5, 5, tzinfo=dt.UTC)):
        assert template(UNITS, MARKS) == first


def test_what_to_write_is_said_for_every_type():
    kinds = [kind for kind in get_args(ColumnType) if kind != "choice"]

    sentences = {kind_of(Column("a", "A", kind)) for kind in kinds}

    assert len(sentences) == len(kinds)
    assert kind_of(Column("a", "A", "integer", minimum=1, maximum=9)) == (
        "Whole number. At least 1. At most 9."
    )
    assert kind_of(Column("a", "A", "list", choices=[("x", "X")])) == (
        "Several of, separated by semicolons: X."
    )
