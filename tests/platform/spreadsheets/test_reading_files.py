"""Which sheet of which file is read for which kind."""

from __future__ import annotations

import io

import pytest
from django.utils import translation

from hearth.platform.spreadsheets import (
    Column,
    SheetSpec,
    UnreadableFile,
    load,
    load_sets,
    open_sets,
    open_sheets,
)
from tests.platform.spreadsheets.xlsx_files import HEAD, ZONE, packed, parts, text, workbook

TWO = {"inspections": ("检查",), "marks": ("判定",)}


def rows_of(value):
    return HEAD + f'<row r="2">{text("A2", value)}</row>'


def upload(name, content):
    return (name, io.BytesIO(content))


def second_row(sheets):
    return {kind: list(sheet)[1][0] for kind, sheet in sheets.items()}


def refusal_of(sources, wanted=("s",)):
    with pytest.raises(UnreadableFile) as refusal:
        open_sheets(sources, wanted)
    return refusal.value


def test_the_only_csv_may_bear_any_name(tmp_path):
    (tmp_path / "导出 2021.csv").write_bytes(b"code\n1\n")

    assert second_row(open_sheets([tmp_path / "导出 2021.csv"], ["s"])) == {"s": "1"}


def test_two_csv_files_are_told_apart_by_their_names(tmp_path):
    (tmp_path / "Marks.CSV").write_bytes(b"code\nm\n")
    (tmp_path / "检查.csv").write_bytes(b"code\ni\n")
    files = [tmp_path / "Marks.CSV", str(tmp_path / "检查.csv")]

    found = open_sheets(files, TWO)

    assert list(found) == ["inspections", "marks"]
    assert second_row(found) == {"inspections": "i", "marks": "m"}
    assert found["marks"].name == "Marks.CSV"


def test_a_folder_gives_the_files_named_as_a_kind(tmp_path):
    for name, content in (
        ("inspections.csv", b"c\ni\n"),
        ("marks.csv", b"c\nm\n"),
        ("x.csv", b"c\n"),
    ):
        (tmp_path / name).write_bytes(content)

    assert second_row(open_sheets([tmp_path], TWO)) == {"inspections": "i", "marks": "m"}


def test_a_workbook_gives_its_sheets_by_kind_or_title_and_others_do_not_matter():
    content = packed(parts({"说明": HEAD, "判定": rows_of("m"), "Inspections ": rows_of("i")}))

    found = open_sheets([upload("a.xlsx", content)], TWO)

    assert second_row(found) == {"inspections": "i", "marks": "m"}
    assert found["marks"].name == "判定"


def test_a_workbook_and_a_csv_may_come_together():
    files = [
        upload("a.xlsx", workbook(rows_of("i"), "inspections")),
        upload("marks.csv", b"c\nm\n"),
    ]

    assert second_row(open_sheets(files, TWO)) == {"inspections": "i", "marks": "m"}


def test_the_only_sheet_may_bear_any_name_and_a_named_one_wins_over_others():
    assert second_row(open_sheets([upload("a.xlsx", workbook(rows_of("x"), "Sheet1"))], ["s"]))
    content = packed(parts({"Sheet1": rows_of("no"), "s": rows_of("yes")}))
    assert second_row(open_sheets([upload("a.xlsx", content)], ["s"])) == {"s": "yes"}


def test_hidden_sheets_that_wps_adds_do_not_count():
    files = parts({"数据": rows_of("x"), "WpsReserved": HEAD})
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        'sheetId="2"', 'sheetId="2" state="veryHidden"'
    )

    assert second_row(open_sheets([upload("a.xlsx", packed(files))], ["s"])) == {"s": "x"}


def test_several_sheets_of_other_names_are_refused_with_their_names():
    content = packed(parts({"一季度": rows_of("x"), "二季度": rows_of("y")}))

    refusal = refusal_of([upload("a.xlsx", content)])

    assert refusal.code == "sheet_missing"
    assert "一季度, 二季度" in str(refusal)


def test_a_missing_sheet_is_refused_with_its_name():
    refusal = refusal_of([upload("inspections.csv", b"c\n1\n")], TWO)

    assert refusal.facts["missing"] == ["marks"]
    assert str(refusal).startswith("inspections.csv: No sheet or CSV file is named marks.")


def test_a_kind_that_is_there_twice_is_refused():
    files = [upload("s.csv", b"c\n1\n"), upload("a.xlsx", workbook(rows_of("x")))]

    assert refusal_of(files).code == "sheet_twice"


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert refusal_of([tmp_path / "nothing.csv"]).code == "file_missing"


def test_a_csv_named_xlsx_and_a_workbook_named_csv(tmp_path):
    assert "content is another" in str(refusal_of([upload("a.xlsx", b"code\n1\n")]))
    assert second_row(open_sheets([upload("a.csv", workbook(rows_of("x")))], ["s"])) == {"s": "x"}


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ({"xl/workbook.bin": b"x"}, ".xlsb"),
        ({"mimetype": b"x", "content.xml": b"x"}, ".ods"),
        ({"Index/Document.iwa": b"x"}, "Numbers"),
        ({"readme.txt": b"x"}, "ZIP"),
    ],
)
def test_other_archives_are_refused_with_the_way_to_mend(files, hint):
    refusal = refusal_of([upload("a.xlsx", packed(files))])

    assert refusal.code == "file_format"
    assert hint in str(refusal)


def test_values_from_other_workbooks_are_read_and_warned_of():
    files = parts({"s": rows_of("x")}) | {"xl/externalLinks/externalLink1.xml": "<x/>"}
    spec = SheetSpec("s", [Column("code", "Code"), Column("note", "Note")])

    found = load([upload("a.xlsx", packed(files))], [spec], zone=ZONE)["s"]

    assert found.rows[0].code == "x"
    assert "another workbook" in found.warnings[0].reason


def test_macros_are_not_run_and_do_not_matter():
    content = packed(parts({"s": rows_of("x")}) | {"xl/vbaProject.bin": b"\0" * 100})

    assert second_row(open_sheets([upload("a.xlsm", content)], ["s"])) == {"s": "x"}


def test_an_empty_sheet_is_refused():
    with pytest.raises(UnreadableFile, match="sheet is empty"):
        load([upload("a.xlsx", workbook(""))], [SheetSpec("s", [Column("a", "A")])], zone=ZONE)


def sets_of(sources, wanted=TWO):
    return [
        {kind: (sheet.name, list(sheet)[1][0]) for kind, sheet in sheets.items()}
        for sheets in open_sets(sources, wanted)
    ]


def test_each_complete_workbook_is_a_set_and_the_rest_make_one_more():
    both = [
        packed(parts({"marks": rows_of(f"m{n}"), "inspections": rows_of(f"i{n}")})) for n in (1, 2)
    ]
    files = [
        upload("a.xlsx", both[0]),
        upload("marks.csv", b"c\nm\n"),
        upload("b.xlsx", both[1]),
        upload("inspections.csv", b"c\ni\n"),
    ]

    assert sets_of(files) == [
        {"inspections": ("a.xlsx inspections", "i1"), "marks": ("a.xlsx marks", "m1")},
        {"inspections": ("b.xlsx inspections", "i2"), "marks": ("b.xlsx marks", "m2")},
        {"inspections": ("inspections.csv", "i"), "marks": ("marks.csv", "m")},
    ]


def test_a_single_workbook_is_a_set_whose_sheets_keep_their_names():
    content = packed(parts({"marks": rows_of("m"), "inspections": rows_of("i")}))

    assert sets_of([upload("a.xlsx", content)]) == [
        {"inspections": ("inspections", "i"), "marks": ("marks", "m")}
    ]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([], "sheet_missing"),
        (["marks.csv"], "sheet_missing"),
        (["marks.csv", "Marks.csv", "inspections.csv"], "sheet_twice"),
    ],
)
def test_files_that_make_no_whole_set_are_refused(names, code):
    with pytest.raises(UnreadableFile) as refusal:
        sets_of([upload(name, b"c\nx\n") for name in names])

    assert refusal.value.code == code


def test_a_set_is_refused_in_its_turn_in_the_readers_language():
    good = packed(parts({"marks": rows_of("m"), "inspections": rows_of("i")}))
    sources = [upload("a.xlsx", good), upload("b.xlsx", b"%PDF")]
    specs = [SheetSpec(kind, [Column("code", "Code")]) for kind in TWO]

    with translation.override("zh-hans"):
        found = load_sets(sources, specs, zone=ZONE)
        first = next(found)
        with pytest.raises(UnreadableFile, match=r"b\.xlsx: 这不是表格"):
            next(found)

    assert [row.code for row in first["marks"].rows] == ["m"]
