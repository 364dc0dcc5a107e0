"""Outlets on a map, and the frame with degrees for maps without an outline."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hearth.kernel.charts.heatmap import step_of
from hearth.kernel.charts.plane import Projection
from hearth.kernel.charts.scale import step_for, tick_text, ticks
from hearth.kernel.charts.svg import Box, Look, Sheet

CLUSTER_FROM = 1500
"""With more points than this, those that fall into one small square become one mark."""

_SQUARE = 16.0


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One outlet.

    Attributes:
        lon: longitude in degrees, east positive.
        lat: latitude in degrees, north positive.
        label: the outlet's name.
        value: decides the colour; None is drawn hollow.
        text: the value as it is to be read.
        problem: True draws a ring around it.
        href: where it leads.
        tip: tooltip; empty builds one of label and value.
    """

    lon: float
    lat: float
    label: str
    value: float | None = None
    text: str = ""
    problem: bool = False
    href: str = ""
    tip: str = ""


def draw_points(
    sheet: Sheet,
    points: Sequence[MapPoint],
    project: Projection,
    how: tuple[Sequence[float], str, bool],
) -> None:
    """Draw points, those with a problem last so that nothing covers them.

    Args:
        sheet: where to draw.
        points: the outlets.
        project: degrees to pixels.
        how: breaks of the colours, the words for a cluster with ``{n}``, and whether the view is
            close enough for larger dots.
    """
    breaks, cluster, close = how
    if len(points) > CLUSTER_FROM:
        _clusters(sheet, points, project, (breaks, cluster))
        return
    radius = (5.0 if close else 3.4) * (0.85 if sheet.narrow else 1.0)
    for point in sorted(points, key=lambda one: one.problem):
        tip = point.tip or " · ".join(filter(None, (point.label, point.text)))
        at = project((point.lon, point.lat))
        with sheet.mark(tip, point.href):
            cls = "hc-void" if point.value is None else f"hc-s{step_of(point.value, breaks)} hc-pin"
            if point.problem:
                sheet.circle(at, radius + 2.2, "hc-ring")
            sheet.circle(at, radius, cls)


def _clusters(
    sheet: Sheet,
    points: Sequence[MapPoint],
    project: Projection,
    how: tuple[Sequence[float], str],
) -> None:
    """One circle for each small square: its size says how many, its colour their mean."""
    breaks, words = how
    squares: dict[tuple[int, int], list[MapPoint]] = defaultdict(list)
    for point in points:
        x, y = project((point.lon, point.lat))
        squares[int(y // _SQUARE), int(x // _SQUARE)].append(point)
    most = max(map(len, squares.values()))
    for _, members in sorted(squares.items()):
        places = [project((one.lon, one.lat)) for one in members]
        at = (
            sum(x for x, _ in places) / len(places),
            sum(y for _, y in places) / len(places),
        )
        radius = 2.5 + (_SQUARE * 0.5 - 2.5) * math.sqrt(len(members) / most)
        values = [one.value for one in members if one.value is not None]
        with sheet.mark(words.format(n=len(members))):
            if any(one.problem for one in members):
                sheet.circle(at, radius + 2, "hc-ring")
            step = step_of(sum(values) / len(values), breaks) if values else 0
            sheet.circle(at, radius, f"hc-s{step} hc-pin" if step else "hc-void")


def graticule(sheet: Sheet, frame: Box, bounds: Box, project: Projection) -> None:
    """A frame with round degrees at its edges, for places without an outline."""
    sheet.rect(frame, "hc-here hc-axis")
    look = Look("hc-t hc-soft", 12.5, "middle")
    count = max(2, int(frame.width / 130))
    step = step_for(bounds.width, count)
    for lon in ticks(bounds.x, bounds.right, count):
        x = project((lon, bounds.y))[0]
        if frame.x + 26 < x < frame.right - 26:
            sheet.line((x, frame.y), (x, frame.bottom), "hc-axis")
            text = tick_text(abs(lon), step) + ("°E" if lon >= 0 else "°W")
            sheet.text((x, frame.bottom + 16), text, look)
    count = max(2, int(frame.height / 90))
    step = step_for(bounds.height, count)
    for lat in ticks(bounds.y, bounds.bottom, count):
        y = project((bounds.x, lat))[1]
        if frame.y + 10 < y < frame.bottom - 10:
            sheet.line((frame.x, y), (frame.right, y), "hc-axis")
            text = tick_text(abs(lat), step) + ("°N" if lat >= 0 else "°S")
            sheet.turned_text((frame.x - 6, y), text, look)
