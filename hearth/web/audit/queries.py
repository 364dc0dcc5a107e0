"""Which events a reader of the trail sees, and under which names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hearth.network.domain.paths import SEGMENT
from hearth.network.models import Grant, Unit
from hearth.network.roles import ANONYMOUS
from hearth.network.scope import Actor, Scope
from hearth.platform.models import AuditEvent
from hearth.web.audit import words

NAMES_A_USER = {"user", "assignee", "inspector", "owner"}  # keys of facts whose value is an account


def visible_events(scope: Scope) -> QuerySet[AuditEvent]:
    """Events at units in ``scope``; those of no unit only for who reads the whole network."""
    clause = scope.q("unit_path")
    if any(len(path) <= SEGMENT for path in scope.paths):
        clause |= Q(unit_path="")
    return AuditEvent.objects.filter(clause)


def hidden_actors(actor: Actor) -> set[str]:
    """Identities that this reader must not learn: mystery shoppers, past and present (rule 6.1)."""
    if actor.can("inspections.view_inspector"):
        return set()
    shoppers = Grant.objects.filter(role__in=ANONYMOUS).values_list("user_id", flat=True)
    return {f"user:{pk}" for pk in shoppers.distinct()}


def matching(
    events: QuerySet[AuditEvent], wanted: dict[str, Any], hidden: set[str]
) -> QuerySet[AuditEvent]:
    """The events that match the filters; a hidden actor is found by no name."""
    if wanted.get("actor"):
        text = wanted["actor"].strip()
        events = events.filter(Q(actor_name__icontains=text) | Q(actor=text))
        events = events.exclude(actor__in=hidden)
    if wanted.get("action"):
        events = events.filter(action=wanted["action"])
    if wanted.get("object_type"):
        events = events.filter(object_type=wanted["object_type"])
    if wanted.get("object_id"):
        events = events.filter(object_id=wanted["object_id"].strip())
        events = events.exclude(*_about(hidden))
    if wanted.get("unit"):
        paths = Unit.objects.filter(code=wanted["unit"].strip()).values_list("path", flat=True)
        events = events.filter(Scope(tuple(paths)).q("unit_path"))
    if wanted.get("since"):
        events = events.filter(at__gte=_begin_of(wanted["since"]))
    if wanted.get("until"):
        events = events.filter(at__lt=_begin_of(wanted["until"] + timedelta(days=1)))
    return events.order_by("-seq")


def _about(hidden: set[str]) -> list[Q]:
    """Events about the accounts of hidden actors: their number would give them away."""
    return [Q(object_type="network.user", object_id__in=[who.split(":")[1] for who in hidden])]


def _begin_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as this reader may see it."""

    event: AuditEvent
    actor: str
    actor_name: str
    object_id: str
    unit_name: str


def shown(events: Iterable[AuditEvent], hidden: set[str]) -> list[Shown]:
    """The events with the names of their units, one query for all; hidden actors by their role."""
    rows = list(events)
    paths = {row.unit_path for row in rows if row.unit_path}
    units = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    return [_shown(row, hidden, units) for row in rows]


def _shown(event: AuditEvent, hidden: set[str], units: dict[str, str]) -> Shown:
    is_hidden = event.actor in hidden
    about = event.object_type == "network.user" and f"user:{event.object_id}" in hidden
    return Shown(
        event,
        "" if is_hidden else event.actor,
        _("a mystery shopper") if is_hidden else words.actor_words(event.actor, event.actor_name),
        "" if about else event.object_id,
        units.get(event.unit_path, event.unit_path),
    )


def facts_of(event: AuditEvent, hidden: set[str]) -> list[tuple[str, Any]]:
    """What the event keeps beside the words, without what would name a hidden actor."""
    return [
        (words.fact_words(key), words.value_words(key, value))
        for key, value in sorted(event.data.items())
        if not (key in NAMES_A_USER and f"user:{value}" in hidden)
    ]
