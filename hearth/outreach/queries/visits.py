"""What pages ask about home visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from hearth.network.domain.paths import ancestors
from hearth.network.models import Person, Post, Unit, User
from hearth.network.scope import Actor
from hearth.outreach.domain.visits import SEARCH_DAYS, Stay
from hearth.outreach.models import HomeVisitCapability, Visit, VisitRules
from hearth.outreach.models.visits import VisitQuerySet
from hearth.platform.workdays import workdays

BUSY = (Visit.Stage.PLANNED, Visit.Stage.APPROVED, Visit.Stage.ON_SITE, Visit.Stage.LEFT)
WITH = ("unit", "first_visitor", "second_visitor")


def rules_on(day: date) -> VisitRules:
    """What holds on ``day``.

    Raises:
        VisitRules.DoesNotExist: nothing was set for that day.
    """
    found = VisitRules.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if found is None:
        raise VisitRules.DoesNotExist
    return found


def visits_of(actor: Actor) -> VisitQuerySet:
    """Visits that ``actor`` may see, with the unit and the two who go."""
    return Visit.objects.visible_to(actor.scope_for("outreach.view")).select_related(*WITH)


def stage_counts(actor: Actor) -> Counter[str]:
    """How many visits of the actor's units are at each stage."""
    rows = Visit.objects.visible_to(actor.scope_for("outreach.view"))
    return Counter(rows.order_by().values_list("stage", flat=True))


def person_of(actor: Actor) -> int | None:
    """Key of the member of staff whose account acts; None for an account of nobody."""
    person: int | None = (
        User.objects.filter(pk=actor.user_id).values_list("person_id", flat=True).first()
    )
    return person


def waiting_for(actor: Actor, now: datetime) -> VisitQuerySet:
    """Visits at which the next act is one that ``actor`` may do now; the oldest first.

    Requests to look at and to plan, appointments that another proposed, visits of today and
    earlier, vouchers to hand in, and calls from the day after the visit on.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    edits = actor.scope_for("outreach.edit").q("unit_path")
    confirms = actor.scope_for("outreach.confirm").q("unit_path")
    me = person_of(actor) or 0
    goes = Q(first_visitor_id=me) | Q(second_visitor_id=me)
    stage = Visit.Stage
    work = Q(stage__in=[stage.REQUESTED, stage.TRIAGED, stage.ON_SITE, stage.LEFT])
    work |= Q(stage=stage.APPROVED, starts_at__lt=midnight + timedelta(days=1))
    work |= Q(stage=stage.BACK, left_at__lt=midnight) & ~goes
    mine = Q(recorded_by_id=actor.user_id) | Q(planned_by_id=actor.user_id) | goes
    decisions = Q(stage=stage.PLANNED) & ~mine
    rows = Visit.objects.filter((edits & work) | (confirms & decisions))
    return rows.select_related(*WITH).order_by("starts_at", "recorded_at", "pk")


def same_phone(actor: Actor, visit: Visit) -> VisitQuerySet:
    """Other open visits that ``actor`` sees under the same number: perhaps the same request."""
    rows = visits_of(actor).open().exclude(pk=visit.pk).order_by("recorded_at")
    return rows.with_phone(visit.phone) if visit.phone else rows.none()


# --- who can go, and when -------------------------------------------------------------------------


def possible_visitors(unit: Unit, day: date) -> QuerySet[Person]:
    """Staff with a post on ``day`` at the outlet, or at a unit between it and the province."""
    paths = ancestors(unit.path, itself=True)[1:] or [unit.path]
    posts = Post.objects.held_on(day).filter(unit__path__in=paths)
    return Person.objects.filter(pk__in=posts.values("person_id")).order_by("name", "staff_no")


def usual_pair(unit: Unit, day: date) -> HomeVisitCapability | None:
    """The two who are trained for it at the outlet, with their device, if there are any."""
    held = HomeVisitCapability.objects.held_on(day).filter(unit=unit)
    return held.select_related("staff", "second").order_by("-since").first()


def stays_of(people: Iterable[int], around: datetime, *, beside: Visit) -> list[tuple[Stay, Visit]]:
    """What these people have to do from a day before ``around`` until the search ends."""
    keys = list(people)
    found = Visit.objects.filter(
        Q(first_visitor_id__in=keys) | Q(second_visitor_id__in=keys), stage__in=BUSY
    )
    first, last = around - timedelta(days=SEARCH_DAYS), around + timedelta(days=SEARCH_DAYS)
    rows = found.between(first, last).exclude(pk=beside.pk).select_related(*WITH)
    return [
        (Stay(one.starts_at, one.ends_at, one.located), one)
        for one in rows.order_by("starts_at", "pk")
        if one.starts_at and one.ends_at
    ]


def windows(
    rules: VisitRules, around: datetime, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When visits are made on business days near ``around``, none of it in the past."""
    zone = timezone.get_current_timezone()
    calendar = workdays()
    today = timezone.localdate(now)
    start = max(today, timezone.localdate(around) - timedelta(days=SEARCH_DAYS))
    for number in range(2 * SEARCH_DAYS + 1):
        day = start + timedelta(days=number)
        if not calendar.is_business_day(day):
            continue
        opens = datetime.combine(day, rules.day_from, tzinfo=zone)
        closes = datetime.combine(day, rules.day_to, tzinfo=zone)
        yield max(opens, _next_quarter(now)), closes


def _next_quarter(now: datetime) -> datetime:
    whole = now.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=15 - whole.minute % 15)


# --- a week ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leg:
    """One appointment, with the way there from the one before of the same two people."""

    visit: Visit
    way: timedelta | None  # None: the first of the day


@dataclass(frozen=True, slots=True)
class Day:
    """The appointments of one day, in their order."""

    day: date
    legs: tuple[Leg, ...]


def week_of(actor: Actor, monday: date) -> list[Day]:
    """Seven days of appointments from ``monday`` on."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(monday, time.min, tzinfo=zone)
    rows = visits_of(actor).between(start, start + timedelta(days=7))
    rows = rows.exclude(stage=Visit.Stage.CANCELLED).order_by("starts_at", "pk")
    days: dict[date, list[Leg]] = {monday + timedelta(days=n): [] for n in range(7)}
    before: dict[tuple[date, frozenset[int | None]], Visit] = {}
    travel = rules_on(monday).travel
    for visit in rows:
        day = timezone.localdate(visit.starts_at)
        pair = (day, frozenset({visit.first_visitor_id, visit.second_visitor_id}))
        last = before.get(pair)
        way = travel.between(last.located, visit.located) if last else None
        days[day].append(Leg(visit, way))
        before[pair] = visit
    return [Day(day, tuple(legs)) for day, legs in days.items()]
