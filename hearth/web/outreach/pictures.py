"""The pictures of this area, from rows that were read already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from hearth.kernel import charts
from hearth.outreach.queries.mobile import TargetState
from hearth.outreach.queries.offers import Found
from hearth.outreach.queries.overview import Span
from hearth.web.outreach.offered import Provision
from hearth.web.outreach.summary import Line

WEEK = timedelta(days=7)
_DAYS = 7


def line_bars(
    lines: Sequence[Line], title: str, before: str, link: Callable[[Line], str]
) -> charts.Svg | None:
    """Sessions of each line, with those of the earlier span as hollow marks; None without any."""
    shown = [line for line in lines if line.now.sessions or line.before.sessions]
    if not shown:
        return None
    drawn = charts.Bars(
        title=title,
        bars=tuple(
            charts.Bar(
                line.name,
                line.now.sessions,
                str(line.now.sessions),
                href=link(line),
                previous=line.before.sessions,
                note=f"{line.change:+d}" if line.before.sessions else "",
            )
            for line in shown
        ),
        desc=_("Sessions; the hollow marks are those of the span beside."),
        previous_label=before,
    )
    return charts.responsive(lambda width: charts.bars(drawn, width=width))


def calendar(
    days: Mapping[date, int], span: Span, link: Callable[[date], str]
) -> charts.Svg | None:
    """A field for every day of the span, weeks beside each other; None where nothing happened."""
    if not days:
        return None
    start, end = span
    monday = start - timedelta(days=start.weekday())
    mondays = [monday + WEEK * n for n in range((end - monday + WEEK - timedelta(days=1)) // WEEK)]
    rows = tuple(
        charts.HeatRow(
            _weekday(number),
            tuple(_field(first + timedelta(days=number), days, span, link) for first in mondays),
        )
        for number in range(_DAYS)
    )
    drawn = charts.Heatmap(
        title=_("Sessions by day"),
        columns=tuple(date_format(first, "m-d") for first in mondays),
        rows=rows,
        no_data=pgettext("calendar", "none"),
        desc=_("A column is a week and begins with the day that it is named by."),
        decimals=0,
    )
    return charts.responsive(lambda width: charts.heatmap(drawn, width=width))


def _field(
    day: date, days: Mapping[date, int], span: Span, link: Callable[[date], str]
) -> charts.Cell:
    count = days.get(day, 0)
    if not count or not span[0] <= day < span[1]:
        return charts.Cell(None, tip=day.isoformat())
    tip = _("%(day)s: %(n)s sessions") % {"day": day.isoformat(), "n": count}
    return charts.Cell(count, str(count), href=link(day), tip=tip)


def _weekday(number: int) -> str:
    return date_format(date(2024, 1, 1) + timedelta(days=number), "D")


def offer_bars(
    offered: Sequence[Provision], title: str, link: Callable[[Provision], str]
) -> charts.Svg | None:
    """Outlets of each kind, the most common first; None where nothing is offered."""
    if not offered:
        return None
    drawn = charts.Bars(
        title=title,
        bars=tuple(
            charts.Bar(str(one.kind), one.outlets, str(one.outlets), href=link(one))
            for one in offered
        ),
        desc=_("Outlets that offer it on this day."),
    )
    return charts.responsive(lambda width: charts.bars(drawn, width=width))


# --- maps ---------------------------------------------------------------------------------------


def target_map(
    states: Sequence[TargetState], link: Callable[[TargetState], str]
) -> charts.Svg | None:
    """Targets coloured by the days since the last visit; a ring where they wait too long."""
    points = tuple(
        charts.MapPoint(
            state.target.longitude,
            state.target.latitude,
            state.target.name,
            state.days,
            _("never visited") if state.days is None else _("%(n)s days ago") % {"n": state.days},
            problem=state.is_gap,
            href=link(state),
        )
        for state in states
        if state.target.longitude is not None and state.target.latitude is not None
    )
    return _map(
        points,
        _("Where we have been"),
        charts.MapWords(
            caption=_("A sketch, not for drawing borders."),
            legend=_("Days since the last visit"),
            no_data=_("never visited"),
            problem=_("waits too long"),
            off_map=_("{n} targets lie beyond this map."),
            cluster=_("{n} targets"),
        ),
        breaks=(30.0, 60.0, 90.0, 180.0),
    )


def finder_map(found: Sequence[Found], link: Callable[[Found], str]) -> charts.Svg | None:
    """The outlets that offer what is looked for."""
    points = tuple(
        charts.MapPoint(
            one.unit.longitude,
            one.unit.latitude,
            one.unit.name,
            1.0,
            "",
            href=link(one),
            tip=one.unit.name,
        )
        for one in found
        if one.unit.longitude is not None and one.unit.latitude is not None
    )
    words = charts.MapWords(
        caption=_("A sketch, not for drawing borders."),
        off_map=_("{n} outlets lie beyond this map."),
        cluster=_("{n} outlets"),
    )
    return _map(points, _("Outlets on the map"), words)


def _map(
    points: tuple[charts.MapPoint, ...],
    title: str,
    words: charts.MapWords,
    breaks: tuple[float, ...] = (),
) -> charts.Svg | None:
    if not points:
        return None
    drawn = charts.LiaoningMap(
        title=title,
        words=words,
        points=points,
        breaks=breaks,
        outside=(),
        names={one.code: one.english for one in charts.prefectures()} if _english() else {},
        decimals=0,
    )
    return charts.responsive(lambda width: charts.liaoning_map(drawn, width=width))


def _english() -> bool:
    return not (get_language() or "zh").startswith("zh")
