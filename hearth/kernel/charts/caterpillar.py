"""Units by score with the uncertainty of each: the picture of a quarter.

A rank without its interval invites people to read meaning into noise, so the interval is drawn as
wide as it is, and the three groups (above, not distinguishable, below) are what the eye meets first
(SC-11).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hearth.kernel.charts.bars import Reference
from hearth.kernel.charts.marks import Key, legend, shape, shape_path
from hearth.kernel.charts.scale import Scale, extent, step_for, tick_text, ticks
from hearth.kernel.charts.svg import (
    COLUMN,
    PAGE,
    PHONE_ROW,
    Box,
    Look,
    Paint,
    Sheet,
    Svg,
    num,
    plot_spans,
)
from hearth.kernel.charts.text import fit, fit_ends
from hearth.kernel.charts.theme import Tone, tone_class


class Group(StrEnum):
    """Where a unit stands against the mean once chance is allowed for (SC-11)."""

    ABOVE = "above"
    MIDDLE = "middle"
    BELOW = "below"


TONE_OF_GROUP = {Group.ABOVE: Tone.GOOD, Group.MIDDLE: Tone.NEUTRAL, Group.BELOW: Tone.EMBER}
_SHAPE_OF_GROUP = {Group.ABOVE: "up", Group.MIDDLE: "circle", Group.BELOW: "down"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit of a ranking.

    Attributes:
        label: the unit's name.
        score: the dot.
        text: the score as it is to be read.
        low: lower end of the score's interval; None with ``high`` None where there were too few
            checks to say: the mark is drawn hollow.
        high: upper end of the interval.
        group: against the mean.
        rank: "7 (4–15)", as it is to be read; empty where none is published.
        href: where the unit leads.
        tip: tooltip; empty builds one of label, score, rank and group.
    """

    label: str
    score: float
    text: str
    low: float | None
    high: float | None
    group: Group
    rank: str = ""
    href: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Caterpillar:
    """A ranking with intervals.

    Attributes:
        title: accessible name.
        units: the units; drawn by falling score, equal scores in the order given.
        groups: the words for above, middle and below, in this order.
        mean: line across all units.
        score_header: over the scores.
        rank_header: over the ranks.
        desc: what the picture shows, in a sentence.
        ranks: words over a panel of the compact form, with ``{first}`` and ``{last}``.
    """

    title: str
    units: tuple[Ranked, ...]
    groups: tuple[str, str, str]
    mean: Reference | None = None
    score_header: str = ""
    rank_header: str = ""
    desc: str = ""
    ranks: str = "{first}–{last}"


ROWS_AT_MOST = 60
"""With more units than this, ``caterpillar`` draws the compact form."""

_NAME = Look("hc-t", 14)
_NUMBER = Look("hc-t hc-strong", 14, "end")
_RANK = Look("hc-t", 14, "end")
_HEAD = Look("hc-t hc-soft", 13, "end")
_SMALL = Look("hc-t hc-soft", 12.5, "middle")


def caterpillar(
    chart: Caterpillar, *, width: int = COLUMN, paint: Paint = PAGE, compact: bool | None = None
) -> Svg:
    """The ranking: a row a unit, or the compact form without names.

    The compact form sets the units side by side, best at the left, as many panels below each other
    as it takes to give each unit a pixel and a half; it is never wider than ``width``.
    Its marks have tooltips and links but are no keyboard stops: set it over a table of the same
    units.

    Args:
        chart: the ranking.
        width: width in pixels.
        paint: page or standalone.
        compact: None decides by the number of units (``ROWS_AT_MOST``).
    """
    units = sorted(chart.units, key=lambda unit: -unit.score)
    small = len(units) > ROWS_AT_MOST if compact is None else compact
    sheet = Sheet(width, paint, [unit.href for unit in units])
    with sheet.decoration():
        keys = _keys(chart, units)
        if small and chart.mean:
            keys.append(Key("line", "hc-ref", chart.mean.label))
        top = legend(sheet, keys, (2, 0), sheet.width - 4)
    draw = _panels if small else _rows
    return sheet.finish(draw(sheet, chart, units, top), chart.title, chart.desc)


def _keys(chart: Caterpillar, units: Sequence[Ranked]) -> list[Key]:
    keys = []
    for group, words in zip(Group, chart.groups, strict=True):
        count = sum(1 for unit in units if unit.group is group)
        cls = f"hc-f {tone_class(TONE_OF_GROUP[group])}"
        keys.append(Key(_SHAPE_OF_GROUP[group], cls, f"{words} {count}"))
    return keys


def _domain(chart: Caterpillar, units: Sequence[Ranked]) -> tuple[float, float]:
    values = [v for unit in units for v in (unit.score, unit.low, unit.high) if v is not None]
    return extent([*values, chart.mean.value] if chart.mean else values, pad=0.04)


def _tip(chart: Caterpillar, unit: Ranked) -> str:
    words = chart.groups[list(Group).index(unit.group)]
    return unit.tip or " · ".join(filter(None, (unit.label, unit.text, unit.rank, words)))


# A row for each unit


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of the rows stand.

    Attributes:
        widths: of name, score, rank and the group's words.
        scale: of the plot.
        edges: right edge of the scores, right edge of the ranks, left edge of the group's words
            (None where the legend must do).
        row: height of a row.
    """

    widths: tuple[float, float, float, float]
    scale: Scale
    edges: tuple[float, float, float | None]
    row: float


def _columns(chart: Caterpillar, units: Sequence[Ranked], sheet: Sheet) -> _Columns:
    """Columns as wide as their texts need, up to a share of the width, the rest for the plot."""
    low, high = _domain(chart, units)
    number = max([_NUMBER.width(unit.text) for unit in units] + [_HEAD.width(chart.score_header)])
    rank = max([_RANK.width(unit.rank) for unit in units] + [_HEAD.width(chart.rank_header)])
    if sheet.narrow:
        number, rank = min(number, sheet.width * 0.26), min(rank, sheet.width * 0.42)
        rank_edge = sheet.width - 4
        number_edge = rank_edge - (rank + 14 if rank else 0)
        scale = Scale(low, high, 10, sheet.width - 10)
        widths = (number_edge - number - 14, number, rank, 0.0)
        return _Columns(widths, scale, (number_edge, rank_edge, None), PHONE_ROW)
    number, rank = min(number, sheet.width * 0.13), min(rank, sheet.width * 0.22)
    words = min(max(_HEAD.width(text) for text in chart.groups), sheet.width * 0.18)
    group = sheet.width - words - 18 if sheet.width >= 700 else None
    rank_edge = (group - 12 if group else sheet.width) - 4
    number_edge = rank_edge - (rank + 20 if rank else 0)
    name = min(max((_NAME.width(unit.label) for unit in units), default=0.0), sheet.width * 0.26)
    scale = Scale(low, high, name + 24, number_edge - number - 18)
    return _Columns((name, number, rank, words), scale, (number_edge, rank_edge, group), 30.0)


def _rows(sheet: Sheet, chart: Caterpillar, units: Sequence[Ranked], top: float) -> float:
    """Names, whiskers and ranks; returns the y below them."""
    columns = _columns(chart, units, sheet)
    first = top + 30
    mean_beside = chart.mean is not None and sheet.narrow
    first += 20 if mean_beside else 0
    bottom = first + columns.row * len(units)
    with sheet.decoration():
        for at, width, words in (
            (columns.edges[0], columns.widths[1], chart.score_header),
            (columns.edges[1], columns.widths[2], chart.rank_header),
        ):
            sheet.text((at, top + 18), fit(words, width, _HEAD.size), _HEAD)
        spans = plot_spans(first, columns.row, len(units))
        _grid(sheet, columns.scale, spans, bottom)
        _mean(sheet, chart, columns.scale, (first, spans))
    for position, unit in enumerate(units):
        _row(sheet, chart, unit, columns, first + position * columns.row)
    return bottom + 24


def _grid(sheet: Sheet, scale: Scale, spans: Sequence[tuple[float, float]], bottom: float) -> None:
    count = max(2, int((scale.end - scale.start) / 90))
    step = step_for(scale.high - scale.low, count)
    for value in ticks(scale.low, scale.high, count):
        sheet.uprights(scale(value), spans, "hc-axis")
        sheet.text((scale(value), bottom + 18), tick_text(value, step), _SMALL)


def _mean(
    sheet: Sheet,
    chart: Caterpillar,
    scale: Scale,
    where: tuple[float, Sequence[tuple[float, float]]],
) -> None:
    """The mean's line, its name above it but clear of the headers at the right."""
    if chart.mean is None:
        return
    x, (top, spans) = scale(chart.mean.value), where
    sheet.uprights(x, [(top - 5, top), *spans] if sheet.narrow else spans, "hc-ref")
    look = Look("hc-t hc-soft", 13, "middle")
    label = fit(chart.mean.label, scale.end - scale.start, look.size)
    half = look.width(label) / 2
    at = min(max(x, scale.start + half), scale.end - half)
    sheet.text((at, top - 10), label, look)


def _row(sheet: Sheet, chart: Caterpillar, unit: Ranked, columns: _Columns, y: float) -> None:
    tall = columns.row >= PHONE_ROW
    base = y + (17 if tall else columns.row / 2 + 4.8)
    middle = y + (33 if tall else columns.row / 2)
    tone = tone_class(TONE_OF_GROUP[unit.group])
    with sheet.mark(_tip(chart, unit), unit.href):
        sheet.hit(Box(0, y, sheet.width, columns.row))
        _row_texts(sheet, chart, unit, columns, (base, middle))
        if unit.low is not None and unit.high is not None:
            low, high = columns.scale(unit.low), columns.scale(unit.high)
            caps = f"M{num(low)} {num(middle - 4)}v8M{num(high)} {num(middle - 4)}v8"
            sheet.path(f"M{num(low)} {num(middle)}H{num(high)}{caps}", f"hc-w {tone}")
        at = (columns.scale(unit.score), middle)
        fill = "hc-o" if unit.low is None else "hc-f"
        shape(sheet, _SHAPE_OF_GROUP[unit.group], at, 5.5, f"{fill} {tone}")


def _row_texts(
    sheet: Sheet, chart: Caterpillar, unit: Ranked, columns: _Columns, y: tuple[float, float]
) -> None:
    """Name, score, rank and, where there is room, the words of the group."""
    (base, middle), (name, number, rank, words) = y, columns.widths
    number_edge, rank_edge, group = columns.edges
    sheet.text((4, base), fit_ends(unit.label, name, _NAME.size), _NAME)
    sheet.text((number_edge, base), fit(unit.text, number, _NUMBER.size, bold=True), _NUMBER)
    sheet.text((rank_edge, base), fit(unit.rank, rank, _RANK.size), _RANK)
    if group is not None:
        tone = tone_class(TONE_OF_GROUP[unit.group])
        shape(sheet, _SHAPE_OF_GROUP[unit.group], (group + 5, middle), 4.2, f"hc-f {tone}")
        text = fit(chart.groups[list(Group).index(unit.group)], words, _HEAD.size)
        sheet.text((group + 16, base), text, Look(f"hc-t {tone}", _HEAD.size))


# Hundreds of units side by side


def _panels(sheet: Sheet, chart: Caterpillar, units: Sequence[Ranked], top: float) -> float:
    """As many panels as the units need; returns the y below the last."""
    low, high = _domain(chart, units)
    left = max(
        _SMALL.width(tick_text(value, step_for(high - low, 4))) for value in ticks(low, high, 4)
    )
    room = sheet.width - left - 14
    count = max(1, math.ceil(len(units) * 1.4 / room))
    each = math.ceil(len(units) / count) if units else 1
    height = 300.0 if count == 1 else 190.0 if count == 2 else 130.0
    slot = min(14.0, room / each)
    y = top + 10
    for start in range(0, max(1, len(units)), each):
        part = units[start : start + each]
        if count > 1:
            words = chart.ranks.format(first=start + 1, last=start + len(part))
            with sheet.decoration():
                sheet.text((left + 10, y + 12), words, Look("hc-t hc-soft", 13))
            y += 18
        plot = Box(left + 10, y + 8, slot * len(part), height)
        wide = Box(left + 10, y + 8, room, height)
        _panel(sheet, chart, part, plot, (Scale(low, high, plot.bottom, plot.y), wide))
        y = plot.bottom + 50
    return y


def _panel(
    sheet: Sheet,
    chart: Caterpillar,
    units: Sequence[Ranked],
    plot: Box,
    frame: tuple[Scale, Box],
) -> None:
    """Whiskers and dots of one panel, a lane for each group below, and a link for each unit.

    What looks alike is drawn as one path, which keeps hundreds of units a small file.
    """
    scale, wide = frame
    slot = plot.width / max(1, len(units))
    with sheet.decoration():
        _panel_grid(sheet, chart, scale, wide)
        for lane, group in enumerate(Group):
            _panel_group(sheet, units, group, plot, (scale, lane))
    for position, unit in enumerate(units):
        x = plot.x + slot * position
        with sheet.mark(_tip(chart, unit), unit.href):
            sheet.hit(Box(x, plot.y, slot, plot.height + 36))


def _panel_grid(sheet: Sheet, chart: Caterpillar, scale: Scale, plot: Box) -> None:
    step = step_for(scale.high - scale.low, 4)
    for value in ticks(scale.low, scale.high, 4):
        y = scale(value)
        sheet.line((plot.x, y), (plot.right, y), "hc-axis")
        look = _SMALL._replace(anchor="end")
        sheet.text((plot.x - 6, y + 4.2), tick_text(value, step), look)
    if chart.mean:
        y = scale(chart.mean.value)
        sheet.line((plot.x, y), (plot.right, y), "hc-ref")


def _panel_group(
    sheet: Sheet, units: Sequence[Ranked], group: Group, plot: Box, frame: tuple[Scale, int]
) -> None:
    """The whiskers and dots of one group, and its lane of ticks under the plot."""
    scale, lane = frame
    slot = plot.width / max(1, len(units))
    whiskers, ticks_path, dots = [], [], []
    y = plot.bottom + 8 + lane * 11
    for position, unit in enumerate(units):
        if unit.group is not group:
            continue
        x = plot.x + slot * (position + 0.5)
        ticks_path.append(f"M{num(x)} {num(y)}v7")
        dots.append(f"M{num(x)} {num(scale(unit.score))}h.01")  # its round ends make the dot
        if unit.low is not None and unit.high is not None:
            whiskers.append(f"M{num(x)} {num(scale(unit.low))}V{num(scale(unit.high))}")
    tone = tone_class(TONE_OF_GROUP[group])
    sheet.path("".join(whiskers), f"hc-w hc-fine hc-faint {tone}")
    sheet.path("".join(ticks_path), f"hc-w hc-fine {tone}")
    sheet.path("".join(dots), f"hc-l {tone}" if slot < 3 else f"hc-l hc-fat {tone}")
    sign = shape_path(_SHAPE_OF_GROUP[group], (plot.x - 10, y + 3.5), 3.8)
    sheet.path(sign, f"hc-f {tone}")
