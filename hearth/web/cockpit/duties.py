"""What waits for a reader on the first page, room by room, each with the list that it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from hearth.bulletins.models import Bulletin
from hearth.inspections.models import Assignment, Draft, Inspection
from hearth.kernel.periods import Period
from hearth.network.scope import Actor, Scope
from hearth.outreach.models import Activity, SampleItem
from hearth.outreach.queries.overview import waiting as to_confirm
from hearth.outreach.queries.visits import waiting_for as visits_waiting
from hearth.platform.wording import period_title
from hearth.premises.models import Proposal, WorkOrder
from hearth.premises.queries.orders import LATE, OrderFilter, orders
from hearth.programme.queries.documents import waiting_for
from hearth.programme.queries.tasks import owed_by
from hearth.rectification.models import Rectification
from hearth.rectification.queries import standing as rectified
from hearth.scoring.models import Adjustment, Closing, Policy
from hearth.scoring.queries import periods_with_records
from hearth.voices.queries import waiting_for as cases_waiting
from hearth.web.remember import MOVING, remembered, stamp

CONFIRMING = (*MOVING, "activity.confirmed", "activity.returned", "activity.history_confirmed")
"""What can move the number of activities that wait; a year's import leaves a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits for this user."""

    text: str
    count: int
    url: str
    is_late: bool = False


def duties(actor: Actor, now: datetime) -> list[Duty]:
    """What is mine to do now, the late things first."""
    today = timezone.localdate(now)
    is_office = actor.can("programme.edit")  # outlets and branches work in the rooms below
    found = [
        *_checks_to_do(actor, today),
        *_reviews(actor),
        *_rectifications(actor, today),
        *([] if is_office else _visits(actor, now)),
        *([] if is_office else _activities(actor)),
        *([] if is_office else _orders(actor, today)),
        *_watchlists(actor),
        *_programme(actor, today),
        *_voices(actor),
        *_office(actor, today),
        *_adjustments(actor),
    ]
    return sorted((d for d in found if d.count), key=lambda d: (not d.is_late, -d.count))


def _checks_to_do(actor: Actor, today: date) -> list[Duty]:
    if not actor.can("inspections.fill"):
        return []
    mine = Assignment.objects.filter(assignee_id=actor.user_id, status="open")
    counts = mine.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    late, left = counts["late"], counts["all"] - counts["late"]
    back = Inspection.objects.filter(
        inspector_id=actor.user_id, status="returned", is_current=True
    ).count()
    begun = Draft.objects.filter(owner_id=actor.user_id).count()
    url = reverse("inspections:mine")
    text = ngettext("assigned check is overdue", "assigned checks are overdue", late)
    found = [Duty(text, late, url, is_late=True)]
    text = ngettext("check is assigned to you", "checks are assigned to you", left)
    found.append(Duty(text, left, url))
    text = ngettext("check was returned to you", "checks were returned to you", back)
    found.append(Duty(text, back, url, is_late=True))
    text = ngettext("check is begun and not submitted", "checks are begun and not submitted", begun)
    return [*found, Duty(text, begun, url)]


def _reviews(actor: Actor) -> list[Duty]:
    if not actor.can("inspections.review"):
        return []
    rows = Inspection.objects.within(actor.scope_for("inspections.review")).filter(
        is_current=True, status__in=["submitted", "reviewed"]
    )
    counts = rows.exclude(inspector_id=actor.user_id).aggregate(
        review=Count("pk", filter=Q(status="submitted")),
        release=Count("pk", filter=Q(status="reviewed")),
    )
    url, review, release = reverse("inspections:review-queue"), counts["review"], counts["release"]
    first = ngettext("check waits for review", "checks wait for review", review)
    second = ngettext(
        "reviewed check waits for release", "reviewed checks wait for release", release
    )
    return [
        Duty(first, review, f"{url}?status=submitted"),
        Duty(second, release, f"{url}?status=reviewed"),
    ]


def _rectifications(actor: Actor, today: date) -> list[Duty]:
    found, url = [], reverse("rectification:list")
    if actor.can("rectification.answer"):
        reach = Rectification.objects.visible_to(actor.scope_for("rectification.answer"))
        waiting = rectified(reach, today)
        late, left = waiting.overdue, waiting.at_outlet - waiting.overdue
        text = ngettext("finding is overdue", "findings are overdue", late)
        found.append(Duty(text, late, f"{url}?state=overdue", is_late=True))
        text = ngettext("finding is to be put right", "findings are to be put right", left)
        found.append(Duty(text, left, f"{url}?state=outlet"))
    if actor.can("rectification.verify"):
        reach = Rectification.objects.visible_to(actor.scope_for("rectification.verify"))
        theirs = reach.standing().filter(state="fixed").exclude(fixed_by_id=actor.user_id).count()
        text = ngettext("finding waits to be verified", "findings wait to be verified", theirs)
        found.append(Duty(text, theirs, f"{url}?state=verify"))
    return found


def _visits(actor: Actor, now: datetime) -> list[Duty]:
    """Customers who asked for a visit at home: who waits for an appointment, a visit, a call."""
    if not (actor.can("outreach.edit") or actor.can("outreach.confirm")):
        return []
    waiting = visits_waiting(actor, now).order_by().count()
    text = ngettext("home visit waits for you", "home visits wait for you", waiting)
    return [Duty(text, waiting, reverse("visits:list"))]


def _activities(actor: Actor) -> list[Duty]:
    """Records of activities to confirm and to sample; to an outlet, those that came back."""
    found = []
    if actor.can("outreach.confirm"):
        scope = actor.scope_for("outreach.confirm")
        waiting = remembered(
            "to confirm", (scope.paths,), stamp(CONFIRMING), lambda: _unconfirmed(scope)
        )
        text = ngettext(
            "activity waits to be confirmed", "activities wait to be confirmed", waiting
        )
        found.append(Duty(text, waiting, reverse("outreach:confirm-many")))
        pending = SampleItem.objects.filter(
            scope.q("activity__unit_path"), result=SampleItem.Result.PENDING
        ).count()
        text = ngettext(
            "activity of a sample is to be verified",
            "activities of a sample are to be verified",
            pending,
        )
        found.append(Duty(text, pending, reverse("outreach:samples")))
    elif actor.can("outreach.edit"):
        rows = Activity.objects.visible_to(actor.scope_for("outreach.edit")).unconfirmed()
        back = rows.filter(returned_version=F("version")).count()
        text = ngettext("activity was sent back", "activities were sent back", back)
        url = f"{reverse('outreach:rows')}?state=returned"
        found.append(Duty(text, back, url, is_late=True))
    return found


def _unconfirmed(scope: Scope) -> int:
    return to_confirm(scope).order_by().count()


def _orders(actor: Actor, today: date) -> list[Duty]:
    """Work orders: those due before today, what passers-by reported, what another finished."""
    if not actor.can("premises.edit"):
        return []
    state, url = WorkOrder.State, reverse("premises:orders")
    late = orders(actor, OrderFilter(state=LATE), today).order_by().count()
    text = ngettext("work order is late", "work orders are late", late)
    found = [Duty(text, late, f"{url}?state={LATE}", is_late=True)]
    new = orders(actor, OrderFilter(state=state.REPORTED), today).order_by().count()
    text = ngettext("reported fault waits for an answer", "reported faults wait for an answer", new)
    found.append(Duty(text, new, f"{url}?state={state.REPORTED}"))
    if actor.can("premises.verify"):
        rows = orders(actor, OrderFilter(state=state.DONE), today).order_by()
        done = rows.exclude(done_by_id=actor.user_id).count()
        text = ngettext("work order waits to be verified", "work orders wait to be verified", done)
        found.append(Duty(text, done, f"{url}?state={state.DONE}"))
    return found


def _watchlists(actor: Actor) -> list[Duty]:
    if not actor.can("premises.approve"):
        return []
    reach = Proposal.objects.visible_to(actor.scope_for("premises.approve")).open()
    waiting = reach.exclude(proposed_by_id=actor.user_id).count()
    text = ngettext(
        "watchlist proposal waits for a decision",
        "watchlist proposals wait for a decision",
        waiting,
    )
    return [Duty(text, waiting, reverse("watchlists:list"))]


def _programme(actor: Actor, today: date) -> list[Duty]:
    """Tasks and documents of the yearly plan."""
    if not actor.can("programme.work"):
        return []
    owed, url = owed_by(actor, today), reverse("programme:mine")
    unread = waiting_for(actor).count()
    late = ngettext("task of your unit is late", "tasks of your unit are late", owed.late)
    left = ngettext("task waits for your unit", "tasks wait for your unit", owed.open)
    verify = ngettext("task waits to be verified", "tasks wait to be verified", owed.to_verify)
    read = ngettext(
        "document waits to be acknowledged", "documents wait to be acknowledged", unread
    )
    return [
        Duty(late, owed.late, url, is_late=True),
        Duty(left, owed.open, url),
        Duty(verify, owed.to_verify, url),
        Duty(read, unread, f"{reverse('programme:document-list')}?state=mine"),
    ]


def _voices(actor: Actor) -> list[Duty]:
    if not actor.can("voices.edit"):
        return []
    waiting = cases_waiting(actor).count()
    text = ngettext("case waits for a decision", "cases wait for a decision", waiting)
    return [Duty(text, waiting, reverse("voices:desk"))]


def _office(actor: Actor, today: date) -> list[Duty]:
    """Periods to close, and what another proposed: policies and bulletins."""
    found = []
    if actor.can("period.close"):
        closed = set(Closing.objects.filter(is_current=True).values_list("period", flat=True))
        over = [p for p in periods_with_records() if p.end <= today and p.key not in closed]
        url = reverse("scoring:close", args=[over[-1].key]) if over else ""
        text = ngettext(
            "period is over and not closed", "periods are over and not closed", len(over)
        )
        found.append(Duty(text, len(over), url, is_late=True))
    if actor.can("policy.approve"):
        rows = Policy.objects.filter(status="proposed").exclude(proposed_by_id=actor.user_id)
        waiting, url = rows.count(), reverse("scoring:policy-list")
        text = ngettext(
            "policy waits for your approval", "policies wait for your approval", waiting
        )
        found.append(Duty(text, waiting, url))
    if actor.can("bulletin.approve"):
        own = Q(proposed_by_id=actor.user_id) | Q(drafted_by_id=actor.user_id)
        papers = Bulletin.objects.filter(status="proposed").exclude(own)
        waiting, url = papers.count(), reverse("bulletins:list")
        text = ngettext(
            "bulletin waits for your approval", "bulletins wait for your approval", waiting
        )
        found.append(Duty(text, waiting, url))
    return found


def _adjustments(actor: Actor) -> list[Duty]:
    """Bonuses, deductions and vetoes that another proposed, or would have taken back, by period."""
    if not actor.can("adjustments.approve"):
        return []
    rows = Adjustment.objects.visible_to(actor.scope_for("adjustments.approve")).waiting()
    counts = rows.not_asked_by(actor.user_id).order_by("period").values_list("period")
    found = []
    for key, waiting in counts.annotate(n=Count("pk")):
        text = ngettext(
            "adjustment of %(period)s waits for your approval",
            "adjustments of %(period)s wait for your approval",
            waiting,
        ) % {"period": period_title(Period.parse(key))}
        found.append(Duty(text, waiting, reverse("scoring:adjustments", args=[key])))
    return found
