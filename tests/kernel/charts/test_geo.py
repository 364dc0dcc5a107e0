"""Where the prefectures are, and that their outlines fit together."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.charts import geo
from hearth.kernel.charts.plane import inside, signed_area

DATA = files("hearth.kernel.charts").joinpath("data")

# Town halls and squares, from any map: (place, longitude, latitude, prefecture)
PLACES = [
    ("沈阳中街", 123.4600, 41.8010, "210100"),
    ("大连中山广场", 121.6440, 38.9210, "210200"),
    ("鞍山站", 122.9860, 41.1160, "210300"),
    ("海城", 122.7520, 40.8520, "210300"),
    ("岫岩", 123.2880, 40.2810, "210300"),
    ("台安", 122.4290, 41.3860, "210300"),
    ("抚顺", 123.9210, 41.8760, "210400"),
    ("清原", 124.9270, 42.1010, "210400"),
    ("本溪", 123.7700, 41.2980, "210500"),
    ("桓仁", 125.3590, 41.2680, "210500"),
    ("丹东", 124.3830, 40.1240, "210600"),
    ("凤城", 124.0710, 40.4570, "210600"),
    ("锦州", 121.1350, 41.1190, "210700"),
    ("营口", 122.2350, 40.6670, "210800"),
    ("大石桥", 122.5050, 40.6330, "210800"),
    ("阜新", 121.6490, 42.0120, "210900"),
    ("辽阳", 123.1810, 41.2690, "211000"),
    ("盘锦", 122.0700, 41.1240, "211100"),
    ("铁岭", 123.8440, 42.2900, "211200"),
    ("朝阳", 120.4510, 41.5770, "211300"),
    ("喀左", 119.7410, 41.1280, "211300"),
    ("葫芦岛", 120.8560, 40.7550, "211400"),
    ("北京", 116.4070, 39.9040, None),
    ("长春", 125.3240, 43.8170, None),
    ("渤海", 121.0000, 39.8000, None),
    ("San Francisco", -122.4190, 37.7750, None),
]


@pytest.mark.parametrize(("name", "lon", "lat", "code"), PLACES, ids=[one[0] for one in PLACES])
def test_known_places_lie_where_they_should(
    name: str, lon: float, lat: float, code: str | None
) -> None:
    assert geo.point_in_prefecture(lon, lat) == code


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("沈阳市", "210100"),
        ("沈阳", "210100"),
        (" 辽宁省大连市 ", "210200"),
        ("辽宁朝阳市", "211300"),
        ("shenyang", "210100"),
        ("Huludao", "211400"),
        ("长春市", None),
        ("", None),
        ("市", None),
    ],
)
def test_a_city_is_found_by_its_names(city: str, code: str | None) -> None:
    assert geo.prefecture_of_city(city) == code


def test_all_fourteen_are_there_with_their_seat_and_label_inside() -> None:
    found = geo.prefectures()
    assert [one.code for one in found] == [f"21{number:02d}00" for number in range(1, 15)]
    for one in found:
        assert geo.point_in_prefecture(*one.seat) == one.code
        assert geo.point_in_prefecture(*one.label) == one.code
        assert one.name.endswith("市")
        assert not one.short.endswith("市")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        geo.prefecture("310100")


def test_the_packaged_outline_is_small_and_says_where_it_is_from() -> None:
    text = DATA.joinpath("liaoning.json").read_text("utf-8")
    assert len(text.encode()) <= 60_000
    assert "Apache-2.0" in json.loads(text)["note"]
    licence = DATA.joinpath("LICENSE-outline.txt").read_text("utf-8")
    assert "Apache ECharts 4.9.0" in licence
    assert "Version 2.0, January 2004" in licence
    assert "不作为划界依据" in licence


@pytest.mark.parametrize("tolerance", [0.0, 0.003, 0.01, 0.03])
def test_neighbours_share_their_borders_at_every_degree_of_detail(tolerance: float) -> None:
    land = geo.outline(tolerance)
    rim = {edge for line in land.rim for edge in map(frozenset, pairwise(line))}
    uses = Counter(
        edge
        for rings in land.areas.values()
        for ring in rings
        for edge in map(frozenset, pairwise(ring))
    )
    assert {edge for edge, count in uses.items() if count == 1} == rim
    assert {count for edge, count in uses.items() if edge not in rim} == {2}


def test_the_areas_fill_the_province_without_gap_or_overlap() -> None:
    land = geo.outline(0.0)
    whole = sum(abs(signed_area(ring)) for rings in land.areas.values() for ring in rings)
    # The rim taken as one line encloses exactly what the areas add up to.
    joined = dict((line[0], line) for line in land.rim if line[0] != line[-1])
    outer = [next(iter(joined))]
    while joined:
        line = joined.pop(outer[-1], None)
        if line is None:
            pytest.fail("the rim of the mainland is not one closed line in one direction")
        outer += line[1:]
    islands = sum(abs(signed_area(line)) for line in land.rim if line[0] == line[-1])
    assert abs(signed_area(outer)) + islands == pytest.approx(whole, rel=1e-9)


@settings(max_examples=300, deadline=None)
@given(lon=st.floats(118.8, 125.8), lat=st.floats(38.7, 43.5))
def test_no_place_lies_in_two_prefectures(lon: float, lat: float) -> None:
    owners = [one.code for one in geo.prefectures() if inside((lon, lat), one.rings)]
    assert len(owners) <= 1


def test_even_the_points_of_a_border_have_one_owner_at_most() -> None:
    land = geo.outline(0.0)
    for ring in land.areas["211000"]:
        for lon, lat in ring:
            owners = [code for code, rings in land.areas.items() if inside((lon, lat), rings)]
            assert len(owners) == 1  # Liaoyang lies inland: every point of its rim is someone's


@pytest.mark.parametrize("code", [one.code for one in geo.prefectures()])
@pytest.mark.parametrize("gather", [0.0, 0.9, 1.0])
def test_random_points_lie_inside_and_repeat(code: str, gather: float) -> None:
    first = [geo.random_point_in(code, Random(4), gather=gather) for _ in range(2)]
    assert first[0] == first[1]
    chance = Random(8)
    for _ in range(40):
        lon, lat = geo.random_point_in(code, chance, gather=gather)
        assert geo.point_in_prefecture(lon, lat) == code


def test_gathered_points_lie_nearer_to_the_city() -> None:
    seat = geo.prefecture("211300").seat

    def mean_distance(gather: float) -> float:
        chance = Random(6)
        points = [geo.random_point_in("211300", chance, gather=gather) for _ in range(200)]
        return sum(abs(lon - seat[0]) + abs(lat - seat[1]) for lon, lat in points) / 200

    assert mean_distance(0.95) < 0.7 * mean_distance(0.0)


@pytest.mark.parametrize("gather", [-0.1, 1.1])
def test_gather_outside_its_range_is_refused(gather: float) -> None:
    with pytest.raises(ValueError, match="gather"):
        geo.random_point_in("210100", Random(1), gather=gather)
