from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import (
    centi_text,
    div_half_up,
    milli_text,
    parse_centi,
    parse_fixed,
    parse_milli,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(1, 2, 1), (3, 2, 2), (5, 2, 3), (-1, 2, 0), (-3, 2, -1), (-5, 2, -2), (7, 3, 2), (8, 3, 3)],
)
def test_an_exact_half_goes_up(numerator, denominator, quotient):
    assert div_half_up(numerator, denominator) == quotient


@given(st.integers(), st.integers(min_value=1))
def test_division_gives_the_nearest_whole_number(numerator, denominator):
    exact = Fraction(numerator, denominator)

    assert exact - Fraction(1, 2) < div_half_up(numerator, denominator) <= exact + Fraction(1, 2)


@pytest.mark.parametrize("denominator", [0, -1])
def test_division_by_nothing_is_refused(denominator):
    with pytest.raises(BadValue, match="denominator_not_positive"):
        div_half_up(1, denominator)


@pytest.mark.parametrize(
    ("centi", "text"),
    [(9437, "94.37"), (9400, "94.00"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-9437, "-94.37")],
)
def test_hundredths_show_both_places(centi, text):
    assert centi_text(centi) == text


@pytest.mark.parametrize(
    ("milli", "text"),
    [(2500, "2.5"), (2000, "2"), (2, "0.002"), (0, "0"), (-2500, "-2.5"), (100_000, "100")],
)
def test_thousandths_show_no_idle_zeros(milli, text):
    assert milli_text(milli) == text


@given(st.integers(-(10**14), 10**14))
def test_what_is_written_is_read_back(value):
    assert parse_milli(milli_text(value)) == value
    assert parse_centi(centi_text(value // 1000)) == value // 1000


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("2.5", 2500),
        ("2", 2000),
        (" 0.125 ", 125),
        ("2.5000", 2500),
        ("-1.5", -1500),
        ("007", 7000),
    ],
)
def test_points_are_read_exactly(text, milli):
    assert parse_milli(text) == milli


@pytest.mark.parametrize(
    "text", ["", "x", "2,5", "1e3", ".5", "2.", "+2", "２", "1 000", "nan", "1" * 13, "--1"]
)
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(BadValue) as refusal:
        parse_milli(text)

    assert refusal.value.code == "not_a_number"


def test_decimals_that_would_be_lost_are_refused():
    with pytest.raises(BadValue) as refusal:
        parse_centi("2.505")

    assert refusal.value.code == "too_many_decimals"
    assert refusal.value.facts == {"text": "2.505", "places": 2}


@given(st.decimals(-999, 999, places=4))
def test_fixed_places_agree_with_decimal_arithmetic(number):
    floored = number.quantize(Decimal("0.001"), ROUND_FLOOR)

    if floored == number:
        assert parse_fixed(f"{number:f}", 3) == int(number * 1000)
    else:
        with pytest.raises(BadValue, match="too_many_decimals"):
            parse_fixed(f"{number:f}", 3)
