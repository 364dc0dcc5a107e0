"""Text, scales, geometry: the parts that charts are made of."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.charts import plane, scale, svg, text

LINE = st.text(st.characters(exclude_categories=()), max_size=60)


@given(line=LINE, width=st.floats(0, 400))
def test_fitted_text_fits_and_is_a_beginning(line: str, width: float) -> None:
    fitted = text.fit(line, width, 13)
    assert text.width_of(fitted, 13) <= width or not fitted
    assert text.clean(line).startswith(fitted.removesuffix(text.ELLIPSIS)) or fitted == text.clean(
        line
    )


@given(line=LINE, width=st.floats(0, 400))
def test_text_cut_in_its_middle_fits(line: str, width: float) -> None:
    assert text.width_of(text.fit_ends(line, width, 13), 13) <= width + 0.001


@given(line=LINE, width=st.floats(0, 400), lines=st.integers(1, 4))
def test_wrapped_lines_fit_and_are_not_more_than_asked_for(
    line: str, width: float, lines: int
) -> None:
    parts = text.wrap(line, width, 13, lines)
    assert len(parts) <= lines
    assert all(text.width_of(part, 13) <= width for part in parts)


def test_chinese_counts_twice_what_a_figure_does() -> None:
    assert text.width_of("网点", 10) == 20
    assert 5 <= text.width_of("0", 10) <= 6
    assert text.width_of("a\u0301", 10) == text.width_of("a", 10)
    assert text.width_of("0", 10, bold=True) > text.width_of("0", 10)


def test_a_name_cut_in_its_middle_keeps_what_tells_it_apart() -> None:
    cut = text.fit_ends("沈阳和平支行第19营业部", 100, 13)
    assert cut.startswith("沈阳")
    assert cut.endswith("营业部")
    assert text.ELLIPSIS in cut


def test_words_stay_whole_and_no_line_begins_with_a_full_stop() -> None:
    assert text.wrap("Consumer protection", 80, 13, 2) == ["Consumer", "protection"]
    assert text.wrap("消费者权益保护", 60, 13, 2) == ["消费者权", "益保护"]
    assert text.wrap("服务规范。好", 52, 13, 2)[1][0] != "。"
    assert text.wrap("服务规范好人好事", 52, 13, 1) == ["服务规…"]


def test_a_cut_comes_between_words_and_inside_one_only_where_there_is_no_other() -> None:
    sentence = "After calling a number the teller rises and greets the customer."
    parts = text.wrap(sentence, 160, 13, 2)
    assert all(set(part.removesuffix("…").split()) <= set(sentence.split()) for part in parts)
    assert parts[1].endswith("…")
    head, tail = text.fit_ends(sentence, 200, 13).split("…")
    assert set((head + " " + tail).split()) <= set(sentence.split())
    assert text.wrap("Incomprehensibilities", 60, 13, 1)[0].startswith("Inc")


@given(line=LINE)
def test_clean_text_survives_xml(line: str) -> None:
    cleaned = text.clean(line)
    cleaned.encode("utf-8")
    assert not [char for char in cleaned if ord(char) < 32 or char in "\u202e\ufffe\uffff"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, "1"), (0.1 + 0.2, "0.3"), (-0.001, "0"), (12.345678, "12.35"), (-3.5, "-3.5")],
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert svg.num(value) == written


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e6), count=st.integers(1, 12))
def test_ticks_are_round_rising_and_within(low: float, span: float, count: int) -> None:
    high = low + span
    marks = scale.ticks(low, high, count)
    step = scale.step_for(high - low, count)
    assert len(marks) <= count + 2
    assert all(low - step * 1e-6 <= mark <= high + step * 1e-6 for mark in marks)
    assert all(b - a == pytest.approx(step) for a, b in pairwise(marks))


@pytest.mark.parametrize("span", [0.0, -1.0, math.nan, math.inf])
def test_no_axis_over_nothing(span: float) -> None:
    with pytest.raises(ValueError, match="no axis"):
        scale.step_for(span, 5)


@pytest.mark.parametrize(
    ("value", "step", "written"),
    [
        (90.0, 2.0, "90"),
        (92.5, 2.5, "92.5"),
        (0.25, 0.05, "0.25"),
        (0.025, 0.025, "0.025"),
        (12000.0, 2000.0, "12,000"),
        (-5.0, 5.0, "\N{MINUS SIGN}5"),
        (-0.0, 1.0, "0"),
    ],
)
def test_ticks_are_written_with_the_decimals_they_need(
    value: float, step: float, written: str
) -> None:
    assert scale.tick_text(value, step) == written


def test_a_value_on_a_break_belongs_above_it() -> None:
    assert [scale.class_of(value, [88.0, 90.0]) for value in (87.9, 88.0, 89.9, 90.0)] == [
        1,
        2,
        2,
        3,
    ]


@given(values=st.lists(st.floats(0, 100), max_size=60))
def test_computed_breaks_rise_and_leave_no_class_below_the_lowest(values: list[float]) -> None:
    breaks = scale.quantile_breaks(values)
    assert all(a < b for a, b in pairwise(breaks))
    assert len(breaks) <= 4
    assert all(one > min(values) for one in breaks)


def test_breaks_part_even_values_evenly() -> None:
    assert scale.quantile_breaks([float(n) for n in range(10)]) == [2.0, 4.0, 6.0, 8.0]


SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]


def test_simplifying_keeps_ends_and_corners_and_drops_what_lies_on_a_line() -> None:
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 0.0), (2.0, 5.0)]
    assert plane.simplify(line, 0.1) == [(0.0, 0.0), (2.0, 0.0), (2.0, 5.0)]
    assert plane.simplify(SQUARE, 0.1) == SQUARE


points = st.tuples(st.floats(-50, 50), st.floats(-50, 50))


@given(line=st.lists(points, min_size=2, max_size=25), tolerance=st.floats(0.01, 20))
def test_every_dropped_point_lies_near_what_remains(
    line: list[svg.Point], tolerance: float
) -> None:
    kept = plane.simplify(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    for point in line:
        distances = [plane.distance_to(point, pair) for pair in pairwise(kept)]
        assert min(distances) <= tolerance + 1e-9


def test_holes_count_as_outside() -> None:
    hole = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0), (4.0, 4.0)]
    assert plane.inside((1, 1), [SQUARE, hole])
    assert not plane.inside((5, 5), [SQUARE, hole])
    assert not plane.inside((11, 5), [SQUARE, hole])


def test_clipping_leaves_what_lies_in_the_frame() -> None:
    half = plane.clip(SQUARE, svg.Box(5, -5, 20, 20))
    assert abs(plane.signed_area(half)) == 50
    assert plane.clip(SQUARE, svg.Box(20, 20, 5, 5)) == []


def test_hatching_stays_inside_and_covers() -> None:
    strokes = plane.hatch([SQUARE], 2.0).split("M")[1:]
    assert len(strokes) >= 5
    for stroke in strokes:
        for place in stroke.split("L"):
            x, y = map(float, place.split())
            assert -0.05 <= x <= 10.05
            assert -0.05 <= y <= 10.05
    assert plane.hatch([], 2.0) == ""


@given(line=st.lists(points, min_size=3, max_size=20))
def test_a_traced_line_ends_where_it_should(line: list[svg.Point]) -> None:
    data = plane.trace(line)
    if data:
        start, steps = data[1:].split("l")
        x, y = map(float, start.split())
        numbers = [float(part) for part in _numbers(steps)]
        assert x + sum(numbers[::2]) == pytest.approx(line[-1][0], abs=0.06)
        assert y + sum(numbers[1::2]) == pytest.approx(line[-1][1], abs=0.06)


def _numbers(steps: str) -> list[str]:
    return steps.replace("-", " -").split()


def test_a_place_keeps_its_shape_in_projection() -> None:
    frame = svg.Box(0, 0, 400, 400)
    project = plane.project_into(svg.Box(120, 40, 2, 2), frame)
    west, south = project((120, 40))
    east, north = project((122, 42))
    assert north < south
    assert (east - west) / (south - north) == pytest.approx(math.cos(math.radians(41)))
    assert frame.x <= west < east <= frame.right
