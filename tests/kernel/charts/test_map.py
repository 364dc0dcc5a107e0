"""The map of the network."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from hearth.kernel import charts
from tests.kernel.charts import pictures
from tests.kernel.charts.pictures import MAP_WORDS, SVG


def texts(root: Element) -> list[str]:
    return [word.text for word in pictures.words_of(root)]


def having(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if name in one.attrib.get("class", "").split()]


def point(
    lon: float, lat: float, value: float | None = None, href: str = "", problem: bool = False
) -> charts.MapPoint:
    return charts.MapPoint(lon, lat, "支行", value, problem=problem, href=href)


@pytest.mark.parametrize("width", [320, 360, 480, 640, 760, 1000, 1200])
def test_all_fourteen_names_are_on_the_map_and_apart(width: int) -> None:
    root = pictures.read(charts.liaoning_map(pictures.a_map(), width=width))
    for name in (*pictures.BRANCHES.values(), "大连"):
        assert name in texts(root), name
    assert pictures.overlaps(root) == []


@pytest.mark.parametrize("width", [360, 760])
def test_every_value_is_on_the_map_too(width: int) -> None:
    root = pictures.read(charts.liaoning_map(pictures.a_map(), width=width))
    assert {area.text for area in pictures.some_areas()} <= set(texts(root))


def test_english_names_come_from_the_caller() -> None:
    english = {one.code: one.english for one in charts.prefectures()}
    chart = charts.LiaoningMap("Scores", MAP_WORDS, (), names=english)
    assert {"Shenyang", "Dalian", "Huludao"} <= set(
        texts(pictures.read(charts.liaoning_map(chart)))
    )


def test_dalian_is_hatched_and_says_that_it_is_outside() -> None:
    root = pictures.read(charts.liaoning_map(pictures.a_map()))
    assert len(having(root, "hc-hatch")) == 1
    assert "不在辖内" in texts(root)
    assert "大连 · 不在辖内" in pictures.titles_of(root)


def test_the_caption_that_it_is_schematic_is_always_there() -> None:
    for chart in (
        pictures.a_map(),
        pictures.a_map(26),
        pictures.a_map(26, "211400"),
        pictures.a_map_elsewhere(),
    ):
        for width in (360, 760):
            root = pictures.read(charts.liaoning_map(chart, width=width))
            assert MAP_WORDS.caption in "".join(texts(root))


def test_the_legend_counts_each_class_highest_first() -> None:
    chart = charts.LiaoningMap("x", MAP_WORDS, pictures.some_areas(), breaks=(88.0, 90.0, 92.0))
    words = texts(pictures.read(charts.liaoning_map(chart)))
    legend = [word for word in words if word.endswith(")") and "(" in word]
    assert legend == ["≥92.0  (5)", "90.0–92.0  (4)", "88.0–90.0  (2)", "<88.0  (2)"]


def test_a_branch_without_a_score_is_counted_apart() -> None:
    areas = (charts.MapArea("210100", 90.0, "90.0"), charts.MapArea("210300", None))
    chart = charts.LiaoningMap("x", MAP_WORDS, areas, breaks=(88.0,))
    assert "暂无得分  (1)" in texts(pictures.read(charts.liaoning_map(chart)))


def test_points_carry_their_class_their_problem_and_their_link() -> None:
    points = (
        point(123.43, 41.8, value=95.0, href="/o/1/"),
        point(122.99, 41.11, value=85.0, problem=True, href="/o/2/"),
        point(121.13, 41.12, href="/o/3/"),
    )
    chart = charts.LiaoningMap("x", MAP_WORDS, points=points, breaks=(88.0, 90.0, 92.0, 94.0))
    root = pictures.read(charts.liaoning_map(chart))
    assert pictures.links_of(root) == ["/o/1/", "/o/3/", "/o/2/"]  # problems last, uncovered
    assert [len(having(root, name)) for name in ("hc-s5", "hc-s1", "hc-void", "hc-ring")] == [
        2,
        2,
        2,
        2,
    ]


def test_a_point_in_the_sea_of_another_province_is_counted_not_lost() -> None:
    points = (point(123.43, 41.8, value=95.0), point(123.4, 41.7, value=95.0), point(116.4, 39.9))
    chart = charts.LiaoningMap("x", MAP_WORDS, points=points)
    assert "1 家网点不在图内" in texts(pictures.read(charts.liaoning_map(chart)))


def test_focus_counts_only_its_own_points_and_keeps_the_others_as_pale_links() -> None:
    points = pictures.some_points(260)
    inside = [one for one in points if charts.point_in_prefecture(one.lon, one.lat) == "210100"]
    valued = [one for one in inside if one.value is not None]
    root = pictures.read(charts.liaoning_map(pictures.a_map(260, "210100")))
    assert len([one for one in having(root, "hc-pin") if one.tag == f"{SVG}circle"]) == len(valued)
    classes = [word for word in texts(root) if word[0] in "<≥" or word[0].isdigit()]
    assert sum(int(word.split("(")[1][:-1]) for word in classes if "(" in word) == len(valued)
    assert len(having(root, "hc-far")) > 10
    assert {one.href for one in inside} <= set(pictures.links_of(root))
    assert "沈阳" in texts(root)
    assert "朝阳" not in texts(root)


def test_focus_on_something_else_is_refused() -> None:
    with pytest.raises(KeyError):
        charts.liaoning_map(pictures.a_map(focus="310100"))


def test_another_city_gets_a_frame_with_degrees() -> None:
    root = pictures.read(charts.liaoning_map(pictures.a_map_elsewhere()))
    assert any(word.endswith("°W") for word in texts(root))
    assert having(root, "hc-rim") == []
    assert len(pictures.links_of(root)) == 300


def test_thousands_of_points_become_clusters_that_say_how_many() -> None:
    root = pictures.read(charts.liaoning_map(pictures.a_map_elsewhere(1600)))
    counts = [
        int(title.split(" ")[0]) for title in pictures.titles_of(root) if title.endswith("家")
    ]
    assert sum(counts) == 1600
    assert len(counts) < 1600


def test_one_single_point_elsewhere_still_makes_a_map() -> None:
    chart = charts.LiaoningMap("x", MAP_WORDS, points=(point(2.35, 48.85, value=1.0),))
    assert having(pictures.read(charts.liaoning_map(chart)), "hc-s3")


def test_797_points_are_a_page_of_reasonable_weight() -> None:
    assert len(charts.liaoning_map(pictures.a_map(797))) < 220_000
