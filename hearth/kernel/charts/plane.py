"""Plane geometry for maps: projecting, simplifying, clipping, hatching, testing and writing rings.

A ring is a closed line of points, first and last equal; longitudes come before latitudes and x
before y throughout.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hearth.kernel.charts.svg import Box, Point, num

Ring = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to pixels, north up, true in both directions at the middle latitude."""

    west: float
    north: float
    x: float
    y: float
    scale: float  # pixels a degree of latitude
    squeeze: float  # a degree of longitude in degrees of latitude

    def __call__(self, position: Point) -> Point:
        """The pixel of a (longitude, latitude)."""
        lon, lat = position
        across = (lon - self.west) * self.squeeze * self.scale
        return self.x + across, self.y + (self.north - lat) * self.scale


def project_into(bounds: Box, frame: Box) -> Projection:
    """The projection that sets ``bounds`` (degrees, y = southern edge) centred in ``frame``."""
    squeeze = math.cos(math.radians(bounds.y + bounds.height / 2))
    scale = min(
        frame.width / max(bounds.width * squeeze, 1e-6), frame.height / max(bounds.height, 1e-6)
    )
    x = frame.x + (frame.width - bounds.width * squeeze * scale) / 2
    y = frame.y + (frame.height - bounds.height * scale) / 2
    return Projection(bounds.x, bounds.bottom, x, y, scale, squeeze)


def bounds_of(points: Iterable[Point]) -> Box:
    """The smallest box around points.

    Raises:
        ValueError: no points.
    """
    known = list(points)
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def simplify(line: Ring, tolerance: float, squeeze: float = 1.0) -> list[Point]:
    """Douglas-Peucker: the line without points that lie within ``tolerance`` of what remains.

    The ends stay where they are, so lines that met before still meet. Of a closed line the point
    farthest from its start stays too.

    Args:
        line: at least two points.
        tolerance: in units of y.
        squeeze: the length of a unit of x in units of y.
    """
    if len(line) > 2 and line[0] == line[-1]:
        far = max(range(len(line)), key=lambda n: _apart(line[n], line[0], squeeze))
        if line[far] == line[0]:
            return [line[0], line[-1]]
        first = simplify(line[: far + 1], tolerance, squeeze)
        return first[:-1] + simplify(line[far:], tolerance, squeeze)
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        start, end = stack.pop()
        worst, distance = start, tolerance
        for n in range(start + 1, end):
            off = distance_to(line[n], (line[start], line[end]), squeeze)
            if off > distance:
                worst, distance = n, off
        if worst != start:
            keep.add(worst)
            stack += [(start, worst), (worst, end)]
    return [line[n] for n in sorted(keep)]


def _apart(one: Point, other: Point, squeeze: float) -> float:
    return math.hypot((one[0] - other[0]) * squeeze, one[1] - other[1])


def distance_to(point: Point, segment: tuple[Point, Point], squeeze: float = 1.0) -> float:
    """Distance of a point from a segment in units of y."""
    (ax, ay), (bx, by) = segment
    dx, dy = (bx - ax) * squeeze, by - ay
    px, py = (point[0] - ax) * squeeze, point[1] - ay
    length = dx * dx + dy * dy
    along = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
    return math.hypot(px - along * dx, py - along * dy)


def inside(point: Point, rings: Iterable[Ring]) -> bool:
    """Whether a point lies in the area that rings enclose (holes count as outside).

    A point on a border shared by two areas lies in exactly one of them: each edge is taken in one
    direction whichever area it is looked at from, and owns its lower end but not its upper one.
    """
    return is_between(point[0], cuts_at(point[1], rings))


def cuts_at(y: float, rings: Iterable[Ring]) -> list[float]:
    """Where the edges of an area cross the level of ``y``."""
    found = []
    for ring in rings:
        for one, other in pairwise(ring):
            if (one[1] > y) != (other[1] > y):
                (ax, ay), (bx, by) = (one, other) if one <= other else (other, one)
                found.append((bx - ax) * (y - ay) / (by - ay) + ax)
    return found


def is_between(x: float, cuts: Iterable[float]) -> bool:
    """Whether a point of that level lies in the area: an odd number of edges is right of it."""
    return sum(x < cut for cut in cuts) % 2 == 1


def signed_area(ring: Ring) -> float:
    """Area of a ring, negative where it runs clockwise (y upwards)."""
    pairs = pairwise(ring)
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2


def clip(ring: Ring, frame: Box) -> list[Point]:
    """The part of a closed ring inside a frame (Sutherland-Hodgman); empty for no part."""
    points = list(ring[:-1])
    for axis, limit, sign in (
        (0, frame.x, 1),
        (0, frame.right, -1),
        (1, frame.y, 1),
        (1, frame.bottom, -1),
    ):
        points = list(_clip_side(points, axis, limit, sign))
    return [*points, points[0]] if len(points) > 2 else []


def _clip_side(points: list[Point], axis: int, limit: float, sign: int) -> Iterator[Point]:
    """What of a polygon lies on the right side of one edge of a frame."""
    for one, other in zip(points, points[1:] + points[:1], strict=True):
        one_in = (one[axis] - limit) * sign >= 0
        other_in = (other[axis] - limit) * sign >= 0
        if one_in:
            yield one
        if one_in != other_in:
            along = (limit - one[axis]) / (other[axis] - one[axis])
            yield (
                one[0] + (other[0] - one[0]) * along,
                one[1] + (other[1] - one[1]) * along,
            )


def hatch(rings: Sequence[Ring], gap: float) -> str:
    """Path data of slanted strokes that fill an area, ``gap`` pixels apart.

    Drawn as lines rather than with a pattern, because patterns need ids and ids collide when a page
    holds two maps.
    """
    turned = [[(x + y, x - y) for x, y in ring] for ring in rings]
    heights = [v for ring in turned for _, v in ring]
    if not heights:
        return ""
    strokes = []
    step = gap * math.sqrt(2)
    level = math.ceil(min(heights) / step) * step
    while level < max(heights):
        for start, end in _crossings(turned, level):
            if end - start > 2:
                ax, ay = (start + level) / 2, (start - level) / 2
                bx, by = (end + level) / 2, (end - level) / 2
                strokes.append(f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}")
        level += step
    return "".join(strokes)


def _crossings(rings: Iterable[Ring], level: float) -> Iterator[Point]:
    """Stretches of a level line inside an area."""
    cuts = []
    for ring in rings:
        for (au, av), (bu, bv) in pairwise(ring):
            if (av > level) != (bv > level):
                cuts.append(au + (bu - au) * (level - av) / (bv - av))
    cuts.sort()
    yield from zip(cuts[::2], cuts[1::2], strict=True)


def trace(line: Ring, *, closed: bool = False) -> str:
    """Path data of a line in tenths of a pixel, relative and short; points that coincide merge."""
    places: list[tuple[int, int]] = []
    for x, y in line:
        num(x + y)
        place = round(x * 10), round(y * 10)
        if not places or places[-1] != place:
            places.append(place)
    if len(places) < (3 if closed else 2):
        return ""
    if closed and places[0] == places[-1]:
        places.pop()
    first = places[0]
    steps = [
        _tenths(bx - ax) + ("" if by < ay else " ") + _tenths(by - ay)
        for (ax, ay), (bx, by) in pairwise(places)
    ]
    body = "l" + "".join(
        step if not n or step[0] == "-" else f" {step}" for n, step in enumerate(steps)
    )
    return f"M{_tenths(first[0])} {_tenths(first[1])}{body}" + ("z" if closed else "")


def _tenths(value: int) -> str:
    whole, rest = divmod(abs(value), 10)
    text = f"{whole}.{rest}" if rest and whole else f".{rest}" if rest else str(whole)
    return f"-{text}" if value < 0 else text
