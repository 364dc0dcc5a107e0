"""The pictures of this area, from counts that were made already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.kernel.rounding import div_half_up

SHARE_BREAKS = (50.0, 80.0, 95.0, 100.0)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, and where it leads; ``words`` where something else wrote the share."""

    name: str
    part: int
    whole: int
    href: str = ""
    words: str = ""

    @property
    def percent(self) -> float | None:
        """In percent, unrounded; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def text(self) -> str:
        """As it is read; 100 % only where all are in it."""
        return self.words or share_text(self.part, self.whole)


def share_text(part: int, whole: int) -> str:
    """A share to a tenth of a percent, half up; 100 % only of all of it. Nothing is a dash."""
    if not whole:
        return "—"
    tenths = div_half_up(1000 * part, whole)
    if part < whole:
        tenths = min(tenths, 999)
    return f"{tenths // 10}.{tenths % 10}%"


def share_bars(title: str, rows: Sequence[Share]) -> charts.Svg | None:
    """Shares of several units as bars, the lowest first; None for none."""
    bars = tuple(
        charts.Bar(
            row.name,
            row.percent,
            row.text if row.whole else _("none"),
            row.href,
            charts.Tone.GOOD if row.part == row.whole else charts.Tone.EMBER,
            note=f"{row.part}/{row.whole}" if row.whole else "",
        )
        for row in sorted(rows, key=lambda row: (row.percent is None, row.percent or 0.0))
    )
    if not bars:
        return None
    keys = ((charts.Tone.GOOD, _("all")), (charts.Tone.EMBER, _("not all yet")))
    chart = charts.Bars(title=title, bars=bars, keys=keys, end=100.0)
    return charts.responsive(lambda width: charts.bars(chart, width=width))


def area_name(code: str) -> str:
    """Name of a prefecture in the reader's language."""
    one = charts.prefecture(code)
    return one.short if (get_language() or "").startswith("zh") else one.english


def share_map(title: str, legend: str, areas: Mapping[str, Share]) -> charts.Svg | None:
    """Prefectures coloured by a share; None where nothing lies in one of them."""
    if not areas:
        return None
    chart = charts.LiaoningMap(
        title=title,
        words=charts.MapWords(
            caption=_("A sketch, not for drawing borders."),
            legend=legend,
            outside=_("not in this network"),
            no_data=_("none"),
        ),
        areas=tuple(
            charts.MapArea(code, row.percent, row.text, row.name, row.href)
            for code, row in areas.items()
        ),
        breaks=SHARE_BREAKS,
        outside=tuple(one.code for one in charts.prefectures() if one.code not in areas),
        names={one.code: area_name(one.code) for one in charts.prefectures()},
        desc=_("The table beside it holds the same figures."),
        decimals=0,
    )
    return charts.responsive(lambda width: charts.liaoning_map(chart, width=width))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of one unit, as it is written, and where it leads."""

    name: str
    number: float
    text: str
    href: str = ""


def amount_bars(title: str, rows: Sequence[Amount]) -> charts.Svg:
    """Numbers of several units as bars, the highest first."""
    ranked = sorted(rows, key=lambda row: -row.number)
    bars = tuple(charts.Bar(row.name, row.number, row.text, row.href) for row in ranked)
    chart = charts.Bars(title=title, bars=bars)
    return charts.responsive(lambda width: charts.bars(chart, width=width))
