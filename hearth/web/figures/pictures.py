"""What the explorer says and draws of one figure, from the table that was read already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from hearth.figures.registry import Figure
from hearth.kernel import charts
from hearth.web.figures import words
from hearth.web.figures.grid import Cell, Line, Wanted
from hearth.web.naming import area_name

ENDS = 10
"""Of more units than twice this, only the first and the last are drawn."""


def _number(cell: Cell) -> float | None:
    return None if cell.value.number is None else float(cell.value.number)


def _ranked(lines: Sequence[Line], chosen: int) -> list[Line]:
    """Units below that have a value, the best first; where neither is better, the most."""
    with_value = [one for one in lines if not one.is_whole and _has_value(one, chosen)]
    lower_first = bool(with_value) and with_value[0].cells[chosen].figure.higher_is_better is False

    def place(line: Line) -> float:
        number = _number(line.cells[chosen]) or 0.0
        return number if lower_first else -number

    return sorted(with_value, key=place)


def _has_value(line: Line, chosen: int) -> bool:
    return line.cells[chosen].value.number is not None


def sentence(lines: Sequence[Line], chosen: int, wanted: Wanted) -> str:
    """The point of the page with its figure."""
    return _over_time(lines, chosen) if wanted.periods else _over_units(lines, chosen, wanted)


def _over_time(lines: Sequence[Line], chosen: int) -> str:
    own = [line for line in lines if not line.is_other]
    first, last = own[0], own[-1]
    return _("%(unit)s: %(figure)s %(value)s in %(period)s, %(before)s in %(first)s.") % {
        "unit": last.unit.name,
        "figure": last.cells[chosen].figure.name,
        "value": last.cells[chosen].text,
        "period": last.label,
        "before": first.cells[chosen].text,
        "first": first.label,
    }


def _over_units(lines: Sequence[Line], chosen: int, wanted: Wanted) -> str:
    whole, figure = lines[0].cells[chosen], wanted.figures[chosen]
    facts = {
        "unit": wanted.unit.name,
        "figure": figure.name,
        "value": whole.text,
        "time": words.time_text(figure, figure.when(wanted.as_of, wanted.since)),
    }
    found = sorted(_ranked(lines, chosen), key=lambda line: _number(line.cells[chosen]) or 0.0)
    if len(found) < 2 or figure.measure in {"rank", "change"}:
        return _("%(unit)s: %(figure)s %(value)s %(time)s.") % facts
    low, high = found[0], found[-1]
    facts |= {"high": high.label, "most": high.cells[chosen].text}
    facts |= {"low": low.label, "least": low.cells[chosen].text}
    return (
        _(
            "%(unit)s: %(figure)s %(value)s %(time)s; highest in %(high)s (%(most)s), lowest in"
            " %(low)s (%(least)s)."
        )
        % facts
    )


Draw = Callable[[int, charts.Paint], charts.Svg]
"""Draws one picture as wide as said, for the page or as a file of its own."""
TONES = (
    charts.Tone.EMBER,
    charts.Tone.INK,
    charts.Tone.SERVICE,
    charts.Tone.BRAND,
    charts.Tone.ENVIRONMENT,
    charts.Tone.GOOD,
)
IN_ONE_PLOT = 4


def picture(lines: Sequence[Line], chosen: int, wanted: Wanted) -> Draw | None:
    """Bars of units, or lines over periods; None where there is nothing to compare."""
    if wanted.periods:
        return _line(lines, chosen, wanted)
    return _bars(lines, chosen, wanted)


def on_page(draw: Draw | None) -> charts.Svg | str:
    """The picture for a page, at the widths that it may have there; empty where there is none."""
    if draw is None:
        return ""
    return charts.responsive(lambda width: draw(width, charts.PAGE))


def _line(lines: Sequence[Line], chosen: int, wanted: Wanted) -> Draw | None:
    """One line for each unit; what is put beside in other tones and dashes."""
    figure, by_unit = wanted.figures[chosen], defaultdict(list)
    for line in lines:
        by_unit[line.unit].append(line)
    if max(sum(_has_value(one, chosen) for one in own) for own in by_unit.values()) < 2:
        return None
    is_cut = figure.measure in {"score", "rank", "change"}
    is_alone = len(by_unit) == 1
    chart = charts.Lines(
        title=str(figure.name),
        times=tuple(period.key for period in wanted.periods),
        series=tuple(
            charts.Series(
                str(figure.name) if is_alone else unit.name,
                tuple(_moment(line.cells[chosen], with_band=is_alone) for line in own),
                TONES[number % len(TONES)],
            )
            for number, (unit, own) in enumerate(by_unit.items())
        ),
        low=None if is_cut else 0.0,
        desc=_("The band is the range in which the true share likely lies.")
        if figure.measure == "share" and is_alone
        else "",
        multiples=len(by_unit) > IN_ONE_PLOT,
    )
    return lambda width, paint: charts.lines(chart, width=width, paint=paint)


def _moment(cell: Cell, *, with_band: bool) -> charts.Moment:
    number, interval = _number(cell), cell.value.interval if with_band else None
    if number is None:
        return charts.Moment(None)
    low, high = interval or (None, None)
    return charts.Moment(number, cell.text, cell.url, low, high)


def _bars(lines: Sequence[Line], chosen: int, wanted: Wanted) -> Draw | None:
    figure = wanted.figures[chosen]
    ranked = _ranked(lines, chosen)
    if len(ranked) < 2 or figure.measure == "change":  # bars have no side for what is below 0
        return None
    shown = ranked if len(ranked) <= 2 * ENDS else [*ranked[:ENDS], *ranked[-ENDS:]]
    lowest = min(_number(line.cells[chosen]) or 0.0 for line in shown)
    chart = charts.Bars(
        title=str(figure.name),
        bars=tuple(_bar(line, line.cells[chosen]) for line in shown),
        desc=""
        if shown is ranked
        else _("The %(n)s first and the %(n)s last of %(all)s units.")
        % {"n": ENDS, "all": len(ranked)},
        reference=_reference(lines, chosen, figure),
        start=max(0.0, lowest // 1 - 1) if figure.measure == "score" else 0.0,
        previous_label=words.beside_text(wanted.months) if wanted.months else "",
    )
    return lambda width, paint: charts.bars(chart, width=width, paint=paint)


def _bar(line: Line, cell: Cell) -> charts.Bar:
    before = cell.before.number if cell.before else None
    return charts.Bar(
        label=line.label,
        value=_number(cell),
        text=cell.text,
        href=cell.url,
        note=cell.change or (_("few records") if cell.is_coarse else ""),
        previous=None if before is None else float(before),
    )


def _reference(lines: Sequence[Line], chosen: int, figure: Figure) -> charts.Reference | None:
    """The whole unit, which the others are read against where they do not add up to it."""
    whole = lines[0].cells[chosen]
    number = _number(whole)
    if number is None or figure.measure not in {"share", "score"}:
        return None
    label = _("%(unit)s %(value)s") % {"unit": lines[0].label, "value": whole.text}
    return charts.Reference(number, label)


def branch_map(lines: Sequence[Line], chosen: int, wanted: Wanted) -> Draw | None:
    """Prefectures coloured by the value of the branch that bears their city's name."""
    if wanted.periods or wanted.level != "branch":
        return None
    figure = wanted.figures[chosen]
    areas = []
    for line in _ranked([one for one in lines if not one.is_other], chosen):
        code, cell = charts.prefecture_of_city(line.unit.city), line.cells[chosen]
        if code is not None:
            areas.append(
                charts.MapArea(code, _number(cell), cell.text, area_name(code), href=cell.url)
            )
    if len(areas) < 2:
        return None
    chart = charts.LiaoningMap(
        title=_("%(figure)s on the map") % {"figure": figure.name},
        words=charts.MapWords(
            caption=_("A sketch, not for drawing borders."),
            legend=str(figure.name),
            outside=_("not in this network"),
            no_data=_("no value"),
        ),
        areas=tuple(areas),
        names={one.code: area_name(one.code) for one in charts.prefectures()},
        decimals=1 if figure.measure in {"share", "score", "days"} else 0,
    )
    return lambda width, paint: charts.liaoning_map(chart, width=width, paint=paint)
