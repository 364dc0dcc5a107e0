"""Meetings as their readers see them, and who came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from hearth.network.models import Person, Post
from hearth.network.scope import Actor, end_of
from hearth.programme.enums import Presence
from hearth.programme.models import Attendance, Meeting, Programme
from hearth.programme.models.meetings import MeetingQuerySet
from hearth.programme.queries.people import WORK, own_person
from hearth.programme.queries.tasks import VIEW


def meetings_of(actor: Actor, programme: Programme) -> MeetingQuerySet:
    """Meetings of a plan in scope, the latest first, with how many came of how many."""
    scope = actor.scope_for(VIEW)
    rows = Meeting.objects.visible_to(scope).filter(programme=programme)
    return rows.counted(scope).select_related("unit").order_by("-held_at", "-pk")


def list_of(actor: Actor, meeting: Meeting) -> QuerySet[Attendance]:
    """The people on the list of a meeting whose unit is in scope, in the order of the tree."""
    rows = Attendance.objects.visible_to(actor.scope_for(VIEW)).filter(meeting=meeting)
    return rows.select_related("person", "unit").order_by("unit__path", "person__name")


@dataclass(frozen=True, slots=True)
class Came:
    """How many of those called came, are excused, or stayed away."""

    called: int
    present: int
    excused: int
    absent: int


def came(rows: Iterable[Attendance]) -> Came:
    """Counts over a list."""
    said = [one.presence for one in rows]
    return Came(
        len(said),
        said.count(Presence.PRESENT.value),
        said.count(Presence.EXCUSED.value),
        said.count(Presence.ABSENT.value),
    )


def own_attendance(actor: Actor, meeting: Meeting) -> Attendance | None:
    """The actor's own line on the list, if they stand on it."""
    person = own_person(actor)
    return meeting.attendances.filter(person=person).first() if person else None


def people_named(actor: Actor, staff_nos: Iterable[str]) -> dict[str, Person]:
    """People by staff number that the actor may call."""
    reach = Person.objects.visible_to(actor.scope_for(WORK))
    return {person.staff_no: person for person in reach.filter(staff_no__in=list(staff_nos))}


def people_in_post(actor: Actor, title: str, path: str, on: date) -> QuerySet[Person]:
    """People who hold a post of this title at or below a place, that the actor may call."""
    held = Post.objects.held_on(on).filter(
        person=OuterRef("pk"), title=title, unit__path__gte=path, unit__path__lt=end_of(path)
    )
    return Person.objects.visible_to(actor.scope_for(WORK)).filter(Exists(held))
