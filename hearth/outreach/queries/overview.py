"""Sessions and persons of a span, by kind, by branch and by day, beside an earlier span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr, TruncDate
from django.utils import timezone

from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.outreach.models import Activity, ActivityKind, SignIn, SignInSheet
from hearth.outreach.models.activities import ActivityQuerySet, midnight

Span = tuple[date, date]
"""From the first day (included) to the last (excluded)."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sessions (场次) and attendances (人次)."""

    sessions: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One kind or one branch: now, and in the span that it is compared with."""

    key: str
    name: str
    now: Amounts
    before: Amounts

    @property
    def change(self) -> int:
        """Sessions more (or, below zero, fewer) than before."""
        return self.now.sessions - self.before.sessions


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who signed in by code: attendances, and how many different persons these were.

    Someone who gave nothing counts as a person of their own, so ``distinct`` is the most there
    can have been. One is told from another at one outlet within one year only.
    """

    attendances: int
    distinct: int


def reached(scope: Scope, span: Span, *, kind: str = "", under: str = "") -> ActivityQuerySet:
    """Standing activities in ``scope`` begun within ``span``.

    Args:
        scope: the part of the tree that the reader sees.
        span: which days.
        kind: code of a kind; '' for all.
        under: path of a unit to look below; '' for the whole scope.
    """
    rows = Activity.objects.visible_to(scope).standing().between(*span)
    if kind:
        rows = rows.filter(kind__code=kind)
    return rows.under(under) if under else rows


def totals(rows: QuerySet[Activity]) -> Amounts:
    """Sessions and persons of these activities; one query."""
    found = rows.aggregate(sessions=Count("pk"), persons=Sum("persons"))
    return Amounts(found["sessions"], found["persons"] or 0)


def by_kind(
    rows: QuerySet[Activity], before: QuerySet[Activity]
) -> list[tuple[ActivityKind, Line]]:
    """A line for every kind that is in use or was met, in the catalogue's order; three queries."""
    now, earlier = _grouped(rows, "kind_id"), _grouped(before, "kind_id")
    kinds = ActivityKind.objects.filter(Q(is_active=True) | Q(pk__in={*now, *earlier}))
    return [
        (
            kind,
            Line(
                kind.code,
                str(kind),
                now.get(kind.pk, Amounts()),
                earlier.get(kind.pk, Amounts()),
            ),
        )
        for kind in kinds
    ]


def by_unit_below(
    rows: QuerySet[Activity], before: QuerySet[Activity], top: str, scope: Scope
) -> list[Line]:
    """A line for every unit directly below the path ``top``, in the order of the tree.

    Records of the units' days are added up where they lay then; three queries.
    """
    length = len(top) + SEGMENT
    place = {"branch_path": Substr("unit_path", 1, length)}
    now, earlier = _grouped(rows, "branch_path", place), _grouped(before, "branch_path", place)
    below = Unit.objects.visible_to(scope).under(top).exclude(path=top)
    units = [unit for unit in below.order_by("path") if len(unit.path) == length]
    return [
        Line(unit.code, unit.name, now.get(unit.path, Amounts()), earlier.get(unit.path, Amounts()))
        for unit in units
    ]


def by_day(rows: QuerySet[Activity]) -> dict[date, int]:
    """Sessions by day of the network's calendar; one query."""
    zone = timezone.get_default_timezone()
    days = rows.annotate(day=TruncDate("started_at", tzinfo=zone)).order_by().values("day")
    return {row["day"]: row["n"] for row in days.annotate(n=Count("pk"))}


def attendance(scope: Scope, span: Span, *, kind: str = "", under: str = "") -> Attendance:
    """Who signed in by code at the activities of a span; two queries."""
    start, end = (midnight(day) for day in span)
    signs = SignIn.objects.filter(scope.q("sheet__activity__unit_path"))
    signs = signs.filter(
        sheet__activity__withdrawn_at__isnull=True,
        sheet__activity__started_at__gte=start,
        sheet__activity__started_at__lt=end,
    )
    sheets = SignInSheet.objects.filter(
        activity__in=reached(scope, span, kind=kind, under=under), closed_at__isnull=False
    )
    if kind:
        signs = signs.filter(sheet__activity__kind__code=kind)
    if under:
        signs = signs.filter(
            sheet__activity__unit_path__gte=under, sheet__activity__unit_path__lt=under + "z"
        )
    counted = signs.aggregate(
        all=Count("pk"),
        unnamed=Count("pk", filter=Q(person_hash="")),
        named=Count("person_hash", filter=~Q(person_hash=""), distinct=True),
    )
    others = sheets.aggregate(n=Sum("others"))["n"] or 0
    return Attendance(counted["all"] + others, counted["named"] + counted["unnamed"] + others)


def attendance_of(activity: Activity) -> Attendance:
    """The same of one activity."""
    sheet = SignInSheet.objects.filter(activity=activity).first()
    if sheet is None:
        return Attendance(0, 0)
    counted = sheet.sign_ins.aggregate(
        all=Count("pk"),
        unnamed=Count("pk", filter=Q(person_hash="")),
        named=Count("person_hash", filter=~Q(person_hash=""), distinct=True),
    )
    others = sheet.others if sheet.closed_at else 0
    return Attendance(counted["all"] + others, counted["named"] + counted["unnamed"] + others)


def latest_day(scope: Scope) -> date | None:
    """Day of the newest activity, so that a page can begin where records are; one query."""
    rows = Activity.objects.visible_to(scope).standing().order_by("-started_at")
    found = rows.values_list("started_at", flat=True).first()
    return None if found is None else timezone.localdate(found)


def waiting(scope: Scope) -> ActivityQuerySet:
    """Activities that the branch has to confirm, the oldest first; not those sent back."""
    rows = Activity.objects.visible_to(scope).unconfirmed()
    return rows.exclude(returned_version=F("version")).order_by("started_at", "pk")


def _grouped(
    rows: QuerySet[Activity], field: str, annotated: Mapping[str, Substr] | None = None
) -> dict[object, Amounts]:
    found = rows.annotate(**(annotated or {})).order_by().values(field)
    return {
        row[field]: Amounts(row["sessions"], row["total"] or 0)
        for row in found.annotate(sessions=Count("pk"), total=Sum("persons"))
    }
