"""How many units lie where: a histogram with values pointed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hearth.kernel.charts.marks import shape_path
from hearth.kernel.charts.scale import Scale, step_for, tick_text, ticks
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Sheet, Svg
from hearth.kernel.charts.text import fit
from hearth.kernel.charts.theme import Tone, tone_class

_TICK = Look("hc-t hc-soft", 12.5, "end")
_LABEL = Look("hc-t hc-soft", 12.5, "middle")
_AMOUNT = Look("hc-t hc-halo", 12.5, "middle")


@dataclass(frozen=True, slots=True)
class Bin:
    """One column of a histogram: values from ``low`` up to but not including ``high``."""

    low: float
    high: float
    count: int
    text: str = ""
    href: str = ""
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Marker:
    """A value pointed out on the axis of a histogram."""

    value: float
    label: str
    tone: Tone = Tone.INK


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many units lie where.

    Attributes:
        title: accessible name.
        bins: adjoining, rising; the last one includes its upper end.
        markers: values pointed out, such as the mean and the pass line.
        desc: what the picture shows, in a sentence.
        axis: words under the axis.
    """

    title: str
    bins: tuple[Bin, ...]
    markers: tuple[Marker, ...] = ()
    desc: str = ""
    axis: str = ""


def bins_of(values: Sequence[float], edges: Sequence[float]) -> tuple[Bin, ...]:
    """Values counted between rising edges; what lies outside them is left out.

    A value on an edge counts in the bin above it, the last edge in the last bin.
    """
    bins = []
    for low, high in pairwise(edges):
        last = high == edges[-1]
        count = sum(1 for value in values if low <= value < high or (last and value == high))
        bins.append(Bin(low, high, count, str(count)))
    return tuple(bins)


@dataclass(frozen=True, slots=True)
class _Flag:
    """A marker's name beside its line.

    Attributes:
        marker: what it names.
        label: the name as it fits.
        x: where the line stands.
        span: left and right end of the name with its sign.
        lane: 0 is nearest to the plot.
    """

    marker: Marker
    label: str
    x: float
    span: tuple[float, float]
    lane: int

    def y(self, lanes: int) -> float:
        """The baseline of the name."""
        return 14.0 + (lanes - 1 - self.lane) * 19

    def clears(self, other: _Flag) -> bool:
        """Whether neither name meets the other, nor the line that rises to the other."""
        if self.lane == other.lane:
            return self.span[1] < other.span[0] or other.span[1] < self.span[0]
        upper, lower = (self, other) if self.lane > other.lane else (other, self)
        return not lower.span[0] <= upper.x <= lower.span[1]

    def draw(self, sheet: Sheet, lanes: int) -> None:
        """The sign and the name."""
        tone = tone_class(self.marker.tone)
        sign = (self.span[0] + 7, self.y(lanes) - 4.5)
        sheet.path(shape_path("diamond", sign, 3.6), f"hc-f {tone}")
        at = (self.span[0] + 15, self.y(lanes))
        sheet.text(at, self.label, Look(f"hc-t hc-strong {tone}", 13))


def place_flags(markers: Sequence[Marker], across: Scale, width: float) -> list[_Flag]:
    """Names beside their lines, each as low as it can stand without meeting a name or a line."""
    placed: list[_Flag] = []
    for marker in sorted(markers, key=lambda one: -one.value):
        look = Look("hc-strong", 13)
        label = fit(marker.label, width - 40, look.size, bold=True)
        x, reach = across(marker.value), look.width(label) + 18
        beside = [(x + 3, x + 3 + reach), (x - 3 - reach, x - 3)]
        spans = [span for span in beside if span[0] >= 0 and span[1] <= width]
        spans = spans or [(width - reach, width)]
        tries = (
            _Flag(marker, label, x, span, lane) for lane in range(len(markers)) for span in spans
        )
        free = (one for one in tries if all(one.clears(other) for other in placed))
        placed.append(next(free, _Flag(marker, label, x, spans[0], len(placed))))
    return placed


def histogram(chart: Histogram, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Columns without gaps over a measured axis, with markers named above them.

    Raises:
        ValueError: no bins.
    """
    if not chart.bins:
        raise ValueError("a histogram needs at least one bin")
    sheet = Sheet(width, paint, [one.href for one in chart.bins])
    highest = max(1, *(one.count for one in chart.bins))
    step = max(1.0, step_for(highest, 4))
    counts = [value for value in ticks(0, highest, 4) if float(value).is_integer()]
    left = max(_TICK.width(tick_text(value, step)) for value in counts) + 10
    across = Scale(chart.bins[0].low, chart.bins[-1].high, left, sheet.width - 10)
    flags = place_flags(chart.markers, across, sheet.width)
    lanes = max((flag.lane + 1 for flag in flags), default=0)
    with sheet.decoration():
        for flag in flags:
            flag.draw(sheet, lanes)
    top = lanes * 19.0
    plot = Box(left, top + 22, sheet.width - 10 - left, 180.0 if sheet.narrow else 220.0)
    scale = Scale(0, highest, plot.bottom, plot.y)
    with sheet.decoration():
        for value in counts:
            y = scale(value)
            sheet.line((plot.x, y), (plot.right, y), "hc-axis" if value else "hc-tick")
            sheet.text((plot.x - 8, y + 4.3), tick_text(value, step), _TICK)
        foot = _measure(sheet, chart, plot, across)
    for one in chart.bins:
        _bin(sheet, one, plot, (across, scale))
    with sheet.decoration():
        for flag in flags:
            tone = tone_class(flag.marker.tone)
            foot_of_line = (flag.x, plot.bottom)
            sheet.line((flag.x, flag.y(lanes) + 5), foot_of_line, f"hc-w hc-dash2 {tone}")
        for one in chart.bins:
            _count(sheet, one, (across, scale))
    return sheet.finish(foot, chart.title, chart.desc)


def _measure(sheet: Sheet, chart: Histogram, plot: Box, across: Scale) -> float:
    """Values under the axis and its words; returns the y below them."""
    count = max(2, int(plot.width / 80))
    step = step_for(across.high - across.low, count)
    for value in ticks(across.low, across.high, count):
        x = across(value)
        sheet.line((x, plot.bottom), (x, plot.bottom + 4), "hc-tick")
        label = tick_text(value, step)
        half = _LABEL.width(label) / 2
        sheet.text((min(max(x, half), sheet.width - half), plot.bottom + 18), label, _LABEL)
    if not chart.axis:
        return plot.bottom + 26
    words = fit(chart.axis, plot.width, _LABEL.size)
    sheet.text((plot.x + plot.width / 2, plot.bottom + 37), words, _LABEL)
    return plot.bottom + 46


def _bin(sheet: Sheet, one: Bin, plot: Box, scales: tuple[Scale, Scale]) -> None:
    across, scale = scales
    x, right = across(one.low), across(one.high)
    y = scale(one.count)
    span = f"{one.low:g}\N{EN DASH}{one.high:g}"
    with sheet.mark(f"{span} · {one.text or one.count}", one.href):
        sheet.hit(Box(x, plot.y, right - x, plot.height))
        body = Box(x + 0.75, y, right - x - 1.5, plot.bottom - y)
        # Neutral columns step back, so that the markers' lines stand out on them.
        mild = " hc-mild" if one.tone is Tone.NEUTRAL else ""
        sheet.rect(body, f"hc-f {tone_class(one.tone)}{mild}")


def _count(sheet: Sheet, one: Bin, scales: tuple[Scale, Scale]) -> None:
    """How many, over a column, where it has room."""
    across, scale = scales
    x, right = across(one.low), across(one.high)
    if one.text and one.count and _AMOUNT.width(one.text) <= right - x - 2:
        sheet.text(((x + right) / 2, scale(one.count) - 5), one.text, _AMOUNT)
