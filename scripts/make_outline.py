"""Make the packaged outline of the prefectures from a full GeoJSON of them.

    python -m scripts.make_outline full.geojson hearth/kernel/charts/data/liaoning.json

Where the two sides of a border differ by a few hundred metres in the source, one side is taken for
both. Then borders are cut into arcs at the points where three areas meet, each arc is simplified
once (Douglas-Peucker) and both neighbours refer to the same arc. So neighbours still share every
vertex of their border, and no gap or overlap can open between them however far one zooms in. Where
the simplified arcs would cross each other, the arcs concerned keep more of their points.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from hearth.kernel.charts.plane import simplify

Vertex = tuple[int, int]
Ring = list[Vertex]

UNITS_PER_DEGREE = 1_024  # the grid that the source file is drawn on, so nothing is rounded
TOLERANCE = 3.0  # in those units: a third of a kilometre, under a pixel of the provincial map
SMALLEST_ISLAND = 800.0  # square units, about seven square kilometres: smaller ones are left out
SLIVER = 20.0  # square units between two drawings of one border that are taken for the same line
GAP = 25.0  # units: three borders that end within this distance meet in one point
SQUEEZE = math.cos(math.radians(41))  # a degree of longitude in degrees of latitude, mid-province
LABEL_WIDTH = 1.7  # a label is wider than high, so room to the sides is worth less than above

# The English names are facts of geography; the file brings only the Chinese ones.
ENGLISH = {
    "210100": "Shenyang",
    "210200": "Dalian",
    "210300": "Anshan",
    "210400": "Fushun",
    "210500": "Benxi",
    "210600": "Dandong",
    "210700": "Jinzhou",
    "210800": "Yingkou",
    "210900": "Fuxin",
    "211000": "Liaoyang",
    "211100": "Panjin",
    "211200": "Tieling",
    "211300": "Chaoyang",
    "211400": "Huludao",
}


def main() -> None:
    """Read the GeoJSON, write the outline, and say how large it came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="GeoJSON with one feature per prefecture")
    parser.add_argument("target", type=Path, help="where to write the outline")
    options = parser.parse_args()
    features = json.loads(options.source.read_text("utf-8"))["features"]
    outline = make_outline(sorted(features, key=lambda feature: str(feature["id"])))
    text = json.dumps(outline, ensure_ascii=False, separators=(",", ":")) + "\n"
    options.target.write_text(text, "utf-8")
    points = sum(len(arc) // 2 for arc in outline["arcs"])
    print(f"{len(outline['arcs'])} arcs, {points} points, {len(text.encode()):,} bytes")


def make_outline(features: list[dict[str, Any]]) -> dict[str, Any]:
    """The outline as stored: delta-coded arcs, and rings that list arcs (~n = arc n backwards)."""
    rings = {str(feature["id"]): rings_of(feature["geometry"]) for feature in features}
    rings = close_gaps(merge_slivers(rings))
    arcs, refs = cut(rings)
    simple = simplify_without_crossings(arcs)
    prefectures = []
    for feature in features:
        code = str(feature["id"])
        own = refs[code]
        largest = max((expand(ref, simple) for ref in own), key=lambda ring: abs(area(ring)))
        prefectures.append(
            {
                "code": code,
                "name": feature["properties"]["name"],
                "english": ENGLISH[code],
                "seat": list(to_units(feature["properties"]["cp"])),
                "label": list(roomiest_point(largest)),
                "rings": own,
            }
        )
    return {
        "note": "Schematic, not a reference for boundaries. Derived from the map of Liaoning in "
        "Apache ECharts 4.9.0 (Apache-2.0): simplified, small islands left out. "
        "See LICENSE-outline.txt.",
        "units_per_degree": UNITS_PER_DEGREE,
        "arcs": [delta(arc) for arc in simple],
        "prefectures": prefectures,
    }


def to_units(position: list[float]) -> Vertex:
    """Longitude and latitude in degrees as whole units."""
    return round(position[0] * UNITS_PER_DEGREE), round(position[1] * UNITS_PER_DEGREE)


def rings_of(geometry: dict[str, Any]) -> list[Ring]:
    """Closed rings worth drawing: without spikes, small loops and the smallest islands."""
    coordinates = geometry["coordinates"]
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    rings = []
    for polygon in polygons:
        for raw in polygon:
            ring = without_spikes([to_units(position) for position in raw])
            rings += [loop for loop in loops_of(ring) if abs(area(loop)) >= SMALLEST_ISLAND]
    return rings


def loops_of(ring: Ring) -> Iterator[Ring]:
    """The ring cut where it touches itself, so that each part passes every point once."""
    path: Ring = []
    places: dict[Vertex, int] = {}
    for vertex in ring:
        if vertex not in places:
            places[vertex] = len(path)
            path.append(vertex)
            continue
        start = places[vertex]
        yield [*path[start:], vertex]
        for passed in path[start + 1 :]:
            del places[passed]
        del path[start + 1 :]


def without_spikes(ring: Ring) -> Ring:
    """The closed ring without points that repeat or go out and straight back."""
    clean: Ring = []
    for vertex in ring:
        if clean and clean[-1] == vertex:
            continue
        if len(clean) > 1 and clean[-2] == vertex:
            clean.pop()
            continue
        clean.append(vertex)
    return clean


def area(ring: Ring) -> float:
    """Signed area of a closed ring in square units."""
    pairs = pairwise(ring)
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2


def cut(rings: dict[str, list[Ring]]) -> tuple[list[Ring], dict[str, list[list[int]]]]:
    """Every border once, and each ring as the numbers of the borders it runs along."""
    junctions = junctions_of(rings)
    arcs: list[Ring] = []
    index: dict[tuple[Vertex, ...], int] = {}
    refs = {
        code: [refs_of(ring, junctions, arcs, index) for ring in owned]
        for code, owned in rings.items()
    }
    return arcs, refs


def users_of(refs: dict[str, list[list[int]]]) -> dict[int, list[str]]:
    """Which areas run along each arc: two for a border between neighbours, one for the rim."""
    users: dict[int, list[str]] = defaultdict(list)
    for code, owned in refs.items():
        for ring in owned:
            for ref in ring:
                users[ref if ref >= 0 else ~ref].append(code)
    return users


def merge_slivers(rings: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """The rings with one drawing of a border where the source has two that nearly agree."""
    arcs, refs = cut(rings)
    users = users_of(refs)
    between: dict[frozenset[Vertex], list[int]] = defaultdict(list)
    for number, arc in enumerate(arcs):
        if len(users[number]) == 1:
            between[frozenset((arc[0], arc[-1]))].append(number)
    for pair in between.values():
        if len(pair) != 2 or users[pair[0]] == users[pair[1]]:
            continue
        one, other = (arcs[number] for number in pair)
        same_way = one if one[0] == other[0] else one[::-1]
        if abs(area(same_way + other[::-1][1:])) <= SLIVER:
            arcs[pair[1]] = same_way
    return {
        code: [without_spikes(expand(ring, arcs)) for ring in owned] for code, owned in refs.items()
    }


def close_gaps(rings: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """The rings with the small triangles closed that the source leaves where three areas meet."""
    arcs, refs = cut(rings)
    users = users_of(refs)
    moved: dict[Vertex, Vertex] = {}
    for number, arc in sorted(enumerate(arcs), key=lambda item: min(item[1])):
        short = len(arc) <= 4 and 0 < math.dist(arc[0], arc[-1]) <= GAP
        if short and len(users[number]) == 1:
            goal = min(moved.get(vertex, vertex) for vertex in arc)
            moved |= {vertex: goal for vertex in arc}
    return {
        code: [without_spikes([moved.get(vertex, vertex) for vertex in ring]) for ring in owned]
        for code, owned in rings.items()
    }


def junctions_of(rings: dict[str, list[Ring]]) -> set[Vertex]:
    """Vertices where borders part: the set of owners of the adjoining edges changes there."""
    owners: dict[frozenset[Vertex], list[str]] = defaultdict(list)
    for code, owned in rings.items():
        for ring in owned:
            for edge in pairwise(ring):
                owners[frozenset(edge)].append(code)
    around: dict[Vertex, list[tuple[str, ...]]] = defaultdict(list)
    for edge_key, codes in owners.items():
        for vertex in edge_key:
            around[vertex].append(tuple(sorted(codes)))
    return {vertex for vertex, edges in around.items() if len(edges) != 2 or edges[0] != edges[1]}


def refs_of(
    ring: Ring, junctions: set[Vertex], arcs: list[Ring], index: dict[tuple[Vertex, ...], int]
) -> list[int]:
    """The ring as a list of arc numbers; arcs not met before are added to ``arcs``."""
    turn = next((n for n, vertex in enumerate(ring) if vertex in junctions), None)
    if turn is None:  # an island, or a ring with one neighbour all round: start where both agree
        turn = ring.index(min(ring))
    body = ring[:-1]
    closed = body[turn:] + body[:turn]
    closed.append(closed[0])
    cuts = [n for n, vertex in enumerate(closed) if vertex in junctions]
    cuts = sorted({0, *cuts, len(closed) - 1})
    refs = []
    for start, end in pairwise(cuts):
        arc = closed[start : end + 1]
        forward, backward = tuple(arc), tuple(reversed(arc))
        if backward in index:
            refs.append(~index[backward])
            continue
        if forward not in index:
            index[forward] = len(arcs)
            arcs.append(arc)
        refs.append(index[forward])
    return refs


def simplify_without_crossings(arcs: list[Ring]) -> list[Ring]:
    """Every arc simplified; those that would cross another one keep more of their points."""
    tolerance = [TOLERANCE] * len(arcs)
    while True:
        simple = [
            [(int(x), int(y)) for x, y in simplify(arc, limit, SQUEEZE)]
            for arc, limit in zip(arcs, tolerance, strict=True)
        ]
        tangled = {number for number in crossing_arcs(simple) if tolerance[number] > 0.5}
        if not tangled:  # what still crosses at half a unit does so in the source
            return simple
        for number in tangled:
            tolerance[number] /= 2


def crossing_arcs(arcs: list[Ring]) -> set[int]:
    """Numbers of arcs with a segment that properly crosses another segment."""
    cells: dict[tuple[int, int], list[tuple[int, Vertex, Vertex]]] = defaultdict(list)
    tangled: set[int] = set()
    for number, arc in enumerate(arcs):
        for a, b in pairwise(arc):
            for cell in cells_of(a, b):
                for other, c, d in cells[cell]:
                    if cross(a, b, c, d):
                        tangled |= {number, other}
                cells[cell].append((number, a, b))
    return tangled


def cells_of(a: Vertex, b: Vertex, size: int = 100) -> Iterator[tuple[int, int]]:
    """Grid cells that the bounding box of a segment touches."""
    for column in range(min(a[0], b[0]) // size, max(a[0], b[0]) // size + 1):
        for row in range(min(a[1], b[1]) // size, max(a[1], b[1]) // size + 1):
            yield column, row


def cross(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> bool:
    """Whether two segments cross at a point inside both; shared ends do not count."""

    def side(p: Vertex, q: Vertex, r: Vertex) -> int:
        turn = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (turn > 0) - (turn < 0)

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def expand(refs: list[int], arcs: list[Ring]) -> Ring:
    """The closed ring that a list of arc numbers stands for."""
    ring: Ring = []
    for ref in refs:
        arc = arcs[ref] if ref >= 0 else arcs[~ref][::-1]
        ring += arc[1:] if ring else arc
    return ring


def roomiest_point(ring: Ring) -> Vertex:
    """The inner point with most room around it for a label, by a grid refined four times."""
    left, right = float(min(x for x, _ in ring)), float(max(x for x, _ in ring))
    low, high = float(min(y for _, y in ring)), float(max(y for _, y in ring))
    best, best_room = ring[0], -math.inf
    for _ in range(5):
        for column in range(25):
            for row in range(25):
                x = left + (right - left) * column / 24
                y = low + (high - low) * row / 24
                room = room_at(x, y, ring)
                if room > best_room:
                    best, best_room = (round(x), round(y)), room
        reach_x, reach_y = (right - left) / 12, (high - low) / 12
        left, right = best[0] - reach_x, best[0] + reach_x
        low, high = best[1] - reach_y, best[1] + reach_y
    return best


def room_at(x: float, y: float, ring: Ring) -> float:
    """Distance to the border, sideways distances counting less; negative outside."""
    inside, nearest = False, math.inf
    shrink = SQUEEZE / LABEL_WIDTH
    px = x * shrink
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ux, vx = ax * shrink, bx * shrink
        length = (vx - ux) ** 2 + (by - ay) ** 2
        along = ((px - ux) * (vx - ux) + (y - ay) * (by - ay)) / length if length else 0.0
        along = min(1.0, max(0.0, along))
        nearest = min(nearest, math.hypot(px - ux - along * (vx - ux), y - ay - along * (by - ay)))
    return nearest if inside else -nearest


def delta(arc: Ring) -> list[int]:
    """First vertex, then steps: x, y, dx, dy, dx, dy and so on."""
    flat_list = [*arc[0]]
    for (ax, ay), (bx, by) in pairwise(arc):
        flat_list += [bx - ax, by - ay]
    return flat_list


if __name__ == "__main__":
    main()
