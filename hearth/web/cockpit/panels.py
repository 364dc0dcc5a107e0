"""What the first page shows, panel by panel; each is for those who hold its permission."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hearth.bulletins.models import Bulletin
from hearth.figures.engine import joined, values
from hearth.inspections.enums import Channel
from hearth.inspections.models import Inspection
from hearth.kernel import charts
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.scoring.faults import FaultRow, common_faults
from hearth.scoring.models import Closing, Result
from hearth.scoring.queries import Coverage, coverage, newest_closing
from hearth.scoring.rankings import RankingTable, ranking_of
from hearth.web.inspections.own import to_do
from hearth.web.naming import area_name
from hearth.web.network.reach import tops
from hearth.web.remember import remembered
from hearth.web.scoring.pictures import branch_bars

FAULTS = 8
LATEST = 8
NEXT = 5
MONTH = timedelta(days=30)


def standing(actor: Actor, at: int) -> dict[str, Any]:
    """How we stand: the last closed period in the actor's part of the tree."""
    if not actor.can("scores.view"):
        return {}
    closing = newest_closing()
    if closing is None:
        return {}
    scope = actor.scope_for("scores.view")
    tops = Result.objects.filter(closing=closing).visible_to(scope).order_by("path")[:1]
    top = next(iter(tops), None)
    found: dict[str, Any] = {"closing": closing, "top": top}
    if top is None:
        return found
    if top.level in {"outlet"}:
        return found | {"history": _history(top)}
    parts = ("standing", scope.paths, closing.pk)
    return found | remembered("standing", parts, at, lambda: _level_below(actor, closing, top))


def _history(top: Result) -> list[Result]:
    rows = Result.objects.filter(unit=top.unit_id, closing__is_current=True)
    found = rows.select_related("closing").defer("trace", "modules")
    return sorted(found, key=lambda row: Period.parse(row.closing.period).end)


def _level_below(actor: Actor, closing: Closing, top: Result) -> dict[str, Any]:
    level = "branch" if top.level == "province" else "outlet"
    table = ranking_of(closing, level, scope=actor.scope_for("scores.view"))
    shown = table.rows if level == "branch" else (*table.ranked[:6], *table.ranked[-6:])
    rows = tuple(dict.fromkeys(shown))
    return {
        "level": level,
        "picture": branch_bars(rows, closing.period) if rows else "",
        "map": _map(table, closing) if level == "branch" else "",
        "below_mean": sum(1 for row in table.ranked if row.group == "below"),
        "up": sum(1 for row in table.ranked if (row.movement or 0) > 0),
        "down": sum(1 for row in table.ranked if (row.movement or 0) < 0),
    }


def _map(table: RankingTable, closing: Closing) -> charts.Svg | str:
    """Prefectures coloured by the score of the branch that bears their city's name."""
    cities = dict(
        Unit.objects.filter(pk__in=[row.unit_id for row in table.rows]).values_list("code", "city")
    )
    areas = []
    for row in table.rows:
        code = charts.prefecture_of_city(cities.get(row.code, ""))
        if code is not None and row.score_centi is not None:
            areas.append(
                charts.MapArea(
                    code,
                    row.score_centi / 100,
                    f"{row.score_centi / 100:.2f}",
                    href=reverse("scoring:result", args=[closing.period, row.code]),
                )
            )
    if not areas:
        return ""
    chart = charts.LiaoningMap(
        title=_("Scores on the map"),
        words=charts.MapWords(
            caption=_("Schematic, not a reference for boundaries."),
            legend=_("score"),
            outside=_("not in the network"),
            no_data=_("no score"),
        ),
        areas=tuple(areas),
        names={one.code: area_name(one.code) for one in charts.prefectures()},
    )
    return charts.responsive(lambda width: charts.liaoning_map(chart, width=width))


def month(actor: Actor, today: date, at: int) -> dict[str, Any]:
    """Who has been seen in the last 30 days, in the actor's part of the tree."""
    if not actor.can("scores.view"):
        return {}
    scope = actor.scope_for("scores.view")

    def compute() -> dict[str, Any]:
        heads = tops(scope)
        found = values(["coverage"], heads, today, today - MONTH + timedelta(days=1))
        seen = joined(found.values())
        return {"outlets": seen.whole or 0, "unseen": (seen.whole or 0) - (seen.part or 0)}

    return remembered("month", (scope.paths, today), at, compute)


def quarter(actor: Actor, today: date, at: int) -> dict[str, Any]:
    """The open quarter: coverage by channel and the criteria that fail most."""
    if not actor.can("scores.view"):
        return {}
    scope, period = actor.scope_for("scores.view"), Period.of(today, "quarter")
    parts = (scope.paths, period.key)
    found: Coverage = remembered("coverage", parts, at, lambda: coverage(period, scope))
    rows: list[FaultRow] = remembered(
        "faults", parts, at, lambda: common_faults(period, scope, limit=FAULTS)
    )
    return {
        "period": period,
        "coverage": found,
        "strips": [_strip(period, channel) for channel in found.channels],
        "faults": rows,
        "fault_picture": _fault_bars(period, rows) if rows else "",
    }


def _strip(period: Period, channel: Any) -> charts.Svg:
    name = str(Channel(channel.channel).label)
    chart = charts.Coverage(
        title=name,
        text=_("%(name)s: %(seen)s of %(outlets)s outlets seen")
        % {"name": name, "seen": channel.seen, "outlets": channel.outlets},
        total=channel.outlets,
        parts=(charts.Part(channel.seen, _("seen")),),
        rest=_("not yet seen"),
        rest_href=reverse("scoring:missing", args=[period.key, channel.channel]),
    )
    return charts.responsive(lambda width: charts.coverage_strip(chart, width=width))


def _fault_bars(period: Period, rows: list[FaultRow]) -> charts.Svg:
    chinese = (get_language() or "").startswith("zh")
    url = reverse("scoring:faults", args=[period.key])
    chart = charts.Bars(
        title=_("Criteria most often not met"),
        sentences=True,
        bars=tuple(
            charts.Bar(
                label=row.criterion.text
                if chinese
                else row.criterion.text_en or row.criterion.text,
                value=100 * (row.share or 0),
                text=f"{100 * (row.share or 0):.1f}%",
                href=f"{url}?criterion={row.criterion.pk}",
                tone=charts.Tone.EMBER if row.criterion.severity == "red" else charts.Tone.NEUTRAL,
                lead=row.criterion.code,
            )
            for row in rows
        ),
        keys=((charts.Tone.EMBER, _("red line")),)
        if any(row.criterion.severity == "red" for row in rows)
        else (),
    )
    return charts.responsive(lambda width: charts.bars(chart, width=width))


def own_checks(actor: Actor, today: date) -> dict[str, Any]:
    """What inspectors and shoppers have to check next, to begin from here."""
    return to_do(actor.user_id, today, NEXT) if actor.can("inspections.fill") else {}


def latest_checks(actor: Actor) -> list[Inspection]:
    """Checks released lately in the actor's part of the tree."""
    if not actor.can("inspections.view"):
        return []
    rows = Inspection.objects.within(actor.scope_for("inspections.view"))
    newest = rows.filter(status="released", is_current=True).select_related("unit")
    return list(newest.defer("document", "modules").order_by("-inspected_on", "-pk")[:LATEST])


def latest_bulletin(actor: Actor) -> Bulletin | None:
    """The newest published bulletin."""
    if not actor.can("bulletin.view"):
        return None
    found = Bulletin.objects.published().for_list()
    return max(found, key=lambda one: (Period.parse(one.period).end, one.revision), default=None)
