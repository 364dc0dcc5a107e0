"""Work over time: a bar from the first to the last day, what waits for what, and today.

A phone gets a list instead: each task in words with a small bar under them, and what it waits for
as text, because arrows between bars of a finger's width cannot be followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.kernel.charts.marks import SHAPE_OF_TONE, Key, legend, shape
from hearth.kernel.charts.scale import Scale
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Sheet, Svg, num
from hearth.kernel.charts.text import fit
from hearth.kernel.charts.theme import Tone, tone_class


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row.

    Attributes:
        key: by which others say that they wait for it.
        label: what is to be done.
        start: first day.
        end: last day, included.
        text: days and state as they are to be read.
        done: share 0..1 that is done, drawn as the filled part.
        tone: ember for what needs a hand, good for what is done, neutral otherwise.
        lead: a short text before the label, such as the code.
        waits_for: keys of rows that must be done first; others are passed over.
        waits: the same in words, for a phone.
        href: where the row leads.
    """

    key: str
    label: str
    start: date
    end: date
    text: str
    done: float = 0.0
    tone: Tone = Tone.NEUTRAL
    lead: str = ""
    waits_for: tuple[str, ...] = ()
    waits: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Gantt:
    """Rows over one calendar, drawn in the order given.

    Attributes:
        title: accessible name.
        rows: the tasks.
        ticks: days at which the calendar is marked, with their labels, in order.
        today: where the line stands; None, or a day outside the calendar, draws none.
        today_label: words at that line.
        keys: legend of the tones in use, as (tone, meaning).
        desc: what the picture shows, in a sentence.
    """

    title: str
    rows: tuple[Stretch, ...]
    ticks: tuple[tuple[date, str], ...] = ()
    today: date | None = None
    today_label: str = ""
    keys: tuple[tuple[Tone, str], ...] = ()
    desc: str = ""


_NAME = Look("hc-t", 14)
_LEAD = Look("hc-t hc-soft", 13)
_TEXT = Look("hc-t hc-soft hc-halo", 12.5)
_TICK = Look("hc-t hc-soft", 12.5)
_ROW, _BAR = 32.0, 14.0
_LIST_ROW, _LIST_BAR = 66.0, 8.0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand.

    Attributes:
        scale: days, counted from the year 1, to pixels.
        top: y of the first row.
        row: height of a row.
        bar: height of a bar.
        names: left edge and width of the names.
    """

    scale: Scale
    top: float
    row: float
    bar: float
    names: tuple[float, float]

    def bar_of(self, number: int, stretch: Stretch) -> Box:
        """The whole bar of a row."""
        left = self.scale(stretch.start.toordinal())
        right = self.scale((stretch.end + _DAY).toordinal())
        low = 44.0 if self.row == _LIST_ROW else (self.row - self.bar) / 2
        return Box(left, self.top + number * self.row + low, max(3.0, right - left), self.bar)


def gantt(chart: Gantt, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Bars over a calendar with arrows between them; on a phone a list with small bars.

    Raises:
        ValueError: a row ends before it begins, its share lies outside 0..1, or a key stands twice.
    """
    _check(chart)
    sheet = Sheet(width, paint, [row.href for row in chart.rows])
    with sheet.decoration():
        top = legend(sheet, _keys(chart), (2, 0), sheet.width - 4)
        plan = _plan(chart, sheet, top)
        _calendar(sheet, chart, plan)
    if not sheet.narrow:
        with sheet.decoration():
            _arrows(sheet, chart, plan)
    with sheet.decoration():
        _today(sheet, chart, plan)
    for number, row in enumerate(chart.rows):
        _row(sheet, row, number, plan)
    return sheet.finish(plan.top + plan.row * len(chart.rows) + 6, chart.title, chart.desc)


def _check(chart: Gantt) -> None:
    keys = [row.key for row in chart.rows]
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    for row in chart.rows:
        if row.end < row.start:
            raise ValueError(f"{row.key!r} ends before it begins")
        if not 0 <= row.done <= 1:
            raise ValueError(f"{row.key!r} is done by a share outside 0..1")


def _keys(chart: Gantt) -> list[Key]:
    return [Key(SHAPE_OF_TONE[tone], f"hc-f {tone_class(tone)}", text) for tone, text in chart.keys]


def _plan(chart: Gantt, sheet: Sheet, top: float) -> _Plan:
    """The calendar holds every row and every tick; names take a third at most."""
    days = [row.start for row in chart.rows] + [day for day, _label in chart.ticks]
    ends = [row.end + _DAY for row in chart.rows] + [day for day, _label in chart.ticks]
    low = min(days, default=date(2000, 1, 1)).toordinal()
    high = max(max(ends, default=date(2000, 1, 2)).toordinal(), low + 1)
    head = top + (20 if _shows_today(chart, low, high) else 0) + (20 if chart.ticks else 0) + 4
    if sheet.narrow:
        scale = Scale(low, high, 4, sheet.width - 4)
        return _Plan(scale, head, _LIST_ROW, _LIST_BAR, (4.0, sheet.width - 8))
    names = [_NAME.width(row.label) + _lead_width(row) for row in chart.rows]
    width = min(max(names, default=0.0), sheet.width * 0.34)
    scale = Scale(low, high, width + 34, sheet.width - 12)
    return _Plan(scale, head, _ROW, _BAR, (4.0, width))


def _lead_width(row: Stretch) -> float:
    return _LEAD.width(row.lead) + 8 if row.lead else 0.0


def _shows_today(chart: Gantt, low: int, high: int) -> bool:
    return chart.today is not None and low <= chart.today.toordinal() <= high


def _calendar(sheet: Sheet, chart: Gantt, plan: _Plan) -> None:
    """Fine lines at the ticks, named where their labels stand clear of each other."""
    bottom = plan.top + plan.row * len(chart.rows)
    free = 0.0
    for day, label in chart.ticks:
        x = plan.scale(day.toordinal())
        if not sheet.narrow:
            sheet.line((x, plan.top - 4), (x, bottom), "hc-axis")
        shown = fit(label, sheet.width - 8, _TICK.size)
        if x >= free and x + _TICK.width(shown) <= sheet.width:
            sheet.text((x, plan.top - 10), shown, _TICK)
            free = x + _TICK.width(shown) + 8


def _row(sheet: Sheet, row: Stretch, number: int, plan: _Plan) -> None:
    """Name, bar and what is to be read of it."""
    y = plan.top + number * plan.row
    tip = " · ".join(filter(None, (row.lead, row.label, row.text, row.waits)))
    bar = plan.bar_of(number, row)
    base = y + (18 if sheet.narrow else plan.row / 2 + 4.8)
    with sheet.mark(tip, row.href):
        sheet.hit(Box(0, y, sheet.width, plan.row))
        left, room = plan.names
        lead = fit(row.lead, room * 0.5, _LEAD.size)
        sheet.text((left, base), lead, _LEAD)
        shift = _LEAD.width(lead) + 8 if lead else 0.0
        sheet.text((left + shift, base), fit(row.label, room - shift, _NAME.size), _NAME)
        _bar(sheet, row, bar, plan.scale.start - 14)
        if sheet.narrow:
            said = " · ".join(filter(None, (row.text, row.waits)))
            sheet.text((left, y + 36), fit(said, room, _TEXT.size), _TEXT)
        else:
            _beside(sheet, row, bar, (plan.scale.start, base))


def _bar(sheet: Sheet, row: Stretch, bar: Box, signs: float) -> None:
    """The stretch as a pale bar, filled as far as it is done; its sign stands after the names."""
    cls = f"hc-f {tone_class(row.tone)}"
    sheet.rect(bar, f"hc-b {tone_class(row.tone)}", 2)
    if row.done:
        sheet.rect(Box(bar.x, bar.y, bar.width * row.done, bar.height), cls, 2)
    if row.tone in (Tone.EMBER, Tone.GOOD, Tone.BAD) and not sheet.narrow:
        shape(sheet, SHAPE_OF_TONE[row.tone], (signs, bar.y + bar.height / 2), 4.5, cls)


def _beside(sheet: Sheet, row: Stretch, bar: Box, place: tuple[float, float]) -> None:
    """The words of a row to the right of its bar, else to its left unless an arrow comes in there.

    Where there is no room the tooltip has them.
    """
    start, base = place
    width = _TEXT.width(row.text)
    if bar.right + 10 + width <= sheet.width - 2:
        sheet.text((bar.right + 10, base - 0.5), row.text, _TEXT)
    elif bar.x - 10 - width >= start and not row.waits_for:
        sheet.text((bar.x - 10, base - 0.5), row.text, _TEXT._replace(anchor="end"))


def _arrows(sheet: Sheet, chart: Gantt, plan: _Plan) -> None:
    """From the end of what comes first to the beginning of what waits for it."""
    bars = {row.key: plan.bar_of(number, row) for number, row in enumerate(chart.rows)}
    for row in chart.rows:
        for key in row.waits_for:
            if key in bars and key != row.key:
                _arrow(sheet, bars[key], bars[row.key])


def _arrow(sheet: Sheet, first: Box, then: Box) -> None:
    """Out to the right, along the edge between the rows, and in from the left."""
    down = then.y > first.y
    y0, y1 = first.y + first.height / 2, then.y + then.height / 2
    out, into = first.right + 6, then.x - 6
    between = then.y - 9 if down else then.bottom + 9
    if into >= out:
        path = f"M{num(first.right)} {num(y0)}H{num(out)}V{num(y1)}H{num(then.x - 1)}"
    else:
        path = (
            f"M{num(first.right)} {num(y0)}H{num(out)}V{num(between)}"
            f"H{num(into)}V{num(y1)}H{num(then.x - 1)}"
        )
    sheet.path(path, "hc-tick")
    tip = then.x - 1
    sheet.path(f"M{num(tip)} {num(y1)}l-5 -3.5v7z", "hc-f hc-neutral")


def _today(sheet: Sheet, chart: Gantt, plan: _Plan) -> None:
    low, high = int(plan.scale.low), int(plan.scale.high)
    if chart.today is None or not _shows_today(chart, low, high):
        return
    x = plan.scale(chart.today.toordinal())
    bottom = plan.top + plan.row * len(chart.rows)
    look = Look("hc-t hc-soft hc-strong", 12.5, "middle")
    label = fit(chart.today_label, sheet.width - 8, look.size, bold=True)
    half = look.width(label) / 2
    y = plan.top - (30 if chart.ticks else 10)
    sheet.text((min(max(x, half + 2), sheet.width - half - 2), y), label, look)
    spans: Sequence[tuple[float, float]] = [(y + 4, bottom)]
    if sheet.narrow:
        rows = range(len(chart.rows))
        tops = [plan.top + number * plan.row + 41 for number in rows]
        spans = [(top, top + plan.bar + 6) for top in tops]
    sheet.uprights(x, spans, "hc-ref")
