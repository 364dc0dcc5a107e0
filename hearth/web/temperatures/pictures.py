"""The pictures of this area, from what was read already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.premises.domain.hours import Sum
from hearth.premises.queries.temperatures import Moment
from hearth.premises.queries.warmth import Daily, Hall, Norm
from hearth.web.templatetags.warmth import degrees


def day_strip(halls: Sequence[Hall], link: str) -> charts.Svg:
    """Of all halls with a sensor: how many are cold, warm enough, without a reading."""
    cold = sum(hall.is_cold for hall in halls)
    measured = sum(hall.mean_centi is not None for hall in halls)
    parts = (
        charts.Part(cold, _("colder than the norm"), charts.Tone.EMBER, f"{link}&show=cold"),
        charts.Part(measured - cold, _("warm enough"), charts.Tone.GOOD),
    )
    chart = charts.Coverage(
        title=_("Outlets by how warm they were"),
        text="",
        total=len(halls),
        parts=parts,
        rest=_("no reading"),
        rest_href=f"{link}&show=none",
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width))


def day_map(halls: Sequence[Hall], norm: Norm) -> charts.Svg | None:
    """Outlets as points over the means of their prefectures; None where nothing can be placed."""
    areas: dict[str, list[float]] = defaultdict(list)
    points = []
    for hall in halls:
        area = _area(hall)
        if area and hall.mean_centi is not None:
            areas[area].append(hall.mean_centi)
        if hall.place is not None:
            points.append(_point(hall))
    if not areas and not points:
        return None
    chart = charts.LiaoningMap(
        title=_("How warm the outlets were"),
        words=charts.MapWords(
            caption=_("A sketch, not for drawing borders."),
            legend=_("Mean in business hours, °C"),
            outside=_("no reading"),
            no_data=_("no reading"),
            problem=_("colder than the norm"),
            off_map=_("{n} outlets lie beyond this map."),
            cluster=_("{n} outlets"),
        ),
        areas=tuple(_map_area(code, means) for code, means in sorted(areas.items())),
        points=tuple(points),
        breaks=_breaks(norm),
        outside=tuple(one.code for one in charts.prefectures() if one.code not in areas),
        names={one.code: _name(one.code) for one in charts.prefectures()},
        desc=_("The table beside it holds the same figures."),
        decimals=0,
    )
    return charts.responsive(lambda width: charts.liaoning_map(chart, width=width))


def _breaks(norm: Norm) -> tuple[float, ...]:
    """The norm parts the colours, and steps of two degrees around it."""
    middle = norm.centi / 100
    return (middle - 4, middle - 2, middle, middle + 2)


def _area(hall: Hall) -> str:
    found = charts.prefecture_of_city(hall.city)
    if found is None and hall.place is not None:
        found = charts.point_in_prefecture(*hall.place)
    return found or ""


def _name(code: str) -> str:
    one = charts.prefecture(code)
    return one.short if (get_language() or "").startswith("zh") else one.english


def _map_area(code: str, means: Sequence[float]) -> charts.MapArea:
    mean = sum(means) / len(means)
    return charts.MapArea(code, mean / 100, f"{degrees(mean)} °C", _name(code))


def _point(hall: Hall) -> charts.MapPoint:
    mean = hall.mean_centi
    assert hall.place is not None  # noqa: S101 - the caller has looked
    return charts.MapPoint(
        *hall.place,
        hall.name,
        None if mean is None else mean / 100,
        "" if mean is None else f"{degrees(mean)} °C",
        problem=hall.is_cold,
        href=reverse("temperatures:outlet", args=[hall.code]),
    )


# --- one outlet -----------------------------------------------------------------------------------


def _moment(one: Sum | None) -> charts.Moment:
    mean = None if one is None else one.mean_centi
    return charts.Moment(
        None if mean is None else mean / 100, "" if mean is None else f"{degrees(mean)} °C"
    )


def days_chart(shown: Daily, norm: Norm) -> charts.Svg | None:
    """Means in business hours by day beside the weather; None where nothing was measured."""
    if not shown.inside:
        return None
    series = [_series(_("Business hours"), shown.days, shown.inside, charts.Tone.EMBER)]
    if shown.outside:
        series.append(_series(_("Outside"), shown.days, shown.outside, charts.Tone.SERVICE))
    chart = charts.Lines(
        title=_("Temperature by business day"),
        times=tuple(f"{day:%m-%d}" for day in shown.days),
        series=tuple(series),
        desc=_("A gap is a day without a reading."),
        reference=_norm_line(norm),
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))


def _series(label: str, days: Sequence[date], sums: object, tone: charts.Tone) -> charts.Series:
    get = sums.get  # type: ignore[attr-defined]
    return charts.Series(label, tuple(_moment(get(day)) for day in days), tone)


def _norm_line(norm: Norm) -> charts.Reference:
    text = _("norm %(degrees)s °C") % {"degrees": degrees(norm.centi)}
    return charts.Reference(norm.centi / 100, text)


def hours_chart(inside: Sequence[Moment], norm: Norm) -> charts.Svg | None:
    """Every hour with its lowest and highest as a band; None where nothing was measured."""
    if not inside:
        return None
    moments = tuple(
        charts.Moment(
            one.mean_centi / 100,
            f"{degrees(one.mean_centi)} °C",
            low=one.lowest / 100,
            high=one.highest / 100,
        )
        for one in inside
    )
    chart = charts.Lines(
        title=_("Temperature by the hour"),
        times=tuple(f"{one.at:%m-%d %H:%M}" for one in inside),
        series=(charts.Series(_("Indoors"), moments, charts.Tone.EMBER),),
        desc=_("The band reaches from the lowest to the highest reading of each hour."),
        reference=_norm_line(norm),
    )
    return charts.responsive(lambda width: charts.lines(chart, width=width))
