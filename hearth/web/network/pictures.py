"""The pictures of this area, from rows that were read already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hearth.kernel import charts
from hearth.kernel.rounding import centi_text, div_half_up
from hearth.scoring.models import Result
from hearth.web.naming import area_name
from hearth.web.network.queries import Spot

COVERAGE_BREAKS = (25.0, 50.0, 75.0, 100.0)


def score_chart(history: Sequence[Result]) -> charts.Svg | None:
    """Score over the quarters with the range in which the true one likely lies; None for none."""
    if not history:
        return None
    moments = tuple(
        charts.Moment(
            None if row.score_centi is None else row.score_centi / 100,
            "" if row.score_centi is None else centi_text(row.score_centi),
            reverse("scoring:result", args=[row.closing.period, row.code]),
            row.shrunk_low,
            row.shrunk_high,
        )
        for row in history
    )
    pass_centi = history[-1].closing.policy_content.get("pass_centi")
    chart = charts.Lines(
        title=_("Score by quarter"),
        times=tuple(row.closing.period for row in history),
        series=(charts.Series(_("Score"), moments, charts.Tone.EMBER),),
        desc=_("The band is the range in which the true score likely lies."),
        reference=charts.Reference(
            pass_centi / 100, _("pass line %(points)s") % {"points": centi_text(pass_centi)}
        )
        if pass_centi
        else None,
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))


# --- the map ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One prefecture of the list beside the map; scores in hundredths."""

    code: str
    name: str
    outlets: int
    seen: int
    ranked: int
    mean_centi: int | None
    below_pass: int

    @property
    def percent(self) -> int:
        """Outlets seen of all in whole percent, rounded down: 100 means all."""
        return 100 * self.seen // self.outlets


def area_rows(spots: Sequence[Spot], pass_centi: int) -> list[AreaRow]:
    """The prefectures in which outlets lie, by code; the mean is that of ranked outlets (SC-09)."""
    inside: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.area:
            inside.setdefault(spot.area, []).append(spot)
    return [_area_row(code, inside[code], pass_centi) for code in sorted(inside)]


def _area_row(code: str, spots: Sequence[Spot], pass_centi: int) -> AreaRow:
    scores = [s.score_centi for s in spots if s.is_ranked and s.score_centi is not None]
    return AreaRow(
        code,
        area_name(code),
        len(spots),
        sum(spot.is_seen for spot in spots),
        len(scores),
        div_half_up(sum(scores), len(scores)) if scores else None,
        sum(score < pass_centi for score in scores),
    )


@dataclass(frozen=True, slots=True)
class MapChoice:
    """How the map is drawn.

    Attributes:
        by_coverage: colour by the share of outlets checked instead of the mean score.
        area: prefecture in focus; '' for the whole network.
        pass_centi: pass line, in hundredths.
        link: address of the map to which the code of a prefecture is added.
    """

    by_coverage: bool
    area: str
    pass_centi: int
    link: str


def network_map(
    areas: Sequence[AreaRow], spots: Sequence[Spot], choice: MapChoice
) -> charts.Svg | None:
    """Prefectures coloured, over them ``spots`` as points; points alone for a network elsewhere.

    None when nothing of the network can be placed on a map.
    """
    points = tuple(point for spot in spots if (point := _point(spot, choice)) is not None)
    if not areas and not points:
        return None
    by_share = choice.by_coverage and not points
    chart = charts.LiaoningMap(
        title=_("Map of the network"),
        words=_words(choice, with_points=bool(points)),
        areas=tuple(_map_area(row, choice) for row in areas),
        points=points,
        breaks=COVERAGE_BREAKS if by_share else (),
        focus=choice.area,
        outside=_outside(areas),
        names={one.code: area_name(one.code) for one in charts.prefectures()},
        desc=_("The table beside it holds the same figures."),
        decimals=0 if by_share else 1,
    )
    return charts.responsive(lambda width: charts.liaoning_map(chart, width=width))


def _outside(areas: Sequence[AreaRow]) -> tuple[str, ...]:
    """Prefectures where the network has no outlet."""
    inside = {row.code for row in areas}
    return tuple(one.code for one in charts.prefectures() if one.code not in inside)


def _words(choice: MapChoice, *, with_points: bool) -> charts.MapWords:
    if with_points:
        legend = _("Score of the outlet")
    else:
        legend = _("Outlets checked, %") if choice.by_coverage else _("Mean score")
    return charts.MapWords(
        caption=_("A sketch, not for drawing borders."),
        legend=legend,
        outside=_("not in this network"),
        no_data=_("no score"),
        problem=_("not checked") if choice.by_coverage else pgettext("map", "below pass"),
        off_map=_("{n} outlets lie beyond this map."),
        cluster=_("{n} outlets"),
    )


def _map_area(row: AreaRow, choice: MapChoice) -> charts.MapArea:
    value: float | None = None
    text = ""
    if choice.by_coverage:
        value, text = float(row.percent), f"{row.percent}%"
    elif row.mean_centi is not None:
        value, text = row.mean_centi / 100, centi_text(row.mean_centi)
    facts = {"name": row.name, "outlets": row.outlets, "text": text or _("no score")}
    return charts.MapArea(
        row.code,
        value,
        text,
        row.name,
        href=choice.link + row.code,
        tip=_("%(name)s: %(outlets)s outlets, %(text)s") % facts,
    )


def _point(spot: Spot, choice: MapChoice) -> charts.MapPoint | None:
    """The outlet as a point; None without a place."""
    if spot.place is None:
        return None
    score = spot.score_centi
    is_below = spot.is_ranked and score is not None and score < choice.pass_centi
    return charts.MapPoint(
        *spot.place,
        spot.name,
        None if score is None else score / 100,
        "" if score is None else centi_text(score),
        problem=not spot.is_seen if choice.by_coverage else is_below,
        href=reverse("network:unit-detail", args=[spot.code]),
    )
