"""The prefectures of Liaoning: where they are, and what lies in them.

The outline is schematic and settles no boundary. It comes with the package (``data/``), so a map
needs no request to any other machine.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from hearth.kernel.charts.plane import bounds_of, inside, signed_area, simplify
from hearth.kernel.charts.svg import Box, Point

Rings = tuple[tuple[Point, ...], ...]

_MIDDLE = math.cos(math.radians(41))


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A city at prefecture level.

    Attributes:
        code: six digits of the national code (210100).
        name: Chinese name with 市.
        english: English name.
        seat: longitude and latitude of the city itself.
        label: the place with most room for a label.
        rings: outlines in degrees, the mainland and its larger islands.
        bounds: smallest box around them in degrees.
    """

    code: str
    name: str
    english: str
    seat: Point
    label: Point
    rings: Rings
    bounds: Box

    @property
    def short(self) -> str:
        """Chinese name without 市."""
        return self.name.removesuffix("市")


@dataclass(frozen=True, slots=True)
class Outline:
    """The map at one degree of detail.

    Attributes:
        areas: rings of each prefecture by code; neighbours share every point of their border.
        rim: the outer edge of the province and of its islands, as open or closed lines.
    """

    areas: dict[str, Rings]
    rim: Rings


@cache
def _data() -> dict[str, Any]:
    text = files("hearth.kernel.charts").joinpath("data/liaoning.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _arcs() -> tuple[tuple[Point, ...], ...]:
    """The borders in degrees, each once."""
    unit = float(_data()["units_per_degree"])
    arcs = []
    for coded in _data()["arcs"]:
        x, y = coded[0], coded[1]
        points = [(x / unit, y / unit)]
        for dx, dy in zip(coded[2::2], coded[3::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x / unit, y / unit))
        arcs.append(tuple(points))
    return tuple(arcs)


def _ring(refs: Sequence[int], arcs: Sequence[Sequence[Point]]) -> tuple[Point, ...]:
    """The closed ring that a list of arc numbers stands for (~n = arc n backwards)."""
    points: list[Point] = []
    for ref in refs:
        arc = arcs[ref] if ref >= 0 else arcs[~ref][::-1]
        points += arc[1:] if points else arc
    return tuple(points)


@lru_cache(maxsize=32)
def outline(tolerance: float) -> Outline:
    """The map without detail finer than ``tolerance`` degrees of latitude.

    Borders are simplified before areas are put together, so neighbours never come apart.
    """
    arcs = [tuple(simplify(arc, tolerance, _MIDDLE)) for arc in _arcs()]
    # An island that has shrunk to a line goes, so that it leaves no stroke behind.
    gone = {number for number, arc in enumerate(arcs) if arc[0] == arc[-1] and len(arc) < 4}
    users: Counter[int] = Counter()
    areas = {}
    for item in _data()["prefectures"]:
        rings = [[ref for ref in refs if max(ref, ~ref) not in gone] for refs in item["rings"]]
        areas[item["code"]] = tuple(_ring(refs, arcs) for refs in rings if refs)
        users.update(max(ref, ~ref) for refs in rings for ref in refs)
    rim = tuple(arc for number, arc in enumerate(arcs) if users[number] == 1)
    return Outline(areas, rim)


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """All fourteen, by code; Dalian is among them though it belongs to another network."""
    unit = float(_data()["units_per_degree"])
    found = []
    for item in _data()["prefectures"]:
        rings = tuple(_ring(refs, _arcs()) for refs in item["rings"])
        found.append(
            Prefecture(
                code=item["code"],
                name=item["name"],
                english=item["english"],
                seat=(item["seat"][0] / unit, item["seat"][1] / unit),
                label=(item["label"][0] / unit, item["label"][1] / unit),
                rings=rings,
                bounds=bounds_of(point for ring in rings for point in ring),
            )
        )
    return tuple(found)


def prefecture(code: str) -> Prefecture:
    """The prefecture with a code.

    Raises:
        KeyError: no such code in Liaoning.
    """
    for one in prefectures():
        if one.code == code:
            return one
    raise KeyError(code)


@cache
def province_bounds() -> Box:
    """Smallest box around the province in degrees."""
    return bounds_of(point for one in prefectures() for ring in one.rings for point in ring)


def point_in_prefecture(lon: float, lat: float) -> str | None:
    """Code of the prefecture a place lies in.

    Returns:
        The code, or None outside the province. Within half a kilometre of a border or of the coast
        the answer follows the simplified outline and may differ from the ground.
    """
    for one in prefectures():
        box = one.bounds
        near = box.x <= lon <= box.right and box.y <= lat <= box.bottom
        if near and inside((lon, lat), one.rings):
            return one.code
    return None


@cache
def _codes_by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for one in prefectures():
        names |= {one.name: one.code, one.short: one.code, one.english.lower(): one.code}
    return names


def prefecture_of_city(city: str) -> str | None:
    """Code of a city by name: 沈阳市, 沈阳 or Shenyang, with 辽宁省 before it or not.

    Returns:
        The code, or None for a city that is not one of the fourteen.
    """
    name = city.strip().removeprefix("辽宁省").removeprefix("辽宁").strip()
    return _codes_by_name().get(name) or _codes_by_name().get(name.lower())


def random_point_in(code: str, rng: Random, *, gather: float = 0.0) -> Point:
    """A random place inside a prefecture, for networks that are made up.

    Args:
        code: six digits of the prefecture.
        rng: source of chance, so that the caller decides what repeats.
        gather: 0 spreads places evenly over the whole area; towards 1 they crowd around the city.

    Returns:
        Longitude and latitude in degrees with five decimals (a metre).

    Raises:
        KeyError: no such code in Liaoning.
        ValueError: ``gather`` is not within 0..1.
    """
    if not 0.0 <= gather <= 1.0:
        raise ValueError("gather must lie within 0..1")
    area = prefecture(code)
    mainland = max(area.rings, key=lambda ring: abs(signed_area(ring)))
    box = bounds_of(mainland)
    while True:
        lon = box.x + rng.random() * box.width
        lat = box.y + rng.random() * box.height
        pull = 1.0 - gather * rng.random()
        lon = round(area.seat[0] + (lon - area.seat[0]) * pull, 5)
        lat = round(area.seat[1] + (lat - area.seat[1]) * pull, 5)
        if inside((lon, lat), [mainland]):
            return lon, lat
