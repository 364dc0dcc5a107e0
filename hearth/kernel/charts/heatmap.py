"""A table in colours: branches by module, or outlets by week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hearth.kernel.charts.marks import Key, legend
from hearth.kernel.charts.scale import class_of, quantile_breaks
from hearth.kernel.charts.svg import COLUMN, PAGE, Box, Look, Paint, Sheet, Svg, num
from hearth.kernel.charts.text import fit, fit_ends, wrap
from hearth.kernel.charts.theme import CLASSES


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a heatmap; ``value`` None (nothing was measured) is hatched, not lowest."""

    value: float | None
    text: str = ""
    href: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row: its name, a cell for each column, and where the name leads."""

    label: str
    cells: tuple[Cell, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Rows by columns.

    Attributes:
        title: accessible name.
        columns: names of the columns.
        rows: the rows from the top.
        breaks: at most four rising values that part the five colours; empty computes them so that
            each colour has about as many cells.
        no_data: legend of the hatched cells; needed where there are any.
        desc: what the picture shows, in a sentence.
        decimals: of the values in the legend.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    breaks: tuple[float, ...] = ()
    no_data: str = ""
    desc: str = ""
    decimals: int = 1


_NAME = Look("hc-t", 13)
_HEAD = Look("hc-t hc-soft", 12.5, "middle")
_TEXT_SIZE = 12.5
_FOLD_AT_MOST = 18  # columns; a phone shows more of them without their values instead of folding


@dataclass(frozen=True, slots=True)
class _Grid:
    """How the columns are laid out."""

    left: float
    cell: float  # width of a cell
    row: float
    each: int  # columns in a block
    show_text: bool


def heatmap(chart: Heatmap, *, width: int = COLUMN, paint: Paint = PAGE) -> Svg:
    """Coloured cells with their values.

    Where the values have no room, up to 18 columns are folded into blocks below each other; more
    than that lose the values (their tooltips keep them) and keep the colours.

    Raises:
        ValueError: a row has another number of cells than there are columns, or the breaks do not
            rise or are more than four.
    """
    breaks = _checked_breaks(chart)
    links = [row.href for row in chart.rows]
    links += [cell.href for row in chart.rows for cell in row.cells]
    sheet = Sheet(width, paint, links)
    with sheet.decoration():
        y = legend(sheet, _keys(chart, breaks), (2, 0), sheet.width - 4) + 6
    grid = _layout(chart, sheet)
    for start in range(0, max(1, len(chart.columns)), grid.each):
        part = range(start, min(start + grid.each, len(chart.columns)))
        with sheet.decoration():
            y = _heads(sheet, [chart.columns[n] for n in part], grid, y)
        for row in chart.rows:
            _row(sheet, chart, row, (part, breaks), (grid, y))
            y += grid.row
        y += 14
    return sheet.finish(y - 8, chart.title, chart.desc)


def _checked_breaks(chart: Heatmap) -> list[float]:
    for row in chart.rows:
        if len(row.cells) != len(chart.columns):
            raise ValueError(f"{row.label!r} needs a cell for each column")
    values = [cell.value for row in chart.rows for cell in row.cells if cell.value is not None]
    for value in values:
        num(value)
    if not chart.breaks:
        return quantile_breaks(values, CLASSES, chart.decimals)
    return check_breaks(chart.breaks)


def check_breaks(breaks: Sequence[float]) -> list[float]:
    """The breaks, if they can part five colours.

    Raises:
        ValueError: they do not rise or are more than four.
    """
    found = list(breaks)
    if len(found) >= CLASSES or any(b <= a for a, b in pairwise(found)):
        raise ValueError("breaks must rise, and be fewer than the colours")
    return found


def step_of(value: float, breaks: Sequence[float]) -> int:
    """The colour 1..5 of a value; fewer classes are spread over the whole sequence."""
    count = len(breaks) + 1
    if count == 1:
        return (CLASSES + 1) // 2
    return 1 + round((class_of(value, breaks) - 1) * (CLASSES - 1) / (count - 1))


def class_words(breaks: Sequence[float], decimals: int) -> list[tuple[int, str]]:
    """Colour and range of each class, lowest first: ("<90.0", "90.0–92.0", "≥92.0")."""
    texts = [f"{value:.{decimals}f}" for value in breaks]
    if not texts:
        return []
    words = [f"<{texts[0]}"]
    words += [f"{a}\N{EN DASH}{b}" for a, b in pairwise(texts)]
    words.append(f"\N{GREATER-THAN OR EQUAL TO}{texts[-1]}")
    lowest = breaks[0] - 1
    return [
        (step_of(value, breaks), word) for value, word in zip([lowest, *breaks], words, strict=True)
    ]


def _keys(chart: Heatmap, breaks: Sequence[float]) -> list[Key]:
    keys = [
        Key("block", f"hc-s{step}", words) for step, words in class_words(breaks, chart.decimals)
    ]
    if chart.no_data and any(cell.value is None for row in chart.rows for cell in row.cells):
        keys.append(Key("hatch", "hc-hatch", chart.no_data))
    return keys


def _layout(chart: Heatmap, sheet: Sheet) -> _Grid:
    names = max((_NAME.width(row.label) for row in chart.rows), default=0.0)
    left = min(names, sheet.width * (0.32 if sheet.narrow else 0.26)) + 10
    room = sheet.width - left - 2
    count = max(1, len(chart.columns))
    texts = [cell.text for row in chart.rows for cell in row.cells]
    text = max((Look("", _TEXT_SIZE).width(one) for one in texts), default=0.0)
    need = text + 8
    tall = len(chart.rows) <= 40
    row = 30.0 if tall else 16.0
    if text and tall and need * count <= room:
        return _Grid(left, min(room / count, 110.0), row, count, True)
    if text and tall and count <= _FOLD_AT_MOST:
        blocks = math.ceil(need * count / room)
        each = math.ceil(count / max(1, blocks))
        if need * each <= room:
            return _Grid(left, min(room / each, 110.0), row, each, True)
    return _Grid(left, min(room / count, 40.0), row, count, False)


def _heads(sheet: Sheet, names: Sequence[str], grid: _Grid, y: float) -> float:
    """Names over the columns: in up to three lines, else turned; returns the y below them."""
    lines = [wrap(name, grid.cell - 6, _HEAD.size, 3) for name in names]
    whole = all(
        "".join(part).replace(" ", "") == name.replace(" ", "")
        for part, name in zip(lines, names, strict=True)
    )
    if grid.cell >= 26 and (whole or grid.cell >= 64):
        deepest = max(map(len, lines), default=1)
        for position, parts in enumerate(lines):
            x = grid.left + grid.cell * (position + 0.5)
            for number, part in enumerate(parts):
                base = y + 14 + (deepest - len(parts) + number) * 15
                sheet.text((x, base), part, _HEAD)
        return y + deepest * 15 + 8
    every = max(1, math.ceil(15 / grid.cell))
    shown = [fit(name, 104, _HEAD.size) for name in names]
    deep = max((_HEAD.width(name) for name in shown), default=0.0)
    look = _HEAD._replace(anchor="start")
    for position in range(0, len(shown), every):
        x = grid.left + grid.cell * (position + 0.5) + 4.5
        sheet.turned_text((x, y + deep + 4), shown[position], look)
    return y + deep + 10


def _row(
    sheet: Sheet,
    chart: Heatmap,
    row: HeatRow,
    what: tuple[range, Sequence[float]],
    where: tuple[_Grid, float],
) -> None:
    """The name of a row and its cells of one block."""
    (part, breaks), (grid, y) = what, where
    base = y + grid.row / 2 + 4.5
    look = _NAME._replace(size=_NAME.size if grid.row >= 18 else 12.5)
    with sheet.mark(row.label, row.href):
        sheet.hit(Box(0, y, grid.left - 6, grid.row))
        sheet.text((2, base), fit_ends(row.label, grid.left - 10, look.size), look)
    for position, column in enumerate(part):
        cell = row.cells[column]
        box = Box(grid.left + grid.cell * position, y, grid.cell, grid.row)
        tip = cell.tip or " · ".join(filter(None, (row.label, chart.columns[column], cell.text)))
        with sheet.mark(tip, cell.href):
            draw_cell(sheet, cell, box, breaks, grid.show_text)


def draw_cell(sheet: Sheet, cell: Cell, box: Box, breaks: Sequence[float], text: bool) -> None:
    """One coloured field; a field without a value is hatched."""
    edge = " hc-cell" if box.width > 8 else ""
    if cell.value is None:
        sheet.rect(box, f"hc-blank{edge}")
        sheet.path(_strokes(box), "hc-hatch")
        return
    step = step_of(cell.value, breaks)
    sheet.rect(box, f"hc-s{step}{edge}", 3 if box.width > 20 else 0)
    if text:
        look = Look(f"hc-on{step}", _TEXT_SIZE, "middle")
        at = (box.x + box.width / 2, box.y + box.height / 2 + 4.5)
        sheet.text(at, cell.text, look)


def _strokes(box: Box) -> str:
    """Slanted strokes inside a box."""
    edge = min(3.0, box.width / 6)
    inner = Box(box.x + edge, box.y + 4, box.width - 2 * edge, box.height - 8)
    lean = min(inner.height, inner.width, 8.0)
    count = int(max(0.0, inner.width - lean) // 6) + 1
    if lean < 2:
        return ""
    start = inner.x + (inner.width - lean - (count - 1) * 6) / 2
    low = inner.y + (inner.height + lean) / 2
    slant = f"{num(low)}l{num(lean)} {num(-lean)}"
    return "".join(f"M{num(start + n * 6)} {slant}" for n in range(count))
