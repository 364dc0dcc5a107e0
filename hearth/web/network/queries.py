"""What the pages of this area show, in as few queries as they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr

from hearth.figures.engine import values
from hearth.inspections.models import Finding, Inspection
from hearth.kernel.charts import point_in_prefecture, prefecture_of_city
from hearth.kernel.periods import Period
from hearth.kernel.problems import BadValue
from hearth.network.domain import tree
from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Post, Unit
from hearth.network.queries import Node, open_places
from hearth.network.scope import Actor, Scope
from hearth.scoring.faults import FaultRow, common_faults
from hearth.scoring.models import Adjustment, Closing, Result

LATEST_CHECKS = 10
SHOWN_FINDINGS = 30
SHOWN_CRITERIA = 5
_NOT_FOR_LISTS = ("channels", "modules", "trace")


# --- closings and results -----------------------------------------------------------------------


def closings() -> list[Closing]:
    """The closings that hold now, the latest quarter first; other lengths of period after them."""
    found = Closing.objects.filter(is_current=True).defer("summary", "policy_content")
    return sorted(found, key=_recency, reverse=True)


def _recency(closing: Closing) -> tuple[bool, date]:
    try:
        period = Period.parse(closing.period)
    except BadValue:
        return (False, date.min)
    return (period.kind == "quarter", period.end)


def latest_closing() -> Closing | None:
    """The closing of the latest quarter; None while none was closed. One query."""
    return next(iter(closings()), None)


def results_of(closing: Closing | None, unit_ids: Iterable[int]) -> dict[int, Result]:
    """What a closing found for some units, by unit id; empty without a closing."""
    if closing is None:
        return {}
    rows = Result.objects.filter(closing=closing, unit__in=list(unit_ids)).defer(*_NOT_FOR_LISTS)
    return {row.unit_id: row for row in rows}


def score_history(actor: Actor, unit: Unit) -> list[Result]:
    """The unit's results of all closed quarters that the actor reaches, the oldest first."""
    rows = (
        Result.objects.visible_to(actor.scope_for("scores.view"))
        .filter(unit=unit, closing__is_current=True, closing__period__contains="Q")
        .select_related("closing")
        .defer(*_NOT_FOR_LISTS, "closing__summary")
    )
    return sorted(rows, key=lambda row: Period.parse(row.closing.period))


# --- one unit -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a unit lay for a while; None for ``since`` means since ever, for ``until`` still."""

    parent: Unit | None
    since: date | None
    until: date | None


def stays(unit: Unit) -> list[Stay]:
    """Under which units ``unit`` has lain, the present one first; moves of its parents aside."""
    found: list[Stay] = []
    known: tuple[int | None, str] | None = None
    for place in unit.placements.select_related("parent").order_by("valid_from"):
        edge = (place.parent_id, place.path[-SEGMENT:])
        since = None if place.valid_from == tree.EARLIEST else place.valid_from
        if edge == known:
            since = found.pop().since
        found.append(Stay(place.parent, since, place.valid_to))
        known = edge
    return found[::-1]


def latest_checks(actor: Actor, unit: Unit) -> list[Inspection]:
    """The newest checks of one outlet that the actor may read."""
    return list(
        Inspection.objects.visible_to(actor)
        .filter(unit=unit)
        .current()
        .select_related("edition__standard")
        .defer("document", "modules")
        .order_by("-inspected_on", "-pk")[:LATEST_CHECKS]
    )


def last_findings(actor: Actor, unit: Unit) -> list[Finding]:
    """What was not met at the latest released check of each channel, the gravest first.

    A criterion met at a later check of the same channel is not among them. Two queries.
    """
    # Their state is looked at here: asked for it, SQLite goes through the released ones of all.
    checks = (
        Inspection.objects.visible_to(actor)
        .filter(unit=unit)
        .current()
        .order_by("-inspected_on", "-pk")
        .values_list("channel", "pk", "status")
    )
    newest: dict[str, int] = {}
    for channel, pk, status in checks:
        if status == Inspection.Status.RELEASED:
            newest.setdefault(channel, pk)
    found = Finding.objects.filter(inspection__in=list(newest.values()))
    gravity = {"red": 0, "major": 1, "minor": 2}
    rows = found.select_related("criterion", "inspection").defer(
        "inspection__document", "inspection__modules"
    )
    return sorted(rows, key=lambda f: (gravity.get(f.severity, 3), -f.lost_milli, f.pk))


def present_staff(unit: Unit, day: date) -> list[Post]:
    """Posts held at ``unit`` itself on ``day``, by title and name."""
    posts = Post.objects.held_on(day).filter(unit=unit).select_related("person")
    return list(posts.order_by("title", "person__name", "pk"))


def adjustments_of(unit: Unit) -> list[Adjustment]:
    """Bonuses, deductions and vetoes that count, the newest first."""
    rows = Adjustment.objects.counted().filter(unit=unit)
    return list(rows.order_by("-decided_on", "-pk")[:LATEST_CHECKS])


# --- units below --------------------------------------------------------------------------------


def ranked_below(unit: Unit, level: str, closing: Closing | None, day: date) -> QuerySet[Unit]:
    """Open units of ``level`` below ``unit``, by their rank in ``closing``; unranked ones last."""
    below = Unit.objects.under(unit.path).filter(level=level).exclude(pk=unit.pk).open_on(day)
    if closing is None:
        return below.order_by("path")
    rank = Result.objects.filter(closing=closing, unit=OuterRef("pk")).values("rank")[:1]
    return below.annotate(rank=Subquery(rank)).order_by(F("rank").asc(nulls_last=True), "path")


@dataclass(frozen=True, slots=True)
class Seen:
    """How many open outlets of a part of the tree have a released check in a period."""

    outlets: int
    seen: int

    @property
    def unseen(self) -> int:
        """Outlets without one."""
        return self.outlets - self.seen

    @property
    def share(self) -> float | None:
        """Seen of all, 0 to 1; None without outlets."""
        return self.seen / self.outlets if self.outlets else None


def seen_below(unit: Unit, period: Period, day: date) -> Seen:
    """Coverage of the outlets below ``unit`` in ``period`` so far; two queries."""
    found = values(["coverage"], [unit], day, period.start)["coverage", unit.pk]
    return Seen(found.whole or 0, found.part or 0)


def worst_criteria(unit: Unit, period: Period) -> list[FaultRow]:
    """Criteria most often not met below ``unit`` in ``period``."""
    return common_faults(period, Scope((unit.path,)), limit=SHOWN_CRITERIA)


# --- the tree of a day --------------------------------------------------------------------------


def outlets_below(day: date, nodes: Sequence[Node]) -> dict[str, int]:
    """How many open outlets lay at or below each node on ``day``, by path.

    Nodes must be of one depth, as children of one parent are. One query.
    """
    if not nodes:
        return {}
    depth = len(nodes[0].path)
    counts = (
        open_places(day)
        .filter(Scope(tuple(node.path for node in nodes)).q("path"), unit__level="outlet")
        .annotate(part=Substr("path", 1, depth))
        .order_by()
        .values_list("part")
        .annotate(n=Count("pk"))
    )
    return dict(counts)


def levels_on(day: date, scope: Scope) -> dict[str, int]:
    """How many units of each level lay in ``scope`` on ``day``; one query."""
    rows = open_places(day).filter(scope.q("path")).order_by().values_list("unit__level")
    return dict(rows.annotate(n=Count("pk")))


# --- channels seen ------------------------------------------------------------------------------


def seen_units(period: Period, scope: Scope, channel: str = "") -> set[int]:
    """Units with a counted check in ``period``, of ``channel`` when one is given; one query."""
    rows = Inspection.objects.counted().within(scope)
    rows = rows.filter(inspected_on__gte=period.start, inspected_on__lt=period.end)
    if channel:
        rows = rows.filter(channel=channel)
    return set(rows.order_by().values_list("unit_id", flat=True).distinct())


# --- the map ------------------------------------------------------------------------------------


class Spot(NamedTuple):  # quick to make and to remember; a network has many
    """One open outlet as the map knows it; scores in hundredths, None without one."""

    code: str
    name: str
    area: str  # code of the prefecture; '' where none is known
    place: tuple[float, float] | None  # longitude and latitude in degrees
    score_centi: int | None
    is_ranked: bool
    rank: int | None
    is_seen: bool


def spots(scope: Scope, closing: Closing | None, seen: set[int], day: date) -> list[Spot]:
    """Every open outlet in ``scope``, in the order of the tree; two queries."""
    scores: dict[int, tuple[int | None, bool, int | None]] = {}
    if closing is not None:
        rows = Result.objects.filter(closing=closing, level=Unit.Level.OUTLET)
        scores = {
            pk: (score, is_ranked, rank)
            for pk, score, is_ranked, rank in rows.visible_to(scope).values_list(
                "unit_id", "score_centi", "is_ranked", "rank"
            )
        }
    outlets = Unit.objects.visible_to(scope).outlets().open_on(day).order_by("path")
    return [
        Spot(
            code,
            name,
            _area(city, lon, lat),
            (lon, lat) if lon is not None and lat is not None else None,
            *scores.get(pk, (None, False, None)),
            pk in seen,
        )
        for pk, code, name, city, lon, lat in outlets.values_list(
            "pk", "code", "name", "city", "longitude", "latitude"
        )
    ]


@lru_cache(maxsize=65536)
def _area(city: str, lon: float | None, lat: float | None) -> str:
    """The prefecture of the city named, else the one around the place."""
    found = prefecture_of_city(city)
    if found is None and lon is not None and lat is not None:
        found = point_in_prefecture(lon, lat)
    return found or ""
