"""Checks that come in as spreadsheets: several workbooks, every fault, and worth as by one."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

import pytest

from hearth.exchange.inspections import INSPECTIONS, MARKS
from hearth.exchange.kinds import KINDS
from hearth.inspections.models import Finding, Inspection
from hearth.network.actors import operator
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from hearth.platform.spreadsheets import Table, UnreadableFile, load, write_xlsx
from hearth.scoring.evaluation import explain
from tests.factories import make_tree
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")

HEADS = "inspection,channel,unit,standard,edition,inspected_at,inspector,ranked,unlisted\n"
MARK_HEADS = "inspection,criterion,verdict,value,note\n"


@pytest.fixture(autouse=True)
def _records():
    make_tree()
    make_edition()


def head(inspection, unit="E1", *, at="2021-05-20T09:30", inspector="甲", more="y,met"):
    return f"{inspection},video,{unit},SERVICE,2021,{at},{inspector},{more}\n"


def csv_files(heads, marks=""):
    return [
        ("inspections.csv", io.BytesIO((HEADS + heads).encode())),
        ("marks.csv", io.BytesIO((MARK_HEADS + marks).encode())),
    ]


def book(name, heads, marks=""):
    """A workbook with both sheets, every cell as text."""
    tables = [
        Table("inspections", INSPECTIONS.columns, rows_of(heads, INSPECTIONS)),
        Table("marks", MARKS.columns, rows_of(marks, MARKS)),
    ]
    file = io.BytesIO()
    write_xlsx(file, tables, zone=ZONE, labels=False)
    return (name, io.BytesIO(file.getvalue()))


def rows_of(lines, spec):
    """Lines of CSV as the values that their columns hold."""
    text = ",".join(column.name for column in spec.columns) + "\n" + lines
    sheet = [(f"{spec.kind}.csv", io.BytesIO(text.encode()))]
    return load(sheet, [spec], zone=ZONE)[spec.kind].rows


def run(sources, **options):
    return KINDS["inspections"].run(operator("test"), sources, **options)


def faults(report):
    return sorted((error.sheet, error.row, error.column) for error in report.errors)


def counts(report):
    return (report.read, report.created, report.updated, report.unchanged, report.skipped)


def stored():
    return {row.reference: row for row in Inspection.objects.filter(is_current=True)}


MET = "".join(f"V1,{code},met,,\n" for code in ("A01", "A02", "A03", "A04", "B01", "B02"))
MARKS_OF_V1 = (
    MET
    + "V1,B03,not_met,,大堂无人\n"
    + "V1,B04,not_observable,,\n"
    + "V1,B05,met,,\n"
    + "V1,B06,not_applicable,,\n"
)


def test_a_check_is_worth_what_the_rules_written_out_say():
    assert run(csv_files(head("V1"), MARKS_OF_V1)).ok

    check = stored()["V1"]
    written = explain(check)
    assert (check.score_centi, check.lost_milli) == (written.score_centi, written.lost_milli)
    assert check.lost_milli == 5000  # the lobby manager and what hangs on it
    assert [m["criterion"] for m in check.document["marks"]] == ["B03", "B04", "B06"]
    finding = Finding.objects.get()
    assert (finding.criterion.code, finding.lost_milli, finding.note) == ("B03", 3000, "大堂无人")


def test_listing_what_is_met_changes_neither_the_worth_nor_the_document():
    faulty = "V1,A02,not_met,2,\nV1,A02,not_met,1,再次\n"
    run(csv_files(head("V1"), faulty))
    again = run(csv_files(head("V1"), "V1,A01,met,,\n" + faulty + "V1,B05,met,,\n"))

    assert counts(again) == (5, 0, 0, 1, 0)
    assert stored()["V1"].lost_milli == 1500


def test_what_was_not_listed_could_not_be_seen_where_the_file_says_so():
    run(csv_files(head("V1", more="y,not_observable"), "V1,A01,met,,\nV1,A04,met,,\n"))

    check = stored()["V1"]
    assert (check.earned_milli, check.possible_milli, check.score_centi) == (3000, 3000, 10_000)
    assert len(check.document["marks"]) == 2


def test_workbooks_come_in_together_and_are_stored_by_one_event():
    files = [
        book("东城.xlsx", head("V1"), MARKS_OF_V1),
        book("西城.xlsx", head("V2", "W1") + head("V3", "W2"), "V3,A01,not_met,,\n"),
    ]

    report = run(files)

    assert report.ok, report.to_text()
    assert counts(report) == (14, 3, 0, 0, 0)
    assert sorted(stored()) == ["V1", "V2", "V3"]
    assert AuditEvent.objects.filter(action="inspections.imported").count() == 1


def test_faults_of_every_workbook_are_named_and_nothing_is_written():
    files = [
        book("东城.xlsx", head("V1", "NOWHERE") + head("V2"), "V2,A02,not_met,99999,\n"),
        book(
            "西城.xlsx", head("V3", "W1"), "V3,ZZ,met,,\nV9,A01,met,,\nV3,A01,met,,\nV3,A01,met,,\n"
        ),
    ]

    report = run(files)

    assert faults(report) == [
        ("东城.xlsx inspections", 2, "unit"),
        ("东城.xlsx marks", 2, "value"),
        ("西城.xlsx marks", 2, "criterion"),
        ("西城.xlsx marks", 3, "inspection"),
        ("西城.xlsx marks", 5, "criterion"),
    ]
    assert not stored()


def test_marks_of_sound_checks_are_read_although_another_check_is_not():
    report = run(csv_files(head("V1", "NOWHERE") + head("V2"), "V2,B02,not_met,warm,\n"))

    assert faults(report) == [("inspections.csv", 2, "unit"), ("marks.csv", 2, "value")]


def test_a_check_in_two_workbooks_is_skipped_when_equal_and_refused_when_not():
    one, same = book("a.xlsx", head("V1"), MARKS_OF_V1), book("b.xlsx", head("V1"), MARKS_OF_V1)
    other = book("c.xlsx", head("V1"), "V1,A01,not_met,,\n")

    assert faults(run([one, other])) == [("c.xlsx inspections", 2, "inspection")]
    assert not stored()
    report = run([one, same])
    assert report.ok
    assert (report.created, report.skipped) == (1, 1)


def test_workbooks_and_a_lone_sheet_are_refused():
    lone = ("marks.csv", io.BytesIO((MARK_HEADS + "V2,A01,met,,\n").encode()))
    with pytest.raises(UnreadableFile) as refusal:
        run([book("a.xlsx", head("V1")), lone])

    assert refusal.value.code == "sheet_missing"
    assert not stored()


def test_more_checks_than_one_statement_holds_are_stored_with_their_findings():
    numbers = range(60)
    heads = "".join(head(f"N{n}", ("E1", "E2", "W1")[n % 3]) for n in numbers)
    marks = "".join(f"N{n},A02,not_met,{n % 3 + 1},备注{n}\n" for n in numbers)

    assert run(csv_files(heads, marks)).ok
    found = stored()

    assert len(found) == 60
    for number in numbers:
        finding = found[f"N{number}"].findings.get()
        assert (finding.value, finding.note) == (str(number % 3 + 1), f"备注{number}")
        assert finding.unit_path == found[f"N{number}"].unit_path
        assert finding.is_counted
        assert explain(found[f"N{number}"]).lost_milli == found[f"N{number}"].lost_milli
    assert list(audit.verify()) == []


def test_other_content_becomes_the_next_revision_and_its_findings_no_longer_count():
    run(csv_files(head("V1"), "V1,A01,not_met,,\n"))
    report = run(csv_files(head("V1"), "V1,A02,not_met,,\n"))

    assert counts(report) == (2, 0, 1, 0, 0)
    check = stored()["V1"]
    assert (check.revision, check.replaces.revision) == (2, 1)
    counted = Finding.objects.counted().values_list("criterion__code", flat=True)
    assert list(counted) == ["A02"]


def test_a_dry_run_says_what_would_happen():
    report = run(csv_files(head("V1"), MARKS_OF_V1), dry_run=True)

    assert (report.created, report.dry_run) == (1, True)
    assert not stored()
