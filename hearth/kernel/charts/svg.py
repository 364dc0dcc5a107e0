"""Writing SVG: a sheet on which charts draw, and the string that comes out.

Charts use neither ``style`` attributes nor a ``<style>`` element nor ids, so the page's content
security policy may forbid inline styles and one page may hold any number of charts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from hearth.kernel.charts.text import clean, width_of
from hearth.kernel.charts.theme import LIGHT, attributes

PHONE, COLUMN, DESK = 360, 760, 1200
"""Widths in pixels that charts are laid out for; any other from 280 upwards works too."""

PHONE_ROW = 46.0
"""Height of a row that has its text above its plot."""

TAB_STOPS = 60
"""With more linked marks than this, the keyboard skips them: the table below has the same links."""

SANS = (
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
)

Point = tuple[float, float]


class Svg(str):
    """Finished markup; templates take it as it is because everything in it was escaped here."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Paint:
    """Who colours the picture.

    Attributes:
        standalone: True writes colours and fonts into the file and leaves links out, for PDF and
            DOCX; False leaves colours to ``charts.css``.
        font: font families of a file that stands alone, best first, separated by commas.
    """

    standalone: bool = False
    font: str = SANS


PAGE = Paint()
STANDALONE = Paint(standalone=True)


class Box(NamedTuple):
    """A rectangle in pixels from the upper left corner of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two boxes overlap or come nearer than ``gap`` pixels."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )


class Look(NamedTuple):
    """How a piece of text is set: classes, size in pixels, anchor (start, middle, end)."""

    cls: str = "hc-t"
    size: float = 13.0
    anchor: str = "start"

    @property
    def bold(self) -> bool:
        """Whether it is set in the heavier weight."""
        return "hc-strong" in self.cls

    def width(self, text: str) -> float:
        """Estimated width of the text in pixels."""
        return width_of(text, self.size, bold=self.bold)


def num(value: float) -> str:
    """A coordinate with at most two decimals and no more characters than it needs.

    Raises:
        ValueError: not a finite number, which would make the whole picture invalid.
    """
    if not math.isfinite(value):
        raise ValueError(f"a chart cannot place {value!r}")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def quote(text: str) -> str:
    """The text as it may stand in content and between double quotes."""
    return escape(clean(text), quote=True)


def safe_href(href: str) -> str:
    """A link within the site or to another web page.

    Raises:
        ValueError: any other scheme (``javascript:``), or a host without a scheme.
    """
    link = clean(href).strip()
    if link.startswith(("/", "?", "#", "./", "../")) and not link.startswith(("//", "/\\")):
        return link
    if link.startswith(("https://", "http://")):
        return link
    raise ValueError(f"not a link that a chart may carry: {href!r}")


def box_of(at: Point, text: str, look: Look) -> Box:
    """The room a piece of text takes when set with its baseline at ``at``."""
    width = look.width(text)
    shift = {"start": 0.0, "middle": width / 2, "end": width}[look.anchor]
    return Box(at[0] - shift, at[1] - look.size * 0.88, width, look.size * 1.12)


def plot_spans(top: float, row: float, count: int) -> list[tuple[float, float]]:
    """Where grid lines may run through rows, as pairs of y.

    Rows of a phone layout carry their text above their plot, so the lines are cut there.
    """
    if row < PHONE_ROW:
        return [(top, top + row * count)]
    above = row - PHONE_ROW + 23
    return [(top + row * n + above, top + row * (n + 1) - 3) for n in range(count)]


class Sheet:
    """Paper of a fixed width that charts draw on from the top down.

    Attributes:
        width: width in pixels, also of the coordinate system.
    """

    def __init__(
        self, width: float, paint: Paint, links: Sequence[str] = (), *, inline: bool = False
    ) -> None:
        """Begin a sheet.

        Args:
            width: width in pixels, at least 280 (narrower has no room for a label and a mark).
            paint: page or standalone.
            links: the targets of all marks, empty strings for marks without one. Any link turns
                the picture into a list for assistive technology.
            inline: True for a picture that stands in a line of text at its own size, however small.

        Raises:
            ValueError: too narrow for a chart with text.
        """
        if width < 280 and not inline:
            raise ValueError("a chart needs a width of at least 280 pixels")
        self._inline = inline
        self.width = float(width)
        self.paint = paint
        count = sum(1 for link in links if link)
        self._listed = count > 0 and not paint.standalone
        self._skip_tab = count > TAB_STOPS
        self._parts: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether it is laid out for a phone."""
        return self.width < 560

    def _look(self, cls: str) -> str:
        return attributes(cls) if self.paint.standalone else f' class="{cls}"'

    def rect(self, box: Box, cls: str, radius: float = 0.0) -> None:
        """A rectangle; a width or height below zero is taken as zero."""
        corner = f' rx="{num(radius)}"' if radius else ""
        self._parts.append(
            f'<rect x="{num(box.x)}" y="{num(box.y)}" width="{num(max(0.0, box.width))}" '
            f'height="{num(max(0.0, box.height))}"{corner}{self._look(cls)}/>'
        )

    def line(self, start: Point, end: Point, cls: str) -> None:
        """A straight line."""
        self.path(f"M{num(start[0])} {num(start[1])}L{num(end[0])} {num(end[1])}", cls)

    def uprights(self, x: float, spans: Sequence[tuple[float, float]], cls: str) -> None:
        """Upright strokes at one x, each from the first to the second y of a span."""
        self.path("".join(f"M{num(x)} {num(top)}V{num(low)}" for top, low in spans), cls)

    def path(self, data: str, cls: str) -> None:
        """A path; nothing is written for an empty one."""
        if data:
            self._parts.append(f'<path d="{data}"{self._look(cls)}/>')

    def circle(self, centre: Point, radius: float, cls: str) -> None:
        """A circle."""
        self._parts.append(
            f'<circle cx="{num(centre[0])}" cy="{num(centre[1])}" r="{num(radius)}"'
            f"{self._look(cls)}/>"
        )

    def text(self, at: Point, content: str, look: Look = Look()) -> Box:  # noqa: B008 - immutable
        """One line of text with its baseline at ``at``; returns the room it takes."""
        content = clean(content)
        box = box_of(at, content, look)
        if content:
            anchor = "" if look.anchor == "start" else f' text-anchor="{look.anchor}"'
            self._parts.append(
                f'<text x="{num(at[0])}" y="{num(at[1])}" font-size="{num(look.size)}"{anchor}'
                f"{self._look(look.cls)}>{escape(content)}</text>"
            )
        return box

    def turned_text(self, at: Point, content: str, look: Look) -> None:
        """One line of text that reads upwards from ``at``."""
        place = f"{num(at[0])} {num(at[1])}"
        self._parts.append(f'<g transform="translate({place}) rotate(-90)">')
        self.text((0.0, 0.0), content, look)
        self._parts.append("</g>")

    def hit(self, box: Box) -> None:
        """An invisible area that takes the pointer for the mark it stands in."""
        if not self.paint.standalone:
            self.rect(box, "hc-hit")

    @contextmanager
    def mark(self, tip: str, href: str = "") -> Iterator[None]:
        """One datum: what is drawn inside shares a tooltip and, with ``href``, is a link."""
        if self.paint.standalone:
            yield
            return
        item = ' role="listitem"' if self._listed else ""
        skip = ' tabindex="-1"' if self._skip_tab else ""
        opening = f'<a href="{quote(safe_href(href))}"{skip}>' if href else ""
        self._parts.append(f"<g{item}>{opening}<title>{quote(tip)}</title>")
        yield
        self._parts.append("</a></g>" if href else "</g>")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """Axes, legends and the like: not read out, because the marks say it in words."""
        if self._listed:
            self._parts.append('<g aria-hidden="true">')
        yield
        if self._listed:
            self._parts.append("</g>")

    def finish(self, height: float, title: str, desc: str = "") -> Svg:
        """The picture.

        Args:
            height: height in pixels.
            title: accessible name; not drawn.
            desc: what the picture shows, in a sentence with its figures; not drawn.
        """
        size = f'viewBox="0 0 {num(self.width)} {num(height)}"'
        role = "list" if self._listed else "img"
        extent = f' width="{num(self.width)}" height="{num(height)}"'
        if self.paint.standalone:
            look = f'{extent} font-family="{quote(self.paint.font)}" fill="{LIGHT["ink"]}"'
        else:
            look = f' class="hc hc-inline"{extent}' if self._inline else ' class="hc"'
        about = f"<title>{quote(title)}</title>" + (f"<desc>{quote(desc)}</desc>" if desc else "")
        body = "".join(self._parts)
        return Svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="{role}"{look}>'
            f"{about}{body}</svg>"
        )
