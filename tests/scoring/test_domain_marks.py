from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.scoring.domain.inspection import score, score_fast
from hearth.scoring.domain.marks import BadMarks, Mark, MarkProblem, check_marks
from tests.scoring.rules import book, inspections, rule

RULEBOOK = book(
    rule("P"),
    rule("D", "deduct"),
    rule("S", "scale", levels=4),
    rule("C", "choice"),
    rule("N", "number"),
    rule("R", "number", bands="0..50=2;50..100=0"),
)


@pytest.mark.parametrize(
    ("mark", "code", "facts"),
    [
        (Mark("X", "met"), "unknown_criterion", {}),
        (Mark("p", "met"), "unknown_criterion", {}),
        (Mark("P", "fail"), "unknown_verdict", None),
        (Mark("P", ""), "unknown_verdict", None),
        (Mark("P", "not_met", "1"), "value_not_used", {}),
        (Mark("P", "met", "1"), "value_not_used", {}),
        (Mark("D", "met", "1"), "value_not_used", {}),
        (Mark("S", "not_applicable", "1"), "value_not_used", {}),
        (Mark("N", "not_observable", "17"), "value_not_used", {}),
        (Mark("D", "not_met", "0"), "occurrences_out_of_range", {"low": 1, "high": 9999}),
        (Mark("D", "not_met", -1), "occurrences_out_of_range", {"low": 1, "high": 9999}),
        (Mark("D", "not_met", "10000"), "occurrences_out_of_range", {"low": 1, "high": 9999}),
        (Mark("D", "not_met", "1.5"), "not_whole", {"text": "1.5"}),
        (Mark("D", "not_met", "two"), "not_whole", {"text": "two"}),
        (Mark("S", "not_met", "5"), "level_out_of_range", {"text": "5", "highest": 4}),
        (Mark("S", "met", -1), "level_out_of_range", {"text": "-1", "highest": 4}),
        (Mark("S", "not_met", "2.5"), "not_whole", {"text": "2.5"}),
        (Mark("C", "not_met", "D"), "unknown_option", {"text": "D", "options": ("A", "B", "C")}),
        (Mark("C", "not_met", "a"), "unknown_option", {"text": "a", "options": ("A", "B", "C")}),
        (Mark("N", "not_met", "warm"), "not_a_number", {"text": "warm"}),
        (Mark("N", "not_met", "1e2"), "not_a_number", {"text": "1e2"}),
        (Mark("N", "not_met", Decimal("NaN")), "not_a_number", {"text": "NaN"}),
        (
            Mark("R", "not_met", "100"),
            "outside_bands",
            {"text": "100", "low": Decimal(0), "high": Decimal(100)},
        ),
        (
            Mark("R", "met", "-0.1"),
            "outside_bands",
            {"text": "-0.1", "low": Decimal(0), "high": Decimal(100)},
        ),
    ],
)
def test_a_mark_that_does_not_fit_says_why(mark, code, facts):
    value = "" if mark.value is None else str(mark.value)

    (problem,) = check_marks(RULEBOOK, [mark])

    assert problem[:3] == (code, mark.criterion, value)
    assert problem.position == 0
    assert facts is None or problem.facts == facts
    for scorer in (score, score_fast):
        with pytest.raises(BadMarks):
            scorer(RULEBOOK, [mark])


@pytest.mark.parametrize(
    ("first", "second", "is_repeated"),
    [
        (Mark("D", "not_met", 1), Mark("D", "not_met", 2), False),
        (Mark("D", "not_met"), Mark("D", "met"), True),
        (Mark("D", "met"), Mark("D", "not_met"), True),
        (Mark("D", "not_applicable"), Mark("D", "not_met"), True),
        (Mark("P", "not_met"), Mark("P", "not_met"), True),
        (Mark("S", "met"), Mark("S", "met"), True),
    ],
)
def test_only_occurrences_may_be_listed_again(first, second, is_repeated):
    problems = check_marks(RULEBOOK, [first, second])

    if not is_repeated:
        assert problems == []
        assert score_fast(RULEBOOK, [first, second]).lost_milli == 1500
        return
    assert problems == [MarkProblem("repeated", first.criterion, "", {"first": 0}, 1)]
    with pytest.raises(BadMarks):
        score_fast(RULEBOOK, [first, second])


def test_every_problem_is_reported_at_once():
    marks = [Mark("X", "met"), Mark("S", "not_met", 9), Mark("P", "met"), Mark("S", "no")]

    found = [(p.position, p.code) for p in check_marks(RULEBOOK, marks)]

    assert found == [
        (0, "unknown_criterion"),
        (1, "level_out_of_range"),
        (3, "unknown_verdict"),
        (3, "repeated"),
    ]


@given(inspections())
def test_marks_that_fit_have_no_problems(drawn):
    rulebook, marks, _ = drawn

    assert check_marks(rulebook, marks) == []


words = st.sampled_from(["A", "0", "1", "2", "3", "17.5", "99", "-1", "", "x"])
anything = st.builds(
    Mark,
    st.sampled_from(["P", "D", "S", "C", "N", "R", "X"]),
    st.sampled_from(["met", "not_met", "not_applicable", "not_observable", "?"]),
    st.one_of(st.none(), words, st.integers(-2, 6), st.decimals(-5, 120, places=1)),
)


@given(st.lists(anything, max_size=4))
def test_what_has_no_problems_is_scored_and_what_has_is_refused(marks):
    problems = check_marks(RULEBOOK, marks)

    for scorer in (score, score_fast):
        if problems:
            with pytest.raises(BadMarks) as refusal:
                scorer(RULEBOOK, marks)
            assert list(refusal.value.problems) == problems
        else:
            assert 0 <= scorer(RULEBOOK, marks).possible_milli <= 12_000
