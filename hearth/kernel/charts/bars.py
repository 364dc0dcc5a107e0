"""Ranked horizontal bars, a strip of coverage, and a funnel of steps."""

from __future__ import annotations

from dataclasses import dataclass

from hearth.kernel.charts.marks import SHAPE_OF_TONE, Key, legend, shape
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
    plot_spans,
)
from hearth.kernel.charts.text import fit, fit_ends, wrap
from hearth.kernel.charts.theme import Tone, tone_class


@dataclass(frozen=True, slots=True)
class Reference:
    """A value all others are read against, such as the network's mean or a pass line."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of ranked bars.

    Attributes:
        label: the unit's name.
        value: length of the bar; None draws none and leaves ``text`` to say why.
        text: the value as it is to be read, rounded once by whoever computed it.
        href: where the row leads.
        tone: ember for what needs a hand, good for what is well, neutral otherwise.
        previous: the same unit's value before, drawn as a hollow mark; None where not comparable.
        lead: a short text before the name, such as the rank.
        note: a short text after the value, such as the movement.
        tip: tooltip; empty builds one of label, value and note.
    """

    label: str
    value: float | None
    text: str
    href: str = ""
    tone: Tone = Tone.NEUTRAL
    previous: float | None = None
    lead: str = ""
    note: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Ranked bars, drawn in the order given.

    Attributes:
        title: accessible name.
        bars: the rows, best first.
        desc: what the picture shows, in a sentence.
        reference: a line across all rows.
        previous_label: legend of the hollow marks ("last quarter").
        keys: legend of the tones in use, as (tone, meaning).
        start: where the axis begins. Bars begin at 0; any other start draws dots on a thin stem
            instead, because the length of a cut bar misleads.
        end: where the axis ends; None takes the largest value.
        sentences: the labels are sentences, not names: they take more of the width and two lines
            and are cut at their end, where a name is cut in its middle. The tip has them whole.
    """

    title: str
    bars: tuple[Bar, ...]
    desc: str = ""
    reference: Reference | None = None
    previous_label: str = ""
    keys: tuple[tuple[Tone, str], ...] = ()
    start: float = 0.0
    end: float | None = None
    sentences: bool = False


_NAME = Look("hc-t", 14)
_LINE = 17.0  # from one line of a label to the next
_LEAD = Look("hc-t hc-soft", 13, "end")
_VALUE = Look("hc-t hc-strong", 14, "end")
_NOTE = Look("hc-t hc-soft", 13, "end")
_SMALL = Look("hc-t hc-soft", 12.5, "middle")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of one bar chart stand.

    Attributes:
        widths: of rank, name, value and note.
        name: left edge of the names; the ranks end at their width.
        scale: of the plot.
        edges: right edges of values and notes.
        row: height of a row.
        lines: of a label.
    """

    widths: tuple[float, float, float, float]
    name: float
    scale: Scale
    edges: tuple[float, float]
    row: float
    lines: int = 1


def bars(chart: Bars, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Ranked horizontal bars; a phone gets the name above its bar instead of beside it."""
    sheet = Sheet(width, paint, [bar.href for bar in chart.bars])
    columns = _columns(chart, sheet)
    with sheet.decoration():
        top = legend(sheet, _keys(chart), (2, 0), sheet.width - 4)
        top += 22 if chart.reference else 4
        foot = _axis(sheet, chart, columns, top)
    for number, bar in enumerate(chart.bars):
        _row(sheet, chart, bar, columns, top + number * columns.row)
    with sheet.decoration():
        _reference(sheet, chart, columns, top)
    return sheet.finish(foot, chart.title, chart.desc)


def _keys(chart: Bars) -> list[Key]:
    keys = [Key(SHAPE_OF_TONE[tone], f"hc-f {tone_class(tone)}", text) for tone, text in chart.keys]
    if chart.previous_label and any(bar.previous is not None for bar in chart.bars):
        keys.append(Key("circle", "hc-o hc-ink", chart.previous_label))
    return keys


def _columns(chart: Bars, sheet: Sheet) -> _Columns:
    """Columns as wide as their texts need, the rest for the plot."""
    lead = _widest(_LEAD, [bar.lead for bar in chart.bars], sheet.width * 0.12)
    value = _widest(_VALUE, [bar.text for bar in chart.bars], sheet.width * 0.3)
    note = _widest(_NOTE, [bar.note for bar in chart.bars], sheet.width * 0.2)
    note_edge = sheet.width - 4
    value_edge = note_edge - (note + 10 if note else 0)
    name_edge = lead + 10 if lead else 4.0
    plain = [v for bar in chart.bars for v in (bar.value, bar.previous) if v is not None]
    plain += [chart.reference.value] if chart.reference else []
    high = extent(plain, pad=0.0)[1] if chart.end is None else chart.end
    low = chart.start
    if high <= low:
        high = low + 1.0
    edges = (value_edge, note_edge)
    if sheet.narrow:
        scale = Scale(low, high, name_edge + 16, sheet.width - 10)
        room = value_edge - value - 10 - name_edge - 16
        lines = _lines(chart, room)
        row = PHONE_ROW + (lines - 1) * _LINE
        return _Columns((lead, room, value, note), name_edge, scale, edges, row, lines)
    most = sheet.width * (0.45 if chart.sentences else 0.26)
    name = _widest(_NAME, [bar.label for bar in chart.bars], most)
    lines = _lines(chart, name)
    plot = name_edge + name + 30
    scale = Scale(low, high, plot, value_edge - value - 18)
    row = 30.0 if lines == 1 else 43.0
    return _Columns((lead, name, value, note), name_edge, scale, edges, row, lines)


def _lines(chart: Bars, width: float) -> int:
    """Lines that the longest label needs: two at most, and one where they are names."""
    longest = max((_NAME.width(bar.label) for bar in chart.bars), default=0.0)
    return 2 if chart.sentences and longest > width else 1


def _label(chart: Bars, bar: Bar, columns: _Columns) -> list[str]:
    width = columns.widths[1]
    if chart.sentences:
        return wrap(bar.label, width, _NAME.size, columns.lines)
    return [fit_ends(bar.label, width, _NAME.size)]


def _widest(look: Look, texts: list[str], most: float) -> float:
    """The width of the widest text, up to a limit."""
    return min(most, max(map(look.width, texts), default=0.0))


def _axis(sheet: Sheet, chart: Bars, columns: _Columns, top: float) -> float:
    """Grid lines, and their values where the axis is cut; returns the y below them."""
    scale, spans = columns.scale, plot_spans(top, columns.row, len(chart.bars))
    bottom = top + columns.row * len(chart.bars)
    count = max(2, int((scale.end - scale.start) / 110))
    marks = ticks(scale.low, scale.high, count)
    step = step_for(scale.high - scale.low, count)
    if not chart.start:  # each bar has its value beside it, so only the base is drawn
        sheet.uprights(scale(0), spans, "hc-tick")
        return bottom + 6
    for value in marks:
        sheet.uprights(scale(value), spans, "hc-axis")
        sheet.text((scale(value), bottom + 16), tick_text(value, step), _SMALL)
    return bottom + 24


def _row(sheet: Sheet, chart: Bars, bar: Bar, columns: _Columns, y: float) -> None:
    """One row: sign, name, bar, previous mark, value, note."""
    tip = bar.tip or " ".join(filter(None, (bar.lead, bar.label, bar.text, bar.note)))
    tall = columns.row >= PHONE_ROW
    base = y + (17 if tall else columns.row / 2 + 4.8)
    middle = y + columns.row - 14 if tall else y + columns.row / 2
    toned = "hc-t hc-strong" + (f" {tone_class(bar.tone)}" if bar.tone is Tone.EMBER else "")
    with sheet.mark(tip, bar.href):
        sheet.hit(Box(0, y, sheet.width, columns.row))
        lead, _name, value, note = columns.widths
        sheet.text((lead, base), fit(bar.lead, lead, _LEAD.size), _LEAD)
        label = _label(chart, bar, columns)
        start = base if tall else base - (len(label) - 1) * _LINE / 2
        for number, line in enumerate(label):
            sheet.text((columns.name, start + number * _LINE), line, _NAME)
        _plot(sheet, chart, bar, columns.scale, middle)
        look = _VALUE._replace(cls=toned)
        sheet.text((columns.edges[0], base), fit(bar.text, value, look.size, bold=True), look)
        sheet.text((columns.edges[1], base), fit(bar.note, note, _NOTE.size), _NOTE)


def _plot(sheet: Sheet, chart: Bars, bar: Bar, scale: Scale, middle: float) -> None:
    """The bar itself, or a dot on a stem where the axis does not begin at zero."""
    cls = f"hc-f {tone_class(bar.tone)}"
    if bar.tone in (Tone.EMBER, Tone.GOOD, Tone.BAD):
        shape(sheet, SHAPE_OF_TONE[bar.tone], (scale.start - 11, middle), 4.5, cls)
    if bar.value is not None and not chart.start:
        length = scale(bar.value) - scale(0)
        sheet.rect(Box(scale(0), middle - 6, length, 12), cls, min(2.0, length / 2))
    if bar.value is not None and chart.start:
        stem = f"hc-l hc-faint {tone_class(bar.tone)}"
        sheet.line((scale.start, middle), (scale(bar.value), middle), stem)
    if bar.previous is not None:
        sheet.circle((scale(bar.previous), middle), 4.5, "hc-o hc-ink")
    if bar.value is not None and chart.start:
        sheet.circle((scale(bar.value), middle), 5.5, cls)


def _reference(sheet: Sheet, chart: Bars, columns: _Columns, top: float) -> None:
    """The line all rows are read against, named above them."""
    if chart.reference is None:
        return
    x = columns.scale(chart.reference.value)
    spans = plot_spans(top, columns.row, len(chart.bars))
    sheet.uprights(x, [(top - 4, top), *spans] if sheet.narrow else spans, "hc-ref")
    look = Look("hc-t hc-soft", 13, "middle")
    label = fit(chart.reference.label, sheet.width - 8, look.size)
    half = look.width(label) / 2
    sheet.text((min(max(x, half + 4), sheet.width - half - 4), top - 8), label, look)
