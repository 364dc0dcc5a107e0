"""Standards in and out as two sheets: faults at their cells, drafts replaced, editions frozen."""

from __future__ import annotations

import io

import pytest

from hearth.exchange.kinds import KINDS
from hearth.exchange.standard import CRITERIA as CRITERIA_SHEET
from hearth.exchange.standard import STANDARD, standard_rows
from hearth.kernel.errors import NotAllowed, RuleViolation
from hearth.network.actors import operator
from hearth.platform.spreadsheets import Table, write_xlsx
from hearth.standards.models import Edition
from hearth.standards.queries import content_of
from tests.factories import make_actor
from tests.factories_standards import CRITERIA, edition_content, make_edition

pytestmark = pytest.mark.django_db

HEAD = (
    "code,title,title_en,edition,effective_from,scheme,base_points,total_points,"
    "not_applicable,pass_points\n"
)
GOOD_HEAD = "CARE,暖心检查,Care,2022,2022-01-01,share,,7,,85\n"
COLUMNS = (
    "module,module_title,code,text,method,points,step_points,max_lost,levels,options,bands,"
    "critical,gates,channels,severity\n"
)
GOOD = (
    "A,环境,A1,招牌,pass_fail,2,,,,,,,,,major\n"
    "A,,A2,卫生,deduct,1.5,0.5,1,,,,zero_module,,,\n"
    "B,服务,B1,微笑,choice,2,,,,好=2;差=0,,,B2,video;mystery,red\n"
    "B,,B2,引导,scale,1.5,,,3,,,cap:60,,,\n"
)


def sent(criteria=GOOD, head=GOOD_HEAD):
    return [
        ("standard.csv", io.BytesIO((HEAD + head).encode())),
        ("criteria.csv", io.BytesIO((COLUMNS + criteria).encode())),
    ]


def run(criteria=GOOD, head=GOOD_HEAD, *, actor=None, dry_run=False, **options):
    return KINDS["standard"].run(
        actor or operator("x"), sent(criteria, head), dry_run=dry_run, options=options
    )


def counts(report):
    return (report.created, report.updated, report.unchanged)


def test_what_rules_forbid_is_named_beside_bad_cells(tmp_path):
    (tmp_path / "standard.csv").write_text(
        "code,title,edition,effective_from,scheme\nS,标准,1,2021-01-01,share\n"
    )
    (tmp_path / "criteria.csv").write_text(
        "module,code,text,method,points,gates,critical\n"
        "M,A,一,guess,2,,\n"  # not a method
        "M,B,二,pass_fail,2,A;Z,\n"  # A cannot be read, yet it is there; Z is not
        "M,C,三,pass_fail,2,,sometimes\n"
    )

    report = KINDS["standard"].run(operator("x"), [tmp_path])

    assert [(e.row, e.column) for e in report.errors] == [
        (2, "method"),
        (3, "gates"),
        (4, "critical"),
    ]
    assert not Edition.objects.exists()


def test_two_sheets_become_a_draft():
    report = run()

    assert report.ok, report.to_text()
    assert counts(report) == (4, 0, 0)
    edition = Edition.objects.get()
    assert (edition.status, edition.pass_centi, edition.total_milli) == ("draft", 8500, 7000)
    content = content_of(edition)
    assert [m.title for m in content.modules] == ["环境", "服务"]
    by_code = {c.code: c for c in content.criteria}
    assert by_code["A2"].max_lost_milli == 1000
    assert by_code["A2"].severity == "minor"
    assert by_code["B1"].channels == ("video", "mystery")
    assert by_code["B1"].gates == ("B2",)


def test_published_at_once_when_asked():
    run(publish=True)

    assert Edition.objects.get().status == "published"
    assert counts(run(publish=True)) == (0, 0, 4)
    assert Edition.objects.count() == 1


def test_publishing_needs_its_permission():
    with pytest.raises(NotAllowed):
        run(actor=make_actor("standards.edit"), publish=True)
    assert not Edition.objects.exists()
    with pytest.raises(NotAllowed):
        run(actor=make_actor("reviewer"))


def test_a_draft_is_replaced_and_the_difference_counted():
    run()

    report = run(GOOD.replace("pass_fail,2", "pass_fail,2.0").replace("卫生", "清洁"))

    assert counts(report) == (0, 1, 3)
    assert Edition.objects.get().criteria.get(code="A2").text == "清洁"


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_published_edition_never_changes(dry_run):
    run(publish=True)

    with pytest.raises(RuleViolation) as refusal:
        run(GOOD.replace("卫生", "清洁"), dry_run=dry_run)

    assert refusal.value.code == "edition_frozen"


def test_a_dry_run_writes_nothing():
    report = run(dry_run=True)

    assert report.dry_run
    assert counts(report) == (4, 0, 0)
    assert not Edition.objects.exists()


def faults(report):
    return {(e.sheet.removesuffix(".csv"), e.row, e.column) for e in report.errors}


@pytest.mark.parametrize(
    ("head", "column"),
    [
        (GOOD_HEAD.replace("CARE", ""), "code"),
        (GOOD_HEAD.replace("2022-01-01", "soon"), "effective_from"),
        (GOOD_HEAD.replace("share", "guess"), "scheme"),
        (GOOD_HEAD.replace("share", "deduction"), "base_points"),
        (GOOD_HEAD.replace(",7,", ",8,"), "total_points"),
        (GOOD_HEAD.replace("85", "101"), "pass_points"),
        (GOOD_HEAD.replace(",7,,", ",7,perhaps,"), "not_applicable"),
    ],
)
def test_each_bad_cell_of_the_head_is_named(head, column):
    report = run(head=head)

    assert faults(report) == {("standard", 2, column)}, report.to_text()
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B,,,无码,pass_fail,1,,,,,,,,,", "code"),
        ("B,,A1,重复,pass_fail,1,,,,,,,,,", "code"),
        ("B,,B3,无分,pass_fail,0,,,,,,,,,", "points"),
        ("B,,B3,无分,pass_fail,,,,,,,,,,", "points"),
        ("B,,B3,方法,guess,1,,,,,,,,,", "method"),
        ("B,,B3,步长,deduct,1,,,,,,,,,", "step_points"),
        ("B,,B3,封顶,deduct,1,0.5,2,,,,,,,", "max_lost"),
        ("B,,B3,级,scale,1,,,,,,,,,", "levels"),
        ("B,,B3,级,scale,1,,,101,,,,,,", "levels"),
        ("B,,B3,选,choice,1,,,,好=2,,,,,", "options"),
        ("B,,B3,段,number,1,,,,,1..2,,,,", "bands"),
        ("B,,B3,否决,pass_fail,1,,,,,,never,,,", "critical"),
        ("B,,B3,门,pass_fail,1,,,,,,,Z9,,", "gates"),
        ("B,,B3,渠道,pass_fail,1,,,,,,,,radio,", "channels"),
        ("B,,B3,级别,pass_fail,1,,,,,,,,,grave", "severity"),
    ],
)
def test_each_bad_cell_of_a_criterion_is_named(row, column):
    report = run(GOOD + row + "\n", GOOD_HEAD.replace(",7,", ",,"))

    assert faults(report) == {("criteria", 6, column)}, report.to_text()
    assert not Edition.objects.exists()


def test_several_rule_faults_are_reported_at_once():
    report = run(
        GOOD.replace("pass_fail,2", "pass_fail,0")
        .replace("好=2;差=0", "好=3")
        .replace("cap:60", "x")
    )

    assert {("criteria", 2, "points"), ("criteria", 4, "options"), ("criteria", 5, "critical")} < (
        faults(report)
    )


def test_one_file_holds_one_standard():
    report = run(head=GOOD_HEAD + GOOD_HEAD.replace("2022,", "2023,"))

    assert faults(report) == {("standard", 3, "code")}


@pytest.mark.parametrize(("head", "criteria"), [("", GOOD), (GOOD_HEAD.replace(",7,", ",,"), "")])
def test_half_a_standard_is_none(head, criteria):
    report = run(criteria, head)

    assert not report.ok
    assert report.errors[0].reason
    assert not Edition.objects.exists()


def test_what_goes_out_comes_in_again_unchanged(tmp_path):
    edition = make_edition()
    rows = standard_rows(edition)
    file = tmp_path / "standard.xlsx"
    tables = [
        Table(
            spec.kind,
            spec.columns,
            [tuple(row.get(c.name, c.empty) for c in spec.columns) for row in rows[spec.kind]],
        )
        for spec in (STANDARD, CRITERIA_SHEET)
    ]
    write_xlsx(file, tables, zone=None, labels=False)

    report = KINDS["standard"].run(operator("x"), [str(file)])

    assert report.ok, report.to_text()
    assert counts(report) == (0, 0, len(CRITERIA))
    assert content_of(edition) == edition_content()
