from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.programme.domain.scoring import (
    FULL,
    Scale,
    Scored,
    Step,
    check,
    points,
    to_milli,
    total,
)

HIGHER = Scale("linear", target_milli=90_000, floor_milli=60_000)
LOWER = Scale("linear", target_milli=2_000, floor_milli=10_000, is_lower_better=True)
STEPS = (Step(90_000, 10_000), Step(80_000, 6_000), Step(70_000, 3_000))
STEPPED = Scale("stepped", target_milli=90_000, steps=STEPS)

values = st.integers(-(10**9), 10**9)


@st.composite
def linear(draw):
    target = draw(values)
    gap = draw(st.integers(1, 10**9))
    lower = draw(st.booleans())
    floor = target + gap if lower else target - gap
    return Scale("linear", target, floor, is_lower_better=lower)


@st.composite
def stepped(draw):
    lower = draw(st.booleans())
    bounds = sorted(draw(st.sets(values, min_size=1, max_size=6)), reverse=lower)
    earned = sorted(draw(st.sets(st.integers(0, FULL), min_size=len(bounds), max_size=len(bounds))))
    steps = tuple(Step(b, p) for b, p in zip(bounds, earned, strict=True))
    return Scale("stepped", bounds[-1], steps=steps, is_lower_better=lower)


@st.composite
def pass_fail(draw):
    return Scale("pass_fail", draw(values), is_lower_better=draw(st.booleans()))


scales = st.one_of(linear(), stepped(), pass_fail())


# --- value to points ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "milli"),
    [
        ("90", 90_000),
        ("89.9995", 90_000),
        ("89.9994999", 89_999),
        ("-0.0005", 0),
        ("-1.2", -1_200),
        ("0.33333333333333333333", 333),
    ],
)
def test_what_is_scored_is_the_value_half_up_to_thousandths(number, milli):
    assert to_milli(Decimal(number)) == milli


@pytest.mark.parametrize(
    ("scale", "value", "earned"),
    [
        (HIGHER, 60_000, 0),
        (HIGHER, 59_999, 0),
        (HIGHER, 75_000, 5_000),
        (HIGHER, 89_999, 10_000),  # 99.9967 rounds to 100.00
        (HIGHER, 90_000, 10_000),
        (HIGHER, 120_000, 10_000),
        (LOWER, 10_000, 0),
        (LOWER, 11_000, 0),
        (LOWER, 6_000, 5_000),
        (LOWER, 2_000, 10_000),
        (LOWER, 0, 10_000),
        (STEPPED, 69_999, 0),
        (STEPPED, 70_000, 3_000),
        (STEPPED, 89_999, 6_000),
        (STEPPED, 95_000, 10_000),
        (Scale("pass_fail", 100_000), 99_999, 0),
        (Scale("pass_fail", 100_000), 100_000, 10_000),
        (Scale("pass_fail", 3_000, is_lower_better=True), 3_000, 10_000),
        (Scale("pass_fail", 3_000, is_lower_better=True), 3_001, 0),
    ],
)
def test_points_of_a_value(scale, value, earned):
    assert points(scale, value) == earned


@given(scales, values)
def test_points_stay_within_nothing_and_all(scale, value):
    check(scale)
    assert 0 <= points(scale, value) <= FULL


@given(scales, values, values)
def test_a_better_value_never_earns_less(scale, one, other):
    worse, better = sorted((one, other), reverse=scale.is_lower_better)
    assert points(scale, worse) <= points(scale, better)


@given(scales)
def test_the_target_earns_the_most(scale):
    most = max((s.points_centi for s in scale.steps), default=FULL)
    assert points(scale, scale.target_milli) == most


@given(linear(), values)
def test_a_scale_turned_about_earns_the_same(scale, value):
    turned = Scale(
        "linear",
        -scale.target_milli,
        -scale.floor_milli,
        is_lower_better=not scale.is_lower_better,
    )
    assert points(turned, -value) == points(scale, value)


@pytest.mark.parametrize(
    ("scale", "code"),
    [
        (Scale("linear", 90_000), "no_floor"),
        (Scale("linear", 90_000, 90_000), "floor_beyond_target"),
        (Scale("linear", 90_000, 95_000), "floor_beyond_target"),
        (Scale("linear", 90_000, 80_000, is_lower_better=True), "floor_beyond_target"),
        (Scale("stepped", 90_000), "no_steps"),
        (Scale("stepped", 0, steps=tuple(Step(n, n) for n in range(11))), "too_many_steps"),
        (Scale("stepped", 0, steps=(Step(1, 10_001),)), "step_points_out_of_range"),
        (Scale("stepped", 0, steps=(Step(1, -1),)), "step_points_out_of_range"),
        (Scale("stepped", 0, steps=(Step(1, 5), Step(2, 5))), "steps_out_of_order"),
        (Scale("stepped", 0, steps=(Step(1, 5), Step(1, 6))), "steps_out_of_order"),
        (Scale("stepped", 0, steps=(Step(1, 5), Step(2, 9)), is_lower_better=True),
         "steps_out_of_order"),
    ],
)  # fmt: skip
def test_a_scale_that_cannot_be_scored_by_is_refused(scale, code):
    with pytest.raises(BadValue) as refusal:
        check(scale)

    assert refusal.value.code == code


def test_points_without_a_floor_are_refused_not_guessed():
    with pytest.raises(BadValue, match="no_floor"):
        points(Scale("linear", 90_000), 80_000)


# --- points to a total ----------------------------------------------------------------------------


def test_the_total_is_the_weighted_mean_of_the_points():
    found = total([Scored(200, 10_000), Scored(100, 5_000)], "left_out")

    assert (found.centi, found.weight_centi, found.missing) == (8_333, 300, 0)
    assert found.earned == 200 * 10_000 + 100 * 5_000


def test_a_missing_value_leaves_both_sums_or_counts_nothing():
    lines = [Scored(100, 8_000), Scored(100, None)]

    assert total(lines, "left_out").centi == 8_000
    assert total(lines, "zero").centi == 4_000
    assert total(lines, "zero").missing == 1


@pytest.mark.parametrize("rule", ["left_out", "zero"])
def test_without_any_value_there_is_no_total(rule):
    assert total([Scored(100, None)], rule).centi is None
    assert total([], rule).centi is None


scored = st.lists(
    st.builds(Scored, st.integers(1, 10_000), st.none() | st.integers(0, FULL)), max_size=8
)


@given(scored)
def test_a_total_lies_between_the_worst_and_the_best(lines):
    known = [line.points_centi for line in lines if line.points_centi is not None]
    assume(known)
    left_out, zero = total(lines, "left_out"), total(lines, "zero")

    assert min(known) <= left_out.centi <= max(known)
    assert 0 <= zero.centi <= left_out.centi


@given(scored, st.integers(2, 9))
def test_only_the_ratio_of_weights_matters(lines, factor):
    heavier = [Scored(line.weight_centi * factor, line.points_centi) for line in lines]
    for rule in ("left_out", "zero"):
        assert total(heavier, rule).centi == total(lines, rule).centi
