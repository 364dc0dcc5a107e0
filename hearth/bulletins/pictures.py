"""The stored charts of a bulletin, drawn for a page or for a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hearth.kernel import charts
from hearth.kernel.rounding import centi_text

FILE_WIDTH = 640  # pixels across the type area of 156 mm: letters come out near 9 pt
Sees = Callable[[str], bool]


def draw_for_page(block: Mapping[str, Any], sees: Sees) -> charts.Svg:
    """A chart that fits phone and desk, with links where ``sees`` says the reader may go."""
    return charts.responsive(lambda width: _draw(block, sees, width=width, paint=charts.PAGE))


def draw_for_file(block: Mapping[str, Any]) -> charts.Svg:
    """A chart that stands alone, in the light colours, without links."""
    return _draw(block, lambda _path: False, width=FILE_WIDTH, paint=charts.STANDALONE)


def _draw(block: Mapping[str, Any], sees: Sees, *, width: int, paint: charts.Paint) -> charts.Svg:
    if block["draw"] == "caterpillar":
        return charts.caterpillar(_caterpillar(block, sees), width=width, paint=paint)
    return charts.bars(_bars(block, sees), width=width, paint=paint)


def _caterpillar(block: Mapping[str, Any], sees: Sees) -> charts.Caterpillar:
    mean = block["mean"]
    above, middle, below = block["groups"]
    return charts.Caterpillar(
        title=block["caption"],
        units=tuple(
            charts.Ranked(
                label=item["label"],
                score=(item["centi"] or 0) / 100,
                text=centi_text(item["centi"] or 0),
                low=_points(item["low"]),
                high=_points(item["high"]),
                group=charts.Group(item["group"] or "middle"),
                rank=item["rank"],
                href=item["to"] if sees(item["at"]) else "",
            )
            for item in block["items"]
        ),
        groups=(above, middle, below),
        mean=charts.Reference(mean["centi"] / 100, mean["label"]) if mean else None,
        score_header=block["score_header"],
        rank_header=block["rank_header"],
        desc=block["desc"],
    )


def _bars(block: Mapping[str, Any], sees: Sees) -> charts.Bars:
    return charts.Bars(
        title=block["caption"],
        bars=tuple(
            charts.Bar(
                label=item["label"],
                value=_points(item["centi"]),
                text=item["text"],
                href=item["to"] if sees(item["at"]) else "",
                tone=charts.Tone(item["tone"]),
                previous=_points(item["previous"]),
                note=item["note"],
            )
            for item in block["items"]
        ),
        desc=block["desc"],
        previous_label=block["previous_label"],
        keys=tuple((charts.Tone(tone), words) for tone, words in block["keys"]),
        start=block["start"] / 100,
    )


def _points(centi: int | None) -> float | None:
    return None if centi is None else centi / 100
