from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.scoring.domain.inspection import (
    Amounts,
    ModuleScore,
    Step,
    score,
    score_fast,
    written_out,
)
from hearth.scoring.domain.marks import BadMarks, Mark
from tests.scoring.rules import book, inspections, rule, slowly, values


def lines(found):
    return {
        line.code: (line.earned_milli, line.possible_milli, line.because) for line in found.lines
    }


# --- by table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "verdict", "value", "earned"),
    [
        (rule("C"), "met", None, 2000),
        (rule("C"), "not_met", None, 0),
        (rule("C", "deduct"), "met", None, 2000),
        (rule("C", "deduct"), "not_met", None, 1500),
        (rule("C", "deduct"), "not_met", "3", 500),
        (rule("C", "deduct"), "not_met", "9", 0),
        (rule("C", "deduct", max_lost_milli=800), "not_met", "9", 1200),
        (rule("C", "scale", levels=4), "met", None, 2000),
        (rule("C", "scale", levels=4), "not_met", "3", 1500),
        (rule("C", "scale", levels=4), "met", 1, 500),
        (rule("C", "scale", levels=4), "not_met", None, 0),
        (rule("C", "scale", levels=3), "not_met", 2, 1333),
        (rule("C", "choice"), "not_met", "B", 1000),
        (rule("C", "choice"), "met", "C", 0),
        (rule("C", "choice"), "not_met", "", 0),
        (rule("C", "choice"), "met", "", 2000),
        (rule("C", "number"), "met", "18", 2000),
        (rule("C", "number"), "not_met", "17.999999", 1000),
        (rule("C", "number"), "not_met", "16", 1000),
        (rule("C", "number"), "not_met", "15.9", 0),
        (rule("C", "number"), "not_met", None, 0),
    ],
)
def test_each_method_earns_by_its_value(of, verdict, value, earned):  # SC-01
    found = score(book(of), [Mark("C", verdict, value)])

    assert (found.earned_milli, found.possible_milli) == (earned, 2000)
    assert found.lines[0].because == ("own" if earned < 2000 else "")


def test_repeated_occurrences_add_up():  # SC-01
    marks = [Mark("C", "not_met", "2"), Mark("C", "not_met"), Mark("C", "not_met", 1)]

    found = score(book(rule("C", "deduct", 5000)), marks)

    assert found.lost_milli == 2000
    assert found.lines[0].value == "4"


@pytest.mark.parametrize("verdict", ["not_applicable", "not_observable"])
def test_what_does_not_apply_or_was_not_seen_carries_no_weight(verdict):  # SC-02
    rulebook = book(rule("A"), rule("B"), rule("C", points=6000))

    found = score(rulebook, [Mark("A", "not_met"), Mark("C", verdict)])

    assert (found.earned_milli, found.possible_milli, found.score_centi) == (2000, 4000, 5000)
    assert lines(found)["C"] == (0, 0, "")


def test_an_edition_may_give_full_marks_for_what_does_not_apply():  # SC-02
    rulebook = book(rule("A"), rule("B"), not_applicable="full_marks")
    marks = [Mark("A", "not_met"), Mark("B", "not_applicable")]

    assert score(rulebook, marks).score_centi == 5000
    unseen = [Mark("A", "not_met"), Mark("B", "not_observable")]
    assert score(rulebook, unseen).score_centi == 0


def test_the_score_is_rounded_half_up_once():  # SC-03
    sheet = [rule(f"C{place}", points=1000) for place in range(800)]  # 1/800 is 0.125 %

    assert score(book(*sheet), [Mark("C0", "not_met")]).score_centi == 9988
    assert score(book(*sheet), [Mark(f"C{n}", "not_met") for n in range(799)]).score_centi == 13


def test_thirds_of_points_add_up_exactly():  # SC-03
    rulebook = book(*(rule(f"C{n}", "scale", 1000, levels=3) for n in range(3)))

    found = score(rulebook, [Mark(f"C{n}", "not_met", 1) for n in range(3)])

    assert [line.earned_milli for line in found.lines] == [333, 333, 333]
    assert (found.earned_milli, found.lost_milli, found.score_centi) == (1000, 2000, 3333)


def test_deduction_starts_from_the_base_and_stops_at_nothing():  # SC-03
    rulebook = book(
        rule("A", "deduct", 7000, step_milli=7000),
        rule("B", "deduct", 4000, step_milli=4000, max_lost_milli=4000),
        scheme="deduction",
        base=20_000,
    )

    once = score(rulebook, [Mark("A", "not_met"), Mark("B", "not_met", 5)])
    thrice = score(rulebook, [Mark("A", "not_met", 3), Mark("B", "not_met")])

    assert (once.earned_milli, once.possible_milli, once.lost_milli) == (9000, 20_000, 11_000)
    assert once.score_centi == 4500
    assert (thrice.earned_milli, thrice.lost_milli, thrice.score_centi) == (0, 25_000, 0)
    assert thrice.modules == (ModuleScore("M0", 0, 11_000, 25_000, 0),)


@pytest.mark.parametrize("scheme", ["share", "deduction"])
def test_nothing_applicable_is_no_score(scheme):  # SC-03
    rulebook = book(rule("A"), scheme=scheme, base=1000 if scheme == "deduction" else None)

    for marks, unlisted in (([Mark("A", "not_applicable")], "met"), ([], "not_observable")):
        found = score(rulebook, marks, unlisted)
        assert found.totals == score_fast(rulebook, marks, unlisted)
        assert (found.possible_milli, found.score_centi) == (0, None)
        assert found.modules[0].score_centi is None
        assert written_out(found) == (Step("no_score", ""),)


def test_a_critical_failure_zeroes_its_module():  # SC-04
    rulebook = book(
        rule("A", critical="zero_module"),
        rule("B"),
        rule("N"),
        rule("D", module="M1", points=4000),
        rule("E", critical="zero_module"),
    )

    found = score(rulebook, [Mark("A", "not_met"), Mark("N", "not_applicable")])

    assert found.critical == "zero_module:A"
    assert [m.score_centi for m in found.modules] == [0, 10_000]
    assert (found.earned_milli, found.possible_milli) == (4000, 10_000)
    assert lines(found)["B"] == (0, 2000, "critical_module:A")
    assert lines(found)["A"] == (0, 2000, "own")
    assert lines(found)["N"] == (0, 0, "")


def test_a_critical_failure_zeroes_or_caps_the_inspection_and_the_strictest_decides():  # SC-04
    rulebook = book(
        rule("Z", critical="zero_total"),
        rule("A", critical="cap:60"),
        rule("B", critical="cap:55.5"),
        rule("C", critical="zero_module", module="M1"),
        *(rule(f"D{n}") for n in range(6)),
    )

    capped = score(rulebook, [Mark("A", "not_met"), Mark("C", "not_met")])
    lower = score(rulebook, [Mark("A", "not_met"), Mark("B", "not_met")])
    zeroed = score(rulebook, [Mark("A", "not_met"), Mark("Z", "not_met")])

    assert (capped.critical, capped.score_centi) == ("cap:60:A", 6000)
    assert (capped.raw.score_centi, capped.earned_milli) == (8000, 16_000)
    assert (lower.critical, lower.score_centi) == ("cap:55.5:B", 5550)
    assert (zeroed.critical, zeroed.score_centi, zeroed.earned_milli) == ("zero_total:Z", 0, 0)
    assert zeroed.raw == Amounts(16_000, 20_000, 4000, 8000)
    assert zeroed.modules[0].earned_milli == 14_000  # modules still show where points went


def test_a_cap_above_the_score_changes_nothing_but_is_named():  # SC-04
    found = score(book(rule("A", critical="cap:60"), rule("B")), [Mark("A", "not_met")])

    assert (found.score_centi, found.critical) == (5000, "cap:60:A")


def test_a_gate_takes_what_it_guards_and_that_takes_what_hangs_on_it():  # SC-05
    rulebook = book(
        rule("LOBBY", gates=("GREETS", "QUEUE", "RAMP")),
        rule("GREETS", gates=("SMILES",)),
        rule("SMILES", "deduct"),
        rule("QUEUE"),
        rule("RAMP", gates=("SIGN",)),
        rule("SIGN"),
    )
    marks = [
        Mark("LOBBY", "not_met"),
        Mark("SMILES", "not_met"),
        Mark("QUEUE", "not_observable"),
        Mark("RAMP", "not_applicable"),
    ]

    found = score(rulebook, marks)

    assert lines(found) == {
        "LOBBY": (0, 2000, "own"),
        "GREETS": (0, 2000, "gate:LOBBY"),
        "SMILES": (0, 2000, "gate:LOBBY"),
        "QUEUE": (0, 2000, "gate:LOBBY"),  # could not be seen because the gate failed
        "RAMP": (0, 0, ""),  # does not apply here, whoever is in the lobby
        "SIGN": (2000, 2000, ""),
    }
    assert found.score_centi == 2000


def test_a_taken_criterion_does_not_fail_as_critical():  # SC-05 with SC-04
    rulebook = book(rule("A", gates=("B",)), rule("B", critical="zero_total"), rule("C"))

    assert score(rulebook, [Mark("A", "not_met")]).score_centi == 3333


def test_a_gate_never_gives_back_an_uncapped_loss():  # SC-05
    rulebook = book(rule("A", gates=("B",)), rule("B", "deduct"), scheme="deduction", base=100_000)

    found = score(rulebook, [Mark("A", "not_met"), Mark("B", "not_met", 9)])

    assert found.lost_milli == 2000 + 4500
    assert lines(found)["B"] == (0, 2000, "own")


def test_a_zeroed_module_never_gives_back_an_uncapped_loss():  # SC-04
    rulebook = book(
        rule("A", critical="zero_module"),
        rule("B", "deduct"),
        rule("C"),
        scheme="deduction",
        base=100_000,
    )
    marks = [Mark("A", "not_met"), Mark("B", "not_met", 9)]

    assert score(rulebook, marks).lost_milli == 2000 + 4500 + 2000
    assert score_fast(rulebook, marks) == score(rulebook, marks).totals


def test_an_unknown_default_verdict_is_refused():
    with pytest.raises(BadValue, match="unlisted_unknown"):
        score_fast(book(rule("A")), [], "not_met")


# --- written out ---------------------------------------------------------------------------------


def test_a_share_is_written_out_by_module():
    rulebook = book(
        rule("A", points=12_500), rule("B", points=212_500, module="M1"), rule("C", points=500)
    )

    steps = written_out(score(rulebook, [Mark("A", "not_met"), Mark("C", "not_applicable")]))

    assert steps == (
        Step("module", "0 / 12.5", "M0"),
        Step("module", "212.5 / 212.5", "M1"),
        Step("quotient", "100 × 212.5 ÷ 225 = 94.44"),
    )


@pytest.mark.parametrize(
    ("critical", "last"),
    [
        ("cap:30", Step("cap", "40.00 → 30.00", "B")),
        ("zero_total", Step("zero_total", "40.00 → 0.00", "B")),
    ],
)
def test_a_deduction_is_written_out_by_criterion(critical, last):
    rulebook = book(
        rule("A", "deduct"),
        rule("B", points=2500, critical=critical),
        rule("C"),
        scheme="deduction",
        base=5000,
    )

    steps = written_out(score(rulebook, [Mark("A", "not_met"), Mark("B", "not_met")]))

    assert steps == (
        Step("lost", "0.5", "A"),
        Step("lost", "2.5", "B"),
        Step("difference", "5 − 3 = 2"),
        Step("quotient", "100 × 2 ÷ 5 = 40.00"),
        last,
    )


def test_a_deduction_below_nothing_says_so():
    rulebook = book(rule("A", "deduct"), scheme="deduction", base=1000)

    steps = written_out(score(rulebook, [Mark("A", "not_met", 3)]))

    assert steps[1] == Step("difference", "1 − 1.5 = -0.5 → 0")


# --- by property ---------------------------------------------------------------------------------


@given(inspections())
def test_the_score_follows_the_letter_of_the_rules(drawn):
    rulebook, marks, unlisted = drawn

    found = score(rulebook, marks, unlisted)

    expected, modules = slowly(rulebook, marks, unlisted)
    assert found.score_centi == expected
    for module in found.modules:
        possible, lost = modules[module.code]
        assert module.possible_milli == possible
        assert abs(module.lost_milli - lost) <= Fraction(1, 2)
        assert abs(module.earned_milli - max(0, possible - lost)) <= Fraction(1, 2)


@given(inspections())
def test_the_fast_score_is_the_full_one_without_lines(drawn):
    rulebook, marks, unlisted = drawn

    assert score_fast(rulebook, iter(marks), unlisted) == score(rulebook, marks, unlisted).totals


@given(inspections(), st.data())
def test_the_order_of_marks_changes_nothing(drawn, data):
    rulebook, marks, unlisted = drawn
    shuffled = data.draw(st.permutations(marks))

    one, other = score(rulebook, marks, unlisted), score(rulebook, shuffled, unlisted)

    assert one == other


@given(inspections(), st.data())
def test_one_more_fault_never_raises_the_score(drawn, data):
    rulebook, marks, unlisted = drawn
    of = data.draw(st.sampled_from(rulebook.criteria))
    others = [mark for mark in marks if mark.criterion != of.code]
    faults = data.draw(st.lists(values(of), min_size=1, max_size=3 if of.method == "deduct" else 1))

    scores = [
        score(rulebook, [*others, *seen], unlisted).score_centi
        for seen in (
            [Mark(of.code, "met")],
            *([Mark(of.code, "not_met", v) for v in faults[:n]] for n in range(1, len(faults) + 1)),
        )
    ]

    assert scores == sorted(scores, reverse=True)


@given(inspections("share"), st.integers(2, 9))
def test_only_the_ratio_of_points_matters(drawn, factor):
    rulebook, marks, unlisted = drawn
    scaled = book(
        *(
            rule(
                of.code,
                of.method,
                of.points_milli * factor,
                of.module,
                critical=of.critical,
                gates=of.gates,
                **({"levels": of.levels} if of.method == "scale" else {}),
                **_scaled_deduction(of, factor),
            )
            for of in rulebook.criteria
        ),
        not_applicable=rulebook.not_applicable,
    )

    one, other = score(rulebook, marks, unlisted), score(scaled, marks, unlisted)

    assert one.score_centi == other.score_centi
    assert [m.score_centi for m in one.modules] == [m.score_centi for m in other.modules]


def _scaled_deduction(of, factor):
    if of.method != "deduct":
        return {}
    cap = of.max_lost_milli
    return {"step_milli": of.step_milli * factor, "max_lost_milli": cap and cap * factor}


@given(inspections("share"), st.data())
def test_what_does_not_apply_might_as_well_not_be_on_the_sheet(drawn, data):
    rulebook, marks, unlisted = drawn
    assume(rulebook.not_applicable == "rescale" and len(rulebook.criteria) > 1)
    gone = data.draw(st.sampled_from(rulebook.criteria)).code
    others = [mark for mark in marks if mark.criterion != gone]
    rest = book(
        *(
            rule(
                of.code,
                of.method,
                of.points_milli,
                of.module,
                critical=of.critical,
                gates=tuple(code for code in of.gates if code != gone),
                step_milli=of.step_milli,
                max_lost_milli=of.max_lost_milli,
                levels=of.levels,
            )
            for of in rulebook.criteria
            if of.code != gone
        )
    )

    with_it = score(rulebook, [*others, Mark(gone, "not_applicable")], unlisted)

    without_it = score(rest, others, unlisted)
    assert with_it.raw == without_it.raw
    assert with_it.score_centi == without_it.score_centi


@given(inspections())
def test_every_figure_adds_up_from_the_one_below(drawn):
    rulebook, marks, unlisted = drawn

    found = score(rulebook, marks, unlisted)

    assert len(found.lines) == len(rulebook.criteria)
    for module in found.modules:
        own = [line for line in found.lines if line.module == module.code]
        assert module.possible_milli == sum(line.possible_milli for line in own)
        assert abs(module.lost_milli - sum(line.lost_milli for line in own)) <= len(own)
    if rulebook.scheme == "share":
        assert found.raw.possible_milli == sum(m.possible_milli for m in found.modules)
        assert found.earned_milli + found.lost_milli == found.possible_milli
    assert all((line.because == "") is (line.lost_milli == 0) for line in found.lines)
    assert found.score_centi is None or 0 <= found.score_centi <= 10_000


@given(inspections())
def test_the_last_quotient_written_out_is_the_raw_score(drawn):
    found = score(*drawn)
    steps = written_out(found)

    if found.raw.score_centi is None:
        assert [step.kind for step in steps] == ["no_score"]
    else:
        quotient = next(step for step in steps if step.kind == "quotient")
        assert quotient.text.endswith(f"= {found.raw.score_centi / 100:.2f}")


def test_marks_that_do_not_fit_are_refused_alike_by_both():
    rulebook = book(rule("A"), rule("B", "scale"))
    marks = [Mark("X", "met"), Mark("B", "not_met", "9")]

    for scorer in (score, score_fast):
        with pytest.raises(BadMarks) as refusal:
            scorer(rulebook, marks)
        assert [p.code for p in refusal.value.problems] == [
            "unknown_criterion",
            "level_out_of_range",
        ]
        assert str(refusal.value) == "X: unknown_criterion; B: level_out_of_range 9"
