"""Work orders as a list is narrowed, and how many stand in each state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q
from django.db.models.functions import Cast

from hearth.network.models import Unit
from hearth.network.scope import Actor
from hearth.platform.models import AuditEvent
from hearth.premises.models import Sign, WatchlistEntry, WorkOrder
from hearth.premises.models.orders import WorkOrderQuerySet
from hearth.premises.models.signs import SignQuerySet


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to; empty values narrow nothing.

    Attributes:
        state: of ``WorkOrder.State``, or ``late``: due before today and not done.
        kind: of ``WorkOrder.Kind``.
        under: code of a unit; orders at or below it.
        q: words of the order's number, its sign's number, the contractor or the unit.
        since: opened on this day or later.
        until: opened on this day or before.
    """

    state: str = ""
    kind: str = ""
    under: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None


LATE = "late"


def orders(actor: Actor, chosen: OrderFilter, today: date) -> WorkOrderQuerySet:
    """Standing orders that the actor sees and the filter leaves, the newest first."""
    rows = WorkOrder.objects.visible_to(actor.scope_for("premises.view")).standing().with_state()
    if chosen.under:
        unit = Unit.objects.visible_to(actor.scope).filter(code=chosen.under).first()
        rows = rows.under(unit.path) if unit else rows.none()
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.since:
        rows = rows.filter(opened_on__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(opened_on__lte=chosen.until)
    for word in chosen.q.split():
        rows = rows.filter(
            Q(order_no__icontains=word)
            | Q(sign__sign_no__icontains=word)
            | Q(contractor__icontains=word)
            | Q(unit__search_text__contains=word.lower())
        )
    if chosen.state == LATE:
        rows = rows.filter(_late(today))
    elif chosen.state:
        rows = rows.filter(Q(state_now=chosen.state))
    return rows.select_related("unit", "sign", "facility").order_by("-opened_on", "-pk")


def _late(today: date) -> Q:
    return Q(due_on__lt=today, done_on__isnull=True, refused_at__isnull=True)


def counts_by_state(actor: Actor, chosen: OrderFilter, today: date) -> dict[str, int]:
    """How many orders the filter leaves in each state, and ``late``; two queries."""
    rows: Any = orders(actor, replace(chosen, state=""), today).order_by()
    found = {state: 0 for state in WorkOrder.State.values}
    found |= dict(rows.values_list("state_now").annotate(n=Count("pk")))
    late: int = rows.filter(_late(today)).count()
    return found | {LATE: late}


def of_history(actor: Actor, until: date) -> WorkOrderQuerySet:
    """What files say was done before ``until``, and was not the actor's own work.

    What the actor may verify in one act: where the actor verifies, finished by nobody here,
    neither brought nor changed by the actor (design rule 6.2).
    """
    own = AuditEvent.objects.filter(
        object_type=WorkOrder._meta.label_lower, actor=actor.identity, action="record.changed"
    )
    seen = WorkOrder.objects.visible_to(actor.scope_for("premises.verify"))
    rows = seen.done_by(until - timedelta(days=1))
    rows = rows.filter(verified_at__isnull=True, done_by__isnull=True)
    rows = rows.exclude(recorded_by_id=actor.user_id)
    return rows.exclude(pk__in=own.values(key=Cast("object_id", BigIntegerField())))


def unverified(actor: Actor, until: date) -> WorkOrderQuerySet:
    """Everything done before ``until`` that waits for a second hand where the actor verifies."""
    seen = WorkOrder.objects.visible_to(actor.scope_for("premises.verify"))
    return seen.done_by(until - timedelta(days=1)).filter(verified_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Looked:
    """An inspection of a sign for hazards, and what it came to.

    Attributes:
        order: the inspection, done.
        hazards: orders on hazards of the sign that were opened from its day on and before the
            next inspection, the oldest first; empty where it found nothing.
    """

    order: WorkOrder
    hazards: tuple[WorkOrder, ...]


def inspections_of_sign(sign_id: int, most: int = 5) -> list[Looked]:
    """The last inspections of one sign, the newest first; those that found nothing as well."""
    rows = WorkOrder.objects.standing().filter(sign=sign_id, refused_at__isnull=True)
    looks = list(
        rows.filter(kind=WorkOrder.Kind.INSPECT, done_on__isnull=False).order_by("-done_on", "-pk")[
            :most
        ]
    )
    if not looks:
        return []
    since = looks[-1].done_on
    hazards = list(
        rows.on_hazards().filter(opened_on__gte=since).with_state().order_by("opened_on", "pk")
    )
    found, before = [], date.max
    for order in looks:
        day = order.done_on or before
        mine = tuple(one for one in hazards if day <= one.opened_on < before)
        found.append(Looked(order, mine))
        before = day
    return found


def orders_of_sign(sign_id: int) -> WorkOrderQuerySet:
    """Standing orders on one sign, the newest first; also the one that put it up."""
    rows = WorkOrder.objects.standing().filter(Q(sign=sign_id) | Q(new_sign=sign_id))
    return rows.with_state().select_related("sign", "new_sign").order_by("-opened_on", "-pk")


def orders_of_finding(actor: Actor, finding_id: int) -> WorkOrderQuerySet:
    """Standing orders that put a finding right, as far as the actor sees them, the newest first."""
    rows = WorkOrder.objects.visible_to(actor.scope_for("premises.view")).standing()
    found = rows.filter(finding=finding_id).with_state()
    return found.select_related("sign").order_by("-opened_on", "-pk")


def signs_at(unit: Unit, day: date) -> SignQuerySet:
    """Signs that hang at the unit on ``day``."""
    return Sign.objects.up_on(day).filter(unit=unit).order_by("sign_no")


def measures_of(entry: WatchlistEntry) -> WorkOrderQuerySet:
    """Standing orders that are measures for a stay on a list, the oldest first."""
    rows = WorkOrder.objects.standing().filter(watch_entry=entry, refused_at__isnull=True)
    return rows.order_by("opened_on", "pk")


def last_done(sign_ids: list[int], day: date) -> dict[int, dict[str, date]]:
    """By sign the last day on which each kind of work was done to it; one query."""
    rows = WorkOrder.objects.done_by(day).filter(sign__in=sign_ids)
    found: dict[int, dict[str, date]] = {}
    for sign, kind, done in rows.order_by(F("done_on").asc()).values_list(
        "sign_id", "kind", "done_on"
    ):
        if sign is not None and done is not None:
            found.setdefault(sign, {})[kind] = done
    return found
