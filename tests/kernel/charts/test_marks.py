"""What each chart says, mark by mark."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from hearth.kernel import charts
from hearth.kernel.charts.svg import PHONE
from tests.kernel.charts import pictures
from tests.kernel.charts.pictures import SVG


def texts(root: Element) -> list[str]:
    return [word.text for word in pictures.words_of(root)]


def having(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if name in one.attrib.get("class", "").split()]


def bar(name: str, value: float, tone: charts.Tone = charts.Tone.NEUTRAL) -> charts.Bar:
    return charts.Bar(name, value, f"{value:g}", "/b/", tone)


def test_bars_are_as_long_as_their_values() -> None:
    chart = charts.Bars("x", (bar("甲", 40), bar("乙", 20), bar("丙", 0)))
    root = pictures.read(charts.bars(chart))
    lengths = [
        float(one.attrib["width"]) for one in having(root, "hc-f") if one.tag == f"{SVG}rect"
    ]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=0.1)
    assert lengths[2] == 0
    assert texts(root)[:2] == ["甲", "40"]


def test_a_cut_axis_draws_dots_instead_of_bars() -> None:
    root = pictures.read(charts.bars(charts.Bars("x", (bar("甲", 94), bar("乙", 92)), start=90)))
    assert not [one for one in having(root, "hc-f") if one.tag == f"{SVG}rect"]
    assert len([one for one in having(root, "hc-f") if one.tag == f"{SVG}circle"]) == 2


def test_what_needs_a_hand_has_a_shape_besides_its_colour() -> None:
    chart = charts.Bars("x", (bar("甲", 4, charts.Tone.EMBER), bar("乙", 5)), keys=())
    root = pictures.read(charts.bars(chart))
    signs = [one for one in having(root, "hc-ember") if one.tag == f"{SVG}path"]
    assert len(signs) == 1


def test_the_last_quarter_is_a_hollow_mark_only_where_it_compares() -> None:
    root = pictures.read(charts.bars(pictures.a_bars()))
    hollow = [one for one in having(root, "hc-o") if one.tag == f"{SVG}circle"]
    compared = [one for one in pictures.a_bars().bars if one.previous is not None]
    assert len(hollow) == len(compared)


def test_a_unit_without_a_value_says_why_and_draws_nothing() -> None:
    root = pictures.read(charts.bars(charts.Bars("x", (charts.Bar("甲", None, "未排名"),))))
    assert "未排名" in texts(root)
    assert having(root, "hc-f") == []


@pytest.mark.parametrize("width", [320, 700])
def test_a_sentence_has_two_lines_beside_its_bar_and_the_tip_has_it_whole(width: int) -> None:
    sentence = "After calling a number the teller rises and greets the customer, in this way: " * 2
    chart = charts.Bars("x", (charts.Bar(sentence, 3, "3"), bar("乙", 1)), sentences=True)

    root = pictures.read(charts.bars(chart, width=width))

    shown = [piece for piece in texts(root) if set(piece) & set("aeiou")]
    words = {word for piece in shown for word in piece.removesuffix("…").split()}
    assert len(shown) == 2
    assert words <= set(sentence.split())
    assert pictures.overlaps(root) == []
    assert any(sentence.strip() in tip for tip in pictures.titles_of(root))


def test_a_phone_gets_names_above_the_bars() -> None:
    wide = pictures.read(charts.bars(pictures.a_bars()))
    phone = pictures.read(charts.bars(pictures.a_bars(), width=PHONE))
    assert float(phone.attrib["viewBox"].split()[3]) > float(wide.attrib["viewBox"].split()[3])
    assert "葫芦岛分行" in texts(phone)


def test_caterpillar_sorts_by_score_and_keeps_the_given_order_of_equals() -> None:
    group = charts.Group.MIDDLE
    units = tuple(
        charts.Ranked(name, score, f"{score}", score - 1, score + 1, group)
        for name, score in (("丙", 80.0), ("甲", 90.0), ("乙", 80.0))
    )
    root = pictures.read(charts.caterpillar(charts.Caterpillar("x", units, pictures.WORDS)))
    assert [one for one in texts(root) if one in "甲乙丙"] == ["甲", "丙", "乙"]


def test_caterpillar_names_group_rank_and_interval() -> None:
    unit = charts.Ranked("沈阳", 90.0, "90.00", 88.0, 92.0, charts.Group.BELOW, "7 (4–15)", "/o/1/")
    chart = charts.Caterpillar("x", (unit,), pictures.WORDS)
    root = pictures.read(charts.caterpillar(chart))
    assert "7 (4–15)" in texts(root)
    assert texts(root).count("低于平均") == 1  # beside the row; the legend adds the count
    assert "低于平均 1" in texts(root)
    assert "沈阳 · 90.00 · 7 (4–15) · 低于平均" in pictures.titles_of(root)


def test_an_interval_nobody_knows_is_a_hollow_mark_without_a_whisker() -> None:
    unit = charts.Ranked("沈阳", 90.0, "90.00", None, None, charts.Group.MIDDLE)
    root = pictures.read(charts.caterpillar(charts.Caterpillar("x", (unit,), pictures.WORDS)))
    assert len(having(root, "hc-o")) == 1
    assert having(root, "hc-w") == []


def test_797_units_each_have_a_link_and_fit_the_width() -> None:
    for width in (360, 760, 1200):
        svg = charts.caterpillar(pictures.a_caterpillar(797), width=width)
        root = pictures.read(svg)
        assert len(set(pictures.links_of(root))) == 797
        right = max(
            float(one.attrib["x"]) + float(one.attrib["width"]) for one in having(root, "hc-hit")
        )
        assert right <= width
        assert len(svg) < 240_000


def test_a_gap_breaks_the_line() -> None:
    moments = tuple(charts.Moment(value, "") for value in (1.0, 2.0, None, 4.0, 5.0))
    chart = charts.Lines("x", tuple("12345"), (charts.Series("a", moments),))
    line = having(pictures.read(charts.lines(chart)), "hc-l")[0].attrib["d"]
    assert line.count("M") == 2
    assert line.count("L") == 2


def test_lines_refuse_what_cannot_be_told_apart_or_does_not_match() -> None:
    with pytest.raises(ValueError, match="four lines"):
        charts.lines(pictures.a_lines(5))
    with pytest.raises(ValueError, match="needs a moment"):
        charts.lines(charts.Lines("x", ("Q1", "Q2"), (charts.Series("a", (charts.Moment(1.0),)),)))


def test_the_newest_time_is_always_named() -> None:
    assert "2021Q4" in texts(pictures.read(charts.lines(pictures.a_lines(), width=PHONE)))


def test_a_sparkline_keeps_its_own_size() -> None:
    root = pictures.read(charts.sparkline(charts.Spark("升", (1.0, 2.0, None, 3.0)), width=96))
    assert (root.attrib["width"], root.attrib["height"]) == ("96", "24")
    assert root.attrib["class"] == "hc hc-inline"
    assert pictures.titles_of(root) == ["升"]


def test_stacks_add_up_and_refuse_less_than_nothing() -> None:
    root = pictures.read(charts.columns(pictures.a_columns(stacked=True)))
    assert len(having(root, "hc-mild")) == 13 + 1  # the second layer of one tone, and its legend
    bad = charts.Columns("x", ("a",), (charts.Layer("l", (charts.Amount(-1.0),)),), stacked=True)
    with pytest.raises(ValueError, match="below zero"):
        charts.columns(bad)


def test_columns_below_zero_hang_from_the_axis() -> None:
    amounts = (charts.Amount(3.0, "+3"), charts.Amount(-3.0, "-3"))
    chart = charts.Columns("x", ("进", "退"), (charts.Layer("位次", amounts),))
    root = pictures.read(charts.columns(chart))
    up, down = (one for one in having(root, "hc-f") if one.tag == f"{SVG}rect")
    assert float(up.attrib["y"]) + float(up.attrib["height"]) == pytest.approx(
        float(down.attrib["y"])
    )
    assert up.attrib["height"] == down.attrib["height"]


def test_columns_refuse_a_layer_of_another_length_and_a_fifth_layer() -> None:
    one = charts.Layer("l", (charts.Amount(1.0),))
    with pytest.raises(ValueError, match="needs an amount"):
        charts.columns(charts.Columns("x", ("a", "b"), (one,)))
    with pytest.raises(ValueError, match="four layers"):
        charts.columns(charts.Columns("x", ("a",), (one,) * 5))


def test_heatmap_hatches_what_nobody_measured() -> None:
    row = charts.HeatRow("甲", (charts.Cell(None), charts.Cell(0.0, "0.0")))
    chart = charts.Heatmap("x", ("一", "二"), (row,), breaks=(1.0,), no_data="未检查")
    root = pictures.read(charts.heatmap(chart))
    assert len(having(root, "hc-blank")) == 1
    assert "未检查" in texts(root)
    assert "0.0" in texts(root)


def test_heatmap_folds_on_a_phone_and_keeps_every_value() -> None:
    chart = pictures.a_heatmap(10)
    wide, phone = (texts(pictures.read(charts.heatmap(chart, width=w))) for w in (760, PHONE))
    values = [cell.text for row in chart.rows for cell in row.cells if cell.text]
    assert sorted(one for one in wide if one in values) == sorted(values)
    assert sorted(one for one in phone if one in values) == sorted(values)
    assert phone.count("沈阳分行") == 2 * wide.count("沈阳分行")


def test_heatmap_refuses_breaks_that_do_not_rise_and_rows_of_another_length() -> None:
    row = charts.HeatRow("甲", (charts.Cell(1.0),))
    for breaks in ((2.0, 1.0), (1.0, 1.0), (1.0, 2.0, 3.0, 4.0, 5.0)):
        with pytest.raises(ValueError, match="breaks"):
            charts.heatmap(charts.Heatmap("x", ("一",), (row,), breaks=breaks))
    with pytest.raises(ValueError, match="needs a cell"):
        charts.heatmap(charts.Heatmap("x", ("一", "二"), (row,)))


def test_coverage_shows_what_is_missing_and_links_it() -> None:
    root = pictures.read(charts.coverage_strip(pictures.a_coverage()))
    assert "/none/" in pictures.links_of(root)
    assert "尚未检查 97" in texts(root)
    done = [one for one in having(root, "hc-f") if one.attrib.get("height") == "16"]
    lengths = [float(one.attrib["width"]) for one in done]
    assert lengths == pytest.approx([756 * 520 / 797, 756 * 180 / 797], abs=0.01)


def test_coverage_refuses_more_than_all() -> None:
    with pytest.raises(ValueError, match="within its total"):
        charts.coverage_strip(charts.Coverage("x", "", 3, (charts.Part(4),)))
    with pytest.raises(ValueError, match="within its total"):
        charts.coverage_strip(charts.Coverage("x", "", 3, (charts.Part(-1),)))


def test_bins_own_their_lower_edge_and_the_last_one_both() -> None:
    bins = charts.bins_of([80.0, 84.9, 85.0, 90.0, 79.9, 90.1], [80.0, 85.0, 90.0])
    assert [one.count for one in bins] == [2, 2]


def test_a_histogram_needs_a_bin() -> None:
    with pytest.raises(ValueError, match="at least one bin"):
        charts.histogram(charts.Histogram("x", ()))


def test_markers_close_together_are_all_named_and_no_line_crosses_a_name() -> None:
    root = pictures.read(charts.histogram(pictures.a_histogram(), width=PHONE))
    names = [
        word
        for word in pictures.words_of(root)
        if word.text.startswith(("平均", "中位数", "达标线"))
    ]
    assert len(names) == 3
    for line in having(root, "hc-dash2"):
        x, top = (float(part) for part in line.attrib["d"][1:].split("L")[0].split())
        for name in names:
            crosses = name.box.x < x < name.box.right and top < name.box.bottom - 1
            assert not crosses, name.text


def test_series_that_end_together_at_the_bottom_are_named_apart_within_the_plot() -> None:
    series = tuple(
        charts.Series(name, (charts.Moment(9.0, "9"), charts.Moment(1.0, "1")))
        for name in "甲乙丙丁"
    )
    root = pictures.read(charts.lines(charts.Lines("x", ("Q1", "Q2"), series)))
    names = [word for word in pictures.words_of(root) if word.text in tuple("甲乙丙丁")]
    axis = next(word for word in pictures.words_of(root) if word.text == "Q2")
    assert len(names) == 4
    assert pictures.overlaps(root) == []
    assert max(word.box.bottom for word in names) <= axis.box.y + 1


def test_a_flat_sparkline_runs_through_the_middle() -> None:
    root = pictures.read(charts.sparkline(charts.Spark("平", (5.0, 5.0)), height=24))
    assert having(root, "hc-l")[0].attrib["d"].count(" 12") == 2


def test_an_amount_nobody_knows_and_a_part_of_nothing_draw_nothing() -> None:
    layer = charts.Layer("l", (charts.Amount(None), charts.Amount(2.0, "2")))
    root = pictures.read(charts.columns(charts.Columns("x", ("a", "b"), (layer,))))
    assert len([one for one in having(root, "hc-f") if one.tag == f"{SVG}rect"]) == 1
    strip = charts.Coverage("x", "", 5, (charts.Part(0), charts.Part(3)))
    root = pictures.read(charts.coverage_strip(strip))
    assert len(having(root, "hc-f")) == 1


def test_bars_that_are_all_zero_are_still_drawn_to_scale() -> None:
    root = pictures.read(charts.bars(charts.Bars("x", (bar("甲", 0), bar("乙", 0)))))
    assert {one.attrib["width"] for one in having(root, "hc-f")} == {"0"}


def test_a_histogram_without_words_under_its_axis_is_lower() -> None:
    with_words = pictures.a_histogram()
    without = charts.Histogram("x", with_words.bins)
    heights = [
        float(pictures.read(charts.histogram(one)).attrib["viewBox"].split()[3])
        for one in (with_words, without)
    ]
    assert heights[0] > heights[1]


def test_links_to_other_pages_of_the_web_are_kept() -> None:
    chart = charts.Bars("x", (charts.Bar("甲", 1.0, "1", "https://example.org/a?b=1&c=2"),))
    root = pictures.read(charts.bars(chart))
    assert pictures.links_of(root) == ["https://example.org/a?b=1&c=2"]
