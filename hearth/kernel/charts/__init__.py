"""Charts as SVG, drawn on the server: the same picture on the page, on paper and in the file.

Each chart is a function of one frozen dataclass. ``width`` chooses the layout (``PHONE``,
``COLUMN``, ``DESK``, or any from 280 upwards), ``paint`` where it goes: ``PAGE`` (classes, links,
tooltips; needs ``charts.css``) or ``STANDALONE`` (colours and fonts written out, no links). The
result is safe markup for a template. The charts bring no words of their own: every text comes from
the caller, who knows the reader's language; every value is given twice, as a number that decides
its place and as the text to be read, so that rounding happens once and elsewhere.

Why so: docs/adr/0005-charts-as-svg.md.
"""

from hearth.kernel.charts.bars import Bar, Bars, Reference, bars
from hearth.kernel.charts.caterpillar import Caterpillar, Group, Ranked, caterpillar
from hearth.kernel.charts.columns import (
    Amount,
    Columns,
    Layer,
    columns,
)
from hearth.kernel.charts.gantt import Gantt, Stretch, gantt
from hearth.kernel.charts.geo import (
    Prefecture,
    point_in_prefecture,
    prefecture,
    prefecture_of_city,
    prefectures,
    random_point_in,
)
from hearth.kernel.charts.heatmap import Cell, Heatmap, HeatRow, heatmap
from hearth.kernel.charts.histogram import Bin, Histogram, Marker, bins_of, histogram
from hearth.kernel.charts.lines import Lines, Moment, Series, Spark, lines, sparkline
from hearth.kernel.charts.mapping import LiaoningMap, MapArea, MapWords, liaoning_map
from hearth.kernel.charts.points import MapPoint
from hearth.kernel.charts.responsive import responsive
from hearth.kernel.charts.scale import quantile_breaks
from hearth.kernel.charts.strip import Coverage, Funnel, Part, Step, coverage_strip, funnel
from hearth.kernel.charts.svg import COLUMN, DESK, PAGE, PHONE, STANDALONE, Paint, Svg
from hearth.kernel.charts.theme import Tone

__all__ = [
    "COLUMN",
    "DESK",
    "PAGE",
    "PHONE",
    "STANDALONE",
    "Amount",
    "Bar",
    "Bars",
    "Bin",
    "Caterpillar",
    "Cell",
    "Columns",
    "Coverage",
    "Funnel",
    "Gantt",
    "Group",
    "HeatRow",
    "Heatmap",
    "Histogram",
    "Layer",
    "LiaoningMap",
    "Lines",
    "MapArea",
    "MapPoint",
    "MapWords",
    "Marker",
    "Moment",
    "Paint",
    "Part",
    "Prefecture",
    "Ranked",
    "Reference",
    "Series",
    "Spark",
    "Step",
    "Stretch",
    "Svg",
    "Tone",
    "bars",
    "bins_of",
    "caterpillar",
    "columns",
    "coverage_strip",
    "funnel",
    "gantt",
    "heatmap",
    "histogram",
    "liaoning_map",
    "lines",
    "point_in_prefecture",
    "prefecture",
    "prefecture_of_city",
    "prefectures",
    "quantile_breaks",
    "random_point_in",
    "responsive",
    "sparkline",
]
