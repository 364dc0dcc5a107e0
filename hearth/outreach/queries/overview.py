"""Sessions and persons of a span, by kind, by branch and by day, beside an earlier span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Length, Substr, TruncDate
from django.utils import timezone

from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Unit
from hearth.network.scope import Scope
from hearth.outreach.models import Activity, ActivityKind, ActivityPhoto, SignIn, SignInSheet
from hearth.outreach.models.activities import ActivityQuerySet, midnight

Span = tuple[date, date]
"""From the first day (included) to the last (excluded)."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sessions (场次) and attendances (人次)."""

    sessions: int = 0
    persons: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.sessions + other.sessions, self.persons + other.persons)


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


@dataclass(frozen=True, slots=True)
class Summary:
    """What a span held, beside an earlier one; kinds and places each in their order."""

    now: Amounts
    before: Amounts
    kinds: list[tuple[ActivityKind, Line]]
    places: list[Line]
    days: dict[date, int]
    attendance: Attendance
    waiting: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which activities are summed up.

    Attributes:
        scope: the part of the tree that the reader sees.
        span: which days.
        earlier: the days beside.
        kind: code of a kind; '' for all.
        under: path to look below; '' for the whole scope.
        top: path of the unit whose children are compared.
    """

    scope: Scope
    span: Span
    earlier: Span
    kind: str
    under: str
    top: str


def summary(asked: Asked) -> Summary:
    """Everything that the overview shows; nine queries, however many rows and units there are."""
    chosen = {"kind": asked.kind, "under": asked.under}
    rows = reached(asked.scope, asked.span, **chosen)
    length = len(asked.top) + SEGMENT
    now = _cells(rows, length)
    before = _cells(reached(asked.scope, asked.earlier, **chosen), length)
    late = waiting(asked.scope)
    return Summary(
        _total(now),
        _total(before),
        _by_kind(now, before),
        _by_unit_below(now, before, asked),
        by_day(rows),
        attendance(asked.scope, asked.span, **chosen),
        (late.under(asked.under) if asked.under else late).count(),
    )


Cells = dict[tuple[int, str], Amounts]
"""Amounts by key of the kind and path of the unit below."""


def _cells(rows: QuerySet[Activity], length: int) -> Cells:
    found = rows.annotate(branch_path=Substr("unit_path", 1, length)).order_by()
    cells = found.values("kind_id", "branch_path").annotate(n=Count("pk"), total=Sum("persons"))
    return {(c["kind_id"], c["branch_path"]): Amounts(c["n"], c["total"] or 0) for c in cells}


def _total(cells: Cells) -> Amounts:
    return sum(cells.values(), Amounts())


def _folded(cells: Cells, part: int) -> dict[object, Amounts]:
    """Amounts by one part of the key: 0 for kinds, 1 for places."""
    found: dict[object, Amounts] = {}
    for key, amounts in cells.items():
        found[key[part]] = found.get(key[part], Amounts()) + amounts
    return found


def _by_kind(now: Cells, before: Cells) -> list[tuple[ActivityKind, Line]]:
    """A line for every kind that is in use or was met, in the catalogue's order."""
    present, earlier = _folded(now, 0), _folded(before, 0)
    kinds = ActivityKind.objects.filter(Q(is_active=True) | Q(pk__in={*present, *earlier}))
    return [(kind, _line(kind.code, str(kind), kind.pk, (present, earlier))) for kind in kinds]


def _by_unit_below(now: Cells, before: Cells, asked: Asked) -> list[Line]:
    """A line for every unit directly below ``top``; records count where units lay then."""
    present, earlier = _folded(now, 1), _folded(before, 1)
    length = len(asked.top) + SEGMENT
    below = Unit.objects.visible_to(asked.scope).under(asked.top)
    direct = below.annotate(depth=Length("path")).filter(depth=length)
    units = direct.order_by("path").values_list("code", "name", "path")
    return [_line(code, name, path, (present, earlier)) for code, name, path in units]


def _line(code: str, name: str, key: object, cells: tuple[dict[object, Amounts], ...]) -> Line:
    now, before = (one.get(key, Amounts()) for one in cells)
    return Line(code, name, now, before)


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


def photos_of(activities: Sequence[Activity]) -> dict[int, int]:
    """How many photos each activity of a page has, by key; one query."""
    rows = ActivityPhoto.objects.filter(record__in=activities).order_by().values("record")
    counts = {row["record"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    return {one.pk: counts.get(one.pk, 0) for one in activities}
