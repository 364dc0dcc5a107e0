from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import Problem
from hearth.standards.domain.rulebook import CriterionRule, Rulebook
from hearth.standards.domain.validation import validate
from tests.scoring.rules import book, rule, rulebooks

GOOD = book(rule("A", gates=("B",)), rule("B", "deduct"), rule("C", module="M1"))


def codes(rulebook):
    return [(p.code, p.where, p.field) for p in validate(rulebook)]


def test_rules_that_hold_together_have_no_problems():
    assert validate(replace(GOOD, total_milli=6000, pass_centi=8500)) == []
    assert validate(replace(GOOD, scheme="deduction", base_milli=100_000)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"scheme": "sum"}, Problem("scheme_unknown", "", {"scheme": "sum"}, "scheme")),
        (
            {"not_applicable": "zero"},
            Problem("not_applicable_unknown", "", {"not_applicable": "zero"}, "not_applicable"),
        ),
        ({"scheme": "deduction"}, Problem("base_missing", field="base_points")),
        (
            {"scheme": "deduction", "base_milli": 0},
            Problem("base_not_positive", field="base_points"),
        ),
        ({"pass_centi": 10_001}, Problem("pass_out_of_range", field="pass_points")),
        ({"pass_centi": -1}, Problem("pass_out_of_range", field="pass_points")),
        (
            {"total_milli": 100_000},
            Problem(
                "total_mismatch",
                "",
                {"stated_milli": 100_000, "sum_milli": 6000},
                "total_points",
            ),
        ),
        (
            {"modules": ("M0", "M1", "M0")},
            Problem("module_repeated", "M0", {"module": "M0"}, "module"),
        ),
        (
            {"modules": ("M0", "M1", "M2")},
            Problem("module_empty", "M2", {"module": "M2"}, "module"),
        ),
    ],
)
def test_each_problem_of_the_edition(changes, problem):
    assert validate(replace(GOOD, **changes)) == [problem]


def test_an_edition_without_criteria_is_refused():
    assert codes(Rulebook("share", None, "rescale", None, (), ())) == [("no_criteria", "", "")]


@pytest.mark.parametrize(
    ("bad", "code", "field", "facts"),
    [
        (rule(""), "code_missing", "code", {}),
        (rule("X;Y"), "code_with_separator", "code", {}),
        (rule("X："), "code_with_separator", "code", {}),
        (rule("X", "guess"), "method_unknown", "method", {"method": "guess"}),
        (rule("X", points=0), "points_not_positive", "points", {}),
        (rule("X", points=-1), "points_not_positive", "points", {}),
        (rule("X", critical="cap:101"), "cap_out_of_range", "critical", {"text": "cap:101"}),
        (rule("X", critical="fatal"), "critical_malformed", "critical", {"text": "fatal"}),
        (rule("X", "deduct", step_milli=None), "step_missing", "step_points", {}),
        (rule("X", "deduct", step_milli=0), "step_not_positive", "step_points", {}),
        (rule("X", "deduct", max_lost_milli=0), "max_lost_not_positive", "max_lost", {}),
        (
            rule("X", "deduct", max_lost_milli=2001),
            "max_lost_over_points",
            "max_lost",
            {"max_lost_milli": 2001, "points_milli": 2000},
        ),
        (rule("X", "scale", levels=None), "levels_missing", "levels", {}),
        (rule("X", "scale", levels=1), "levels_out_of_range", "levels", {"low": 2, "high": 100}),
        (rule("X", "scale", levels=101), "levels_out_of_range", "levels", {"low": 2, "high": 100}),
        (rule("X", "choice", options=""), "options_missing", "options", {}),
        (rule("X", "choice", options="A"), "option_malformed", "options", {"part": "A"}),
        (
            rule("X", "choice", options="A=3;B=0"),
            "best_not_points",
            "options",
            {"best_milli": 3000, "points_milli": 2000},
        ),
        (
            rule("X", "number", bands="18..=1;..18=0"),
            "best_not_points",
            "bands",
            {"best_milli": 1000, "points_milli": 2000},
        ),
        (rule("X", "number", bands=""), "bands_missing", "bands", {}),
        (
            rule("X", "number", bands="18..=2;..16=0"),
            "bands_gap",
            "bands",
            {"at": "18", "since": "16"},
        ),
        (rule("X", gates=("X",)), "gate_self", "gates", {"gate": "X"}),
        (rule("X", gates=("Y", "Y")), "gate_unknown", "gates", {"gate": "Y"}),
    ],
)
def test_each_problem_of_a_criterion(bad, code, field, facts):
    rulebook = book(rule("A"), bad)

    assert validate(rulebook) == [Problem(code, bad.code, facts, field, 1)]


def test_a_criterion_needs_a_module_that_exists():
    rulebook = replace(GOOD, modules=("M0",))

    assert validate(rulebook) == [Problem("module_unknown", "C", {"module": "M1"}, "module", 2)]


def test_a_repeated_code_points_at_both_places():
    rulebook = book(rule("A"), rule("B"), rule("A"), rule("A"))

    assert validate(rulebook) == [
        Problem("code_repeated", "A", {"first": 0}, "code", 2),
        Problem("code_repeated", "A", {"first": 0}, "code", 3),
    ]


@pytest.mark.parametrize(
    ("gates", "paths"),
    [
        ({"A": "B", "B": "A"}, [("A", "B")]),
        ({"A": "B", "B": "C", "C": "B"}, [("B", "C")]),
        ({"A": "B", "B": "A", "C": "D", "D": "C"}, [("A", "B"), ("C", "D")]),
        ({"A": "BC", "B": "D", "C": "D"}, []),
        ({"B": "C", "C": "D", "D": "B", "A": "B"}, [("B", "C", "D")]),
        ({"A": "BC", "B": "A", "C": "A"}, [("A", "B")]),
    ],
)
def test_gates_must_not_lead_back_to_themselves(gates, paths):
    rulebook = book(*(rule(code, gates=tuple(gates.get(code, ""))) for code in "ABCD"))

    found = validate(rulebook)

    assert [(p.code, p.where, p.facts["path"]) for p in found] == [
        ("gate_cycle", path[0], path) for path in paths
    ]


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sets(st.sampled_from("ABCDE")), min_size=5))
def test_a_cycle_is_found_wherever_one_exists(gates):
    loopless = {code: sorted(guarded - {code}) for code, guarded in gates.items()}
    rulebook = book(*(rule(code, gates=tuple(loopless[code])) for code in sorted(gates)))

    found = validate(rulebook)

    reach = {code: set(guarded) for code, guarded in loopless.items()}
    for _ in gates:
        reach = {c: set(g).union(*(reach[further] for further in g)) for c, g in reach.items()}
    assert bool(found) is any(code in reached for code, reached in reach.items())
    for problem in found:
        path: Any = problem.facts["path"]
        steps = zip(path, (*path[1:], path[0]), strict=True)
        assert all(after in loopless[before] for before, after in steps)


def test_all_problems_are_found_at_once():
    rulebook = Rulebook(
        "deduction",
        None,
        "rescale",
        None,
        (
            CriterionRule("A", "M0", "scale", 0, levels=1, gates=("A", "Z")),
            CriterionRule("A", "MX", "choice", 1000, options="?", critical="?"),
        ),
        ("M0",),
        total_milli=2000,
    )

    assert [problem.code for problem in validate(rulebook)] == [
        "base_missing",
        "total_mismatch",
        "code_repeated",
        "points_not_positive",
        "levels_out_of_range",
        "gate_self",
        "gate_unknown",
        "module_unknown",
        "critical_malformed",
        "option_malformed",
    ]


@given(rulebooks())
def test_rules_made_to_be_good_are_found_good(rulebook):
    assert validate(rulebook) == []
