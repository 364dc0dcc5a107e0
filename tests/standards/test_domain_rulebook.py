from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from hearth.kernel.problems import BadValue
from hearth.standards.domain.rulebook import CriterionRule, Rulebook, whole
from hearth.standards.domain.validation import validate
from tests.scoring.rules import book, rule, rulebooks


def test_a_check_asks_what_its_channel_and_outlet_are_asked():
    rulebook = book(
        rule("A", gates=("B", "C")),
        rule("B", channels=("video", "onsite")),
        rule("C", module="M1", unit_kinds=("flagship",)),
        rule("D", channels=("mystery",), unit_kinds=("flagship",)),
        total_milli=8000,
    )

    video = rulebook.for_check("video", "plain")

    assert [of.code for of in video.criteria] == ["A", "B"]
    assert video.criteria[0].gates == ("B",)
    assert video.modules == ("M0",)
    assert validate(video) == []
    assert [of.code for of in rulebook.for_check("mystery", "flagship").criteria] == ["A", "C", "D"]
    assert rulebook.for_check("video", "plain") is video
    assert video.sheet is video.sheet


def test_rules_that_ask_everyone_are_used_as_they_are():
    rulebook = book(rule("A"))

    assert rulebook.for_check("video") is rulebook


@given(rulebooks())
def test_rules_without_problems_compile(rulebook):
    assert validate(rulebook) == []

    sheet = rulebook.sheet

    assert [item.code for item in sheet.ordered] == [of.code for of in rulebook.criteria]
    assert sum(sheet.module_points) == sheet.ticks * sum(
        of.points_milli for of in rulebook.criteria
    )
    for item, of in zip(sheet.ordered, rulebook.criteria, strict=True):
        if of.method == "scale":
            for level in range(of.levels + 1):
                exact = Fraction(of.points_milli * (of.levels - level), of.levels)
                assert Fraction(item.loss(str(level)), sheet.ticks) == exact


@pytest.mark.parametrize(
    ("rulebook", "where"),
    [
        (book(rule("A"), rule("A")), ""),
        (book(rule("A"), scheme="deduction"), ""),
        (book(rule("A", "guess")), "A"),
        (book(rule("A", gates=("X",))), "A"),
        (book(CriterionRule("A", "M0", "deduct", 1000)), "A"),
        (book(CriterionRule("A", "M0", "scale", 1000)), "A"),
        (Rulebook("share", None, "rescale", None, (rule("A"),), ("M1",)), "A"),
    ],
)
def test_rules_with_gaps_do_not_compile(rulebook, where):
    with pytest.raises(BadValue, match="rules_incomplete") as refusal:
        _ = rulebook.sheet

    assert refusal.value.facts == {"where": where}
    assert validate(rulebook) != []


def test_equal_rules_are_equal_whether_compiled_or_not():
    one, other = book(rule("A")), book(rule("A"))
    _ = one.sheet

    assert one == other
    assert hash(one) == hash(other)
    assert one != replace(other, pass_centi=8000)


@pytest.mark.parametrize(("text", "number"), [("2", 2), ("2.0", 2), (" -3 ", -3)])
def test_whole_numbers_may_come_from_a_spreadsheet(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["2.5", "two", "", "1e2"])
def test_what_is_not_whole_is_refused(text):
    with pytest.raises(BadValue, match="not_whole"):
        whole(text)
