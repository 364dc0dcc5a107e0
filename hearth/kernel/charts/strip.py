"""How much of a whole is done: a strip of coverage, and a funnel of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hearth.kernel.charts.marks import Key, legend
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Sheet, Svg, num
from hearth.kernel.charts.text import fit
from hearth.kernel.charts.theme import Tone, tone_class


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the strip: so many, called so, leading there."""

    count: int
    label: str = ""
    tone: Tone = Tone.GOOD
    href: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """n of a total.

    Attributes:
        title: accessible name.
        text: what is read above the strip, with its figures ("700 of 797 outlets seen, 87.8%").
        total: the whole; 0 draws an empty strip.
        parts: stretches from the left; what they leave of the total stays open.
        rest: legend of the open stretch; empty for none.
        rest_href: where the open stretch leads, which is the list of what is missing.
        target: a share 0..1 to be reached, marked on the strip; None for none.
        target_label: words at that mark.
        desc: what the picture shows, in a sentence.
    """

    title: str
    text: str
    total: int
    parts: tuple[Part, ...]
    rest: str = ""
    rest_href: str = ""
    target: float | None = None
    target_label: str = ""
    desc: str = ""


def coverage_strip(chart: Coverage, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """A labelled strip of progress.

    Raises:
        ValueError: a count is below zero or the parts are more than the total.
    """
    done = sum(part.count for part in chart.parts)
    if chart.total < 0 or done > chart.total or any(part.count < 0 for part in chart.parts):
        raise ValueError("the parts of a strip must lie within its total")
    sheet = Sheet(width, paint, [chart.rest_href, *(part.href for part in chart.parts)])
    y = 0.0
    with sheet.decoration():
        if chart.text:
            look = Look("hc-t hc-strong", 14)
            sheet.text((2, 17), fit(chart.text, sheet.width - 4, look.size, bold=True), look)
            y = 26.0
        y = _target_words(sheet, chart, y)
    strip = Box(2, y, sheet.width - 4, 16)
    _stretches(sheet, chart, strip, chart.total - done)
    with sheet.decoration():
        if chart.target is not None:
            x = strip.x + strip.width * min(1.0, max(0.0, chart.target))
            sheet.line((x, strip.y - 5), (x, strip.bottom + 3), "hc-l hc-ink")
        foot = strip.bottom + 6
        foot += legend(sheet, _keys(chart, chart.total - done), (2, foot), sheet.width - 4)
    return sheet.finish(foot, chart.title, chart.desc)


def _target_words(sheet: Sheet, chart: Coverage, y: float) -> float:
    """The target's words over its mark; returns the y of the strip."""
    if chart.target is None or not chart.target_label:
        return y
    look = Look("hc-t hc-soft", 13, "middle")
    label = fit(chart.target_label, sheet.width - 8, look.size)
    half = look.width(label) / 2
    x = 2 + (sheet.width - 4) * min(1.0, max(0.0, chart.target))
    sheet.text((min(max(x, half + 2), sheet.width - half - 2), y + 12), label, look)
    return y + 22


def _stretches(sheet: Sheet, chart: Coverage, strip: Box, rest: int) -> None:
    sheet.rect(strip, "hc-track", 3)
    x = strip.x
    for part in chart.parts:
        if not part.count:
            continue
        length = strip.width * part.count / chart.total
        with sheet.mark(f"{part.label} {part.count}".strip(), part.href):
            sheet.rect(Box(x, strip.y, length, strip.height), f"hc-f {tone_class(part.tone)}", 3)
        x += length
    if rest and chart.rest_href:
        with sheet.mark(f"{chart.rest} {rest}".strip(), chart.rest_href):
            sheet.hit(Box(x, strip.y, strip.right - x, strip.height))


def _keys(chart: Coverage, rest: int) -> list[Key]:
    keys = [
        Key("block", f"hc-f {tone_class(part.tone)}", f"{part.label} {part.count:,}")
        for part in chart.parts
        if part.label
    ]
    if chart.rest:
        keys.append(Key("block", "hc-track", f"{chart.rest} {rest:,}"))
    return keys


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel: how many came this far, and the share of the step before in words."""

    label: str
    count: int
    text: str
    share: str = ""
    href: str = ""
    tone: Tone = Tone.SERVICE


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps in order, each a part of the one before."""

    title: str
    steps: tuple[Step, ...]
    desc: str = ""


def funnel(chart: Funnel, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Bars from the left, each as long as its step; the drop between two is a pale wedge."""
    sheet = Sheet(width, paint, [step.href for step in chart.steps])
    most = max((step.count for step in chart.steps), default=0) or 1
    name, number = Look("hc-t", 14), Look("hc-t hc-strong", 14, "end")
    left = max((name.width(step.label) for step in chart.steps), default=0.0)
    left = 4.0 if sheet.narrow else min(left, sheet.width * 0.3) + 18
    values = [f"{step.text}  {step.share}".rstrip() for step in chart.steps]
    right = min(max(map(number.width, values), default=0.0), sheet.width * 0.4) + 12
    room = sheet.width - left - (4 if sheet.narrow else right)
    row, bar = (58.0, 20.0) if sheet.narrow else (46.0, 28.0)
    lengths = [room * step.count / most for step in chart.steps]
    for position, step in enumerate(chart.steps):
        top = position * row + (24 if sheet.narrow else 4)
        base = top - 8 if sheet.narrow else top + bar / 2 + 5
        label = fit(step.label, (sheet.width - right if sheet.narrow else left) - 18, name.size)
        with sheet.mark(f"{step.label} {values[position]}", step.href):
            sheet.hit(Box(0, position * row, sheet.width, row))
            sheet.text((4, base), label, name)
            box = Box(left, top, lengths[position], bar)
            sheet.rect(box, f"hc-f {tone_class(step.tone)}", 2)
            value = fit(values[position], right - 8, number.size, bold=True)
            sheet.text((sheet.width - 4, base), value, number)
        if not sheet.narrow:
            _wedge(sheet, lengths[position : position + 2], (left, top + bar), row - bar)
    return sheet.finish(len(chart.steps) * row + 4, chart.title, chart.desc)


def _wedge(sheet: Sheet, lengths: Sequence[float], at: tuple[float, float], depth: float) -> None:
    """The pale shape that leads from one step to the next."""
    if len(lengths) < 2:
        return
    x, y = at
    corners = ((x, y), (x + lengths[0], y), (x + lengths[1], y + depth), (x, y + depth))
    data = "M" + "L".join(f"{num(a)} {num(b)}" for a, b in corners) + "z"
    with sheet.decoration():
        sheet.path(data, "hc-track")
