"""The bulletin's section on the ledgers: what is told of a quarter, and where its numbers lead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearth.bulletins import services, stored
from hearth.bulletins.composition.facts import BranchLedgers, LedgerFacts
from hearth.bulletins.composition.ledgers import ALL, BY_BRANCH, PARTS
from hearth.bulletins.composition.wording import plain
from hearth.bulletins.documents import document_of
from hearth.bulletins.domain.report_telling import Known, Reading
from hearth.bulletins.ledgers import ledgers_of
from hearth.bulletins.queries import facts_of
from hearth.bulletins.rendering.document import Heading, Paragraph, Table
from hearth.figures.registry import FIGURES
from tests.bulletins.quarters import (
    QUARTER,
    closed_quarter,
    drafted,
    facts,
    parts,
    published,
    said,
    writer,
)
from tests.factories import make_unit
from tests.factories_outreach import make_activity
from tests.factories_premises import make_order, make_sign

NOTHING = Reading(Decimal(0))


def share(part, whole):
    number = Decimal(100 * part) / whole if whole else None
    return Reading(number, whole, part, whole)


def figures(**changes):
    """Every figure of the section, at nothing unless ``changes`` say otherwise; ``_`` for a dot."""
    given = {key.replace("__", "."): reading for key, reading in changes.items()}
    found = {}
    for key in ALL:
        measure = FIGURES[key].measure
        empty = share(0, 0) if measure == "share" else NOTHING
        now, then = given.get(key, (empty, None))
        found[key] = Known(measure, "", now, then)
    return found


def ledger_facts(branches=(), **changes):
    return facts(ledgers=LedgerFacts("P", "0001", figures(**changes), tuple(branches)))


def headings(found, language="en"):
    return [block["text"] for block in parts(found, "ledgers", "heading", language)]


# --- by hand --------------------------------------------------------------------------------------


def test_only_what_was_recorded_is_told():
    found = ledger_facts(signs__repaired=(Reading(Decimal(12), 12), None))

    assert headings(found) == ["Signs"]
    assert said(found, "ledgers") == ["signs repaired: 12."]
    assert said(found, "ledgers", "zh") == ["维修灯箱标牌数：12。"]


def test_a_change_is_told_against_the_period_before():
    found = ledger_facts(
        signs__repaired=(Reading(Decimal(12), 12), Reading(Decimal(9), 9)),
        signs__cleaned_share=(share(8, 10), share(7, 10)),
    )

    assert said(found, "ledgers") == [
        "signs repaired: 12 (+3 on the period before); "
        "cleaned of the signs in use: 80% (+10 points on the period before)."
    ]
    assert said(found, "ledgers", "zh") == [
        "维修灯箱标牌数：12（较上期+3）；在用灯箱标牌清洁完成率：80%（较上期+10个百分点）。"
    ]


def test_what_did_not_change_is_said_so():
    found = ledger_facts(tests__sittings=(Reading(Decimal(2), 2), Reading(Decimal(2), 2)))

    assert said(found, "ledgers") == ["sittings: 2 (as in the period before)."]


def test_what_had_to_be_done_is_told_even_where_nothing_was():
    found = ledger_facts(
        rectification__due=(Reading(Decimal(4), 4), None),
        rectification__closed=(share(0, 4), None),
    )

    assert said(found, "ledgers") == ["findings due to be put right: 4; signed off: 0%."]


@pytest.mark.parametrize(
    "silent",
    [
        {},
        {"signs__cleaned_share": (share(0, 10), None)},  # signs hang, nobody cleaned one
        {"facilities__provision": (share(0, 0), None)},
        {"home_visits__capable_share": (share(9, 10), None)},  # able, but nobody went
        {"tests__coverage": (share(0, 40), None)},
    ],
)
def test_a_part_without_a_record_is_left_out(silent):
    found = ledger_facts(**silent)

    assert headings(found) == []
    assert said(found, "ledgers") == []


def test_every_part_has_its_heading_and_every_figure_its_words():
    full = {
        key.replace(".", "__"): (
            share(1, 2) if FIGURES[key].measure == "share" else Reading(Decimal(3), 3),
            None,
        )
        for key in ALL
    }

    for language in ("zh", "en"):
        found = ledger_facts(**full)
        assert len(headings(found, language)) == len(PARTS)
        text = "".join(said(found, "ledgers", language))
        assert text.count("：" if language == "zh" else ": ") == len(ALL)


def test_branches_stand_beside_each_other_with_their_rows():
    readings = dict.fromkeys(BY_BRANCH, share(0, 0)) | {"home_visits.count": Reading(Decimal(4), 4)}
    east = BranchLedgers("E", "东", "0001E", readings)
    west = BranchLedgers("W", "西", "0001W", readings | {"home_visits.count": NOTHING})
    visits = {"home_visits__count": (Reading(Decimal(4), 4), None)}

    (table,) = parts(ledger_facts([east, west], **visits), "ledgers", "table")

    assert [column["label"] for column in table["columns"]] == ["Branch", "Home visits made"]
    assert table["rows"] == [
        [
            "东",
            {
                "t": "4",
                "to": "/figures/home_visits.count/?unit=E&as_of=2021-06-30&since=2021-04-01",
                "at": "0001E",
                "may": "outreach.view",
            },
        ],
        ["西", "0"],
    ]
    assert parts(ledger_facts([east], **visits), "ledgers", "table") == []


# --- from records ---------------------------------------------------------------------------------


@pytest.fixture
def quarter(db):
    """2021Q2 closed, with a sign repaired and two home visits in it, one visit before it."""
    tree, closing = closed_quarter(before=True)
    outlet = tree.east_outlets[0]
    make_order(outlet, sign=make_sign(outlet), done_on=date(2021, 5, 11))
    for day in (date(2021, 2, 1), date(2021, 4, 1), date(2021, 6, 30)):
        make_activity(outlet, "home_visit", on=day)
    make_activity(tree.west_outlets[0], "home_visit", on=date(2021, 7, 1))
    return tree, closing


def section(bulletin, language="zh"):
    return next((s for s in stored.sections(bulletin, language) if s.key == "ledgers"), None)


def words(bulletin):
    found = section(bulletin)
    return [plain(block["runs"]) for block in found.blocks if block["kind"] == "text"]


def test_the_figures_are_those_of_the_quarter(quarter):
    bulletin = drafted()

    assert words(bulletin) == [
        "维修灯箱标牌数：1（较上期+1）。",
        "上门服务次数：2（较上期+1）。",
    ]
    assert section(bulletin, "en").title == "The work of the programme"


def test_a_changed_record_is_told_when_it_is_composed_anew(quarter):
    tree, _closing = quarter
    bulletin = drafted()
    make_activity(tree.west_outlets[1], "home_visit", on=date(2021, 5, 5))

    again = services.recompose(actor=writer(), bulletin_id=bulletin.pk, version=bulletin.version)

    assert words(again)[1] == "上门服务次数：3（较上期+2）。"


def test_a_revision_says_what_of_it_differs(quarter):
    tree, _closing = quarter
    bulletin = published()
    make_activity(tree.west_outlets[1], "home_visit", on=date(2021, 5, 5))

    revision = services.revise(actor=writer(), bulletin_id=bulletin.pk, reason="补录")

    assert "上门服务次数由2改为3。" in stored.differences(revision, "zh")
    assert words(bulletin)[1].startswith("上门服务次数：2")


def test_without_a_record_the_section_is_not_there(db):
    closed_quarter()
    bulletin = drafted()

    assert section(bulletin) is None
    assert bulletin.computed["zh"]["sections"][-2] == {
        "key": "ledgers",
        "title": "升温工作开展情况",
        "blocks": [],
    }


def test_what_was_written_there_keeps_its_heading(db):
    closed_quarter()
    bulletin = drafted()
    bulletin.prose["zh"]["ledgers"] = "各行均未开展。"

    assert section(bulletin).prose.text == "各行均未开展。"
    assert section(bulletin).title == "升温工作开展情况"


def test_a_bulletin_of_earlier_days_reads_as_it_did(quarter):
    bulletin = drafted()
    for language in ("zh", "en"):
        told = bulletin.computed[language]["sections"]
        told[:] = [part for part in told if part["key"] != "ledgers"]
        del bulletin.prose[language]["ledgers"]
    del bulletin.computed["key_figures"]["ledgers"]

    assert section(bulletin) is None
    assert stored.sections(bulletin, "zh")[-1].key == "demands"


def test_the_files_have_it_too(quarter):
    document = document_of(drafted(), "zh", "https://hearth.example")

    texts = [(b.level, b.text) for b in document.blocks if isinstance(b, Heading)]
    assert texts[5:8] == [(1, "升温工作开展情况"), (2, "擦亮招牌"), (2, "上门服务")]
    runs = [r for b in document.blocks if isinstance(b, Paragraph) for r in b.runs]
    assert any("/figures/home_visits.count/?unit=P" in (run.href or "") for run in runs)
    tables = [b.caption for b in document.blocks if isinstance(b, Table)]
    assert "各分行工作开展情况" in tables


def test_more_units_ask_no_more(quarter):
    tree, closing = quarter
    found = facts_of(closing)

    def queries(branches):
        with CaptureQueriesContext(connection) as asked:
            ledgers_of(found.root, branches, QUARTER, "2021Q1")
        return len(asked)

    few = queries(found.branches[:1])
    for _number in range(25):
        make_activity(make_unit(tree.west), "home_visit", on=date(2021, 5, 5))

    assert queries(found.branches) == few <= 31


def test_without_a_result_of_the_network_nothing_is_told(db):
    assert ledgers_of(None, (), QUARTER, None) is None
