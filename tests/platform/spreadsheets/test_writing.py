from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from hearth.kernel.errors import RuleViolation
from hearth.platform.spreadsheets import (
    Column,
    Link,
    Table,
    sheet_name,
    write_csv,
    write_xlsx,
    writing,
)
from hearth.platform.spreadsheets.writing import display_width
from tests.platform.spreadsheets.xlsx_files import ZONE

LEVELS = (("branch", "二级分行"), ("outlet", "网点"))
COLUMNS = [
    Column("code", "机构编码", "code"),
    Column("name", "机构名称"),
    Column("level", "层级", "choice", choices=LEVELS),
    Column("score", "得分", "centi"),
    Column("checked_at", "检查时间", "instant"),
    Column("ranked", "参加排名", "boolean"),
]
ROW = ("001", "=1+1", "outlet", 9437, dt.datetime(2021, 6, 15, 2, 30, tzinfo=dt.UTC), False)


def book_of(tables, **options):
    buffer = io.BytesIO()
    count = write_xlsx(buffer, tables, zone=ZONE, **options)
    return openpyxl.load_workbook(buffer), count


@pytest.mark.parametrize("bulk", [False, True])
def test_a_workbook_shows_labels_typed_cells_and_no_formula(bulk):
    book, count = book_of([Table("排名", COLUMNS, [ROW])], bulk=bulk)
    sheet = book["排名"]

    assert count == 1
    assert [cell.value for cell in sheet[1]] == [column.label for column in COLUMNS]
    assert "f" not in {cell.data_type for cell in sheet[2]}
    assert [cell.value for cell in sheet[2]] == [
        "001",
        "=1+1",
        "网点",
        94.37,
        dt.datetime(2021, 6, 15, 10, 30),  # noqa: DTZ001 - cells know no zone
        "n",
    ]
    assert sheet["A2"].number_format == "@"
    assert sheet["D2"].number_format == "0.00"
    assert sheet["E2"].number_format == "yyyy-mm-dd hh:mm:ss"


@pytest.mark.parametrize("bulk", [False, True])
def test_the_clock_is_not_written_so_that_equal_rows_give_equal_bytes(bulk):
    book = book_of([Table("s", COLUMNS, [ROW])], bulk=bulk)[0]

    fixed = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl gives it bare
    assert (book.properties.created, book.properties.modified) == (fixed, fixed)


@pytest.mark.parametrize("bulk", [False, True])
def test_headings_stay_in_view_columns_fit_and_can_be_filtered(bulk):
    name = "辽宁省分行沈阳市中山广场支行营业部"
    rows = [("1", name, *ROW[2:]), ("2", "x" * 500, *ROW[2:])][: 1 if bulk else 2]
    sheet = book_of([Table("s", COLUMNS, rows)], bulk=bulk)[0]["s"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:F{len(rows) + 1}"
    assert sheet["A1"].font.bold
    assert sheet["A1"].fill.fgColor.rgb == "FFF1E9DF"
    if bulk:
        assert 2 * len(name) < sheet.column_dimensions["B"].width < 2 * len(name) + 6
    else:
        assert 59 < sheet.column_dimensions["B"].width < 62


def test_a_styled_sheet_prints_on_a4_with_its_headings_on_every_page():
    sheet = book_of([Table("s", COLUMNS, [ROW])])[0]["s"]

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("bulk", [False, True])
def test_an_empty_table_keeps_its_headings(bulk):
    tables = [Table("a", COLUMNS, []), Table("b", COLUMNS, [ROW])]
    book, count = book_of(tables, bulk=bulk, labels=False)

    assert count == 1
    assert [cell.value for cell in book["a"][1]] == [column.name for column in COLUMNS]
    assert all(cell.value is None for row in book["a"].iter_rows(min_row=2) for cell in row)
    assert book["b"]["A2"].value == "001"


def test_links_lead_on_where_they_can_and_are_texts_elsewhere():
    columns = [Column("outlet", "Outlet")]
    rows = [(Link("=中山支行", "https://example.org/outlets/1?a=b"),)]

    sheet = book_of([Table("s", columns, rows)])[0]["s"]
    assert (sheet["A2"].value, sheet["A2"].hyperlink.target) == (
        "=中山支行",
        "https://example.org/outlets/1?a=b",
    )
    sheet = book_of([Table("s", columns, rows)], bulk=True)[0]["s"]
    assert (sheet["A2"].value, sheet["A2"].hyperlink) == ("=中山支行", None)
    buffer = io.BytesIO()
    write_csv(buffer, Table("s", columns, rows), zone=ZONE)
    assert "'=中山支行" in buffer.getvalue().decode()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not an address"):
        Link("x", "javascript:alert(1)")


def test_csv_has_a_mark_for_excel_and_guards_formulas():
    buffer = io.BytesIO()

    count = write_csv(buffer, Table("s", COLUMNS, [ROW]), zone=ZONE)

    assert count == 1
    assert (
        buffer.getvalue()
        == (
            "\ufeffcode,name,level,score,checked_at,ranked\r\n"
            "001,'=1+1,outlet,94.37,2021-06-15T10:30:00+08:00,n\r\n"
        ).encode()
    )


def test_csv_without_a_mark_with_labels_and_negative_numbers(tmp_path):
    columns = [Column("level", "层级", "choice", choices=LEVELS), Column("points", "分值", "milli")]

    write_csv(
        tmp_path / "x.csv",
        Table("s", columns, [("outlet", -1500), ("", None)]),
        zone=ZONE,
        labels=True,
        mark=False,
    )

    assert (tmp_path / "x.csv").read_bytes() == "层级,分值\r\n网点,-1.5\r\n,\r\n".encode()


def test_yes_and_no_follow_the_language_where_labels_are_asked_for():
    columns = [Column("ranked", "Ranked", "boolean")]
    with translation.override("zh-hans"):
        sheet = book_of([Table("s", columns, [(True,), (False,)])])[0]["s"]

    assert [sheet["A2"].value, sheet["A3"].value] == ["是", "否"]


@pytest.mark.parametrize("bulk", [False, True])
def test_a_text_that_a_cell_cannot_hold_is_refused_not_cut(bulk):
    for text in ("长" * 32_767, "😀" * 16_384):
        with pytest.raises(RuleViolation) as refusal:
            book_of([Table("s", [Column("note", "Note")], [(text,)])], bulk=bulk)
        assert (refusal.value.code, refusal.value.facts["column"]) == ("cell_too_long", "note")
    assert book_of([Table("s", [Column("note", "Note")], [("长" * 32_766,)])], bulk=bulk)[1] == 1


@pytest.mark.parametrize("bulk", [False, True])
def test_more_rows_than_a_sheet_holds_are_refused(bulk, monkeypatch):
    monkeypatch.setattr(writing, "EXCEL_ROWS", 4)
    columns = [Column("a", "A", "integer")]

    assert book_of([Table("s", columns, [(1,)] * 3)], bulk=bulk)[1] == 3
    with pytest.raises(RuleViolation) as refusal:
        book_of([Table("s", columns, [(1,)] * 4)], bulk=bulk)
    assert refusal.value.code == "too_many_rows"


def test_numbers_that_excel_would_round_are_written_as_texts():
    columns = [Column("a", "A", "integer"), Column("b", "B", "decimal")]
    row = (10**15 + 1, Decimal("1234567890.1234567"))
    sheet = book_of([Table("s", columns, [row])])[0]["s"]

    assert [cell.value for cell in sheet[2]] == ["1000000000000001", "1234567890.1234567"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2021/Q2: [排名]?*\\", "2021 Q2   排名"),
        ("'quoted'", "quoted"),
        ("长" * 40, "长" * 31),
        ("///", "Sheet"),
    ],
)
def test_sheet_names_are_such_as_excel_allows(text, name):
    assert sheet_name(text) == name


def test_sheets_need_names_and_headings_of_their_own():
    with pytest.raises(ValueError, match="names of their own"):
        book_of([Table("a", COLUMNS, []), Table("A", COLUMNS, [])])
    with pytest.raises(ValueError, match="names of their own"):
        book_of([])
    with pytest.raises(ValueError, match="headings must differ"):
        book_of([Table("a", [Column("a", "Same"), Column("b", "Same")], [])])
    with pytest.raises(ValueError, match="shorter than the headings"):
        book_of([Table("a", COLUMNS, [("1", "2")])])


def test_a_list_item_with_a_semicolon_cannot_be_written():
    with pytest.raises(ValueError, match="semicolon"):
        book_of([Table("a", [Column("a", "A", "list")], [(("a;b",),)])])


def test_a_chinese_character_is_as_wide_as_two_latin_ones():
    assert display_width("网点A\n12") == 5
    assert display_width("") == 0


def test_an_error_on_the_way_leaves_the_callers_file_open():
    def rows():
        yield ("1",)
        raise RuntimeError("database gone")

    buffer = io.BytesIO()
    with pytest.raises(RuntimeError, match="database gone"):
        write_csv(buffer, Table("s", [Column("a", "A")], rows()), zone=ZONE)
    assert not buffer.closed
    with pytest.raises(RuntimeError, match="database gone"):
        write_xlsx(buffer, [Table("s", [Column("a", "A")], rows())], zone=ZONE, bulk=True)
