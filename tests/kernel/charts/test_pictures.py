"""What holds for every chart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel import charts
from tests.kernel.charts import pictures
from tests.kernel.charts.pictures import PICTURES, SVG, Draw

WIDTHS = (280, 360, 480, 560, 640, 760, 980, 1200)
NASTY = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40) | st.sampled_from(
    ['</text><script>alert(1)</script>', '"><a href="javascript:x">', "&amp;<>\"'", "\x00\x1b]]>",
     "\ud800", "\uffff", "\u202eevil", "中" * 60, "W" * 60, "a\u0301" * 30, "👨‍👩‍👧" * 9]
)  # fmt: skip

every_picture = pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)


@every_picture
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_covers_another_or_leaves_the_picture(draw: Draw, width: int) -> None:
    root = pictures.read(draw(width=width))
    height = float(root.attrib["viewBox"].split()[3])
    assert pictures.overlaps(root) == []
    for word in pictures.words_of(root):
        assert word.box.x >= -1, word
        assert word.box.right <= width + 1, word
        assert word.box.y >= -1, word
        assert word.box.bottom <= height + 1, word


@every_picture
@pytest.mark.parametrize("width", [360, 760])
def test_text_stays_readable_on_a_screen_somewhat_narrower(draw: Draw, width: int) -> None:
    smallest = min(word.size for word in pictures.words_of(pictures.read(draw(width=width))))
    assert smallest * 0.9 >= 11  # a card's padding takes a tenth of a phone


@every_picture
def test_a_strict_policy_has_nothing_to_refuse(draw: Draw) -> None:
    for paint in (charts.PAGE, charts.STANDALONE):
        svg = draw(paint=paint)
        root = pictures.read(svg)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "title", "desc", "g", "a", "rect", "path", "circle", "text"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not attributes & {"style", "id"}
        assert not [name for name in attributes if name.startswith("on")]
        assert "url(" not in svg


@every_picture
def test_it_is_the_same_to_the_byte_every_time(draw: Draw) -> None:
    assert draw(width=760) == draw(width=760)


@every_picture
def test_every_coordinate_is_a_number(draw: Draw) -> None:
    for width in (280, 1200):
        assert not re.search(r"\b(nan|inf|None)\b", draw(width=width))


@every_picture
def test_the_page_gets_classes_and_links(draw: Draw) -> None:
    root = pictures.read(draw())
    links = pictures.links_of(root)
    assert root.attrib["role"] == ("list" if links else "img")
    assert links or draw is PICTURES["map of clusters"]
    assert all(link.startswith("/") for link in links)
    items = [one for one in root.iter(f"{SVG}g") if one.attrib.get("role") == "listitem"]
    assert all(item.find(f".//{SVG}title") is not None for item in items)
    loose = [
        one
        for one in root
        if one.tag == f"{SVG}g" and not set(one.attrib) & {"role", "aria-hidden"}
    ]
    assert not links or loose == []


@every_picture
def test_a_file_of_its_own_has_colours_and_no_links(draw: Draw) -> None:
    root = pictures.read(draw(paint=charts.Paint(standalone=True, font="Noto Serif CJK SC")))
    assert root.attrib["role"] == "img"
    assert root.attrib["font-family"] == "Noto Serif CJK SC"
    assert pictures.links_of(root) == []
    assert not [one for one in root.iter() if "class" in one.attrib]
    for shape in root.iter():
        if shape.tag in (f"{SVG}rect", f"{SVG}path", f"{SVG}circle", f"{SVG}text"):
            assert "fill" in shape.attrib or "stroke" in shape.attrib


@settings(max_examples=40, deadline=None)
@given(text=NASTY, width=st.sampled_from([280, 360, 760]))
def test_nasty_text_neither_breaks_out_nor_runs_over(text: str, width: int) -> None:
    drawn = [
        charts.bars(pictures.a_bars(text), width=width),
        charts.caterpillar(pictures.a_caterpillar(9, text), width=width),
        charts.caterpillar(pictures.a_caterpillar(90, text), width=width),
        charts.lines(pictures.a_lines(label=text), width=width),
        charts.lines(pictures.a_lines(5, text, multiples=True), width=width),
        charts.columns(pictures.a_columns(label=text), width=width),
        charts.heatmap(pictures.a_heatmap(7, 5, text), width=width),
        charts.coverage_strip(pictures.a_coverage(text), width=width),
        charts.histogram(pictures.a_histogram(text), width=width),
        charts.funnel(pictures.a_funnel(text), width=width),
        charts.gantt(pictures.a_gantt(label=text), width=width),
        charts.liaoning_map(pictures.a_map(label=text), width=width),
        charts.sparkline(charts.Spark(text, (1.0, None, 2.0))),
    ]
    for svg in drawn:
        root = pictures.read(svg)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert "script" not in names
        assert all(link.startswith("/") for link in pictures.links_of(root))
        assert pictures.overlaps(root) == []


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//elsewhere.example/", "data:,x", "x", "/\\evil"]
)
def test_a_link_that_leaves_by_another_door_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="not a link"):
        charts.bars(pictures.a_bars(href=href))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    broken = charts.Bars("x", (charts.Bar("甲", value, "?"),))
    with pytest.raises(ValueError, match="cannot place"):
        charts.bars(broken)


def test_a_chart_without_links_is_one_image() -> None:
    root = pictures.read(charts.bars(pictures.a_bars(href="")))
    assert root.attrib["role"] == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "各行得分"
    assert root[1].text == "葫芦岛最低"


def test_hundreds_of_links_stay_out_of_the_tab_order() -> None:
    few = pictures.read(charts.caterpillar(pictures.a_caterpillar(13)))
    many = pictures.read(charts.caterpillar(pictures.a_caterpillar(797)))
    assert not [link for link in few.iter(f"{SVG}a") if "tabindex" in link.attrib]
    assert {link.attrib.get("tabindex") for link in many.iter(f"{SVG}a")} == {"-1"}


def test_templates_take_a_picture_as_safe_markup() -> None:
    svg = charts.bars(pictures.a_bars())
    assert svg.__html__() == svg


@pytest.mark.parametrize(
    "empty",
    [
        lambda: charts.bars(charts.Bars("x", ())),
        lambda: charts.caterpillar(charts.Caterpillar("x", (), pictures.WORDS)),
        lambda: charts.caterpillar(charts.Caterpillar("x", (), pictures.WORDS), compact=True),
        lambda: charts.lines(charts.Lines("x", (), ())),
        lambda: charts.lines(
            charts.Lines("x", ("Q1",), (charts.Series("a", (charts.Moment(None),)),))
        ),
        lambda: charts.columns(charts.Columns("x", (), ())),
        lambda: charts.heatmap(charts.Heatmap("x", (), ())),
        lambda: charts.coverage_strip(charts.Coverage("x", "0 / 0", 0, ())),
        lambda: charts.funnel(charts.Funnel("x", ())),
        lambda: charts.sparkline(charts.Spark("x", ())),
        lambda: charts.liaoning_map(charts.LiaoningMap("x", pictures.MAP_WORDS)),
        lambda: charts.liaoning_map(charts.LiaoningMap("x", pictures.MAP_WORDS, focus="210100")),
    ],
)
def test_nothing_to_show_is_still_a_picture(empty: Draw) -> None:
    assert pictures.read(empty()).tag == f"{SVG}svg"


def test_layouts_by_width_are_sent_together() -> None:
    both = charts.responsive(lambda width: charts.bars(pictures.a_bars(), width=width))
    root = pictures.read(both)
    assert root.attrib["class"] == "hc-set"
    assert [one.attrib["class"] for one in root[0]] == ["hc-at hc-at-360", "hc-at hc-at-760"]
    boxes = [one.attrib["viewBox"].split()[2] for one in root.iter(f"{SVG}svg")]
    assert boxes == ["360", "760"]


@pytest.mark.parametrize("widths", [(), (500,), (360, 761)])
def test_a_width_that_the_style_sheet_does_not_know_is_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="widths"):
        charts.responsive(lambda width: "", widths)


def test_a_chart_narrower_than_any_phone_is_refused() -> None:
    with pytest.raises(ValueError, match="280"):
        charts.bars(pictures.a_bars(), width=279)
