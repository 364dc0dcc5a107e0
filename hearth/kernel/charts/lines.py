"""Scores over time: lines with an optional band, small multiples, and the sparkline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hearth.kernel.charts.bars import Reference
from hearth.kernel.charts.marks import SERIES_SHAPES, Key, legend, shape, shape_path
from hearth.kernel.charts.scale import Scale, extent, step_for, tick_text, ticks
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Point, Sheet, Svg, num
from hearth.kernel.charts.text import fit
from hearth.kernel.charts.theme import Tone, tone_class


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a series.

    Attributes:
        value: None leaves a gap: nothing was measured.
        text: the value as it is to be read; empty where ``value`` is None.
        href: where the point leads.
        low: lower end of the band; None for no band here.
        high: upper end of the band.
    """

    value: float | None
    text: str = ""
    href: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a name, a tone, and a moment for each label of the axis."""

    label: str
    moments: tuple[Moment, ...]
    tone: Tone = Tone.INK


@dataclass(frozen=True, slots=True)
class Lines:
    """One or more series over the same times.

    Attributes:
        title: accessible name.
        times: labels of the axis, oldest first.
        series: at most four share a plot; more should be ``multiples``.
        desc: what the picture shows, in a sentence.
        reference: a line across the plot.
        multiples: True gives each series a small plot of its own, all on one scale.
        low: where the axis begins; None takes the data.
        high: where the axis ends; None takes the data.
    """

    title: str
    times: tuple[str, ...]
    series: tuple[Series, ...]
    desc: str = ""
    reference: Reference | None = None
    multiples: bool = False
    low: float | None = None
    high: float | None = None


_TICK = Look("hc-t hc-soft", 12.5, "end")
_TIME = Look("hc-t hc-soft", 12.5, "middle")
_DASH = ("", " hc-dash2", " hc-dash3", " hc-dash4")


def lines(chart: Lines, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Time series; gaps stay gaps.

    Raises:
        ValueError: a series has another number of moments than there are times, or more than four
            series share one plot.
    """
    for series in chart.series:
        if len(series.moments) != len(chart.times):
            raise ValueError(f"{series.label!r} needs a moment for each of the times")
    if len(chart.series) > len(_DASH) and not chart.multiples:
        raise ValueError("more than four lines in one plot cannot be told apart")
    links = [moment.href for series in chart.series for moment in series.moments]
    sheet = Sheet(width, paint, links)
    draw = _multiples if chart.multiples else _single
    return sheet.finish(draw(sheet, chart), chart.title, chart.desc)


def _domain(chart: Lines) -> tuple[float, float]:
    moments = [moment for series in chart.series for moment in series.moments]
    values = [v for m in moments for v in (m.value, m.low, m.high) if v is not None]
    values += [chart.reference.value] if chart.reference else []
    low, high = extent(values)
    low = low if chart.low is None else chart.low
    high = high if chart.high is None else chart.high
    return (low, high) if high > low else (low, low + 1.0)


def _single(sheet: Sheet, chart: Lines) -> float:
    """All series in one plot, named at their ends or, on a phone, above."""
    low, high = _domain(chart)
    many = len(chart.series) > 1
    beside = many and not sheet.narrow
    keys = _keys(chart) if many and not beside else []
    if chart.reference:
        keys.append(Key("line", "hc-ref", chart.reference.label))
    with sheet.decoration():
        top = legend(sheet, keys, (2, 0), sheet.width - 4)
    step = step_for(high - low, 6)
    left = max((_TICK.width(tick_text(v, step)) for v in ticks(low, high, 6)), default=0) + 10
    names = max((_name_look(s).width(s.label) for s in chart.series), default=0.0)
    right = min(names, sheet.width * 0.24) + 24 if beside else 14.0
    height = 220.0 if sheet.narrow else min(320.0, max(240.0, sheet.width * 0.3))
    plot = Box(left, top + 12, sheet.width - left - right, height)
    scale = Scale(low, high, plot.bottom, plot.y)
    with sheet.decoration():
        _frame(sheet, chart, plot, scale)
        _times(sheet, chart.times, plot)
    for number, series in enumerate(chart.series):
        _series(sheet, chart, (number, series), plot, scale)
    if beside:
        with sheet.decoration():
            _names(sheet, chart, plot, scale)
    return plot.bottom + 26


def _keys(chart: Lines) -> list[Key]:
    return [
        Key(SERIES_SHAPES[n % 4], f"hc-f {tone_class(s.tone)}", s.label)
        for n, s in enumerate(chart.series)
    ]


def _name_look(series: Series) -> Look:
    return Look(f"hc-t hc-strong {tone_class(series.tone)}", 13)


def _place(position: int, count: int, plot: Box) -> float:
    """The x of a time; a single one stands in the middle."""
    if count < 2:
        return plot.x + plot.width / 2
    inset = min(16.0, plot.width * 0.04)
    return plot.x + inset + (plot.width - 2 * inset) * position / (count - 1)


def _frame(sheet: Sheet, chart: Lines, plot: Box, scale: Scale) -> None:
    step = step_for(scale.high - scale.low, 6)
    for value in ticks(scale.low, scale.high, 6):
        sheet.line((plot.x, scale(value)), (plot.right, scale(value)), "hc-axis")
        sheet.text((plot.x - 8, scale(value) + 4.3), tick_text(value, step), _TICK)
    if chart.reference:
        y = scale(chart.reference.value)
        sheet.line((plot.x, y), (plot.right, y), "hc-ref")


def _times(sheet: Sheet, times: Sequence[str], plot: Box) -> None:
    """Labels of the axis, thinned until they stand clear; the newest is always named."""
    widest = max((_TIME.width(time) for time in times), default=0.0) + 12
    count = len(times)
    gap = plot.width / max(1, count - 1)
    every = max(1, math.ceil(widest / gap)) if gap else 1
    for position, time in enumerate(times):
        if (count - 1 - position) % every:
            continue
        label = fit(time, plot.width, _TIME.size)
        half = _TIME.width(label) / 2
        x = _place(position, count, plot)
        x = min(max(x, half), sheet.width - half)
        sheet.text((x, plot.bottom + 19), label, _TIME)


def _runs(moments: Sequence[Moment]) -> Iterator[list[tuple[int, Moment]]]:
    """Stretches without a gap."""
    run: list[tuple[int, Moment]] = []
    for position, moment in enumerate(moments):
        if moment.value is not None:
            run.append((position, moment))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(moments: Sequence[Moment], plot: Box, scale: Scale) -> str:
    """Path data through the moments, broken at the gaps; a lone moment gives no line."""
    path = []
    for run in _runs(moments):
        places = [
            (_place(position, len(moments), plot), scale(moment.value))
            for position, moment in run
            if moment.value is not None
        ]
        if len(places) > 1:
            path.append("M" + "L".join(f"{num(x)} {num(y)}" for x, y in places))
    return "".join(path)


def _all_lines(chart: Lines, plot: Box, scale: Scale) -> str:
    """Every series as one path, to be set pale behind the one that is meant."""
    return "".join(_line(series.moments, plot, scale) for series in chart.series)


def _series(
    sheet: Sheet, chart: Lines, numbered: tuple[int, Series], plot: Box, scale: Scale
) -> None:
    """Band, line, then a mark for each moment."""
    number, series = numbered
    tone = tone_class(series.tone)
    count = len(chart.times)
    with sheet.decoration():
        for run in _runs(series.moments):
            _band(sheet, run, series, (count, plot), scale)
        sheet.path(_line(series.moments, plot, scale), f"hc-l {tone}{_DASH[number % 4]}")
    for position, moment in enumerate(series.moments):
        if moment.value is None:
            continue
        at = (_place(position, count, plot), scale(moment.value))
        tip = " · ".join(filter(None, (series.label, chart.times[position], moment.text)))
        with sheet.mark(tip, moment.href):
            sheet.hit(Box(at[0] - 12, at[1] - 12, 24, 24))
            size = 2.8 if chart.multiples else 4.0
            shape(sheet, SERIES_SHAPES[number % 4], at, size, f"hc-f hc-dot {tone}")


def _band(
    sheet: Sheet,
    run: Sequence[tuple[int, Moment]],
    series: Series,
    frame: tuple[int, Box],
    scale: Scale,
) -> None:
    """The interval around one stretch of a line."""
    upper: list[Point] = []
    lower: list[Point] = []
    for position, moment in run:
        if moment.low is not None and moment.high is not None:
            x = _place(position, *frame)
            upper.append((x, scale(moment.high)))
            lower.append((x, scale(moment.low)))
    if len(upper) > 1:
        corners = [*upper, *reversed(lower)]
        data = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in corners) + "z"
        sheet.path(data, f"hc-b {tone_class(series.tone)}")


def _names(sheet: Sheet, chart: Lines, plot: Box, scale: Scale) -> None:
    """Series named at their last point, pushed apart where they end close together."""
    ends: list[list[float]] = []
    for number, series in enumerate(chart.series):
        known = [moment.value for moment in series.moments if moment.value is not None]
        if known:
            ends.append([scale(known[-1]), number])
    ends.sort()
    for above, end in pairwise(ends):
        end[0] = max(end[0], above[0] + 18)
    limit = plot.bottom
    for end in reversed(ends):
        end[0] = min(end[0], limit)
        limit = end[0] - 18
    for y, place in ends:
        number = int(place)
        series = chart.series[number]
        look = _name_look(series)
        label = fit(series.label, sheet.width - plot.right - 22, look.size, bold=True)
        sign = shape_path(SERIES_SHAPES[number % 4], (plot.right + 7, y), 3.8)
        sheet.path(sign, f"hc-f {tone_class(series.tone)}")
        sheet.text((plot.right + 16, y + 4.5), label, look)


def _multiples(sheet: Sheet, chart: Lines) -> float:
    """A small plot for each series, all on one scale, the others pale behind it."""
    low, high = _domain(chart)
    step = step_for(high - low, 4)
    columns = max(1, int(sheet.width // (168 if sheet.narrow else 200)))
    gap = 18.0
    cell = (sheet.width - gap * (columns - 1)) / columns
    left = max((_TICK.width(tick_text(v, step)) for v in ticks(low, high, 4)), default=0) + 8
    y = top = 0.0
    if chart.reference and chart.reference.label:
        with sheet.decoration():
            key = Key("line", "hc-ref", chart.reference.label)
            top = legend(sheet, [key], (2, 0), sheet.width - 4)
    for number, series in enumerate(chart.series):
        column = number % columns
        y = top + 176.0 * (number // columns)
        plot = Box(column * (cell + gap) + left, y + 26, cell - left - 6, 110)
        scale = Scale(low, high, plot.bottom, plot.y)
        alone = replace(chart, series=(series,))
        with sheet.decoration():
            name = Look("hc-t hc-strong", 14)
            sheet.text((plot.x, y + 16), fit(series.label, plot.width, 14, bold=True), name)
            _small_frame(sheet, chart, plot, scale)
            sheet.path(_all_lines(chart, plot, scale), "hc-l hc-fine hc-faint hc-neutral")
        _series(sheet, alone, (0, series), plot, scale)
    return y + 168


def _small_frame(sheet: Sheet, chart: Lines, plot: Box, scale: Scale) -> None:
    """Grid of a small plot, first and last time."""
    step = step_for(scale.high - scale.low, 4)
    for value in ticks(scale.low, scale.high, 4):
        sheet.line((plot.x, scale(value)), (plot.right, scale(value)), "hc-axis")
        sheet.text((plot.x - 5, scale(value) + 4.2), tick_text(value, step), _TICK)
    if chart.reference:
        y = scale(chart.reference.value)
        sheet.line((plot.x, y), (plot.right, y), "hc-ref")
    if chart.times:
        ends = [chart.times[0], chart.times[-1]] if len(chart.times) > 1 else [chart.times[-1]]
        half = plot.width / 2 - 4
        first = fit(ends[0], half, _TIME.size)
        sheet.text((plot.x, plot.bottom + 18), first, _TIME._replace(anchor="start"))
        if len(ends) > 1:
            last = fit(ends[1], half, _TIME.size)
            sheet.text((plot.right, plot.bottom + 18), last, _TIME._replace(anchor="end"))


@dataclass(frozen=True, slots=True)
class Spark:
    """A line as small as a word.

    Attributes:
        title: accessible name and tooltip, which has to say the figures.
        values: oldest first; None leaves a gap.
        tone: of the line and its last point.
    """

    title: str
    values: tuple[float | None, ...]
    tone: Tone = Tone.INK


def sparkline(chart: Spark, *, width: int = 96, height: int = 24, paint: Paint = PAGE) -> Svg:
    """A line without axes that ends in a dot at the newest value."""
    known = [value for value in chart.values if value is not None]
    low, high = extent(known, pad=0.0)
    scale = Scale(low, high, height - 4.0, 4.0)
    plot = Box(4, 0, width - 8, height)
    moments = [Moment(value) for value in chart.values]
    sheet = Sheet(width, paint, inline=True)
    tone = tone_class(chart.tone)
    sheet.path(_line(moments, plot, scale), f"hc-l hc-spark {tone}")
    if chart.values and chart.values[-1] is not None:
        at = (_place(len(moments) - 1, len(moments), plot), scale(chart.values[-1]))
        sheet.circle(at, 2.6, f"hc-f {tone}")
    return sheet.finish(height, chart.title)
