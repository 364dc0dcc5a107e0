"""Each problem of an edition has its sentence, its place and its column."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from hearth.standards.problems import _SENTENCES, problems_of
from hearth.standards.queries import CriterionContent, ModuleContent
from tests.factories_standards import CRITERIA, MODULES, edition_content

PLAIN = CriterionContent("A", "X1", "一项", "pass_fail", 1000)


def one(**changes):
    """An edition of this one criterion."""
    criterion = replace(PLAIN, **changes)
    return edition_content(criteria=(criterion,), modules=(ModuleContent("A", "甲"),))


def two(first, second):
    return edition_content(
        criteria=(replace(PLAIN, **first), replace(PLAIN, code="X2", **second)),
        modules=(ModuleContent("A", "甲"),),
    )


WRONG = {
    "scheme_unknown": edition_content(scheme="guess"),
    "not_applicable_unknown": edition_content(not_applicable="guess"),
    "base_missing": edition_content(scheme="deduction"),
    "base_not_positive": edition_content(scheme="deduction", base_milli=0),
    "pass_out_of_range": edition_content(pass_centi=10_001),
    "total_mismatch": edition_content(total_milli=1),
    "no_criteria": edition_content(criteria=()),
    "module_repeated": edition_content(modules=(*MODULES, MODULES[0])),
    "module_empty": edition_content(modules=(*MODULES, ModuleContent("Z", "空"))),
    "code_missing": one(code=""),
    "code_with_separator": one(code="A;B"),
    "code_repeated": edition_content(criteria=(*CRITERIA, CRITERIA[0])),
    "module_unknown": one(module="Z"),
    "method_unknown": one(method="guess"),
    "points_not_positive": one(points_milli=0),
    "step_missing": one(method="deduct"),
    "step_not_positive": one(method="deduct", step_milli=0),
    "max_lost_not_positive": one(method="deduct", step_milli=1, max_lost_milli=0),
    "max_lost_over_points": one(method="deduct", step_milli=1, max_lost_milli=1001),
    "levels_missing": one(method="scale"),
    "levels_out_of_range": one(method="scale", levels=101),
    "best_not_points": one(method="choice", options="A=2;B=0"),
    "gate_self": one(gates=("X1",)),
    "gate_unknown": one(gates=("Q",)),
    "gate_cycle": two({"gates": ("X2",)}, {"gates": ("X1",)}),
    "options_missing": one(method="choice"),
    "option_malformed": one(method="choice", options="A=1;B"),
    "option_repeated": one(method="choice", options="A=1;A=0"),
    "bands_missing": one(method="number"),
    "band_malformed": one(method="number", bands="18-20=1"),
    "band_empty": one(method="number", bands="18..18=1"),
    "bands_overlap": one(method="number", bands="..20=0;18..=1"),
    "bands_gap": one(method="number", bands="..16=0;18..=1"),
    "critical_malformed": one(critical="zero"),
    "cap_out_of_range": one(critical="cap:101"),
}


def test_every_sentence_has_its_example():
    assert set(WRONG) == set(_SENTENCES)


@pytest.mark.parametrize("code", sorted(WRONG))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_problem_is_worded(code, language):
    with translation.override(language):
        found = {p.code: p for p in problems_of(WRONG[code])}

    problem = found[code]
    assert problem.text != code
    assert "%(" not in problem.text
    assert "_milli" not in problem.text


def test_a_problem_names_its_cell():
    content = edition_content(criteria=(CRITERIA[0], replace(CRITERIA[1], step_milli=-500)))

    found = {p.code: p for p in problems_of(content)}

    wrong = found["step_not_positive"]
    assert (wrong.where, wrong.column, wrong.position) == ("A02", "step_points", 1)
    assert found["module_empty"].where == "B"


def test_points_are_worded_as_points_not_as_thousandths():
    with translation.override("en"):
        (problem,) = problems_of(edition_content(total_milli=30_500))

    assert "25" in problem.text
    assert "30.5" in problem.text


def test_a_sound_edition_has_none():
    assert problems_of(edition_content()) == []
