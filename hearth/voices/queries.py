"""Where somebody belongs when they speak, and what they may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from hearth.ledgers.models import RecordQuerySet
from hearth.ledgers.posts import place_on, post_on
from hearth.network.models import Person, Unit
from hearth.network.scope import Actor
from hearth.voices.models import Case, CaseQuerySet, Entry, Like, Solicitation


@dataclass(frozen=True, slots=True)
class Home:
    """Where an actor speaks from.

    Attributes:
        person: the member of staff behind the account; None for an account of nobody.
        unit: that of the post on the day; without one, that of the first role.
        path: where the unit lies on the day.
    """

    person: Person | None
    unit: Unit
    path: str


def home_of(actor: Actor, day: date) -> Home | None:
    """Where ``actor`` speaks from on ``day``; None for who has neither post nor role."""
    people = Person.objects.filter(user__pk=actor.user_id)
    person = people.prefetch_related("posts__unit__placements").first()
    post = post_on(person, day) if person is not None else None
    if post is not None:
        return Home(person, post.unit, place_on(post.unit, day))
    first = next(iter(actor.grants), None)
    units = Unit.objects.filter(pk=first.unit_id) if first else Unit.objects.none()
    unit = units.prefetch_related("placements").first()
    return Home(person, unit, place_on(unit, day)) if unit is not None else None


def entries_for(actor: Actor, solicitation: Solicitation) -> RecordQuerySet[Entry]:
    """Standing entries that the actor may read: of their part of the tree, their own, the chosen.

    Chosen ones come first, then the latest.
    """
    seen = (
        actor.scope_for("voices.view").q("unit_path")
        | Q(is_chosen=True)
        | Q(author__user__pk=actor.user_id)
        | Q(recorded_by_id=actor.user_id)
    )
    rows = Entry.objects.standing().filter(seen, solicitation=solicitation)
    return rows.select_related("author", "unit").order_by("-is_chosen", "-submitted_at", "-pk")


def is_own(actor: Actor, entry: Entry) -> bool:
    """Whether the actor wrote the entry, or entered it."""
    wrote = Person.objects.filter(entries=entry, user__pk=actor.user_id)
    return entry.recorded_by_id == actor.user_id or wrote.exists()


def cases_for(actor: Actor) -> CaseQuerySet:
    """Cases the actor may read, with ``liked`` (how often) and ``is_liked`` (by the actor)."""
    rows = Case.objects.readable_by(actor.scope_for("voices.view"), actor.user_id)
    mine = Like.objects.filter(case=OuterRef("pk"), user_id=actor.user_id)
    return rows.select_related("unit", "recorded_by", "decided_by").annotate(
        liked=Count("likes"), is_liked=Exists(mine)
    )


def waiting_for(actor: Actor) -> CaseQuerySet:
    """Cases of others that the actor may decide on, or publish; none without ``voices.edit``."""
    if not actor.can("voices.edit"):
        return Case.objects.none()
    undecided = Case.objects.visible_to(actor.scope_for("voices.edit")).standing()
    open_ones = undecided.filter(status__in=[Case.Status.SUBMITTED, Case.Status.APPROVED])
    return open_ones.exclude(recorded_by_id=actor.user_id).select_related("unit")
