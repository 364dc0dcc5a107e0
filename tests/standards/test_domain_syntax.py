from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.problems import BadValue
from hearth.kernel.rounding import milli_text
from hearth.standards.domain.syntax import (
    Band,
    Critical,
    parse_bands,
    parse_critical,
    parse_decimal,
    parse_options,
    split_list,
)


def test_lists_are_split_at_either_semicolon():
    assert split_list("A1; A2；A3;") == ("A1", "A2", "A3")
    assert split_list(" ") == ()


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("A=2;B=1;C=0", (("A", 2000), ("B", 1000), ("C", 0))),
        ("优＝2.5；良＝1", (("优", 2500), ("良", 1000))),
        (" a = b = 1 ; x = 0 ", (("a = b", 1000), ("x", 0))),
        ("A=1", (("A", 1000),)),
    ],
)
def test_options_keep_their_order(text, options):
    assert parse_options(text) == options


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "options_missing", None),
        (" ; ", "options_missing", None),
        ("A", "option_malformed", "A"),
        ("=2", "option_malformed", "=2"),
        ("A=2;B", "option_malformed", "B"),
        ("A=two", "option_malformed", "A=two"),
        ("A=-1", "option_malformed", "A=-1"),
        ("A=0.0001", "option_malformed", "A=0.0001"),
        ("A=2;A=1", "option_repeated", "A=1"),
    ],
)
def test_options_that_cannot_be_read_are_refused(text, code, part):
    with pytest.raises(BadValue) as refusal:
        parse_options(text)

    assert refusal.value.code == code
    assert refusal.value.facts.get("part") == part


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        (
            "18..=2;16..18=1;..16=0",
            (
                Band(None, Decimal(16), 0),
                Band(Decimal(16), Decimal(18), 1000),
                Band(Decimal(18), None, 2000),
            ),
        ),
        ("..=1", (Band(None, None, 1000),)),
        (
            "-5 .. 0 = 1；0..2.5=0.5",
            (Band(Decimal(-5), Decimal(0), 1000), Band(Decimal(0), Decimal("2.5"), 500)),
        ),
    ],
)
def test_bands_rise_and_meet(text, bands):
    assert parse_bands(text) == bands


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("", "bands_missing", {}),
        ("18=2", "band_malformed", {"part": "18=2"}),
        ("18..", "band_malformed", {"part": "18.."}),
        ("a..b=2", "band_malformed", {"part": "a..b=2"}),
        ("1..2=-1", "band_malformed", {"part": "1..2=-1"}),
        ("18..18=2", "band_empty", {"part": "18..18=2"}),
        ("18..16=2", "band_empty", {"part": "18..16=2"}),
        ("17..=2;16..18=1", "bands_overlap", {"at": "17"}),
        ("16..=2;16..18=1", "bands_overlap", {"at": "16"}),
        ("..=2;16..18=1", "bands_overlap", {"at": "16"}),
        ("..18=2;..16=1", "bands_overlap", {"at": ""}),
        ("19..=2;16..18=1", "bands_gap", {"at": "19", "since": "18"}),
    ],
)
def test_bands_that_leave_or_share_numbers_are_refused(text, code, facts):
    with pytest.raises(BadValue) as refusal:
        parse_bands(text)

    assert (refusal.value.code, refusal.value.facts) == (code, facts)


@given(
    st.lists(st.decimals(-99, 99, places=2), min_size=1, max_size=5, unique=True),
    st.data(),
)
def test_every_number_lies_in_one_band(bounds, data):
    edges = ["", *map(str, sorted(bounds)), ""]
    cells = [f"{low}..{high}={place}" for place, (low, high) in enumerate(pairwise(edges))]

    bands = parse_bands(";".join(data.draw(st.permutations(cells))))

    assert [band.points_milli for band in bands] == [1000 * place for place in range(len(cells))]
    number = data.draw(st.decimals(-120, 120, places=3))
    holding = [
        band
        for band in bands
        if (band.lower is None or band.lower <= number)
        and (band.upper is None or number < band.upper)
    ]
    assert len(holding) == 1


@pytest.mark.parametrize(
    ("text", "critical"),
    [
        ("", Critical("none")),
        ("none", Critical("none")),
        ("zero_module", Critical("zero_module")),
        ("zero_total", Critical("zero_total")),
        ("cap:60", Critical("cap", 6000)),
        (" cap ： 59.5 ", Critical("cap", 5950)),
        ("cap:0", Critical("cap", 0)),
        ("cap:100", Critical("cap", 10_000)),
    ],
)
def test_what_a_critical_criterion_does(text, critical):
    assert parse_critical(text) == critical


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cap", "critical_malformed"),
        ("cap:", "critical_malformed"),
        ("cap:x", "critical_malformed"),
        ("cap:59.555", "critical_malformed"),
        ("zero", "critical_malformed"),
        ("none:1", "critical_malformed"),
        ("cap:101", "cap_out_of_range"),
        ("cap:-1", "cap_out_of_range"),
    ],
)
def test_a_critical_effect_that_cannot_be_read_is_refused(text, code):
    with pytest.raises(BadValue) as refusal:
        parse_critical(text)

    assert (refusal.value.code, refusal.value.facts) == (code, {"text": text})


@given(st.decimals(-(10**9), 10**9, places=6))
def test_observed_numbers_are_read_exactly(number):
    assert parse_decimal(f" {number:f} ") == number


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1e5", "1_000", "１", "1,5"])
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(BadValue, match="not_a_number"):
        parse_decimal(text)


@given(st.dictionaries(st.text("ABC优良", min_size=1), st.integers(0, 10**6), min_size=1))
def test_options_are_read_back(options):
    text = ";".join(f"{label}={milli_text(points)}" for label, points in options.items())

    assert dict(parse_options(text)) == options
