"""The standard: complete, adding up, in two languages, and fit for every channel."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from hearth.exchange.demo.content import content_rows, demo_rulebook
from hearth.exchange.demo.faults import read_span, tendencies
from hearth.standards.domain.syntax import parse_critical
from hearth.standards.domain.validation import validate

CRITERIA = content_rows("criteria")
BY_CODE = {row["code"]: row for row in CRITERIA}
NOTES = content_rows("finding_notes")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_rules_hold_together():
    assert validate(demo_rulebook()) == []


def test_there_are_about_a_hundred_criteria_worth_exactly_a_hundred_points():
    assert 95 <= len(CRITERIA) <= 110
    assert sum(Decimal(row["points"]) for row in CRITERIA) == 100
    assert content_rows("standard")[0]["total_points"] == "100"
    assert len(BY_CODE) == len(CRITERIA)


def test_every_method_is_used_and_most_criteria_are_all_or_nothing():
    methods = Counter(row["method"] for row in CRITERIA)
    assert set(methods) == {"pass_fail", "deduct", "scale", "choice", "number"}
    assert methods["pass_fail"] > len(CRITERIA) / 2


def test_every_channel_sees_a_good_part_of_every_module():
    modules = {row["module"] for row in CRITERIA}
    for channel in ("video", "mystery", "onsite"):
        asked = demo_rulebook().for_check(channel, "综合网点").criteria
        assert {rule.module for rule in asked} == modules
        assert sum(rule.points_milli for rule in asked) >= 40_000
    assert len(demo_rulebook().for_check("self", "综合网点").criteria) >= 40


def test_conversation_is_not_judged_by_a_camera():
    words = re.compile("询问|称呼|报出金额|交谈|用语")
    spoken = [row for row in CRITERIA if words.search(row["text"])]
    seen = [row["code"] for row in spoken if "video" in row["channels"].split(";")]
    assert seen == ["G01"]  # going up to someone can be seen
    assert len(spoken) >= 6


def test_gates_come_before_what_they_guard_and_stay_in_their_module():
    place = {code: n for n, code in enumerate(BY_CODE)}
    gates = {row["code"]: row["gates"].split(";") for row in CRITERIA if row["gates"]}
    assert gates
    for code, guarded in gates.items():
        assert all(place[code] < place[other] for other in guarded)
        assert {BY_CODE[other]["module"] for other in guarded} == {BY_CODE[code]["module"]}


def test_critical_criteria_are_red_lines_due_within_a_day():
    critical = [row for row in CRITERIA if parse_critical(row["critical"]).effect != "none"]
    assert {row["critical"] for row in critical} == {"cap:60", "zero_module"}
    assert all((row["severity"], row["due_days"]) == ("red", "1") for row in critical)
    assert sum(row["severity"] == "red" for row in CRITERIA) == len(critical)


@pytest.mark.parametrize("row", CRITERIA, ids=lambda row: row["code"])
def test_criterion_is_written_in_both_languages(row):
    for column in ("module_title", "text", "guidance"):
        chinese, english = row[column], row[f"{column}_en"]
        assert CHINESE.search(chinese)
        assert english
        assert not CHINESE.search(english)
        assert not re.search(r"[,;:!?()]", chinese.replace("1:12", ""))
        assert chinese == chinese.strip()
        assert english == english.strip()
    for column in ("text", "guidance"):
        assert row[column].endswith("。")
        assert row[f"{column}_en"].endswith(".")
    assert row["text"].count("。") == 1
    assert len(row["text"]) <= 60
    assert row["pillar"] in {"environment", "service", "brand"}
    assert row["evidence"] in {"note", "photo"}
    assert int(row["due_days"]) >= 1


def test_texts_are_all_different():
    for column in ("text", "text_en", "guidance", "guidance_en"):
        repeated = [t for t, n in Counter(row[column] for row in CRITERIA).items() if n > 1]
        assert repeated in ([], ["每人不符扣一次。"], ["Each person amiss counts once."])


@pytest.mark.parametrize(
    ("code", "full", "part"),
    [
        ("B01", ["18", "21.5"], ["17.9", "16", "12"]),
        ("B02", ["24", "28", "28.0"], ["28.1", "31"]),
        ("C01", ["12", "12.0", "16"], ["11.9", "6"]),
        ("A10", ["5", "60"], ["61", "181"]),
        ("D08", ["1", "15"], ["16", "40"]),
        ("E14", ["3", "8"], ["9", "20"]),
    ],
)
def test_bands_agree_with_the_sentence(code, full, part):
    item = demo_rulebook().sheet.items[code]
    assert [item.loss(value) for value in full] == [0] * len(full)
    assert all(item.loss(value) > 0 for value in part)


def test_every_criterion_has_three_to_six_notes_and_a_tendency():
    assert {n for n in Counter(row["criterion"] for row in NOTES).values()} <= {3, 4, 5, 6}
    assert {row["criterion"] for row in NOTES} == set(BY_CODE)
    assert [row["criterion"] for row in content_rows("tendencies")] == list(BY_CODE)


@pytest.mark.parametrize("row", NOTES, ids=lambda row: f"{row['criterion']} {row['note_en'][:20]}")
def test_note_is_short_names_nobody_and_is_there_in_both_languages(row):
    assert CHINESE.search(row["note"])
    assert not CHINESE.search(row["note_en"])
    assert 4 <= len(row["note"]) <= 30
    assert len(row["note_en"]) <= 100
    assert not re.search(r"先生|女士|某|姓名为", row["note"])
    assert ("{value}" in row["note"]) == ("{value}" in row["note_en"])


def test_every_noted_value_costs_points_and_stands_in_its_note():
    items = demo_rulebook().sheet.items
    for row in NOTES:
        item, value = items[row["criterion"]], row["value"]
        if item.method == "pass_fail":
            assert value == ""
            continue
        span = read_span(value) if item.method != "choice" else None
        ends = [value] if span is None else [span.at(0.0), span.at(0.999)]
        if item.method == "deduct":
            assert all(0 < item.occurrences_loss(int(end)) <= item.points for end in ends)
        else:
            assert all(0 < item.loss(end) <= item.points for end in ends)
        assert ("{value}" in row["note"]) == (ends[0] != ends[-1]), row


def test_usual_numbers_earn_full_points():
    items = demo_rulebook().sheet.items
    usual = [t for t in tendencies(BY_CODE, "onsite", "zh") if t.usual is not None]
    assert {t.code for t in usual} == {r["code"] for r in CRITERIA if r["method"] == "number"}
    for tendency in usual:
        ends = tendency.usual.at(0.0), tendency.usual.at(0.999)
        assert [items[tendency.code].loss(end) for end in ends] == [0, 0]


def test_read_span():
    assert read_span("A") is None
    assert read_span("2").at(0.5) == "2"
    assert [read_span("1..3").at(n / 10) for n in (0, 4, 9)] == ["1", "2", "3"]
    assert read_span("16.2..17.8").at(0.999) == "17.8"
    assert read_span("1..3").low_at(0.5) == "1"


@pytest.mark.parametrize("channel", ["video", "mystery", "onsite"])
def test_every_channel_has_a_note_for_whatever_it_judges(channel):
    asked = {row["code"] for row in CRITERIA if channel in row["channels"].split(";")}
    noted = {
        row["criterion"]
        for row in NOTES
        if not row["channels"] or channel in row["channels"].split(";")
    }
    assert asked <= noted
    limited = [row for row in NOTES if channel in row["channels"].split(";")]
    assert {row["criterion"] for row in limited} <= asked
