"""The network on a map: prefectures coloured by score, outlets as points.

The map is a way in, not a survey: its caption has to say so, and everything on it has a row in the
table below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hearth.kernel.charts.geo import (
    Prefecture,
    outline,
    point_in_prefecture,
    prefecture,
    prefectures,
    province_bounds,
)
from hearth.kernel.charts.heatmap import check_breaks, class_words, step_of
from hearth.kernel.charts.maplabels import Label, place_labels
from hearth.kernel.charts.marks import Key, legend
from hearth.kernel.charts.plane import Projection, bounds_of, clip, hatch, project_into, trace
from hearth.kernel.charts.points import CLUSTER_FROM, MapPoint, draw_points, graticule
from hearth.kernel.charts.scale import quantile_breaks
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Point, Sheet, Svg
from hearth.kernel.charts.text import wrap
from hearth.kernel.charts.theme import CLASSES


@dataclass(frozen=True, slots=True)
class MapArea:
    """One prefecture.

    Attributes:
        code: six digits (210100).
        value: decides the colour; None is drawn as without data.
        text: the value as it is to be read.
        label: the name as drawn; empty takes the Chinese one.
        href: where the area leads.
        tip: tooltip; empty builds one of label and value.
    """

    code: str
    value: float | None
    text: str = ""
    label: str = ""
    href: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class MapWords:
    """All words on the map, from the caller, who knows the reader's language.

    Attributes:
        caption: that the map is schematic.
        legend: over the classes.
        outside: on areas that are not in the network.
        no_data: legend of areas and points without a value.
        problem: legend of the ring around points that need a hand.
        off_map: how many points lie off the map, with ``{n}``; shown only where there are any.
        cluster: how many points one mark stands for, with ``{n}``.
    """

    caption: str
    legend: str = ""
    outside: str = ""
    no_data: str = ""
    problem: str = ""
    off_map: str = "{n}"
    cluster: str = "{n}"


@dataclass(frozen=True, slots=True)
class LiaoningMap:
    """What to draw.

    Attributes:
        title: accessible name.
        words: all words on the map.
        areas: prefectures in the network; coloured by value.
        points: outlets; over points the areas turn pale so that the points stand out. With a
            focus, points of its neighbours stay as small pale links.
        breaks: at most four rising values that part the five colours; empty computes them.
        focus: code of a prefecture to zoom to; empty draws the province.
        outside: codes of areas outside the network, which are hatched.
        names: names of prefectures as drawn, by code; those missing take the Chinese ones.
        desc: what the picture shows, in a sentence.
        decimals: of the values in the legend.
    """

    title: str
    words: MapWords
    areas: tuple[MapArea, ...] = ()
    points: tuple[MapPoint, ...] = ()
    breaks: tuple[float, ...] = ()
    focus: str = ""
    outside: tuple[str, ...] = ("210200",)
    names: Mapping[str, str] = field(default_factory=dict)
    desc: str = ""
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class _View:
    """A map laid out: what is where."""

    frame: Box  # where the map stands
    bounds: Box  # what it shows, in degrees
    project: Projection
    breaks: list[float]
    generic: bool
    points: list[MapPoint]  # to be drawn in full
    far: list[MapPoint]  # in sight, but beside the prefecture in focus


def liaoning_map(chart: LiaoningMap, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """The map: the province, one prefecture, or bare points where they lie elsewhere.

    Where most points lie outside Liaoning (another city's data) a frame with degrees takes the
    place of the outline.

    Raises:
        KeyError: ``focus`` is no prefecture of Liaoning.
        ValueError: the breaks do not rise or are more than four.
    """
    links = [area.href for area in chart.areas]
    if len(chart.points) <= CLUSTER_FROM:
        links += [point.href for point in chart.points]
    sheet = Sheet(width, paint, links)
    view = _view(chart, sheet)
    if view.generic:
        with sheet.decoration():
            graticule(sheet, view.frame, view.bounds, view.project)
    else:
        _land(sheet, chart, view)
    for point in view.far:
        with sheet.mark(point.tip or point.label, point.href):
            sheet.circle(view.project((point.lon, point.lat)), 3.0, "hc-far")
    how = (view.breaks, chart.words.cluster, bool(chart.focus))
    draw_points(sheet, view.points, view.project, how)
    with sheet.decoration():
        if not view.generic:
            _labels(sheet, chart, view)
        if chart.focus and not view.generic:
            sheet.rect(view.frame, "hc-axis", 4)
        foot = _surroundings(sheet, chart, view)
    return sheet.finish(foot, chart.title, chart.desc)


def _within(point: MapPoint, bounds: Box) -> bool:
    return bounds.x <= point.lon <= bounds.right and bounds.y <= point.lat <= bounds.bottom


def _is_elsewhere(chart: LiaoningMap) -> bool:
    """Whether most of the points lie outside the province."""
    if chart.focus or not chart.points:
        return False
    abroad = sum(1 for one in chart.points if not _within(one, province_bounds()))
    return abroad * 2 > len(chart.points)


def _view(chart: LiaoningMap, sheet: Sheet) -> _View:
    generic = _is_elsewhere(chart)
    if generic:
        tight = bounds_of((one.lon, one.lat) for one in chart.points)
        bounds = _padded(tight, max(tight.width, tight.height, 0.01) * 0.06)
    elif chart.focus:
        bounds = _padded(prefecture(chart.focus).bounds, 0.08)
    else:
        bounds = _padded(province_bounds(), 0.02)
    side = 0.0 if sheet.narrow else 178.0
    left = 28.0 if generic else 1.0
    room = Box(left, 1, sheet.width - side - left - 2, 440.0 if sheet.narrow else 620.0)
    flat = project_into(bounds, room)
    wide = room.width if chart.focus else bounds.width * flat.squeeze * flat.scale
    frame = Box(room.x, room.y, wide, bounds.height * flat.scale)
    if chart.focus:
        bounds = _filled(bounds, frame, flat.squeeze)
    inner = _padded(bounds, -0.01 * bounds.height)  # so that no dot is cut by the frame
    seen = [one for one in chart.points if _within(one, bounds)]
    beside = [_is_beside(chart, one) for one in seen]
    return _View(
        frame=frame,
        bounds=bounds,
        project=project_into(bounds, frame),
        breaks=check_breaks(chart.breaks) if chart.breaks else _breaks(chart),
        generic=generic,
        points=[one for one, aside in zip(seen, beside, strict=True) if not aside],
        far=[one for one, aside in zip(seen, beside, strict=True) if aside and _within(one, inner)],
    )


def _is_beside(chart: LiaoningMap, point: MapPoint) -> bool:
    """Whether a point lies in another prefecture than the one in focus."""
    if not chart.focus:
        return False
    return point_in_prefecture(point.lon, point.lat) not in (chart.focus, None)


def _padded(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _filled(bounds: Box, frame: Box, squeeze: float) -> Box:
    """Bounds widened to the shape of the frame, so that neighbours fill its edges."""
    across = frame.width / frame.height * bounds.height / squeeze
    if across > bounds.width:
        return Box(bounds.x - (across - bounds.width) / 2, bounds.y, across, bounds.height)
    up = bounds.width * squeeze * frame.height / frame.width
    return Box(bounds.x, bounds.y - (up - bounds.height) / 2, bounds.width, up)


def _breaks(chart: LiaoningMap) -> list[float]:
    source: Sequence[MapArea | MapPoint] = chart.points or chart.areas
    values = [one.value for one in source if one.value is not None]
    return quantile_breaks(values, CLASSES, chart.decimals)


def _detail(view: _View, pixels: float) -> float:
    """So many pixels in degrees, rounded so that maps of like size share one outline."""
    return float(f"{pixels / view.project.scale:.1g}")


Rings = tuple[tuple[Point, ...], ...]


@lru_cache(maxsize=64)
def _rings(tolerance: float, project: Projection, frame: Box | None) -> dict[str, Rings]:
    """Rings of every prefecture in pixels, cut at ``frame`` where the view is a part of the map.

    Kept, as are the paths drawn of them: maps of one size differ in their colours only.
    """
    found = {}
    for code, rings in outline(tolerance).areas.items():
        drawn = [[project(point) for point in ring] for ring in rings]
        if frame is not None:
            drawn = [clip(ring, frame) for ring in drawn]
        found[code] = tuple(tuple(ring) for ring in drawn if len(ring) > 3)
    return found


@lru_cache(maxsize=64)
def _paths(tolerance: float, project: Projection, frame: Box | None) -> dict[str, tuple[str, str]]:
    """Path data of every prefecture in view, and of the strokes that hatch it."""
    return {
        code: ("".join(trace(ring, closed=True) for ring in rings), hatch(rings, 5.0))
        for code, rings in _rings(tolerance, project, frame).items()
        if rings
    }


@lru_cache(maxsize=16)
def _rim(tolerance: float, project: Projection) -> str:
    """Path data of the rim of the province."""
    lines = ([project(point) for point in line] for line in outline(tolerance).rim)
    return "".join(trace(line, closed=line[0] == line[-1]) for line in lines)


def _cut(chart: LiaoningMap, view: _View) -> Box | None:
    return view.frame if chart.focus else None


def _land(sheet: Sheet, chart: LiaoningMap, view: _View) -> None:
    """All prefectures, then the rim of the province."""
    tolerance = _detail(view, 0.5)
    paths = _paths(tolerance, view.project, _cut(chart, view))
    areas = {area.code: area for area in chart.areas}
    for one in prefectures():
        if one.code in paths:
            area = areas.get(one.code) or MapArea(one.code, None)
            _area(sheet, chart, view, area, paths[one.code])
    if not chart.focus:
        with sheet.decoration():
            sheet.path(_rim(tolerance, view.project), "hc-rim")


def _area(
    sheet: Sheet, chart: LiaoningMap, view: _View, area: MapArea, drawn: tuple[str, str]
) -> None:
    """One prefecture in its colour, hatched where it is outside, pale beside the focus."""
    data, hatched = drawn
    name = _name(chart, area.code)
    if area.code in chart.outside:
        tip = " · ".join(filter(None, (name, chart.words.outside)))
        with sheet.mark(tip):
            sheet.path(data, "hc-blank hc-area")
            sheet.path(hatched, "hc-hatch")
        return
    tip = area.tip or " · ".join(filter(None, (name, area.text)))
    with sheet.mark(tip, area.href):
        edge = "hc-lot" if chart.points or chart.focus else "hc-area"
        sheet.path(data, f"{_fill(chart, view, area)} {edge}")


def _fill(chart: LiaoningMap, view: _View, area: MapArea) -> str:
    if chart.focus:
        return "hc-here" if area.code == chart.focus else "hc-track"
    if area.value is None or chart.points:
        return "hc-here" if chart.points else "hc-track"
    return f"hc-s{step_of(area.value, view.breaks)}"


def _name(chart: LiaoningMap, code: str) -> str:
    given = next((area.label for area in chart.areas if area.code == code), "")
    return given or chart.names.get(code, "") or prefecture(code).short


def _labels(sheet: Sheet, chart: LiaoningMap, view: _View) -> None:
    """Names and values, moved until none covers another."""
    rings = _rings(_detail(view, 3.0), view.project, _cut(chart, view))
    wanted = [_label(chart, view, one, rings[one.code]) for one in prefectures() if rings[one.code]]
    for label in place_labels(wanted, view.frame):
        label.draw(sheet)


def _label(chart: LiaoningMap, view: _View, one: Prefecture, rings: Rings) -> Label:
    """The name of a prefecture with, on a map of areas, its value."""
    area = next((area for area in chart.areas if area.code == one.code), None)
    step, second = 0, ""
    if area and not (chart.focus or chart.points):
        second = area.text
        step = 0 if area.value is None else step_of(area.value, view.breaks)
    if one.code in chart.outside:
        step, second = 0, chart.words.outside
    strong = one.code == chart.focus if chart.focus else True
    return Label(_name(chart, one.code), second, view.project(one.label), rings, step, strong)


def _keys(chart: LiaoningMap, view: _View) -> list[Key]:
    """Classes from the highest down, each with how many fall into it; then the special signs."""
    source: Sequence[MapArea | MapPoint] = view.points if chart.points else chart.areas
    steps = [step_of(one.value, view.breaks) for one in source if one.value is not None]
    shape = "circle" if chart.points else "block"
    edge = " hc-pin" if chart.points else ""
    keys = [
        Key(shape, f"hc-s{step}{edge}", f"{words}  ({steps.count(step)})")
        for step, words in reversed(class_words(view.breaks, chart.decimals))
    ]
    missing = sum(1 for one in source if one.value is None)
    if missing and chart.words.no_data:
        sign = Key("circle", "hc-void", "") if chart.points else Key("block", "hc-track", "")
        keys.append(sign._replace(text=f"{chart.words.no_data}  ({missing})"))
    problems = sum(1 for one in view.points if one.problem)
    if problems and chart.words.problem:
        keys.append(Key("ring", "hc-ring", f"{chart.words.problem}  ({problems})"))
    return keys


def _surroundings(sheet: Sheet, chart: LiaoningMap, view: _View) -> float:
    """Legend and caption, beside the map or under it; returns the y below them."""
    soft = Look("hc-t hc-soft", 13)
    below = view.frame.bottom + (26 if view.generic else 8)
    if sheet.narrow:
        x, y, width = 2.0, below + 6, sheet.width - 4
    else:
        x, y, width = view.frame.right + 22, 6.0, sheet.width - view.frame.right - 24
    if chart.words.legend:
        for part in wrap(chart.words.legend, width, 13, 2):
            sheet.text((x, y + 14), part, Look("hc-t hc-strong", 13))
            y += 18
        y += 4
    for key in _keys(chart, view):
        y += legend(sheet, [key], (x, y), width)
    off = len(chart.points) - len(view.points)
    notes = [chart.words.off_map.format(n=off)] if off and not chart.focus else []
    notes.append(chart.words.caption)
    y += 8
    if not sheet.narrow:
        x, y, width = 2.0, max(below, y if view.frame.height < y else below), sheet.width - 4
    for note in notes:
        for part in wrap(note, width, 13, 3):
            sheet.text((x, y + 13), part, soft)
            y += 18
    return y + 4
