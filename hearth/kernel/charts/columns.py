"""Upright columns: side by side, stacked, and as a histogram with markers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hearth.kernel.charts.bars import Reference
from hearth.kernel.charts.marks import Key, legend
from hearth.kernel.charts.scale import Scale, extent, step_for, tick_text, ticks
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Sheet, Svg
from hearth.kernel.charts.text import fit, wrap
from hearth.kernel.charts.theme import Tone, tone_class


@dataclass(frozen=True, slots=True)
class Amount:
    """One column or one part of a stack; ``value`` None draws nothing and is not 0."""

    value: float | None
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One series of columns: an amount for each category."""

    label: str
    amounts: tuple[Amount, ...]
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by category.

    Attributes:
        title: accessible name.
        categories: labels of the axis.
        layers: the series, at most four; stacked from the bottom up in this order.
        desc: what the picture shows, in a sentence.
        stacked: True sets the layers upon each other, False side by side.
        reference: a line across the plot.
    """

    title: str
    categories: tuple[str, ...]
    layers: tuple[Layer, ...]
    desc: str = ""
    stacked: bool = False
    reference: Reference | None = None


_TICK = Look("hc-t hc-soft", 12.5, "end")
_LABEL = Look("hc-t hc-soft", 12.5, "middle")
_AMOUNT = Look("hc-t hc-halo", 12.5, "middle")
_ON_TONE = Look("hc-on hc-strong", 12.5, "middle")
# Layers that share a tone are set apart by their strength.
_STRENGTH = ("", " hc-mild", " hc-mild2", " hc-mild3")


def columns(chart: Columns, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Grouped or stacked columns, their amounts written where there is room.

    Raises:
        ValueError: a layer has another number of amounts than there are categories, there are more
            than four layers, or a stack has an amount below zero.
    """
    _check(chart)
    links = [amount.href for layer in chart.layers for amount in layer.amounts]
    sheet = Sheet(width, paint, links)
    keys = []
    if len(chart.layers) > 1:
        classes = _classes(chart)
        keys = [Key("block", classes[n], layer.label) for n, layer in enumerate(chart.layers)]
    if chart.reference:
        keys.append(Key("line", "hc-ref", chart.reference.label))
    with sheet.decoration():
        top = legend(sheet, keys, (2, 0), sheet.width - 4)
    low, high = _domain(chart)
    step = step_for(high - low, 5)
    left = max(_TICK.width(tick_text(v, step)) for v in ticks(low, high, 5)) + 10
    height = 220.0 if sheet.narrow else 260.0
    plot = Box(left, top + 18, sheet.width - left - 4, height)
    scale = Scale(low, high, plot.bottom, plot.y)
    with sheet.decoration():
        _frame(sheet, plot, scale)
        foot = _categories(sheet, chart.categories, plot)
    draw = _stack if chart.stacked else _group
    for position in range(len(chart.categories)):
        draw(sheet, chart, position, plot, scale)
    if chart.reference:
        with sheet.decoration():
            y = scale(chart.reference.value)
            sheet.line((plot.x, y), (plot.right, y), "hc-ref")
    return sheet.finish(foot, chart.title, chart.desc)


def _check(chart: Columns) -> None:
    if len(chart.layers) > len(_STRENGTH):
        raise ValueError("more than four layers of columns cannot be told apart")
    for layer in chart.layers:
        if len(layer.amounts) != len(chart.categories):
            raise ValueError(f"{layer.label!r} needs an amount for each category")
        if chart.stacked and any((amount.value or 0) < 0 for amount in layer.amounts):
            raise ValueError("a stack cannot hold an amount below zero")


def _classes(chart: Columns) -> list[str]:
    """The class of each layer."""
    tones = [layer.tone for layer in chart.layers]
    return [
        f"hc-f {tone_class(tone)}{_STRENGTH[tones[:number].count(tone)]}"
        for number, tone in enumerate(tones)
    ]


def _domain(chart: Columns) -> tuple[float, float]:
    """From zero (or the lowest amount below it) to just over the highest column."""
    values = [amount.value or 0.0 for layer in chart.layers for amount in layer.amounts]
    if chart.stacked:
        values = [
            sum(layer.amounts[position].value or 0.0 for layer in chart.layers)
            for position in range(len(chart.categories))
        ]
    values += [0.0, *([chart.reference.value] if chart.reference else [])]
    low, high = extent(values, pad=0.0)
    if high == low:
        return 0.0, 1.0
    margin = (high - low) * 0.08
    return (low - margin if low < 0 else 0.0), (high + margin if high > 0 else 0.0)


def _frame(sheet: Sheet, plot: Box, scale: Scale) -> None:
    step = step_for(scale.high - scale.low, 5)
    for value in ticks(scale.low, scale.high, 5):
        y = scale(value)
        sheet.line((plot.x, y), (plot.right, y), "hc-axis" if value else "hc-tick")
        sheet.text((plot.x - 8, y + 4.3), tick_text(value, step), _TICK)


def _categories(sheet: Sheet, categories: Sequence[str], plot: Box) -> float:
    """Labels under the columns, in two lines, or thinned; returns the y below them."""
    slot = plot.width / max(1, len(categories))
    longest = max((_LABEL.width(label) for label in categories), default=0.0)
    if slot >= 40 or longest + 8 <= slot:
        deepest = 1
        for position, label in enumerate(categories):
            parts = wrap(label, slot - 6, _LABEL.size, 2)
            deepest = max(deepest, len(parts))
            for number, part in enumerate(parts):
                at = (plot.x + slot * (position + 0.5), plot.bottom + 18 + number * 15)
                sheet.text(at, part, _LABEL)
        return plot.bottom + 10 + deepest * 15 + 4
    every = min(len(categories), math.ceil((longest + 10) / slot))
    last = 0.0
    for position in range(0, len(categories), every):
        label = fit(categories[position], min(slot * every, plot.width / 2) - 8, _LABEL.size)
        half = _LABEL.width(label) / 2
        x = min(max(plot.x + slot * (position + 0.5), half), sheet.width - half)
        if x - half >= last:
            sheet.text((x, plot.bottom + 18), label, _LABEL)
            last = x + half + 6
    return plot.bottom + 29


def _tip(chart: Columns, layer: Layer, position: int) -> str:
    name = layer.label if len(chart.layers) > 1 else ""
    parts = (chart.categories[position], name, layer.amounts[position].text)
    return " · ".join(filter(None, parts))


def _group(sheet: Sheet, chart: Columns, position: int, plot: Box, scale: Scale) -> None:
    """The layers of one category side by side."""
    slot = plot.width / len(chart.categories)
    body = min(slot * 0.76, 56.0 * len(chart.layers))
    each = body / max(1, len(chart.layers))
    start = plot.x + slot * position + (slot - body) / 2
    for layer, cls in zip(chart.layers, _classes(chart), strict=True):
        amount = layer.amounts[position]
        x, start = start, start + each
        if amount.value is None:
            continue
        y, base = scale(amount.value), scale(0.0)
        box = Box(x, min(y, base), max(1.0, each - 2), abs(base - y))
        with sheet.mark(_tip(chart, layer, position), amount.href):
            sheet.hit(Box(x, plot.y, each, plot.height))
            sheet.rect(box, cls, min(2.0, box.width / 4))
            if _AMOUNT.width(amount.text) <= (each if len(chart.layers) > 1 else slot) - 2:
                above = box.y - 5 if amount.value >= 0 else box.bottom + 14
                sheet.text((x + box.width / 2, above), amount.text, _AMOUNT)


def _stack(sheet: Sheet, chart: Columns, position: int, plot: Box, scale: Scale) -> None:
    """The layers of one category upon each other."""
    slot = plot.width / len(chart.categories)
    body = min(slot * 0.72, 64.0)
    x = plot.x + slot * position + (slot - body) / 2
    total = 0.0
    for layer, cls in zip(chart.layers, _classes(chart), strict=True):
        amount = layer.amounts[position]
        if not amount.value:
            continue
        lower, upper = scale(total), scale(total + amount.value)
        total += amount.value
        box = Box(x, upper, body, lower - upper)
        with sheet.mark(_tip(chart, layer, position), amount.href):
            sheet.rect(box, f"{cls} hc-cell")
            if box.height >= 17 and _AMOUNT.width(amount.text) <= body - 6:
                look = _AMOUNT if "mild" in cls else _ON_TONE
                sheet.text((x + body / 2, box.y + box.height / 2 + 4.5), amount.text, look)
