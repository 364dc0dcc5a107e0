"""One picture in several layouts, of which the page shows the one that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hearth.kernel.charts.svg import COLUMN, DESK, PHONE, Svg


def responsive(draw: Callable[[int], str], widths: Sequence[int] = (PHONE, COLUMN)) -> Svg:
    """The picture drawn at each width; ``charts.css`` shows the widest that its container holds.

    Needs no script: the style sheet asks for the width of the container. What is not shown is not
    read out and takes no keyboard stop.

    Args:
        draw: draws the picture at a width, for example ``lambda width: bars(chart, width=width)``.
        widths: any of ``PHONE``, ``COLUMN`` and ``DESK``; a map with hundreds of points is worth
            only as many as it needs, since each is sent in full.

    Raises:
        ValueError: no width, or one that the style sheet does not know.
    """
    chosen = sorted(set(widths))
    if not chosen or not set(chosen) <= {PHONE, COLUMN, DESK}:
        raise ValueError(f"widths must be among {PHONE}, {COLUMN} and {DESK}")
    has = " ".join(f"hc-has-{width}" for width in chosen)
    parts = "".join(f'<div class="hc-at hc-at-{width}">{draw(width)}</div>' for width in chosen)
    return Svg(f'<div class="hc-set"><div class="hc-fit {has}">{parts}</div></div>')
