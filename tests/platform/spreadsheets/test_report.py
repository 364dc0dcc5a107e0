from __future__ import annotations

import io
import json

import openpyxl

from hearth.platform.spreadsheets import (
    ERROR_COLUMNS,
    CellError,
    ImportReport,
    Problems,
    Table,
    write_xlsx,
)
from tests.platform.spreadsheets.xlsx_files import ZONE

ERROR = CellError("marks", 7, "unit", "LN99", "No such unit.", "B7")


def test_a_clean_report_is_one_line():
    report = ImportReport("units", read=1_200, created=1_000, updated=5, unchanged=190, skipped=5)

    assert report.ok
    assert report.to_text() == (
        "units: 1,200 rows read, 1,000 created, 5 updated, 190 unchanged, 5 skipped."
    )


def test_a_dry_run_says_that_nothing_was_written():
    assert (
        ImportReport("units", read=1, dry_run=True)
        .to_text()
        .startswith("Dry run, nothing was written. units: 1 rows read")
    )


def test_a_report_with_errors_names_every_cell_and_counts_the_rest():
    report = ImportReport("marks", read=3, errors=Problems([ERROR]))
    report.warnings.add(CellError("marks", 0, "", "", "Values from another workbook."))

    assert not report.ok
    assert report.to_text().split("\n") == [
        "marks: nothing was written, 1 cell has to be mended.",
        "marks B7 unit “LN99”: No such unit.",
        "Note: marks: Values from another workbook.",
    ]


def test_an_error_of_a_row_names_the_row():
    assert str(CellError("marks", 7, "", "", "Twice.")) == "marks row 7: Twice."


def test_a_report_becomes_json_with_the_count_of_what_it_leaves_out():
    report = ImportReport("marks", read=1_500, errors=Problems([ERROR] * 1_500))

    found = json.loads(json.dumps(report.to_dict()))

    assert len(found["errors"]) == 1_000
    assert found["more_errors"] == 500
    assert found["errors"][0] == {
        "sheet": "marks",
        "row": 7,
        "column": "unit",
        "value": "LN99",
        "reason": "No such unit.",
        "cell": "B7",
    }
    assert report.to_text().split("\n")[-1] == "… and 500 more."


def test_the_errors_can_be_downloaded_as_a_workbook():
    report = ImportReport("marks", errors=Problems([ERROR] * 1_001))
    buffer = io.BytesIO()

    write_xlsx(buffer, [Table("errors", ERROR_COLUMNS, report.rows())], zone=ZONE)

    sheet = openpyxl.load_workbook(buffer)["errors"]
    assert [cell.value for cell in sheet[2]] == ["marks", 7, "B7", "unit", "LN99", "No such unit."]
    assert sheet.max_row == 1_002
    assert sheet["F1002"].value == "… and 1 more."
