"""Charts as PNG for programs that do not draw SVG well."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hearth.bulletins.rendering import layout
from hearth.bulletins.rendering.fonts import Role
from hearth.bulletins.rendering.typesetting import typeset

if TYPE_CHECKING:
    from hearth.bulletins.rendering.fonts import FontShelf

PIXELS_PER_INCH = 220
_SIZE = struct.Struct(">II")  # width and height in a PNG, from byte 16


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as pixels.

    Attributes:
        png: the file.
        width_pt: on the page; the text's width, or less where the height is at its limit.
        height_pt: on the page.
    """

    png: bytes
    width_pt: float
    height_pt: float


def rasterised(svg: str, shelf: FontShelf) -> Picture:
    """Draw ``svg`` on white at 220 dots an inch, as wide as the text or as high as charts may be.

    Raises:
        typst.TypstError: the SVG cannot be read.
    """
    png = typeset(
        "picture.typ",
        shelf,
        {
            "svg": shelf.marked(svg),
            "families": json.dumps(shelf.dress(Role.TABLE).families),
            "width": str(layout.TEXT_WIDTH_PT),
            "height": str(layout.CHART_HEIGHT_PT),
        },
        format="png",
        ppi=PIXELS_PER_INCH,
    )
    width, height = _SIZE.unpack_from(png, 16)
    scale = 72 / PIXELS_PER_INCH
    return Picture(png, width * scale, height * scale)
