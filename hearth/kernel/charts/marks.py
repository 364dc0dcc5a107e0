"""Shapes of marks, and the legend that names them.

Every meaning that has a colour has a shape too, so a picture still reads in grey and for readers
who do not tell the colours apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hearth.kernel.charts.svg import Box, Look, Point, Sheet, num
from hearth.kernel.charts.text import fit
from hearth.kernel.charts.theme import Tone

SHAPE_OF_TONE = {
    Tone.EMBER: "down",
    Tone.BAD: "cross",
    Tone.GOOD: "up",
    Tone.NEUTRAL: "circle",
    Tone.INK: "diamond",
    Tone.ENVIRONMENT: "circle",
    Tone.SERVICE: "square",
    Tone.BRAND: "diamond",
}
"""The shape that stands for each tone wherever marks are small."""

SERIES_SHAPES = ("circle", "square", "up", "diamond")


class Key(NamedTuple):
    """One entry of a legend: a shape, its classes, and what it means."""

    shape: str
    cls: str
    text: str


def shape_path(shape: str, at: Point, r: float) -> str:
    """Path data of a small shape around a point; ``r`` is half its height.

    Raises:
        KeyError: no such shape.
    """
    x, y = at
    if shape in ("circle", "ring"):
        arc = f"a{num(r)} {num(r)} 0 1 0 "
        return f"M{num(x - r)} {num(y)}{arc}{num(2 * r)} 0{arc}{num(-2 * r)} 0z"
    corners = {
        "up": ((0, -1.15), (1.1, 0.8), (-1.1, 0.8)),
        "down": ((0, 1.15), (1.1, -0.8), (-1.1, -0.8)),
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "cross": (
            *((-1, -0.55), (-0.55, -1), (0, -0.45), (0.55, -1), (1, -0.55), (0.45, 0)),
            *((1, 0.55), (0.55, 1), (0, 0.45), (-0.55, 1), (-1, 0.55), (-0.45, 0)),
        ),
    }[shape]
    return "M" + "L".join(f"{num(x + dx * r)} {num(y + dy * r)}" for dx, dy in corners) + "z"


def shape(sheet: Sheet, kind: str, at: Point, r: float, cls: str) -> None:
    """Draw a small shape."""
    sheet.path(shape_path(kind, at, r), cls)


def swatch(sheet: Sheet, key: Key, box: Box) -> None:
    """The sign of a legend entry inside a box."""
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    if key.shape == "block":
        sheet.rect(Box(box.x, box.y + 1, box.width, box.height - 2), key.cls, 2)
    elif key.shape == "line":
        sheet.line((box.x, middle[1]), (box.right, middle[1]), key.cls)
    elif key.shape == "hatch":
        sheet.rect(Box(box.x, box.y + 1, box.width, box.height - 2), "hc-void hc-fine", 2)
        low, high = box.bottom - 3, box.y + 3
        strokes = (f"M{num(box.x + 2 + n)} {num(low)}l4 {num(high - low)}" for n in range(0, 10, 4))
        sheet.path("".join(strokes), key.cls)
    else:
        shape(sheet, key.shape, middle, box.height * 0.36, key.cls)


def legend(sheet: Sheet, keys: Sequence[Key], at: Point, width: float) -> float:
    """Legend entries side by side, wrapped to a width.

    Returns:
        The height used in pixels, 0 for no entries.
    """
    if not keys:
        return 0.0
    look = Look("hc-t hc-soft", 13)
    row, x, y = 22.0, at[0], at[1]
    for key in keys:
        size = 12.0
        sign = size * (1.5 if key.shape in ("line", "block", "hatch") else 1.0)
        text = fit(key.text, width - sign - 6, look.size)
        needed = sign + 6 + look.width(text)
        if x > at[0] and x + needed > at[0] + width:
            x, y = at[0], y + row
        swatch(sheet, key, Box(x, y + (row - size) / 2 - 1, sign, size))
        sheet.text((x + sign + 6, y + row / 2 + 3.6), text, look)
        x += needed + 18
    return y + row - at[1]
